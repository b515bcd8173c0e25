// SPDX-License-Identifier: MIT OR Apache-2.0
//! reasonCode.

use std::fmt;

use super::KnownExtension;
use crate::der::{Reader, Tag, Writer};
use crate::error::{Error, Problem};
use crate::oid::{self, Oid};

/// ```asn1
/// CRLReason ::= ENUMERATED {
///     unspecified (0), keyCompromise (1), cACompromise (2), affiliationChanged (3), superseded (4),
///     cessationOfOperation (5), certificateHold (6), removeFromCRL (8), privilegeWithdrawn (9),
///     aACompromise (10) }
/// ```
/// [RFC 5280 §5.3.1]. OCSP answers with the same codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReasonCode {
    /// No reason given.
    Unspecified,
    /// The private key became known to others.
    KeyCompromise,
    /// The same of a CA.
    CaCompromise,
    /// The subject's name or the like has changed.
    AffiliationChanged,
    /// Another certificate took its place.
    Superseded,
    /// It is no longer needed.
    CessationOfOperation,
    /// On hold: it may be taken back, or revoked for good.
    CertificateHold,
    /// In a delta CRL: no longer revoked.
    RemoveFromCrl,
    /// What it allowed was withdrawn.
    PrivilegeWithdrawn,
    /// The attribute authority was compromised.
    AaCompromise,
}

impl ReasonCode {
    /// Whether somebody else may have a key: the certificate's own, or that of an authority above it.
    #[must_use]
    pub const fn is_compromise(self) -> bool {
        matches!(self, Self::KeyCompromise | Self::CaCompromise)
    }

    /// Every code, with its number and its name.
    const ALL: [(Self, u8, &'static str); 10] = [
        (Self::Unspecified, 0, "unspecified"),
        (Self::KeyCompromise, 1, "keyCompromise"),
        (Self::CaCompromise, 2, "cACompromise"),
        (Self::AffiliationChanged, 3, "affiliationChanged"),
        (Self::Superseded, 4, "superseded"),
        (Self::CessationOfOperation, 5, "cessationOfOperation"),
        (Self::CertificateHold, 6, "certificateHold"),
        (Self::RemoveFromCrl, 8, "removeFromCRL"),
        (Self::PrivilegeWithdrawn, 9, "privilegeWithdrawn"),
        (Self::AaCompromise, 10, "aACompromise"),
    ];

    /// Reads an ENUMERATED from the front of `reader`.
    ///
    /// # Errors
    /// Another type, or a number that is no reason.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let at = *reader;
        let number = reader.enumerated()?;
        Self::from_number(number).ok_or_else(|| at.error(Problem::UnknownReason { found: number }))
    }

    /// The reason of this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known, _)| *known == number).map(|(code, ..)| code)
    }

    /// The code's number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::CaCompromise => 2,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::CertificateHold => 6,
            Self::RemoveFromCrl => 8,
            Self::PrivilegeWithdrawn => 9,
            Self::AaCompromise => 10,
        }
    }

    /// The extension's value.
    #[must_use]
    pub fn encode(self) -> Vec<u8> {
        Writer::build(|writer| writer.element(Tag::ENUMERATED, &[self.number()]))
    }
}

impl KnownExtension<'_> for ReasonCode {
    const OID: Oid<'static> = oid::REASON_CODE;
    const NAME: &'static str = "reasonCode";

    fn decode(value: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(value);
        let code = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(code)
    }
}

/// As the ASN.1 names it, such as `keyCompromise`.
impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.into_iter().find(|(code, ..)| code == self).map(|(.., name)| name);
        f.write_str(name.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_the_round_trip_and_no_other_is_read() {
        for (code, number, name) in ReasonCode::ALL {
            assert_eq!(code.number(), number);
            assert_eq!(ReasonCode::decode(&code.encode()), Ok(code));
            assert_eq!(code.to_string(), name);
        }
        for bad in
            [&[0x0a, 1, 7][..], &[0x0a, 1, 11], &[0x0a, 1, 0xff], &[0x0a, 2, 0, 1], &[2, 1, 1], &[0x0a, 0]]
        {
            assert!(ReasonCode::decode(bad).is_err(), "{bad:02x?}");
        }
    }
}
