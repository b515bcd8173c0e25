// SPDX-License-Identifier: MIT OR Apache-2.0
//! The parts of names: what the index has, beside what the certificates in the journal have.
//!
//! The index is ordered by parts, the journal by certificates. Instead of sorting either, both are summed up: each
//! part of each certificate is a number that nobody can foresee, and where the sums of a stretch of the journal agree,
//! the parts are the same.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, RandomState};

use authority::journal::CertificateIssued;
use authority::{RecordError, filing};
use rusqlite::Connection;
use x509::Certificate;

use super::failed;
use crate::sqlite::read;

/// How many places of the journal are summed up together: two to this.
const STRETCH: u32 = 10;
/// How many stretches are told of.
const TOLD: usize = 10;

/// How many parts a stretch has, and their sum.
type Sums = BTreeMap<u64, (u64, u64)>;

struct Sum {
    hash: RandomState,
    stretches: Sums,
}

impl Sum {
    fn add(&mut self, part: &str, sequence: u64) {
        let (count, sum) = self.stretches.entry(sequence >> STRETCH).or_default();
        *count = count.wrapping_add(1);
        *sum = sum.wrapping_add(self.hash.hash_one((part, sequence)));
    }
}

/// What the certificates have, as far as the journal was read.
pub(super) struct Parts {
    expected: Sum,
}

impl Parts {
    pub(super) fn new() -> Self {
        Self { expected: Sum { hash: RandomState::new(), stretches: Sums::new() } }
    }

    /// Sums up a certificate. What cannot be read is found where each certificate is looked at.
    pub(super) fn hear(&mut self, sequence: u64, issued: &CertificateIssued) {
        let Ok(certificate) = Certificate::parse(&issued.certificate) else { return };
        let Ok(names) = filing::names(&certificate) else { return };
        let lines: Vec<String> = names.into_iter().collect();
        let letters: Vec<char> = lines.join("\n").chars().collect();
        let parts: BTreeSet<String> = letters.windows(3).map(|part| part.iter().collect()).collect();
        parts.iter().for_each(|part| self.expected.add(part, sequence));
    }

    /// What is wrong, a line for each stretch of the journal.
    pub(super) fn compare(self, connection: &Connection) -> Result<Vec<String>, RecordError> {
        let Self { expected } = self;
        let mut filed = Sum { hash: expected.hash.clone(), stretches: Sums::new() };
        read_index(connection, &mut filed)?;
        let all: BTreeSet<u64> = expected.stretches.keys().chain(filed.stretches.keys()).copied().collect();
        let wrong = all.into_iter().filter(|at| expected.stretches.get(at) != filed.stretches.get(at));
        let told = wrong.take(TOLD).map(|at| {
            let first = at << STRETCH;
            let last = first | ((1 << STRETCH) - 1);
            format!(
                "parts of the names in journal entries {first} to {last} are filed otherwise than they are"
            )
        });
        Ok(told.collect())
    }
}

fn read_index(connection: &Connection, sum: &mut Sum) -> Result<(), RecordError> {
    let mut statement = connection.prepare("SELECT term, doc FROM name_parts_filed").map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let (part, sequence): (String, i64) = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
        sum.add(&part, read::unsigned(sequence));
    }
    Ok(())
}
