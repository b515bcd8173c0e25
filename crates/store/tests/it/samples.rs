// SPDX-License-Identifier: MIT OR Apache-2.0
//! Entries to commit.

use authority::journal::{
    BaseUrlSettled, CertificateIssued, CertificateRevoked, Certified, CrlIssued, CrlPresigned,
    CrlShardsSettled, HoldReleased, IssuerAdded, IssuerRetired, KeyMoved, PlanApproved, Reach,
    RequestApproved, RequestDenied, RequestHeld, Shown, TokenAdded, TokenRevoked,
};
use authority::{Batch, Entry, Event, IssuerId, RequestId, Requester, Scope, TokenId};
use x509::ext::{BasicConstraints, ReasonCode, SubjectAltName};
use x509::name::NameBuilder;
use x509::write::{TbsFields, signed, tbs_certificate};
use x509::{
    AlgorithmIdentifier, Certificate, DigestAlgorithm, Extension, GeneralName, SignatureVerifier as _,
    SubjectPublicKeyInfo, Time, oid,
};

use crate::crypto::Fake;

pub fn now() -> Time {
    Time::parse("2026-11-22T10:00:00Z").unwrap()
}

/// A certificate that parses; its key is made of `key`, and nobody signed it.
pub fn certificate(serial: u8, key: u8) -> Vec<u8> {
    let address = [10, 0, 0, 1];
    let names =
        [GeneralName::Dns("db.internal"), GeneralName::Ip(&address), GeneralName::Email("ann@internal")];
    certificate_with(&[0x40, serial], key, "db.internal", &names, [now(), now()])
}

fn certificate_with(
    serial: &[u8],
    key: u8,
    common_name: &str,
    names: &[GeneralName<'_>],
    [not_before, not_after]: [Time; 2],
) -> Vec<u8> {
    let names = SubjectAltName::encode(names);
    let extensions = [Extension { oid: oid::SUBJECT_ALT_NAME, critical: false, value: &names }];
    written(serial, key, common_name, &extensions, [not_before, not_after])
}

fn written(
    serial: &[u8],
    key: u8,
    common_name: &str,
    extensions: &[Extension<'_>],
    [not_before, not_after]: [Time; 2],
) -> Vec<u8> {
    let algorithm = AlgorithmIdentifier::encode(oid::ED25519, None);
    let name = NameBuilder::new().common_name(common_name).unwrap().build();
    let tbs = tbs_certificate(&TbsFields {
        serial,
        signature_algorithm: &algorithm,
        issuer: &name,
        not_before,
        not_after,
        subject: &name,
        subject_public_key_info: &SubjectPublicKeyInfo::encode(&algorithm, &[key; 32]),
        extensions,
    });
    signed(&tbs, &algorithm, &[0; 64])
}

/// The certificate of an authority, whose name is that of its key.
pub fn own_certificate(serial: u8, key: u8) -> Vec<u8> {
    let names = [GeneralName::Ip(&[10, 0, 0, 1]), GeneralName::Email("ann@internal")];
    certificate_with(&[0x40, serial], key, &format!("authority {key}"), &names, [now(), now()])
}

/// A certificate of this name, without any other.
pub fn certificate_called(name: &str, serial: u8, key: u8) -> Vec<u8> {
    written(&[0x40, serial], key, name, &[], [now(), now()])
}

/// The same of an authority.
pub fn authority_called(name: &str, serial: u8, key: u8) -> Vec<u8> {
    let basic = BasicConstraints { ca: true, path_length: None }.encode();
    let extensions = [Extension { oid: oid::BASIC_CONSTRAINTS, critical: true, value: &basic }];
    written(&[0x40, serial], key, name, &extensions, [now(), now()])
}

/// A certificate of a fleet, each of which differs from the others.
#[derive(Debug, Clone)]
pub struct Member {
    pub issuer: u8,
    pub serial: [u8; 4],
    pub key: u8,
    /// The first is its common name too; what is not ASCII is that alone.
    pub names: Vec<String>,
    pub profile: &'static str,
    pub requester: &'static str,
    /// When it was issued and when it ends: seconds from now.
    pub issued: i64,
    pub ends: i64,
}

impl Member {
    pub fn at(seconds: i64) -> Time {
        Time::from_unix(now().unix() + seconds)
    }

    pub fn der(&self) -> Vec<u8> {
        let names: Vec<GeneralName<'_>> = {
            let names = self.names.iter().filter(|name| name.is_ascii());
            names.map(|name| GeneralName::Dns(name)).collect()
        };
        let period = [Self::at(self.issued - 300), Self::at(self.ends)];
        certificate_with(&self.serial, self.key, &self.names[0], &names, period)
    }

    /// The approval of its plan, and its issuance.
    pub fn entries(&self) -> Vec<Entry> {
        let (issuer, profile) = (id(self.issuer), self.profile.to_owned());
        let plan = self.serial.repeat(8);
        let warrant = self.requester.to_owned();
        let approved = PlanApproved { issuer, profile: profile.clone(), plan: plan.clone(), warrant };
        let issued = CertificateIssued { issuer, profile, plan, certificate: self.der() };
        let events = [Event::PlanApproved(approved), Event::CertificateIssued(issued)];
        events.map(|event| Entry { at: Self::at(self.issued), event }).into()
    }

    /// It is taken back, or put on hold.
    pub fn revoked(&self, reason: ReasonCode) -> Entry {
        entry(Event::CertificateRevoked(CertificateRevoked {
            issuer: id(self.issuer),
            serial: self.serial.to_vec(),
            reason,
            since: now(),
            invalid_from: None,
            by: "a test".into(),
        }))
    }
}

/// The key that `certificate` gives to this number.
pub fn id(key: u8) -> IssuerId {
    let der = certificate(0, key);
    IssuerId::of(&Certificate::parse(&der).unwrap().tbs().subject_public_key_info(), &Fake)
}

pub fn entry(event: Event) -> Entry {
    Entry { at: now(), event }
}

/// A certificate with this serial number, issued by the key of this number.
pub fn issued(issuer: u8, serial: u8) -> Entry {
    entry(Event::CertificateIssued(CertificateIssued {
        issuer: id(issuer),
        profile: "server".into(),
        plan: vec![1; 32],
        certificate: certificate(serial, 99),
    }))
}

pub fn approved() -> Entry {
    entry(Event::PlanApproved(PlanApproved {
        issuer: id(1),
        profile: "server".into(),
        plan: vec![1; 32],
        warrant: "approved by a test".into(),
    }))
}

/// The same certificate, taken back.
pub fn revoked(issuer: u8, serial: u8, reason: ReasonCode) -> Entry {
    entry(Event::CertificateRevoked(CertificateRevoked {
        issuer: id(issuer),
        serial: vec![0x40, serial],
        reason,
        since: now(),
        invalid_from: Time::parse("2026-11-20"),
        by: "a test".into(),
    }))
}

/// The same certificate, no longer on hold.
pub fn released(issuer: u8, serial: u8) -> Entry {
    let serial = vec![0x40, serial];
    entry(Event::HoldReleased(HoldReleased { issuer: id(issuer), serial, by: "a test".into() }))
}

/// A CRL with this number.
pub fn listed(issuer: u8, number: u64) -> Entry {
    listed_through(issuer, number, 0)
}

/// A CRL with this number that knows of the changes up to this place.
pub fn listed_through(issuer: u8, number: u64, through: u64) -> Entry {
    entry(Event::CrlIssued(CrlIssued {
        issuer: id(issuer),
        number,
        this_update: now(),
        next_update: now(),
        through,
        digest: vec![5; 32],
    }))
}

/// Another place to publish.
pub fn settled(url: Option<&str>) -> Entry {
    let base = url.map(|url| url.parse().unwrap());
    entry(Event::BaseUrlSettled(BaseUrlSettled { base, by: "a test".into() }))
}

/// CRLs in so many parts.
pub fn sharded(count: u16) -> Entry {
    entry(Event::CrlShardsSettled(CrlShardsSettled { count, by: "a test".into() }))
}

/// The token of this number.
pub fn token(number: u8) -> Entry {
    entry(Event::TokenAdded(TokenAdded {
        id: TokenId::from_octets([number; 8]),
        digest: [number; 32],
        label: "a test".into(),
        scopes: vec![Scope::Issue],
        profiles: vec!["server".into()],
        not_after: None,
        by: "a test".into(),
        shown: Shown::Secret,
    }))
}

/// The same token, taken back.
pub fn token_revoked(number: u8) -> Entry {
    let id = TokenId::from_octets([number; 8]);
    entry(Event::TokenRevoked(TokenRevoked { id, by: "a test".into() }))
}

/// An issuer whose key is of this number, and its own certificate.
pub fn founding(key: u8) -> Batch {
    certified(key, 7)
}

/// The same issuer, retired.
pub fn retired(key: u8) -> Entry {
    entry(Event::IssuerRetired(IssuerRetired { id: id(key), by: "a test".into() }))
}

/// The same issuer with its key elsewhere.
pub fn moved(key: u8, place: &str, reach: Reach) -> Entry {
    entry(Event::KeyMoved(KeyMoved { id: id(key), key: place.into(), reach, by: "a test".into() }))
}

/// A CRL that was made ahead of its time.
pub fn presigned(key: u8, number: u64, this_update: Time) -> Entry {
    let Event::CrlIssued(issued) = listed(key, number).event else { panic!("a CRL") };
    let crl = vec![0x30, u8::try_from(number).unwrap()];
    let digest = Fake.digest(DigestAlgorithm::Sha256, &crl).octets().to_vec();
    entry(Event::CrlPresigned(CrlPresigned { issued: CrlIssued { this_update, digest, ..issued }, crl }))
}

/// The same issuer with a certificate of this serial number in place of the one before.
pub fn certified(key: u8, serial: u8) -> Batch {
    certified_as(key, serial, Certified::Anew)
}

/// The same issuer with one beside it.
pub fn beside(key: u8, serial: u8) -> Batch {
    certified_as(key, serial, Certified::Beside)
}

fn certified_as(key: u8, serial: u8, certified: Certified) -> Batch {
    let own = own_certificate(serial, key);
    let issued = Event::CertificateIssued(CertificateIssued {
        issuer: id(key),
        profile: "root".into(),
        plan: Vec::new(),
        certificate: own.clone(),
    });
    let key_file = "keys/a.pem".into();
    let added = Event::IssuerAdded(IssuerAdded { id: id(key), key: key_file, chain: vec![own], certified });
    Batch::new(vec![entry(issued), entry(added)])
}

/// An issuer below others: its certificate has this serial number, and is issued by the first of those, each of which has
/// the certificate with that serial number.
pub fn below(key: u8, serial: u8, above: &[(u8, u8)]) -> Batch {
    let issued = Event::CertificateIssued(CertificateIssued {
        issuer: id(above[0].0),
        profile: "intermediate".into(),
        plan: Vec::new(),
        certificate: own_certificate(serial, key),
    });
    Batch::new(vec![entry(issued), admitted(key, serial, above)])
}

/// The same, where somebody else has recorded its certificate, or nobody has.
pub fn admitted(key: u8, serial: u8, above: &[(u8, u8)]) -> Entry {
    let chain: Vec<_> =
        [(key, serial)].iter().chain(above).map(|(key, serial)| own_certificate(*serial, *key)).collect();
    added(key, chain)
}

/// An issuer with this chain.
pub fn added(key: u8, chain: Vec<Vec<u8>>) -> Entry {
    let (key_file, certified) = ("keys/b.pem".into(), Certified::Anew);
    entry(Event::IssuerAdded(IssuerAdded { id: id(key), key: key_file, chain, certified }))
}

/// A request that waits.
pub fn held(number: u8) -> Entry {
    entry(Event::RequestHeld(RequestHeld {
        id: RequestId::from_octets([number; 16]),
        issuer: id(1),
        profile: "server".into(),
        request: vec![0x30, 0x00],
        names: Vec::new(),
        days: None,
        requester: Requester::CommandLine,
        by: "a test".into(),
        rules: vec!["vault".into()],
        until: now(),
        plan: vec![number; 32],
        lines: Vec::new(),
    }))
}

/// The same request, approved: its certificate has this serial number.
pub fn endorsed(number: u8, serial: u8) -> Entry {
    entry(Event::RequestApproved(RequestApproved {
        id: RequestId::from_octets([number; 16]),
        plan: Some(vec![number; 32]),
        issuer: id(1),
        serial: vec![0x40, serial],
        by: "a test".into(),
        reason: "as agreed".into(),
    }))
}

/// The same request, denied.
pub fn denied(number: u8) -> Entry {
    entry(Event::RequestDenied(RequestDenied {
        id: RequestId::from_octets([number; 16]),
        by: "a test".into(),
        reason: "not ours".into(),
    }))
}
