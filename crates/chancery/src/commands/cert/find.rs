// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate of the record by its serial number.

use std::path::Path;

use authority::{CertificateQuery, CertificateRecord, Record};
use x509::{Certificate, Serial};

use crate::data_dir::{Authority, record_failure};
use crate::failure::Failure;
use crate::input;
use authority::wait;

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

/// The one certificate with this serial number.
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
        (None, _) => {
            Err(Failure::refused(format!("no certificate with the serial number {text} is in the record"))
                .hint("chancery cert list"))
        }
        (Some(_), count) => Err(Failure::refused(format!(
            "{count} certificates of different issuers have the serial number {text}"
        ))
        .hint("chancery cert list --json")),
    }
}
