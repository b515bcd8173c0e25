// SPDX-License-Identifier: MIT OR Apache-2.0
//! An authority of a few lines, for certificates both good and bad.

use std::sync::Arc;
use std::time::Duration;

use keys::{KeyKind, PrivateKey, Signer};
use tls::Credentials;
use verify::TrustAnchors;
use x509::ext::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509::name::NameBuilder;
use x509::write::{TbsFields, signed, tbs_certificate};
use x509::{Extension, GeneralName, SubjectPublicKeyInfo, Time, oid};

/// The moment at which the tests judge.
pub fn now() -> Time {
    Time::parse("2026-11-22T10:00:00Z").unwrap()
}

const DAY: Duration = Duration::from_secs(86_400);

/// Somebody with a key and a certificate for it.
#[derive(Clone)]
pub struct Party {
    pub key: Arc<PrivateKey>,
    pub der: Vec<u8>,
    subject: Vec<u8>,
}

/// What goes into a leaf.
pub struct Leaf<'a> {
    pub kind: KeyKind,
    pub names: &'a [GeneralName<'a>],
    pub not_before: Time,
    pub not_after: Time,
}

impl Default for Leaf<'_> {
    fn default() -> Self {
        const LOOPBACK: GeneralName<'static> = GeneralName::Dns("files.test");
        Self {
            kind: KeyKind::P256,
            names: &[LOOPBACK],
            not_before: now().minus(DAY),
            not_after: now().plus(30 * DAY),
        }
    }
}

fn name(common_name: &str) -> Vec<u8> {
    NameBuilder::new().common_name(common_name).unwrap().build()
}

fn ca_extensions() -> Vec<(x509::Oid<'static>, Vec<u8>)> {
    vec![
        (oid::BASIC_CONSTRAINTS, BasicConstraints { ca: true, path_length: None }.encode()),
        (oid::KEY_USAGE, KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN).encode()),
    ]
}

/// A root of this name.
pub fn root(common_name: &str) -> Party {
    let key = Arc::new(PrivateKey::generate(KeyKind::P256).unwrap());
    let subject = name(common_name);
    let validity = (now().minus(DAY), now().plus(3650 * DAY));
    let der = write(&key, &subject, &subject, &key, validity, &ca_extensions());
    Party { key, der, subject }
}

impl Party {
    /// An intermediate below this party.
    pub fn intermediate(&self, common_name: &str) -> Self {
        let key = Arc::new(PrivateKey::generate(KeyKind::P256).unwrap());
        self.certify(key, common_name)
    }

    /// Another certificate, by this party, for an authority whose key there is already.
    pub fn certify(&self, key: Arc<PrivateKey>, common_name: &str) -> Self {
        let subject = name(common_name);
        let validity = (now().minus(DAY), now().plus(365 * DAY));
        let der = write(&self.key, &self.subject, &subject, &key, validity, &ca_extensions());
        Self { key, der, subject }
    }

    /// A server's certificate by this party.
    pub fn leaf(&self, leaf: &Leaf<'_>) -> Self {
        let key = Arc::new(PrivateKey::generate(leaf.kind).unwrap());
        let subject = name("a server");
        let extensions = [
            (oid::BASIC_CONSTRAINTS, BasicConstraints { ca: false, path_length: None }.encode()),
            (oid::KEY_USAGE, KeyUsage::DIGITAL_SIGNATURE.encode()),
            (oid::EXTENDED_KEY_USAGE, ExtendedKeyUsage::encode(&[oid::SERVER_AUTH])),
            (oid::SUBJECT_ALT_NAME, SubjectAltName::encode(leaf.names)),
        ];
        let validity = (leaf.not_before, leaf.not_after);
        let der = write(&self.key, &self.subject, &subject, &key, validity, &extensions);
        Self { key, der, subject }
    }

    /// The anchors of a client that trusts this party alone.
    pub fn anchors(&self) -> Arc<TrustAnchors> {
        let mut anchors = TrustAnchors::new();
        anchors.add_certificate(&self.der).unwrap();
        Arc::new(anchors)
    }

    /// This party's key behind a chain: its own certificate, then `above`.
    pub fn credentials(&self, above: &[&Self]) -> Arc<Credentials> {
        let chain: Vec<_> =
            std::iter::once(self).chain(above.iter().copied()).map(|party| party.der.clone()).collect();
        Arc::new(Credentials::new(&chain, Arc::clone(&self.key) as Arc<dyn Signer>).unwrap())
    }
}

fn identifier(key: &PrivateKey) -> [u8; 20] {
    keys::key_identifier(&SubjectPublicKeyInfo::parse(key.public_key_info()).unwrap())
}

fn write(
    issuer_key: &PrivateKey,
    issuer: &[u8],
    subject: &[u8],
    key: &PrivateKey,
    (not_before, not_after): (Time, Time),
    extensions: &[(x509::Oid<'static>, Vec<u8>)],
) -> Vec<u8> {
    let critical = [oid::BASIC_CONSTRAINTS, oid::KEY_USAGE];
    let own = identifier(key);
    let identifiers = [
        (oid::SUBJECT_KEY_IDENTIFIER, SubjectKeyIdentifier(&own).encode()),
        (oid::AUTHORITY_KEY_IDENTIFIER, AuthorityKeyIdentifier::encode(&identifier(issuer_key))),
    ];
    let extensions: Vec<_> = extensions
        .iter()
        .chain(&identifiers)
        .map(|(oid, value)| Extension { oid: *oid, critical: critical.contains(oid), value })
        .collect();
    let tbs = tbs_certificate(&TbsFields {
        // Each certificate is the first of its issuer for its key.
        serial: &own[..16],
        signature_algorithm: issuer_key.signature_algorithm(),
        issuer,
        not_before,
        not_after,
        subject,
        subject_public_key_info: key.public_key_info(),
        extensions: &extensions,
    });
    signed(&tbs, issuer_key.signature_algorithm(), &issuer_key.sign(&tbs).unwrap())
}
