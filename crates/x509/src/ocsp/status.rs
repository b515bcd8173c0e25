// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a responder fared with a request.

use std::fmt;

use crate::der::Reader;
use crate::error::{Error, Problem};

/// ```asn1
/// OCSPResponseStatus ::= ENUMERATED {
///     successful (0), malformedRequest (1), internalError (2), tryLater (3), sigRequired (5),
///     unauthorized (6) }
/// ```
/// [RFC 6960 §4.2.1]. All but the first are errors, and nobody signs them (§2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResponseStatus {
    /// There is an answer.
    Successful,
    /// The request could not be read.
    MalformedRequest,
    /// The responder is in a state that it should not be in.
    InternalError,
    /// The responder cannot answer now.
    TryLater,
    /// The request must be signed.
    SigRequired,
    /// This client may not ask, or this responder has no answer about the certificate.
    Unauthorized,
}

impl ResponseStatus {
    /// Every status, with its number and its name.
    const ALL: [(Self, u8, &'static str); 6] = [
        (Self::Successful, 0, "successful"),
        (Self::MalformedRequest, 1, "malformedRequest"),
        (Self::InternalError, 2, "internalError"),
        (Self::TryLater, 3, "tryLater"),
        (Self::SigRequired, 5, "sigRequired"),
        (Self::Unauthorized, 6, "unauthorized"),
    ];

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let at = *reader;
        let number = reader.enumerated()?;
        Self::from_number(number).ok_or_else(|| at.error(Problem::UnknownResponseStatus { found: number }))
    }

    /// The status of this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known, _)| *known == number).map(|(status, ..)| status)
    }

    /// The status's number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Successful => 0,
            Self::MalformedRequest => 1,
            Self::InternalError => 2,
            Self::TryLater => 3,
            Self::SigRequired => 5,
            Self::Unauthorized => 6,
        }
    }
}

/// As the ASN.1 names it, such as `tryLater`.
impl fmt::Display for ResponseStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.into_iter().find(|(status, ..)| status == self).map(|(.., name)| name);
        f.write_str(name.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_number_and_no_other_is_read() {
        for (status, number, name) in ResponseStatus::ALL {
            assert_eq!(status.number(), number);
            assert_eq!(ResponseStatus::read(&mut Reader::new(&[0x0a, 1, number])), Ok(status));
            assert_eq!(status.to_string(), name);
        }
        for bad in
            [&[0x0a, 1, 4][..], &[0x0a, 1, 7], &[0x0a, 1, 0xff], &[0x0a, 2, 0, 1], &[2, 1, 1], &[0x0a, 0]]
        {
            assert!(ResponseStatus::read(&mut Reader::new(bad)).is_err(), "{bad:02x?}");
        }
    }
}
