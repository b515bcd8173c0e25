// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates that were filed before they could be searched for: what is missing is taken from the journal.

use authority::{Event, RecordError};
use rusqlite::Connection;
use x509::SignatureVerifier;

use super::super::commit::certificate::{self, Approvals};
use super::super::read;
use crate::error::translate;

/// How many certificates are read at a time.
const PAGE: i64 = 1_000;
/// How much memory pages may have meanwhile, in KiB: in names that come in no order, one after the other is read and
/// written a hundred times else.
const MEMORY: i64 = 256 * 1_024;

/// Files what they are searched for of all certificates.
pub(super) fn all(connection: &Connection, crypto: &dyn SignatureVerifier) -> Result<(), RecordError> {
    let failed = |error| translate(error, "bringing its schema up to date");
    let before: i64 = connection.pragma_query_value(None, "cache_size", |row| row.get(0)).map_err(failed)?;
    connection.pragma_update(None, "cache_size", -MEMORY).map_err(failed)?;
    let filed = each(connection, crypto);
    connection.pragma_update(None, "cache_size", before).map_err(failed)?;
    filed
}

fn each(connection: &Connection, crypto: &dyn SignatureVerifier) -> Result<(), RecordError> {
    let sql = "SELECT j.sequence, j.entry FROM certificates c JOIN journal j USING (sequence)
               WHERE c.sequence > ?1 ORDER BY c.sequence LIMIT ?2";
    let (mut after, mut heard) = (0_u64, (0, Approvals::new()));
    loop {
        let page = read::entries(connection, sql, (read::signed(after), PAGE))?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = *last;
        let mut parts = Vec::with_capacity(page.len());
        for (sequence, entry) in page {
            let Event::CertificateIssued(issued) = &entry.event else {
                return Err(read::misfiled(sequence, &entry.event));
            };
            listen(connection, sequence, &mut heard)?;
            let filing = certificate::filing((entry.at, issued), &heard.1, crypto)?;
            let sequence = read::signed(sequence);
            let failed = |error| translate(error, "filing a certificate");
            let origin = certificate::origin(connection, &filing).map_err(failed)?;
            connection
                .prepare_cached(
                    "UPDATE certificates SET origin = ?2, issued = ?3, key = ?4 WHERE sequence = ?1",
                )
                .and_then(|mut statement| {
                    statement.execute((sequence, origin, filing.issued.unix(), filing.key))
                })
                .map_err(failed)?;
            certificate::names(connection, sequence, &filing)?;
            parts.push((sequence, certificate::lines(&filing)));
        }
        certificate::parts(connection, &parts)?;
    }
}

/// Hears the approvals of the batch in which an entry stands, unless it is that of before.
fn listen(
    connection: &Connection,
    sequence: u64,
    (batch, approvals): &mut (i64, Approvals),
) -> Result<(), RecordError> {
    let failed = |error| translate(error, "reading the journal");
    let number: i64 = connection
        .prepare_cached("SELECT batch FROM journal WHERE sequence = ?1")
        .and_then(|mut statement| statement.query_row([read::signed(sequence)], |row| row.get(0)))
        .map_err(failed)?;
    if number == *batch {
        return Ok(());
    }
    approvals.clear();
    let sql = "SELECT sequence, entry FROM journal WHERE batch = ?1 AND kind = 'plan-approved'";
    for (_, entry) in read::entries(connection, sql, [number])? {
        certificate::hear(approvals, &entry);
    }
    *batch = number;
    Ok(())
}
