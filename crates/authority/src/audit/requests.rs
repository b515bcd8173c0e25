// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that waited, by the journal, beside how they are filed.

use std::collections::BTreeMap;

use x509::{Certificate, Time};

use super::Audit;
use crate::error::RecordError;
use crate::journal::{RequestApproved, RequestDenied, RequestHeld};
use crate::pending::{Decided, RequestId, RequestQuery, RequestRecord};
use crate::record::Record;

/// Those that ever waited, with what the journal says became of them.
#[derive(Debug, Default)]
pub(super) struct Requests {
    known: BTreeMap<RequestId, Known>,
}

#[derive(Debug)]
struct Known {
    at: Time,
    held: RequestHeld,
    decided: Option<Decision>,
}

#[derive(Debug)]
struct Decision {
    at: Time,
    by: String,
    reason: String,
    /// Of the certificate, where one was issued.
    serial: Option<Vec<u8>>,
}

impl Requests {
    pub(super) fn hold(&mut self, number: u64, held: RequestHeld, at: Time, audit: &mut Audit) {
        let first = self.known.get(&held.id).map_or(at, |known| known.at);
        if self.known.get(&held.id).is_some_and(|known| known.decided.is_some()) {
            audit.find(number, format!("request {} waits again, and was decided on", held.id));
        }
        self.known.insert(held.id, Known { at: first, held, decided: None });
    }

    pub(super) fn approve(&mut self, number: u64, approved: RequestApproved, at: Time, audit: &mut Audit) {
        let RequestApproved { id, serial, by, reason, .. } = approved;
        self.decide(number, id, Decision { at, by, reason, serial: Some(serial) }, audit);
    }

    pub(super) fn deny(&mut self, number: u64, denied: RequestDenied, at: Time, audit: &mut Audit) {
        let RequestDenied { id, by, reason } = denied;
        self.decide(number, id, Decision { at, by, reason, serial: None }, audit);
    }

    fn decide(&mut self, number: u64, id: RequestId, decision: Decision, audit: &mut Audit) {
        match self.known.get_mut(&id) {
            Some(known) if known.decided.is_none() && decision.at <= known.held.until => {
                known.decided = Some(decision);
            }
            Some(_) => audit.find(number, format!("request {id} was decided on, and did not wait any more")),
            None => audit.find(number, format!("request {id} was decided on, and never waited")),
        }
    }

    /// Compares with what is filed, unless others have decided meanwhile.
    pub(super) async fn compare(
        self,
        record: &dyn Record,
        has_moved: bool,
        audit: &mut Audit,
    ) -> Result<(), RecordError> {
        for (id, known) in self.known {
            let filed = audit.read(None, record.requests(RequestQuery::One(id)).await)?.pop();
            if !filed.is_some_and(|filed| known.is(&filed)) && !has_moved {
                audit
                    .find(None, format!("request {id} is filed otherwise than it waited, or was decided on"));
            }
        }
        Ok(())
    }
}

impl Known {
    fn is(&self, filed: &RequestRecord) -> bool {
        let decided = match (&self.decided, &filed.decided) {
            (None, None) => true,
            (Some(said), Some(filed)) => said.is(filed),
            (Some(_), None) | (None, Some(_)) => false,
        };
        self.at == filed.at && self.held == filed.held && decided
    }
}

impl Decision {
    fn is(&self, filed: &Decided) -> bool {
        let certificate = filed.certificate.as_deref().map(Certificate::parse);
        let serial = match &certificate {
            Some(Ok(certificate)) => Some(certificate.tbs().serial().magnitude()),
            Some(Err(_)) | None => None,
        };
        (self.at, &self.by, &self.reason) == (filed.at, &filed.by, &filed.reason)
            && self.serial.as_deref() == serial
    }
}
