// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an answer says about each certificate.

use super::{CertId, explicit, extensions, unprocessed};
use crate::der::{Element, Reader, Tag, Writer};
use crate::error::{Error, Problem, Within};
use crate::ext::{Critical, Extensions, InvalidityDate, KnownExtension, ReasonCode};
use crate::oid::Oid;
use crate::time::Time;

/// ```asn1
/// CertStatus ::= CHOICE {
///     good     [0] IMPLICIT NULL,
///     revoked  [1] IMPLICIT RevokedInfo,
///     unknown  [2] IMPLICIT NULL }
/// RevokedInfo ::= SEQUENCE {
///     revocationTime    GeneralizedTime,
///     revocationReason  [0] EXPLICIT CRLReason OPTIONAL }
/// ```
/// [RFC 6960 §4.2.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertStatus {
    /// Not revoked; not even that it was issued must follow (§2.2).
    Good,
    /// Revoked, for now or for good; or never issued (§2.2).
    Revoked {
        /// Since when.
        time: Time,
        /// Why, when that is said.
        reason: Option<ReasonCode>,
    },
    /// The responder does not know the certificate.
    Unknown,
}

impl CertStatus {
    const GOOD: Tag = Tag::context(0);
    const REVOKED: Tag = Tag::context_constructed(1);
    const UNKNOWN: Tag = Tag::context(2);

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let element = reader.element()?;
        match element.tag {
            Self::GOOD | Self::UNKNOWN if !element.content.is_empty() => {
                Err(element.error(Problem::NullContent))
            }
            Self::GOOD => Ok(Self::Good),
            Self::UNKNOWN => Ok(Self::Unknown),
            Self::REVOKED => Self::read_revoked(element.reader()),
            found => Err(element.error(Problem::UnknownChoice { found })),
        }
    }

    fn read_revoked(mut info: Reader<'_>) -> Result<Self, Error> {
        let time = info.generalized_time().within("revocationTime")?;
        let reason = explicit(&mut info, 0, ReasonCode::read).within("revocationReason")?;
        info.finish()?;
        Ok(Self::Revoked { time, reason })
    }

    /// Writes it.
    pub fn write(self, writer: &mut Writer) {
        match self {
            Self::Good => writer.element(Self::GOOD, &[]),
            Self::Unknown => writer.element(Self::UNKNOWN, &[]),
            Self::Revoked { time, reason } => writer.nest(Self::REVOKED, |info| {
                time.write_generalized(info);
                if let Some(reason) = reason {
                    info.element(Tag::context_constructed(0), &reason.encode());
                }
            }),
        }
    }
}

/// ```asn1
/// SingleResponse ::= SEQUENCE {
///     certID            CertID,
///     certStatus        CertStatus,
///     thisUpdate        GeneralizedTime,
///     nextUpdate        [0] EXPLICIT GeneralizedTime OPTIONAL,
///     singleExtensions  [1] EXPLICIT Extensions OPTIONAL }
/// ```
/// [RFC 6960 §4.2.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SingleResponse<'a> {
    /// About which certificate.
    pub cert_id: CertId<'a>,
    /// How it stands.
    pub status: CertStatus,
    /// When that was known to be so.
    pub this_update: Time,
    /// By when there will be newer information; without it, there always is (§4.2.2.1).
    pub next_update: Option<Time>,
    /// What else there is to say.
    pub extensions: Extensions<'a>,
}

impl<'a> SingleResponse<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut inner = reader.sequence()?;
        let cert_id = CertId::read(&mut inner).within("certID")?;
        let status = CertStatus::read(&mut inner).within("certStatus")?;
        let this_update = inner.generalized_time().within("thisUpdate")?;
        let next_update = explicit(&mut inner, 0, Reader::generalized_time).within("nextUpdate")?;
        let extensions = extensions(&mut inner, 1, "singleExtensions")?;
        extensions.decode::<ReasonCode>()?;
        extensions.decode::<InvalidityDate>()?;
        inner.finish()?;
        Ok(Self { cert_id, status, this_update, next_update, extensions })
    }

    fn extension<T: KnownExtension<'a>>(&self) -> Option<Critical<T>> {
        // What is malformed was refused when the list was read.
        self.extensions.decode().ok().flatten()
    }

    /// Why it was revoked, as the entry of a CRL would say (RFC 6960 §4.4.5).
    #[must_use]
    pub fn reason(&self) -> Option<Critical<ReasonCode>> {
        self.extension()
    }

    /// Since when the certificate must be thought invalid (RFC 6960 §4.4.5).
    #[must_use]
    pub fn invalidity_date(&self) -> Option<Critical<InvalidityDate>> {
        self.extension()
    }

    /// The first critical extension that is not one of those read here; then this answer must not be
    /// used (RFC 6960 §4.4).
    #[must_use]
    pub fn unprocessed(&self) -> Option<Oid<'a>> {
        unprocessed(self.extensions, &[ReasonCode::OID, InvalidityDate::OID])
    }
}

/// See [`SingleResponses::LIMIT`].
const LIMIT: usize = 256;

/// The answers, each checked when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SingleResponses<'a> {
    content: &'a [u8],
}

impl<'a> SingleResponses<'a> {
    /// How many are read at most: nearly always there is one (RFC 5019 §2.2.1).
    pub const LIMIT: usize = LIMIT;

    /// Checks every answer of the list whose SEQUENCE has been read.
    pub(super) fn from_element(list: &Element<'a>) -> Result<Self, Error> {
        // RFC 6960 §2.2: one for each of the certificates in a request, which has one or more.
        let content = list.reader().members(LIMIT, SingleResponse::read)?;
        Ok(Self { content })
    }

    /// The answers, in order.
    pub fn iter(&self) -> impl Iterator<Item = SingleResponse<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || SingleResponse::read(&mut reader).ok())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_status_survives_the_round_trip() {
        let time = Time::parse("2026-11-22T10:00:00Z").unwrap();
        for status in [
            CertStatus::Good,
            CertStatus::Unknown,
            CertStatus::Revoked { time, reason: None },
            CertStatus::Revoked { time, reason: Some(ReasonCode::KeyCompromise) },
            CertStatus::Revoked { time, reason: Some(ReasonCode::Unspecified) },
        ] {
            let der = Writer::build(|writer| status.write(writer));
            let mut reader = Reader::new(&der);
            assert_eq!(CertStatus::read(&mut reader), Ok(status));
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn other_statuses_are_refused() {
        let check = |input: &[u8], expect: Problem| {
            let error = CertStatus::read(&mut Reader::new(input)).unwrap_err();
            assert_eq!(error.problem(), expect, "{input:02x?}");
        };
        let [constructed, third] = [Tag::context_constructed(0), Tag::context(3)];
        check(&[0x80, 1, 0], Problem::NullContent);
        check(&[0x82, 2, 5, 0], Problem::NullContent);
        check(&[0xa0, 0], Problem::UnknownChoice { found: constructed });
        check(&[0x83, 0], Problem::UnknownChoice { found: third });
        check(&[0x81, 0], Problem::UnknownChoice { found: Tag::context(1) });
        check(&[0xa1, 0], Problem::Missing { expected: Tag::GENERALIZED_TIME });
        check(
            b"\xa1\x0f\x17\x0d261122100000Z",
            Problem::UnexpectedTag { expected: Tag::GENERALIZED_TIME, found: Tag::UTC_TIME },
        );
        check(b"\xa1\x11\x18\x0f20261322100000Z", Problem::Time);
        check(b"\xa1\x16\x18\x0f20261122100000Z\xa0\x03\x0a\x01\x07", Problem::UnknownReason { found: 7 });
        check(b"\xa1\x14\x18\x0f20261122100000Z\x0a\x01\x01", Problem::TrailingBytes { count: 3 });
        check(
            b"\xa1\x18\x18\x0f20261122100000Z\xa0\x05\x0a\x01\x01\x05\x00",
            Problem::TrailingBytes { count: 2 },
        );
    }
}
