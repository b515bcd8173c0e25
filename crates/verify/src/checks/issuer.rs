// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who may sign certificates: basicConstraints and keyUsage (RFC 5280 §4.2.1.3, §4.2.1.9, §6.1.4).

use x509::ext::KeyUsage;

use super::extensions;
use crate::judge::{Finding, Judge, Seat, Verdict, either};
use crate::rules;
use crate::trace::{Place, Shown, TraceSink};

pub(super) fn check<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    critical(judge, seat)?;
    path_length_place(judge, seat)?;
    cert_sign_needs_ca(judge, seat)?;
    key_usage_present(judge, seat)
}

fn critical<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(constraints) = seat.certificate.known.basic_constraints else { return Ok(()) };
    let holds = !constraints.value.ca || constraints.critical;
    judge.hold(&rules::BASIC_CONSTRAINTS_CRITICAL, seat, holds, || {
        Finding::new(
            either(constraints.critical, "critical", "not critical"),
            either(constraints.value.ca, "critical", "any"),
        )
    })
}

fn path_length_place<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let known = &seat.certificate.known;
    let Some(length) = known.basic_constraints.and_then(|constraints| constraints.value.path_length) else {
        return Ok(());
    };
    let ca = seat.certificate.is_ca();
    let signs = known.key_usage.is_none_or(|usage| usage.value.has(KeyUsage::KEY_CERT_SIGN));
    judge.hold(&rules::PATH_LENGTH_PLACE, seat, ca && signs, || {
        let place = match (ca, signs) {
            (true, true) => "in a CA's certificate",
            (true, false) => "without keyCertSign",
            (false, _) => "without cA",
        };
        Finding::new(Shown::path_length(length, place), "cA and keyCertSign")
    })
}

fn cert_sign_needs_ca<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(usage) = seat.certificate.known.key_usage else { return Ok(()) };
    let ca = seat.certificate.is_ca();
    let holds = ca || !usage.value.has(KeyUsage::KEY_CERT_SIGN);
    judge.hold(&rules::CERT_SIGN_NEEDS_CA, seat, holds, || {
        let ca = either(ca, "cA true", "cA not true");
        Finding::new(Shown::usage(ca, usage.value), "cA true, or no keyCertSign")
    })
}

fn key_usage_present<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    if !seat.certificate.is_ca() {
        return Ok(());
    }
    let present = seat.certificate.known.key_usage.is_some();
    judge.hold(&rules::KEY_USAGE_OF_CA_PRESENT, seat, present, || {
        Finding::new(either(present, "present", "none"), "present")
    })
}

/// What a certificate must be to have issued another, `followers` CA certificates that are not
/// self-issued standing between it and the leaf.
pub(crate) fn as_issuer<T: TraceSink>(
    judge: &mut Judge<'_, '_, T>,
    seat: Seat<'_, '_>,
    followers: usize,
) -> Verdict {
    if seat.certificate.known.malformed.is_some() {
        // What it cannot be read to be says less.
        extensions::readable(judge, seat)?;
    }
    is_ca(judge, seat)?;
    may_sign(judge, seat)?;
    path_length(judge, seat, followers)
}

/// RFC 5280 §6.1.4(k). A certificate of version 1 or 2 has no extensions and is no CA's.
fn is_ca<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let seen = match seat.certificate.known.basic_constraints {
        None => "no basicConstraints",
        Some(constraints) => either(constraints.value.ca, "cA true", "cA false"),
    };
    judge.hold(&rules::ISSUER_IS_CA, seat, seat.certificate.is_ca(), || Finding::new(seen, "cA true"))
}

/// RFC 5280 §6.1.4(n).
fn may_sign<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(usage) = seat.certificate.known.key_usage else {
        judge.skip(&rules::ISSUER_MAY_SIGN, seat, "no keyUsage");
        return Ok(());
    };
    judge.hold(&rules::ISSUER_MAY_SIGN, seat, usage.value.has(KeyUsage::KEY_CERT_SIGN), || {
        Finding::new(Shown::usage("", usage.value), "keyCertSign")
    })
}

/// RFC 5280 §6.1.4(l) and (m), counted from below: what follows an issuer must fit into its constraint.
fn path_length<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>, followers: usize) -> Verdict {
    let constraints = seat.certificate.known.basic_constraints;
    let Some(limit) = constraints.and_then(|constraints| constraints.value.path_length) else {
        judge.skip(&rules::PATH_LENGTH, seat, "no pathLenConstraint");
        return Ok(());
    };
    let holds = u32::try_from(followers).is_ok_and(|followers| followers <= limit);
    judge.hold(&rules::PATH_LENGTH, seat, holds, || {
        let of = either(followers == 1, "intermediate certificate below", "intermediate certificates below");
        Finding::new(Shown::count(followers, of), Shown::at_most(limit))
    })
}

/// RFC 5280 §6.1.1 with a limit of the caller's: `count` is that of the intermediate certificates in
/// the path, this one included, that are not self-issued.
pub(crate) fn max_path_length<T: TraceSink>(
    judge: &mut Judge<'_, '_, T>,
    seat: Seat<'_, '_>,
    count: usize,
) -> Verdict {
    let Some(limit) = judge.question.max_path_len else { return Ok(()) };
    if matches!(seat.place, Place::Anchor(_)) {
        return Ok(());
    }
    let holds = u32::try_from(count).is_ok_and(|count| count <= limit);
    judge.hold(&rules::MAX_PATH_LENGTH, seat, holds, || {
        let of = either(count == 1, "intermediate certificate", "intermediate certificates");
        Finding::new(Shown::count(count, of), Shown::at_most(limit))
    })
}
