// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extensions as such: readable, known where critical, critical where asked (RFC 5280 §4.2).

use x509::ext::{CertificatePolicies, PolicyMapping};
use x509::{Oid, oid};

use crate::decoded::Known;
use crate::judge::{Finding, Judge, Seat, Verdict, either};
use crate::rejection::Reason;
use crate::rules::{self, Provision};
use crate::trace::{Shown, TraceSink};

pub(super) fn check<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    readable(judge, seat)?;
    criticality(judge, seat)?;
    known_where_critical(judge, seat)?;
    policy_mappings(judge, seat)?;
    policies_once(judge, seat)
}

pub(super) fn readable<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let malformed = seat.certificate.known.malformed;
    judge.hold(&rules::EXTENSION_WELL_FORMED, seat, malformed.is_none(), || match malformed {
        Some(error) => Finding::new(error.to_string(), "well-formed").because(Reason::Malformed(error)),
        None => Finding::new("well-formed", "well-formed"),
    })
}

fn criticality<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Known { criticality: known, policy_constraints, inhibit_any_policy, .. } = &seat.certificate.known;
    let (constraints, inhibit) =
        (policy_constraints.map(|found| found.critical), inhibit_any_policy.map(|found| found.critical));
    let rows: [(&'static Provision, &'static str, Option<bool>, bool); 6] = [
        (&rules::ACCESS_NOT_CRITICAL, "authorityInfoAccess", known.authority_info_access, false),
        (&rules::ACCESS_NOT_CRITICAL, "subjectInfoAccess", known.subject_info_access, false),
        (&rules::FRESHEST_CRL_NOT_CRITICAL, "freshestCRL", known.freshest_crl, false),
        (
            &rules::DIRECTORY_ATTRIBUTES_NOT_CRITICAL,
            "subjectDirectoryAttributes",
            known.directory_attributes,
            false,
        ),
        (&rules::POLICY_CONSTRAINTS_CRITICAL, "policyConstraints", constraints, true),
        (&rules::INHIBIT_ANY_POLICY_CRITICAL, "inhibitAnyPolicy", inhibit, true),
    ];
    for (provision, name, found, wanted) in rows {
        let Some(critical) = found else { continue };
        judge.hold(provision, seat, critical == wanted, || {
            Finding::new(Shown::criticality(name, critical), either(wanted, "critical", "not critical"))
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
        Finding::new(unprocessed.map_or(Shown::from("none"), name), "none")
    })
}

fn policy_mappings<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(mappings) = seat.certificate.known.policy_mappings else { return Ok(()) };
    judge.hold(&rules::POLICY_MAPPINGS_CRITICAL, seat, mappings.critical, || {
        Finding::new(either(mappings.critical, "critical", "not critical"), "critical")
    })?;
    let of_any = |mapping: &PolicyMapping<'_>| [mapping.issuer, mapping.subject].contains(&oid::ANY_POLICY);
    let found = mappings.value.iter().find(of_any);
    judge.hold(&rules::POLICY_MAPPING_OF_ANY, seat, found.is_none(), || {
        let seen = found.map(|mapping| {
            let name = |oid: Oid<'_>| oid.name().map_or_else(|| oid.to_string(), str::to_owned);
            format!("{} mapped to {}", name(mapping.issuer), name(mapping.subject))
        });
        Finding::new(seen.unwrap_or_else(|| "none".to_owned()), "none")
    })
}

fn policies_once<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(policies) = seat.certificate.known.policies else { return Ok(()) };
    if !judge.asks(&rules::POLICY_ONCE) {
        return Ok(());
    }
    let twice = listed_twice(&policies.value);
    judge.hold(&rules::POLICY_ONCE, seat, twice.is_none(), || match twice {
        Some(policy) => Finding::new(format!("{policy} twice"), "each once"),
        None => Finding::new("each once", "each once"),
    })
}

/// A policy that stands in a certificate twice.
fn listed_twice<'a>(policies: &CertificatePolicies<'a>) -> Option<Oid<'a>> {
    let listed = || policies.iter().map(|information| information.policy);
    // Most have one.
    listed().nth(1)?;
    let mut sorted: Vec<Oid<'_>> = listed().collect();
    sorted.sort_unstable();
    sorted.iter().zip(sorted.iter().skip(1)).find(|(one, next)| one == next).map(|(policy, _)| *policy)
}
