// SPDX-License-Identifier: MIT OR Apache-2.0
//! The way to a decision for people.

use verify::{Outcome, Place};

use super::{Account, Application, Chapter, Line, Title, Turn};
use crate::general_name::leading_common_name;
use crate::moment::counted_len;
use crate::text::{self, Mark, Role, Text};

/// How many chapters are told in full; of those after them, what held is left out.
const IN_FULL: usize = 24;
/// How many chapters are told at all.
const TOLD: usize = 100;
/// How many levels of the search are indented.
const LEVELS: usize = 3;

impl Account {
    /// The account: a chapter for each certificate that was looked at.
    #[must_use]
    pub fn text(&self) -> Text {
        let mut text = Text::new();
        for (index, chapter) in self.chapters.iter().take(TOLD).enumerate() {
            text.gap();
            let indent = chapter.depth.min(LEVELS).saturating_mul(2);
            text.append(indent, chapter.text(index < IN_FULL));
        }
        text.gap();
        self.omissions(&mut text);
        text
    }

    /// What is left out, for whoever wants the rest.
    fn omissions(&self, text: &mut Text) {
        let untold = self.chapters.len().saturating_sub(TOLD);
        if self.chapters.len() > IN_FULL {
            text.marked(0, Mark::Note, |line| {
                line.plain(format!(
                    "beyond the first {IN_FULL} certificates looked at, what held is left out; --json lists it"
                ))
            });
        }
        if untold > 0 {
            let more = counted_len(untold, "more look");
            text.marked(0, Mark::Note, |line| line.plain(format!("{more} at certificates followed")));
        }
        if self.left_out > 0 {
            let steps = counted_len(self.left_out, "step");
            text.marked(0, Mark::Note, |line| {
                line.plain(format!("{steps} came after that and were not kept, in --json neither"))
            });
        }
    }
}

impl Chapter {
    fn text(&self, in_full: bool) -> Text {
        let mut text = Text::new();
        self.title.push(&mut text);
        let width = self.lines.iter().filter_map(Line::identifier).map(text::width).max().unwrap_or(0);
        let mut place = self.title.place();
        for line in &self.lines {
            match line {
                Line::Rule(application) if !in_full && application.outcome == Outcome::Pass => {}
                Line::Rule(application) => {
                    if place != Some(application.place) {
                        place = Some(application.place);
                        text.push(
                            text::Line::new(2, 2).span(Role::Dim, format!("on {}:", application.subject)),
                        );
                    }
                    application.push(&mut text, width);
                }
                Line::Turn(turn) => turn.push(&mut text),
            }
        }
        text
    }
}

impl Title {
    /// Where the certificate stands that the chapter is about.
    const fn place(&self) -> Option<Place> {
        match self {
            Self::Leaf { .. } => Some(Place::Leaf),
            Self::Candidate { place, .. } => Some(*place),
            Self::Unusable { .. } | Self::Path(_) => None,
        }
    }

    fn push(&self, text: &mut Text) {
        let line = text::Line::new(0, 2);
        match self {
            Self::Leaf { subject, issuer, serial } => {
                text.push(
                    line.span(Role::Heading, format!("The certificate: {}", leading_common_name(subject))),
                );
                described(text, &format!("{subject}, issued by {issuer}, serial number {serial}"));
            }
            Self::Candidate { place, subject, serial, below } => {
                let (name, trusted) = (leading_common_name(subject), matches!(place, Place::Anchor(_)));
                let perhaps = format!(
                    "Who issued {below}? Perhaps {name}{}",
                    if trusted { ", which is trusted" } else { "" }
                );
                text.push(line.span(Role::Heading, perhaps));
                described(text, &format!("{subject}, serial number {serial}"));
            }
            Self::Unusable { which, reason } => {
                text.marked(0, Mark::Note, |line| line.plain(format!("{which} cannot be read: {reason}")));
            }
            Self::Path(subjects) => {
                let names: Vec<String> = subjects.iter().map(|name| leading_common_name(name)).collect();
                let path = names.join(" ← ");
                text.marked(0, Mark::Pass, |line| line.plain(format!("That makes a path: {path}")));
            }
        }
    }
}

/// What tells a certificate from its namesakes.
fn described(text: &mut Text, description: &str) {
    text.push(text::Line::new(2, 2).span(Role::Dim, description));
}

impl Line {
    const fn identifier(&self) -> Option<&'static str> {
        match self {
            Self::Rule(application) => Some(application.rule.id),
            Self::Turn(_) => None,
        }
    }
}

impl Application {
    /// The rule and what it saw; where it is broken, what it wanted and says.
    fn push(&self, text: &mut Text, width: usize) {
        let (mark, role) = match self.outcome {
            Outcome::Pass => (Mark::Pass, Role::Plain),
            Outcome::Fail => (Mark::Fail, Role::Bad),
            Outcome::Warn => (Mark::Note, Role::Note),
            Outcome::Skipped => (Mark::Skipped, Role::Dim),
        };
        let broken = matches!(self.outcome, Outcome::Fail | Outcome::Warn);
        let hang = width.saturating_add(4);
        let times = if self.times > 1 { format!(" ({} times)", self.times) } else { String::new() };
        text.marked_hanging(2, hang, mark, |line| {
            let line = line.span(role, format!("{:<width$}  ", self.rule.id));
            let found = if broken { "found " } else { "" };
            let line = line.plain(format!("{found}{}{times}", self.seen));
            match self.wanted.as_str() {
                "" | "any" => line,
                wanted if broken => line.plain(format!(", wanted {wanted}")),
                wanted if wanted == self.seen => line,
                wanted => line.span(Role::Dim, format!(" (wanted: {wanted})")),
            }
        });
        if broken {
            let line = text::Line::new(hang.saturating_add(2), 0);
            text.push(line.span(Role::Dim, self.rule.sentence).clause(self.rule.clause));
        }
    }
}

impl Turn {
    fn push(&self, text: &mut Text) {
        let told = match self {
            Self::Final => "here the search ends: no issuer mends that".to_owned(),
            Self::Unfit => "turned back: this one will not do".to_owned(),
            Self::NotAbove { below } => format!("turned back: {below} may not stand below this one"),
            Self::NotSigned { issuer, below } => format!("turned back: {issuer} did not sign {below}"),
            Self::NobodyLeft(subject) => {
                format!("turned back: nobody else is left who could have issued {subject}")
            }
            Self::NoPath(subject) => {
                format!("here the search ends: nobody else is left who could have issued {subject}")
            }
            Self::WholePath => "turned back: not by this path".to_owned(),
            Self::GivenUp => "here the search is given up".to_owned(),
        };
        text.push(text::Line::new(2, 2).span(Role::Note, "← ").plain(told));
    }
}
