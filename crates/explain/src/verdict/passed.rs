// SPDX-License-Identifier: MIT OR Apache-2.0
//! What was seen where a check held.

use verify::Outcome;
use x509::ext::{BasicConstraints, ExtendedKeyUsage, NameConstraints};

use super::Case;
use super::branch::Branch;
use super::link::Resolved;
use super::topic::Topic;
use crate::algorithm::named;
use crate::general_name::{alternative_names, leading_common_name};
use crate::moment::{counted_len, day, relative};

/// How many names are listed before the rest is counted.
const NAMES_SHOWN: usize = 6;

pub(super) fn seen(topic: Topic, case: &Case<'_>, branch: &Branch<'_>, links: &[Resolved<'_>]) -> String {
    match topic {
        Topic::Issuer => issuers(links),
        Topic::TrustStore => trust_store(case, links),
        Topic::Signature => signatures(links),
        Topic::Dates => dates(case, links),
        Topic::Name if branch.remarks_on("common-name-as-identifier") => common_name(case),
        Topic::Name => name(case, links),
        Topic::Purpose => purpose(case, links),
        Topic::Authority => authority(links),
        Topic::Constraints => constraints(links),
        Topic::Revocation => revocation(branch),
        Topic::Form => form(branch, links),
    }
}

fn issuers(links: &[Resolved<'_>]) -> String {
    let pairs = links.iter().zip(links.iter().skip(1));
    let told: Vec<String> = pairs
        .enumerate()
        .map(|(depth, (below, above))| {
            let above = &above.facts.short_name;
            if depth == 0 {
                format!("{} was issued by {above}", below.facts.short_name)
            } else {
                format!("that by {above}")
            }
        })
        .collect();
    if told.is_empty() { "the certificate itself is trusted".to_owned() } else { told.join(", ") }
}

fn trust_store(case: &Case<'_>, links: &[Resolved<'_>]) -> String {
    let Some(anchor) = links.last() else { return String::new() };
    let count = match case.anchors.len() {
        1 => return only(anchor),
        many => format!("the {many} certificates that this client trusts"),
    };
    let place = anchor.facts.store.as_ref().map(|store| format!("; it is in {store}")).unwrap_or_default();
    format!("{} is one of {count}{place}", anchor.facts.short_name)
}

fn only(anchor: &Resolved<'_>) -> String {
    let place = anchor.facts.store.as_ref().map(|store| format!(", from {store}")).unwrap_or_default();
    format!("{} is the one certificate that this client trusts{place}", anchor.facts.short_name)
}

fn signatures(links: &[Resolved<'_>]) -> String {
    let pairs = links.iter().zip(links.iter().skip(1));
    let told: Vec<String> = pairs
        .map(|(below, above)| {
            let algorithm = below.facts.details.as_ref().map(|details| &details.signature_algorithm);
            let with = algorithm.map(|algorithm| format!(" ({algorithm})")).unwrap_or_default();
            format!("the key of {} verifies {}{with}", above.facts.short_name, below.facts.short_name)
        })
        .collect();
    told.join("; ")
}

fn dates(case: &Case<'_>, links: &[Resolved<'_>]) -> String {
    let ends = links
        .iter()
        .filter_map(|link| Some((link.facts.details.as_ref()?.not_after, &link.facts.short_name)));
    match ends.min_by_key(|(end, _)| *end) {
        Some((end, whose)) if links.len() > 1 => {
            format!(
                "every certificate is valid; the first to end is {whose}, on {} ({})",
                day(end),
                relative(end, case.at)
            )
        }
        Some((end, _)) => format!("valid until {} ({})", day(end), relative(end, case.at)),
        None => "valid".to_owned(),
    }
}

fn name(case: &Case<'_>, links: &[Resolved<'_>]) -> String {
    let wanted = case.name.map(ToString::to_string).unwrap_or_default();
    let names = leaf_names(links);
    match names.as_slice() {
        [only] if *only == wanted => format!("{wanted} is the name of the certificate"),
        names => format!("{wanted} is covered by the certificate’s names: {}", listed(names)),
    }
}

fn common_name(case: &Case<'_>) -> String {
    let wanted = case.name.map(ToString::to_string).unwrap_or_default();
    format!("{wanted} is the certificate’s common name alone, which nobody vouches for; it was to count here")
}

fn leaf_names(links: &[Resolved<'_>]) -> Vec<String> {
    let leaf = links.first().and_then(|leaf| leaf.certificate);
    leaf.map(|leaf| alternative_names(&leaf.tbs().extensions())).unwrap_or_default()
}

/// The names, those beyond the first few only counted.
pub(crate) fn listed(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMES_SHOWN).map(String::as_str).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn purpose(case: &Case<'_>, links: &[Resolved<'_>]) -> String {
    let leaf = links.first().and_then(|leaf| leaf.certificate);
    let usage = leaf.and_then(|leaf| {
        let found = leaf.tbs().extensions().decode::<ExtendedKeyUsage<'_>>().ok()??;
        Some(found.value.iter().map(named).collect::<Vec<_>>())
    });
    let purpose = match usage {
        Some(usage) => format!("the certificate is for {}", usage.join(", ")),
        None => "the certificate is not limited to a purpose".to_owned(),
    };
    match case.policies {
        Some(policies) if policies.is_empty() => {
            format!(
                "{purpose}; the path is valid for no policy that is acceptable, and none is required of it"
            )
        }
        Some(policies) => format!("{purpose}; the path is valid for these policies: {policies}"),
        None => purpose,
    }
}

fn authority(links: &[Resolved<'_>]) -> String {
    let above: Vec<String> = links
        .iter()
        .skip(1)
        .map(|link| {
            let length = link.certificate.and_then(|certificate| {
                certificate.tbs().extensions().decode::<BasicConstraints>().ok()??.value.path_length
            });
            let length = length.map(|length| format!(" (path length {length})")).unwrap_or_default();
            format!("{}{length}", link.facts.short_name)
        })
        .collect();
    match above.as_slice() {
        [one] => format!("{one} is a CA and may sign certificates"),
        many => format!("{} are CAs and may sign certificates", many.join(" and ")),
    }
}

fn constraints(links: &[Resolved<'_>]) -> String {
    let limited: Vec<&str> = links
        .iter()
        .skip(1)
        .filter(|link| {
            link.certificate.is_some_and(|certificate| {
                matches!(certificate.tbs().extensions().decode::<NameConstraints<'_>>(), Ok(Some(_)))
            })
        })
        .map(|link| link.facts.short_name.as_str())
        .collect();
    match limited.as_slice() {
        [] => "no CA on the path limits the names below it".to_owned(),
        limited => format!("every name is one that {} may speak for", limited.join(" and ")),
    }
}

fn revocation(branch: &Branch<'_>) -> String {
    let held = branch.applied().filter(|applied| applied.rule.id == "not-revoked");
    let told: Vec<String> = held
        .map(|applied| format!("{} is {}", leading_common_name(&applied.subject), applied.seen))
        .collect();
    told.join("; ")
}

fn form(branch: &Branch<'_>, links: &[Resolved<'_>]) -> String {
    let held = branch
        .applied()
        .filter(|applied| applied.outcome == Outcome::Pass && Topic::of_rule(applied.rule.id) == Topic::Form);
    let held = counted_len(held.count(), "rule");
    format!("{held} on how it is written held on {}", counted_len(links.len(), "certificate"))
}
