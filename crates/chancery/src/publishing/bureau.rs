// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything that is published, for the issuers that there are: when the record has others, all of it is made ready for
//! them and exchanged at once.

use std::sync::Arc;
use std::time::Instant;

use api::{Board, Public};
use authority::lifetime::Period;
use authority::{Issuer, IssuerId, Record, Sharding};
use keys::AwsLc;
use status::{Crl, Moment, Responder, Settings};

use super::desk::Desk;
use super::{Delegates, Roster, Trouble};
use crate::clock::Clock;
use crate::failure::Failure;

/// The CRLs that are published first.
type First = Vec<(IssuerId, Arc<Crl>)>;

/// Who is at work.
pub(super) struct Bureau {
    roster: Roster,
    /// Where its certificates have said that CRLs are, when the desks were set up.
    shardings: Vec<Sharding>,
    desks: Vec<Desk>,
    delegates: Delegates,
    board: Arc<Board>,
    responder: Arc<Responder>,
    public: Public,
    record: Arc<dyn Record>,
    clock: Clock,
    began: Instant,
    /// That nobody can answer for the issuers of the record.
    trouble: Trouble,
}

impl Bureau {
    /// Sets it up, and publishes the first CRLs.
    pub(super) fn open(
        roster: Roster,
        mut delegates: Delegates,
        record: &Arc<dyn Record>,
        clock: &Clock,
    ) -> Result<(Self, First), Failure> {
        let (record, clock) = (Arc::clone(record), clock.clone());
        let board = Arc::new(Board::new(roster.issuers()));
        let shardings = roster.authority().shardings().to_vec();
        let mut desks: Vec<Desk> =
            signers(roster.issuers()).map(|issuer| Desk::of(issuer, &shardings)).collect();
        let first = desks.iter_mut().filter_map(|desk| desk.publish(&board, &*record, &clock));
        let crls: First = first.collect();
        let responder = Arc::new(responder(roster.issuers())?);
        delegates.tend(&responder, &*record, clock.now());
        let began = Instant::now();
        let moment = {
            let clock = clock.clone();
            move || Moment { now: clock.now(), uptime: began.elapsed() }
        };
        let public = Public::new(Arc::clone(&board), Arc::clone(&responder), Arc::clone(&record), moment);
        let trouble = Trouble::default();
        let bureau = Self {
            roster,
            shardings,
            desks,
            delegates,
            board,
            responder,
            public,
            record,
            clock,
            began,
            trouble,
        };
        bureau.note_fine();
        Ok((bureau, crls))
    }

    /// What is given to whoever asks.
    pub(super) fn public(&self) -> &Public {
        &self.public
    }

    /// Whose answers are delegated, and how long that is good for.
    pub(super) fn delegated(&self) -> Vec<(IssuerId, Period)> {
        self.delegates.periods()
    }

    /// Looks into the record, and publishes what has changed.
    pub(super) fn look(&mut self) {
        if self.roster.look() || self.trouble.is_there() {
            self.follow();
        }
        for desk in &mut self.desks {
            desk.publish(&self.board, &*self.record, &self.clock);
        }
        self.delegates.tend(&self.responder, &*self.record, self.clock.now());
        self.note_fine();
    }

    /// Makes everything ready for the issuers that there are now, then exchanges it.
    fn follow(&mut self) {
        let responder = match responder(self.roster.issuers()) {
            Ok(responder) => Arc::new(responder),
            Err(failure) => {
                if let Some(reason) = self.trouble.note(&failure) {
                    tracing::error!(reason, "the issuers of the record cannot be followed");
                }
                return;
            }
        };
        self.trouble.over();
        let board = Arc::new(Board::new(self.roster.issuers()));
        board.lack(self.roster.lacking());
        self.set_up_desks(&board);
        self.delegates.follow(&mut self.roster);
        self.delegates.tend(&responder, &*self.record, self.clock.now());
        self.public.exchange(Arc::clone(&board), Arc::clone(&responder));
        (self.board, self.responder) = (board, responder);
        // What is published is there before anybody is issued a certificate that says where.
        self.roster.settle();
    }

    /// Keeps the desks of the issuers that are as they were. What the others have published stands until there is more.
    fn set_up_desks(&mut self, board: &Board) {
        let shardings = self.roster.authority().shardings();
        let are_parts_kept = *shardings == *self.shardings;
        let mut before = std::mem::take(&mut self.desks);
        before.iter().for_each(|desk| desk.post_again(board));
        for issuer in signers(self.roster.issuers()) {
            let is_its = |desk: &Desk| are_parts_kept && std::ptr::eq(desk.issuer(), &raw const **issuer);
            self.desks.push(match before.iter().position(is_its) {
                Some(at) => before.swap_remove(at),
                None => {
                    let mut desk = Desk::of(issuer, shardings);
                    desk.publish(board, &*self.record, &self.clock);
                    desk
                }
            });
        }
        self.shardings = shardings.to_vec();
    }

    /// Notes that everything is posted, if it is.
    fn note_fine(&self) {
        let is_followed = !self.trouble.is_there() && !self.roster.is_troubled();
        if is_followed && self.desks.iter().all(Desk::is_fine) {
            self.board.looked(self.began.elapsed());
        }
    }
}

/// Those who sign CRLs.
fn signers(issuers: &[Arc<Issuer>]) -> impl Iterator<Item = &Arc<Issuer>> {
    issuers.iter().filter(|issuer| issuer.signs_crls())
}

/// Who answers for those whose keys are here.
fn responder(issuers: &[Arc<Issuer>]) -> Result<Responder, Failure> {
    let answering: Vec<Arc<Issuer>> = issuers.iter().filter(|issuer| !issuer.is_absent()).cloned().collect();
    Responder::new(&answering, Settings::default(), Arc::new(AwsLc))
        .map_err(|error| Failure::could_not("nobody can answer OCSP requests").because(&error))
}
