// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing CRLs, of any size: each octet of an entry is copied once.

use super::write_extensions;
use crate::der::{Tag, Writer};
use crate::ext::{Extension, ReasonCode};
use crate::oid::{self, Oid};
use crate::time::Time;

/// What goes into a CRL of version 2. Every slice that says DER is written as it is.
#[derive(Debug, Clone, Copy)]
pub struct ListFields<'a> {
    /// The signature's AlgorithmIdentifier in DER.
    pub signature_algorithm: &'a [u8],
    /// The issuer's name in DER, copied from the issuer's certificate byte for byte.
    pub issuer: &'a [u8],
    /// When it is made.
    pub this_update: Time,
    /// By when there will be another.
    pub next_update: Time,
    /// The entries, one after the other, as [`push_revoked`] writes them; none leaves the field out.
    pub entries: &'a [u8],
    /// The extensions, in the order in which they are to stand; none leaves the field out.
    pub extensions: &'a [Extension<'a>],
}

/// One entry of a CRL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevokedFields<'a> {
    /// The magnitude of the certificate's serial number, of which at most 20 octets are written.
    pub serial: &'a [u8],
    /// Since when it is revoked.
    pub revocation_date: Time,
    /// Why; none, and [`ReasonCode::Unspecified`], leave the extension out (RFC 5280 §5.3.1).
    pub reason: Option<ReasonCode>,
    /// Since when its key is not to be relied on, where that was earlier.
    pub invalidity_date: Option<Time>,
}

/// How many octets of a serial number are written (RFC 5280 §4.1.2.2).
const SERIAL_OCTETS: usize = 20;

/// Appends an entry to those of a CRL (RFC 5280 §5.1). It has at most 90 octets.
pub fn push_revoked(entries: &mut Vec<u8>, fields: &RevokedFields<'_>) {
    nest(entries, Tag::SEQUENCE, |entry| {
        nest(entry, Tag::INTEGER, |integer| push_magnitude(integer, fields.serial));
        let (tag, digits) = fields.revocation_date.digits();
        nest(entry, tag, |time| time.extend(digits));
        let reason = fields.reason.filter(|reason| *reason != ReasonCode::Unspecified);
        if reason.is_none() && fields.invalidity_date.is_none() {
            return;
        }
        nest(entry, Tag::SEQUENCE, |extensions| {
            if let Some(reason) = reason {
                push_extension(extensions, oid::REASON_CODE, |value| {
                    nest(value, Tag::ENUMERATED, |number| number.push(reason.number()));
                });
            }
            if let Some(date) = fields.invalidity_date {
                push_extension(extensions, oid::INVALIDITY_DATE, |value| {
                    nest(value, Tag::GENERALIZED_TIME, |time| time.extend(date.generalized_digits()));
                });
            }
        });
    });
}

/// An element of fewer than 128 octets, whose length is known once it is written.
fn nest(out: &mut Vec<u8>, tag: Tag, body: impl FnOnce(&mut Vec<u8>)) {
    out.extend([tag.octet(), 0]);
    let start = out.len();
    body(out);
    let length = u8::try_from(out.len().saturating_sub(start)).unwrap_or(0x7f);
    if let Some(octet) = start.checked_sub(1).and_then(|at| out.get_mut(at)) {
        *octet = length;
    }
}

fn push_magnitude(integer: &mut Vec<u8>, serial: &[u8]) {
    let first = serial.iter().position(|octet| *octet != 0).unwrap_or(serial.len());
    let digits = serial.get(first..).unwrap_or_default();
    if digits.first().is_none_or(|first| first & 0x80 != 0) {
        integer.push(0);
    }
    integer.extend(digits.iter().take(SERIAL_OCTETS));
}

fn push_extension(extensions: &mut Vec<u8>, oid: Oid<'_>, value: impl FnOnce(&mut Vec<u8>)) {
    nest(extensions, Tag::SEQUENCE, |extension| {
        nest(extension, Tag::OBJECT_IDENTIFIER, |content| content.extend(oid.content()));
        nest(extension, Tag::OCTET_STRING, value);
    });
}

/// The most octets that a header has here: a tag, and a length of up to 8 octets.
const HEADER: usize = 10;

/// A CRL, signed by `sign`, which is given the block to be signed (RFC 5280 §5.1).
///
/// # Errors
/// What `sign` says.
pub fn certificate_list<E>(
    fields: &ListFields<'_>,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E> {
    let front = Writer::build(|tbs| {
        tbs.integer(1);
        tbs.raw(fields.signature_algorithm);
        tbs.raw(fields.issuer);
        fields.this_update.write(tbs);
        fields.next_update.write(tbs);
    });
    let has_entries = !fields.entries.is_empty();
    let entries = if has_entries { Writer::header(Tag::SEQUENCE, fields.entries.len()) } else { Vec::new() };
    let back = Writer::build(|tbs| {
        if !fields.extensions.is_empty() {
            tbs.nest(Tag::context_constructed(0), |explicit| write_extensions(explicit, fields.extensions));
        }
    });
    let parts = [&front, &entries, fields.entries, &back];
    let length = parts.iter().fold(0_usize, |sum, part| sum.saturating_add(part.len()));
    // The header of the whole goes in front once the signature's length is known.
    let mut list =
        Vec::with_capacity(length.saturating_add(HEADER.saturating_mul(2)).saturating_add(SIGNATURE));
    list.resize(HEADER, 0);
    list.extend(Writer::header(Tag::SEQUENCE, length));
    parts.iter().for_each(|part| list.extend_from_slice(part));
    let signature = sign(list.get(HEADER..).unwrap_or_default())?;
    let end = Writer::build(|whole| {
        whole.raw(fields.signature_algorithm);
        whole.bit_string(&signature);
    });
    list.extend(end);
    let header = Writer::header(Tag::SEQUENCE, list.len().saturating_sub(HEADER));
    let start = HEADER.saturating_sub(header.len());
    list.splice(start..HEADER, header);
    list.drain(..start);
    Ok(list)
}

/// Room for a signature and its algorithm; of more, the list grows.
const SIGNATURE: usize = 1_024;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::ext::{CrlNumber, InvalidityDate, KnownExtension};
    use crate::name::NameBuilder;
    use crate::{AlgorithmIdentifier, CertificateList, Version};

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    fn list(entries: &[u8], signature: &[u8]) -> Vec<u8> {
        let algorithm = AlgorithmIdentifier::encode(oid::ECDSA_WITH_SHA256, None);
        let name = NameBuilder::new().common_name("Root").unwrap().build();
        let number = CrlNumber::encode(&[7]);
        let fields = ListFields {
            signature_algorithm: &algorithm,
            issuer: &name,
            this_update: at("2026-11-22"),
            next_update: at("2051-01-01"),
            entries,
            extensions: &[Extension { oid: oid::CRL_NUMBER, critical: false, value: &number }],
        };
        certificate_list(&fields, |block| {
            assert_eq!(block.first(), Some(&0x30));
            Ok::<_, std::convert::Infallible>(signature.to_vec())
        })
        .unwrap()
    }

    #[test]
    fn a_list_of_any_length_reads_back() {
        let mut entries = Vec::new();
        for (count, signature) in [(0_u16, 0), (1, 70), (3, 127), (4, 128), (300, 256), (2_000, 4_627)] {
            for number in entries.len() / 30..usize::from(count) {
                let serial =
                    [0x40, 1, u8::try_from(number / 256).unwrap(), u8::try_from(number % 256).unwrap()];
                let date = at("2026-11-20T10:00:00Z");
                push_revoked(
                    &mut entries,
                    &RevokedFields {
                        serial: &serial,
                        revocation_date: date,
                        reason: None,
                        invalidity_date: None,
                    },
                );
            }
            let der = list(&entries, &vec![9; signature]);
            let read = CertificateList::parse(&der).unwrap();
            assert_eq!(read.tbs().version(), Version::V2);
            assert_eq!(read.tbs().this_update().time, at("2026-11-22"));
            assert_eq!(read.tbs().next_update().unwrap().time, at("2051-01-01"));
            assert_eq!(read.tbs().revoked().map_or(0, |revoked| revoked.iter().count()) * 23, entries.len());
            let number = read.tbs().extensions().decode::<CrlNumber<'_>>().unwrap().unwrap();
            assert_eq!(number.value.magnitude(), [7]);
        }
    }

    #[test]
    fn an_entry_reads_back_field_by_field() {
        let check = |fields: RevokedFields<'_>, serial: &str| {
            let mut entries = Vec::new();
            push_revoked(&mut entries, &fields);
            assert!(entries.len() <= 90, "{} octets", entries.len());
            let der = list(&entries, &[1]);
            let read = CertificateList::parse(&der).unwrap();
            let entry = read.tbs().revoked().unwrap().iter().next().unwrap();
            assert_eq!(entry.serial.to_string(), serial);
            assert_eq!(entry.revocation_date.time, fields.revocation_date);
            let reason = fields.reason.filter(|reason| *reason != ReasonCode::Unspecified);
            assert_eq!(entry.reason().map(|found| found.value), reason);
            let invalid = entry.extensions.decode::<InvalidityDate>().unwrap().map(|found| found.value.0);
            assert_eq!(invalid, fields.invalidity_date);
        };
        let plain = RevokedFields {
            serial: &[0x40, 1],
            revocation_date: at("2026-11-22T10:00:00Z"),
            reason: None,
            invalidity_date: None,
        };
        check(plain, "4001");
        check(RevokedFields { serial: &[0x80], ..plain }, "80");
        check(RevokedFields { serial: &[0, 0, 1], ..plain }, "01");
        check(RevokedFields { serial: &[0xff; 20], ..plain }, &"ff".repeat(20));
        check(RevokedFields { reason: Some(ReasonCode::Unspecified), ..plain }, "4001");
        check(RevokedFields { reason: Some(ReasonCode::KeyCompromise), ..plain }, "4001");
        check(RevokedFields { revocation_date: at("2055-01-01"), ..plain }, "4001");
        let both = RevokedFields {
            serial: &[0xff; 20],
            revocation_date: at("2055-01-01"),
            reason: Some(ReasonCode::CertificateHold),
            invalidity_date: Some(at("2026-11-20T08:00:00Z")),
        };
        check(both, &"ff".repeat(20));
        assert_eq!(InvalidityDate::OID, oid::INVALIDITY_DATE);
    }
}
