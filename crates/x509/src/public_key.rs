// SPDX-License-Identifier: MIT OR Apache-2.0
//! SubjectPublicKeyInfo.

use crate::algorithm::AlgorithmIdentifier;
use crate::der::{Reader, Tag, Writer};
use crate::error::{Error, Within};

/// ```asn1
/// SubjectPublicKeyInfo ::= SEQUENCE {
///     algorithm         AlgorithmIdentifier,
///     subjectPublicKey  BIT STRING }
/// ```
/// [RFC 5280 §4.1.2.7]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubjectPublicKeyInfo<'a> {
    raw: &'a [u8],
    algorithm: AlgorithmIdentifier<'a>,
    key_bits: &'a [u8],
}

impl<'a> SubjectPublicKeyInfo<'a> {
    /// Reads one from the front of `reader`.
    ///
    /// # Errors
    /// Another shape, or a key that does not end at a whole octet.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let element = reader.expect(Tag::SEQUENCE)?;
        let mut inner = element.reader();
        let algorithm = AlgorithmIdentifier::read(&mut inner)?;
        let key_bits = inner.bit_string_octets().within("subjectPublicKey")?;
        inner.finish()?;
        Ok(Self { raw: element.raw, algorithm, key_bits })
    }

    /// Reads one that is the whole of `der`.
    ///
    /// # Errors
    /// As [`SubjectPublicKeyInfo::read`], or trailing bytes.
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(der);
        let key = Self::read(&mut reader).within("subjectPublicKeyInfo")?;
        reader.finish().within("subjectPublicKeyInfo")?;
        Ok(key)
    }

    /// The whole SEQUENCE.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The key's algorithm, with its curve or other parameters.
    #[must_use]
    pub const fn algorithm(&self) -> AlgorithmIdentifier<'a> {
        self.algorithm
    }

    /// The octets of the BIT STRING: an EC point, an RSAPublicKey, or the raw key.
    #[must_use]
    pub const fn key_bits(&self) -> &'a [u8] {
        self.key_bits
    }

    /// Writes one from an AlgorithmIdentifier in DER and the octets of the key.
    #[must_use]
    pub fn encode(algorithm_der: &[u8], key_bits: &[u8]) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|sequence| {
                sequence.raw(algorithm_der);
                sequence.bit_string(key_bits);
            });
        })
    }
}
