// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the lists say of one certificate: RFC 5280 §6.3.3.

use x509::ext::{ReasonCode, ReasonFlags};
use x509::{Name, Time};

use super::list::List;
use super::status::{Revoked, Status};
use super::{Asked, No, Usable, delta, scope, signer};
use crate::decoded::Decoded;
use crate::judge::{Finding, Judge, Verdict};
use crate::rules;
use crate::trace::TraceSink;

/// The list in force for a scope: a newer one of the same issuer and key takes the place of an older.
struct InForce<'a> {
    issuer: Name<'a>,
    key: &'a [u8],
    scope: Option<&'a [u8]>,
    /// Whether it has a number: without one, it is neither newer nor older than those that have.
    numbered: bool,
    this_update: Time,
}

impl<'a> InForce<'a> {
    fn new(list: &List<'a>, signer: &Decoded<'a>) -> Self {
        Self {
            issuer: list.crl.tbs().issuer(),
            key: signer.tbs().subject_public_key_info().raw(),
            scope: list.scope(),
            numbered: list.number().is_some(),
            this_update: list.crl.tbs().this_update().time,
        }
    }

    /// Whether another takes its place.
    fn is_among(&self, others: &[Self]) -> bool {
        others.iter().any(|other| self.numbered == other.numbered && self.is_beside(other))
    }

    /// Whether another was made later, whatever their numbers.
    fn is_before_one_of(&self, others: &[Self]) -> bool {
        others.iter().any(|other| self.this_update <= other.this_update && self.is_beside(other))
    }

    /// Whether both are of one issuer, key and scope.
    fn is_beside(&self, other: &Self) -> bool {
        (self.key, self.scope) == (other.key, other.scope) && self.issuer.matches(&other.issuer)
    }
}

/// Looks into every list that is about the certificate.
///
/// DIVERGENCE 5280-6.3.3: the standard stops once every reason is covered. Going on costs little, and finds
/// what a list says that another does not know of.
pub(super) fn look<'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'_, '_, 'a>,
    status: &mut Status<'_>,
) -> Verdict {
    let mut in_force = Vec::new();
    for list in asked.sources.complete() {
        let flawed = list.flaw().is_some();
        let looked = if flawed {
            accuse(judge, asked, list, &in_force, status)
        } else {
            look_into(judge, asked, list, &mut in_force, status)
        };
        match looked {
            Ok(()) => {}
            // What is wrong with it has been told.
            Err(No::Fault(_)) if flawed => {}
            Err(No::Fault(fault)) => status.fault(fault),
            Err(No::Stop(refused)) => return Err(refused),
        }
    }
    Ok(())
}

fn look_into<'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'_, '_, 'a>,
    list: &List<'a>,
    in_force: &mut Vec<InForce<'a>>,
    status: &mut Status<'_>,
) -> Usable {
    let Some(reasons) = reasons(judge, asked, list)? else {
        status.unrelated(list);
        return Ok(());
    };
    let fault =
        current(judge, asked, list, delta::fitting(list, asked.sources, judge.question.at).next().is_some());
    if let Err(No::Fault(fault)) = fault {
        status.fault(fault);
        return accuse(judge, asked, list, in_force, status);
    }
    fault?;
    let signer = signer::of(judge, asked, list)?;
    let this = InForce::new(list, signer);
    if this.is_among(in_force) {
        return Ok(());
    }
    let delta = delta::signed(judge, asked, list, signer)?;
    if !list.is_current(judge.question.at) {
        // What made it current may not have been signed.
        current(judge, asked, list, delta.is_some())?;
    }
    in_force.push(this);
    match entry(asked.certificate(), list, delta) {
        Some(revoked) => status.revoke(revoked),
        None => status.cover(reasons, list),
    }
    Ok(())
}

/// Hears a list that clears nobody, out of date or flawed in its form: whom it lists was revoked all the same,
/// unless that was a hold, which may have been lifted since.
fn accuse<'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'_, '_, 'a>,
    list: &List<'a>,
    in_force: &[InForce<'a>],
    status: &mut Status<'_>,
) -> Usable {
    if list.crl.tbs().this_update().time > judge.question.at || reasons(judge, asked, list)?.is_none() {
        return Ok(());
    }
    let revoked = entry(asked.certificate(), list, None);
    let Some(revoked) = revoked.filter(|revoked| revoked.reason != Some(ReasonCode::CertificateHold)) else {
        return Ok(());
    };
    let signer = signer::of(judge, asked, list)?;
    if !InForce::new(list, signer).is_before_one_of(in_force) {
        status.revoke(revoked);
    }
    Ok(())
}

/// RFC 5280 §6.3.3(b, d): the reasons that the list covers; `None` when it is not about the certificate.
fn reasons<T: TraceSink>(
    judge: &mut Judge<'_, '_, T>,
    asked: Asked<'_, '_, '_>,
    list: &List<'_>,
) -> Usable<Option<ReasonFlags>> {
    let covered = scope::covered(list, asked.certificate(), &mut judge.budget);
    let covered = match covered {
        Ok(covered) => covered,
        Err(spent) => return judge.within(asked.seat, Err(spent)).map(|()| None).map_err(No::Stop),
    };
    let Some(covered) = covered else { return Ok(None) };
    let paid = judge.budget.status();
    judge.within(asked.seat, paid)?;
    judge.usable(&rules::CRL_SCOPE, asked.seat, list, covered.is_ok(), || match &covered {
        Ok(reasons) => Finding::new(reasons.to_string(), "at least one reason"),
        Err(misfit) => Finding::new(misfit.seen.clone(), misfit.wanted.clone()),
    })?;
    Ok(covered.ok())
}

/// RFC 5280 §6.3.3(a): the list is current, or a delta brings it up to date.
fn current<T: TraceSink>(
    judge: &mut Judge<'_, '_, T>,
    asked: Asked<'_, '_, '_>,
    list: &List<'_>,
    updated: bool,
) -> Usable {
    let at = judge.question.at;
    let begun = list.crl.tbs().this_update().time <= at;
    let holds = begun && (updated || list.is_current(at));
    judge.usable(&rules::CRL_CURRENT, asked.seat, list, holds, || {
        Finding::new(list.period(), format!("current at {at}"))
    })?;
    Ok(())
}

/// RFC 5280 §6.3.3(i–k): what the delta says, else what the list says.
fn entry(certificate: &Decoded<'_>, list: &List<'_>, delta: Option<&List<'_>>) -> Option<Revoked> {
    match delta.map(|delta| found(certificate, delta)) {
        Some(Found::Listed(revoked)) => Some(revoked),
        Some(Found::Removed) => None,
        Some(Found::No) | None => match found(certificate, list) {
            Found::Listed(revoked) => Some(revoked),
            Found::Removed | Found::No => None,
        },
    }
}

/// What one list says.
enum Found {
    Listed(Revoked),
    /// It was on hold, and is no longer.
    Removed,
    No,
}

fn found(certificate: &Decoded<'_>, list: &List<'_>) -> Found {
    let tbs = certificate.tbs();
    let mut found = Found::No;
    for entry in list.crl.tbs().entries_for(&tbs.issuer(), tbs.serial()) {
        let reason = entry.reason().map(|reason| reason.value);
        if reason != Some(ReasonCode::RemoveFromCrl) {
            let since = entry.revocation_date.time;
            return Found::Listed(Revoked { since, reason, source: list.to_string() });
        }
        found = Found::Removed;
    }
    found
}
