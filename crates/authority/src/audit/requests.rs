// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that waited, by the journal.

use std::collections::BTreeMap;

use x509::Time;

use super::Audit;
use crate::journal::RequestHeld;
use crate::pending::RequestId;

/// Until when each waits that ever waited; `None` once it was decided on.
#[derive(Debug, Default)]
pub(super) struct Requests {
    known: BTreeMap<RequestId, Option<Time>>,
}

impl Requests {
    pub(super) fn hold(&mut self, number: u64, held: &RequestHeld, audit: &mut Audit) {
        if self.known.insert(held.id, Some(held.until)) == Some(None) {
            audit.find(number, format!("request {} waits again, and was decided on", held.id));
        }
    }

    pub(super) fn decide(&mut self, number: u64, id: RequestId, at: Time, audit: &mut Audit) {
        match self.known.get_mut(&id) {
            Some(known) if known.is_some_and(|until| at <= until) => *known = None,
            Some(_) => audit.find(number, format!("request {id} was decided on, and did not wait any more")),
            None => audit.find(number, format!("request {id} was decided on, and never waited")),
        }
    }
}
