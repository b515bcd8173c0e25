// SPDX-License-Identifier: MIT OR Apache-2.0
//! The issuers by the journal, beside how they are filed.

use std::collections::BTreeMap;

use x509::Time;

use super::Audit;
use crate::issuer::IssuerId;
use crate::journal::{IssuerAdded, IssuerRetired, KeyMoved, Reach};
use crate::record::IssuerRecord;

/// What the journal says of the issuers, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Issuers {
    retired: BTreeMap<IssuerId, Time>,
    keys: BTreeMap<IssuerId, (String, Reach)>,
}

impl Issuers {
    pub(super) fn add(&mut self, added: IssuerAdded) {
        self.keys.insert(added.id, (added.key, Reach::Here));
    }

    pub(super) fn retire(&mut self, retired: &IssuerRetired, at: Time) {
        self.retired.insert(retired.id, at);
    }

    pub(super) fn move_key(&mut self, number: u64, moved: KeyMoved, audit: &mut Audit) {
        if self.keys.insert(moved.id, (moved.key, moved.reach)).is_none() {
            audit.find(number, format!("the key of issuer {} was moved before there was one", moved.id));
        }
    }

    /// Whether its key was taken away by then.
    pub(super) fn is_away(&self, issuer: IssuerId) -> bool {
        self.keys.get(&issuer).is_some_and(|(_, reach)| *reach == Reach::Away)
    }

    /// Whether it was retired by then.
    pub(super) fn is_retired(&self, issuer: IssuerId) -> bool {
        self.retired.contains_key(&issuer)
    }

    /// Compares with what was filed before the journal was read. What others did since is in the journal alone.
    pub(super) fn compare(&self, filed: &[IssuerRecord], has_moved: bool, audit: &mut Audit) {
        let last: BTreeMap<IssuerId, &IssuerRecord> =
            filed.iter().map(|record| (record.added.id, record)).collect();
        for (id, record) in last {
            if record.retired.is_some() && self.retired.get(&id) != record.retired.as_ref() {
                audit.find(None, format!("issuer {id} is filed as retired, and the journal says otherwise"));
            }
            let is_there = |(key, reach): &(String, Reach)| *key == record.key && *reach == record.reach;
            if !has_moved && self.keys.get(&id).is_some_and(|said| !is_there(said)) {
                audit.find(None, format!("the key of issuer {id} is filed elsewhere than the journal says"));
            }
        }
    }
}
