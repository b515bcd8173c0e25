// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `verify` decides about the public test vectors, case by case.
//!
//! ```text
//! conformance [--vectors DIR] [--verbose]      judge every case, and say where we disagree and why
//! conformance seeds FOLDER [--vectors DIR]     write what the fuzz targets start from
//! conformance differential [--cases N] [--seed S] [--openssl N] [--vectors DIR]
//!                                              judge mutants of real chains beside rustls-webpki and OpenSSL
//! conformance all [--vectors DIR]              every case, then a short differential
//! ```
//! Exit code 0 when every disagreement stands in `exceptions.json`, 1 when not, 2 when the vectors cannot be read.

mod ambient;
mod arguments;
mod bettertls;
mod case;
mod corpus;
mod differential;
mod dsa;
mod error;
mod exceptions;
mod limbo;
mod outcome;
mod pkits;
mod public_suffixes;
mod report;
mod seeds;

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use arguments::{Arguments, Task};
use corpus::Found;
use differential::Plan;
use error::Error;
use exceptions::Exceptions;
use report::Report;

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    match run(&mut out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        // Whoever reads no further has what it wanted.
        Err(Error::Report(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "error: {error}"));
            let cause = std::error::Error::source(&error);
            cause.into_iter().for_each(|cause| drop(writeln!(std::io::stderr(), "caused by: {cause}")));
            ExitCode::from(2)
        }
    }
}

/// True when all is as it should be.
fn run(out: &mut dyn Write) -> Result<bool, Error> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    if arguments.task == Task::Help {
        out.write_all(arguments::HELP.as_bytes())?;
        return Ok(true);
    }
    if let Some(named) = arguments.vectors.as_deref().filter(|named| !named.is_dir()) {
        return Err(Error::NothingThere { path: named.to_path_buf(), why: "there is no such folder" });
    }
    let named = arguments.vectors.is_some();
    let folder = ambient::vectors(arguments.vectors);
    match arguments.task {
        Task::Help => Ok(true),
        Task::Seeds(seeds) => {
            let path = folder.join("x509-limbo/limbo.json.gz");
            if !path.is_file() {
                return skipped(&[path], out);
            }
            let count = seeds::write(&limbo::load(&path)?, &seeds)?;
            writeln!(out, "{count} seeds in {}", seeds.display())?;
            Ok(true)
        }
        Task::Judge { is_verbose } => judge(&folder, named, is_verbose, out),
        Task::Differential(plan) => differential(&plan, &folder, out),
        Task::All => {
            let is_good = judge(&folder, named, false, out)?;
            Ok(differential(&Plan::default(), &folder, out)? && is_good)
        }
    }
}

fn differential(plan: &Plan, folder: &Path, out: &mut dyn Write) -> Result<bool, Error> {
    let path = folder.join("x509-limbo/limbo.json.gz");
    // Without the corpus, the hierarchies of our own are still there.
    let is_there = path.is_file();
    let cases = if is_there { limbo::load(&path)? } else { Vec::new() };
    let nothing_that_counts_is_missing = is_there || skipped(&[path], out)?;
    Ok(differential::run(plan, &cases, !ambient::is_ci(), out)? && nothing_that_counts_is_missing)
}

fn judge(folder: &Path, named: bool, is_verbose: bool, out: &mut dyn Write) -> Result<bool, Error> {
    let Found { corpora, missing } = corpus::find(folder, ambient::now())?;
    if named && corpora.is_empty() {
        return Err(Error::NothingThere { path: folder.to_path_buf(), why: "no corpus is in it" });
    }
    let nothing_that_counts_is_missing = skipped(&missing, out)?;
    let exceptions = Exceptions::built_in()?;
    let reports: Vec<Report> = corpora
        .into_iter()
        .map(|corpus| {
            Report::new(corpus.name, corpus.standing, &exceptions, outcome::judge_all(corpus.cases))
        })
        .collect();
    if reports.is_empty() {
        return Ok(nothing_that_counts_is_missing);
    }
    Ok(report::write(&reports, is_verbose, out)? && nothing_that_counts_is_missing)
}

/// Says what is missing, loudly; whether that may be.
fn skipped(missing: &[std::path::PathBuf], out: &mut dyn Write) -> Result<bool, Error> {
    for path in missing {
        writeln!(out, "SKIP corpus missing: {} (--vectors DIR or CHANCERY_VECTORS)", path.display())?;
    }
    Ok(missing.is_empty() || !ambient::is_ci())
}
