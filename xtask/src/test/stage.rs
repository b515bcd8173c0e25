// SPDX-License-Identifier: MIT OR Apache-2.0
//! The stages of a test run: their names, their limits, and the command that carries each out.

use std::process::Command;

use crate::arguments::Wanted;
use crate::{tools, workspace};

/// A part of the test run that succeeds or fails for one kind of reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Tidy,
    Tests,
    Vectors,
    Release,
    Cli,
    Interop,
    Browser,
    Crash,
    Fuzz,
}

/// Every stage, what fails soonest first.
pub(crate) const STAGES: [Stage; 9] = [
    Stage::Tidy,
    Stage::Tests,
    Stage::Vectors,
    Stage::Release,
    Stage::Cli,
    Stage::Interop,
    Stage::Browser,
    Stage::Crash,
    Stage::Fuzz,
];

/// The stages that are modules of the binary's integration tests.
const MODULES: [Stage; 4] = [Stage::Cli, Stage::Interop, Stage::Browser, Stage::Crash];

/// The modules that have stages of their own, and so no place in any other test binary.
pub(crate) fn module_names() -> [&'static str; 4] {
    MODULES.map(Stage::name)
}

impl Stage {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tidy => "tidy",
            Self::Tests => "tests",
            Self::Vectors => "vectors",
            Self::Release => "release",
            Self::Cli => "cli",
            Self::Interop => "interop",
            Self::Browser => "browser",
            Self::Crash => "crash",
            Self::Fuzz => "fuzz",
        }
    }

    /// Forty in all, on two cores and with nothing compiled yet.
    pub(crate) fn minutes(self) -> u64 {
        match self {
            Self::Tidy => 1,
            Self::Tests => 13,
            Self::Vectors | Self::Cli | Self::Interop => 3,
            Self::Release => 9,
            Self::Browser | Self::Crash => 2,
            Self::Fuzz => 4,
        }
    }

    /// Whether it reports each of its tests; otherwise the whole stage is one.
    pub(crate) fn is_counted(self) -> bool {
        self != Self::Release
    }

    pub(crate) fn command(self, wanted: &Wanted) -> Result<Command, String> {
        let mut command = match self {
            Self::Tidy | Self::Fuzz => self.verb(),
            Self::Tests => tests(&wanted.rooms),
            Self::Vectors => tools::conformance_command(&["all".to_owned()]),
            Self::Release => tools::cargo(),
            Self::Cli | Self::Interop | Self::Browser | Self::Crash => self.module(),
        };
        if self == Self::Release {
            command.args(["build", "--release"]);
        }
        if let Some(folder) = &wanted.vectors {
            command.env("CHANCERY_VECTORS", tools::absolute(folder)?);
        }
        Ok(command)
    }

    /// The verb of this program that has this stage's name.
    fn verb(self) -> Command {
        let mut command = tools::cargo();
        command.args(["xtask", self.name()]);
        command
    }

    /// The tests of the binary's integration binary that lie in the module of this stage's name.
    fn module(self) -> Command {
        let mut command = tools::cargo();
        command
            .args(["test", "--package", "chancery", "--test", "it", "--"])
            .arg(format!("{}::", self.name()));
        command
    }
}

/// Unit, integration and doc tests: one command, since each of another shape compiles much anew.
fn tests(rooms: &[String]) -> Command {
    let mut command = tools::cargo();
    command.arg("test").args(packages(rooms)).args(["--no-fail-fast", "--"]);
    for name in module_names() {
        command.arg("--skip").arg(format!("{name}::"));
    }
    command
}

/// The packages of these rooms, or the whole workspace.
fn packages(rooms: &[String]) -> Vec<String> {
    if rooms.is_empty() {
        return vec!["--workspace".to_owned()];
    }
    let package = |room: &String| {
        let is_room = room != "chancery" && workspace::root().join("crates").join(room).is_dir();
        if is_room { format!("chancery-{room}") } else { room.clone() }
    };
    rooms.iter().flat_map(|room| ["--package".to_owned(), package(room)]).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_limits_come_to_forty_minutes() {
        assert_eq!(STAGES.iter().map(|stage| stage.minutes()).sum::<u64>(), 40);
    }

    #[test]
    fn the_general_stage_leaves_out_the_modules_that_have_their_own() {
        let command = Stage::Tests.command(&Wanted::default()).unwrap();
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        let line = words.join(" ");
        assert!(line.starts_with("test --workspace --no-fail-fast"), "{line}");
        assert!(line.ends_with("--skip cli:: --skip interop:: --skip browser:: --skip crash::"), "{line}");
    }

    #[test]
    fn a_room_is_named_without_its_prefix() {
        let rooms = ["x509", "chancery", "conformance"].map(str::to_owned);
        let packages = packages(&rooms);
        assert_eq!(
            packages,
            ["--package", "chancery-x509", "--package", "chancery", "--package", "conformance"]
        );
    }
}
