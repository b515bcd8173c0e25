// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parts of names. The index of threes knows of each three letters which certificates have them; where several are
//! looked for it compares the lists of all, and that no certificate has all of them it knows only at their ends. So
//! the journal is gone through a piece at a time, and between two pieces a page may end.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use authority::search::{Cursor, Key};
use authority::{RecordError, Search};
use rusqlite::Connection;

use super::super::{Look, failed};
use crate::sqlite::read;

/// How many places of the journal a piece has at first, and at most.
const PIECE: i64 = 1 << 16;
const LARGEST_PIECE: i64 = 1 << 20;
/// A piece that took less than this is followed by one twice as large.
const QUICK: Duration = Duration::from_millis(1);
/// How many threes are looked for at most: a name that has these of a long part will rarely lack the rest.
const THREES: usize = 8;

pub(super) fn walk(
    connection: &Connection,
    search: &Search,
    part: &str,
    look: &mut Look<'_>,
) -> Result<(), RecordError> {
    let threes = threes(part);
    let end: Option<i64> = connection
        .prepare_cached("SELECT max(sequence) FROM certificates")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(failed)?;
    let Some(end) = end else { return Ok(()) };
    let is_newest_first = search.is_newest_first();
    let after = search.cursor().map(|cursor| read::signed(cursor.sequence));
    let direction = if is_newest_first { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT rowid FROM name_parts WHERE name_parts MATCH ?1 AND rowid > ?2 AND rowid <= ?3
         ORDER BY rowid {direction}"
    );
    let mut size = PIECE;
    // What is yet to be gone through: behind the first, up to the second.
    let mut rest = if is_newest_first {
        (0, after.map_or(end, |before| before.saturating_sub(1).min(end)))
    } else {
        (after.unwrap_or(0), end)
    };
    while rest.0 < rest.1 {
        let began = Instant::now();
        let (piece, further) = if is_newest_first {
            let low = rest.1.saturating_sub(size).max(0);
            ((low, rest.1), (0, low))
        } else {
            let high = rest.0.saturating_add(size).min(end);
            ((rest.0, high), (high, end))
        };
        let mut found = |row: &rusqlite::Row<'_>| super::place(row.get(0)?, Key::Journal);
        let looked = super::stream(connection, &sql, &[&threes, &piece.0, &piece.1], &mut found, look)?;
        if looked.is_break() {
            return Ok(());
        }
        rest = further;
        if rest.0 < rest.1 {
            // Newest first the place itself is behind, else before, what was gone through.
            let at = if is_newest_first { rest.1.saturating_add(1) } else { rest.0 };
            let place = Cursor { key: Key::Journal, sequence: read::unsigned(at) };
            if look.nothing_until(place) == ControlFlow::Break(()) {
                return Ok(());
            }
        }
        if began.elapsed() < QUICK {
            size = size.saturating_mul(2).min(LARGEST_PIECE);
        }
    }
    Ok(())
}

/// The threes of a part, as the index is asked for them.
fn threes(part: &str) -> String {
    let letters: Vec<char> = part.chars().collect();
    let all: BTreeSet<String> = letters.windows(3).map(|three| three.iter().collect()).collect();
    let step = all.len().div_ceil(THREES).max(1);
    let quoted = all.iter().step_by(step).map(|three| format!("\"{}\"", three.replace('"', "\"\"")));
    quoted.collect::<Vec<_>>().join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_looked_for_by_its_threes_each_once() {
        assert_eq!(threes("abcabc"), "\"abc\" AND \"bca\" AND \"cab\"");
        assert_eq!(threes("a\"*"), "\"a\"\"*\"");
        assert_eq!(threes(&"abcdefghijklmnopqrstuvwxyz".repeat(9)).matches(" AND ").count(), 6);
    }
}
