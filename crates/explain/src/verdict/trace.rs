// SPDX-License-Identifier: MIT OR Apache-2.0
//! The steps of a decision, as JSON has them.

use serde::Serialize;
use verify::{Outcome, Shown, Step};

/// How a rule came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TracedOutcome {
    /// It holds.
    Pass,
    /// It is broken, and that refuses the certificate.
    Fail,
    /// It is broken, and only remarked on.
    Warn,
    /// It does not apply.
    Skipped,
}

/// One step on the way to a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum StepFacts {
    /// A certificate is looked at.
    Considered {
        /// Where it would stand.
        place: String,
        /// Its subject.
        subject: String,
        /// Its issuer.
        issuer: String,
        /// Its serial number.
        serial: String,
    },
    /// A rule was applied.
    Applied {
        /// The rule.
        rule: &'static str,
        /// Where it stands.
        clause: &'static str,
        /// Where the certificate stands.
        place: String,
        /// What was found.
        seen: String,
        /// What the rule asks for.
        wanted: String,
        /// How it came out.
        outcome: TracedOutcome,
    },
    /// A certificate that could not be used.
    Unusable {
        /// Which.
        which: String,
        /// Why.
        reason: String,
    },
    /// No candidate is left for an issuer.
    Exhausted {
        /// Where the certificate stands whose issuer was sought.
        place: String,
        /// The issuer.
        issuer: String,
    },
    /// A path was found.
    Found {
        /// The subjects from leaf to anchor.
        subjects: Vec<String>,
    },
    /// A step of a kind that is not told.
    Other,
}

impl StepFacts {
    pub(super) fn of(step: &Step) -> Self {
        match step {
            Step::Considered { place, subject, issuer, serial } => Self::Considered {
                place: place.to_string(),
                subject: subject.to_string(),
                issuer: issuer.to_string(),
                serial: serial.to_string(),
            },
            Step::Applied { rule, place, seen, wanted, outcome } => Self::Applied {
                rule: rule.id,
                clause: rule.clause,
                place: place.to_string(),
                seen: seen.to_string(),
                wanted: wanted.to_string(),
                outcome: match outcome {
                    Outcome::Pass => TracedOutcome::Pass,
                    Outcome::Fail => TracedOutcome::Fail,
                    Outcome::Warn => TracedOutcome::Warn,
                    Outcome::Skipped => TracedOutcome::Skipped,
                },
            },
            Step::Unusable { which, reason } => {
                Self::Unusable { which: which.clone(), reason: reason.clone() }
            }
            Step::Exhausted { place, issuer } => {
                Self::Exhausted { place: place.to_string(), issuer: issuer.to_string() }
            }
            Step::Found { subjects } => {
                Self::Found { subjects: subjects.iter().map(Shown::to_string).collect() }
            }
            _ => Self::Other,
        }
    }
}
