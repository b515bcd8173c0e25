// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificate revocation lists for the tests.

use x509::der::{Tag, Writer};
use x509::ext::{AuthorityKeyIdentifier, CertificateIssuer, CrlNumber, IssuingDistributionPoint, ReasonCode};
use x509::write::signed;
use x509::{Extension, GeneralName, Name, Oid, Time, oid};

use super::{Issued, identifier};
use keys::Signer;

/// What a list is to say.
#[derive(Clone)]
pub struct List {
    version: Option<u32>,
    this_update: Time,
    next_update: Option<Time>,
    entries: Vec<Entry>,
    extensions: Vec<(Oid<'static>, bool, Vec<u8>)>,
    issuer: Option<Vec<u8>>,
}

/// One entry.
#[derive(Clone)]
pub struct Entry {
    serial: Vec<u8>,
    extensions: Vec<(Oid<'static>, bool, Vec<u8>)>,
}

impl Entry {
    pub fn new(serial: &[u8]) -> Self {
        Self { serial: serial.to_vec(), extensions: Vec::new() }
    }

    pub fn with(mut self, oid: Oid<'static>, critical: bool, value: Vec<u8>) -> Self {
        self.extensions.push((oid, critical, value));
        self
    }

    pub fn because(self, reason: ReasonCode) -> Self {
        self.with(oid::REASON_CODE, false, reason.encode())
    }

    /// Of a certificate of this issuer, as those after it.
    pub fn of(self, issuer: &[u8]) -> Self {
        let value = CertificateIssuer::encode(&Name::parse(issuer).unwrap());
        self.with(oid::CERTIFICATE_ISSUER, true, value)
    }
}

impl List {
    /// Nobody is revoked, and the list is as the profile asks for it.
    pub fn empty() -> Self {
        Self {
            version: Some(1),
            this_update: Time::parse("2026-11-01").unwrap(),
            next_update: Time::parse("2026-12-01"),
            entries: Vec::new(),
            extensions: Vec::new(),
            issuer: None,
        }
        .numbered(7)
    }

    pub fn revoking(self, serial: &[u8]) -> Self {
        self.entry(Entry::new(serial))
    }

    pub fn entry(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    pub fn numbered(self, number: u8) -> Self {
        self.with(oid::CRL_NUMBER, false, CrlNumber::encode(&[number]))
    }

    /// The same with a larger number.
    pub fn counted(self, number: u16) -> Self {
        self.with(oid::CRL_NUMBER, false, CrlNumber::encode(&number.to_be_bytes()))
    }

    /// A delta to lists from this number on.
    pub fn based_on(self, number: u8) -> Self {
        self.with(oid::DELTA_CRL_INDICATOR, true, CrlNumber::encode(&[number]))
    }

    pub fn scoped(self, point: IssuingDistributionPoint<'_>, names: &[GeneralName<'_>]) -> Self {
        self.with(oid::ISSUING_DISTRIBUTION_POINT, true, point.encode(names))
    }

    /// With this extension in place of one of the same kind; with an empty value, without.
    pub fn with(mut self, oid: Oid<'static>, critical: bool, value: Vec<u8>) -> Self {
        self.extensions.retain(|(known, ..)| *known != oid);
        self.extensions.push((oid, critical, value));
        self
    }

    pub fn without(self, oid: Oid<'static>) -> Self {
        self.with(oid, false, Vec::new())
    }

    pub fn version_1(mut self) -> Self {
        self.version = None;
        self
    }

    pub fn current(mut self, this_update: &str, next_update: Option<&str>) -> Self {
        self.this_update = Time::parse(this_update).unwrap();
        self.next_update = next_update.map(|text| Time::parse(text).unwrap());
        self
    }

    /// In this name, whoever signs.
    pub fn issuer(mut self, issuer: Vec<u8>) -> Self {
        self.issuer = Some(issuer);
        self
    }

    pub fn signed_by(self, signer: &Issued) -> Vec<u8> {
        let authority = AuthorityKeyIdentifier::encode(&identifier(&signer.key));
        let named = self.extensions.iter().any(|(known, ..)| *known == oid::AUTHORITY_KEY_IDENTIFIER);
        let list = if named { self } else { self.with(oid::AUTHORITY_KEY_IDENTIFIER, false, authority) };
        let algorithm = signer.key.signature_algorithm();
        let tbs = Writer::build(|writer| {
            writer.sequence(|tbs| {
                list.version.into_iter().for_each(|version| tbs.integer(version));
                tbs.raw(algorithm);
                tbs.raw(list.issuer.as_deref().unwrap_or(&signer.subject));
                list.this_update.write(tbs);
                list.next_update.into_iter().for_each(|time| time.write(tbs));
                if !list.entries.is_empty() {
                    tbs.sequence(|entries| list.entries.iter().for_each(|entry| entry.write(entries)));
                }
                if list.extensions.iter().any(|(.., value)| !value.is_empty()) {
                    tbs.nest(Tag::context_constructed(0), |explicit| write(explicit, &list.extensions));
                }
            });
        });
        signed(&tbs, algorithm, &signer.key.sign(&tbs).unwrap())
    }
}

impl Entry {
    fn write(&self, writer: &mut Writer) {
        writer.sequence(|entry| {
            entry.unsigned(&self.serial);
            Time::parse("2026-10-01").unwrap().write(entry);
            if !self.extensions.is_empty() {
                write(entry, &self.extensions);
            }
        });
    }
}

fn write(writer: &mut Writer, extensions: &[(Oid<'static>, bool, Vec<u8>)]) {
    writer.sequence(|list| {
        for (oid, critical, value) in extensions.iter().filter(|(.., value)| !value.is_empty()) {
            Extension { oid: *oid, critical: *critical, value }.write(list);
        }
    });
}
