// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing certificates, requests and CRLs: the block that is signed, and the signed whole.

mod list;

pub use list::{ListFields, RevokedFields, certificate_list, push_revoked};

use crate::der::{Tag, Writer};
use crate::ext::Extension;
use crate::oid;
use crate::time::Time;

/// What goes into a version 3 certificate. Every slice that says DER is written as it is.
#[derive(Debug, Clone, Copy)]
pub struct TbsFields<'a> {
    /// The serial number's magnitude, most significant octet first.
    pub serial: &'a [u8],
    /// The signature's AlgorithmIdentifier in DER.
    pub signature_algorithm: &'a [u8],
    /// The issuer's name in DER, copied from the issuer's certificate byte for byte.
    pub issuer: &'a [u8],
    /// The first second of the validity period.
    pub not_before: Time,
    /// The last second of the validity period.
    pub not_after: Time,
    /// The subject's name in DER.
    pub subject: &'a [u8],
    /// The SubjectPublicKeyInfo in DER.
    pub subject_public_key_info: &'a [u8],
    /// The extensions, in the order in which they are to stand; none leaves the field out.
    pub extensions: &'a [Extension<'a>],
}

/// The to-be-signed block of a version 3 certificate (RFC 5280 §4.1).
#[must_use]
pub fn tbs_certificate(fields: &TbsFields<'_>) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|tbs| {
            tbs.nest(Tag::context_constructed(0), |version| version.integer(2));
            tbs.unsigned(fields.serial);
            tbs.raw(fields.signature_algorithm);
            tbs.raw(fields.issuer);
            tbs.sequence(|validity| {
                fields.not_before.write(validity);
                fields.not_after.write(validity);
            });
            tbs.raw(fields.subject);
            tbs.raw(fields.subject_public_key_info);
            if !fields.extensions.is_empty() {
                tbs.nest(Tag::context_constructed(3), |explicit| {
                    write_extensions(explicit, fields.extensions)
                });
            }
        });
    })
}

/// What goes into a request.
#[derive(Debug, Clone, Copy)]
pub struct RequestFields<'a> {
    /// The subject's name in DER.
    pub subject: &'a [u8],
    /// The SubjectPublicKeyInfo in DER.
    pub subject_public_key_info: &'a [u8],
    /// The extensions asked for; none leaves the attribute out.
    pub extensions: &'a [Extension<'a>],
}

/// The block of a request that its requester signs (RFC 2986 §4.1).
#[must_use]
pub fn request_info(fields: &RequestFields<'_>) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|info| {
            info.integer(0);
            info.raw(fields.subject);
            info.raw(fields.subject_public_key_info);
            info.nest(Tag::context_constructed(0), |attributes| {
                if fields.extensions.is_empty() {
                    return;
                }
                attributes.sequence(|attribute| {
                    attribute.oid(oid::EXTENSION_REQUEST);
                    attribute.nest(Tag::SET, |values| write_extensions(values, fields.extensions));
                });
            });
        });
    })
}

/// A signed block: the block, the signature's AlgorithmIdentifier (both DER) and the signature, as
/// certificates, requests and CRLs have it (RFC 5280 §4.1.1).
#[must_use]
pub fn signed(block: &[u8], algorithm: &[u8], signature: &[u8]) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|whole| {
            whole.raw(block);
            whole.raw(algorithm);
            whole.bit_string(signature);
        });
    })
}

fn write_extensions(writer: &mut Writer, extensions: &[Extension<'_>]) {
    writer.sequence(|list| extensions.iter().for_each(|extension| extension.write(list)));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::ext::{BasicConstraints, SubjectAltName};
    use crate::name::NameBuilder;
    use crate::{
        AlgorithmIdentifier, Certificate, CertificationRequest, GeneralName, SubjectPublicKeyInfo, Version,
    };

    fn parts() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        let algorithm = AlgorithmIdentifier::encode(oid::ECDSA_WITH_SHA256, None);
        let name = NameBuilder::new().common_name("a.test").unwrap().build();
        let key = SubjectPublicKeyInfo::encode(&AlgorithmIdentifier::encode(oid::ED25519, None), &[7; 32]);
        (algorithm, name, key)
    }

    #[test]
    fn a_certificate_reads_back_field_by_field() {
        let (algorithm, name, key) = parts();
        let constraints = BasicConstraints { ca: true, path_length: Some(0) };
        let value = constraints.encode();
        let (not_before, not_after) =
            (Time::parse("2026-11-22").unwrap(), Time::parse("2051-01-01").unwrap());
        let tbs = tbs_certificate(&TbsFields {
            serial: &[0x80, 1],
            signature_algorithm: &algorithm,
            issuer: &name,
            not_before,
            not_after,
            subject: &name,
            subject_public_key_info: &key,
            extensions: &[Extension { oid: oid::BASIC_CONSTRAINTS, critical: true, value: &value }],
        });
        let der = signed(&tbs, &algorithm, &[1, 2, 3]);
        let certificate = Certificate::parse(&der).unwrap();
        let read = certificate.tbs();
        assert_eq!(read.raw(), tbs);
        assert_eq!(read.version(), Version::V3);
        assert_eq!(read.serial().to_string(), "8001");
        assert_eq!(read.subject().common_name().unwrap(), "a.test");
        assert_eq!(
            (read.validity().not_before.time, read.validity().not_after.time),
            (not_before, not_after)
        );
        assert_eq!(read.subject_public_key_info().raw(), key);
        assert_eq!(read.inner_signature_algorithm(), certificate.signature_algorithm());
        let decoded = read.extensions().decode::<BasicConstraints>().unwrap().unwrap();
        assert!(decoded.critical && decoded.value == constraints);
        assert_eq!(certificate.signature_value(), [1, 2, 3]);
        for cut in 0..der.len() {
            assert!(Certificate::parse(der.get(..cut).unwrap()).is_err(), "cut at {cut}");
        }
        assert!(Certificate::parse(&[der, vec![0]].concat()).is_err());
    }

    #[test]
    fn a_request_reads_back_with_its_extensions() {
        let (algorithm, name, key) = parts();
        let names = [GeneralName::Dns("a.test")];
        let value = SubjectAltName::encode(&names);
        let extensions = [Extension { oid: oid::SUBJECT_ALT_NAME, critical: false, value: &value }];
        for extensions in [&extensions[..], &[]] {
            let info =
                request_info(&RequestFields { subject: &name, subject_public_key_info: &key, extensions });
            let der = signed(&info, &algorithm, &[9]);
            let request = CertificationRequest::parse(&der).unwrap();
            assert_eq!(request.info().raw(), info);
            assert_eq!(request.info().extensions().iter().collect::<Vec<_>>(), extensions);
            for cut in 0..der.len() {
                assert!(CertificationRequest::parse(der.get(..cut).unwrap()).is_err(), "cut at {cut}");
            }
        }
    }
}
