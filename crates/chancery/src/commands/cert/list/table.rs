// SPDX-License-Identifier: MIT OR Apache-2.0
//! The list for people: a line each, which fits into 100 columns unless the first name is very long.

use explain::moment::relative;
use x509::Time;

use super::row::Row;
use crate::failure::Failure;
use crate::ui::{BAD, DIM, GOOD, NOTE, Ui, plain};

/// How many digits of a serial number are shown: they name it wherever a serial number is asked for.
const DIGITS: usize = 12;
/// How many columns names have.
const NAMES: usize = 41;

/// A table under way.
pub(in crate::commands::cert) struct Table {
    now: Time,
    has_begun: bool,
}

impl Table {
    pub(in crate::commands::cert) const fn new(now: Time) -> Self {
        Self { now, has_begun: false }
    }

    /// One more line, below the head of the table.
    pub(in crate::commands::cert) fn row(&mut self, row: &Row, ui: &mut Ui) -> Result<(), Failure> {
        if !self.has_begun {
            self.has_begun = true;
            ui.line(format_args!(
                "{DIM}{:<DIGITS$}  {:<13}  {:<12}  {:<12}  names{DIM:#}",
                "serial", "status", "ends", "profile"
            ))?;
        }
        let style = match row.status {
            "valid" => GOOD,
            "expired" | "revoked" => BAD,
            _ => NOTE,
        };
        let serial: String = row.serial.chars().take(DIGITS).collect();
        let named = if row.names.is_empty() { row.subject.clone() } else { fitting(&row.names) };
        ui.line(format_args!(
            "{serial:<DIGITS$}  {style}{:<13}{style:#}  {:<12}  {:<12}  {}",
            row.status,
            relative(row.ends, self.now),
            plain(&row.profile),
            plain(&named)
        ))
    }
}

/// As many names as fit, the first in any case, and how many more there are.
fn fitting(names: &[String]) -> String {
    let mut text = String::new();
    for (place, name) in names.iter().enumerate() {
        let more = names.len().saturating_sub(place);
        // Room for the count, unless this is the last.
        let room = if more > 1 { NAMES.saturating_sub(6) } else { NAMES };
        if place > 0 && text.chars().count().saturating_add(name.chars().count()).saturating_add(2) > room {
            return format!("{text} +{more}");
        }
        if place > 0 {
            text.push_str(", ");
        }
        text.push_str(name);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_do_not_fit_are_counted() {
        let check = |names: &[&str], expect: &str| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(fitting(&names), expect);
        };
        check(&["db.internal", "10.0.0.7"], "db.internal, 10.0.0.7");
        let long = "a-name-that-takes-all-the-room-there-is.and-more.internal";
        check(&[long], long);
        check(&[long, "b.internal", "c.internal"], &format!("{long} +2"));
        check(&["a.internal", long, "c.internal"], "a.internal +2");
        check(&["aaaaaaaaaa.internal", "bbbbbbbbbb.internal"], "aaaaaaaaaa.internal, bbbbbbbbbb.internal");
        check(&["aaaaaaaaaaaa.internal", "bbbbbbbbbb.internal"], "aaaaaaaaaaaa.internal +1");
    }
}
