// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether certificates were taken back (RFC 5280 §6.3, RFC 6960).
//!
//! Asked once a path is whole and signed, from the anchor down, so that whoever signed a list has been
//! judged before those it lists. Everything given is looked into: whoever says that a certificate is
//! revoked is believed over those who do not know of it.

mod aside;
mod delta;
mod list;
mod lists;
mod responder;
mod response;
mod responses;
mod scope;
mod signer;
mod sources;
mod status;

use crate::decoded::Decoded;
use crate::judge::{Finding, Judge, Refused, Seat, Verdict};
use crate::rejection::{Reason, StatusFault};
use crate::rules;
use crate::search::given::Given;
use crate::search::place;
use crate::trace::TraceSink;

pub(crate) use aside::Assumed;
pub(crate) use sources::Sources;
use status::Status;

/// What is known of certificates that were taken back, and what to make of it.
///
/// ```
/// # use chancery_verify as verify;
/// use verify::{Revocation, UnknownStatus};
///
/// # let crl = &[][..];
/// let lists = [crl];
/// let mut revocation = Revocation::new(&lists, &[]);
/// revocation.unknown = UnknownStatus::Accepted;
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Revocation<'a> {
    /// CRLs, DER, complete ones and deltas, in any order. One that cannot be used is told and passed over.
    pub lists: &'a [&'a [u8]],
    /// OCSP responses, DER, stapled or fetched. As with lists.
    pub responses: &'a [&'a [u8]],
    /// The nonce that was sent for them: a response without it is not used.
    pub nonce: Option<&'a [u8]>,
    /// Whose status is asked for.
    pub of: StatusOf,
    /// What an unknown status means.
    pub unknown: UnknownStatus,
}

impl<'a> Revocation<'a> {
    /// By these CRLs and OCSP responses, for every certificate below the anchor, none of which may be of unknown status.
    #[must_use]
    pub const fn new(lists: &'a [&'a [u8]], responses: &'a [&'a [u8]]) -> Self {
        Self { lists, responses, nonce: None, of: StatusOf::Path, unknown: UnknownStatus::Refused }
    }

    /// By what a server has stapled to its chain: about the leaf alone, and accepted when it says nothing.
    #[must_use]
    pub const fn stapled(responses: &'a [&'a [u8]]) -> Self {
        Self { of: StatusOf::Leaf, unknown: UnknownStatus::Accepted, ..Self::new(&[], responses) }
    }
}

/// Whose status is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusOf {
    /// That of every certificate below the anchor.
    Path,
    /// That of the leaf alone.
    Leaf,
}

/// What it means that nobody given knows a certificate's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnknownStatus {
    /// The certificate is refused ("hard fail").
    Refused,
    /// The certificate is accepted, with a remark in the trace ("soft fail").
    Accepted,
}

/// A path whose signatures hold, and what else was given.
pub(crate) struct Whole<'p, 'a> {
    /// From leaf to anchor.
    pub(crate) certificates: Vec<&'p Decoded<'a>>,
    pub(crate) given: &'p Given<'a>,
}

/// The certificate of a path whose status is asked for.
#[derive(Clone, Copy)]
struct Asked<'l, 'p, 'a> {
    path: &'l Whole<'p, 'a>,
    seat: Seat<'p, 'a>,
    sources: &'l Sources<'a>,
}

impl<'p, 'a> Asked<'_, 'p, 'a> {
    const fn certificate(self) -> &'p Decoded<'a> {
        self.seat.certificate
    }

    /// The one above it in the path.
    fn issuer(self) -> Option<&'p Decoded<'a>> {
        self.path.certificates.get(self.seat.place.depth().saturating_add(1)).copied()
    }
}

/// Why something tells nothing of a status.
enum No {
    /// It breaks a rule.
    Fault(StatusFault),
    /// The decision is given up.
    Stop(Refused),
}

type Usable<T = ()> = Result<T, No>;

impl From<StatusFault> for No {
    fn from(fault: StatusFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Refused> for No {
    fn from(refused: Refused) -> Self {
        Self::Stop(refused)
    }
}

/// RFC 5280 §6.1.3(a)(3): nobody below the anchor is revoked.
pub(crate) fn check<'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    path: &Whole<'_, 'a>,
    revocation: &Revocation<'_>,
    sources: &Sources<'a>,
) -> Verdict {
    let below = path.certificates.len().saturating_sub(1);
    let asked = match revocation.of {
        StatusOf::Path => below,
        StatusOf::Leaf => below.min(1),
    };
    for (depth, certificate) in path.certificates.iter().copied().enumerate().take(asked).rev() {
        // What is not signed yet cannot have been taken back.
        if certificate.signed().is_some() {
            let seat = Seat { place: place(depth), certificate };
            ask(judge, Asked { path, seat, sources }, revocation.unknown)?;
        }
    }
    Ok(())
}

/// Asks for the status of one certificate.
fn ask<'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'_, '_, 'a>,
    unknown: UnknownStatus,
) -> Verdict {
    let seat = asked.seat;
    let mut status = Status::new(asked.sources.faults());
    responses::look(judge, asked, &mut status)?;
    lists::look(judge, asked, &mut status)?;
    if let Some(revoked) = status.revoked {
        return judge.hold(&rules::NOT_REVOKED, seat, false, || {
            Finding::new(revoked.to_string(), "not revoked").because(Reason::from(revoked))
        });
    }
    let known = status.is_known();
    if known {
        judge.hold(&rules::NOT_REVOKED, seat, true, || status.good())?;
    }
    let finding = || status.finding();
    if !known && unknown == UnknownStatus::Accepted {
        judge.remark(&rules::STATUS_KNOWN, seat, finding);
        return Ok(());
    }
    judge.hold(&rules::STATUS_KNOWN, seat, known, finding)
}
