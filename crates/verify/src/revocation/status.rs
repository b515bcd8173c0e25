// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is found out about the status of one certificate.

use std::fmt;

use x509::Time;
use x509::ext::{ReasonCode, ReasonFlags};

use crate::judge::Finding;
use crate::rejection::{Reason, Rejection, StatusFault};

/// What is known so far.
pub(super) struct Status<'s> {
    /// By whom it was revoked.
    pub(super) revoked: Option<Revoked>,
    /// The reasons for which it is known not to be revoked (RFC 5280 §6.3.2: reasons_mask).
    covered: ReasonFlags,
    /// Who says so.
    sources: Vec<String>,
    /// What was wrong with what says nothing.
    faults: Vec<StatusFault>,
    /// What is about others.
    unrelated: Vec<String>,
    /// The same of what could not be read, which may have been about any certificate.
    unread: &'s [StatusFault],
}

/// That a certificate was taken back.
pub(super) struct Revoked {
    pub(super) since: Time,
    pub(super) reason: Option<ReasonCode>,
    pub(super) source: String,
}

impl<'s> Status<'s> {
    pub(super) const fn new(unread: &'s [StatusFault]) -> Self {
        Self {
            revoked: None,
            covered: ReasonFlags::NONE,
            sources: Vec::new(),
            faults: Vec::new(),
            unrelated: Vec::new(),
            unread,
        }
    }

    /// It is not revoked for these reasons.
    pub(super) fn cover(&mut self, reasons: ReasonFlags, source: &dyn fmt::Display) {
        if !self.covered.has(reasons) {
            self.covered = self.covered.and(reasons);
            self.sources.push(source.to_string());
        }
    }

    /// It was revoked. Whoever says it first is told.
    pub(super) fn revoke(&mut self, revoked: Revoked) {
        self.revoked.get_or_insert(revoked);
    }

    pub(super) fn fault(&mut self, fault: StatusFault) {
        if self.faults.len() < Rejection::FAULTS_SHOWN {
            self.faults.push(fault);
        }
    }

    /// It is about others.
    pub(super) fn unrelated(&mut self, source: &dyn fmt::Display) {
        if self.unrelated.len() < Rejection::FAULTS_SHOWN {
            self.unrelated.push(source.to_string());
        }
    }

    /// Whether it is known for every reason (RFC 5280 §6.3.3).
    pub(super) fn is_known(&self) -> bool {
        self.covered == ReasonFlags::ALL
    }

    /// That it is not revoked.
    pub(super) fn good(&self) -> Finding {
        Finding::new(format!("not revoked, says {}", self.sources.join(", ")), "not revoked")
    }

    /// What is known, and why not more.
    pub(super) fn finding(&self) -> Finding {
        let covered = self.covered;
        let faults = self.faults.iter().chain(self.unread).take(Rejection::FAULTS_SHOWN).cloned().collect();
        let seen = match (covered.is_empty(), self.unrelated.as_slice()) {
            (false, _) => format!("known for {covered}"),
            (true, []) => "nothing known".to_owned(),
            (true, unrelated) => format!("nothing known, {} being about others", unrelated.join(", ")),
        };
        Finding::new(seen, "known for all reasons").because(Reason::StatusUnknown {
            covered,
            faults,
            unrelated: self.unrelated.clone(),
        })
    }
}

impl fmt::Display for Revoked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { since, reason, source } = self;
        write!(f, "{source}: revoked at {since}")?;
        reason.map_or(Ok(()), |reason| write!(f, " ({reason})"))
    }
}

impl From<Revoked> for Reason {
    fn from(Revoked { since, reason, source }: Revoked) -> Self {
        Self::Revoked { since, reason, source }
    }
}
