// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can happen.

mod base_url;
mod interval;
mod issuance;
mod issuer;
mod refusal;
mod request;
mod shards;
mod status;
mod token;

pub use base_url::BaseUrlSettled;
pub use interval::IntervalUnknown;
pub use issuance::{CertificateIssued, PlanApproved};
pub use issuer::{Certified, IssuerAdded, IssuerRetired, KeyMoved, Reach};
pub use refusal::RequestRefused;
pub use request::{HeldLine, RequestApproved, RequestDenied, RequestHeld};
pub use shards::CrlShardsSettled;
pub use status::{CertificateRevoked, CrlIssued, CrlPresigned, HoldReleased};
pub use token::{Shown, TokenAdded, TokenRevoked};

use x509::der::{Reader, Tag, Writer};
use x509::{Error, Problem, Time};

use crate::issuer::IssuerId;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// An issuer was added.
    IssuerAdded(IssuerAdded),
    /// A plan was approved.
    PlanApproved(PlanApproved),
    /// A certificate was issued.
    CertificateIssued(CertificateIssued),
    /// A certificate was taken back, or put on hold.
    CertificateRevoked(CertificateRevoked),
    /// A certificate that was on hold is good again.
    HoldReleased(HoldReleased),
    /// A request was refused.
    RequestRefused(RequestRefused),
    /// A CRL was made.
    CrlIssued(CrlIssued),
    /// Where things are published was settled.
    BaseUrlSettled(BaseUrlSettled),
    /// In how many parts CRLs come was settled.
    CrlShardsSettled(CrlShardsSettled),
    /// A token was made.
    TokenAdded(TokenAdded),
    /// A token was taken back.
    TokenRevoked(TokenRevoked),
    /// An issuer was retired.
    IssuerRetired(IssuerRetired),
    /// The key of an issuer was moved.
    KeyMoved(KeyMoved),
    /// A CRL was made ahead of its time.
    CrlPresigned(CrlPresigned),
    /// A request waits for an approval.
    RequestHeld(RequestHeld),
    /// A request was approved.
    RequestApproved(RequestApproved),
    /// A request was denied.
    RequestDenied(RequestDenied),
    /// What was issued for a while is unknown.
    IntervalUnknown(IntervalUnknown),
}

const ISSUER_ADDED: Tag = Tag::context_constructed(0);
const PLAN_APPROVED: Tag = Tag::context_constructed(1);
const CERTIFICATE_ISSUED: Tag = Tag::context_constructed(2);
const CERTIFICATE_REVOKED: Tag = Tag::context_constructed(3);
const HOLD_RELEASED: Tag = Tag::context_constructed(4);
const REQUEST_REFUSED: Tag = Tag::context_constructed(5);
const CRL_ISSUED: Tag = Tag::context_constructed(6);
const BASE_URL_SETTLED: Tag = Tag::context_constructed(7);
const TOKEN_ADDED: Tag = Tag::context_constructed(8);
const TOKEN_REVOKED: Tag = Tag::context_constructed(9);
const ISSUER_RETIRED: Tag = Tag::context_constructed(10);
const KEY_MOVED: Tag = Tag::context_constructed(11);
const CRL_PRESIGNED: Tag = Tag::context_constructed(12);
const REQUEST_HELD: Tag = Tag::context_constructed(14);
const REQUEST_APPROVED: Tag = Tag::context_constructed(15);
const REQUEST_DENIED: Tag = Tag::context_constructed(16);
const INTERVAL_UNKNOWN: Tag = Tag::context_constructed(18);
const CRL_SHARDS_SETTLED: Tag = Tag::context_constructed(17);

impl Event {
    /// The name of the kind of event, such as `certificate-issued`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::IssuerAdded(_) => "issuer-added",
            Self::PlanApproved(_) => "plan-approved",
            Self::CertificateIssued(_) => "certificate-issued",
            Self::CertificateRevoked(_) => "certificate-revoked",
            Self::HoldReleased(_) => "hold-released",
            Self::RequestRefused(_) => "request-refused",
            Self::CrlIssued(_) => "crl-issued",
            Self::BaseUrlSettled(_) => "base-url-settled",
            Self::CrlShardsSettled(_) => "crl-shards-settled",
            Self::TokenAdded(_) => "token-added",
            Self::TokenRevoked(_) => "token-revoked",
            Self::IssuerRetired(_) => "issuer-retired",
            Self::KeyMoved(_) => "key-moved",
            Self::CrlPresigned(_) => "crl-presigned",
            Self::RequestHeld(_) => "request-held",
            Self::RequestApproved(_) => "request-approved",
            Self::RequestDenied(_) => "request-denied",
            Self::IntervalUnknown(_) => "interval-unknown",
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        match self {
            Self::IssuerAdded(added) => writer.nest(ISSUER_ADDED, |event| added.write(event)),
            Self::PlanApproved(approved) => writer.nest(PLAN_APPROVED, |event| approved.write(event)),
            Self::CertificateIssued(issued) => writer.nest(CERTIFICATE_ISSUED, |event| issued.write(event)),
            Self::CertificateRevoked(revoked) => {
                writer.nest(CERTIFICATE_REVOKED, |event| revoked.write(event));
            }
            Self::HoldReleased(released) => writer.nest(HOLD_RELEASED, |event| released.write(event)),
            Self::RequestRefused(refused) => writer.nest(REQUEST_REFUSED, |event| refused.write(event)),
            Self::CrlIssued(issued) => writer.nest(CRL_ISSUED, |event| issued.write(event)),
            Self::BaseUrlSettled(settled) => writer.nest(BASE_URL_SETTLED, |event| settled.write(event)),
            Self::CrlShardsSettled(settled) => {
                writer.nest(CRL_SHARDS_SETTLED, |event| settled.write(event));
            }
            Self::TokenAdded(added) => writer.nest(TOKEN_ADDED, |event| added.write(event)),
            Self::TokenRevoked(revoked) => writer.nest(TOKEN_REVOKED, |event| revoked.write(event)),
            Self::IssuerRetired(retired) => writer.nest(ISSUER_RETIRED, |event| retired.write(event)),
            Self::KeyMoved(moved) => writer.nest(KEY_MOVED, |event| moved.write(event)),
            Self::CrlPresigned(presigned) => writer.nest(CRL_PRESIGNED, |event| presigned.write(event)),
            Self::RequestHeld(held) => writer.nest(REQUEST_HELD, |event| held.write(event)),
            Self::RequestApproved(approved) => writer.nest(REQUEST_APPROVED, |event| approved.write(event)),
            Self::RequestDenied(denied) => writer.nest(REQUEST_DENIED, |event| denied.write(event)),
            Self::IntervalUnknown(unknown) => writer.nest(INTERVAL_UNKNOWN, |event| unknown.write(event)),
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let element = reader.element()?;
        let mut event = element.reader();
        let read = match element.tag {
            ISSUER_ADDED => Self::IssuerAdded(IssuerAdded::read(&mut event)?),
            PLAN_APPROVED => Self::PlanApproved(PlanApproved::read(&mut event)?),
            CERTIFICATE_ISSUED => Self::CertificateIssued(CertificateIssued::read(&mut event)?),
            CERTIFICATE_REVOKED => Self::CertificateRevoked(CertificateRevoked::read(&mut event)?),
            HOLD_RELEASED => Self::HoldReleased(HoldReleased::read(&mut event)?),
            REQUEST_REFUSED => Self::RequestRefused(RequestRefused::read(&mut event)?),
            CRL_ISSUED => Self::CrlIssued(CrlIssued::read(&mut event)?),
            BASE_URL_SETTLED => Self::BaseUrlSettled(BaseUrlSettled::read(&mut event)?),
            CRL_SHARDS_SETTLED => Self::CrlShardsSettled(CrlShardsSettled::read(&mut event)?),
            TOKEN_ADDED => Self::TokenAdded(TokenAdded::read(&mut event)?),
            TOKEN_REVOKED => Self::TokenRevoked(TokenRevoked::read(&mut event)?),
            ISSUER_RETIRED => Self::IssuerRetired(IssuerRetired::read(&mut event)?),
            KEY_MOVED => Self::KeyMoved(KeyMoved::read(&mut event)?),
            CRL_PRESIGNED => Self::CrlPresigned(CrlPresigned::read(&mut event)?),
            REQUEST_HELD => Self::RequestHeld(RequestHeld::read(&mut event)?),
            REQUEST_APPROVED => Self::RequestApproved(RequestApproved::read(&mut event)?),
            REQUEST_DENIED => Self::RequestDenied(RequestDenied::read(&mut event)?),
            INTERVAL_UNKNOWN => Self::IntervalUnknown(IntervalUnknown::read(&mut event)?),
            found => return Err(element.error(Problem::UnknownChoice { found })),
        };
        event.finish()?;
        Ok(read)
    }
}

fn write_text(writer: &mut Writer, text: &str) {
    writer.element(Tag::UTF8_STRING, text.as_bytes());
}

fn read_text(reader: &mut Reader<'_>) -> Result<String, Error> {
    let element = reader.expect(Tag::UTF8_STRING)?;
    let refused = element.error(Problem::StringAlphabet { what: "UTF8String" });
    str::from_utf8(element.content).ok().map(str::to_owned).ok_or(refused)
}

fn read_number(reader: &mut Reader<'_>) -> Result<u64, Error> {
    let at = *reader;
    let octets = reader.unsigned_integer()?;
    if octets.len() > 8 {
        return Err(at.error(Problem::WrongLength { what: "number", length: octets.len() }));
    }
    Ok(octets.iter().fold(0, |sum, octet| (sum << 8) | u64::from(*octet)))
}

fn read_id(reader: &mut Reader<'_>) -> Result<IssuerId, Error> {
    let at = *reader;
    let octets = reader.octet_string()?;
    let wrong = Problem::WrongLength { what: "issuer identifier", length: octets.len() };
    octets.try_into().map(IssuerId::from_octets).ok().ok_or_else(|| at.error(wrong))
}

/// A time that may be left out, under a tag of its own.
fn write_optional_time(writer: &mut Writer, tag: Tag, time: Option<Time>) {
    if let Some(time) = time {
        writer.nest(tag, |explicit| time.write(explicit));
    }
}

fn read_optional_time(reader: &mut Reader<'_>, tag: Tag) -> Result<Option<Time>, Error> {
    let Some(explicit) = reader.optional(tag)? else { return Ok(None) };
    let mut inner = explicit.reader();
    let time = inner.time()?.time;
    inner.finish()?;
    Ok(Some(time))
}
