// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a certificate costs while the record grows: the same requests over HTTPS, with 10, ten thousand and a million
//! certificates in it. Draws docs/growth.svg.

mod plot;

use std::sync::Arc;

use authority::Record as _;
use keys::AwsLc;
use store::Sqlite;

use super::fleet::Fleet;
use super::issuance::{self, Rounds};
use super::record::wait;
use super::{middle, search};
use crate::client;
use crate::scratch::Scratch;

/// How many certificates the record has, one after the other.
const SIZES: [u64; 3] = [10, 10_000, 1_000_000];
const ROUNDS: usize = 5;
/// Certificates in a round.
const EACH: usize = 2_000;
/// Where the drawing goes.
const DRAWING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/growth.svg");

/// What a certificate cost.
struct Point {
    rows: u64,
    /// Milliseconds of the server's processor time.
    processor: f64,
    /// Certificates a second.
    throughput: f64,
    /// Milliseconds that 99 in 100 stay below.
    slow: f64,
    /// What one takes on the disk, once there are many.
    octets: u64,
}

/// Measures it at each size up to the largest.
pub(super) fn measured(largest: Option<u64>) -> Result<String, String> {
    let mut points = Vec::new();
    for rows in SIZES.into_iter().filter(|rows| largest.is_none_or(|largest| *rows <= largest)) {
        points.push(point(rows)?);
    }
    std::fs::write(DRAWING, plot::drawn(&points)).map_err(|error| format!("{DRAWING}: {error}"))?;
    let mut lines = vec![format!(
        "authority: a request signed over HTTPS, durable, by the size of the record, 8 clients, P-256, median of {ROUNDS} rounds"
    )];
    lines.extend(points.iter().map(|Point { rows, processor, throughput, slow, octets }| {
        format!(
            "  {rows:>9} rows {processor:>8.3} ms CPU of the server each, {throughput:>6.0} a second, 99 in 100 within {slow:.1} ms, {octets} octets each"
        )
    }));
    lines.push(format!("  drawn: {DRAWING}"));
    Ok(lines.join("\n"))
}

fn point(rows: u64) -> Result<Point, String> {
    let scratch = Scratch::new()?;
    let config = client::config()?;
    let record = scratch.path().join("data").join("authority.db");
    let before = std::cell::Cell::new(0);
    let filled = || {
        let issuer = {
            let record = Sqlite::open(&record, Arc::new(AwsLc)).map_err(|error| error.to_string())?;
            let issuers = wait(record.issuers()).map_err(|error| error.to_string())?;
            issuers.last().map(|issuer| issuer.added.id).ok_or("no issuer")?
        };
        before.set(search::size(&record)?);
        Fleet { issuer, rows }.load(&record)
    };
    let server = issuance::chancery(scratch.path(), &config, &filled)?;
    let octets = search::size(&record)?.saturating_sub(before.get()) / rows.max(1);
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        issuance::round(&server, EACH, &config, &mut rounds)?;
    }
    let Rounds { processor, throughput, slow } = rounds;
    let (processor, throughput, slow) = (middle(processor), middle(throughput), middle(slow));
    Ok(Point { rows, processor, throughput, slow, octets })
}
