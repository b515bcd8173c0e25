// SPDX-License-Identifier: MIT OR Apache-2.0
//! A record in which many were taken back.

use std::path::Path;
use std::sync::Arc;

use authority::founding::{Founding, FoundingKey};
use authority::journal::{CertificateIssued, CertificateRevoked};
use authority::{Batch, Constraints, Entry, Event, Founded, Issuer, RandomError, RandomSource, Record as _};
use keys::{AwsLc, KeyKind, PrivateKey};
use store::Sqlite;
use x509::ext::ReasonCode;
use x509::name::NameBuilder;
use x509::write::{TbsFields, signed, tbs_certificate};
use x509::{AlgorithmIdentifier, SubjectPublicKeyInfo, Time, oid};

pub(super) use authority::wait;

/// 2026-11-22T10:00:00Z.
pub(super) const NOW: i64 = 1_795_341_600;
/// How many certificates are committed at once while it is filled.
const AT_ONCE: u64 = 5_000;

/// Serial numbers of the founding that are told apart.
#[derive(Default)]
struct Counting(std::sync::atomic::AtomicU8);

impl RandomSource for Counting {
    fn fill(&self, octets: &mut [u8]) -> Result<(), RandomError> {
        octets.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        Ok(())
    }
}

/// An authority and its record.
pub(super) struct Filled {
    pub(super) record: Sqlite,
    founded: Founded,
}

impl Filled {
    /// Founds one, and takes back as many certificates as `entries` says.
    pub(super) fn new(path: &Path, entries: u64) -> Result<Self, String> {
        let record = Sqlite::create(path, Arc::new(AwsLc)).map_err(|error| error.to_string())?;
        let key = |location: &str| {
            let signer = PrivateKey::generate(KeyKind::P256).map_err(|error| error.to_string())?;
            Ok::<_, String>(FoundingKey { signer: Arc::new(signer), location: location.to_owned() })
        };
        let founding = Founding::new(None, Constraints::unconstrained(), key("root")?, key("issuing")?);
        let now = Time::from_unix(NOW);
        let founded = wait(founding.found(now, &record, &Counting::default(), &AwsLc));
        let filled = Self { record, founded: founded.map_err(|error| error.to_string())? };
        let mut first = 0;
        while first < entries {
            let count = AT_ONCE.min(entries - first);
            filled.take_back(first, count)?;
            first += count;
        }
        Ok(filled)
    }

    pub(super) fn issuer(&self) -> &Issuer {
        &self.founded.intermediate
    }

    /// Issues and takes back certificates with these numbers.
    pub(super) fn take_back(&self, first: u64, count: u64) -> Result<(), String> {
        let (at, issuer) = (Time::from_unix(NOW), self.issuer().id());
        let mut batch = Vec::new();
        for number in first..first + count {
            let serial = serial(number);
            let issued = CertificateIssued {
                issuer,
                profile: "server".to_owned(),
                plan: Vec::new(),
                certificate: certificate(&serial),
            };
            let revoked = CertificateRevoked {
                issuer,
                serial: serial.to_vec(),
                reason: ReasonCode::Superseded,
                since: at,
                invalid_from: None,
                by: "a bench".to_owned(),
            };
            batch.push(Entry { at, event: Event::CertificateIssued(issued) });
            batch.push(Entry { at, event: Event::CertificateRevoked(revoked) });
        }
        wait(self.record.commit(Batch::new(batch))).map(drop).map_err(|error| error.to_string())
    }
}

/// Sixteen octets, as long as the serial numbers that are issued.
pub(super) fn serial(number: u64) -> [u8; 16] {
    let mut serial = [0x5a; 16];
    serial[8..].copy_from_slice(&number.to_be_bytes());
    serial
}

/// A certificate that the record can file; nobody signed it.
fn certificate(serial: &[u8]) -> Vec<u8> {
    let algorithm = AlgorithmIdentifier::encode(oid::ED25519, None);
    let name = NameBuilder::new().build();
    let tbs = tbs_certificate(&TbsFields {
        serial,
        signature_algorithm: &algorithm,
        issuer: &name,
        not_before: Time::from_unix(NOW),
        not_after: Time::from_unix(NOW + 47 * 86_400),
        subject: &name,
        subject_public_key_info: &SubjectPublicKeyInfo::encode(&algorithm, &[7; 32]),
        extensions: &[],
    });
    signed(&tbs, &algorithm, &[0; 64])
}
