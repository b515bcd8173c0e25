// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is told of a corpus: the counts, then each disagreement with its reason.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::bars;
use crate::exceptions::{Exception, Exceptions};
use crate::limbo::{self, Expected};
use crate::outcome::Outcome;

/// A corpus judged.
#[derive(Debug)]
pub(crate) struct Report {
    outcomes: Vec<Outcome>,
    /// The known disagreement for each outcome, in the same order.
    known: Vec<Option<Exception>>,
    bars_missed: Vec<String>,
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
    pub(crate) fn new(exceptions: &Exceptions, outcomes: Vec<Outcome>) -> Self {
        let known = outcomes.iter().map(|outcome| exceptions.find(&outcome.id).cloned()).collect();
        let bars_missed = bars::missed(&outcomes);
        Self { outcomes, known, bars_missed }
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

    fn failures(&self) -> usize {
        self.unexplained().count() + self.resolved().count() + self.bars_missed.len()
    }

    /// Whether every disagreement is known, every known one still stands, and every bar is met.
    pub(crate) fn is_good(&self) -> bool {
        !self.outcomes.is_empty() && self.failures() == 0
    }

    /// Tells it all; verbose tells of the agreements too.
    pub(crate) fn write(&self, corpus: &str, is_verbose: bool, out: &mut dyn Write) -> io::Result<()> {
        self.write_counts(corpus, out)?;
        for (outcome, exception) in self.excepted() {
            writeln!(out, "excepted  {}  {}", outcome.id, contrast(outcome))?;
            writeln!(out, "          {} [{}] {}", exception.kind.name(), exception.clause, exception.reason)?;
        }
        for outcome in self.unexplained() {
            writeln!(out, "test {} ... FAILED", outcome.id)?;
            writeln!(out, "          {}", contrast(outcome))?;
        }
        for outcome in self.resolved() {
            writeln!(out, "test {} ... FAILED", outcome.id)?;
            writeln!(
                out,
                "          {}, as it should be: take it out of conformance/exceptions.json",
                outcome.words()
            )?;
        }
        for bar in &self.bars_missed {
            writeln!(out, "bar missed: {bar}")?;
        }
        if is_verbose {
            for outcome in self.outcomes.iter().filter(|outcome| outcome.agrees()) {
                writeln!(out, "agreed    {}  {}", outcome.id, outcome.words())?;
            }
        }
        let (failures, excepted) = (self.failures(), self.excepted().count());
        let passed =
            self.outcomes.iter().filter(|outcome| outcome.agrees()).count() - self.resolved().count();
        let verdict = if self.is_good() { "ok" } else { "FAILED" };
        writeln!(out, "test result: {verdict}. {passed} passed; {failures} failed; {excepted} excepted")
    }

    fn write_counts(&self, corpus: &str, out: &mut dyn Write) -> io::Result<()> {
        let mut whole = Share::default();
        let mut kinds = [Share::default(); 2];
        let mut namespaces: BTreeMap<&str, [Share; 2]> = BTreeMap::new();
        for outcome in &self.outcomes {
            let agrees = outcome.agrees();
            whole.add(agrees);
            let own = namespaces.entry(limbo::namespace(&outcome.id)).or_default();
            for [accepts, refusals] in [&mut kinds, own] {
                if outcome.expected == Expected::Success { accepts.add(agrees) } else { refusals.add(agrees) }
            }
        }
        let [accepts, refusals] = kinds;
        writeln!(out, "{corpus} {whole} ({} excepted)", self.excepted().count())?;
        writeln!(out, "accepts {accepts}, refusals {refusals}")?;
        for (namespace, [accepts, refusals]) in namespaces {
            writeln!(out, "  {namespace}: accepts {accepts}, refusals {refusals}")?;
        }
        Ok(())
    }
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
    use crate::judge::Decision;
    use crate::outcome::Came;

    const KNOWN: &str =
        r#"[{"id":"crl::a","kind":"awaiting-revocation","clause":"RFC 5280 §6.3","reason":"no CRLs yet"}]"#;

    fn outcome(id: &str, expected: Expected, decision: Decision) -> Outcome {
        Outcome { id: id.to_owned(), expected, came: Came::Decision(decision) }
    }

    fn told(outcomes: Vec<Outcome>) -> (bool, String) {
        let report = Report::new(&Exceptions::parse(KNOWN).unwrap(), outcomes);
        let mut text = Vec::new();
        report.write("corpus", false, &mut text).unwrap();
        (report.is_good(), String::from_utf8(text).unwrap())
    }

    fn refused() -> Decision {
        Decision::Refused("expired".to_owned())
    }

    #[test]
    fn a_known_disagreement_is_excepted_with_its_reason() {
        let (is_good, text) = told(vec![
            outcome("crl::a", Expected::Failure, Decision::Accepted),
            outcome("nc::b", Expected::Failure, refused()),
            outcome("nc::c", Expected::Success, Decision::Accepted),
        ]);
        assert!(is_good);
        assert!(text.starts_with("corpus 2 of 3 (1 excepted)\naccepts 1 of 1, refusals 1 of 2\n"), "{text}");
        assert!(text.contains("  nc: accepts 1 of 1, refusals 1 of 1\n"), "{text}");
        assert!(text.contains("awaiting-revocation [RFC 5280 §6.3] no CRLs yet"), "{text}");
        assert!(text.ends_with("test result: ok. 2 passed; 0 failed; 1 excepted\n"), "{text}");
    }

    #[test]
    fn a_disagreement_that_nobody_explained_fails_with_its_reason() {
        let (is_good, text) = told(vec![outcome("nc::b", Expected::Success, refused())]);
        assert!(!is_good);
        assert!(
            text.contains("test nc::b ... FAILED\n          must be accepted, was refused: expired\n"),
            "{text}"
        );
        assert!(text.ends_with("test result: FAILED. 0 passed; 1 failed; 0 excepted\n"), "{text}");
    }

    #[test]
    fn an_exception_that_passes_after_all_fails_the_run() {
        let (is_good, text) = told(vec![outcome("crl::a", Expected::Failure, refused())]);
        assert!(!is_good);
        assert!(text.contains("take it out of conformance/exceptions.json"), "{text}");
    }

    #[test]
    fn an_empty_corpus_shows_nothing_and_is_not_good() {
        assert!(!told(Vec::new()).0);
    }
}
