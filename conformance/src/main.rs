// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `verify` decides about the shared test vectors, case by case.
//!
//! ```text
//! conformance [--vectors DIR] [--verbose]      judge every case, and say where we disagree and why
//! conformance seeds FOLDER [--vectors DIR]     write what the fuzz targets start from
//! ```
//! Exit code 0 when every disagreement stands in `exceptions.json` and every bar is met, 1 when not, 2 when the vectors
//! cannot be read.

mod ambient;
mod arguments;
mod bars;
mod error;
mod exceptions;
mod judge;
mod limbo;
mod outcome;
mod report;
mod seeds;

use std::io::Write;
use std::process::ExitCode;

use arguments::{Arguments, Task};
use error::Error;
use exceptions::Exceptions;
use report::Report;

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    match run(&mut out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
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
    let folder = ambient::vectors(arguments.vectors);
    let path = folder.join("x509-limbo/limbo.json.gz");
    if !path.is_file() {
        writeln!(out, "SKIP corpus missing: {} (--vectors DIR or CHANCERY_VECTORS)", path.display())?;
        return Ok(!ambient::is_ci());
    }
    let cases = limbo::load(&path)?;
    match arguments.task {
        Task::Seeds(seeds) => {
            let count = seeds::write(&cases, &seeds)?;
            writeln!(out, "{count} seeds in {}", seeds.display())?;
            Ok(true)
        }
        Task::Judge { is_verbose } => {
            let now = ambient::now();
            let report = Report::new(&Exceptions::built_in()?, outcome::judge_all(cases, now));
            report.write("x509-limbo", is_verbose, out)?;
            Ok(report.is_good())
        }
    }
}
