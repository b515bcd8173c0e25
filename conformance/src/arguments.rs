// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line.

use std::path::PathBuf;

use crate::error::Error;

/// What was asked for.
#[derive(Debug, PartialEq)]
pub(crate) struct Arguments {
    pub(crate) vectors: Option<PathBuf>,
    pub(crate) task: Task,
}

/// What to do with the vectors.
#[derive(Debug, PartialEq)]
pub(crate) enum Task {
    /// Judge them; verbose tells of every case, not of the disagreements alone.
    Judge { is_verbose: bool },
    /// Write the fuzz targets' seeds into this folder.
    Seeds(PathBuf),
}

impl Arguments {
    /// Reads the arguments after the program's name.
    pub(crate) fn parse(mut rest: impl Iterator<Item = String>) -> Result<Self, Error> {
        let mut arguments = Self { vectors: None, task: Task::Judge { is_verbose: false } };
        while let Some(argument) = rest.next() {
            let mut value =
                || rest.next().ok_or_else(|| Error::Argument(format!("`{argument}` needs a value")));
            match argument.as_str() {
                "--vectors" => arguments.vectors = Some(value()?.into()),
                "seeds" => arguments.task = Task::Seeds(value()?.into()),
                "--verbose" => arguments.task = Task::Judge { is_verbose: true },
                _ => return Err(Error::Argument(format!("no argument `{argument}`"))),
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_folder_and_a_task_are_read_and_the_rest_is_refused() {
        let parse = |line: &str| Arguments::parse(line.split_whitespace().map(str::to_owned));
        let seeds = Arguments { vectors: Some("v".into()), task: Task::Seeds("s".into()) };
        assert_eq!(parse("seeds s --vectors v").unwrap(), seeds);
        assert_eq!(parse("").unwrap(), Arguments { vectors: None, task: Task::Judge { is_verbose: false } });
        assert!(parse("--vectors").unwrap_err().to_string().starts_with("`--vectors` needs a value"));
        assert!(parse("limbo").unwrap_err().to_string().starts_with("no argument `limbo`"));
    }
}
