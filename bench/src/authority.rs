// SPDX-License-Identifier: MIT OR Apache-2.0
//! `authority`: what it costs to issue over the API, beside cfssl; and to say who was taken back: a CRL of many entries,
//! beside OpenSSL's `ca -gencrl` and pyca, and OCSP answers over HTTP, beside OpenSSL's responder. When they are named:
//! what pages of searches take in a large record (`search ROWS`), what a certificate costs while it grows (`growth`),
//! and whether taking one back costs more in a large record (`revoke ROWS`).
//!
//! Everything of ours is the real thing: the record is a SQLite file, the server is the release build.

mod crl;
mod fleet;
mod growth;
mod issuance;
mod ocsp;
mod record;
mod revoke;
mod search;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::scratch::Scratch;
use crate::{process, table};

/// Measures what is named; what has a peer when nothing is. A number says how many entries the CRL has: a million when
/// it is not given. Behind `search` and `growth` a number says how many certificates the record has at most.
pub(crate) fn run(what: Option<&str>, rows: Option<&str>) -> Result<String, String> {
    let rows =
        rows.map(|rows| rows.parse::<u64>().map_err(|error| format!("{rows}: {error}"))).transpose()?;
    match what {
        Some("search") => return search::measured(&Scratch::new()?, rows.unwrap_or(1_000_000)),
        Some("revoke") => return revoke::measured(rows.unwrap_or(1_000_000)),
        Some("growth") => return growth::measured(rows),
        _ => {}
    }
    let entries = what.and_then(|what| what.parse().ok());
    let part = what.filter(|_| entries.is_none());
    if let Some(unknown) = part.filter(|part| !["issuance", "crl", "ocsp"].contains(part)) {
        return Err(format!(
            "{unknown}: neither issuance, crl, ocsp, search, growth or revoke, nor how many entries a CRL has"
        ));
    }
    let wanted = |name: &str| part.is_none_or(|part| part == name);
    let mut reports = Vec::new();
    // Each has a folder of its own, so that what one writes does not weigh upon the next.
    if wanted("issuance") {
        reports.push(issuance::measured(&Scratch::new()?)?);
    }
    if wanted("crl") {
        reports.push(crl::measured(&Scratch::new()?, entries.unwrap_or(1_000_000))?);
    }
    if wanted("ocsp") {
        reports.push(ocsp::measured(&Scratch::new()?)?);
    }
    Ok(reports.join("\n\n"))
}

/// A command of ours, on a data directory.
fn ours(chancery: &Path, data: &Path, folder: &Path, words: &str) -> Command {
    let mut command = Command::new(chancery);
    command.arg("--data-dir").arg(data).args(words.split(' ')).current_dir(folder);
    command
}

/// Runs a command to its end; what it printed.
fn done(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Err(format!("{command:?}: {told}"));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{command:?}: {error}"))
}

/// Waits for the first answer. A connection without a request would not do: OpenSSL's responder never gets over it.
fn answered<T>(ask: impl Fn() -> Result<T, String>) -> Result<T, String> {
    let mut outcome = ask();
    for _ in 0..500 {
        if outcome.is_ok() {
            break;
        }
        process::rest(Duration::from_millis(10));
        outcome = ask();
    }
    outcome
}

/// A measurement and its bar, in one unit.
fn against(what: &str, value: f64, bar: f64, unit: &str) -> String {
    let verdict = if value <= bar { "met" } else { "MISSED" };
    format!("  {what:<44} {value:>9.3} {unit}   (bar {bar} {unit}: {verdict})")
}

/// The middle one of several runs.
fn middle(values: Vec<f64>) -> f64 {
    table::median(values)
}
