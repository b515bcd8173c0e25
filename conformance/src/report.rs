// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is told of the corpora: a line for each, then each disagreement with its reason.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::case::{Expected, namespace};
use crate::corpus::Standing;
use crate::exceptions::{Exception, Exceptions};
use crate::outcome::Outcome;

/// A corpus judged.
#[derive(Debug)]
pub(crate) struct Report {
    name: String,
    standing: Standing,
    outcomes: Vec<Outcome>,
    /// The known disagreement for each outcome, in the same order.
    known: Vec<Option<Exception>>,
}

/// How many of how many.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Share {
    agreed: usize,
    all: usize,
}

impl Share {
    fn add(&mut self, agrees: bool) {
        self.agreed += usize::from(agrees);
        self.all += 1;
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.agreed, self.all)
    }
}

impl Report {
    /// Puts the outcomes beside what is known of them.
    pub(crate) fn new(
        name: String,
        standing: Standing,
        exceptions: &Exceptions,
        outcomes: Vec<Outcome>,
    ) -> Self {
        let known = outcomes.iter().map(|outcome| exceptions.find(&outcome.id).cloned()).collect();
        Self { name, standing, outcomes, known }
    }

    fn pairs(&self) -> impl Iterator<Item = (&Outcome, Option<&Exception>)> {
        self.outcomes.iter().zip(self.known.iter().map(Option::as_ref))
    }

    /// Disagreements that nobody has explained.
    fn unexplained(&self) -> impl Iterator<Item = &Outcome> {
        self.pairs()
            .filter(|(outcome, known)| !outcome.agrees() && known.is_none())
            .map(|(outcome, _)| outcome)
    }

    /// Disagreements that are known.
    fn excepted(&self) -> impl Iterator<Item = (&Outcome, &Exception)> {
        self.pairs().filter_map(|(outcome, known)| (!outcome.agrees()).then_some(outcome).zip(known))
    }

    /// Known disagreements that are none: their entry must go.
    fn resolved(&self) -> impl Iterator<Item = &Outcome> {
        self.pairs()
            .filter(|(outcome, known)| outcome.agrees() && known.is_some())
            .map(|(outcome, _)| outcome)
    }

    /// How many outcomes fail the run: proposals never do.
    fn failures(&self) -> usize {
        match self.standing {
            Standing::Binding if self.outcomes.is_empty() => 1,
            Standing::Binding => self.unexplained().count() + self.resolved().count(),
            Standing::Proposed => 0,
        }
    }

    /// Whether every disagreement is known, and every known one still stands.
    fn is_good(&self) -> bool {
        !self.outcomes.is_empty() && self.failures() == 0
    }

    fn passed(&self) -> usize {
        match self.standing {
            Standing::Binding => {
                self.outcomes.iter().filter(|outcome| outcome.agrees()).count() - self.resolved().count()
            }
            Standing::Proposed => 0,
        }
    }

    /// The corpus in a line.
    fn write_line(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut whole = Share::default();
        self.outcomes.iter().for_each(|outcome| whole.add(outcome.agrees()));
        let proposed = match self.standing {
            Standing::Binding => "",
            Standing::Proposed => ", proposals: told, not binding",
        };
        writeln!(out, "{} {whole} ({} excepted{proposed})", self.name, self.excepted().count())
    }

    /// Each disagreement with its reason.
    fn write_disagreements(&self, out: &mut dyn Write) -> io::Result<()> {
        for (outcome, exception) in self.excepted() {
            writeln!(out, "excepted  {}  {}", outcome.id, contrast(outcome))?;
            writeln!(out, "          {} [{}] {}", exception.kind.name(), exception.clause, exception.reason)?;
        }
        if self.outcomes.is_empty() {
            writeln!(out, "test {} ... FAILED", self.name)?;
            writeln!(out, "          the corpus is there and has no case")?;
        }
        for outcome in self.unexplained() {
            match self.standing {
                Standing::Binding => writeln!(out, "test {} ... FAILED", outcome.id)?,
                Standing::Proposed => writeln!(out, "proposal  {}", outcome.id)?,
            }
            writeln!(out, "          {}", contrast(outcome))?;
        }
        if self.standing == Standing::Binding {
            for outcome in self.resolved() {
                let words = outcome.words();
                writeln!(out, "test {} ... FAILED", outcome.id)?;
                writeln!(
                    out,
                    "          {words}, as it should be: take it out of conformance/exceptions.json"
                )?;
            }
        }
        Ok(())
    }

    /// The parts of a corpus, and everything that agreed.
    fn write_agreements(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut namespaces: BTreeMap<&str, [Share; 2]> = BTreeMap::new();
        for outcome in &self.outcomes {
            let [accepts, refusals] = namespaces.entry(namespace(&outcome.id)).or_default();
            let share = if outcome.expected == Expected::Success { accepts } else { refusals };
            share.add(outcome.agrees());
        }
        for (namespace, [accepts, refusals]) in namespaces {
            writeln!(out, "  {namespace}: accepts {accepts}, refusals {refusals}")?;
        }
        for outcome in self.outcomes.iter().filter(|outcome| outcome.agrees()) {
            writeln!(out, "agreed    {}  {}", outcome.id, outcome.words())?;
        }
        Ok(())
    }
}

/// Tells of all corpora, verbosely of the agreements too; whether all is as it should be.
pub(crate) fn write(reports: &[Report], is_verbose: bool, out: &mut dyn Write) -> io::Result<bool> {
    for report in reports {
        report.write_line(out)?;
    }
    for report in reports {
        if is_verbose {
            report.write_agreements(out)?;
        }
        report.write_disagreements(out)?;
    }
    let sum = |count: fn(&Report) -> usize| reports.iter().map(count).sum::<usize>();
    let is_good = !reports.is_empty() && reports.iter().all(Report::is_good);
    let verdict = if is_good { "ok" } else { "FAILED" };
    let (passed, failed) = (sum(Report::passed), sum(Report::failures));
    let excepted = sum(|report| match report.standing {
        Standing::Binding => report.excepted().count(),
        Standing::Proposed => 0,
    });
    writeln!(out, "test result: {verdict}. {passed} passed; {failed} failed; {excepted} excepted")?;
    Ok(is_good)
}

/// What should have come, and what came.
fn contrast(outcome: &Outcome) -> String {
    let wanted = if outcome.expected == Expected::Success { "accepted" } else { "refused" };
    format!("must be {wanted}, was {}", outcome.words())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::case::Decision;
    use crate::outcome::Came;

    const KNOWN: &str =
        r#"[{"id":"crl::a","kind":"disputed","clause":"RFC 5280 §6.3","reason":"we read it otherwise"}]"#;

    fn outcome(id: &str, expected: Expected, decision: Decision) -> Outcome {
        Outcome { id: id.to_owned(), expected, came: Came::Decision(decision) }
    }

    fn told(standing: Standing, outcomes: Vec<Outcome>) -> (bool, String) {
        let exceptions = Exceptions::parse(KNOWN).unwrap();
        let report = Report::new("corpus".to_owned(), standing, &exceptions, outcomes);
        let mut text = Vec::new();
        let is_good = write(&[report], false, &mut text).unwrap();
        (is_good, String::from_utf8(text).unwrap())
    }

    fn refused() -> Decision {
        Decision::Refused("expired".to_owned())
    }

    #[test]
    fn a_known_disagreement_is_excepted_with_its_reason() {
        let (is_good, text) = told(
            Standing::Binding,
            vec![
                outcome("crl::a", Expected::Failure, Decision::Accepted),
                outcome("nc::b", Expected::Failure, refused()),
                outcome("nc::c", Expected::Success, Decision::Accepted),
            ],
        );
        assert!(is_good);
        assert!(text.starts_with("corpus 2 of 3 (1 excepted)\n"), "{text}");
        assert!(text.contains("disputed [RFC 5280 §6.3] we read it otherwise"), "{text}");
        assert!(text.ends_with("test result: ok. 2 passed; 0 failed; 1 excepted\n"), "{text}");
    }

    #[test]
    fn a_disagreement_that_nobody_explained_fails_with_its_reason() {
        let (is_good, text) = told(Standing::Binding, vec![outcome("nc::b", Expected::Success, refused())]);
        assert!(!is_good);
        assert!(
            text.contains("test nc::b ... FAILED\n          must be accepted, was refused: expired\n"),
            "{text}"
        );
        assert!(text.ends_with("test result: FAILED. 0 passed; 1 failed; 0 excepted\n"), "{text}");
    }

    #[test]
    fn an_exception_that_passes_after_all_fails_the_run() {
        let (is_good, text) = told(Standing::Binding, vec![outcome("crl::a", Expected::Failure, refused())]);
        assert!(!is_good);
        assert!(text.contains("take it out of conformance/exceptions.json"), "{text}");
    }

    #[test]
    fn proposals_are_told_and_fail_nothing() {
        let (is_good, text) = told(
            Standing::Proposed,
            vec![
                outcome("crl::a", Expected::Failure, refused()),
                outcome("nc::b", Expected::Success, refused()),
            ],
        );
        assert!(is_good);
        assert!(text.starts_with("corpus 1 of 2 (0 excepted, proposals: told, not binding)\n"), "{text}");
        assert!(
            text.contains("proposal  nc::b\n          must be accepted, was refused: expired\n"),
            "{text}"
        );
        assert!(text.ends_with("test result: ok. 0 passed; 0 failed; 0 excepted\n"), "{text}");
    }

    #[test]
    fn an_empty_corpus_shows_nothing_and_is_not_good() {
        let (is_good, text) = told(Standing::Binding, Vec::new());
        assert!(!is_good);
        assert_eq!(
            text,
            "corpus 0 of 0 (0 excepted)\ntest corpus ... FAILED\n          the corpus is there and has no case\n\
             test result: FAILED. 0 passed; 1 failed; 0 excepted\n"
        );
    }
}
