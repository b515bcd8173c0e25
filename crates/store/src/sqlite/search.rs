// SPDX-License-Identifier: MIT OR Apache-2.0
//! Looking for certificates: an index leads, and whatever it gives is looked at until the page is full or its work
//! is done.

mod lead;
mod work;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use authority::filing;
use authority::journal::{Entry, Event};
use authority::lifetime::Period;
use authority::search::{Candidate, Cursor, Key, Lead};
use authority::{CertificateRecord, Found, IssuerId, Page, RecordError, Search, Status};
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, Row};
use x509::{Certificate, Time};

use super::commit::certificate::reversed;
use super::read;
use crate::error::translate;
use work::Work;

/// A page of the answer.
pub(super) fn page(connection: &Connection, search: &Search) -> Result<Page, RecordError> {
    let origins = if search.question().has_origin() { Some(origins(connection, search)?) } else { None };
    if origins.as_ref().is_some_and(BTreeSet::is_empty) {
        return Ok(Page::default());
    }
    let mut look = Look::new(connection, search, origins.as_ref())?;
    lead::walk(connection, search, origins.as_ref(), &mut look)?;
    Ok(look.page)
}

/// The origins that are meant: there are few of them.
fn origins(connection: &Connection, search: &Search) -> Result<BTreeSet<i64>, RecordError> {
    let failed = |error| translate(error, "reading who issued by what");
    let mut statement =
        connection.prepare_cached("SELECT id, issuer, profile, requester FROM origins").map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    let mut meant = BTreeSet::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let read = || -> rusqlite::Result<(i64, [u8; 32], String, String)> {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        };
        let (id, issuer, profile, requester) = read().map_err(failed)?;
        if search.question().admits_origin(IssuerId::from_octets(issuer), &profile, &requester) {
            meant.insert(id);
        }
    }
    Ok(meant)
}

/// A page under way.
struct Look<'a> {
    search: &'a Search,
    origins: Option<&'a BTreeSet<i64>>,
    row: CachedStatement<'a>,
    entry: CachedStatement<'a>,
    requester: CachedStatement<'a>,
    work: Work,
    last: Option<Cursor>,
    page: Page,
}

impl<'a> Look<'a> {
    fn new(
        connection: &'a Connection,
        search: &'a Search,
        origins: Option<&'a BTreeSet<i64>>,
    ) -> Result<Self, RecordError> {
        let prepare = |sql| connection.prepare_cached(sql).map_err(failed);
        let row = prepare(
            "SELECT c.origin, c.serial, c.not_before, c.not_after, c.issued, c.fingerprint, c.key,
                    EXISTS (SELECT 1 FROM issuers i WHERE i.certificate = c.sequence),
                    s.reason, s.since, s.invalid_from
             FROM certificates c LEFT JOIN statuses s ON s.issuer = c.issuer AND s.serial = c.serial
             WHERE c.sequence = ?1",
        )?;
        let entry = prepare("SELECT entry FROM journal WHERE sequence = ?1")?;
        let requester = prepare("SELECT requester FROM origins WHERE id = ?1")?;
        let (work, page) = (Work::new(), Page::default());
        Ok(Self { search, origins, row, entry, requester, work, last: None, page })
    }

    /// Looks at the certificate at a place, unless the work is done. A full page looks for one more, so that the last
    /// page is known to be the last.
    fn at(&mut self, place: Cursor) -> Result<ControlFlow<()>, RecordError> {
        if self.work.is_done() {
            return Ok(self.ends_here());
        }
        self.work.look();
        self.page.looked_at = self.page.looked_at.saturating_add(1);
        if let Some((status, origin)) = self.status(place.sequence)?
            && let Some(record) = self.record(&place)?
        {
            if self.page.found.len() >= self.search.limit() {
                return Ok(self.ends_here());
            }
            let requester = self.requester.query_row([origin], |row| row.get(0)).map_err(failed)?;
            self.page.found.push(Found { record, status, requester });
        }
        self.last = Some(place);
        Ok(ControlFlow::Continue(()))
    }

    /// Nothing more is to be found up to a place.
    fn nothing_until(&mut self, place: Cursor) -> ControlFlow<()> {
        self.last = Some(place);
        if self.work.is_over_time() { self.ends_here() } else { ControlFlow::Continue(()) }
    }

    /// The page ends, and the next one begins behind what was looked at last.
    fn ends_here(&mut self) -> ControlFlow<()> {
        self.page.next = self.last.take();
        ControlFlow::Break(())
    }

    /// How a certificate stands whose row is an answer, and its origin.
    fn status(&mut self, sequence: u64) -> Result<Option<(Status, i64)>, RecordError> {
        let (search, origins) = (self.search, self.origins);
        let judge = |row: &Row<'_>| judged(row, search, origins);
        let status = self.row.query_row([read::signed(sequence)], judge).optional().map_err(failed)?;
        let damaged =
            || RecordError::Corrupt { detail: format!("the status filed for journal entry {sequence}") };
        match status {
            None => Err(RecordError::Corrupt {
                detail: format!("journal entry {sequence} is in an index, and is not filed"),
            }),
            Some(None) => Ok(None),
            Some(Some((status, origin))) => Ok(Some((status.ok_or_else(damaged)?, origin))),
        }
    }

    /// The certificate at a place, where its names are an answer.
    fn record(&mut self, place: &Cursor) -> Result<Option<CertificateRecord>, RecordError> {
        let sequence = place.sequence;
        let der: Vec<u8> =
            self.entry.query_row([read::signed(sequence)], |row| row.get(0)).map_err(failed)?;
        let Entry { at, event } = read::decoded(sequence, &der)?;
        let Event::CertificateIssued(issued) = event else { return Err(read::misfiled(sequence, &event)) };
        if self.search.is_about_names() {
            let damaged = |error: x509::Error| RecordError::Corrupt {
                detail: format!("journal entry {sequence}: {error}"),
            };
            let certificate = Certificate::parse(&issued.certificate).map_err(damaged)?;
            let names = filing::names(&certificate).map_err(damaged)?;
            if !self.search.admits_names(&names) || !is_first(self.search.lead(), &place.key, &names) {
                return Ok(None);
            }
        }
        Ok(Some(CertificateRecord { sequence, at, issued }))
    }
}

/// Whether a row is an answer, how the certificate stands, and its origin; the inner `None`: it stands as nothing that we
/// write.
fn judged(
    row: &Row<'_>,
    search: &Search,
    origins: Option<&BTreeSet<i64>>,
) -> rusqlite::Result<Option<(Option<Status>, i64)>> {
    let (origin, serial): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
    let [not_before, not_after, issued] = [row.get(2)?, row.get(3)?, row.get(4)?].map(Time::from_unix);
    let (fingerprint, key): ([u8; 32], [u8; 32]) = (row.get(5)?, row.get(6)?);
    let is_own: bool = row.get(7)?;
    let columns: read::StatusColumns = (row.get(8)?, row.get(9)?, row.get(10)?);
    if origins.is_some_and(|origins| !origins.contains(&origin)) {
        return Ok(None);
    }
    let Some(status) = read::status_of(columns) else { return Ok(Some((None, origin))) };
    let candidate = Candidate {
        serial: &serial,
        fingerprint: &fingerprint,
        key: &key,
        period: Period { not_before, not_after },
        issued,
        status,
        is_own,
    };
    Ok(search.admits(&candidate).then_some((Some(status), origin)))
}

/// Whether a certificate of which several names are meant is told at the first of them; where the order is not that of
/// names, it comes once.
fn is_first(lead: Lead<'_>, key: &Key, names: &BTreeSet<String>) -> bool {
    match (lead, key) {
        (Lead::NameBegins(front), Key::Name(name)) => {
            names.iter().find(|name| name.starts_with(front)) == Some(name)
        }
        (Lead::NameEnds(end), Key::NameEnd(name)) => {
            let ends = names.iter().filter(|name| name.ends_with(end)).map(|name| reversed(name));
            ends.min().as_ref() == Some(name)
        }
        _ => true,
    }
}

fn failed(error: rusqlite::Error) -> RecordError {
    translate(error, "searching")
}
