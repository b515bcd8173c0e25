// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tokens.

use authority::RecordError;
use authority::journal::{Shown, TokenAdded, TokenRevoked};
use rusqlite::Connection;
use x509::Time;

use crate::error::translate;
use crate::sqlite::read;

/// Files a token, whose identifier no other has.
pub(super) fn add(connection: &Connection, sequence: i64, added: &TokenAdded) -> Result<(), RecordError> {
    // However short a time ago.
    if added.shown == Shown::Key
        && let Some(since) = read::compromised(connection, added.digest)?
    {
        return Err(RecordError::KeyCompromised { since });
    }
    let filed = connection
        .prepare_cached("INSERT OR IGNORE INTO tokens (id, sequence) VALUES (?1, ?2)")
        .and_then(|mut statement| statement.execute((added.id.octets(), sequence)))
        .map_err(|error| translate(error, "filing a token"))?;
    if filed == 0 { Err(RecordError::TokenTaken { id: added.id.to_string() }) } else { Ok(()) }
}

/// Marks one as revoked, which it was not.
pub(super) fn revoke(connection: &Connection, at: Time, revoked: &TokenRevoked) -> Result<(), RecordError> {
    let marked = connection
        .prepare_cached("UPDATE tokens SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL")
        .and_then(|mut statement| statement.execute((revoked.id.octets(), at.unix())))
        .map_err(|error| translate(error, "filing a token"))?;
    if marked == 0 { Err(RecordError::NoToken { id: revoked.id.to_string() }) } else { Ok(()) }
}
