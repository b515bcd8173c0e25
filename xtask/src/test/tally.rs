// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a stage's output says of its tests, counted from the lines that libtest prints.

use std::time::Duration;

/// The count of one stage.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) took: Duration,
    /// Each thing that was not tried, in the words it was told in.
    pub(crate) skips: Vec<String>,
    /// Which tests failed, or why the stage did.
    pub(crate) notes: Vec<String>,
}

impl Tally {
    /// Takes in a line such as `test result: ok. 5 passed; 0 failed; …`, `test NAME ... FAILED` or `SKIP …`.
    pub(crate) fn read(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += count(counts, "passed");
            self.failed += count(counts, "failed");
        } else if let Some(name) =
            line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED"))
        {
            self.note(format!("failed: {name}"));
        } else if line.starts_with("SKIP ") && !self.skips.iter().any(|skip| skip == line) {
            self.skips.push(line.to_owned());
        }
    }

    pub(crate) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// The stage's command ended well. A stage whose tests are counted and that ran none has shown nothing.
    pub(crate) fn succeed(&mut self, is_counted: bool) {
        if !is_counted {
            self.passed = 1;
        } else if self.passed + self.failed == 0 {
            self.failed = 1;
            self.note("ran no test".to_owned());
        }
    }

    /// The stage's command failed: at least one failure, whatever was counted.
    pub(crate) fn fail(&mut self, how: &str) {
        if self.failed == 0 {
            self.failed = 1;
            self.note(format!("no test failed, but the command did: {how}"));
        }
    }
}

/// The number before a word in `ok. 5 passed; 0 failed; 1 ignored`.
fn count(counts: &str, word: &str) -> u64 {
    let part = counts.split([';', '.']).map(str::trim).find_map(|part| part.strip_suffix(word));
    part.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn every_test_binary_adds_to_the_count() {
        let tally = read(&[
            "running 5 tests",
            "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.00s",
            "test it::a_thing_holds ... FAILED",
            "test result: FAILED. 7 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s",
            "SKIP peer missing: certtool",
            "SKIP peer missing: certtool",
        ]);
        assert_eq!((tally.passed, tally.failed), (12, 1));
        assert_eq!(tally.skips, ["SKIP peer missing: certtool"]);
        assert_eq!(tally.notes, ["failed: it::a_thing_holds"]);
    }

    #[test]
    fn a_stage_that_does_not_build_has_failed() {
        let mut tally = read(&["error: could not compile `x`"]);
        tally.fail("exit status: 101");
        assert_eq!((tally.passed, tally.failed), (0, 1));
    }

    #[test]
    fn a_stage_that_ran_nothing_has_failed_unless_it_counts_as_one() {
        let mut tally = read(&["running 0 tests", "test result: ok. 0 passed; 0 failed; 0 ignored"]);
        tally.succeed(true);
        assert_eq!((tally.passed, tally.failed), (0, 1));
        let mut tally = read(&["Finished"]);
        tally.succeed(false);
        assert_eq!((tally.passed, tally.failed), (1, 0));
    }

    #[test]
    fn a_failed_command_does_not_hide_how_many_tests_failed() {
        let mut tally = read(&["test result: FAILED. 1 passed; 3 failed; 0 ignored"]);
        tally.fail("exit status: 101");
        assert_eq!((tally.passed, tally.failed), (1, 3));
    }
}
