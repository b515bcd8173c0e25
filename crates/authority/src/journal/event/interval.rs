// SPDX-License-Identifier: MIT OR Apache-2.0
//! Stretches of time of which the record does not know what was issued.

use x509::der::{Reader, Writer};
use x509::{Error, Problem, Time};

use super::{read_number, read_text, write_text};
use crate::journal::Head;

/// The record was put back from an older copy, and goes on without what was committed since: whatever was issued in
/// this interval is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntervalUnknown {
    /// The last batch that is known.
    pub known: Head,
    /// The last one that is known to have been committed.
    pub lost: Head,
    /// When the last entry that is known was made.
    pub since: Time,
    /// When the lost batch was committed.
    pub until: Time,
    /// On whose word the record goes on.
    pub by: String,
}

impl IntervalUnknown {
    pub(super) fn write(&self, event: &mut Writer) {
        write_head(event, self.known);
        write_head(event, self.lost);
        self.since.write(event);
        self.until.write(event);
        write_text(event, &self.by);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            known: read_head(event)?,
            lost: read_head(event)?,
            since: event.time()?.time,
            until: event.time()?.time,
            by: read_text(event)?,
        })
    }
}

fn write_head(event: &mut Writer, head: Head) {
    event.unsigned(&head.number.to_be_bytes());
    event.octet_string(&head.digest);
}

fn read_head(event: &mut Reader<'_>) -> Result<Head, Error> {
    let number = read_number(event)?;
    let at = *event;
    let octets = event.octet_string()?;
    let wrong = Problem::WrongLength { what: "digest of a batch", length: octets.len() };
    let digest = octets.try_into().ok().ok_or_else(|| at.error(wrong))?;
    Ok(Head { number, digest })
}
