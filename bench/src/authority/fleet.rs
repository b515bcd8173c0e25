// SPDX-License-Identifier: MIT OR Apache-2.0
//! Many certificates, as an authority would have issued them over 400 days: renewed every 47, or every 397; mostly
//! ended, a hundredth revoked, most requested by programs.
//!
//! What is left out: nobody signed them (the signature is zeros of the right length), and their extensions are the
//! names alone, beside one that says nothing and makes them as long as real ones.

mod load;

use authority::journal::{CertificateIssued, CertificateRevoked, PlanApproved};
use authority::{Entry, Event, IssuerId};
use x509::ext::{ReasonCode, SubjectAltName};
use x509::name::NameBuilder;
use x509::write::{TbsFields, signed, tbs_certificate};
use x509::{AlgorithmIdentifier, Extension, GeneralName, SubjectPublicKeyInfo, Time, oid};

use super::record::NOW;

const DAY: u64 = 86_400;
/// Over how many days they were issued.
const DAYS: u64 = 400;
const ROLES: [&str; 8] = ["web", "db", "mail", "api", "cache", "queue", "proxy", "node"];
const TEAMS: [&str; 8] = ["pay", "shop", "search", "core", "data", "risk", "labs", "ops"];
const SITES: [&str; 4] = ["ams", "fra", "sin", "iad"];
/// The certificates of a record of so many rows.
pub(super) struct Fleet {
    pub(super) issuer: IssuerId,
    pub(super) rows: u64,
}

/// One of them.
pub(super) struct Member {
    pub(super) names: [String; 2],
    pub(super) serial: [u8; 16],
    pub(super) at: Time,
    pub(super) profile: &'static str,
    pub(super) requester: String,
    days: u64,
    key: Vec<u8>,
    reason: Option<ReasonCode>,
}

/// Numbers that look drawn, and are the same in every run (SplitMix64).
fn drawn(number: u64, which: u64) -> u64 {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(which << 56);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

fn one_of<T: Copy>(all: &[T], drawn: u64) -> Option<T> {
    let place = usize::try_from(drawn % all.len() as u64).ok()?;
    all.get(place).copied()
}

impl Fleet {
    /// The certificate of this number.
    pub(super) fn member(&self, number: u64) -> Member {
        // Each host has eight.
        let host = drawn(number, 1) % (self.rows / 8 + 1);
        let role = one_of(&ROLES, drawn(host, 2)).unwrap_or_default();
        let team = one_of(&TEAMS, drawn(host, 3)).unwrap_or_default();
        let site = one_of(&SITES, drawn(host, 4)).unwrap_or_default();
        let mut serial = [0; 16];
        serial[..8].copy_from_slice(&(drawn(number, 5) >> 2 | 1 << 62).to_be_bytes());
        serial[8..].copy_from_slice(&drawn(number, 6).to_be_bytes());
        let mut key = vec![4];
        key.extend((7..15).flat_map(|which| drawn(number, which).to_be_bytes()));
        let ago = (DAYS * DAY).saturating_sub(number * DAYS * DAY / self.rows.max(1));
        Member {
            names: [
                format!("{role}-{host:07}.{team}.{site}.example.internal"),
                format!("{role}{host}.svc.internal"),
            ],
            serial,
            at: Time::from_unix(NOW - i64::try_from(ago).unwrap_or_default()),
            profile: match number {
                _ if number % 1_000 == 3 => "device",
                _ if number % 20 == 1 => "client",
                _ => "server",
            },
            requester: match number % 5_000 {
                11 => "approved by uid 1000 (chancery sign)".to_owned(),
                _ => {
                    let token = drawn(number, 15) % 24;
                    format!("approved by token {:016x} (deploy-{token})", drawn(token, 16))
                }
            },
            days: if number.is_multiple_of(10) { 397 } else { 47 },
            key,
            reason: match number % 1_000 {
                9 => Some(ReasonCode::CertificateHold),
                rest if rest % 100 == 7 => Some(ReasonCode::Superseded),
                _ => None,
            },
        }
    }
}

impl Member {
    /// The certificate.
    pub(super) fn der(&self) -> Vec<u8> {
        let [long, short] = &self.names;
        let names = SubjectAltName::encode(&[GeneralName::Dns(long), GeneralName::Dns(short)]);
        let extensions = [
            Extension { oid: oid::SUBJECT_ALT_NAME, critical: false, value: &names },
            Extension { oid: oid::CERTIFICATE_POLICIES, critical: false, value: &[5; 240] },
        ];
        let signature = AlgorithmIdentifier::encode(oid::ECDSA_WITH_SHA256, None);
        let key = AlgorithmIdentifier::encode(oid::EC_PUBLIC_KEY, None);
        let issuer = NameBuilder::new().organization("Bench").map(NameBuilder::build).unwrap_or_default();
        let subject = NameBuilder::new().common_name(long).map(NameBuilder::build).unwrap_or_default();
        let life = std::time::Duration::from_secs(self.days * DAY);
        let tbs = tbs_certificate(&TbsFields {
            serial: &self.serial,
            signature_algorithm: &signature,
            issuer: &issuer,
            not_before: self.at,
            not_after: self.at.plus(life),
            subject: &subject,
            subject_public_key_info: &SubjectPublicKeyInfo::encode(&key, &self.key),
            extensions: &extensions,
        });
        signed(&tbs, &signature, &[0; 71])
    }

    /// What the journal says of it.
    pub(super) fn entries(&self, issuer: IssuerId) -> Vec<Entry> {
        let (profile, plan) = (self.profile.to_owned(), self.serial.repeat(2));
        let warrant = self.requester.clone();
        let approved = PlanApproved { issuer, profile: profile.clone(), plan: plan.clone(), warrant };
        let issued = CertificateIssued { issuer, profile, plan, certificate: self.der() };
        let revoked = self.reason.map(|reason| CertificateRevoked {
            issuer,
            serial: self.serial.to_vec(),
            reason,
            since: self.at,
            invalid_from: None,
            by: "a bench".to_owned(),
        });
        let events = [Event::PlanApproved(approved), Event::CertificateIssued(issued)];
        let events = events.into_iter().chain(revoked.map(Event::CertificateRevoked));
        events.map(|event| Entry { at: self.at, event }).collect()
    }
}
