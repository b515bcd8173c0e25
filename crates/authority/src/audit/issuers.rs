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
        let own = Own { issued_by, serial, certified: added.certified };
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

    /// How it was closed by then: retired, or revoked, by the last certificate that took the place of those before it or
    /// by any whose key was compromised.
    pub(super) fn closed(&self, issuer: IssuerId, statuses: &Statuses) -> Option<&'static str> {
        if self.retired.contains_key(&issuer) {
            return Some("retired");
        }
        let all = self.certificates.get(&issuer)?;
        let last = all.iter().rfind(|own| own.certified == Certified::Anew).or_else(|| all.last())?;
        let revoked = |own: &Own| statuses.revoked(own.issued_by, &own.serial);
        let is_closed = revoked(last).is_some()
            || all.iter().filter_map(revoked).any(|revoked| revoked.reason.is_compromise());
        is_closed.then_some("revoked")
    }
}
