// SPDX-License-Identifier: MIT OR Apache-2.0
//! A tick or a cross for each check, with the value seen.

use serde::Serialize;
use verify::Outcome;

use super::branch::Branch;
use super::link::Resolved;
use super::topic::Topic;
use super::{Case, RejectionFacts, passed};
use crate::general_name::leading_common_name;
use crate::text::Mark;

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Which.
    pub check: Topic,
    /// How it came out.
    pub outcome: Mark,
    /// What was seen, in a sentence.
    pub seen: String,
    /// The section of the standard that asks for it.
    pub clause: &'static str,
}

/// The checks, in order.
pub(super) fn of(
    case: &Case<'_>,
    branch: &Branch<'_>,
    links: &[Resolved<'_>],
    rejection: Option<&RejectionFacts>,
) -> Vec<Check> {
    Topic::ALL.into_iter().map(|topic| check(topic, case, branch, links, rejection)).collect()
}

fn check(
    topic: Topic,
    case: &Case<'_>,
    branch: &Branch<'_>,
    links: &[Resolved<'_>],
    rejection: Option<&RejectionFacts>,
) -> Check {
    let made = |outcome, seen, clause| Check { check: topic, outcome, seen, clause };
    if let Some(rejection) = rejection.filter(|rejection| rejection.check == topic) {
        return made(Mark::Fail, rejection.message.clone(), rejection.clause);
    }
    let failed = branch
        .applied()
        .find(|applied| applied.outcome == Outcome::Fail && Topic::of_rule(applied.rule.id) == topic);
    if let Some(failed) = failed.filter(|failed| failed.rule.id != "issuer-known") {
        let seen = format!(
            "{}: {}: found {}, expected {}",
            leading_common_name(&failed.subject),
            failed.rule.sentence,
            failed.seen,
            failed.wanted
        );
        return made(Mark::Fail, seen, failed.rule.clause);
    }
    let valid_for_none = case.policies.is_some_and(|policies| policies.is_empty());
    let (outcome, seen) = match reached(topic, case, branch, links) {
        Reached::Yes if topic == Topic::Purpose && valid_for_none => {
            (Mark::Note, passed::seen(topic, case, branch, links))
        }
        Reached::Yes => (Mark::Pass, passed::seen(topic, case, branch, links)),
        Reached::NotAsked(why) => (Mark::Skipped, why.to_owned()),
        Reached::No => (Mark::Skipped, NOT_REACHED.to_owned()),
    };
    let clause = match case.policies {
        Some(_) if topic == Topic::Purpose => "RFC 5280 §4.2.1.12, §6.1.6",
        _ => topic.clause(),
    };
    made(outcome, seen, clause)
}

/// What is said of a check that was not made.
pub(super) const NOT_REACHED: &str = "not checked: something before it failed";

/// Whether a check was made, on every certificate that it is about.
enum Reached {
    Yes,
    NotAsked(&'static str),
    No,
}

fn reached(topic: Topic, case: &Case<'_>, branch: &Branch<'_>, links: &[Resolved<'_>]) -> Reached {
    let anchored = links.last().is_some_and(|link| link.facts.is_anchor);
    let yes = |reached: bool| if reached { Reached::Yes } else { Reached::No };
    let top = links.len().saturating_sub(1);
    let settled =
        |rule: &str, mut depths: std::ops::Range<usize>| depths.all(|depth| branch.settled(rule, depth));
    match topic {
        Topic::Name if case.name.is_none() => Reached::NotAsked("no name was asked for"),
        Topic::Revocation if case.revocation.is_none() => {
            Reached::NotAsked("not checked: no CRL or OCSP response was given")
        }
        Topic::Revocation if branch.remarks_on("status-known") => {
            Reached::NotAsked("not known of every certificate, which is not refused here")
        }
        Topic::Purpose if case.purpose.extended_key_usage().is_none() && case.policies.is_none() => {
            Reached::NotAsked("no purpose was asked for")
        }
        // A path that is the anchor alone has nothing signed by another.
        Topic::Signature | Topic::Authority | Topic::Constraints | Topic::Revocation
            if top == 0 && anchored =>
        {
            Reached::NotAsked("nothing to check: the certificate itself is trusted")
        }
        _ if case.outcome.is_ok() => Reached::Yes,
        _ if links.is_empty() => Reached::No,
        Topic::Issuer => yes(top > 0 || anchored),
        Topic::TrustStore => yes(anchored),
        Topic::Signature => yes(anchored && settled("signature", 0..top)),
        Topic::Dates => yes(settled("not-after", 0..links.len())),
        Topic::Name => yes(settled("peer-name", 0..1)),
        Topic::Purpose => yes(settled("purpose", 0..1)),
        Topic::Authority => yes(top > 0 && settled("issuer-is-ca", 1..links.len())),
        Topic::Revocation => yes(anchored && settled("not-revoked", 0..top)),
        // They are applied as the path grows, so a path that stands has passed them.
        Topic::Constraints => yes(anchored && top > 0),
        Topic::Form => yes(settled("validity-encoding", 0..links.len())),
    }
}
