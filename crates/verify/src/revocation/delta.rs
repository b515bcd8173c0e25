// SPDX-License-Identifier: MIT OR Apache-2.0
//! Delta CRLs: RFC 5280 §5.2.4, §6.3.3(c) and (h).

use x509::Time;

use super::list::List;
use super::{Asked, Sources, Usable};
use crate::decoded::Decoded;
use crate::judge::{Finding, Judge};
use crate::rules;
use crate::trace::TraceSink;

/// The deltas that can bring `list` up to date, the newest first, whoever signed them.
pub(super) fn fitting<'l, 'a>(
    list: &'l List<'a>,
    sources: &'l Sources<'a>,
    at: Time,
) -> impl Iterator<Item = &'l List<'a>> {
    sources.deltas().iter().filter(move |delta| fits(delta, list) && delta.is_current(at))
}

/// Whether a delta has the issuer and the scope of the complete list (c)(1, 2), and whether the list's
/// number lies between its base and itself (§5.2.4).
fn fits(delta: &List<'_>, list: &List<'_>) -> bool {
    let numbers = delta.base().zip(delta.number()).zip(list.number());
    delta.crl.tbs().issuer().matches(&list.crl.tbs().issuer())
        && delta.scope() == list.scope()
        && numbers.is_some_and(|((base, number), complete)| base <= complete && complete < number)
}

/// The newest delta to `list` that its signer signed too (h).
pub(super) fn signed<'l, 'a, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    asked: Asked<'l, '_, 'a>,
    list: &'l List<'a>,
    signer: &Decoded<'a>,
) -> Usable<Option<&'l List<'a>>> {
    for delta in fitting(list, asked.sources, judge.question.at) {
        let signature = judge.signature(asked.seat, &delta.signed(), signer)?;
        let used = judge.usable(&rules::CRL_DELTA_FITS, asked.seat, delta, signature.is_ok(), || {
            let seen = match &signature {
                Ok(()) => "it fits".to_owned(),
                Err(error) => error.to_string(),
            };
            Finding::new(seen, format!("a delta to {list}"))
        });
        if used.is_ok() {
            return Ok(Some(delta));
        }
    }
    Ok(None)
}
