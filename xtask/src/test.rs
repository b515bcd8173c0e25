// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask test`: the stages in order, each with a limit, then a table and the line that sums it up.

pub(crate) mod stage;
mod tally;

use std::time::{Duration, Instant};

use crate::arguments::Wanted;
use crate::process::{self, Ending, Stream};
use crate::{say, setup, workspace};
use stage::{STAGES, Stage};
use tally::Tally;

/// Runs what is wanted. True when nothing failed.
pub(crate) fn run(wanted: &Wanted) -> Result<bool, String> {
    let stages = chosen(wanted);
    if needs_peers(&stages) && !setup::run()? {
        say::line(
            "SKIP setup: not all peers are installed; what needs one is skipped, and fails where CI=true",
        );
    }
    let mut report = Vec::new();
    for stage in stages {
        report.push((stage, carry_out(stage, wanted)?));
    }
    conclude(&report);
    Ok(report.iter().all(|(_, tally)| tally.failed == 0))
}

/// The stages asked for, in their order; with a room alone, those that run its tests; else all.
fn chosen(wanted: &Wanted) -> Vec<Stage> {
    let is_chosen = |stage: &Stage| {
        if !wanted.stages.is_empty() {
            return wanted.stages.contains(stage);
        }
        wanted.rooms.is_empty() || *stage == Stage::Tests
    };
    STAGES.into_iter().filter(is_chosen).collect()
}

fn needs_peers(stages: &[Stage]) -> bool {
    stages.iter().any(|stage| !matches!(stage, Stage::Tidy | Stage::Release))
}

fn carry_out(stage: Stage, wanted: &Wanted) -> Result<Tally, String> {
    let mut command = stage.command(wanted)?;
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    say::line(format_args!("\n== {} (at most {} min): {}", stage.name(), stage.minutes(), words.join(" ")));
    let mut tally = Tally::default();
    let started = Instant::now();
    let limit = Duration::from_secs(stage.minutes() * 60);
    let ending = process::run(&mut command, limit, &mut |stream, line| {
        tally.read(line);
        match stream {
            Stream::Out => say::line(line),
            Stream::Err => say::aside(line),
        }
    });
    tally.took = started.elapsed();
    match ending {
        Ending::Exited(status) if status.success() => tally.succeed(stage.is_counted()),
        Ending::Exited(status) => tally.fail(&status.to_string()),
        Ending::TimedOut => {
            tally.failed += 1;
            tally.note(format!("passed its limit of {} min and was ended", stage.minutes()));
        }
        Ending::NotStarted(error) => tally.fail(&error.to_string()),
    }
    Ok(tally)
}

fn conclude(report: &[(Stage, Tally)]) {
    say::line(format_args!("\n{:10}{:>8}{:>8}{:>9}{:>9}", "stage", "passed", "failed", "skipped", "seconds"));
    let (mut passed, mut failed) = (0, 0);
    for (stage, tally) in report {
        passed += tally.passed;
        failed += tally.failed;
        let (name, seconds) = (stage.name(), tally.took.as_secs());
        say::line(format_args!(
            "{name:10}{:>8}{:>8}{:>9}{seconds:>9}",
            tally.passed,
            tally.failed,
            tally.skips.len()
        ));
    }
    for (stage, tally) in report {
        for note in tally.notes.iter().chain(&tally.skips) {
            say::line(format_args!("{}: {note}", stage.name()));
        }
    }
    if report.iter().any(|(_, tally)| !tally.skips.is_empty()) && !workspace::is_ci() {
        say::line(
            "something was skipped: `cargo xtask setup` installs the peers, `--vectors DIR` names the corpora",
        );
    }
    say::line(format_args!("\n{passed} passed, {failed} failed"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_choice_every_stage_runs_and_with_a_room_its_tests_alone() {
        assert_eq!(chosen(&Wanted::default()), STAGES);
        let room = Wanted { rooms: vec!["x509".to_owned()], ..Wanted::default() };
        assert_eq!(chosen(&room), [Stage::Tests]);
        let two = Wanted { stages: vec![Stage::Crash, Stage::Tidy], ..Wanted::default() };
        assert_eq!(chosen(&two), [Stage::Tidy, Stage::Crash]);
    }
}
