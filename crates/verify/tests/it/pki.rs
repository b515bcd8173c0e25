// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hierarchies for the tests: real keys, real signatures, and a specification that a test can bend.

pub mod lists;

use std::sync::Arc;

use keys::{AwsLc, KeyKind, PrivateKey, Signer, key_identifier};
use verify::{NoTrace, PeerName, Question, Rejection, TrustAnchors, VerifiedPath, decide};
use x509::ext::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, NameConstraints, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509::name::NameBuilder;
use x509::write::{TbsFields, signed, tbs_certificate};
use x509::{Extension, GeneralName, Oid, SubjectPublicKeyInfo, Time, oid};

/// The moment at which the tests judge, unless they say otherwise.
pub fn now() -> Time {
    Time::parse("2026-11-22T10:00:00Z").unwrap()
}

/// A name with this common name.
pub fn name(common_name: &str) -> Vec<u8> {
    NameBuilder::new().common_name(common_name).unwrap().build()
}

/// A certificate and the key that belongs to it.
#[derive(Clone)]
pub struct Issued {
    pub der: Vec<u8>,
    pub tbs: Vec<u8>,
    pub subject: Vec<u8>,
    key: Arc<PrivateKey>,
}

/// What a certificate is to say.
#[derive(Clone)]
pub struct Spec {
    subject: Vec<u8>,
    issuer: Option<Vec<u8>>,
    serial: Vec<u8>,
    not_before: Time,
    not_after: Time,
    extensions: Vec<(Oid<'static>, bool, Vec<u8>)>,
    key: Option<Arc<PrivateKey>>,
}

impl Spec {
    fn bare(common_name: &str) -> Self {
        Self {
            subject: name(common_name),
            issuer: None,
            serial: vec![0x4a, 1, 2, 3],
            not_before: Time::parse("2026-01-01").unwrap(),
            not_after: Time::parse("2027-01-01").unwrap(),
            extensions: Vec::new(),
            key: None,
        }
    }

    /// A CA as the profile asks for it.
    pub fn ca(common_name: &str) -> Self {
        Self::bare(common_name)
            .with(oid::BASIC_CONSTRAINTS, true, BasicConstraints { ca: true, path_length: None }.encode())
            .with(oid::KEY_USAGE, true, KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN).encode())
    }

    /// A server as the profile asks for it.
    pub fn server(host: &str) -> Self {
        Self::bare(host)
            .with(oid::KEY_USAGE, true, KeyUsage::DIGITAL_SIGNATURE.encode())
            .with(oid::EXTENDED_KEY_USAGE, false, ExtendedKeyUsage::encode(&[oid::SERVER_AUTH]))
            .named(&[GeneralName::Dns(host)])
    }

    /// With this extension, in place of one of the same kind.
    pub fn with(mut self, oid: Oid<'static>, critical: bool, value: Vec<u8>) -> Self {
        self = self.without(oid);
        self.extensions.push((oid, critical, value));
        self
    }

    /// Without this extension.
    pub fn without(mut self, oid: Oid<'_>) -> Self {
        self.extensions.retain(|(known, ..)| *known != oid);
        self
    }

    /// With these alternative names.
    pub fn named(self, names: &[GeneralName<'_>]) -> Self {
        self.with(oid::SUBJECT_ALT_NAME, false, SubjectAltName::encode(names))
    }

    /// With these name constraints.
    pub fn constrained(self, permitted: &[GeneralName<'_>], excluded: &[GeneralName<'_>]) -> Self {
        self.with(oid::NAME_CONSTRAINTS, true, NameConstraints::encode(permitted, excluded))
    }

    /// A CA under which so many CAs may follow.
    pub fn path_length(self, length: u32) -> Self {
        let constraints = BasicConstraints { ca: true, path_length: Some(length) };
        self.with(oid::BASIC_CONSTRAINTS, true, constraints.encode())
    }

    /// Valid in this period.
    pub fn valid(mut self, not_before: &str, not_after: &str) -> Self {
        self.not_before = Time::parse(not_before).unwrap();
        self.not_after = Time::parse(not_after).unwrap();
        self
    }

    /// With this subject, DER.
    pub fn subject(mut self, subject: Vec<u8>) -> Self {
        self.subject = subject;
        self
    }

    /// With this issuer, DER, whoever signs.
    pub fn issuer(mut self, issuer: Vec<u8>) -> Self {
        self.issuer = Some(issuer);
        self
    }

    /// With this serial number.
    pub fn serial(mut self, magnitude: &[u8]) -> Self {
        self.serial = magnitude.to_vec();
        self
    }

    /// With another's key.
    pub fn key_of(mut self, other: &Issued) -> Self {
        self.key = Some(Arc::clone(&other.key));
        self
    }

    /// With a new key of this kind.
    pub fn keyed(mut self, kind: KeyKind) -> Self {
        self.key = Some(Arc::new(PrivateKey::generate(kind).unwrap()));
        self
    }

    /// Signed by its own key.
    pub fn self_signed(self) -> Issued {
        let key = self.own_key();
        let subject = self.subject.clone();
        self.sign(&subject, &key, None, key.clone())
    }

    fn own_key(&self) -> Arc<PrivateKey> {
        self.key.clone().unwrap_or_else(|| Arc::new(PrivateKey::generate(KeyKind::P256).unwrap()))
    }

    fn sign(
        self,
        issuer: &[u8],
        signer: &PrivateKey,
        authority: Option<Vec<u8>>,
        key: Arc<PrivateKey>,
    ) -> Issued {
        let identifier = identifier(&key);
        let mut all = self.extensions.clone();
        let mut add = |oid: Oid<'static>, value: Vec<u8>| {
            if !all.iter().any(|(known, ..)| *known == oid) {
                all.push((oid, false, value));
            }
        };
        add(oid::SUBJECT_KEY_IDENTIFIER, SubjectKeyIdentifier(&identifier).encode());
        if let Some(authority) = authority {
            add(oid::AUTHORITY_KEY_IDENTIFIER, authority);
        }
        // An extension with an empty value asks for none of its kind.
        let extensions: Vec<_> = all
            .iter()
            .filter(|(.., value)| !value.is_empty())
            .map(|(oid, critical, value)| Extension { oid: *oid, critical: *critical, value })
            .collect();
        let tbs = tbs_certificate(&TbsFields {
            serial: &self.serial,
            signature_algorithm: signer.signature_algorithm(),
            issuer: self.issuer.as_deref().unwrap_or(issuer),
            not_before: self.not_before,
            not_after: self.not_after,
            subject: &self.subject,
            subject_public_key_info: key.public_key_info(),
            extensions: &extensions,
        });
        let signature = signer.sign(&tbs).unwrap();
        let der = signed(&tbs, signer.signature_algorithm(), &signature);
        Issued { der, tbs, subject: self.subject, key }
    }
}

fn identifier(key: &PrivateKey) -> Vec<u8> {
    key_identifier(&SubjectPublicKeyInfo::parse(key.public_key_info()).unwrap()).to_vec()
}

impl Issued {
    /// Issues a certificate.
    pub fn issue(&self, spec: Spec) -> Issued {
        let key = spec.own_key();
        let authority = AuthorityKeyIdentifier::encode(&identifier(&self.key));
        spec.sign(&self.subject, &self.key, Some(authority), key)
    }
}

impl Issued {
    /// Its AlgorithmIdentifier and its signature over anything.
    pub fn sign(&self, block: &[u8]) -> (Vec<u8>, Vec<u8>) {
        (self.key.signature_algorithm().to_vec(), self.key.sign(block).unwrap())
    }

    /// `subject` with another block, signed by this one's key.
    pub fn resign(&self, subject: &Issued, tbs: Vec<u8>) -> Issued {
        let algorithm = self.key.signature_algorithm();
        let der = signed(&tbs, algorithm, &self.key.sign(&tbs).unwrap());
        Issued { der, tbs, ..subject.clone() }
    }
}

/// Root, intermediate and leaf for `a.test`.
pub fn three() -> (Issued, Issued, Issued) {
    let root = Spec::ca("Root").self_signed();
    let intermediate = root.issue(Spec::ca("Intermediate"));
    let leaf = intermediate.issue(Spec::server("a.test"));
    (root, intermediate, leaf)
}

/// Trust in these.
pub fn trust(roots: &[&Issued]) -> TrustAnchors {
    let mut anchors = TrustAnchors::new();
    roots.iter().for_each(|root| anchors.add_certificate(&root.der).unwrap());
    anchors
}

/// The certificates as they would be sent.
pub fn chain<'a>(certificates: &[&'a Issued]) -> Vec<&'a [u8]> {
    certificates.iter().map(|issued| &issued.der[..]).collect()
}

/// Whether `a.test` is trusted with this chain and these anchors; `adapt` changes the question.
pub fn ask(
    certificates: &[&Issued],
    roots: &[&Issued],
    adapt: impl FnOnce(&mut Question<'_>),
) -> Result<usize, Rejection> {
    let (anchors, chain) = (trust(roots), chain(certificates));
    let wanted = PeerName::parse("a.test").unwrap();
    let mut question = Question::new(&chain, &anchors, now());
    question.name = Some(&wanted);
    adapt(&mut question);
    decide(&question, &AwsLc, &mut NoTrace).map(|path: VerifiedPath<'_>| path.certificates().count())
}

/// As [`ask`] for an ordinary question, the rule that refuses by its identifier.
pub fn refused_by(certificates: &[&Issued], roots: &[&Issued]) -> &'static str {
    match ask(certificates, roots, |_| {}) {
        Ok(_) => "nothing",
        Err(rejection) => rejection.rule().id,
    }
}
