// SPDX-License-Identifier: MIT OR Apache-2.0
//! The issuers by the journal: whether each still issued when it did.

use std::collections::BTreeMap;

use x509::{Certificate, SignatureVerifier, Time};

use super::Audit;
use super::statuses::Statuses;
use crate::issuer::IssuerId;
use crate::journal::{Certified, IssuerAdded, IssuerRetired, KeyMoved, Reach};

/// What the journal says of the issuers, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Issuers {
    retired: BTreeMap<IssuerId, Time>,
    keys: BTreeMap<IssuerId, Reach>,
    certificates: BTreeMap<IssuerId, Vec<Own>>,
}

/// A certificate of an issuer.
#[derive(Debug)]
struct Own {
    issued_by: IssuerId,
    serial: Vec<u8>,
    certified: Certified,
    above: Vec<Above>,
}

/// A certificate above it.
#[derive(Debug)]
struct Above {
    id: IssuerId,
    issued_by: IssuerId,
    serial: Vec<u8>,
}

impl Issuers {
    /// Adds one, or another certificate of one; of what cannot be read, nothing is known.
    pub(super) fn add(&mut self, added: &IssuerAdded, crypto: &dyn SignatureVerifier) {
        self.keys.insert(added.id, Reach::Here);
        let parsed = |place: usize| added.chain.get(place).and_then(|der| Certificate::parse(der).ok());
        let Some(own) = parsed(0) else { return };
        let serial = own.tbs().serial().magnitude().to_vec();
        let above = parsed(1).unwrap_or(own);
        let issued_by = IssuerId::of(&above.tbs().subject_public_key_info(), crypto);
        let own =
            Own { issued_by, serial, certified: added.certified, above: above_all(&added.chain, crypto) };
        self.certificates.entry(added.id).or_default().push(own);
    }

    pub(super) fn retire(&mut self, retired: &IssuerRetired, at: Time) {
        self.retired.insert(retired.id, at);
    }

    pub(super) fn move_key(&mut self, number: u64, moved: &KeyMoved, audit: &mut Audit) {
        if self.keys.insert(moved.id, moved.reach).is_none() {
            audit.find(number, format!("the key of issuer {} was moved before there was one", moved.id));
        }
    }

    /// Whether its key was taken away by then.
    pub(super) fn is_away(&self, issuer: IssuerId) -> bool {
        self.keys.get(&issuer).is_some_and(|reach| *reach == Reach::Away)
    }

    /// How it was closed by then: retired, or revoked.
    pub(super) fn closed(&self, issuer: IssuerId, statuses: &Statuses) -> Option<&'static str> {
        if self.retired.contains_key(&issuer) {
            return Some("retired");
        }
        self.is_revoked(issuer, statuses).then_some("revoked")
    }

    /// Whether an authority above its last certificate was revoked by then.
    pub(super) fn is_below(&self, issuer: IssuerId, statuses: &Statuses) -> bool {
        let last = self.certificates.get(&issuer).and_then(|all| last(all));
        last.is_some_and(|last| self.is_revoked_above(&last.above, statuses))
    }

    /// The same of a certificate that it gets now.
    pub(super) fn is_added_below(
        &self,
        added: &IssuerAdded,
        statuses: &Statuses,
        crypto: &dyn SignatureVerifier,
    ) -> bool {
        self.is_revoked_above(&above_all(&added.chain, crypto), statuses)
    }

    /// One that is an issuer here is judged by all of its certificates, another by the one in the chain.
    fn is_revoked_above(&self, above: &[Above], statuses: &Statuses) -> bool {
        above.iter().any(|above| match self.certificates.contains_key(&above.id) {
            true => self.is_revoked(above.id, statuses),
            false => statuses.revoked(above.issued_by, &above.serial).is_some(),
        })
    }

    /// Whether it was revoked: by the last certificate that took the place of those before it, or by any whose key was
    /// compromised.
    fn is_revoked(&self, issuer: IssuerId, statuses: &Statuses) -> bool {
        let Some(all) = self.certificates.get(&issuer) else { return false };
        let Some(last) = last(all) else { return false };
        let revoked = |own: &Own| statuses.revoked(own.issued_by, &own.serial);
        revoked(last).is_some()
            || all.iter().filter_map(revoked).any(|revoked| revoked.reason.is_compromise())
    }
}

/// The certificate that counts: the last that took the place of those before it.
fn last(all: &[Own]) -> Option<&Own> {
    all.iter().rfind(|own| own.certified != Certified::Beside).or_else(|| all.last())
}

/// What a chain has above its first certificate, as far as it can be read.
fn above_all(chain: &[Vec<u8>], crypto: &dyn SignatureVerifier) -> Vec<Above> {
    let parsed = chain.iter().filter_map(|der| Certificate::parse(der).ok());
    let read: Vec<(IssuerId, Vec<u8>)> = parsed
        .map(|one| {
            let tbs = one.tbs();
            let id = IssuerId::of(&tbs.subject_public_key_info(), crypto);
            (id, tbs.serial().magnitude().to_vec())
        })
        .collect();
    let issued_by = read.iter().skip(1).chain(read.last()).map(|(id, _)| *id);
    let certificates = read.iter().zip(issued_by).skip(1);
    certificates
        .map(|((id, serial), issued_by)| Above { id: *id, issued_by, serial: serial.clone() })
        .collect()
}
