// SPDX-License-Identifier: MIT OR Apache-2.0
//! ReasonFlags: the reasons for revocation that a CRL covers.

use std::fmt;

use super::ReasonCode;
use crate::der::{Element, Writer, named_bits};
use crate::error::Error;

/// ```asn1
/// ReasonFlags ::= BIT STRING {
///     unused (0), keyCompromise (1), cACompromise (2), affiliationChanged (3), superseded (4),
///     cessationOfOperation (5), certificateHold (6), privilegeWithdrawn (7), aACompromise (8) }
/// ```
/// [RFC 5280 §4.2.1.13]. Bit 0 is the highest of the 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct ReasonFlags(u16);

impl ReasonFlags {
    /// No reason.
    pub const NONE: Self = Self(0);
    /// The private key became known to others.
    pub const KEY_COMPROMISE: Self = Self(0x4000);
    /// The same of a CA.
    pub const CA_COMPROMISE: Self = Self(0x2000);
    /// The subject's name or the like has changed.
    pub const AFFILIATION_CHANGED: Self = Self(0x1000);
    /// Another certificate took its place.
    pub const SUPERSEDED: Self = Self(0x0800);
    /// It is no longer needed.
    pub const CESSATION_OF_OPERATION: Self = Self(0x0400);
    /// On hold.
    pub const CERTIFICATE_HOLD: Self = Self(0x0200);
    /// What it allowed was withdrawn.
    pub const PRIVILEGE_WITHDRAWN: Self = Self(0x0100);
    /// The attribute authority was compromised.
    pub const AA_COMPROMISE: Self = Self(0x0080);
    /// Every reason (RFC 5280 §6.3.2: all-reasons).
    pub const ALL: Self = Self(0x7f80);

    const NAMES: [(Self, &'static str); 8] = [
        (Self::KEY_COMPROMISE, "keyCompromise"),
        (Self::CA_COMPROMISE, "cACompromise"),
        (Self::AFFILIATION_CHANGED, "affiliationChanged"),
        (Self::SUPERSEDED, "superseded"),
        (Self::CESSATION_OF_OPERATION, "cessationOfOperation"),
        (Self::CERTIFICATE_HOLD, "certificateHold"),
        (Self::PRIVILEGE_WITHDRAWN, "privilegeWithdrawn"),
        (Self::AA_COMPROMISE, "aACompromise"),
    ];

    /// Takes a BIT STRING that has been read, whatever its tag. Bits without a meaning are dropped.
    pub(crate) fn from_element(element: &Element<'_>) -> Result<Self, Error> {
        named_bits(element, "reasons").map(|bits| Self(bits & Self::ALL.0))
    }

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in this and not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether every reason of `other` is here.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Writes the content of the BIT STRING under a tag of its own.
    pub fn write(self, writer: &mut Writer, tag: crate::der::Tag) {
        let whole = Writer::build(|bits| bits.named_bits(self.0));
        let content = crate::der::Reader::new(&whole).element().map(|element| element.content);
        writer.element(tag, content.unwrap_or_default());
    }
}

/// The flag that stands for a code; none for `unspecified` and `removeFromCRL`.
impl From<ReasonCode> for ReasonFlags {
    fn from(code: ReasonCode) -> Self {
        match code {
            ReasonCode::KeyCompromise => Self::KEY_COMPROMISE,
            ReasonCode::CaCompromise => Self::CA_COMPROMISE,
            ReasonCode::AffiliationChanged => Self::AFFILIATION_CHANGED,
            ReasonCode::Superseded => Self::SUPERSEDED,
            ReasonCode::CessationOfOperation => Self::CESSATION_OF_OPERATION,
            ReasonCode::CertificateHold => Self::CERTIFICATE_HOLD,
            ReasonCode::PrivilegeWithdrawn => Self::PRIVILEGE_WITHDRAWN,
            ReasonCode::AaCompromise => Self::AA_COMPROMISE,
            ReasonCode::Unspecified | ReasonCode::RemoveFromCrl => Self::default(),
        }
    }
}

/// The reasons' names, separated by `, `.
impl fmt::Display for ReasonFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL => return f.write_str("all reasons"),
            none if none.is_empty() => return f.write_str("no reasons"),
            _ => {}
        }
        let mut separator = "";
        for (_, name) in Self::NAMES.into_iter().filter(|(flag, _)| self.has(*flag)) {
            write!(f, "{separator}{name}")?;
            separator = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::der::{Reader, Tag};

    #[test]
    fn every_reason_survives_the_round_trip() {
        for (flag, name) in ReasonFlags::NAMES {
            let der = Writer::build(|writer| flag.write(writer, Tag::context(1)));
            let element = Reader::new(&der).expect(Tag::context(1)).unwrap();
            assert_eq!(ReasonFlags::from_element(&element), Ok(flag));
            assert_eq!(flag.to_string(), name);
            assert!(ReasonFlags::ALL.has(flag) && !ReasonFlags::ALL.without(flag).has(flag));
        }
        let all = ReasonFlags::NAMES.into_iter().fold(ReasonFlags::default(), |sum, (flag, _)| sum.and(flag));
        assert_eq!(all, ReasonFlags::ALL);
        assert_eq!(all.to_string(), "all reasons");
        assert_eq!(ReasonFlags::default().to_string(), "no reasons");
    }

    #[test]
    fn a_bit_without_a_meaning_is_no_reason() {
        let element = Reader::new(&[0x81, 2, 7, 0x80]).element().unwrap();
        assert_eq!(ReasonFlags::from_element(&element), Ok(ReasonFlags::default()));
    }
}
