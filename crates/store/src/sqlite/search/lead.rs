// SPDX-License-Identifier: MIT OR Apache-2.0
//! The indexes, each walked in its own order from where the page begins.

mod part;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use authority::search::{Cursor, Digits, Key, Lead};
use authority::{RecordError, Search};
use rusqlite::types::ToSql;
use rusqlite::{Connection, Row};
use x509::Time;

use super::work::Work;
use super::{Look, failed};
use crate::sqlite::commit::certificate::reversed;
use crate::sqlite::read;

/// Walking further is not worth it for one origin after the other: then most certificates are of one that is meant.
const MOST_ORIGINS: usize = 32;

/// Walks the index that leads.
pub(super) fn walk(
    connection: &Connection,
    search: &Search,
    origins: Option<&BTreeSet<i64>>,
    look: &mut Look<'_>,
) -> Result<(), RecordError> {
    let walk = Walk { connection, search };
    match (search.lead(), origins) {
        (Lead::Fingerprint(octets), _) => walk.among("certificates WHERE fingerprint = ?1", octets, look),
        (Lead::Key(octets), _) => walk.among("certificates WHERE key = ?1", octets, look),
        (Lead::Name(name), _) => walk.among("names WHERE name = ?1", &name, look),
        (Lead::Part(part), _) => part::walk(connection, search, part, look),
        (Lead::Serial(digits), _) => walk.serials(digits, look),
        (Lead::NameBegins(front), _) => walk.names(front, look),
        (Lead::NameEnds(end), _) => walk.name_ends(end, look),
        (Lead::End, _) => walk.ends(look),
        // What is compared is what the index is of: a parameter in its place would hide that from SQLite.
        (Lead::Revoked, _) => walk.among("statuses WHERE reason <> 6 AND ?1", &true, look),
        (Lead::OnHold, _) => walk.among("statuses WHERE reason = 6 AND ?1", &true, look),
        (Lead::Issued, _) => walk.issued(look),
        (Lead::Origin, Some(origins)) if origins.len() <= MOST_ORIGINS => walk.origins(origins, look),
        (Lead::Origin | Lead::Journal, _) => walk.among("certificates WHERE ?1", &true, look),
    }
}

struct Walk<'w> {
    connection: &'w Connection,
    search: &'w Search,
}

impl Walk<'_> {
    /// Certificates of which the index gives the places in the journal, in their order or the other way round.
    fn among(&self, rows: &str, key: &dyn ToSql, look: &mut Look<'_>) -> Result<(), RecordError> {
        let sequence = if rows.starts_with("certificates") { "sequence" } else { "certificate" };
        let (sign, direction, from) = self.direction();
        let sql =
            format!("SELECT {sequence} FROM {rows} AND {sequence} {sign} ?2 ORDER BY {sequence} {direction}");
        self.rows(&sql, &[key, &from], |row| place(row.get(0)?, Key::Journal), look)
    }

    /// Which way, and from where.
    fn direction(&self) -> (&'static str, &'static str, i64) {
        let from = self.search.cursor().map(|cursor| read::signed(cursor.sequence));
        if self.search.is_newest_first() {
            ("<", "DESC", from.unwrap_or(i64::MAX))
        } else {
            (">", "ASC", from.unwrap_or(0))
        }
    }

    /// From the first octets on that begin with the digits; behind the last of them it is over.
    fn serials(&self, digits: &Digits, look: &mut Look<'_>) -> Result<(), RecordError> {
        let (serial, sequence) = match self.search.cursor() {
            Some(Cursor { key: Key::Serial(serial), sequence }) => (serial.clone(), read::signed(*sequence)),
            _ => (digits.lowest(), 0),
        };
        let mut found = |row: &Row<'_>| {
            let serial: Vec<u8> = row.get(0)?;
            if digits.begin(&serial) { place(row.get(1)?, Key::Serial(serial)) } else { Ok(None) }
        };
        self.behind("serial", (&serial, sequence), &mut found, look)
    }

    /// The rows of certificates behind a place in the index of a column. In two steps: of a column and the row's own
    /// number together SQLite would look through all rows with the same in the column.
    fn behind(
        &self,
        column: &str,
        (key, sequence): (&dyn ToSql, i64),
        found: &mut dyn FnMut(&Row<'_>) -> rusqlite::Result<Option<Cursor>>,
        look: &mut Look<'_>,
    ) -> Result<(), RecordError> {
        let (sign, direction, _) = self.direction();
        let select = format!("SELECT {column}, sequence FROM certificates WHERE {column}");
        let same = format!("{select} = ?1 AND sequence {sign} ?2 ORDER BY sequence {direction}");
        let further = format!("{select} {sign} ?1 ORDER BY {column} {direction}, sequence {direction}");
        match stream(self.connection, &same, &[key, &sequence], found, look)? {
            ControlFlow::Continue(()) => stream(self.connection, &further, &[key], found, look).map(drop),
            ControlFlow::Break(()) => Ok(()),
        }
    }

    fn names(&self, front: &str, look: &mut Look<'_>) -> Result<(), RecordError> {
        let (name, sequence) = match self.search.cursor() {
            Some(Cursor { key: Key::Name(name), sequence }) => (name.as_str(), read::signed(*sequence)),
            _ => (front, 0),
        };
        let sql = "SELECT name, certificate FROM names WHERE (name, certificate) > (?1, ?2)
                   ORDER BY name, certificate";
        let found = |row: &Row<'_>| {
            let name: String = row.get(0)?;
            if name.starts_with(front) { place(row.get(1)?, Key::Name(name)) } else { Ok(None) }
        };
        self.rows(sql, &[&name, &sequence], found, look)
    }

    fn name_ends(&self, end: &str, look: &mut Look<'_>) -> Result<(), RecordError> {
        let front = reversed(end);
        let (name, sequence) = match self.search.cursor() {
            Some(Cursor { key: Key::NameEnd(name), sequence }) => (name.as_str(), read::signed(*sequence)),
            _ => (front.as_str(), 0),
        };
        let sql = "SELECT reversed, certificate FROM name_ends WHERE (reversed, certificate) > (?1, ?2)
                   ORDER BY reversed, certificate";
        let found = |row: &Row<'_>| {
            let name: String = row.get(0)?;
            if name.starts_with(&front) { place(row.get(1)?, Key::NameEnd(name)) } else { Ok(None) }
        };
        self.rows(sql, &[&name, &sequence], found, look)
    }

    fn ends(&self, look: &mut Look<'_>) -> Result<(), RecordError> {
        let span = self.search.ends();
        let (end, sequence) = match self.search.cursor() {
            Some(Cursor { key: Key::End(end), sequence }) => (end.unix(), read::signed(*sequence)),
            _ => (span.from.map_or(i64::MIN, Time::unix), 0),
        };
        let mut found = |row: &Row<'_>| {
            let end = Time::from_unix(row.get(0)?);
            let is_over = span.until.is_some_and(|until| end >= until);
            if is_over { Ok(None) } else { place(row.get(1)?, Key::End(end)) }
        };
        self.behind("not_after", (&end, sequence), &mut found, look)
    }

    fn issued(&self, look: &mut Look<'_>) -> Result<(), RecordError> {
        let span = self.search.question().issued;
        let is_newest_first = self.search.is_newest_first();
        let (issued, sequence) = match (self.search.cursor(), is_newest_first) {
            (Some(Cursor { key: Key::Issued(issued), sequence }), _) => {
                (issued.unix(), read::signed(*sequence))
            }
            (_, false) => (span.from.map_or(i64::MIN, Time::unix), 0),
            (_, true) => (span.until.map_or(i64::MAX, Time::unix), 0),
        };
        let mut found = |row: &Row<'_>| {
            let issued = Time::from_unix(row.get(0)?);
            let is_over = if is_newest_first {
                span.from.is_some_and(|from| issued < from)
            } else {
                span.until.is_some_and(|until| issued >= until)
            };
            if is_over { Ok(None) } else { place(row.get(1)?, Key::Issued(issued)) }
        };
        self.behind("issued", (&issued, sequence), &mut found, look)
    }

    /// The places of each origin, as many as a page looks at, laid into one another.
    fn origins(&self, origins: &BTreeSet<i64>, look: &mut Look<'_>) -> Result<(), RecordError> {
        let (sign, direction, from) = self.direction();
        let sql = format!(
            "SELECT sequence FROM certificates WHERE origin = ?1 AND sequence {sign} ?2
             ORDER BY sequence {direction} LIMIT ?3"
        );
        let mut places: Vec<i64> = Vec::new();
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed)?;
        for origin in origins {
            // One more than is looked at, else the last page would not be told from one that ends early.
            let most = i64::from(Work::ROWS) + 1;
            let found = statement.query_map((origin, from, most), |row| row.get(0)).map_err(failed)?;
            for place in found {
                places.push(place.map_err(failed)?);
            }
        }
        places.sort_unstable();
        if self.search.is_newest_first() {
            places.reverse();
        }
        for sequence in places {
            if look.at(Cursor { key: Key::Journal, sequence: read::unsigned(sequence) })?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Looks at what a statement gives, until `found` says that it is over.
    fn rows(
        &self,
        sql: &str,
        parameters: &[&dyn ToSql],
        mut found: impl FnMut(&Row<'_>) -> rusqlite::Result<Option<Cursor>>,
        look: &mut Look<'_>,
    ) -> Result<(), RecordError> {
        stream(self.connection, sql, parameters, &mut found, look).map(drop)
    }
}

/// Looks at what a statement gives, until the page is over or there is nothing more.
fn stream(
    connection: &Connection,
    sql: &str,
    parameters: &[&dyn ToSql],
    found: &mut dyn FnMut(&Row<'_>) -> rusqlite::Result<Option<Cursor>>,
    look: &mut Look<'_>,
) -> Result<ControlFlow<()>, RecordError> {
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let mut rows = statement.query(parameters).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let Some(place) = found(row).map_err(failed)? else { break };
        if look.at(place)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn place(sequence: i64, key: Key) -> rusqlite::Result<Option<Cursor>> {
    Ok(Some(Cursor { key, sequence: read::unsigned(sequence) }))
}
