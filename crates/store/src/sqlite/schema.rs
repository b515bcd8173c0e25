// SPDX-License-Identifier: MIT OR Apache-2.0
//! The tables, and how older ones become newer ones.

mod refile;

use std::path::Path;

use authority::RecordError;
use rusqlite::{Connection, TransactionBehavior};
use x509::SignatureVerifier;

use super::commit::compromise;
use super::open::failed;
use super::read;
use crate::error::{OpenError, translate};

/// `CHNC`: marks the file as ours.
const APPLICATION_ID: i64 = 0x4348_4e43;

/// What leads from each schema version to the next. Written once, never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0004.sql"),
    include_str!("schema/0005.sql"),
    include_str!("schema/0006.sql"),
    include_str!("schema/0007.sql"),
    include_str!("schema/0008.sql"),
    include_str!("schema/0009.sql"),
    include_str!("schema/0010.sql"),
    include_str!("schema/0011.sql"),
    include_str!("schema/0012.sql"),
    include_str!("schema/0013.sql"),
    include_str!("schema/0014.sql"),
];

/// The version from which on the keys of revoked certificates are noted, where they were compromised.
const KEYS_NOTED: i64 = 8;

/// Notes those of before.
fn note_keys(connection: &Connection, crypto: &dyn SignatureVerifier) -> Result<(), RecordError> {
    for revoked in read::revocations(connection)? {
        compromise::note(connection, &revoked, crypto)?;
    }
    Ok(())
}

/// The version from which on certificates are filed by all that they are searched for.
const SEARCHED: i64 = 10;

/// The newest schema version.
fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The file's schema version; 0 when nothing is in it.
pub(super) fn version(connection: &Connection, path: &Path) -> Result<i64, OpenError> {
    // In one statement: another process may be making the file just now.
    let sql = "SELECT (SELECT application_id FROM pragma_application_id),
                      (SELECT user_version FROM pragma_user_version),
                      (SELECT count(*) FROM sqlite_schema)";
    let read: rusqlite::Result<(i64, i64, i64)> =
        connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let (application, version, tables) = read.map_err(|error| failed(path, error))?;
    match (application, version, tables) {
        (0, 0, 0) => Ok(0),
        (APPLICATION_ID, found, _) if found > known() => {
            Err(OpenError::Newer { path: path.to_owned(), found, known: known() })
        }
        (APPLICATION_ID, found, _) if found > 0 => Ok(found),
        _ => {
            let reason = format!("a database of another program (application id {application:#x})");
            Err(OpenError::NotOurs { path: path.to_owned(), reason })
        }
    }
}

/// Refuses a schema that is not up to date.
pub(super) fn require_known(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    match version(connection, path)? {
        0 => Err(OpenError::Empty { path: path.to_owned() }),
        found if found < known() => Err(OpenError::Older { path: path.to_owned(), found, known: known() }),
        _ => Ok(()),
    }
}

/// Refuses to write as this version does where a newer one has changed the tables since the file was opened.
pub(super) fn require_not_newer(connection: &Connection) -> Result<(), RecordError> {
    let found: i64 = connection
        .prepare_cached("PRAGMA user_version")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(|error| translate(error, "reading the schema version"))?;
    if found > known() { Err(RecordError::Newer { found, known: known() }) } else { Ok(()) }
}

/// Brings the schema up to date, in one transaction.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    crypto: &dyn SignatureVerifier,
) -> Result<(), OpenError> {
    if version(connection, path)? == known() {
        return Ok(());
    }
    let broken = |error| OpenError::Open {
        path: path.to_owned(),
        source: translate(error, "bringing its schema up to date"),
    };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(broken)?;
    // Another process may have been faster.
    let from = version(&transaction, path)?;
    let done = usize::try_from(from).unwrap_or(usize::MAX);
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration).map_err(broken)?;
    }
    if from < KEYS_NOTED {
        note_keys(&transaction, crypto)
            .map_err(|source| OpenError::Open { path: path.to_owned(), source })?;
    }
    if from < SEARCHED {
        refile::all(&transaction, crypto)
            .map_err(|source| OpenError::Open { path: path.to_owned(), source })?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(broken)?;
    transaction.pragma_update(None, "user_version", known()).map_err(broken)?;
    transaction.commit().map_err(broken)
}
