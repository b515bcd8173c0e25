// SPDX-License-Identifier: MIT OR Apache-2.0
//! `authority`: what it costs to say who was taken back: a CRL of many entries, beside OpenSSL's `ca -gencrl`, and OCSP
//! answers over HTTP, beside OpenSSL's responder.
//!
//! Everything of ours is the real thing: the record is a SQLite file, the server is the release build.

mod crl;
mod ocsp;
mod record;

use crate::scratch::Scratch;
use crate::table;

/// Measures CRLs of `entries` (a million when not given), then OCSP.
pub(crate) fn run(entries: Option<&str>) -> Result<String, String> {
    let entries = entries.map_or(Ok(1_000_000), str::parse).map_err(|error| format!("ENTRIES: {error}"))?;
    let scratch = Scratch::new()?;
    let crl = crl::measured(&scratch, entries)?;
    let ocsp = ocsp::measured(&scratch)?;
    Ok(format!("{crl}\n\n{ocsp}"))
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
