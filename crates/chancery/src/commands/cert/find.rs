// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate of the record by its serial number, or the first digits of it.

use std::path::Path;

use authority::search::SerialDigits;
use authority::{CertificateQuery, CertificateRecord, Found as Listed, Question, Record};
use x509::{Certificate, Serial, Time};

use super::filters;
use crate::data_dir::{Authority, record_failure};
use crate::failure::Failure;
use crate::input;
use authority::wait;

/// The fewest digits that stand for a whole serial number.
const LEAST: usize = 8;
/// How many candidates are told of when several have those digits.
const CANDIDATES: usize = 5;

/// A certificate of the record, and the magnitude of its serial number.
pub(crate) struct Found {
    pub(crate) record: CertificateRecord,
    pub(crate) serial: Vec<u8>,
}

/// The certificate of the record that a serial number names, or that stands in a file.
pub(crate) fn found(authority: &Authority, which: &str) -> Result<Found, Failure> {
    let path = Path::new(which);
    let in_file = if which == "-" || path.exists() || Serial::magnitude_of(which).is_none() {
        input::certificates(path)?.into_iter().next()
    } else {
        None
    };
    let Some(der) = in_file else {
        let record = by_serial(authority, which)?;
        let serial = magnitude(&record.issued.certificate)?;
        return Ok(Found { record, serial });
    };
    let serial = magnitude(&der)?;
    let found = wait(authority.record().certificates(CertificateQuery::Serial(serial.clone())));
    let found = found.map_err(|error| record_failure(&error, authority.directory()))?;
    let record = found.into_iter().find(|found| found.issued.certificate == der).ok_or_else(|| {
        Failure::refused(format!("the certificate in {which} was not issued here")).hint("chancery cert list")
    })?;
    Ok(Found { record, serial })
}

fn magnitude(der: &[u8]) -> Result<Vec<u8>, Failure> {
    let certificate = Certificate::parse(der)
        .map_err(|error| Failure::could_not("the certificate cannot be read").because(&error))?;
    Ok(certificate.tbs().serial().magnitude().to_vec())
}

/// The one certificate with this serial number, or whose serial number begins so.
pub(super) fn by_serial(authority: &Authority, text: &str) -> Result<CertificateRecord, Failure> {
    let serial = Serial::magnitude_of(text).ok_or_else(|| {
        Failure::could_not(format!("{text} is no serial number: hexadecimal digits are expected"))
            .hint("chancery cert list")
    })?;
    let found = wait(authority.record().certificates(CertificateQuery::Serial(serial)));
    let found = found.map_err(|error| record_failure(&error, authority.directory()))?;
    let count = found.len();
    let mut found = found.into_iter();
    match (found.next(), count) {
        (Some(one), 1) => Ok(one),
        (None, _) => by_digits(authority, text),
        (Some(_), count) => Err(Failure::refused(format!(
            "{count} certificates of different issuers have the serial number {text}"
        ))
        .hint("chancery cert list --json")),
    }
}

/// The one certificate whose serial number begins so.
fn by_digits(authority: &Authority, text: &str) -> Result<CertificateRecord, Failure> {
    let digits: SerialDigits = text.parse().map_err(|error| filters::unanswered(&error))?;
    if digits.digits().count() < LEAST {
        return Err(Failure::refused(format!(
            "no certificate with the serial number {text} is in the record, and {LEAST} digits at least stand for more"
        ))
        .hint(format!("chancery cert list --serial {text}")));
    }
    let question = Question { serial: Some(digits), ..Question::default() };
    // Neither the time nor how a certificate stands is asked for.
    let search = filters::search(question, None, Time::from_unix(0))?.limited(CANDIDATES.saturating_add(1));
    let mut found = filters::page(authority, search)?.found;
    match found.len() {
        0 => Err(Failure::refused(format!("no certificate with the serial number {text} is in the record"))
            .hint("chancery cert list")),
        1 => found.pop().map(|one| one.record).ok_or_else(|| several(&[], text)),
        _ => Err(several(&found, text)),
    }
}

fn several(found: &[Listed], text: &str) -> Failure {
    let serial = |found: &Listed| {
        let certificate = Certificate::parse(&found.record.issued.certificate).ok()?;
        Some(certificate.tbs().serial().to_string())
    };
    let mut candidates: Vec<String> = found.iter().take(CANDIDATES).filter_map(serial).collect();
    if found.len() > CANDIDATES {
        candidates.push("…".to_owned());
    }
    let candidates = candidates.join(", ");
    Failure::refused(format!("several serial numbers begin with {text}: {candidates}"))
        .hint(format!("chancery cert list --serial {text}"))
}
