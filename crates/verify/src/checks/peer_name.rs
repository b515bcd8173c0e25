// SPDX-License-Identifier: MIT OR Apache-2.0
//! The name that was asked for (RFC 9525 §6).

use x509::GeneralName;

use crate::common_name;
use crate::decoded::bounded;
use crate::judge::{Finding, Judge, Seat, Verdict};
use crate::rejection::{Reason, Rejection};
use crate::rules;
use crate::trace::{Shown, TraceSink};

/// The leaf presents the name that was asked for, if one was. Only subjectAltName presents names; the
/// common name does not (RFC 9525 §2), unless the question lets it.
pub(crate) fn check<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(wanted) = judge.question.name else { return Ok(()) };
    let names = seat.certificate.known.subject_alt_name;
    let matching = names.and_then(|names| names.value.iter().find(|name| wanted.matches(name)));
    if let Some(host) =
        common_name::identifier(judge, seat).filter(|host| wanted.matches(&GeneralName::Dns(host)))
    {
        return by_common_name(judge, seat, &host);
    }
    judge.hold(&rules::PEER_NAME, seat, matching.is_some(), || {
        if let Some(name) = matching {
            let dns = if let GeneralName::Dns(name) = name { Some(Shown::dns(name)) } else { None };
            return Finding::new(dns.unwrap_or_else(|| bounded(name).into()), Shown::peer(wanted));
        }
        let shown = names.map(|names| names.value.iter().take(Rejection::NAMES_SHOWN).map(bounded));
        let presented: Vec<String> = shown.map(Iterator::collect).unwrap_or_default();
        let count = names.map_or(0, |names| names.value.iter().count());
        let seen = if presented.is_empty() { "none".to_owned() } else { presented.join(", ") };
        Finding::new(seen, Shown::peer(wanted)).because(Reason::NameMismatch {
            wanted: wanted.clone(),
            presented,
            count,
        })
    })
}

/// The name stands in the common name alone, which the question lets count: remarked on, not refused.
fn by_common_name<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>, host: &str) -> Verdict {
    let wanted = judge.question.name;
    judge.hold(&rules::PEER_NAME, seat, true, || {
        Finding::new(format!("CN={host}"), wanted.map_or_else(|| Shown::from(""), Shown::peer))
    })?;
    judge.hold(&rules::COMMON_NAME_AS_IDENTIFIER, seat, false, || {
        Finding::new(format!("CN={host} and no alternative name"), "an alternative name")
    })
}
