// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate of the record by its serial number.

use authority::{CertificateQuery, CertificateRecord, Record};

use crate::data_dir::{Authority, record_failure};
use crate::failure::Failure;
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
