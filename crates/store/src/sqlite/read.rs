// SPDX-License-Identifier: MIT OR Apache-2.0
//! Questions.

mod request;
mod standing;

pub(super) use request::requests;
pub(super) use standing::{above, closed, standing};

use authority::journal::{CertificateRevoked, CrlIssued, CrlPresigned, Entry, Event, IntervalUnknown, Link};
use authority::{
    BaseUrl, CertificateQuery, CertificateRecord, Head, IssuerId, IssuerRecord, Reach, RecordError, Revoked,
    Sharding, Status, StatusRecord, TokenId, TokenRecord,
};
use rusqlite::{Connection, OptionalExtension as _, Params, Row};
use x509::ext::ReasonCode;
use x509::{SignatureVerifier, Time};

use crate::error::translate;

/// Where the chain ends.
pub(super) fn head(connection: &Connection) -> Result<Head, RecordError> {
    let last = connection
        .prepare_cached("SELECT number, digest FROM batches ORDER BY number DESC LIMIT 1")
        .and_then(|mut statement| statement.query_row([], read_head).optional())
        .map_err(|error| translate(error, "reading the end of the journal"))?;
    Ok(last.unwrap_or(Head::GENESIS))
}

/// The intervals of which it is unknown what was issued.
pub(super) fn unknown_intervals(connection: &Connection) -> Result<Vec<IntervalUnknown>, RecordError> {
    let sql = "SELECT sequence, entry FROM journal WHERE kind = 'interval-unknown' ORDER BY sequence";
    let read = |row: &Row<'_>| Ok((unsigned(row.get(0)?), row.get::<_, Vec<u8>>(1)?));
    let rows =
        rows(connection, sql, [], read).map_err(|error| translate(error, "reading what is unknown"))?;
    let intervals = rows.into_iter().map(|(sequence, der)| match decoded(sequence, &der)?.event {
        Event::IntervalUnknown(unknown) => Ok(unknown),
        other => Err(misfiled(sequence, &other)),
    });
    intervals.collect()
}

/// Whether this batch is in the chain.
pub(super) fn is_batch(connection: &Connection, head: Head) -> Result<bool, RecordError> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM batches WHERE number = ?1 AND digest = ?2)")
        .and_then(|mut statement| statement.query_row((signed(head.number), head.digest), |row| row.get(0)))
        .map_err(|error| translate(error, "reading a batch of the journal"))
}

/// When the last entry was made; `None` when there is none.
pub(super) fn last_at(connection: &Connection) -> Result<Option<Time>, RecordError> {
    connection
        .prepare_cached("SELECT at FROM journal ORDER BY sequence DESC LIMIT 1")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0).map(Time::from_unix)).optional())
        .map_err(|error| translate(error, "reading the last entry of the journal"))
}

fn read_head(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head { number: unsigned(row.get(0)?), digest: row.get(1)? })
}

/// The issuers, in order.
pub(super) fn issuers(
    connection: &Connection,
    crypto: &dyn SignatureVerifier,
) -> Result<Vec<IssuerRecord>, RecordError> {
    let sql = "SELECT j.sequence, j.entry, i.key, i.away FROM issuers i JOIN journal j USING (sequence) ORDER BY j.sequence";
    let read = |row: &Row<'_>| -> rusqlite::Result<_> {
        Ok((unsigned(row.get(0)?), row.get::<_, Vec<u8>>(1)?, (row.get::<_, String>(2)?, row.get(3)?)))
    };
    let rows = rows(connection, sql, [], read).map_err(|error| translate(error, "reading the issuers"))?;
    let issuers = rows.into_iter().map(|(sequence, der, (key, is_away))| {
        let Entry { at, event } = decoded(sequence, &der)?;
        match event {
            Event::IssuerAdded(added) => {
                let retired = closed(connection, added.id)?.and_then(|closed| closed.retired);
                let standing = standing(connection, added.id, crypto)?;
                let reach = if is_away { Reach::Away } else { Reach::Here };
                Ok(IssuerRecord { at, added, key, reach, retired, standing })
            }
            other => Err(misfiled(sequence, &other)),
        }
    });
    issuers.collect()
}

/// Whether the key of an issuer was taken away.
pub(super) fn is_away(connection: &Connection, issuer: IssuerId) -> Result<bool, RecordError> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM issuers WHERE id = ?1 AND away)")
        .and_then(|mut statement| statement.query_row([issuer.octets()], |row| row.get(0)))
        .map_err(|error| translate(error, "reading where a key is"))
}

/// The number of a reason, since when, and since when a key was not to be relied on.
pub(super) type StatusColumns = (Option<u8>, Option<i64>, Option<i64>);

/// What the columns of a status say; `None` when they are not what is written there.
pub(super) fn status_of((reason, since, invalid_from): StatusColumns) -> Option<Status> {
    let Some(number) = reason else { return Some(Status::Good) };
    Some(Status::Revoked(Revoked {
        reason: ReasonCode::from_number(number)?,
        since: Time::from_unix(since?),
        invalid_from: invalid_from.map(Time::from_unix),
    }))
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

/// How a certificate stands; `None` when it was never issued.
pub(super) fn status(
    connection: &Connection,
    issuer: IssuerId,
    serial: &[u8],
) -> Result<Option<StatusRecord>, RecordError> {
    let sql =
        "SELECT coalesce(s.sequence, c.sequence), c.serial, c.not_after, s.reason, s.since, s.invalid_from
               FROM certificates c LEFT JOIN statuses s USING (issuer, serial)
               WHERE c.issuer = ?1 AND c.serial = ?2";
    Ok(statuses(connection, sql, (issuer.octets(), serial))?.pop())
}

/// The last changes behind a place.
pub(super) fn changes(
    connection: &Connection,
    issuer: IssuerId,
    after: u64,
    limit: usize,
) -> Result<Vec<StatusRecord>, RecordError> {
    // Along the table, which is in this order, past the changes of other issuers: by the index each row would be looked
    // for by itself.
    let sql = "SELECT sequence, serial, not_after, reason, since, invalid_from FROM statuses NOT INDEXED
               WHERE issuer = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    statuses(connection, sql, (issuer.octets(), signed(after), limit))
}

/// The place of the last change; 0 for none.
pub(super) fn last_change(connection: &Connection, issuer: IssuerId) -> Result<u64, RecordError> {
    let sql = "SELECT coalesce(max(sequence), 0) FROM statuses WHERE issuer = ?1";
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([issuer.octets()], |row| row.get(0)))
        .map(unsigned)
        .map_err(|error| translate(error, "reading how certificates stand"))
}

/// The CRL that was made last.
pub(super) fn last_crl(connection: &Connection, issuer: IssuerId) -> Result<Option<CrlIssued>, RecordError> {
    let sql = "SELECT j.sequence, j.entry FROM crls c JOIN journal j USING (sequence)
               WHERE c.issuer = ?1 ORDER BY c.number DESC LIMIT 1";
    let last = entries(connection, sql, [issuer.octets()])?.pop();
    last.map(|(sequence, entry)| match entry.event {
        Event::CrlIssued(issued) | Event::CrlPresigned(CrlPresigned { issued, .. }) => Ok(issued),
        other => Err(misfiled(sequence, &other)),
    })
    .transpose()
}

/// The CRL that was made ahead of its time for a moment, where no other was made since: that has a larger number.
pub(super) fn presigned_crl(
    connection: &Connection,
    issuer: IssuerId,
    at: Time,
) -> Result<Option<CrlPresigned>, RecordError> {
    let sql = "SELECT j.sequence, j.entry FROM crls c JOIN journal j USING (sequence)
               WHERE c.issuer = ?1 AND c.presigned <= ?2
                 AND NOT EXISTS (SELECT 1 FROM crls o WHERE o.issuer = c.issuer AND o.number > c.number
                                                        AND o.presigned IS NULL)
               ORDER BY c.number DESC LIMIT 1";
    let found = entries(connection, sql, (issuer.octets(), at.unix()))?.pop();
    found
        .map(|(sequence, entry)| match entry.event {
            Event::CrlPresigned(presigned) => Ok(presigned),
            other => Err(misfiled(sequence, &other)),
        })
        .transpose()
}

/// How many certificates end in a span of time.
pub(super) fn count_expiring(connection: &Connection, after: Time, until: Time) -> Result<u64, RecordError> {
    let sql = "SELECT count(*) FROM certificates c
               WHERE c.not_after > ?1 AND c.not_after <= ?2
                 AND NOT EXISTS (SELECT 1 FROM issuers i WHERE i.certificate = c.sequence)
                 AND NOT EXISTS (SELECT 1 FROM statuses s WHERE s.issuer = c.issuer AND s.serial = c.serial
                                                            AND s.reason IS NOT NULL)";
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([after.unix(), until.unix()], |row| row.get(0)))
        .map(unsigned)
        .map_err(|error| translate(error, "counting the certificates that end soon"))
}

/// Since when a key is compromised, by the SHA-256 of its SubjectPublicKeyInfo.
pub(super) fn compromised(connection: &Connection, key: [u8; 32]) -> Result<Option<Time>, RecordError> {
    let since: Option<i64> = connection
        .prepare_cached("SELECT since FROM compromised_keys WHERE key = ?1")
        .and_then(|mut statement| statement.query_row([key], |row| row.get(0)).optional())
        .map_err(|error| translate(error, "looking for a compromised key"))?;
    Ok(since.map(Time::from_unix))
}

/// The certificate of an issuer with this serial number, DER.
pub(super) fn certificates_of(
    connection: &Connection,
    issuer: IssuerId,
    serial: &[u8],
) -> Result<Vec<Vec<u8>>, RecordError> {
    let sql = "SELECT j.sequence, j.entry FROM certificates c JOIN journal j USING (sequence)
               WHERE c.issuer = ?1 AND c.serial = ?2";
    let found = entries(connection, sql, (issuer.octets(), serial))?;
    let found = found.into_iter().map(|(sequence, entry)| match entry.event {
        Event::CertificateIssued(issued) => Ok(issued.certificate),
        other => Err(misfiled(sequence, &other)),
    });
    found.collect()
}

/// Every revocation, in order.
pub(super) fn revocations(connection: &Connection) -> Result<Vec<CertificateRevoked>, RecordError> {
    let sql = "SELECT sequence, entry FROM journal WHERE kind = 'certificate-revoked' ORDER BY sequence";
    let found = entries(connection, sql, [])?;
    let found = found.into_iter().map(|(sequence, entry)| match entry.event {
        Event::CertificateRevoked(revoked) => Ok(revoked),
        other => Err(misfiled(sequence, &other)),
    });
    found.collect()
}

/// The base of the URLs, as it was settled last.
pub(super) fn base_url(connection: &Connection) -> Result<Option<BaseUrl>, RecordError> {
    let sql = "SELECT sequence, entry FROM journal WHERE kind = 'base-url-settled'
               ORDER BY sequence DESC LIMIT 1";
    let last = entries(connection, sql, [])?.pop();
    let settled = last.map(|(sequence, entry)| match entry.event {
        Event::BaseUrlSettled(settled) => Ok(settled.base),
        other => Err(misfiled(sequence, &other)),
    });
    settled.transpose().map(Option::flatten)
}

/// Where certificates have said that CRLs are, and in how many parts: as they say now last.
pub(super) fn shardings(connection: &Connection) -> Result<Vec<Sharding>, RecordError> {
    let mut settled = Vec::new();
    for kind in ["base-url-settled", "crl-shards-settled"] {
        let sql = format!("SELECT sequence, entry FROM journal WHERE kind = '{kind}' ORDER BY sequence");
        settled.extend(entries(connection, &sql, [])?);
    }
    settled.sort_by_key(|(sequence, _)| *sequence);
    let (mut base, mut count, mut found) = (None, 0, Vec::new());
    for (sequence, entry) in settled {
        match entry.event {
            Event::BaseUrlSettled(settled) => base = settled.base,
            Event::CrlShardsSettled(settled) => count = settled.count,
            other => return Err(misfiled(sequence, &other)),
        }
        if let Some(base) = base.clone() {
            let sharding = Sharding { base, count };
            found.retain(|before| *before != sharding);
            found.push(sharding);
        }
    }
    Ok(found)
}

/// A token; `None` when there never was one.
pub(super) fn token(connection: &Connection, id: TokenId) -> Result<Option<TokenRecord>, RecordError> {
    let sql = "SELECT j.sequence, j.entry, t.revoked FROM tokens t JOIN journal j USING (sequence)
               WHERE t.id = ?1";
    Ok(token_records(connection, sql, [id.octets()])?.pop())
}

/// The tokens, in order.
pub(super) fn tokens(connection: &Connection) -> Result<Vec<TokenRecord>, RecordError> {
    let sql = "SELECT j.sequence, j.entry, t.revoked FROM tokens t JOIN journal j USING (sequence)
               ORDER BY j.sequence";
    token_records(connection, sql, [])
}

fn token_records(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<Vec<TokenRecord>, RecordError> {
    let read = |row: &Row<'_>| -> rusqlite::Result<_> {
        Ok((unsigned(row.get(0)?), row.get::<_, Vec<u8>>(1)?, row.get::<_, Option<i64>>(2)?))
    };
    let rows = rows(connection, sql, parameters, read).map_err(|error| translate(error, "reading tokens"))?;
    let tokens = rows.into_iter().map(|(sequence, der, revoked)| {
        let Entry { at, event } = decoded(sequence, &der)?;
        match event {
            Event::TokenAdded(added) => Ok(TokenRecord { at, added, revoked: revoked.map(Time::from_unix) }),
            other => Err(misfiled(sequence, &other)),
        }
    });
    tokens.collect()
}

fn statuses(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<Vec<StatusRecord>, RecordError> {
    let read = |row: &Row<'_>| -> rusqlite::Result<_> {
        let status: StatusColumns = (row.get(3)?, row.get(4)?, row.get(5)?);
        Ok((unsigned(row.get(0)?), row.get::<_, Vec<u8>>(1)?, Time::from_unix(row.get(2)?), status))
    };
    let rows = rows(connection, sql, parameters, read)
        .map_err(|error| translate(error, "reading how certificates stand"))?;
    let records = rows.into_iter().map(|(sequence, serial, not_after, status)| {
        let damaged =
            || RecordError::Corrupt { detail: format!("the status filed for journal entry {sequence}") };
        Ok(StatusRecord { sequence, serial, not_after, status: status_of(status).ok_or_else(damaged)? })
    });
    records.collect()
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
pub(super) fn entries(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<Vec<(u64, Entry)>, RecordError> {
    let read = |row: &Row<'_>| Ok((unsigned(row.get(0)?), row.get::<_, Vec<u8>>(1)?));
    let rows =
        rows(connection, sql, parameters, read).map_err(|error| translate(error, "reading the record"))?;
    rows.into_iter().map(|(sequence, der)| Ok((sequence, decoded(sequence, &der)?))).collect()
}

pub(super) fn decoded(sequence: u64, der: &[u8]) -> Result<Entry, RecordError> {
    Entry::decode(der)
        .map_err(|error| RecordError::Corrupt { detail: format!("journal entry {sequence}: {error}") })
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

pub(super) fn misfiled(sequence: u64, event: &Event) -> RecordError {
    RecordError::Corrupt {
        detail: format!("journal entry {sequence} is filed wrongly: it is {}", event.kind()),
    }
}

pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
