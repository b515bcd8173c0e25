// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether an issuer issues: nobody does who was retired or revoked, or who stands below somebody who was revoked.

use authority::journal::Event;
use authority::{IssuerId, RecordError, Revoked, Standing, Status};
use rusqlite::{Connection, Row};
use x509::{Certificate, SignatureVerifier, Time};

use super::{StatusColumns, entries, misfiled, rows, status, status_of};
use crate::error::translate;

/// How an issuer was closed.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::sqlite) struct Closed {
    pub(in crate::sqlite) retired: Option<Time>,
    pub(in crate::sqlite) revoked: Option<Revoked>,
}

/// Whether an issuer issues. Of one that is not filed as an issuer, nobody has said otherwise.
pub(in crate::sqlite) fn standing(
    connection: &Connection,
    issuer: IssuerId,
    crypto: &dyn SignatureVerifier,
) -> Result<Standing, RecordError> {
    match closed(connection, issuer)?.unwrap_or_default() {
        Closed { revoked: Some(revoked), .. } => Ok(Standing::Revoked(revoked)),
        Closed { retired: Some(retired), .. } => Ok(Standing::Retired(retired)),
        Closed { .. } => {
            let found = above(connection, &chain(connection, issuer)?, crypto)?;
            Ok(found.map_or(Standing::InUse, |(above, revoked)| Standing::Below(above, revoked)))
        }
    }
}

/// When an issuer was retired, and how it was revoked: by the last certificate that took the place of those before it,
/// or by any whose key was compromised. `None` where it is not filed as an issuer.
pub(in crate::sqlite) fn closed(
    connection: &Connection,
    issuer: IssuerId,
) -> Result<Option<Closed>, RecordError> {
    let sql = "SELECT i.retired, s.reason, s.since, s.invalid_from
               FROM issuers i LEFT JOIN certificates c ON c.sequence = i.certificate
                              LEFT JOIN statuses s ON s.issuer = c.issuer AND s.serial = c.serial
               WHERE i.id = ?1 ORDER BY i.beside, i.sequence DESC";
    let read = |row: &Row<'_>| -> rusqlite::Result<_> {
        let revoked: StatusColumns = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok((row.get::<_, Option<i64>>(0)?, revoked))
    };
    let rows = rows(connection, sql, [issuer.octets()], read)
        .map_err(|error| translate(error, "reading how an issuer stands"))?;
    if rows.is_empty() {
        return Ok(None);
    }
    let mut closed = Closed::default();
    for (place, (since, columns)) in rows.into_iter().enumerate() {
        closed.retired = closed.retired.or(since.map(Time::from_unix));
        let damaged = || RecordError::Corrupt { detail: format!("the status filed for issuer {issuer}") };
        if let Status::Revoked(found) = status_of(columns).ok_or_else(damaged)?
            && (place == 0 || found.reason.is_compromise())
        {
            closed.revoked = closed.revoked.or(Some(found));
        }
    }
    Ok(Some(closed))
}

/// The nearest authority above the first certificate of a chain that was revoked, and how. One that is an issuer of this
/// record is judged as such, by all of its certificates; another by the one in the chain.
pub(in crate::sqlite) fn above(
    connection: &Connection,
    chain: &[Vec<u8>],
    crypto: &dyn SignatureVerifier,
) -> Result<Option<(IssuerId, Revoked)>, RecordError> {
    let parse = |der: &Vec<u8>| IssuerOf::read(der, crypto);
    for (place, der) in chain.iter().enumerate().skip(1) {
        let own = parse(der)?;
        let revoked = match closed(connection, own.id)? {
            Some(closed) => closed.revoked,
            None => {
                let issued_by =
                    chain.get(place.saturating_add(1)).map_or(Ok(own.id), |der| Ok(parse(der)?.id))?;
                match status(connection, issued_by, &own.serial)?.map(|found| found.status) {
                    Some(Status::Revoked(revoked)) => Some(revoked),
                    Some(Status::Good) | None => None,
                }
            }
        };
        if let Some(revoked) = revoked {
            return Ok(Some((own.id, revoked)));
        }
    }
    Ok(None)
}

/// What a certificate of a chain is known by.
struct IssuerOf {
    id: IssuerId,
    serial: Vec<u8>,
}

impl IssuerOf {
    fn read(der: &[u8], crypto: &dyn SignatureVerifier) -> Result<Self, RecordError> {
        let parsed = Certificate::parse(der);
        let parsed = parsed.map_err(|error| RecordError::Corrupt { detail: error.to_string() })?;
        let tbs = parsed.tbs();
        let serial = tbs.serial().magnitude().to_vec();
        Ok(Self { id: IssuerId::of(&tbs.subject_public_key_info(), crypto), serial })
    }
}

/// The chain of the certificate that an issuer has now; empty where it is not filed as an issuer.
fn chain(connection: &Connection, issuer: IssuerId) -> Result<Vec<Vec<u8>>, RecordError> {
    let sql = "SELECT j.sequence, j.entry FROM issuers i JOIN journal j USING (sequence)
               WHERE i.id = ?1 ORDER BY i.beside, i.sequence DESC LIMIT 1";
    let found = entries(connection, sql, [issuer.octets()])?.pop();
    let chain = found.map(|(sequence, entry)| match entry.event {
        Event::IssuerAdded(added) => Ok(added.chain),
        other => Err(misfiled(sequence, &other)),
    });
    chain.transpose().map(Option::unwrap_or_default)
}
