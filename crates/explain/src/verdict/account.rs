// SPDX-License-Identifier: MIT OR Apache-2.0
//! The whole way to a decision, retold: every certificate that was looked at, every rule that was applied
//! to it, and where the search turned back.

mod text;

use verify::{Outcome, Place, Shown, Step, Trace};
use x509::Rule;

use crate::general_name::leading_common_name;

/// The way to a decision, in the order in which it was gone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    chapters: Vec<Chapter>,
    /// Steps that were not kept.
    left_out: usize,
}

/// A certificate that was looked at, or another thing that happened, and what followed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Chapter {
    depth: usize,
    title: Title,
    lines: Vec<Line>,
}

/// What a chapter is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Title {
    /// The certificate that the question is about.
    Leaf { subject: String, issuer: String, serial: String },
    /// One that may be the issuer of another.
    Candidate { place: Place, subject: String, serial: String, below: String },
    /// One that could not be read.
    Unusable { which: String, reason: String },
    /// A path, leaf first.
    Path(Vec<String>),
}

/// Something that happened in a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    /// A rule was applied.
    Rule(Application),
    /// The search did not go on from here.
    Turn(Turn),
}

/// A rule that was applied, and how often in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Application {
    rule: &'static Rule,
    place: Place,
    /// The short name of the certificate that it was applied to.
    subject: String,
    seen: String,
    wanted: String,
    outcome: Outcome,
    times: usize,
}

/// Why the search did not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Turn {
    /// Whatever stands above the leaf cannot mend what is wrong with it.
    Final,
    /// The certificate looked at will not do.
    Unfit,
    /// It may not stand above one that it is to stand above.
    NotAbove { below: String },
    /// It did not sign the one below it.
    NotSigned { issuer: String, below: String },
    /// Nobody is left who could have issued this one.
    NobodyLeft(String),
    /// The same, of the certificate that the question is about.
    NoPath(String),
    /// It is the path as a whole that is refused.
    WholePath,
    /// A budget is spent.
    GivenUp,
}

impl Account {
    /// Retells a trace.
    pub(super) fn of(trace: &Trace) -> Self {
        let mut writer = Writer::default();
        trace.steps().iter().for_each(|step| writer.step(step));
        Self { chapters: writer.chapters, left_out: trace.left_out() }
    }
}

#[derive(Default)]
struct Writer {
    chapters: Vec<Chapter>,
    /// The subjects on the way from the leaf to the certificate last looked at.
    standing: Vec<String>,
}

impl Writer {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Considered { place, subject, issuer, serial } => {
                self.considered(*place, subject, issuer, serial);
            }
            Step::Applied { rule, place, seen, wanted, outcome } => {
                self.applied(Application {
                    rule,
                    place: *place,
                    subject: self.subject(place.depth()),
                    seen: seen.to_string(),
                    wanted: wanted.to_string(),
                    outcome: *outcome,
                    times: 1,
                });
            }
            Step::Unusable { which, reason } => {
                self.open(0, Title::Unusable { which: which.clone(), reason: reason.clone() });
            }
            Step::Exhausted { place, .. } => {
                let subject = self.subject(place.depth());
                let is_leaf = *place == Place::Leaf;
                let turn = if is_leaf { Turn::NoPath(subject) } else { Turn::NobodyLeft(subject) };
                self.line(Line::Turn(turn));
            }
            Step::Found { subjects } => {
                self.open(0, Title::Path(subjects.iter().map(Shown::to_string).collect()));
            }
            // A kind of step that is not told.
            _ => {}
        }
    }

    fn considered(&mut self, place: Place, subject: &Shown, issuer: &Shown, serial: &Shown) {
        let (subject, serial) = (subject.to_string(), serial.to_string());
        self.standing.truncate(place.depth());
        let title = match self.standing.last() {
            None => Title::Leaf { subject: subject.clone(), issuer: issuer.to_string(), serial },
            Some(below) => Title::Candidate {
                place,
                subject: subject.clone(),
                serial,
                below: leading_common_name(below),
            },
        };
        self.standing.push(subject);
        self.open(place.depth(), title);
    }

    fn open(&mut self, depth: usize, title: Title) {
        self.chapters.push(Chapter { depth, title, lines: Vec::new() });
    }

    fn line(&mut self, line: Line) {
        if let Some(chapter) = self.chapters.last_mut() {
            chapter.lines.push(line);
        }
    }

    fn applied(&mut self, application: Application) {
        if self.again(&application) {
            return;
        }
        let turn = (application.outcome == Outcome::Fail).then(|| self.turn(&application)).flatten();
        self.line(Line::Rule(application));
        if let Some(turn) = turn {
            self.line(Line::Turn(turn));
        }
    }

    /// Counts what is said once more.
    fn again(&mut self, application: &Application) -> bool {
        let last = self.chapters.last_mut().and_then(|chapter| chapter.lines.last_mut());
        let Some(Line::Rule(last)) = last else { return false };
        let same = last.rule == application.rule
            && (last.place, last.outcome) == (application.place, application.outcome)
            && (&last.seen, &last.wanted) == (&application.seen, &application.wanted);
        if same {
            last.times = last.times.saturating_add(1);
        }
        same
    }

    /// Where the search goes once a rule has refused.
    fn turn(&self, application: &Application) -> Option<Turn> {
        let depth = application.place.depth();
        let looked_at = self.standing.len().saturating_sub(1);
        Some(match application.rule.id {
            // That nobody is left is said at once.
            "issuer-known" => return None,
            "peer-name" => Turn::Final,
            "budget-depth" => Turn::Unfit,
            "policy-valid" | "policy-acceptable" | "not-revoked" | "status-known" => Turn::WholePath,
            id if id.starts_with("budget-") => Turn::GivenUp,
            "signature" => {
                Turn::NotSigned { issuer: self.subject(depth.saturating_add(1)), below: self.subject(depth) }
            }
            _ if looked_at == 0 => Turn::Final,
            _ if depth < looked_at => Turn::NotAbove { below: self.subject(depth) },
            _ => Turn::Unfit,
        })
    }

    /// The short name of what stands at a distance from the leaf.
    fn subject(&self, depth: usize) -> String {
        let standing = self.standing.get(depth).map(|subject| leading_common_name(subject));
        // One that was turned down before it was looked at.
        standing.unwrap_or_else(|| "the next candidate".to_owned())
    }
}
