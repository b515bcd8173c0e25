// SPDX-License-Identifier: MIT OR Apache-2.0
//! Distinguished names.

mod builder;
mod text;

pub use builder::{NameBuilder, NameError};
pub use text::DirectoryText;

use std::fmt;
use std::hash::{BuildHasher, Hasher};

use crate::der::{Element, Reader, Tag};
use crate::error::{Error, Problem, Within};
use crate::oid::{self, Oid};

/// ```asn1
/// Name ::= CHOICE { rdnSequence SEQUENCE OF SET SIZE (1..MAX) OF AttributeTypeAndValue }
/// AttributeTypeAndValue ::= SEQUENCE { type OBJECT IDENTIFIER, value ANY }
/// ```
/// [RFC 5280 §4.1.2.4]
///
/// Equality of the type is equality of the bytes; for equality of names see [`Name::matches`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name<'a> {
    raw: &'a [u8],
    content: &'a [u8],
}

/// Where fingerprints start: the offset basis of FNV-1a.
const FINGERPRINT: u64 = 0xcbf2_9ce4_8422_2325;

/// One attribute of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Its type.
    pub oid: Oid<'a>,
    /// The type of its value.
    pub tag: Tag,
    /// The value's content octets.
    pub value: &'a [u8],
}

impl<'a> Attribute<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut inner = reader.sequence()?;
        let oid = inner.oid()?;
        let value = inner.element()?;
        inner.finish()?;
        Ok(Self { oid, tag: value.tag, value: value.content })
    }

    /// Takes one that is the whole of `der` and like most: its type of three octets, as those of X.520 are,
    /// and no length of more than one. It is then sound.
    #[inline]
    fn plain(der: &'a [u8]) -> Option<Self> {
        let [0x30, length, 0x06, 3, ..0x80, ..0x80, ..0x80, tag, content, value @ ..] = der else {
            return None;
        };
        let (tag, sound) =
            (Tag::from_octet(*tag)?, value.len() < 0x77 && usize::from(*content) == value.len());
        let oid = Oid::again(der.get(4..7)?);
        (sound && usize::from(*length) == value.len().saturating_add(7)).then_some(Self { oid, tag, value })
    }

    /// Reads one that was checked before.
    #[inline]
    fn again(reader: &mut Reader<'a>) -> Option<Self> {
        let mut inner = reader.sequence().ok()?;
        let oid = Oid::again(inner.element().ok()?.content);
        let value = inner.element().ok()?;
        Some(Self { oid, tag: value.tag, value: value.content })
    }

    /// The value as characters.
    #[must_use]
    pub const fn text(&self) -> DirectoryText<'a> {
        DirectoryText::new(self.tag, self.value)
    }

    fn fingerprint(&self) -> u64 {
        let state =
            self.oid.content().iter().fold(FINGERPRINT, |state, octet| text::mix(state, u32::from(*octet)));
        self.text().fingerprint(state)
    }

    /// Whether both have the same type and the same value after preparation (RFC 5280 §7.1).
    #[must_use]
    pub fn matches(&self, other: &Attribute<'_>) -> bool {
        self.oid == other.oid && self.text().matches(&other.text())
    }
}

impl<'a> Name<'a> {
    /// Reads a name from the front of `reader`, its whole structure checked.
    ///
    /// # Errors
    /// Another shape, an empty RDN, or a SET OF that is not in order.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        Self::from_element(&reader.expect(Tag::SEQUENCE)?)
    }

    /// Reads a name that is the whole of `der`.
    ///
    /// # Errors
    /// As [`Name::read`], or trailing bytes.
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        Self::from_element(&Reader::whole(der, Tag::SEQUENCE)?).within("name")
    }

    /// Takes an RDNSequence whose element has been read, whatever its tag.
    pub(crate) fn from_element(element: &Element<'a>) -> Result<Self, Error> {
        let mut rdns = element.reader();
        while !rdns.is_empty() {
            let set = rdns.expect(Tag::SET)?;
            check_set(set.reader())?;
        }
        Ok(Self { raw: element.raw, content: element.content })
    }

    /// The whole element.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Whether it has no RDN.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    /// The relative distinguished names, outermost (country, organisation) first.
    pub fn rdns(&self) -> impl Iterator<Item = Rdn<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || reader.element().ok().map(|set| Rdn { content: set.content }))
    }

    /// Every attribute of every RDN, in order.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        self.rdns().flat_map(|rdn| rdn.attributes())
    }

    /// The last (most specific) attribute of this type.
    #[must_use]
    pub fn find(&self, oid: Oid<'_>) -> Option<Attribute<'a>> {
        self.attributes().filter(|attribute| attribute.oid == oid).last()
    }

    /// The last common name, as text.
    #[must_use]
    pub fn common_name(&self) -> Option<String> {
        self.find(oid::COMMON_NAME).map(|attribute| attribute.text().chars().collect())
    }

    /// Whether both are the same name after preparation: the same RDNs in the same order, each with
    /// the same attributes in any order (RFC 5280 §7.1).
    #[must_use]
    pub fn matches(&self, other: &Name<'_>) -> bool {
        if self.content == other.content {
            return true;
        }
        let (mut ours, mut theirs) = (Reader::new(self.content), Reader::new(other.content));
        loop {
            let at = ours;
            let (Ok(our), rest) = (ours.element(), theirs.rest()) else {
                return at.is_empty() && theirs.is_empty();
            };
            // Mostly the first few are the same to the letter.
            if rest.get(..our.raw.len()) == Some(our.raw) {
                theirs.skip(our.raw.len());
                continue;
            }
            let Ok(their) = theirs.element() else { return false };
            if !(Rdn { content: our.content }).matches(&Rdn { content: their.content }) {
                return false;
            }
        }
    }

    /// A number that names which match have in common, to look names up by. Names that do not match
    /// may have the same one: whoever writes them can see to that.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprints().last().unwrap_or(FINGERPRINT)
    }

    /// As [`Name::fingerprint`], by a keyed hash: whoever does not know the keys cannot write names that
    /// share one.
    #[must_use]
    pub fn hash_with(&self, keys: &impl BuildHasher) -> u64 {
        let mut state = keys.build_hasher();
        for rdn in self.rdns() {
            // In any order, as they are matched.
            let sum = rdn.attributes().fold(0_u64, |sum, attribute| {
                let mut state = keys.build_hasher();
                state.write(attribute.oid.content());
                attribute.text().hash(&mut state);
                sum.wrapping_add(state.finish())
            });
            state.write_u64(sum);
        }
        state.finish()
    }

    /// The fingerprints of the names that this one lies below: of the empty name, of that with its
    /// first RDN alone, and so on to its own.
    pub fn fingerprints(&self) -> impl Iterator<Item = u64> + use<'a> {
        let below = self.rdns().scan(FINGERPRINT, |state, rdn| {
            // In any order, as they are matched.
            let sum =
                rdn.attributes().fold(0_u64, |sum, attribute| sum.wrapping_add(attribute.fingerprint()));
            *state = text::mix(*state ^ sum, 1);
            Some(*state)
        });
        std::iter::once(FINGERPRINT).chain(below)
    }

    /// Whether this name is that of `above` followed by `last` (RFC 5280 §4.2.1.13).
    #[must_use]
    pub fn is_child(&self, above: &Name<'_>, last: &Rdn<'_>) -> bool {
        let mut ours = self.rdns();
        let mut next_is = |theirs: &Rdn<'_>| ours.next().is_some_and(|our| our.matches(theirs));
        above.rdns().all(|theirs| next_is(&theirs)) && next_is(last) && ours.next().is_none()
    }

    /// Whether this name lies in the subtree below `base`: its first RDNs are those of `base`
    /// (RFC 5280 §4.2.1.10).
    #[must_use]
    pub fn is_within(&self, base: &Name<'_>) -> bool {
        let mut ours = self.rdns();
        base.rdns().all(|theirs| ours.next().is_some_and(|our| our.matches(&theirs)))
    }
}

/// Checks the members of one RDN: at least one, each an attribute, in DER's order.
#[inline]
fn check_set(members: Reader<'_>) -> Result<(), Error> {
    if Attribute::plain(members.rest()).is_some() { Ok(()) } else { check_members(members) }
}

#[inline(never)]
fn check_members(mut members: Reader<'_>) -> Result<(), Error> {
    if members.is_empty() {
        return Err(members.error(Problem::EmptyList));
    }
    let first = members.rest();
    Attribute::read(&mut members)?;
    if members.is_empty() {
        return Ok(());
    }
    let length = first.len().saturating_sub(members.rest().len());
    let mut previous = first.get(..length).unwrap_or_default();
    while !members.is_empty() {
        let at = members;
        Attribute::read(&mut members)?;
        let length = at.rest().len().saturating_sub(members.rest().len());
        let raw = at.rest().get(..length).unwrap_or_default();
        if raw < previous {
            return Err(at.error(Problem::SetOrder));
        }
        previous = raw;
    }
    Ok(())
}

/// A relative distinguished name: one attribute, seldom more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rdn<'a> {
    content: &'a [u8],
}

impl<'a> Rdn<'a> {
    /// Takes an RDN whose element has been read, whatever its tag.
    pub(crate) fn from_element(element: &Element<'a>) -> Result<Self, Error> {
        check_set(element.reader())?;
        Ok(Self { content: element.content })
    }

    /// The encodings of its attributes, one after the other.
    #[must_use]
    pub const fn content(&self) -> &'a [u8] {
        self.content
    }

    /// Its attributes.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || Attribute::again(&mut reader))
    }

    /// Its attribute, when it has but one.
    fn only(&self) -> Option<Attribute<'a>> {
        if let Some(attribute) = Attribute::plain(self.content) {
            return Some(attribute);
        }
        let mut reader = Reader::new(self.content);
        let attribute = Attribute::again(&mut reader)?;
        reader.is_empty().then_some(attribute)
    }

    /// Whether both have the same attributes in any order (RFC 5280 §7.1).
    #[must_use]
    pub fn matches(&self, other: &Rdn<'_>) -> bool {
        if self.content == other.content {
            return true;
        }
        if let (Some(one), Some(two)) = (self.only(), other.only()) {
            return one.matches(&two);
        }
        let all_in = |left: &Rdn<'_>, right: &Rdn<'_>| {
            left.attributes().all(|one| right.attributes().any(|two| one.matches(&two)))
        };
        let count = self.attributes().count();
        count <= MATCHED && count == other.attributes().count() && all_in(self, other) && all_in(other, self)
    }
}

/// The largest RDN whose attributes are compared one by one: the comparison is quadratic, and no real
/// RDN has more than a few. Larger ones are equal only byte for byte.
const MATCHED: usize = 16;

/// As RFC 4514 writes it: most specific first, special and invisible characters escaped.
impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rdns: Vec<Rdn<'_>> = self.rdns().collect();
        for (index, rdn) in rdns.iter().rev().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            for (index, attribute) in rdn.attributes().enumerate() {
                if index > 0 {
                    f.write_str("+")?;
                }
                match attribute.oid.name() {
                    Some(name) => write!(f, "{name}={}", attribute.text())?,
                    None => write!(f, "{}={}", attribute.oid, attribute.text())?,
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn name(attributes: &[(Oid<'_>, Tag, &str)]) -> Vec<u8> {
        crate::der::Writer::build(|writer| {
            writer.sequence(|rdns| {
                for (oid, tag, value) in attributes {
                    rdns.nest(Tag::SET, |set| {
                        set.sequence(|pair| {
                            pair.oid(*oid);
                            pair.element(*tag, value.as_bytes());
                        });
                    });
                }
            });
        })
    }

    #[test]
    fn names_match_without_regard_to_case_spacing_and_string_type() {
        let one = name(&[
            (oid::ORGANIZATION, Tag::PRINTABLE_STRING, "Example  Org"),
            (oid::COMMON_NAME, Tag::UTF8_STRING, "Root"),
        ]);
        let two = name(&[
            (oid::ORGANIZATION, Tag::UTF8_STRING, " example org "),
            (oid::COMMON_NAME, Tag::PRINTABLE_STRING, "ROOT"),
        ]);
        let three = name(&[
            (oid::COMMON_NAME, Tag::UTF8_STRING, "Root"),
            (oid::ORGANIZATION, Tag::UTF8_STRING, "Example Org"),
        ]);
        let (one, two, three) =
            (Name::parse(&one).unwrap(), Name::parse(&two).unwrap(), Name::parse(&three).unwrap());
        assert!(one.matches(&two));
        assert_eq!(one.fingerprint(), two.fingerprint());
        assert!(!one.matches(&three));
        assert_ne!(one.fingerprint(), three.fingerprint());
        assert_ne!(one, two);
    }

    #[test]
    fn what_no_reader_sees_makes_no_other_name() {
        let check = |one: &str, two: &str, expect: bool| {
            let [one, two] = [one, two].map(|text| name(&[(oid::ORGANIZATION, Tag::UTF8_STRING, text)]));
            let (one, two) = (Name::parse(&one).unwrap(), Name::parse(&two).unwrap());
            assert_eq!(one.matches(&two), expect, "{one} {two}");
            assert_eq!(one.fingerprint() == two.fingerprint(), expect, "{one} {two}");
        };
        // RFC 4518 §2.2.
        for invisible in ['\u{ad}', '\u{6dd}', '\u{70f}', '\u{180e}', '\u{1d173}', '\u{e0001}', '\u{e0041}'] {
            check("Evil", &format!("E{invisible}vil"), true);
        }
        check("Straße", "STRASSE", true);
        check("ΟΔΟΣ", "οδος", true);
        check("Evil", "Evi1", false);
        check("E vil", "Evil", false);
    }

    #[test]
    fn the_short_way_reads_the_same() {
        let longest = [&[0x30, 0x7d, 0x06, 3, 0x55, 4, 3, 0x0c, 0x76][..], &[b'x'; 0x76]].concat();
        for plain in [
            &[0x30, 8, 0x06, 3, 0x55, 4, 3, 0x0c, 1, b'x'][..],
            &[0x30, 7, 0x06, 3, 0x55, 4, 3, 5, 0],
            &longest,
        ] {
            assert!(Attribute::plain(plain).is_some());
            for (place, value) in
                (0..plain.len()).flat_map(|place| (0..=u8::MAX).map(move |value| (place, value)))
            {
                let mut altered = plain.to_vec();
                altered.splice(place..=place, [value]);
                let mut reader = Reader::new(&altered);
                let slowly = Attribute::read(&mut reader).ok().filter(|_| reader.is_empty());
                assert!(
                    Attribute::plain(&altered).is_none_or(|attribute| slowly == Some(attribute)),
                    "{altered:02x?}"
                );
            }
        }
    }

    #[test]
    fn a_subtree_is_a_prefix_of_rdns() {
        let base = name(&[(oid::COUNTRY, Tag::PRINTABLE_STRING, "US")]);
        let below =
            name(&[(oid::COUNTRY, Tag::PRINTABLE_STRING, "us"), (oid::COMMON_NAME, Tag::UTF8_STRING, "x")]);
        let (base, below) = (Name::parse(&base).unwrap(), Name::parse(&below).unwrap());
        assert!(below.is_within(&base));
        assert!(
            below.fingerprints().eq([Name::parse(&[0x30, 0]).unwrap(), base, below].map(|n| n.fingerprint()))
        );
        assert!(!base.is_within(&below));
        assert!(base.is_within(&base));
    }

    #[test]
    fn display_escapes_what_would_deceive() {
        let check = |value: &str, expect: &str| {
            let der = name(&[(oid::COMMON_NAME, Tag::UTF8_STRING, value)]);
            assert_eq!(Name::parse(&der).unwrap().to_string(), expect);
        };
        check("plain", "CN=plain");
        check("a,b+c\"d\\e<f>g;h", "CN=a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h");
        check("#x", "CN=\\#x");
        check(" x ", "CN=\\ x\\ ");
        check("a\u{1b}[31m\0", "CN=a\\1B[31m\\00");
        check("a\u{202e}b", "CN=a\\E2\\80\\AEb");
        check("Zürich", "CN=Zürich");
    }

    #[test]
    fn the_most_specific_comes_first_in_text() {
        let der =
            name(&[(oid::COUNTRY, Tag::PRINTABLE_STRING, "CH"), (oid::COMMON_NAME, Tag::UTF8_STRING, "x")]);
        assert_eq!(Name::parse(&der).unwrap().to_string(), "CN=x,C=CH");
    }

    #[test]
    fn broken_structures_are_refused() {
        assert!(Name::parse(&[0x30, 0x00]).unwrap().is_empty());
        for bad in
            [&[0x30, 0x02, 0x31, 0x00][..], &[0x30, 0x02, 0x30, 0x00], &[0x31, 0x00], &[0x30, 0x00, 0x00]]
        {
            assert!(Name::parse(bad).is_err(), "{bad:02x?}");
        }
    }
}
