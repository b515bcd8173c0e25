// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line.

use std::path::PathBuf;

use crate::differential::Plan;
use crate::error::Error;

/// What every argument does.
pub(crate) const HELP: &str = "\
cargo xtask conformance [--vectors DIR] [--verbose]
    judge every case of the public test vectors, and say where we disagree and why; --verbose tells of every case
cargo xtask conformance differential [--cases N] [--seed S] [--openssl N] [--vectors DIR]
    judge N mutants of real chains beside rustls-webpki, and N of them beside OpenSSL; each seed makes others
cargo xtask conformance all [--vectors DIR]
    every case, then a short differential
cargo xtask conformance seeds FOLDER [--vectors DIR]
    write what the fuzz targets start from

DIR holds x509-limbo/, bettertls/ and pkits/; else CHANCERY_VECTORS, else ../shared/vectors.
Exit code 0 when every disagreement stands in exceptions.json, 1 when not, 2 when the vectors cannot be read.
";

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
    /// Judge mutants of real chains beside others.
    Differential(Plan),
    /// Judge the vectors, then a few mutants.
    All,
    /// Say what every argument does.
    Help,
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
                "--help" | "-h" => return Ok(Self { vectors: None, task: Task::Help }),
                "all" => arguments.task = Task::All,
                "differential" => arguments.task = Task::Differential(Plan::default()),
                "--cases" => arguments.plan()?.cases = number(&value()?)?,
                "--seed" => arguments.plan()?.seed = number(&value()?)?,
                "--openssl" => arguments.plan()?.openssl = number(&value()?)?,
                "--verbose" => arguments.task = Task::Judge { is_verbose: true },
                _ => return Err(Error::Argument(format!("no argument `{argument}`"))),
            }
        }
        Ok(arguments)
    }

    /// What `differential` is to do, once that word was read.
    fn plan(&mut self) -> Result<&mut Plan, Error> {
        match &mut self.task {
            Task::Differential(plan) => Ok(plan),
            _ => {
                Err(Error::Argument("`--cases`, `--seed` and `--openssl` go with `differential`".to_owned()))
            }
        }
    }
}

fn number(text: &str) -> Result<u64, Error> {
    text.parse().map_err(|error| Error::Argument(format!("{text:?}: {error}")))
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
        assert_eq!(parse("differential --help --cases").unwrap().task, Task::Help);
        assert_eq!(parse("").unwrap(), Arguments { vectors: None, task: Task::Judge { is_verbose: false } });
        let plan = Plan { cases: 9, seed: 2, ..Plan::default() };
        let differential = Arguments { vectors: None, task: Task::Differential(plan) };
        assert_eq!(parse("differential --cases 9 --seed 2").unwrap(), differential);
        assert!(
            parse("--cases 9").unwrap_err().to_string().starts_with("`--cases`, `--seed` and `--openssl`")
        );
        assert!(parse("differential --seed x").unwrap_err().to_string().starts_with("\"x\": "));
        assert!(parse("--vectors").unwrap_err().to_string().starts_with("`--vectors` needs a value"));
        assert!(parse("limbo").unwrap_err().to_string().starts_with("no argument `limbo`"));
    }
}
