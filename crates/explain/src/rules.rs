// SPDX-License-Identifier: MIT OR Apache-2.0
//! The rules that a client judges by, listed.

use serde::Serialize;
use verify::{Provision, Ruleset, Severity};

use crate::text::{Line, Role, Text};

/// How wide the column of identifiers is: the longest one fits.
const IDENTIFIER: usize = 40;
/// How wide the column of one ruleset is.
const SEVERITY: usize = 8;

/// Rules in the order in which a certificate meets them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct RuleList {
    rules: Vec<RuleFacts>,
    /// Which rulesets are told about.
    #[serde(skip)]
    columns: Vec<Ruleset>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleFacts {
    /// Its identifier.
    pub id: &'static str,
    /// Where it stands: `RFC 5280 §6.1.3(a)(2)`.
    pub clause: &'static str,
    /// What it says.
    pub sentence: &'static str,
    /// The heading that it stands under.
    pub group: &'static str,
    /// What each ruleset makes of it when it is broken.
    pub severity: Severities,
}

/// What each ruleset makes of a rule that is broken: `off`, `warn` or `refuse`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Severities {
    /// Ruleset `path`.
    pub path: &'static str,
    /// Ruleset `rfc5280`.
    pub rfc5280: &'static str,
    /// Ruleset `webpki`.
    pub webpki: &'static str,
}

impl RuleList {
    /// Every rule there is or, of one ruleset, those that it applies.
    #[must_use]
    pub fn of(ruleset: Option<Ruleset>) -> Self {
        let applies = |provision: &&&Provision| {
            ruleset.is_none_or(|ruleset| provision.severity(ruleset) != Severity::Off)
        };
        Self {
            rules: verify::rules::ALL
                .iter()
                .filter(applies)
                .map(|provision| RuleFacts::of(provision))
                .collect(),
            columns: ruleset.map_or_else(|| Ruleset::ALL.to_vec(), |ruleset| vec![ruleset]),
        }
    }

    /// The rules for people: under each heading a line for every rule, and its sentence below.
    #[must_use]
    pub fn text(&self) -> Text {
        let mut text = Text::new();
        let mut heading = "";
        for rule in &self.rules {
            if rule.group != heading {
                heading = rule.group;
                text.gap();
                text.push(self.heading(heading));
            }
            text.push(self.line(rule));
            text.push(Line::new(4, 0).plain(rule.sentence).clause(rule.clause));
        }
        text
    }

    /// A heading, and the names of the columns.
    fn heading(&self, heading: &str) -> Line {
        let width = IDENTIFIER.saturating_add(2);
        let line = Line::new(0, 2).span(Role::Heading, format!("{heading:<width$}"));
        let columns = self.columns.iter().map(|ruleset| (Role::Dim, ruleset.name()));
        row(line, columns)
    }

    fn line(&self, rule: &RuleFacts) -> Line {
        let line = Line::new(2, 2).span(Role::Command, format!("{:<IDENTIFIER$}", rule.id));
        row(line, self.columns.iter().map(|ruleset| rule.severity.told(*ruleset)))
    }
}

/// Adds a column for each ruleset.
fn row<'a>(line: Line, columns: impl Iterator<Item = (Role, &'a str)>) -> Line {
    columns.fold(line, |line, (role, text)| line.span(role, format!("{text:<SEVERITY$} ")))
}

impl RuleFacts {
    fn of(provision: &Provision) -> Self {
        let severity = |ruleset| match provision.severity(ruleset) {
            Severity::Off => "off",
            Severity::Warn => "warn",
            Severity::Refuse => "refuse",
        };
        Self {
            id: provision.rule.id,
            clause: provision.rule.clause,
            sentence: provision.rule.sentence,
            group: provision.group,
            severity: Severities {
                path: severity(Ruleset::Path),
                rfc5280: severity(Ruleset::Rfc5280),
                webpki: severity(Ruleset::Webpki),
            },
        }
    }
}

impl Severities {
    /// The word for one ruleset; a rule that is off is not there.
    fn told(&self, ruleset: Ruleset) -> (Role, &'static str) {
        let word = match ruleset {
            Ruleset::Path => self.path,
            Ruleset::Rfc5280 => self.rfc5280,
            Ruleset::Webpki => self.webpki,
        };
        match word {
            "off" => (Role::Dim, "–"),
            "warn" => (Role::Note, word),
            _ => (Role::Plain, word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Glyphs, Layout, width};

    #[test]
    fn every_rule_has_its_line_and_its_columns_are_aligned() {
        let list = RuleList::of(None);
        assert_eq!(list.rules.len(), verify::rules::ALL.len());
        let shown = list.text().render(Layout::new(80, Glyphs::Unicode));
        assert!(shown.lines().all(|line| width(line) <= 80), "{shown}");
        let rules = list.rules.iter().map(|rule| {
            let begin = format!("  {} ", rule.id);
            shown.lines().find(|line| line.starts_with(&begin)).unwrap_or_default()
        });
        for line in rules {
            let cells: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(cells.len(), 4, "{line:?}");
            let column = line.chars().skip(42).collect::<String>();
            assert!(!column.starts_with(' ') && line.chars().nth(41) == Some(' '), "{line:?}");
        }
    }

    #[test]
    fn of_one_ruleset_what_is_off_is_left_out() {
        let list = RuleList::of(Some(Ruleset::Path));
        assert!(list.rules.len() < verify::rules::ALL.len());
        assert!(list.rules.iter().all(|rule| rule.severity.path != "off"));
        assert!(list.rules.iter().all(|rule| rule.id != "key-allowed"));
    }
}
