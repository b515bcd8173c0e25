// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that wait for somebody's approval.

use authority::journal::{RequestApproved, RequestHeld};
use authority::pending::PENDING_LIMIT;
use authority::{RecordError, RequestId, TokenId, TokenState};
use rusqlite::{Connection, OptionalExtension as _};
use x509::Time;

use crate::error::translate;
use crate::sqlite::read;

/// Files one that came, or that waits again under another plan.
pub(super) fn hold(
    connection: &Connection,
    sequence: i64,
    at: Time,
    held: &RequestHeld,
) -> Result<(), RecordError> {
    let failed = |error| translate(error, "filing a request");
    let known: Option<bool> = connection
        .prepare_cached("SELECT decided IS NULL FROM requests WHERE id = ?1")
        .and_then(|mut statement| statement.query_row([held.id.octets()], |row| row.get(0)).optional())
        .map_err(failed)?;
    match known {
        Some(true) => connection
            .prepare_cached("UPDATE requests SET sequence = ?2, until = ?3, plan = ?4 WHERE id = ?1")
            .and_then(|mut statement| {
                statement.execute((held.id.octets(), sequence, held.until.unix(), &held.plan))
            })
            .map(drop)
            .map_err(failed),
        Some(false) => Err(RecordError::NotPending { id: held.id.to_string() }),
        None => {
            require_room(connection, at, held)?;
            let sql = "INSERT INTO requests (id, first, sequence, at, until, requester, plan)
                       VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6)";
            let row =
                (held.id.octets(), sequence, at.unix(), held.until.unix(), held.requester.key(), &held.plan);
            connection
                .prepare_cached(sql)
                .and_then(|mut statement| statement.execute(row))
                .map(drop)
                .map_err(failed)
        }
    }
}

/// Refuses one more of somebody of whom enough wait.
fn require_room(connection: &Connection, at: Time, held: &RequestHeld) -> Result<(), RecordError> {
    let sql = "SELECT count(*) FROM requests WHERE requester = ?1 AND until >= ?2 AND decided IS NULL";
    let waiting: i64 = connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row((held.requester.key(), at.unix()), |row| row.get(0)))
        .map_err(|error| translate(error, "counting requests"))?;
    let waiting = usize::try_from(waiting).unwrap_or(usize::MAX);
    if waiting < PENDING_LIMIT { Ok(()) } else { Err(RecordError::TooManyRequests { waiting }) }
}

/// Marks one as approved, which waits with the plan that was approved, and whose requester may still have it.
pub(super) fn approve(
    connection: &Connection,
    sequence: i64,
    at: Time,
    approved: &RequestApproved,
) -> Result<(), RecordError> {
    decide(connection, sequence, at, approved.id)?;
    let id = || approved.id.to_string();
    let (plan, requester): (Vec<u8>, String) = connection
        .prepare_cached("SELECT plan, requester FROM requests WHERE id = ?1")
        .and_then(|mut statement| {
            statement.query_row([approved.id.octets()], |row| Ok((row.get(0)?, row.get(1)?)))
        })
        .map_err(|error| translate(error, "filing a decision"))?;
    if approved.plan.as_ref() != Some(&plan) {
        return Err(RecordError::AnotherPlan { id: id() });
    }
    let Some(token) = requester.strip_prefix("token:") else { return Ok(()) };
    let found = match TokenId::parse(token) {
        Some(token) => read::token(connection, token)?,
        None => None,
    };
    let because = TokenState::of(found.as_ref(), at).barred();
    because.map_or(Ok(()), |because| Err(RecordError::RequesterBarred { id: id(), because }))
}

/// Marks one as decided, which waits and is not stale.
pub(super) fn decide(
    connection: &Connection,
    sequence: i64,
    at: Time,
    id: RequestId,
) -> Result<(), RecordError> {
    let sql = "UPDATE requests SET decided = ?2 WHERE id = ?1 AND decided IS NULL AND until >= ?3";
    let marked = connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute((id.octets(), sequence, at.unix())))
        .map_err(|error| translate(error, "filing a decision"))?;
    if marked == 0 { Err(RecordError::NotPending { id: id.to_string() }) } else { Ok(()) }
}
