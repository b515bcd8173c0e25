// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names, and hexadecimal digits, as people write those that they look for.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::error::SearchError;
use crate::filing::folded;
use crate::issuer::IssuerId;
use crate::name::SubjectName;

/// The fewest letters of a part of a name: the index is made of threes.
pub const LEAST_PART: usize = 3;
/// The most characters of a name that is looked for.
const LONGEST: usize = 512;

/// Which names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamePattern {
    /// This one: `db.internal`.
    Exact(String),
    /// Those that begin so: `www.*`.
    Begins(String),
    /// Those that end so: `*.example.internal`.
    Ends(String),
    /// Those with this in them, [`LEAST_PART`] letters or more: `*example*`.
    Contains(String),
}

impl NamePattern {
    /// Names with this in them.
    ///
    /// # Errors
    /// It is too short for the index, or no name holds it.
    pub fn containing(part: &str) -> Result<Self, SearchError> {
        let part = sound(part)?;
        match part.chars().count() {
            letters if letters < LEAST_PART => Err(SearchError::ShortPart { part, least: LEAST_PART }),
            _ => Ok(Self::Contains(part)),
        }
    }

    /// Whether one of these names, which are in lower case, is meant.
    #[must_use]
    pub fn is_among(&self, names: &BTreeSet<String>) -> bool {
        match self {
            Self::Exact(name) => names.contains(name),
            Self::Begins(front) => names.iter().any(|name| name.starts_with(front)),
            Self::Ends(end) => names.iter().any(|name| name.ends_with(end)),
            Self::Contains(part) => names.iter().any(|name| name.contains(part)),
        }
    }
}

/// `db.internal`, `www.*`, `*.example.internal` or `*example*`.
impl FromStr for NamePattern {
    type Err = SearchError;

    fn from_str(pattern: &str) -> Result<Self, SearchError> {
        let text = pattern.trim();
        let (front, end) = (text.strip_prefix('*'), text.strip_suffix('*'));
        let inner = text.strip_prefix('*').unwrap_or(text);
        let inner = inner.strip_suffix('*').unwrap_or(inner);
        if inner.contains('*') {
            return Err(SearchError::InnerStar { pattern: pattern.to_owned() });
        }
        match (front, end) {
            (None, None) => Ok(Self::Exact(exact(text)?)),
            (None, Some(_)) => Ok(Self::Begins(sound(inner)?)),
            (Some(_), None) => Ok(Self::Ends(sound(inner)?)),
            (Some(_), Some(_)) => Self::containing(inner),
        }
    }
}

/// A whole name: an address in the form in which it is filed, a DNS name without the dot at its end.
fn exact(text: &str) -> Result<String, SearchError> {
    let text = sound(text)?;
    Ok(SubjectName::parse(&text).map_or(text, |name| folded(&name.to_string())))
}

fn sound(text: &str) -> Result<String, SearchError> {
    let text = folded(text.trim());
    if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(SearchError::Unwritable { what: "a name", pattern: text });
    }
    Ok(text)
}

/// The first digits of something that is written in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digits(Vec<u8>);

impl Digits {
    /// The digits of a text, in any case, perhaps with colons between them or `0x` in front; `None` when they are
    /// none, or more than `most`.
    fn read(text: &str, most: usize) -> Option<Self> {
        let plain = text.trim();
        let plain = plain.strip_prefix("0x").unwrap_or(plain);
        let digits = plain.chars().filter(|c| *c != ':' && *c != ' ');
        let digits: Vec<u8> = digits
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()?;
        (!digits.is_empty() && digits.len() <= most).then_some(Self(digits))
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether octets begin with them.
    #[must_use]
    pub fn begin(&self, octets: &[u8]) -> bool {
        let mut written = octets.iter().flat_map(|octet| [octet >> 4, octet & 0x0f]);
        self.0.iter().all(|digit| written.next() == Some(*digit))
    }

    /// The first octets that begin with them.
    #[must_use]
    pub fn lowest(&self) -> Vec<u8> {
        let octet = |pair: &[u8]| match pair {
            [high, low] => (high << 4) | low,
            [high] => high << 4,
            _ => 0,
        };
        self.0.chunks(2).map(octet).collect()
    }
}

/// The first digits of a serial number, or all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerialDigits(Digits);

impl SerialDigits {
    /// The digits.
    #[must_use]
    pub const fn digits(&self) -> &Digits {
        &self.0
    }
}

impl FromStr for SerialDigits {
    type Err = SearchError;

    fn from_str(text: &str) -> Result<Self, SearchError> {
        let (what, expected) = ("serial number", "1 to 40");
        let digits = Digits::read(text, 40);
        digits.map(Self).ok_or_else(|| SearchError::Digits { what, text: text.to_owned(), expected })
    }
}

/// The first digits of an issuer's identifier, or all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerDigits(Digits);

impl IssuerDigits {
    /// Whether this issuer is meant.
    #[must_use]
    pub fn mean(&self, issuer: IssuerId) -> bool {
        self.0.begin(issuer.octets())
    }
}

impl FromStr for IssuerDigits {
    type Err = SearchError;

    fn from_str(text: &str) -> Result<Self, SearchError> {
        let (what, expected) = ("identifier of an issuer", "1 to 64");
        let digits = Digits::read(text, 64);
        digits.map(Self).ok_or_else(|| SearchError::Digits { what, text: text.to_owned(), expected })
    }
}

/// The SHA-256 of a certificate, or of a key (its SubjectPublicKeyInfo).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sha256(pub [u8; 32]);

impl FromStr for Sha256 {
    type Err = SearchError;

    fn from_str(text: &str) -> Result<Self, SearchError> {
        let digits = Digits::read(text, 64).filter(|digits| digits.count() == 64);
        let octets = digits.and_then(|digits| digits.lowest().try_into().ok());
        let refused =
            || SearchError::Digits { what: "SHA-256 digest", text: text.to_owned(), expected: "64" };
        octets.map(Self).ok_or_else(refused)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_star_says_which_part_of_a_name_is_known() {
        let check = |text: &str, expect: NamePattern| assert_eq!(text.parse(), Ok(expect), "{text}");
        check("DB.internal", NamePattern::Exact("db.internal".into()));
        check("FE80:0::1", NamePattern::Exact("fe80::1".into()));
        check("Ann Smith", NamePattern::Exact("ann smith".into()));
        check("www.*", NamePattern::Begins("www.".into()));
        check("*.Example.internal", NamePattern::Ends(".example.internal".into()));
        check("*xam*", NamePattern::Contains("xam".into()));
    }

    #[test]
    fn what_no_index_finds_is_refused() {
        let check = |text: &str, part: &str| {
            let refused = text.parse::<NamePattern>().unwrap_err().to_string();
            assert!(refused.contains(part), "{text}: {refused}");
        };
        check("a*b", "a star stands in front");
        check("*ab*", "3 letters or more");
        check("*äb*", "3 letters or more");
        check("*", "is empty");
        check("**", "is empty");
        check("", "is empty");
        check("a\nb", "control characters");
        check(&"a".repeat(513), "too long");
    }

    #[test]
    fn digits_are_read_as_people_paste_them() {
        let serial: SerialDigits = "0x4F:00:a".parse().unwrap();
        assert_eq!(serial.digits().lowest(), [0x4f, 0, 0xa0]);
        assert!(serial.digits().begin(&[0x4f, 0, 0xa7, 1]) && !serial.digits().begin(&[0x4f, 0, 0xb0]));
        assert!(!serial.digits().begin(&[0x4f, 0]));
        for text in ["", "xyz", &"4".repeat(41), "ß"] {
            assert!(text.parse::<SerialDigits>().is_err(), "{text}");
        }
        let colons = vec!["AB"; 32].join(":");
        assert_eq!(colons.parse(), Ok(Sha256([0xab; 32])));
        assert!("ab".parse::<Sha256>().is_err() && format!("{colons}:ab").parse::<Sha256>().is_err());
        assert!("abab".parse::<IssuerDigits>().unwrap().mean(IssuerId::from_octets([0xab; 32])));
    }
}
