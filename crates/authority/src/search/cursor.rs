// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where a page ended, and the next one begins.

use std::fmt;
use std::str::FromStr;

use x509::Time;
use x509::hex::{self, Hex};

use crate::error::SearchError;

/// The most characters of a cursor that is read.
const LONGEST: usize = 8_192;

/// A place in the order of a question's answers: behind which the next page begins. It stays where it is, whatever is
/// issued or revoked meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Where the index stands.
    pub key: Key,
    /// The certificate's place in the journal.
    pub sequence: u64,
}

/// What an index is ordered by, before the place in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Nothing: by the place in the journal alone.
    Journal,
    /// Serial number.
    Serial(Vec<u8>),
    /// Name.
    Name(String),
    /// Name, written backwards.
    NameEnd(String),
    /// Last second of validity.
    End(Time),
    /// Time of issuance.
    Issued(Time),
}

/// `41`, or `41-` with a letter for the index and its key in hexadecimal.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.sequence)?;
        let hex =
            |f: &mut fmt::Formatter<'_>, letter: char, octets: &[u8]| write!(f, "-{letter}{}", Hex(octets));
        match &self.key {
            Key::Journal => Ok(()),
            Key::Serial(serial) => hex(f, 's', serial),
            Key::Name(name) => hex(f, 'n', name.as_bytes()),
            Key::NameEnd(name) => hex(f, 'r', name.as_bytes()),
            Key::End(time) => hex(f, 'e', &time.unix().to_be_bytes()),
            Key::Issued(time) => hex(f, 'i', &time.unix().to_be_bytes()),
        }
    }
}

impl FromStr for Cursor {
    type Err = SearchError;

    fn from_str(text: &str) -> Result<Self, SearchError> {
        let refused = || SearchError::Cursor { text: text.chars().take(64).collect() };
        read(text).ok_or_else(refused)
    }
}

fn read(text: &str) -> Option<Cursor> {
    if text.len() > LONGEST {
        return None;
    }
    let (sequence, key) = text.split_once('-').map_or((text, None), |(number, key)| (number, Some(key)));
    let sequence = sequence.parse().ok()?;
    let Some(key) = key else { return Some(Cursor { key: Key::Journal, sequence }) };
    let mut letters = key.chars();
    let index = letters.next()?;
    let octets = hex::decode(letters.as_str())?;
    let time = |octets: Vec<u8>| Some(Time::from_unix(i64::from_be_bytes(octets.try_into().ok()?)));
    let key = match index {
        's' => Key::Serial(octets),
        'n' => Key::Name(String::from_utf8(octets).ok()?),
        'r' => Key::NameEnd(String::from_utf8(octets).ok()?),
        'e' => Key::End(time(octets)?),
        'i' => Key::Issued(time(octets)?),
        _ => return None,
    };
    Some(Cursor { key, sequence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_does() {
        let keys = [
            Key::Journal,
            Key::Serial(vec![0x40, 0]),
            Key::Name("bücher.test".into()),
            Key::NameEnd(String::new()),
            Key::End(Time::from_unix(-1)),
            Key::Issued(Time::from_unix(1_795_341_600)),
        ];
        for key in keys {
            let cursor = Cursor { key, sequence: 41 };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        let long = format!("1-n{}", "61".repeat(LONGEST));
        for text in ["", "x", "-1", "1-", "1-n6", "1-nff", "1-e00", "1-é", "1-q61", "1-n\u{e9}", &long] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
