// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one path out of all that were tried that the answer is about.

use std::collections::BTreeMap;
use std::rc::Rc;

use verify::{Outcome, Place, Shown, Step};
use x509::Rule;

use super::Case;
use super::link::Resolved;
use super::topic::Topic;
use crate::general_name::leading_common_name;

/// A certificate of the branch and the rules that were applied to it there.
#[derive(Debug)]
struct Considered<'a> {
    place: Place,
    subject: Rc<str>,
    issuer: &'a Shown,
    serial: &'a Shown,
    applied: Vec<Applied<'a>>,
}

/// A rule that was applied to a certificate of the branch.
#[derive(Debug, Clone)]
pub(super) struct Applied<'a> {
    pub(super) rule: &'static Rule,
    pub(super) subject: Rc<str>,
    pub(super) seen: &'a Shown,
    pub(super) wanted: &'a Shown,
    pub(super) outcome: Outcome,
}

/// The certificates on the way from the leaf to where the search ended, by their distance from the leaf.
#[derive(Debug)]
pub(super) struct Branch<'a> {
    considered: BTreeMap<usize, Considered<'a>>,
}

impl<'a> Branch<'a> {
    /// Finds the branch: at each distance from the leaf, the certificate looked at last before the end.
    pub(super) fn of(case: &Case<'a>) -> Self {
        let end = end(case).unwrap_or(case.trace.steps().len());
        let mut considered: BTreeMap<usize, Considered<'a>> = BTreeMap::new();
        for step in case.trace.steps().iter().take(end.saturating_add(1)) {
            match step {
                Step::Considered { place, subject, issuer, serial } => {
                    // Whatever stood here and above belonged to another attempt.
                    considered.split_off(&place.depth());
                    let subject = subject.to_string().into();
                    let found = Considered { place: *place, subject, issuer, serial, applied: Vec::new() };
                    considered.insert(place.depth(), found);
                }
                Step::Applied { rule, place, seen, wanted, outcome } => {
                    if let Some(at) = considered.get_mut(&place.depth()) {
                        let subject = Rc::clone(&at.subject);
                        at.applied.push(Applied { rule, subject, seen, wanted, outcome: *outcome });
                    }
                }
                _ => {}
            }
        }
        Self { considered }
    }

    /// The rules that were applied on this branch, leaf first.
    pub(super) fn applied(&self) -> impl Iterator<Item = &Applied<'a>> {
        self.considered.values().flat_map(|considered| &considered.applied)
    }

    /// Whether a rule is settled, held or not called for, at this distance from the leaf.
    pub(super) fn settled(&self, rule: &str, depth: usize) -> bool {
        let settled = |applied: &Applied<'_>| {
            applied.rule.id == rule && matches!(applied.outcome, Outcome::Pass | Outcome::Skipped)
        };
        self.considered.get(&depth).is_some_and(|at| at.applied.iter().any(settled))
    }

    /// Whether a rule was broken without being refused.
    pub(super) fn remarks_on(&self, rule: &str) -> bool {
        self.applied().any(|applied| applied.rule.id == rule && applied.outcome == Outcome::Warn)
    }

    /// The certificates of the branch; those of the path itself when there is one.
    pub(super) fn links(&self, case: &Case<'a>) -> Vec<Resolved<'a>> {
        if let Ok(path) = case.outcome {
            let last = path.len().saturating_sub(1);
            return path
                .iter()
                .enumerate()
                .filter_map(|(depth, der)| {
                    let place = match depth {
                        0 => Place::Leaf,
                        _ if depth == last => Place::Anchor(depth),
                        _ => Place::Intermediate(depth),
                    };
                    Resolved::of_der(case, place, der)
                })
                .collect();
        }
        let told = |at: &Considered<'a>| {
            let (issuer, serial) = (at.issuer.to_string(), at.serial.to_string());
            Resolved::of_trace(case, at.place, &at.subject, &issuer, &serial)
        };
        self.considered.values().map(told).collect()
    }

    /// What was wrong without being refused. What is wrong with a list or a response is told with the
    /// status that was not found for it; with `refused`, where that was the reason.
    pub(super) fn remarks(&self, refused: Option<Topic>) -> Vec<String> {
        let told = |applied: &&Applied<'_>| {
            refused != Some(Topic::Revocation) || Topic::of_rule(applied.rule.id) != Topic::Revocation
        };
        let warned = self.applied().filter(|applied| applied.outcome == Outcome::Warn).filter(told);
        warned
            .map(|Applied { rule, subject, seen, .. }| match rule.id {
                "status-known" => format!(
                    "{}: whether it was revoked is not known, which is let pass ({}): {seen}",
                    leading_common_name(subject),
                    rule.clause
                ),
                _ => format!(
                    "{}: {} ({}): found {seen}",
                    leading_common_name(subject),
                    rule.sentence,
                    rule.clause
                ),
            })
            .collect()
    }
}

/// The step that decided: the path that was found, or the failure that the rejection tells.
fn end(case: &Case<'_>) -> Option<usize> {
    let steps = case.trace.steps();
    let Err(rejection) = case.outcome else {
        return steps.iter().rposition(|step| matches!(step, Step::Found { .. }));
    };
    let (rule, place) = (rejection.rule().id, rejection.place());
    let mut standing = rejection.subject().is_empty();
    steps.iter().position(|step| match step {
        Step::Considered { place: at, subject, .. } => {
            if at.depth() == place.depth() {
                standing = subject.to_string() == rejection.subject();
            }
            false
        }
        Step::Applied { rule: applied, place: at, outcome: Outcome::Fail, .. } => {
            applied.id == rule && at.depth() == place.depth() && standing
        }
        Step::Exhausted { place: at, .. } => {
            rule == "issuer-known" && at.depth() == place.depth() && standing
        }
        _ => false,
    })
}
