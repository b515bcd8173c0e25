// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates and requests, written field by field.

use x509::der::{Tag, Writer};
use x509::ext::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509::name::NameBuilder;
use x509::write::{RequestFields, TbsFields, request_info, signed, tbs_certificate};
use x509::{AlgorithmIdentifier, Extension, GeneralName, Oid, SubjectPublicKeyInfo, Time, oid};

use super::Pretend;

/// What goes into a certificate; the tests change what they are about.
#[derive(Debug, Clone)]
pub struct Made {
    pub serial: Vec<u8>,
    pub subject: Vec<u8>,
    pub issuer: Vec<u8>,
    pub key: Vec<u8>,
    pub issuer_key: Vec<u8>,
    pub not_before: Time,
    pub not_after: Time,
    pub extensions: Vec<(Oid<'static>, bool, Vec<u8>)>,
}

/// An EC key that is called by a number.
pub fn key(number: u8) -> Vec<u8> {
    let mut curve = vec![0x06, u8::try_from(oid::SECP256R1.content().len()).unwrap()];
    curve.extend(oid::SECP256R1.content());
    let algorithm = AlgorithmIdentifier::encode(oid::EC_PUBLIC_KEY, Some(&curve));
    let mut point = vec![number; 65];
    point[0] = 4;
    SubjectPublicKeyInfo::encode(&algorithm, &point)
}

pub fn name(common_name: &str) -> Vec<u8> {
    NameBuilder::new().common_name(common_name).unwrap().build()
}

/// A name that no honest writer makes: any characters at all.
pub fn hostile_name(common_name: &str) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|rdns| {
            rdns.nest(Tag::SET, |set| {
                set.sequence(|attribute| {
                    attribute.oid(oid::COMMON_NAME);
                    attribute.element(Tag::UTF8_STRING, common_name.as_bytes());
                });
            });
        });
    })
}

fn identifier(key: &[u8]) -> Vec<u8> {
    use x509::SignatureVerifier as _;
    Pretend.digest(x509::DigestAlgorithm::Sha1, key).octets().to_vec()
}

/// A CA that is called `subject`, below `issuer`.
pub fn ca(subject: (&str, u8), issuer: (&str, u8), path_length: Option<u32>) -> Made {
    let mut made = plain(subject, issuer);
    made.not_before = Time::parse("2026-11-01").unwrap();
    made.not_after = Time::parse("2036-11-01").unwrap();
    made.extensions = vec![
        (oid::BASIC_CONSTRAINTS, true, BasicConstraints { ca: true, path_length }.encode()),
        (oid::KEY_USAGE, true, KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN).encode()),
        (oid::SUBJECT_KEY_IDENTIFIER, false, SubjectKeyIdentifier(&identifier(&made.key)).encode()),
        (oid::AUTHORITY_KEY_IDENTIFIER, false, AuthorityKeyIdentifier::encode(&identifier(&made.issuer_key))),
    ];
    made
}

/// A server's certificate for these names.
pub fn leaf(subject: (&str, u8), issuer: (&str, u8), names: &[GeneralName<'_>]) -> Made {
    let mut made = plain(subject, issuer);
    made.extensions = vec![
        (oid::BASIC_CONSTRAINTS, true, BasicConstraints::default().encode()),
        (oid::KEY_USAGE, true, KeyUsage::DIGITAL_SIGNATURE.encode()),
        (oid::EXTENDED_KEY_USAGE, false, ExtendedKeyUsage::encode(&[oid::SERVER_AUTH])),
        (oid::SUBJECT_ALT_NAME, false, SubjectAltName::encode(names)),
        (oid::SUBJECT_KEY_IDENTIFIER, false, SubjectKeyIdentifier(&identifier(&made.key)).encode()),
        (oid::AUTHORITY_KEY_IDENTIFIER, false, AuthorityKeyIdentifier::encode(&identifier(&made.issuer_key))),
    ];
    made
}

fn plain(subject: (&str, u8), issuer: (&str, u8)) -> Made {
    let mut serial = vec![0x4f; 16];
    serial[15] = subject.1;
    Made {
        serial,
        subject: name(subject.0),
        issuer: name(issuer.0),
        key: key(subject.1),
        issuer_key: key(issuer.1),
        not_before: Time::parse("2026-11-19T10:00:00Z").unwrap(),
        not_after: Time::parse("2027-01-05T10:00:00Z").unwrap(),
        extensions: Vec::new(),
    }
}

/// The certificate in DER, signed.
pub fn certificate(made: &Made) -> Vec<u8> {
    let algorithm = AlgorithmIdentifier::encode(oid::ECDSA_WITH_SHA256, None);
    let extensions: Vec<Extension<'_>> = made
        .extensions
        .iter()
        .map(|(oid, critical, value)| Extension { oid: *oid, critical: *critical, value })
        .collect();
    let tbs = tbs_certificate(&TbsFields {
        serial: &made.serial,
        signature_algorithm: &algorithm,
        issuer: &made.issuer,
        not_before: made.not_before,
        not_after: made.not_after,
        subject: &made.subject,
        subject_public_key_info: &made.key,
        extensions: &extensions,
    });
    let issuer_key = SubjectPublicKeyInfo::parse(&made.issuer_key).unwrap();
    signed(&tbs, &algorithm, &Pretend::sign(&issuer_key, &tbs))
}

/// A request for these names, signed by its own key, or by `signer`.
pub fn request(common_name: &str, names: &[GeneralName<'_>], signer: Option<u8>) -> Vec<u8> {
    let algorithm = AlgorithmIdentifier::encode(oid::ECDSA_WITH_SHA256, None);
    let (subject, key_info) = (name(common_name), key(7));
    let san = SubjectAltName::encode(names);
    let extension = Extension { oid: oid::SUBJECT_ALT_NAME, critical: false, value: &san };
    let fields =
        RequestFields { subject: &subject, subject_public_key_info: &key_info, extensions: &[extension] };
    let info = request_info(&fields);
    let by = key(signer.unwrap_or(7));
    let signature = Pretend::sign(&SubjectPublicKeyInfo::parse(&by).unwrap(), &info);
    signed(&info, &algorithm, &signature)
}
