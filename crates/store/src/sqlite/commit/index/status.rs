// SPDX-License-Identifier: MIT OR Apache-2.0
//! How certificates stand: what may follow on what is decided here, in the transaction that writes it.

use authority::journal::{CertificateRevoked, HoldReleased};
use authority::{IssuerId, RecordError, Status};
use rusqlite::Connection;
use x509::Serial;
use x509::ext::ReasonCode;

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
    match before.ok_or_else(|| RecordError::NotIssued { serial: serial.clone() })?.status {
        Status::Good => {}
        Status::Revoked(before)
            if before.reason == ReasonCode::CertificateHold
                && revoked.reason != ReasonCode::CertificateHold => {}
        Status::Revoked(before) => {
            let (since, reason) = (before.since, before.reason);
            return Err(RecordError::AlreadyRevoked { serial, since, reason });
        }
    }
    let said = (
        Some(revoked.reason.number()),
        Some(revoked.since.unix()),
        revoked.invalid_from.map(x509::Time::unix),
    );
    set(connection, sequence, (revoked.issuer, &revoked.serial), said)
}

/// Lifts a hold.
pub(super) fn release(
    connection: &Connection,
    sequence: i64,
    released: &HoldReleased,
) -> Result<(), RecordError> {
    let serial = || Serial::from_content(&released.serial).to_string();
    let before = read::status(connection, released.issuer, &released.serial)?;
    match before.ok_or_else(|| RecordError::NotIssued { serial: serial() })?.status {
        Status::Revoked(before) if before.reason == ReasonCode::CertificateHold => {}
        Status::Good | Status::Revoked(_) => return Err(RecordError::NotOnHold { serial: serial() }),
    }
    set(connection, sequence, (released.issuer, &released.serial), (None, None, None))
}

type Said = (Option<u8>, Option<i64>, Option<i64>);

fn set(
    connection: &Connection,
    sequence: i64,
    (issuer, serial): (IssuerId, &[u8]),
    (reason, since, invalid_from): Said,
) -> Result<(), RecordError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO statuses (issuer, serial, sequence, reason, since, invalid_from)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .and_then(|mut statement| {
            statement.execute((issuer.octets(), serial, sequence, reason, since, invalid_from))
        })
        .map(drop)
        .map_err(|error| translate(error, "filing a revocation"))
}
