// SPDX-License-Identifier: MIT OR Apache-2.0
//! keyUsage by itself (RFC 5280 §4.2.1.3, RFC 9881 §5).

use x509::ext::KeyUsage;
use x509::oid;

use crate::judge::{Finding, Judge, Seat, Verdict, either};
use crate::rules;
use crate::trace::{Shown, TraceSink};

pub(super) fn check<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(usage) = seat.certificate.known.key_usage else { return Ok(()) };
    judge.hold(&rules::KEY_USAGE_NOT_EMPTY, seat, !usage.value.is_empty(), || {
        Finding::new(Shown::usage("", usage.value), "at least one use")
    })?;
    judge.hold(&rules::KEY_USAGE_CRITICAL, seat, usage.critical, || {
        Finding::new(either(usage.critical, "critical", "not critical"), "critical")
    })?;
    ml_dsa(judge, seat, usage.value)
}

/// RFC 9881 §5: at least one of the signing bits, and none of the others.
fn ml_dsa<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>, usage: KeyUsage) -> Verdict {
    const FORBIDDEN: [KeyUsage; 5] = [
        KeyUsage::KEY_ENCIPHERMENT,
        KeyUsage::DATA_ENCIPHERMENT,
        KeyUsage::KEY_AGREEMENT,
        KeyUsage::ENCIPHER_ONLY,
        KeyUsage::DECIPHER_ONLY,
    ];
    let algorithm = seat.certificate.tbs().subject_public_key_info().algorithm().oid();
    if ![oid::ML_DSA_44, oid::ML_DSA_65, oid::ML_DSA_87].contains(&algorithm) {
        return Ok(());
    }
    let signs_only = !FORBIDDEN.into_iter().any(|bit| usage.has(bit));
    judge.hold(&rules::ML_DSA_KEY_USAGE, seat, signs_only, || {
        Finding::new(Shown::usage("", usage), "signing bits alone")
    })
}
