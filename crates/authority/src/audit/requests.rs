// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that waited, by the journal.

use std::collections::BTreeMap;

use x509::Time;

use super::Audit;
use crate::journal::RequestHeld;
use crate::pending::RequestId;

/// How each waits that ever waited; `None` once it was decided on.
#[derive(Debug, Default)]
pub(super) struct Requests {
    known: BTreeMap<RequestId, Option<Waits>>,
}

/// Until when a request waits, and with which plan.
#[derive(Debug)]
struct Waits {
    until: Time,
    plan: Vec<u8>,
}

impl Requests {
    pub(super) fn hold(&mut self, number: u64, held: &RequestHeld, audit: &mut Audit) {
        let waits = Waits { until: held.until, plan: held.plan.clone() };
        if let Some(None) = self.known.insert(held.id, Some(waits)) {
            audit.find(number, format!("request {} waits again, and was decided on", held.id));
        }
    }

    /// A decision, and the plan that it names.
    pub(super) fn decide(
        &mut self,
        number: u64,
        (id, named): (RequestId, Option<&[u8]>),
        at: Time,
        audit: &mut Audit,
    ) {
        let Some(known) = self.known.get_mut(&id) else {
            return audit.find(number, format!("request {id} was decided on, and never waited"));
        };
        match known.take().filter(|waits| at <= waits.until) {
            None => audit.find(number, format!("request {id} was decided on, and did not wait any more")),
            Some(waits) if named.is_some_and(|named| named != waits.plan) => {
                audit
                    .find(number, format!("request {id} was approved with another plan than it waited with"));
            }
            Some(_) => {}
        }
    }
}
