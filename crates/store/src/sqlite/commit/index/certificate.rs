// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates: everything by which one is found.

use std::collections::BTreeMap;

use authority::journal::{CertificateIssued, Entry, Event};
use authority::{Filing, RecordError};
use rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE;
use rusqlite::{Connection, OptionalExtension as _};
use x509::{Certificate, Serial, SignatureVerifier, Time};

use super::{compromise, damaged, names as of_authorities, standing};
use crate::error::translate;

/// The words on which the plans of a batch were approved, by the plans' digests.
pub(in crate::sqlite) type Approvals = BTreeMap<Vec<u8>, String>;

/// The names of a certificate that are yet to be filed by their parts, and its place in the journal.
pub(in crate::sqlite) type Parts = (i64, String);

/// Notes an approval for the certificates behind it in the same batch.
pub(in crate::sqlite) fn hear(approvals: &mut Approvals, entry: &Entry) {
    if let Event::PlanApproved(approved) = &entry.event {
        approvals.insert(approved.plan.clone(), approved.warrant.clone());
    }
}

/// Files a certificate, but for the parts of its names.
pub(super) fn file(
    connection: &Connection,
    sequence: i64,
    (at, issued): (Time, &CertificateIssued),
    approvals: &Approvals,
    crypto: &dyn SignatureVerifier,
) -> Result<Parts, RecordError> {
    standing::require_in_use(connection, issued.issuer, crypto)?;
    standing::require_key(connection, issued.issuer)?;
    let certificate = Certificate::parse(&issued.certificate).map_err(|error| damaged(&error))?;
    compromise::require_sound(connection, &certificate, crypto)?;
    of_authorities::require_own_of_authority(connection, &certificate)?;
    let filing = filing((at, issued), approvals, crypto)?;
    insert(connection, sequence, &filing)?;
    names(connection, sequence, &filing)?;
    Ok((sequence, lines(&filing)))
}

/// What a certificate is filed under.
pub(in crate::sqlite) fn filing(
    (at, issued): (Time, &CertificateIssued),
    approvals: &Approvals,
    crypto: &dyn SignatureVerifier,
) -> Result<Filing, RecordError> {
    let requester = approvals.get(&issued.plan).map_or("", String::as_str);
    Filing::of(issued, at, requester, crypto).map_err(|error| damaged(&error))
}

fn insert(connection: &Connection, sequence: i64, filing: &Filing) -> Result<(), RecordError> {
    let failed = |error| translate(error, "filing a certificate");
    let origin = origin(connection, filing).map_err(failed)?;
    let mut statement = connection
        .prepare_cached(
            "INSERT INTO certificates (sequence, issuer, serial, profile, subject, not_before, not_after,
                                       fingerprint, origin, issued, key)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )
        .map_err(failed)?;
    let inserted = statement.execute((
        sequence,
        filing.issuer.octets(),
        &filing.serial,
        &filing.profile,
        &filing.subject,
        filing.period.not_before.unix(),
        filing.period.not_after.unix(),
        filing.fingerprint,
        origin,
        filing.issued.unix(),
        filing.key,
    ));
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if is_taken(&error) => {
            Err(RecordError::SerialTaken { serial: Serial::from_content(&filing.serial).to_string() })
        }
        Err(error) => Err(failed(error)),
    }
}

/// The number of a combination of issuer, profile and requester, which it gets when it is first seen.
pub(in crate::sqlite) fn origin(connection: &Connection, filing: &Filing) -> rusqlite::Result<i64> {
    let combination = (filing.issuer.octets(), &filing.profile, &filing.requester);
    let known = connection
        .prepare_cached("SELECT id FROM origins WHERE issuer = ?1 AND profile = ?2 AND requester = ?3")?
        .query_row(combination, |row| row.get(0))
        .optional()?;
    match known {
        Some(known) => Ok(known),
        None => connection
            .prepare_cached("INSERT INTO origins (issuer, profile, requester) VALUES (?1, ?2, ?3)")?
            .insert(combination),
    }
}

/// Files the names, from the front and from the end.
pub(in crate::sqlite) fn names(
    connection: &Connection,
    sequence: i64,
    filing: &Filing,
) -> Result<(), RecordError> {
    let failed = |error| translate(error, "filing a name");
    let mut fronts =
        connection.prepare_cached("INSERT INTO names (name, certificate) VALUES (?1, ?2)").map_err(failed)?;
    let mut ends = connection
        .prepare_cached("INSERT INTO name_ends (reversed, certificate) VALUES (?1, ?2)")
        .map_err(failed)?;
    for name in &filing.names {
        fronts.execute((name, sequence)).map_err(failed)?;
        ends.execute((reversed(name), sequence)).map_err(failed)?;
    }
    Ok(())
}

/// Files the parts of the names of many certificates: together they cost a third of what each would alone.
pub(in crate::sqlite) fn parts(connection: &Connection, all: &[Parts]) -> Result<(), RecordError> {
    let failed = |error| translate(error, "filing the parts of names");
    let mut statement =
        connection.prepare_cached("INSERT INTO name_parts (rowid, names) VALUES (?1, ?2)").map_err(failed)?;
    for (sequence, lines) in all.iter().filter(|(_, lines)| !lines.is_empty()) {
        statement.execute((sequence, lines)).map_err(failed)?;
    }
    Ok(())
}

/// The names of a certificate, a line each.
pub(in crate::sqlite) fn lines(filing: &Filing) -> String {
    let names: Vec<&str> = filing.names.iter().map(String::as_str).collect();
    names.join("\n")
}

/// A name, written backwards.
pub(in crate::sqlite) fn reversed(name: &str) -> String {
    name.chars().rev().collect()
}

/// Whether a UNIQUE constraint stands in the way: the only one here is that of issuer and serial number.
fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|failure| failure.extended_code == SQLITE_CONSTRAINT_UNIQUE)
}
