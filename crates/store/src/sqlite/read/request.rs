// SPDX-License-Identifier: MIT OR Apache-2.0
//! Questions about requests that wait for somebody's approval.

use authority::journal::Event;
use authority::{Decided, RecordError, RequestQuery, RequestRecord};
use rusqlite::{Connection, Params, Row};
use x509::Time;

use super::{certificates_of, decoded, misfiled, rows, unsigned};
use crate::error::translate;

const COLUMNS: &str = "SELECT r.at, h.sequence, h.entry, d.sequence, d.entry
    FROM requests r JOIN journal h ON h.sequence = r.sequence LEFT JOIN journal d ON d.sequence = r.decided";

/// The requests that a query asks for.
pub(in crate::sqlite) fn requests(
    connection: &Connection,
    query: RequestQuery,
) -> Result<Vec<RequestRecord>, RecordError> {
    let asked = |condition: &str| format!("{COLUMNS} {condition}");
    match query {
        RequestQuery::One(id) => read(connection, &asked("WHERE r.id = ?1"), [id.octets()]),
        RequestQuery::Undecided => read(connection, &asked("WHERE r.decided IS NULL ORDER BY r.first"), []),
        RequestQuery::UndecidedOf(terms) => {
            read(connection, &asked("WHERE r.plan = ?1 AND r.decided IS NULL ORDER BY r.first"), [terms])
        }
        RequestQuery::Last(limit) => {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let mut found = read(connection, &asked("ORDER BY r.first DESC LIMIT ?1"), [limit])?;
            found.reverse();
            Ok(found)
        }
    }
}

fn read(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<Vec<RequestRecord>, RecordError> {
    type Columns = (i64, (i64, Vec<u8>), (Option<i64>, Option<Vec<u8>>));
    let columns = |row: &Row<'_>| -> rusqlite::Result<Columns> {
        Ok((row.get(0)?, (row.get(1)?, row.get(2)?), (row.get(3)?, row.get(4)?)))
    };
    let rows =
        rows(connection, sql, parameters, columns).map_err(|error| translate(error, "reading requests"))?;
    let record = |(at, (sequence, entry), decision): Columns| {
        let sequence = unsigned(sequence);
        let held = match decoded(sequence, &entry)?.event {
            Event::RequestHeld(held) => held,
            other => return Err(misfiled(sequence, &other)),
        };
        let decided = match decision {
            (Some(sequence), Some(entry)) => Some(decided(connection, unsigned(sequence), &entry)?),
            _ => None,
        };
        Ok(RequestRecord { at: Time::from_unix(at), held, decided })
    };
    rows.into_iter().map(record).collect()
}

/// What somebody decided, and the certificate that was issued with it.
fn decided(connection: &Connection, sequence: u64, entry: &[u8]) -> Result<Decided, RecordError> {
    let entry = decoded(sequence, entry)?;
    let at = entry.at;
    match entry.event {
        Event::RequestApproved(approved) => {
            let certificate = certificates_of(connection, approved.issuer, &approved.serial)?.pop();
            let missing = || RecordError::Corrupt {
                detail: format!("journal entry {sequence}: the certificate that was approved is not filed"),
            };
            let certificate = Some(certificate.ok_or_else(missing)?);
            Ok(Decided { at, by: approved.by, reason: approved.reason, certificate })
        }
        Event::RequestDenied(denied) => {
            Ok(Decided { at, by: denied.by, reason: denied.reason, certificate: None })
        }
        other => Err(misfiled(sequence, &other)),
    }
}
