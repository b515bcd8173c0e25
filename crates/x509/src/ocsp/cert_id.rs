// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which certificate a request or an answer is about.

use crate::algorithm::AlgorithmIdentifier;
use crate::der::{Reader, Tag, Writer};
use crate::error::{Error, Within};
use crate::serial::Serial;

/// ```asn1
/// CertID ::= SEQUENCE {
///     hashAlgorithm   AlgorithmIdentifier,
///     issuerNameHash  OCTET STRING,
///     issuerKeyHash   OCTET STRING,
///     serialNumber    CertificateSerialNumber }
/// ```
/// [RFC 6960 §4.1.1]
///
/// Equality of the type is equality of the bytes; see [`CertId::matches`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertId<'a> {
    /// How both hashes are made: SHA-256 (RFC 9919), or SHA-1 of old (RFC 5019 §2.1.1).
    pub hash_algorithm: AlgorithmIdentifier<'a>,
    /// The hash of the issuer's name in DER.
    pub issuer_name_hash: &'a [u8],
    /// The hash of the issuer's public key: of its BIT STRING's octets, without tag, length and count of
    /// unused bits.
    pub issuer_key_hash: &'a [u8],
    /// The certificate's serial number.
    pub serial: Serial<'a>,
}

impl<'a> CertId<'a> {
    /// Reads one from the front of `reader`.
    ///
    /// # Errors
    /// Another shape.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut inner = reader.sequence()?;
        let hash_algorithm = AlgorithmIdentifier::read(&mut inner).within("hashAlgorithm")?;
        let issuer_name_hash = inner.octet_string().within("issuerNameHash")?;
        let issuer_key_hash = inner.octet_string().within("issuerKeyHash")?;
        let serial = Serial::from_content(inner.integer().within("serialNumber")?);
        inner.finish()?;
        Ok(Self { hash_algorithm, issuer_name_hash, issuer_key_hash, serial })
    }

    /// Whether both are about one certificate by the same hashes, whatever stands as the algorithm's
    /// parameters: digests have none, which some write as NULL (RFC 5754 §2).
    #[must_use]
    pub fn matches(&self, other: &CertId<'_>) -> bool {
        self.serial == other.serial
            && self.issuer_key_hash == other.issuer_key_hash
            && self.issuer_name_hash == other.issuer_name_hash
            && self.hash_algorithm.oid() == other.hash_algorithm.oid()
    }

    /// Writes it.
    pub fn write(&self, writer: &mut Writer) {
        writer.sequence(|id| {
            id.raw(self.hash_algorithm.raw());
            id.octet_string(self.issuer_name_hash);
            id.octet_string(self.issuer_key_hash);
            id.element(Tag::INTEGER, self.serial.content());
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::oid;

    #[test]
    fn parameters_of_the_digest_do_not_matter_and_all_else_does() {
        let algorithms = [
            AlgorithmIdentifier::encode(oid::SHA256, None),
            AlgorithmIdentifier::encode(oid::SHA256, Some(&[5, 0])),
            AlgorithmIdentifier::encode(oid::SHA1, None),
        ];
        let [bare, null, sha1] =
            algorithms.each_ref().map(|algorithm| AlgorithmIdentifier::parse(algorithm).unwrap());
        let id = CertId {
            hash_algorithm: bare,
            issuer_name_hash: &[1; 32],
            issuer_key_hash: &[2; 32],
            serial: Serial::from_content(&[0, 0x80]),
        };
        let der = Writer::build(|writer| id.write(writer));
        assert_eq!(CertId::read(&mut Reader::new(&der)), Ok(id));
        let check = |other: CertId<'_>, expect: bool| {
            assert_eq!((id.matches(&other), other.matches(&id)), (expect, expect), "{other:?}");
        };
        check(id, true);
        check(CertId { hash_algorithm: null, ..id }, true);
        check(CertId { hash_algorithm: sha1, ..id }, false);
        check(CertId { issuer_name_hash: &[1; 31], ..id }, false);
        check(CertId { issuer_key_hash: &[1; 32], ..id }, false);
        check(CertId { serial: Serial::from_content(&[0x80]), ..id }, false);
    }

    #[test]
    fn other_shapes_are_refused() {
        let algorithm = AlgorithmIdentifier::encode(oid::SHA1, None);
        let check = |after: &[u8], good: bool| {
            let der = Writer::build(|writer| {
                writer.sequence(|id| {
                    id.raw(&algorithm);
                    id.raw(after);
                })
            });
            assert_eq!(CertId::read(&mut Reader::new(&der)).is_ok(), good, "{after:02x?}");
        };
        check(&[4, 1, 1, 4, 1, 2, 2, 1, 3], true);
        check(&[4, 1, 1, 4, 1, 2], false);
        check(&[4, 1, 1, 2, 1, 3], false);
        check(&[4, 1, 1, 4, 1, 2, 2, 2, 0, 3], false);
        check(&[4, 1, 1, 4, 1, 2, 2, 1, 3, 5, 0], false);
        check(&[3, 2, 0, 1, 4, 1, 2, 2, 1, 3], false);
        assert!(CertId::read(&mut Reader::new(&algorithm)).is_err());
    }
}
