// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything given that may tell a status, read once in a decision.

use std::collections::BTreeSet;

use super::Revocation;
use super::list::List;
use super::response::Response;
use crate::rejection::StatusFault;
use crate::rules::Ruleset;
use crate::trace::{Step, TraceSink};

/// What can be used, as far as that shows without a certificate.
#[derive(Debug, Default)]
pub(crate) struct Sources<'a> {
    complete: Vec<List<'a>>,
    deltas: Vec<List<'a>>,
    responses: Vec<Response<'a>>,
    faults: Vec<StatusFault>,
}

impl<'a> Sources<'a> {
    /// Reads every list and every response. What cannot be used is told and left out.
    pub(crate) fn read(revocation: &Revocation<'a>, ruleset: Ruleset, trace: &mut impl TraceSink) -> Self {
        let mut sources = Self::default();
        let mut known = BTreeSet::new();
        for (place, der) in revocation.lists.iter().enumerate().filter(|(_, der)| known.insert(**der)) {
            match List::read(der, place, ruleset) {
                Ok(list) => sources.take(list, trace),
                Err(fault) => sources.leave_out(fault, trace),
            }
        }
        for (place, der) in revocation.responses.iter().enumerate().filter(|(_, der)| known.insert(**der)) {
            match Response::read(der, place) {
                Ok(response) => sources.responses.push(response),
                Err(fault) => sources.leave_out(fault, trace),
            }
        }
        sources.complete.sort_by(|one, other| other.age().cmp(&one.age()));
        sources.deltas.sort_by(|one, other| other.age().cmp(&one.age()));
        sources
    }

    /// A list with a flaw clears nobody, and so is told as one that is left out; but what it says of those
    /// whom it lists is still said by whoever signed it.
    fn take(&mut self, list: List<'a>, trace: &mut impl TraceSink) {
        if let Some(flaw) = list.flaw() {
            self.leave_out(flaw.clone(), trace);
        }
        match list.base() {
            None => self.complete.push(list),
            Some(_) if list.flaw().is_some() => {}
            Some(_) => self.deltas.push(list),
        }
    }

    fn leave_out(&mut self, fault: StatusFault, trace: &mut impl TraceSink) {
        let reason = format!("{} [{}]", fault.words(), fault.rule.clause);
        trace.record(Step::Unusable { which: fault.source.clone(), reason });
        self.faults.push(fault);
    }

    /// The complete lists, the newest first.
    pub(super) fn complete(&self) -> &[List<'a>] {
        &self.complete
    }

    /// The deltas, the newest first.
    pub(super) fn deltas(&self) -> &[List<'a>] {
        &self.deltas
    }

    pub(super) fn responses(&self) -> &[Response<'a>] {
        &self.responses
    }

    /// What was wrong with those left out.
    pub(super) fn faults(&self) -> &[StatusFault] {
        &self.faults
    }
}
