// SPDX-License-Identifier: MIT OR Apache-2.0
//! What it costs to take a certificate back, durably: in a small record and in a large one, in turn.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use authority::{Revocation, Warrant};
use keys::AwsLc;
use store::Sqlite;
use x509::Time;
use x509::ext::ReasonCode;

use super::fleet::Fleet;
use super::middle;
use super::record::{Filled, NOW, wait};
use crate::cpu;
use crate::race::{Asked, bar};
use crate::scratch::Scratch;

/// How many certificates the small one has.
const SMALL: u64 = 1_000;
const ROUNDS: u64 = 5;
/// How many are taken back in a round, one after the other.
const EACH: u64 = 100;

/// A record of so many certificates.
struct Full {
    record: Sqlite,
    fleet: Fleet,
    /// Microseconds of processor time for each, and by the clock.
    processor: Vec<f64>,
    clock: Vec<f64>,
}

/// Both, and the one beside the other.
pub(super) fn measured(rows: u64) -> Result<String, String> {
    let scratch = Scratch::new()?;
    let new = |name: &str, rows| Full::new(&scratch.path().join(name), rows);
    let (mut small, mut large) = (new("small.db", SMALL)?, new("large.db", rows.max(SMALL))?);
    for round in 0..ROUNDS {
        small.round(round)?;
        large.round(round)?;
    }
    let mut lines = vec![format!(
        "authority: certificates taken back, each durable before the next, median of {ROUNDS} rounds of {EACH} in turn"
    )];
    let mut told = |one: Full| {
        let (processor, clock) = (middle(one.processor), middle(one.clock));
        let rows = one.fleet.rows;
        lines.push(format!("  {rows:>9} rows {processor:>8.1} µs of CPU each, {clock:>8.1} µs by the clock"));
        processor
    };
    let (before, now) = (told(small), told(large));
    lines.push(bar("CPU, times that in the small record", now / before, Asked::AtMost(1.25)));
    Ok(lines.join("\n"))
}

impl Full {
    fn new(path: &Path, rows: u64) -> Result<Self, String> {
        let fleet = Fleet { issuer: Filled::new(path, 0)?.issuer().id(), rows };
        fleet.load(path)?;
        let record = Sqlite::open(path, Arc::new(AwsLc)).map_err(|error| error.to_string())?;
        Ok(Self { record, fleet, processor: Vec::new(), clock: Vec::new() })
    }

    /// Takes back some, from all over the record, that nobody has taken back before.
    fn round(&mut self, round: u64) -> Result<(), String> {
        // Of the fleet some are revoked already, or on hold: none whose number is even.
        let apart = self.fleet.rows / (ROUNDS * EACH) / 2 * 2;
        let members = (0..EACH).map(|each| self.fleet.member((round * EACH + each) * apart));
        let serials: Vec<[u8; 16]> = members.map(|member| member.serial).collect();
        let (before, began) = (cpu::time_of_process(), Instant::now());
        for serial in serials {
            let revocation = Revocation {
                issuer: self.fleet.issuer,
                serial: serial.to_vec(),
                reason: ReasonCode::Superseded,
                invalid_from: None,
                warrant: Warrant::ApprovedBy("a bench".to_owned()),
            };
            let committed = wait(revocation.commit(Time::from_unix(NOW), &self.record));
            committed.map_err(|error| error.to_string())?;
        }
        let (spent, took) = (cpu::time_of_process().saturating_sub(before), began.elapsed());
        self.processor.push(spent.as_secs_f64() * 1e6 / EACH as f64);
        self.clock.push(took.as_secs_f64() * 1e6 / EACH as f64);
        Ok(())
    }
}
