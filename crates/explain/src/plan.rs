// SPDX-License-Identifier: MIT OR Apache-2.0
//! A plan told: what was asked, what policy says, what will be issued.

use authority::plan::{Outcome, Plan, PlanLine};
use serde::Serialize;
use x509::{SignatureVerifier, Time};

use crate::hex::hex;
use crate::moment::{as_text, date};
use crate::text::{Columns, Line, Mark, Role, Text};

/// What would be issued, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanFacts {
    /// The profile.
    pub profile: String,
    /// Who issues.
    pub issuer: String,
    /// On whose word the names are true: `approved by …`.
    pub names_are_true_because: String,
    /// The digest that an approval binds to, hexadecimal.
    pub digest: String,
    /// The first second of the certificate's validity.
    #[serde(serialize_with = "as_text")]
    pub not_before: Time,
    /// The last second of the certificate's validity.
    #[serde(serialize_with = "as_text")]
    pub not_after: Time,
    /// Whether a line stands in the way.
    pub refused: bool,
    /// The rules that ask for somebody's approval, where nothing else stands in the way.
    pub awaits_approval: Vec<String>,
    /// The lines, in the order of the certificate's fields.
    pub lines: Vec<PlanLineFacts>,
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanLineFacts {
    /// The field.
    pub field: String,
    /// What was asked.
    pub asked: Option<String>,
    /// What policy says.
    pub policy: String,
    /// What will be issued.
    pub issued: Option<String>,
    /// How it came out.
    pub outcome: LineOutcome,
    /// The rule that caused it.
    pub rule: &'static str,
    /// Where the rule stands.
    pub clause: &'static str,
    /// Why nothing can be issued, when this line stands in the way.
    pub refusal: Option<String>,
}

/// How a line came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineOutcome {
    /// Issued as it was asked.
    AsAsked,
    /// Asked, and issued otherwise.
    Changed,
    /// Nobody asked, and it is issued.
    Added,
    /// Asked, and not issued.
    LeftOut,
    /// It stands in the way of everything.
    Refused,
}

impl LineOutcome {
    const fn sign(self) -> (&'static str, Role) {
        match self {
            Self::AsAsked => ("=", Role::Good),
            Self::Changed => ("~", Role::Note),
            Self::Added => ("+", Role::Good),
            Self::LeftOut => ("-", Role::Note),
            Self::Refused => ("✗", Role::Bad),
        }
    }
}

impl PlanLineFacts {
    /// Tells a line.
    #[must_use]
    pub fn of(line: &PlanLine) -> Self {
        Self {
            field: line.field.clone(),
            asked: line.asked.clone(),
            policy: line.policy.clone(),
            issued: line.issued.clone(),
            outcome: match line.outcome() {
                Outcome::AsAsked => LineOutcome::AsAsked,
                Outcome::Changed => LineOutcome::Changed,
                Outcome::Added => LineOutcome::Added,
                Outcome::Left => LineOutcome::LeftOut,
                Outcome::Refused => LineOutcome::Refused,
            },
            rule: line.rule.id,
            clause: line.rule.clause,
            refusal: line.refusal.as_ref().map(ToString::to_string),
        }
    }

    /// The rule, by the section it comes from where that is a standard, else by its name.
    fn law(&self) -> &'static str {
        if self.clause.starts_with("RFC") { self.clause } else { self.rule }
    }

    fn text(&self, text: &mut Text) {
        let (sign, role) = self.outcome.sign();
        let issued = match self.outcome {
            LineOutcome::Refused => Role::Bad,
            LineOutcome::AsAsked | LineOutcome::Added => Role::Plain,
            LineOutcome::Changed | LineOutcome::LeftOut => Role::Note,
        };
        let or_nothing = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
        text.columns(
            columns()
                .whole_cell(FIELD, role, format!("{sign} {}", self.field))
                .cell(VALUE, Role::Plain, or_nothing(&self.asked))
                .cell(POLICY, Role::Dim, format!("{} [{}]", self.policy, self.law()))
                .cell(VALUE, issued, or_nothing(&self.issued)),
        );
    }
}

// The shares of the room that the columns take.
const FIELD: usize = 20;
const VALUE: usize = 16;
const POLICY: usize = 22;

const fn columns() -> Columns {
    Columns::new(0)
}

impl PlanFacts {
    /// Tells a plan.
    #[must_use]
    pub fn of(plan: &Plan, crypto: &dyn SignatureVerifier) -> Self {
        Self {
            profile: plan.profile().name().to_owned(),
            issuer: plan.issuer().name().to_owned(),
            names_are_true_because: plan.warrant().to_string(),
            digest: hex(plan.digest(crypto).octets()),
            not_before: plan.period().not_before,
            not_after: plan.period().not_after,
            refused: plan.lines().iter().any(|line| line.refusal.is_some()),
            awaits_approval: if plan.awaits_approval() {
                plan.judgement().awaiting.clone()
            } else {
                Vec::new()
            },
            lines: plan.lines().iter().map(PlanLineFacts::of).collect(),
        }
    }

    /// The plan for people: a line for each field.
    #[must_use]
    pub fn text(&self) -> Text {
        let mut text = Text::new();
        text.heading(format!("The plan: profile {}, issued by {}", self.profile, self.issuer));
        text.columns(
            columns()
                .cell(FIELD, Role::Dim, "")
                .cell(VALUE, Role::Dim, "asked")
                .cell(POLICY, Role::Dim, "policy says")
                .cell(VALUE, Role::Dim, "will be issued"),
        );
        self.lines.iter().for_each(|line| line.text(&mut text));
        text.push(Line::new(0, 0).span(Role::Dim, "= as asked  ~ changed  + added  - left out  ✗ refused"));
        text.gap();
        for refusal in self.lines.iter().filter_map(|line| line.refusal.as_ref()) {
            text.marked(0, Mark::Fail, |line| line.plain(refusal));
        }
        if !self.awaits_approval.is_empty() {
            text.marked(0, Mark::Note, |line| {
                line.plain(format!(
                    "somebody has to approve, as rule {} asks; nothing else stands in the way",
                    self.awaits_approval.join(", ")
                ))
            });
        } else if !self.refused {
            text.marked(0, Mark::Pass, |line| {
                line.plain(format!(
                    "nothing stands in the way; the names are {}; valid until {}",
                    self.names_are_true_because,
                    date(self.not_after)
                ))
            });
        }
        text
    }
}
