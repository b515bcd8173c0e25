// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate of the record by its serial number.

use std::path::Path;

use authority::{CertificateQuery, CertificateRecord, Record};
use x509::Certificate;

use crate::data_dir::{Authority, record_failure};
use crate::failure::Failure;
use crate::input;
use crate::wait::wait;

/// A serial number as people write it: hexadecimal, in any case, perhaps with colons. `None` when it is none.
pub(super) fn serial(text: &str) -> Option<Vec<u8>> {
    let plain = text.strip_prefix("0x").unwrap_or(text);
    let digits: Vec<u8> = plain
        .chars()
        .filter(|c| *c != ':')
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    // RFC 5280 §4.1.2.2: at most 20 octets.
    if digits.is_empty() || digits.len() > 40 {
        return None;
    }
    let padded = if digits.len() % 2 == 1 { [vec![0], digits].concat() } else { digits };
    let octets = padded.chunks(2).map(|pair| pair.iter().fold(0, |octet, digit| (octet << 4) | digit));
    Some(octets.skip_while(|octet| *octet == 0).collect())
}

/// A certificate of the record, and the magnitude of its serial number.
pub(crate) struct Found {
    pub(crate) record: CertificateRecord,
    pub(crate) serial: Vec<u8>,
}

/// The certificate of the record that a serial number names, or that stands in a file.
pub(crate) fn found(authority: &Authority, which: &str) -> Result<Found, Failure> {
    let path = Path::new(which);
    let in_file = if which == "-" || path.exists() || serial(which).is_none() {
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
    let serial = serial(text).ok_or_else(|| {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_is_read_as_people_and_tools_write_it() {
        let check = |text: &str, expect: Option<&[u8]>| assert_eq!(serial(text).as_deref(), expect, "{text}");
        check("4F00a1", Some(&[0x4f, 0x00, 0xa1]));
        check("4f:00:A1", Some(&[0x4f, 0x00, 0xa1]));
        check("0x4f00a1", Some(&[0x4f, 0x00, 0xa1]));
        check("004f00a1", Some(&[0x4f, 0x00, 0xa1]));
        check("f00", Some(&[0x0f, 0x00]));
        check("", None);
        check("leaf.pem", None);
        check(&"1".repeat(41), None);
    }
}
