// SPDX-License-Identifier: MIT OR Apache-2.0
//! The period of validity, both ends included (RFC 5280 §4.1.2.5, §6.1.3(a)(2)).

use crate::judge::{Finding, Judge, Seat, Verdict};
use crate::rejection::Reason;
use crate::rules;
use crate::trace::{Shown, TraceSink};

pub(super) fn check<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let validity = seat.certificate.tbs().validity();
    let (not_before, not_after) = (validity.not_before.time, validity.not_after.time);
    let at = judge.question.at;
    judge.hold(&rules::NOT_YET_VALID, seat, not_before <= at, || {
        Finding::new(Shown::moment("valid from", not_before), Shown::on_the(at, "or before"))
            .because(Reason::NotYetValid { at, not_before })
    })?;
    judge.hold(&rules::EXPIRED, seat, at <= not_after, || {
        Finding::new(Shown::moment("valid until", not_after), Shown::on_the(at, "or after"))
            .because(Reason::Expired { at, not_after })
    })
}
