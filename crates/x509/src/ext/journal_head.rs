// SPDX-License-Identifier: MIT OR Apache-2.0
//! journalHead: private to Chancery.

use super::KnownExtension;
use crate::der::{Reader, Writer};
use crate::error::{Error, Problem};
use crate::oid::{self, Oid};

/// ```asn1
/// JournalHead ::= SEQUENCE { number INTEGER (0..18446744073709551615), digest OCTET STRING (SIZE (32)) }
/// ```
/// In a CRL, never critical: how many batches the journal of the authority had when the list was made, and the digest
/// of the last of them. Whoever holds the list can tell a record that was put back from an older copy. Its identifier is
/// made of a UUID, below an arc where anybody may (Microsoft, "Obtaining an object identifier").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalHead {
    /// How many batches there were.
    pub number: u64,
    /// The digest of the last.
    pub digest: [u8; 32],
}

impl JournalHead {
    /// The extension's value.
    #[must_use]
    pub fn encode(self) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|head| {
                head.unsigned(&self.number.to_be_bytes());
                head.octet_string(&self.digest);
            });
        })
    }
}

impl KnownExtension<'_> for JournalHead {
    const OID: Oid<'static> = oid::JOURNAL_HEAD;
    const NAME: &'static str = "journalHead";

    fn decode(value: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(value);
        let mut head = reader.sequence()?;
        reader.finish()?;
        let at = head;
        let number = head.unsigned_integer()?;
        let wrong = Problem::WrongLength { what: "number", length: number.len() };
        if number.len() > 8 {
            return Err(at.error(wrong));
        }
        let number = number.iter().fold(0, |sum, octet| (sum << 8) | u64::from(*octet));
        let at = head;
        let digest = head.octet_string()?;
        let wrong = Problem::WrongLength { what: "digest of a batch", length: digest.len() };
        let digest = digest.try_into().ok().ok_or_else(|| at.error(wrong))?;
        head.finish()?;
        Ok(Self { number, digest })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_nothing_else_does() {
        for number in [0, 1, 127, 128, u64::MAX] {
            let head = JournalHead { number, digest: [7; 32] };
            let value = head.encode();
            assert_eq!(JournalHead::decode(&value), Ok(head));
            for cut in 0..value.len() {
                assert!(JournalHead::decode(value.get(..cut).unwrap()).is_err(), "{number} cut at {cut}");
            }
        }
        let with = |number: &[u8], digest: &[u8]| {
            Writer::build(|writer| {
                writer.sequence(|head| {
                    head.unsigned(number);
                    head.octet_string(digest);
                });
            })
        };
        assert!(JournalHead::decode(&with(&[1; 9], &[7; 32])).is_err());
        assert!(JournalHead::decode(&with(&[1], &[7; 31])).is_err());
        assert!(JournalHead::decode(&with(&[1], &[7; 33])).is_err());
    }

    #[test]
    fn its_identifier_is_made_of_a_uuid() {
        assert_eq!(
            oid::JOURNAL_HEAD.to_string(),
            "1.2.840.113556.1.8000.2554.18640.35730.51386.20049.35451.10040108.2222323"
        );
    }
}
