// SPDX-License-Identifier: MIT OR Apache-2.0
//! The index that OpenSSL's `ca` keeps of what it has issued (`index.txt`), which easy-rsa keeps too.
//!
//! A line a certificate, its fields parted by tabs: `V`, `E` or `R`; its last second; when it was revoked and why; its
//! serial number, hexadecimal; its file, or `unknown`; its subject.

use crate::ext::ReasonCode;
use crate::serial::Serial;
use crate::time::Time;

/// The longest line that is read.
const LONGEST: usize = 16 << 10;

/// What the index says of one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indexed<'a> {
    /// The magnitude of its serial number.
    pub serial: Vec<u8>,
    /// Its last second.
    pub not_after: Time,
    /// That it was revoked, where it was.
    pub revoked: Option<Revoked>,
    /// The file it is said to be in, `unknown` for the folder of all.
    pub file: &'a str,
    /// Its subject, as OpenSSL writes it in one line.
    pub subject: &'a str,
}

/// That a certificate was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// Since when.
    pub since: Time,
    /// Why.
    pub reason: ReasonCode,
    /// Since when its key was known to others, where that is said.
    pub invalid_from: Option<Time>,
}

/// Why a line of the index is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct IndexError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: IndexProblem,
}

/// What is wrong with a line of the index.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexProblem {
    /// Not text.
    #[error("it is not UTF-8")]
    NotText,
    /// Too long.
    #[error("{length} octets, and {LONGEST} are the most")]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// Fewer or more fields.
    #[error("{found} fields where 6 belong")]
    Fields {
        /// How many there are.
        found: usize,
    },
    /// A status that is none of V, E and R.
    #[error("status {found:?} is none of V, E and R")]
    Status {
        /// What stands there.
        found: String,
    },
    /// A time that is none.
    #[error("{found:?} is no time")]
    Time {
        /// What stands there.
        found: String,
    },
    /// A reason that is none.
    #[error("{found:?} is no reason for a revocation")]
    Reason {
        /// What stands there.
        found: String,
    },
    /// A serial number that is none.
    #[error("{found:?} is no serial number")]
    Serial {
        /// What stands there.
        found: String,
    },
}

/// Reads an index line by line; empty lines are skipped.
pub fn lines(text: &[u8]) -> impl Iterator<Item = Result<Indexed<'_>, IndexError>> {
    let numbered = (1..).zip(text.split(|octet| *octet == b'\n'));
    numbered.filter_map(|(line, content)| {
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        let read = || read(content).map_err(|problem| IndexError { line, problem });
        (!content.is_empty()).then(read)
    })
}

fn read(line: &[u8]) -> Result<Indexed<'_>, IndexProblem> {
    if line.len() > LONGEST {
        return Err(IndexProblem::TooLong { length: line.len() });
    }
    let line = str::from_utf8(line).ok().ok_or(IndexProblem::NotText)?;
    let fields: Vec<&str> = line.split('\t').collect();
    let [status, not_after, revoked, serial, file, subject] = *fields.as_slice() else {
        return Err(IndexProblem::Fields { found: fields.len() });
    };
    let revoked = match status {
        "V" | "E" if revoked.is_empty() => None,
        "R" => Some(revocation(revoked)?),
        _ => return Err(IndexProblem::Status { found: status.to_owned() }),
    };
    let number = Serial::magnitude_of(serial);
    let number = number.ok_or_else(|| IndexProblem::Serial { found: serial.to_owned() })?;
    Ok(Indexed { serial: number, not_after: time(not_after)?, revoked, file, subject })
}

/// When, and then why, and then since when or by which instruction.
fn revocation(text: &str) -> Result<Revoked, IndexProblem> {
    let mut parts = text.splitn(3, ',');
    let since = time(parts.next().unwrap_or_default())?;
    let (reason, extra) = (parts.next(), parts.next());
    let reason = reason.unwrap_or("unspecified");
    let unknown = || IndexProblem::Reason { found: reason.to_owned() };
    let (reason, invalid_from) = match reason {
        // With the moment of the compromise.
        "keyTime" => (ReasonCode::KeyCompromise, Some(extra.ok_or_else(unknown)?)),
        "CAkeyTime" => (ReasonCode::CaCompromise, Some(extra.ok_or_else(unknown)?)),
        // With the identifier of an instruction, which nobody reads.
        "holdInstruction" => (ReasonCode::CertificateHold, None),
        name => (named(name).ok_or_else(unknown)?, None),
    };
    Ok(Revoked { since, reason, invalid_from: invalid_from.map(time).transpose()? })
}

/// The reason that OpenSSL calls so, in whatever case.
fn named(name: &str) -> Option<ReasonCode> {
    const NAMES: [(&str, ReasonCode); 7] = [
        ("unspecified", ReasonCode::Unspecified),
        ("keyCompromise", ReasonCode::KeyCompromise),
        ("CACompromise", ReasonCode::CaCompromise),
        ("affiliationChanged", ReasonCode::AffiliationChanged),
        ("superseded", ReasonCode::Superseded),
        ("cessationOfOperation", ReasonCode::CessationOfOperation),
        ("certificateHold", ReasonCode::CertificateHold),
    ];
    NAMES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, reason)| reason)
}

/// A time as UTCTime or GeneralizedTime writes it: `YYMMDDHHMMSSZ`, with two digits or four for the year.
fn time(text: &str) -> Result<Time, IndexProblem> {
    let bad = || IndexProblem::Time { found: text.to_owned() };
    let digits = text.strip_suffix('Z').filter(|digits| digits.bytes().all(|octet| octet.is_ascii_digit()));
    let pairs: Vec<String> = digits
        .ok_or_else(bad)?
        .as_bytes()
        .chunks(2)
        .map(|pair| pair.iter().map(|octet| char::from(*octet)).collect())
        .collect();
    let (century, [year, month, day, hour, minute, second]) = match pairs.as_slice() {
        // RFC 5280 §4.1.2.5.1: 50 and more are of the last century.
        [year, rest @ ..] if rest.len() == 5 => {
            let century = if year.as_str() >= "50" { "19" } else { "20" };
            let [month, day, hour, minute, second] = rest else { return Err(bad()) };
            (century, [year, month, day, hour, minute, second])
        }
        [century, year, month, day, hour, minute, second] => {
            (century.as_str(), [year, month, day, hour, minute, second])
        }
        _ => return Err(bad()),
    };
    Time::parse(&format!("{century}{year}-{month}-{day}T{hour}:{minute}:{second}Z")).ok_or_else(bad)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn one(line: &str) -> Result<Indexed<'_>, IndexProblem> {
        lines(line.as_bytes()).next().unwrap().map_err(|error| error.problem)
    }

    #[test]
    fn the_lines_of_openssl_are_read() {
        let text = "V\t261231235959Z\t\t1000\tunknown\t/C=DE/CN=a.internal\n\n\
                    R\t20501231235959Z\t250102030405Z,keyCompromise\t0A\tunknown\t/CN=b\r\n\
                    R\t261231235959Z\t250102030405Z,keyTime,20250101000000Z\tFF\tnewcerts/FF.pem\t/CN=c\n\
                    R\t261231235959Z\t250102030405Z\t80\tunknown\t/CN=d\n\
                    E\t991231235959Z\t\t01\tunknown\t/CN=e";
        let read: Vec<Indexed<'_>> = lines(text.as_bytes()).collect::<Result<_, _>>().unwrap();
        let serials: Vec<&[u8]> = read.iter().map(|one| one.serial.as_slice()).collect();
        assert_eq!(serials, [&[0x10, 0x00][..], &[0x0a], &[0xff], &[0x80], &[0x01]]);
        let at = |text| Time::parse(text).unwrap();
        let revoked: Vec<_> = read.iter().map(|one| one.revoked).collect();
        let since = at("2025-01-02T03:04:05Z");
        let because = |reason, invalid_from| Some(Revoked { since, reason, invalid_from });
        assert_eq!(
            revoked,
            [
                None,
                because(ReasonCode::KeyCompromise, None),
                because(ReasonCode::KeyCompromise, Time::parse("2025-01-01")),
                because(ReasonCode::Unspecified, None),
                None
            ]
        );
        assert_eq!(read.first().unwrap().not_after, at("2026-12-31T23:59:59Z"));
        assert_eq!(read.get(1).unwrap().not_after, at("2050-12-31T23:59:59Z"));
        assert_eq!(read.last().unwrap().not_after, at("1999-12-31T23:59:59Z"));
        assert_eq!((read.get(2).unwrap().file, read.get(2).unwrap().subject), ("newcerts/FF.pem", "/CN=c"));
    }

    #[test]
    fn what_is_no_line_says_why() {
        let line = |status: &str, end: &str, revoked: &str, serial: &str| {
            one(&format!("{status}\t{end}\t{revoked}\t{serial}\tunknown\t/CN=a")).unwrap_err().to_string()
        };
        let end = "261231235959Z";
        assert_eq!(line("X", end, "", "01"), "status \"X\" is none of V, E and R");
        assert_eq!(line("V", "never", "", "01"), "\"never\" is no time");
        assert_eq!(line("V", "261331235959Z", "", "01"), "\"261331235959Z\" is no time");
        assert_eq!(line("V", "2612312359Z", "", "01"), "\"2612312359Z\" is no time");
        assert_eq!(line("R", end, "", "01"), "\"\" is no time");
        assert_eq!(
            line("R", end, "250102030405Z,because", "01"),
            "\"because\" is no reason for a revocation"
        );
        assert_eq!(
            line("R", end, "250102030405Z,keyTime", "01"),
            "\"keyTime\" is no reason for a revocation"
        );
        assert_eq!(line("V", end, "", "0G"), "\"0G\" is no serial number");
        // Good, and revoked at the same time.
        assert_eq!(line("V", end, "250102030405Z", "01"), "status \"V\" is none of V, E and R");
        assert_eq!(one("V\t261231235959Z").unwrap_err(), IndexProblem::Fields { found: 2 });
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(one(&long).unwrap_err(), IndexProblem::TooLong { length: LONGEST + 1 });
        let second = lines(b"\n\xff").next().unwrap().unwrap_err();
        assert_eq!(second.to_string(), "line 2: it is not UTF-8");
    }
}
