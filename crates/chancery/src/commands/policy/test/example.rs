// SPDX-License-Identifier: MIT OR Apache-2.0
//! An example: a request, and what is to become of it.

use std::fmt;
use std::str::FromStr;

use authority::SubjectName;
use authority::policy::{Path, Who};
use keys::KeyKind;
use serde::Serialize;

use super::rehearsal::Outcome;
use crate::config::document::{Document, Problem, Section};

const FILE: &[&str] = &["policy", "permit", "unconstrained", "example"];
const EXAMPLE: &[&str] = &[
    "title",
    "as",
    "profile",
    "names",
    "common_name",
    "key",
    "days",
    "expect",
    "rule",
    "issued_names",
    "issued_days",
    "issued_key_usage",
    "issued_purposes",
];
/// The most examples of a file.
const MOST: usize = 10_000;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Expect {
    Issue,
    Pending,
    Refuse,
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Issue => "issued",
            Self::Pending => "held for an approval",
            Self::Refuse => "refused",
        })
    }
}

impl FromStr for Expect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "issue" => Ok(Self::Issue),
            "pending" => Ok(Self::Pending),
            "refuse" => Ok(Self::Refuse),
            other => Err(format!("{other:?} is nothing to expect: there are issue, pending, refuse")),
        }
    }
}

/// A file of them.
#[derive(Debug)]
pub(super) struct Examples {
    /// The policy that they are about, beside them.
    pub(super) policy: Option<String>,
    /// What the authority may speak for, beside what stays at home; `None`: everything.
    pub(super) permit: Option<Vec<String>>,
    pub(super) all: Vec<Example>,
}

#[derive(Debug)]
pub(super) struct Example {
    pub(super) title: String,
    pub(super) line: usize,
    pub(super) who: Who,
    pub(super) profile: String,
    pub(super) names: Vec<SubjectName>,
    pub(super) common_name: Option<String>,
    pub(super) key: KeyKind,
    pub(super) days: Option<u32>,
    expect: Expect,
    rule: Option<String>,
    issued: Issued,
    /// Where it stands, to tell what is wrong with it.
    pub(super) place: Problem,
}

/// What the certificate is to say, as far as the example says.
#[derive(Debug)]
struct Issued {
    names: Option<Vec<String>>,
    days: Option<u32>,
    key_usage: Option<String>,
    purposes: Option<String>,
}

impl Examples {
    pub(super) fn read(document: &Document<'_>) -> Result<Self, Problem> {
        let root = document.root();
        root.require_known(FILE)?;
        let unconstrained = root.flag("unconstrained")?.is_some_and(|flag| flag.value);
        let permit: Vec<String> = root.list("permit")?.unwrap_or_default();
        if unconstrained && !permit.is_empty() {
            return Err(
                root.problem_with("permit", "an authority without constraints is permitted everything")
            );
        }
        let sections = root.sections("example")?;
        if sections.is_empty() || sections.len() > MOST {
            let message =
                format!("{} examples stand here, and 1 to {MOST} are asked: [[example]]", sections.len());
            return Err(root.problem(message));
        }
        Ok(Self {
            policy: root.text("policy")?.map(|policy| policy.value.to_owned()),
            permit: (!unconstrained).then_some(permit),
            all: sections.iter().map(Example::read).collect::<Result<_, _>>()?,
        })
    }
}

impl Example {
    fn read(section: &Section<'_>) -> Result<Self, Problem> {
        section.require_known(EXAMPLE)?;
        let text = |key: &str| section.text(key).map(|found| found.map(|found| found.value.to_owned()));
        let who = section.required("as")?;
        let read = who.value.parse::<Who>().map_err(|error| section.problem_at(&who, error.to_string()))?;
        let profile = text("profile")?.unwrap_or_else(|| "server".to_owned());
        if read.path() == Path::OwnServer && profile != "server" {
            return Err(section.problem_with("profile", "servers of our own ask by profile server"));
        }
        if read == Who::By(Path::Api) {
            let message = "a program shows a token, and which it is counts: as = \"token:LABEL\"";
            return Err(section.problem_at(&who, message));
        }
        let expect = section.required("expect")?;
        let key = section.text("key")?;
        let key = key.map(|key| {
            key.value
                .parse()
                .map_err(|error: keys::UnknownKeyKind| section.problem_at(&key, error.to_string()))
        });
        let names: Vec<SubjectName> = section.list("names")?.unwrap_or_default();
        let common_name = text("common_name")?;
        let named = || names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let title = text("title")?.unwrap_or_else(|| format!("{} to {}", named(), who.value));
        Ok(Self {
            title,
            line: section.line(),
            who: read,
            profile,
            common_name,
            key: key.transpose()?.unwrap_or_default(),
            days: section.number("days")?,
            expect: expect.value.parse().map_err(|error: String| section.problem_at(&expect, error))?,
            rule: text("rule")?,
            issued: Issued {
                names: section.list("issued_names")?,
                days: section.number("issued_days")?,
                key_usage: text("issued_key_usage")?,
                purposes: text("issued_purposes")?,
            },
            names,
            place: section.problem(""),
        })
    }

    /// The way by which it comes.
    pub(super) const fn path(&self) -> Path {
        self.who.path()
    }

    /// What of the outcome is not as it was to be.
    pub(super) fn compare(&self, outcome: &Outcome) -> Vec<String> {
        let mut problems = Vec::new();
        let mut check = |what: &str, wanted: String, found: String| {
            if wanted != found {
                problems.push(format!("{what} was to be {wanted}, and is {found}"));
            }
        };
        check("it", self.expect.to_string(), outcome.found.to_string());
        if let Some(rule) = self.rule.as_ref().filter(|rule| !outcome.rules.contains(rule)) {
            let found = if outcome.rules.is_empty() { "none".to_owned() } else { outcome.rules.join(", ") };
            check("the rule that decides", rule.clone(), found);
        }
        let Issued { names, days, key_usage, purposes } = &self.issued;
        if let Some(names) = names {
            check("names", names.join(", "), outcome.names.join(", "));
        }
        if let Some(days) = days {
            check("days", days.to_string(), outcome.days.to_string());
        }
        if let Some(usage) = key_usage {
            check("keyUsage", usage.clone(), outcome.key_usage.clone());
        }
        if let Some(purposes) = purposes {
            check("extKeyUsage", purposes.clone(), outcome.purposes.clone());
        }
        problems
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_the_document_shows_is_read() {
        let document = include_str!("../../../../../../docs/policy.md");
        let blocks = document.split("```toml\n").skip(1).filter_map(|block| block.split("```").next());
        let shown: Vec<&str> = blocks.filter(|block| block.contains("[[example]]")).collect();
        assert_eq!(shown.len(), 1);
        for block in shown {
            let parsed = Document::parse("policy.md", block).unwrap();
            assert_eq!(Examples::read(&parsed).unwrap().all.len(), 1);
        }
    }
}
