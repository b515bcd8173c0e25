// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extensions as such: readable, known where critical, critical where asked (RFC 5280 §4.2).

use x509::{Oid, oid};

use crate::judge::{Finding, Judge, Seat, Verdict, either};
use crate::rejection::Reason;
use crate::rules::{self, Provision, Severity};
use crate::trace::{Shown, TraceSink};

/// The rule on an extension's criticality, and whether it must be critical.
fn criticality_of(extension: Oid<'_>) -> Option<(&'static Provision, bool)> {
    match extension {
        oid::AUTHORITY_INFO_ACCESS | oid::SUBJECT_INFO_ACCESS => Some((&rules::ACCESS_NOT_CRITICAL, false)),
        oid::FRESHEST_CRL => Some((&rules::FRESHEST_CRL_NOT_CRITICAL, false)),
        oid::SUBJECT_DIRECTORY_ATTRIBUTES => Some((&rules::DIRECTORY_ATTRIBUTES_NOT_CRITICAL, false)),
        oid::POLICY_CONSTRAINTS => Some((&rules::POLICY_CONSTRAINTS_CRITICAL, true)),
        oid::INHIBIT_ANY_POLICY => Some((&rules::INHIBIT_ANY_POLICY_CRITICAL, true)),
        _ => None,
    }
}

pub(super) fn check<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    readable(judge, seat)?;
    criticality(judge, seat)?;
    known_where_critical(judge, seat)?;
    policies_once(judge, seat)
}

fn readable<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let malformed = seat.certificate.known.malformed;
    judge.hold(&rules::EXTENSION_WELL_FORMED, seat, malformed.is_none(), || match malformed {
        Some(error) => Finding::new(error.to_string(), "well-formed").because(Reason::Malformed(error)),
        None => Finding::new("well-formed", "well-formed"),
    })
}

fn criticality<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    for extension in seat.certificate.tbs.extensions().iter() {
        let Some((provision, wanted)) = criticality_of(extension.oid) else { continue };
        judge.hold(provision, seat, extension.critical == wanted, || {
            let name = extension.oid.name().unwrap_or_default();
            Finding::new(
                Shown::criticality(name, extension.critical),
                either(wanted, "critical", "not critical"),
            )
        })?;
    }
    Ok(())
}

fn known_where_critical<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let unprocessed = seat.certificate.known.unprocessed;
    judge.hold(&rules::UNKNOWN_CRITICAL, seat, unprocessed.is_none(), || {
        let name = |oid: Oid<'_>| match oid.name() {
            Some(name) => Shown::from(format!("critical {name} ({oid})")),
            None => Shown::from(format!("critical {oid}")),
        };
        Finding::new(unprocessed.map_or(Shown::from("none"), name), "no such extension")
    })
}

fn policies_once<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(policies) = seat.certificate.known.policies else { return Ok(()) };
    if judge.severity(&rules::POLICY_ONCE) == Severity::Off {
        return Ok(());
    }
    let mut listed: Vec<Oid<'_>> = policies.value.iter().map(|information| information.policy).collect();
    listed.sort_unstable();
    let twice = listed.iter().zip(listed.iter().skip(1)).find(|(one, next)| one == next);
    judge.hold(&rules::POLICY_ONCE, seat, twice.is_none(), || match twice {
        Some((policy, _)) => Finding::new(format!("{policy} twice"), "each once"),
        None => Finding::new("each once", "each once"),
    })
}
