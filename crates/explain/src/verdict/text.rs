// SPDX-License-Identifier: MIT OR Apache-2.0
//! A decision for people.

use verify::Ruleset;

use super::checks::NOT_REACHED;
use super::{Check, Verdict};
use crate::chain;
use crate::text::{Mark, Role, Text};

/// The width of the column with the checks' names.
const LABEL: usize = 12;

impl Verdict {
    /// The verdict in full: the answer, the chain drawn, the checks, and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        let mut text = Text::new();
        self.answer(&mut text);
        self.reason(&mut text);
        text
    }

    /// The same, and between the checks and the reason the whole way there: every certificate that was
    /// looked at, every rule that was applied, and where the search turned back.
    #[must_use]
    pub fn explained_text(&self) -> Text {
        let mut text = Text::new();
        self.answer(&mut text);
        text.gap();
        text.append(0, self.account.text());
        text.gap();
        if let Some(rejection) = &self.rejection {
            text.marked(2, Mark::Fail, |line| line.span(Role::Bad, &rejection.message));
        }
        self.reason(&mut text);
        text
    }

    /// The answer, the chain, and the checks.
    fn answer(&self, text: &mut Text) {
        self.headline(text);
        text.gap();
        text.append(2, chain::drawn(self));
        text.gap();
        text.append(2, self.checks_text());
        text.append(2, self.remarks_text());
    }

    /// On a refusal the rule that was broken, and what to do.
    fn reason(&self, text: &mut Text) {
        if self.rejection.is_some() {
            text.gap();
            text.append(2, self.rule_text());
            text.append(2, self.advice_text());
        }
    }

    /// Yes or no in a line.
    fn headline(&self, text: &mut Text) {
        let (mark, word) = if self.trusted { (Mark::Pass, "trusted") } else { (Mark::Fail, "not trusted") };
        let purpose = match self.purpose.as_str() {
            "serverAuth" => " as a server".to_owned(),
            "clientAuth" => " as a client".to_owned(),
            other => format!(" for {other}"),
        };
        let name = self.name.as_ref().map(|name| format!(" for {name}")).unwrap_or_default();
        // What most are judged by goes without saying.
        let rules = match self.ruleset {
            usual if usual == Ruleset::default().name() => String::new(),
            other => format!(", judged by {other}"),
        };
        text.marked(0, mark, |line| line.span(mark.role(), word).plain(format!("{purpose}{name}{rules}")));
    }

    /// A line for each check that was made, and one for all that were not.
    #[must_use]
    pub fn checks_text(&self) -> Text {
        let mut text = Text::new();
        let not_reached = |check: &&Check| check.outcome == Mark::Skipped && check.seen == NOT_REACHED;
        self.checks.iter().filter(|check| !not_reached(check)).for_each(|check| check.line(&mut text));
        let left: Vec<&str> =
            self.checks.iter().filter(not_reached).map(|check| check.check.label()).collect();
        if !left.is_empty() {
            text.marked(0, Mark::Skipped, |line| {
                line.span(
                    Role::Dim,
                    format!("not checked, since something before failed: {}", left.join(", ")),
                )
            });
        }
        text
    }

    /// On a refusal what to do.
    #[must_use]
    pub fn advice_text(&self) -> Text {
        let mut text = Text::new();
        for hint in self.rejection.iter().flat_map(|rejection| &rejection.hints) {
            text.hint(0, &hint.text, hint.command.as_deref());
        }
        text
    }

    /// On a refusal the rule that was broken, in words.
    #[must_use]
    pub fn rule_text(&self) -> Text {
        let mut text = Text::new();
        if let Some(rejection) = &self.rejection {
            text.row_with(0, 8, "the rule", |line| {
                line.plain(rejection.sentence).clause(&format!("{}, {}", rejection.rule, rejection.clause))
            });
        }
        text
    }

    /// What is wrong without being refused.
    #[must_use]
    pub fn remarks_text(&self) -> Text {
        let mut text = Text::new();
        for remark in &self.remarks {
            text.marked(0, Mark::Note, |line| line.plain(remark));
        }
        text
    }
}

impl Check {
    fn line(&self, text: &mut Text) {
        let label = format!("{:<LABEL$} ", self.check.label());
        let role = match self.outcome {
            Mark::Pass | Mark::Note => Role::Plain,
            Mark::Fail => Role::Bad,
            Mark::Skipped => Role::Dim,
        };
        let hang = LABEL.saturating_add(3);
        text.marked_hanging(0, hang, self.outcome, |line| {
            line.plain(label).span(role, &self.seen).clause(self.clause)
        });
    }
}
