// SPDX-License-Identifier: MIT OR Apache-2.0
//! Authorities and certificates, made as each test needs them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use keys::{KeyKind, PrivateKey, Signer};
use x509::ext::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509::name::NameBuilder;
use x509::write::{TbsFields, signed, tbs_certificate};
use x509::{DigestAlgorithm, Extension, GeneralName, Oid, SignatureVerifier, Time, oid};

/// Whoever signs: an authority, or a server on its own account.
pub struct Party {
    name: Vec<u8>,
    key: PrivateKey,
    pub certificate: Vec<u8>,
}

/// From when until when, in days from now.
#[derive(Clone, Copy)]
pub struct Days(pub i64, pub i64);

impl Party {
    fn identifier(&self) -> Vec<u8> {
        identifier(&self.key)
    }

    pub fn pem(&self) -> String {
        x509::pem::encode("CERTIFICATE", &self.certificate)
    }

    pub fn key_pem(&self) -> String {
        self.key.to_pkcs8_pem().as_str().to_owned()
    }
}

fn identifier(key: &PrivateKey) -> Vec<u8> {
    keys::AwsLc.digest(DigestAlgorithm::Sha1, key.public_key_info()).octets().to_vec()
}

/// A self-signed root.
pub fn root(name: &str) -> Party {
    make(name, None, KeyKind::P384, Days(-1, 3650), authority(Some(1)))
}

/// An authority below `issuer`.
pub fn intermediate(name: &str, issuer: &Party) -> Party {
    make(name, Some(issuer), KeyKind::P256, Days(-1, 1800), authority(Some(0)))
}

/// A server's certificate for these DNS names and 127.0.0.1, signed by `issuer` or by itself.
pub fn server(kind: KeyKind, common_name: &str, names: &[&str], issuer: Option<&Party>, days: Days) -> Party {
    let dns = names.iter().map(|name| GeneralName::Dns(name));
    let names: Vec<GeneralName<'_>> = dns.chain([GeneralName::Ip(&[127, 0, 0, 1])]).collect();
    let extensions = vec![
        (oid::BASIC_CONSTRAINTS, true, BasicConstraints::default().encode()),
        (oid::KEY_USAGE, true, KeyUsage::DIGITAL_SIGNATURE.encode()),
        (oid::EXTENDED_KEY_USAGE, false, ExtendedKeyUsage::encode(&[oid::SERVER_AUTH])),
        (oid::SUBJECT_ALT_NAME, false, SubjectAltName::encode(&names)),
    ];
    make(common_name, issuer, kind, days, extensions)
}

type Extensions = Vec<(Oid<'static>, bool, Vec<u8>)>;

fn authority(path_length: Option<u32>) -> Extensions {
    vec![
        (oid::BASIC_CONSTRAINTS, true, BasicConstraints { ca: true, path_length }.encode()),
        (oid::KEY_USAGE, true, KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN).encode()),
    ]
}

fn make(name: &str, issuer: Option<&Party>, kind: KeyKind, days: Days, mut extensions: Extensions) -> Party {
    let key = PrivateKey::generate(kind).unwrap();
    let name = NameBuilder::new().common_name(name).unwrap().build();
    let above = issuer.map_or_else(|| identifier(&key), Party::identifier);
    extensions.push((oid::SUBJECT_KEY_IDENTIFIER, false, SubjectKeyIdentifier(&identifier(&key)).encode()));
    extensions.push((oid::AUTHORITY_KEY_IDENTIFIER, false, AuthorityKeyIdentifier::encode(&above)));
    let extensions: Vec<Extension<'_>> = extensions
        .iter()
        .map(|(oid, critical, value)| Extension { oid: *oid, critical: *critical, value })
        .collect();
    let signer = issuer.map_or(&key, |issuer| &issuer.key);
    let mut serial = identifier(&key);
    serial.truncate(16);
    serial[0] = 0x40 | (serial[0] & 0x3f);
    let tbs = tbs_certificate(&TbsFields {
        serial: &serial,
        signature_algorithm: signer.signature_algorithm(),
        issuer: issuer.map_or(&name, |issuer| &issuer.name),
        not_before: day(days.0),
        not_after: day(days.1),
        subject: &name,
        subject_public_key_info: key.public_key_info(),
        extensions: &extensions,
    });
    let signature = signer.sign(&tbs).unwrap();
    let certificate = signed(&tbs, signer.signature_algorithm(), &signature);
    Party { name, key, certificate }
}

fn day(from_now: i64) -> Time {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = Time::from_unix(i64::try_from(now.as_secs()).unwrap());
    // An hour to spare, so that "in 47 days" stays 47 however long the test takes.
    let span = Duration::from_secs(from_now.unsigned_abs() * 86_400 + 3_600);
    if from_now < 0 { now.minus(span) } else { now.plus(span) }
}
