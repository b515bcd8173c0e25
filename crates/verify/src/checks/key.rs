// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which keys are allowed (BR §6.1.5, §6.1.6, §7.1.3.1). That an issuer's key is sound is found out
//! when it verifies a signature; the leaf's verifies none.

use x509::KeyStrength;

use crate::judge::{Finding, Judge, Seat, Verdict};
use crate::rules::{self, Severity};
use crate::trace::{Place, TraceSink};

pub(super) fn check<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    allowed(judge, seat)?;
    usable(judge, seat)
}

/// What nobody's proof would be worth anything by. An issuer's shows when it is to verify a signature.
fn usable<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let wanted = match judge.severity(&rules::KEY_USABLE) {
        Severity::Off => false,
        // Nobody hears of it.
        Severity::Warn => T::RECORDS,
        Severity::Refuse => true,
    };
    if !wanted || seat.place != Place::Leaf {
        return Ok(());
    }
    let strength = judge.verifier.check_key(&seat.certificate.tbs().subject_public_key_info());
    judge.hold(&rules::KEY_USABLE, seat, strength.is_ok(), || {
        let seen = strength.map_or_else(|error| error.to_string(), |strength| strength.to_string());
        Finding::new(seen, "one that this client would accept a proof by")
    })
}

fn allowed<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    if !judge.asks(&rules::KEY_ALLOWED) {
        return Ok(());
    }
    let strength = judge.verifier.check_key(&seat.certificate.tbs().subject_public_key_info());
    let allowed = match strength {
        Ok(KeyStrength::Rsa { bits }) => bits >= 2048 && bits % 8 == 0,
        Ok(KeyStrength::P256 | KeyStrength::P384 | KeyStrength::P521) => true,
        Ok(_) | Err(_) => false,
    };
    judge.hold(&rules::KEY_ALLOWED, seat, allowed, || {
        let seen = match strength {
            Ok(strength) => strength.to_string(),
            Err(error) => error.to_string(),
        };
        Finding::new(seen, "RSA of 2048 bits or more, P-256, P-384 or P-521")
    })
}
