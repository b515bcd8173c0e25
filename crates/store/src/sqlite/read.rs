// SPDX-License-Identifier: MIT OR Apache-2.0
//! Questions.

use authority::journal::{Entry, Event, Link};
use authority::{CertificateQuery, CertificateRecord, Head, IssuerRecord, RecordError};
use rusqlite::{Connection, OptionalExtension as _, Params, Row};

use crate::error::translate;

/// Where the chain ends.
pub(super) fn head(connection: &Connection) -> Result<Head, RecordError> {
    let last = connection
        .prepare_cached("SELECT number, digest FROM batches ORDER BY number DESC LIMIT 1")
        .and_then(|mut statement| statement.query_row([], read_head).optional())
        .map_err(|error| translate(error, "reading the end of the journal"))?;
    Ok(last.unwrap_or(Head::GENESIS))
}

fn read_head(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head { number: unsigned(row.get(0)?), digest: row.get(1)? })
}

/// The issuers, in order.
pub(super) fn issuers(connection: &Connection) -> Result<Vec<IssuerRecord>, RecordError> {
    let sql = "SELECT j.sequence, j.entry FROM issuers i JOIN journal j USING (sequence) ORDER BY j.sequence";
    let entries = entries(connection, sql, [])?;
    let issuers = entries.into_iter().map(|(sequence, entry)| match entry.event {
        Event::IssuerAdded(added) => Ok(IssuerRecord { at: entry.at, added }),
        other => Err(misfiled(sequence, &other)),
    });
    issuers.collect()
}

/// The certificates that a query asks for.
pub(super) fn certificates(
    connection: &Connection,
    query: &CertificateQuery,
) -> Result<Vec<CertificateRecord>, RecordError> {
    let entries = match query {
        CertificateQuery::Serial(serial) => entries(
            connection,
            "SELECT j.sequence, j.entry FROM certificates c JOIN journal j USING (sequence)
             WHERE c.serial = ?1 ORDER BY j.sequence",
            [serial],
        )?,
        CertificateQuery::After { sequence, limit } => entries(
            connection,
            "SELECT j.sequence, j.entry FROM certificates c JOIN journal j USING (sequence)
             WHERE c.sequence > ?1
               AND NOT EXISTS (SELECT 1 FROM issuers i WHERE i.certificate = c.sequence)
             ORDER BY c.sequence LIMIT ?2",
            (signed(*sequence), i64::try_from(*limit).unwrap_or(i64::MAX)),
        )?,
        _ => return Ok(Vec::new()),
    };
    let certificates = entries.into_iter().map(|(sequence, entry)| match entry.event {
        Event::CertificateIssued(issued) => Ok(CertificateRecord { sequence, at: entry.at, issued }),
        other => Err(misfiled(sequence, &other)),
    });
    certificates.collect()
}

/// The batches behind a number.
pub(super) fn links(connection: &Connection, after: u64, limit: usize) -> Result<Vec<Link>, RecordError> {
    let failed = |error| translate(error, "reading the journal");
    let heads: Vec<Head> = rows(
        connection,
        "SELECT number, digest FROM batches WHERE number > ?1 ORDER BY number LIMIT ?2",
        (signed(after), i64::try_from(limit).unwrap_or(i64::MAX)),
        read_head,
    )
    .map_err(failed)?;
    let links = heads.into_iter().map(|head| {
        let sql = "SELECT entry FROM journal WHERE batch = ?1 ORDER BY sequence";
        let entries = rows(connection, sql, [signed(head.number)], |row| row.get(0)).map_err(failed)?;
        Ok(Link { head, entries })
    });
    links.collect()
}

/// Rows of a sequence number and an entry.
fn entries(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<Vec<(u64, Entry)>, RecordError> {
    let read = |row: &Row<'_>| Ok((unsigned(row.get(0)?), row.get::<_, Vec<u8>>(1)?));
    let rows =
        rows(connection, sql, parameters, read).map_err(|error| translate(error, "reading the record"))?;
    let entries = rows.into_iter().map(|(sequence, der)| {
        let entry = Entry::decode(&der)
            .map_err(|error| RecordError::Corrupt { detail: format!("journal entry {sequence}: {error}") })?;
        Ok((sequence, entry))
    });
    entries.collect()
}

fn rows<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map(parameters, read)?.collect()
}

fn misfiled(sequence: u64, event: &Event) -> RecordError {
    RecordError::Corrupt {
        detail: format!("journal entry {sequence} is filed wrongly: it is {}", event.kind()),
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
