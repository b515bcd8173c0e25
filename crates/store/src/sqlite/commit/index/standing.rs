// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether an issuer issues, and where its key is.

use authority::journal::{IssuerAdded, IssuerRetired, KeyMoved, Reach};
use authority::{IssuerId, RecordError, Revoked, Standing};
use rusqlite::Connection;
use x509::{SignatureVerifier, Time};

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

/// Refuses a certificate of an issuer that was retired, or taken back, however short a time ago, or stands below one that
/// was.
pub(super) fn require_in_use(
    connection: &Connection,
    issuer: IssuerId,
    crypto: &dyn SignatureVerifier,
) -> Result<(), RecordError> {
    match read::standing(connection, issuer, crypto)? {
        Standing::InUse => Ok(()),
        Standing::Retired(since) => Err(closed(issuer, "retired", since)),
        Standing::Revoked(revoked) => Err(closed(issuer, "revoked", revoked.since)),
        Standing::Below(above, revoked) => Err(below(issuer, above, revoked)),
    }
}

/// Refuses another certificate of an issuer that was retired, or taken back: none brings it back. One that stands below
/// somebody who was revoked is certified by somebody else, and nobody is by who was revoked, or below.
pub(super) fn require_certifiable(
    connection: &Connection,
    added: &IssuerAdded,
    crypto: &dyn SignatureVerifier,
) -> Result<(), RecordError> {
    let before = read::closed(connection, added.id)?.unwrap_or_default();
    if let Some(revoked) = before.revoked {
        return Err(closed(added.id, "revoked", revoked.since));
    }
    if let Some(since) = before.retired {
        return Err(closed(added.id, "retired", since));
    }
    match read::above(connection, &added.chain, crypto)? {
        Some((above, revoked)) => Err(below(added.id, above, revoked)),
        None => Ok(()),
    }
}

fn closed(issuer: IssuerId, what: &'static str, since: Time) -> RecordError {
    RecordError::IssuerClosed { id: issuer.to_string(), what, since }
}

fn below(issuer: IssuerId, above: IssuerId, revoked: Revoked) -> RecordError {
    let (id, above) = (issuer.to_string(), above.to_string());
    RecordError::IssuerBelow { id, above, since: revoked.since, reason: revoked.reason }
}
