// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether an issuer issues, and where its key is.

use authority::journal::{IssuerRetired, KeyMoved, Reach};
use authority::{IssuerId, RecordError, Standing};
use rusqlite::Connection;
use x509::Time;

use crate::error::translate;
use crate::sqlite::read;

/// Retires one that has not been.
pub(super) fn retire(connection: &Connection, at: Time, retired: &IssuerRetired) -> Result<(), RecordError> {
    let marked = connection
        .prepare_cached("UPDATE issuers SET retired = ?2 WHERE id = ?1 AND retired IS NULL")
        .and_then(|mut statement| statement.execute((retired.id.octets(), at.unix())))
        .map_err(|error| translate(error, "filing an issuer"))?;
    if marked == 0 { Err(RecordError::NoIssuer { id: retired.id.to_string() }) } else { Ok(()) }
}

/// Files where the key of an issuer is kept from now on.
pub(super) fn move_key(connection: &Connection, moved: &KeyMoved) -> Result<(), RecordError> {
    let marked = connection
        .prepare_cached("UPDATE issuers SET key = ?2, away = ?3 WHERE id = ?1")
        .and_then(|mut statement| {
            statement.execute((moved.id.octets(), &moved.key, moved.reach == Reach::Away))
        })
        .map_err(|error| translate(error, "filing an issuer"))?;
    if marked == 0 { Err(RecordError::NoIssuer { id: moved.id.to_string() }) } else { Ok(()) }
}

/// Refuses what was signed with a key that was taken away: a process may still hold it.
pub(super) fn require_key(connection: &Connection, issuer: IssuerId) -> Result<(), RecordError> {
    if read::is_away(connection, issuer)? {
        return Err(RecordError::KeyAway { id: issuer.to_string() });
    }
    Ok(())
}

/// Refuses a certificate of an issuer that was retired, or taken back, however short a time ago.
pub(super) fn require_in_use(connection: &Connection, issuer: IssuerId) -> Result<(), RecordError> {
    match read::standing(connection, issuer)? {
        Standing::InUse => Ok(()),
        Standing::Retired(since) => {
            Err(RecordError::IssuerClosed { id: issuer.to_string(), what: "retired", since })
        }
        Standing::Revoked(revoked) => {
            Err(RecordError::IssuerClosed { id: issuer.to_string(), what: "revoked", since: revoked.since })
        }
    }
}
