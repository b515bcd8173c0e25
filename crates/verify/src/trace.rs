// SPDX-License-Identifier: MIT OR Apache-2.0
//! What was tried on the way to a decision.

mod shown;

use std::fmt;

use x509::Rule;

pub use shown::Shown;

/// Where in a path a certificate stands, or would stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The certificate that the question is about.
    Leaf,
    /// Between leaf and anchor; 1 is the leaf's issuer.
    Intermediate(usize),
    /// The trust anchor; the number is its distance from the leaf.
    Anchor(usize),
}

impl Place {
    /// The distance from the leaf.
    #[must_use]
    pub const fn depth(self) -> usize {
        match self {
            Self::Leaf => 0,
            Self::Intermediate(depth) | Self::Anchor(depth) => depth,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf => f.write_str("leaf"),
            Self::Intermediate(depth) => write!(f, "intermediate {depth}"),
            Self::Anchor(_) => f.write_str("anchor"),
        }
    }
}

/// How a rule came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It is broken, and that refuses the certificate.
    Fail,
    /// It is broken, which the ruleset in force only remarks on.
    Warn,
    /// It does not apply here; `seen` says why.
    Skipped,
}

/// One step on the way to a decision. It owns all it shows, and can be told without the certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// A certificate is looked at: the leaf, or a candidate for the issuer of the one below it.
    Considered {
        /// Where it would stand.
        place: Place,
        /// Its subject.
        subject: Shown,
        /// Its issuer.
        issuer: Shown,
        /// Its serial number, hexadecimal.
        serial: Shown,
    },
    /// A rule was applied to the certificate last looked at in this place.
    Applied {
        /// The rule.
        rule: &'static Rule,
        /// Where the certificate stands.
        place: Place,
        /// What was found.
        seen: Shown,
        /// What the rule asks for.
        wanted: Shown,
        /// How it came out.
        outcome: Outcome,
    },
    /// A certificate that was given could not be used at all and is passed over.
    Unusable {
        /// Which one: `certificate 2 as sent`, `intermediate 1`.
        which: String,
        /// Why.
        reason: String,
    },
    /// No candidate for the issuer of the certificate in this place is left: the search goes back.
    Exhausted {
        /// Where the certificate stands whose issuer was sought.
        place: Place,
        /// The issuer's name.
        issuer: Shown,
    },
    /// A whole path was found in which every rule holds.
    Found {
        /// The subjects from leaf to anchor.
        subjects: Vec<Shown>,
    },
}

/// Takes the steps of a decision. Whether it does is part of its type: with [`NoTrace`] no step is
/// ever made.
pub trait TraceSink {
    /// Whether steps are wanted at all.
    const RECORDS: bool;

    /// Takes a step.
    fn record(&mut self, step: Step);
}

/// Wants no steps.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTrace;

impl TraceSink for NoTrace {
    const RECORDS: bool = false;

    fn record(&mut self, _: Step) {}
}

/// How many steps an ordinary decision takes at most.
const ORDINARY: usize = 128;

/// Keeps the steps, up to [`Trace::LIMIT`] of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    steps: Vec<Step>,
    left_out: usize,
}

impl Trace {
    /// How many steps are kept: an ordinary decision takes about a hundred, a hostile chain may take
    /// as many as the budgets allow.
    pub const LIMIT: usize = 4_096;

    /// An empty trace.
    #[must_use]
    pub const fn new() -> Self {
        Self { steps: Vec::new(), left_out: 0 }
    }

    /// The steps, in the order in which they were taken.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Gives the steps away.
    #[must_use]
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    /// How many steps came after [`Trace::LIMIT`] and were not kept.
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.left_out
    }
}

impl TraceSink for Trace {
    const RECORDS: bool = true;

    fn record(&mut self, step: Step) {
        if self.steps.capacity() == 0 {
            self.steps.reserve_exact(ORDINARY);
        }
        if self.steps.len() < Self::LIMIT {
            self.steps.push(step);
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }
}
