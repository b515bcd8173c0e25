// SPDX-License-Identifier: MIT OR Apache-2.0
//! subjectAltName.

use super::KnownExtension;
use crate::der::{Reader, Tag, Writer};
use crate::error::{Error, Problem};
use crate::general_name::{GeneralName, GeneralNames};
use crate::oid::{self, Oid};

/// ```asn1
/// SubjectAltName ::= GeneralNames
/// GeneralNames   ::= SEQUENCE SIZE (1..MAX) OF GeneralName
/// ```
/// [RFC 5280 §4.2.1.6]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubjectAltName<'a> {
    names: GeneralNames<'a>,
}

impl<'a> KnownExtension<'a> for SubjectAltName<'a> {
    const OID: Oid<'static> = oid::SUBJECT_ALT_NAME;
    const NAME: &'static str = "subjectAltName";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let names = GeneralNames::read_each(Reader::whole(value, Tag::SEQUENCE)?.reader(), |name| {
            // RFC 5280 §4.2.1.6: an address, never a range.
            match name.content.len() {
                4 | 16 => Ok(()),
                length if name.tag == GeneralName::IP => Err(name.error(Problem::IpLength { length })),
                _ => Ok(()),
            }
        })?;
        Ok(Self { names })
    }
}

impl<'a> SubjectAltName<'a> {
    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = GeneralName<'a>> + use<'a> {
        self.names.iter()
    }

    /// The extension's value for these names.
    #[must_use]
    pub fn encode(names: &[GeneralName<'_>]) -> Vec<u8> {
        Writer::build(|writer| writer.sequence(|list| names.iter().for_each(|name| name.write(list))))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_ranges_are_refused() {
        let names = [GeneralName::Dns("a.test"), GeneralName::Ip(&[127, 0, 0, 1])];
        let value = SubjectAltName::encode(&names);
        assert_eq!(SubjectAltName::decode(&value).unwrap().iter().collect::<Vec<_>>(), names);
        let range = SubjectAltName::encode(&[GeneralName::Ip(&[10, 0, 0, 0, 255, 0, 0, 0])]);
        assert_eq!(SubjectAltName::decode(&range).unwrap_err().problem(), Problem::IpLength { length: 8 });
        assert!(SubjectAltName::decode(&[0x30, 0]).is_err());
    }
}
