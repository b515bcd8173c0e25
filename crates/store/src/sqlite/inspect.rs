// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is filed, compared with what should be: one certificate at a time, and each index as a whole.

mod parts;
mod replay;

use authority::{Entry, Event, Filing, Inspection, RecordError};
use rusqlite::{Connection, OptionalExtension as _, Row};
use x509::SignatureVerifier;

use super::commit::certificate::reversed;
use super::read;
use crate::error::translate;
use parts::Parts;
use replay::Replay;

/// How many faults of the file itself are told.
const FAULTS: u32 = 10;

/// What is filed otherwise of the certificate at a place.
pub(super) fn misfiled(
    connection: &Connection,
    sequence: u64,
    filing: &Filing,
) -> Result<Vec<String>, RecordError> {
    let sql = "SELECT c.issuer, c.serial, c.profile, c.subject, c.not_before, c.not_after, c.fingerprint,
                      c.issued, c.key, o.issuer, o.profile, o.requester
               FROM certificates c LEFT JOIN origins o ON o.id = c.origin WHERE c.sequence = ?1";
    let differing = connection
        .prepare_cached(sql)
        .and_then(|mut statement| {
            let compare = |row: &Row<'_>| Ok(differences(row, filing));
            statement.query_row([read::signed(sequence)], compare).optional()
        })
        .map_err(failed)?;
    let Some(mut found) = differing else { return Ok(vec!["the certificate".to_owned()]) };
    for name in &filing.names {
        let front = "SELECT EXISTS (SELECT 1 FROM names WHERE name = ?1 AND certificate = ?2)";
        let end = "SELECT EXISTS (SELECT 1 FROM name_ends WHERE reversed = ?1 AND certificate = ?2)";
        for (sql, name, what) in
            [(front, name.clone(), "its names"), (end, reversed(name), "the ends of its names")]
        {
            let is_there: bool = connection
                .prepare_cached(sql)
                .and_then(|mut statement| {
                    statement.query_row((name, read::signed(sequence)), |row| row.get(0))
                })
                .map_err(failed)?;
            if !is_there && !found.iter().any(|found| found == what) {
                found.push(what.to_owned());
            }
        }
    }
    Ok(found)
}

fn differences(row: &Row<'_>, filing: &Filing) -> Vec<String> {
    let octets = |column: usize| row.get::<_, Vec<u8>>(column).ok();
    let text = |column: usize| row.get::<_, String>(column).ok();
    let time = |column: usize| row.get::<_, i64>(column).ok();
    let is_issuer = |column: usize| octets(column).as_deref() == Some(filing.issuer.octets().as_slice());
    let is_profile = |column: usize| text(column).as_deref() == Some(filing.profile.as_str());
    let checks = [
        ("its issuer", is_issuer(0) && is_issuer(9)),
        ("its serial number", octets(1).as_ref() == Some(&filing.serial)),
        ("its profile", is_profile(2) && is_profile(10)),
        ("its subject", text(3).as_ref() == Some(&filing.subject)),
        (
            "its validity",
            [time(4), time(5)]
                == [filing.period.not_before, filing.period.not_after].map(|at| Some(at.unix())),
        ),
        ("its fingerprint", octets(6).as_deref() == Some(filing.fingerprint.as_slice())),
        ("the time of its issuance", time(7) == Some(filing.issued.unix())),
        ("its key", octets(8).as_deref() == Some(filing.key.as_slice())),
        ("who approved it", text(11).as_ref() == Some(&filing.requester)),
    ];
    let wrong = checks.iter().filter(|(_, is_right)| !is_right);
    wrong.map(|(what, _)| (*what).to_owned()).collect()
}

/// Looks at every index as a whole, as it stands at one moment.
pub(super) fn whole(
    connection: &Connection,
    crypto: &dyn SignatureVerifier,
) -> Result<Inspection, RecordError> {
    let moment = connection.unchecked_transaction().map_err(failed)?;
    let mut findings = file(&moment)?;
    let names = count(&moment, "SELECT count(*) FROM names")?;
    let ends = count(&moment, "SELECT count(*) FROM name_ends")?;
    if names != ends {
        findings.push(format!("{names} names are filed by their beginnings, and {ends} by their ends"));
    }
    let strays = count(
        &moment,
        "SELECT count(*) FROM statuses s LEFT JOIN certificates c ON c.issuer = s.issuer AND c.serial = s.serial
         WHERE s.certificate IS NOT c.sequence",
    )?;
    if strays > 0 {
        findings.push(format!("{strays} revocations are filed for another certificate than their own"));
    }
    journal(&moment, crypto, &mut findings)?;
    Ok(Inspection { names, findings })
}

/// Reads the journal from front to back, and compares the tables with it.
fn journal(
    moment: &Connection,
    crypto: &dyn SignatureVerifier,
    findings: &mut Vec<String>,
) -> Result<(), RecordError> {
    let (mut parts, mut replay, mut hidden) = (Parts::new(), Replay::new(moment, crypto), 0_u64);
    let mut statement =
        moment.prepare("SELECT sequence, kind, at, entry FROM journal ORDER BY sequence").map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let place: i64 = row.get(0).map_err(failed)?;
        let filed: (String, i64) = (row.get(1).map_err(failed)?, row.get(2).map_err(failed)?);
        // What cannot be read is found where the chain is followed.
        let Ok(Entry { at, event }) = Entry::decode(&row.get::<_, Vec<u8>>(3).map_err(failed)?) else {
            continue;
        };
        hidden = hidden.saturating_add(u64::from(filed != (event.kind().to_owned(), at.unix())));
        match event {
            Event::CertificateIssued(issued) => parts.hear(read::unsigned(place), &issued),
            event => replay.hear(place, at, event)?,
        }
    }
    if hidden > 0 {
        findings
            .push(format!("{hidden} journal entries are filed under another kind or time than their own"));
    }
    findings.extend(replay.compare()?);
    findings.extend(parts.compare(moment)?);
    Ok(())
}

/// What SQLite finds wrong with the file: pages, and rows that an index of its own lacks or has too many of.
fn file(connection: &Connection) -> Result<Vec<String>, RecordError> {
    let sql = format!("PRAGMA integrity_check({FAULTS})");
    let mut statement = connection.prepare(&sql).map_err(failed)?;
    let told = statement.query_map([], |row| row.get::<_, String>(0)).map_err(failed)?;
    let told = told.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    Ok(told
        .into_iter()
        .filter(|line| line != "ok")
        .map(|line| format!("the file is damaged: {line}"))
        .collect())
}

fn count(connection: &Connection, sql: &str) -> Result<u64, RecordError> {
    connection.query_row(sql, [], |row| row.get(0)).map(read::unsigned).map_err(failed)
}

fn failed(error: rusqlite::Error) -> RecordError {
    translate(error, "comparing the indexes with the journal")
}
