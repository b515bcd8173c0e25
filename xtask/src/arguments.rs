// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line, read without a library: it has six verbs and five options.

use std::path::PathBuf;

use crate::test::stage::{STAGES, Stage};

pub(crate) const HELP: &str = "\
cargo xtask setup                        install what the tests need and this machine lacks
cargo xtask test [--only STAGE]… [-p ROOM]… [--vectors DIR]
                                         everything, or these stages, or the tests of one room
                 stages: tidy tests vectors release cli interop browser crash fuzz
cargo xtask tidy                         the house rules that a machine can check
cargo xtask conformance [--vectors DIR]  the shared test vectors, each disagreement with its reason
cargo xtask conformance differential [--cases N] [--seed S] [--vectors DIR]
                                         mutants of real chains, beside rustls-webpki and OpenSSL
cargo xtask bench NAME [ROUNDS]          a measurement, beside its peers, in one run: authority start verify pathological
cargo xtask bench authority search|growth|revoke [ROWS]
                                         pages of searches in a large record; what a certificate costs while it grows;
                                         what taking one back costs, beside a small record
cargo xtask fuzz [TARGET] [--runs N]     all fuzz targets for a while, or one of them until stopped";

/// What was asked for.
#[derive(Debug, PartialEq)]
pub(crate) enum Verb {
    Help,
    Setup,
    Tidy,
    Test(Wanted),
    /// What follows is for the conformance package to read.
    Conformance(Vec<String>),
    /// What follows is for the bench package to read.
    Bench(Vec<String>),
    Fuzz(FuzzWanted),
}

/// Which part of the tests.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) stages: Vec<Stage>,
    pub(crate) rooms: Vec<String>,
    pub(crate) vectors: Option<PathBuf>,
}

/// Which fuzz target, and for how many runs.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct FuzzWanted {
    pub(crate) target: Option<String>,
    pub(crate) runs: Option<u64>,
    pub(crate) vectors: Option<PathBuf>,
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(mut rest: impl Iterator<Item = String>) -> Result<Verb, String> {
    let Some(verb) = rest.next() else { return Ok(Verb::Help) };
    match verb.as_str() {
        "help" | "--help" | "-h" => Ok(Verb::Help),
        "setup" => nothing_more(rest, Verb::Setup),
        "tidy" => nothing_more(rest, Verb::Tidy),
        "test" => test(rest).map(Verb::Test),
        "conformance" => Ok(Verb::Conformance(rest.collect())),
        "bench" => Ok(Verb::Bench(rest.collect())),
        "fuzz" => fuzz(rest).map(Verb::Fuzz),
        other => Err(format!("no verb `{other}`")),
    }
}

fn nothing_more(mut rest: impl Iterator<Item = String>, verb: Verb) -> Result<Verb, String> {
    rest.next().map_or(Ok(verb), |extra| Err(format!("this verb takes no argument, found `{extra}`")))
}

fn test(mut rest: impl Iterator<Item = String>) -> Result<Wanted, String> {
    let mut wanted = Wanted::default();
    while let Some(option) = rest.next() {
        match option.as_str() {
            "--only" => wanted.stages.push(stage(&value(&option, rest.next())?)?),
            "-p" | "--package" => wanted.rooms.push(value(&option, rest.next())?),
            "--vectors" => wanted.vectors = Some(value(&option, rest.next())?.into()),
            other => return Err(format!("`test` takes no `{other}`")),
        }
    }
    Ok(wanted)
}

fn fuzz(mut rest: impl Iterator<Item = String>) -> Result<FuzzWanted, String> {
    let mut wanted = FuzzWanted::default();
    while let Some(option) = rest.next() {
        match option.as_str() {
            "--runs" => {
                let text = value(&option, rest.next())?;
                let runs = text.parse().map_err(|error| format!("--runs {text}: {error}"))?;
                wanted.runs = Some(runs);
            }
            "--vectors" => wanted.vectors = Some(value(&option, rest.next())?.into()),
            other if other.starts_with('-') => return Err(format!("`fuzz` takes no `{other}`")),
            target if wanted.target.is_none() => wanted.target = Some(target.to_owned()),
            extra => return Err(format!("one target at a time, found `{extra}` too")),
        }
    }
    Ok(wanted)
}

fn value(option: &str, found: Option<String>) -> Result<String, String> {
    found.ok_or_else(|| format!("{option} needs a value"))
}

fn stage(name: &str) -> Result<Stage, String> {
    let found = STAGES.iter().copied().find(|stage| stage.name() == name);
    found.ok_or_else(|| {
        let names: Vec<_> = STAGES.iter().map(|stage| stage.name()).collect();
        format!("no stage `{name}`; there are: {}", names.join(" "))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;

    fn read(line: &str) -> Result<Verb, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_inner_loop_names_stages_and_rooms() {
        let Verb::Test(wanted) = read("test --only tidy --only cli -p x509 --vectors v").unwrap() else {
            panic!("`test` reads as a test")
        };
        assert_eq!(wanted.stages, [Stage::Tidy, Stage::Cli]);
        assert_eq!(wanted.rooms, ["x509"]);
        assert_eq!(wanted.vectors, Some(PathBuf::from("v")));
    }

    #[test]
    fn what_is_not_understood_is_refused_by_name() {
        for (line, told) in [
            ("teest", "no verb `teest`"),
            ("test --only slow", "no stage `slow`"),
            ("test --only", "--only needs a value"),
            ("test fast", "`test` takes no `fast`"),
            ("tidy all", "found `all`"),
            ("fuzz a b", "found `b` too"),
            ("fuzz --runs many", "--runs many"),
        ] {
            let message = read(line).unwrap_err();
            assert!(message.contains(told), "{line}: {message}");
        }
    }

    #[test]
    fn the_help_names_every_stage() {
        for stage in STAGES {
            assert!(HELP.contains(stage.name()), "{}", stage.name());
        }
    }
}
