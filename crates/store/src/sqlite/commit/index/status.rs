// SPDX-License-Identifier: MIT OR Apache-2.0
//! How certificates stand: what may follow on what is decided here, in the transaction that writes it.

use authority::journal::{CertificateRevoked, CrlIssued, HoldReleased};
use authority::{IssuerId, RecordError, Status, StatusRecord};
use rusqlite::Connection;
use x509::{Serial, Time};

use super::standing;
use crate::error::translate;
use crate::sqlite::read;

/// Takes a certificate back: one that was issued, and is good or on hold.
pub(super) fn revoke(
    connection: &Connection,
    sequence: i64,
    revoked: &CertificateRevoked,
) -> Result<(), RecordError> {
    let serial = Serial::from_content(&revoked.serial).to_string();
    let before = read::status(connection, revoked.issuer, &revoked.serial)?;
    let before = before.ok_or_else(|| RecordError::NotIssued { serial: serial.clone() })?;
    before.status.require_revocable(&serial, revoked.reason)?;
    let said =
        (Some(revoked.reason.number()), Some(revoked.since.unix()), revoked.invalid_from.map(Time::unix));
    set(connection, sequence, revoked.issuer, &before, said)
}

/// Lifts a hold.
pub(super) fn release(
    connection: &Connection,
    sequence: i64,
    released: &HoldReleased,
) -> Result<(), RecordError> {
    let serial = || Serial::from_content(&released.serial).to_string();
    let before = read::status(connection, released.issuer, &released.serial)?;
    let before = before.ok_or_else(|| RecordError::NotIssued { serial: serial() })?;
    match before.status {
        Status::Revoked(before) if before.is_hold() => {}
        Status::Good | Status::Revoked(_) => return Err(RecordError::NotOnHold { serial: serial() }),
    }
    set(connection, sequence, released.issuer, &before, (None, None, None))
}

/// Files a CRL: with a number above that of the last one. Of one that was made ahead of its time it is filed from when
/// on it is published.
pub(super) fn crl(
    connection: &Connection,
    sequence: i64,
    issued: &CrlIssued,
    presigned: Option<Time>,
) -> Result<(), RecordError> {
    standing::require_key(connection, issued.issuer)?;
    let last = read::last_crl(connection, issued.issuer)?;
    // Else a list with a larger number might lack somebody whom a smaller one has.
    if let Some(last) = last.as_ref().map(|last| last.through).filter(|last| issued.through < *last) {
        return Err(RecordError::CrlBehind { through: issued.through, last });
    }
    let last = last.map(|last| last.number);
    if let Some(last) = last.filter(|last| *last >= issued.number) {
        return Err(RecordError::CrlNumber { number: issued.number, last });
    }
    let Ok(number) = i64::try_from(issued.number) else {
        return Err(RecordError::CrlNumber { number: issued.number, last: last.unwrap_or_default() });
    };
    connection
        .prepare_cached("INSERT INTO crls (issuer, number, sequence, presigned) VALUES (?1, ?2, ?3, ?4)")
        .and_then(|mut statement| {
            statement.execute((issued.issuer.octets(), number, sequence, presigned.map(Time::unix)))
        })
        .map(drop)
        .map_err(|error| translate(error, "filing a CRL"))
}

type Said = (Option<u8>, Option<i64>, Option<i64>);

fn set(
    connection: &Connection,
    sequence: i64,
    issuer: IssuerId,
    StatusRecord { serial, not_after, .. }: &StatusRecord,
    (reason, since, invalid_from): Said,
) -> Result<(), RecordError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO statuses
                 (sequence, issuer, serial, not_after, reason, since, invalid_from, certificate)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,
                     (SELECT c.sequence FROM certificates c WHERE c.issuer = ?2 AND c.serial = ?3))",
        )
        .and_then(|mut statement| {
            let end = not_after.unix();
            statement.execute((sequence, issuer.octets(), serial, end, reason, since, invalid_from))
        })
        .map(drop)
        .map_err(|error| translate(error, "filing a revocation"))
}
