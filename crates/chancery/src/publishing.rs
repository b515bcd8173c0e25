// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the authority publishes while a server runs: CRLs that are never older than their issuers' last revocation by
//! more than a moment, and OCSP.

mod check;
mod delegates;
mod issuers;
mod trouble;

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use api::{Board, Public};
use authority::lifetime::Period;
use authority::{Issuer, IssuerId, IssuerRecord, Record, Sharding};
use keys::AwsLc;
use status::{Crl, Lifetime, Moment, Publisher, Responder, Settings, is_behind};

use crate::clock::Clock;
use crate::failure::Failure;
use authority::wait;

pub(crate) use check::check;
pub(crate) use delegates::{Answering, Delegates};
pub(crate) use issuers::issuers;
use trouble::Trouble;

/// How often the record is looked into for what has changed.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long the CRL of an intermediate is good for: a week.
pub(crate) const INTERMEDIATE_CRL: Duration = Duration::from_secs(7 * 86_400);
/// That of a root, which revokes seldom and is better not used often: a month.
const ROOT_CRL: Duration = Duration::from_secs(31 * 86_400);

/// How long a CRL is good for.
pub(crate) fn crl_lifetime(issuer: &Issuer) -> Lifetime {
    Lifetime(if issuer.is_root() { ROOT_CRL } else { INTERMEDIATE_CRL })
}

/// What is published, kept up to date by a thread of its own until this is dropped.
#[derive(Debug)]
pub(crate) struct Publishing {
    public: Public,
    crls: Vec<(IssuerId, Arc<Crl>)>,
    delegated: Vec<(IssuerId, Period)>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// An issuer's CRLs, and what went wrong with the last one.
struct Desk {
    publisher: Publisher,
    trouble: Trouble,
    /// What was made ahead lacks somebody.
    lacking: Trouble,
}

impl Publishing {
    /// Publishes what there is of these issuers, and goes on doing so. The first CRLs are there when this is, and who
    /// answers OCSP requests for them is certified.
    pub(crate) fn start(
        issuers: &[Arc<Issuer>],
        mut delegates: Delegates,
        record: &Arc<dyn Record>,
        clock: &Clock,
    ) -> Result<Self, Failure> {
        let board = Arc::new(Board::new(issuers));
        let shardings = wait(record.shardings());
        let shardings = shardings
            .map_err(|error| Failure::could_not("the record does not say where CRLs are").because(&error))?;
        let desk = |issuer: &Arc<Issuer>| {
            let publisher = Publisher::new(Arc::clone(issuer), crl_lifetime(issuer)).in_shards(&shardings);
            Desk { publisher, trouble: Trouble::default(), lacking: Trouble::default() }
        };
        let mut desks: Vec<Desk> = issuers.iter().filter(|issuer| issuer.signs_crls()).map(desk).collect();
        let first = desks.iter_mut().filter_map(|desk| desk.publish(&board, &**record, clock));
        let crls: Vec<(IssuerId, Arc<Crl>)> = first.collect();
        let answering: Vec<Arc<Issuer>> =
            issuers.iter().filter(|issuer| !issuer.is_absent()).cloned().collect();
        let responder = Responder::new(&answering, Settings::default(), Arc::new(AwsLc))
            .map_err(|error| Failure::could_not("nobody can answer OCSP requests").because(&error))?;
        let responder = Arc::new(responder);
        delegates.tend(&responder, &**record, clock.now());
        let delegated = delegates.periods();
        let began = Instant::now();
        let moment = {
            let clock = clock.clone();
            move || Moment { now: clock.now(), uptime: began.elapsed() }
        };
        let public = Public::new(Arc::clone(&board), Arc::clone(&responder), Arc::clone(record), moment);
        let (stop, stopped) = channel();
        let (record, clock) = (Arc::clone(record), clock.clone());
        look(&desks, &board, began);
        let mut watch = Watch::of(&*record);
        let work = move || {
            while stopped.recv_timeout(LOOK_AGAIN) == Err(RecvTimeoutError::Timeout) {
                for desk in &mut desks {
                    desk.publish(&board, &*record, &clock);
                }
                delegates.tend(&responder, &*record, clock.now());
                look(&desks, &board, began);
                watch.look(&*record, &board);
            }
        };
        let thread = Builder::new()
            .name("publisher".to_owned())
            .spawn(work)
            .map_err(|error| Failure::could_not("cannot start a thread").because(&error))?;
        Ok(Self { public, crls, delegated, stop: Some(stop), thread: Some(thread) })
    }

    /// The service that gives it to whoever asks.
    pub(crate) fn public(&self) -> &Public {
        &self.public
    }

    /// The CRLs that were published first.
    pub(crate) fn crls(&self) -> &[(IssuerId, Arc<Crl>)] {
        &self.crls
    }

    /// Whose answers were delegated first, and how long that is good for.
    pub(crate) fn delegated(&self) -> &[(IssuerId, Period)] {
        &self.delegated
    }
}

impl Drop for Publishing {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has told what went wrong.
            let _ = thread.join();
        }
    }
}

/// The certificates of issuers, where their keys were, and in what parts CRLs came, when the server was started; `None`
/// once it has been told that it is otherwise, or while that is not known.
struct Watch(Option<Seen>);

type Seen = (Vec<(Vec<u8>, String)>, Vec<Sharding>);

impl Watch {
    fn of(record: &dyn Record) -> Self {
        Self(Self::seen(record))
    }

    fn seen(record: &dyn Record) -> Option<Seen> {
        let own =
            |record: IssuerRecord| (record.added.chain.into_iter().next().unwrap_or_default(), record.key);
        let issuers = wait(record.issuers()).ok()?;
        Some((issuers.into_iter().map(own).collect(), wait(record.shardings()).ok()?))
    }

    /// Tells it once when there are others than those that are published: a server proves its issuers at its start.
    fn look(&mut self, record: &dyn Record, board: &Board) {
        let Some(known) = &self.0 else { return };
        if Self::seen(record).is_some_and(|seen| seen != *known) {
            self.0 = None;
            board.grow_stale();
            tracing::warn!(
                "an issuer was added or certified again, or its key was moved, or CRLs come in other parts: start this server again"
            );
        }
    }
}

/// Notes that everything is posted, if it is.
fn look(desks: &[Desk], board: &Board, began: Instant) {
    if desks.iter().all(|desk| !desk.trouble.is_there() && !desk.lacking.is_there()) {
        board.looked(began.elapsed());
    }
}

/// What is told of CRLs that were made ahead, and lack somebody.
const BEHIND: &str = "the CRLs that were made ahead lack somebody who was taken back since: bring the key back and take it away again (chancery ca root online)";

impl Desk {
    /// Says when CRLs that were made ahead lack somebody.
    fn look_behind(&mut self, record: &dyn Record, clock: &Clock) {
        let issuer = self.publisher.issuer();
        let behind =
            issuer.is_absent() && wait(is_behind(issuer.id(), clock.now(), record)).is_ok_and(|it| it);
        if !behind {
            self.lacking.over();
        } else if let Some(reason) = self.lacking.note(&Failure::could_not(BEHIND)) {
            tracing::error!(issuer = issuer.name(), reason, "a CRL lacks somebody");
        }
    }

    /// Posts the next CRL when it is time for one. What fails is tried again at the next look, and told once, and
    /// again when it goes on or becomes something else.
    fn publish(&mut self, board: &Board, record: &dyn Record, clock: &Clock) -> Option<(IssuerId, Arc<Crl>)> {
        let posted = self.post(board, record, clock);
        self.look_behind(record, clock);
        posted
    }

    fn post(&mut self, board: &Board, record: &dyn Record, clock: &Clock) -> Option<(IssuerId, Arc<Crl>)> {
        let published = wait(self.publisher.publish(clock.now(), record, &AwsLc));
        let issuer = self.publisher.issuer();
        match published {
            Ok(crl) => {
                self.trouble.over();
                let crl = crl?;
                board.post(issuer.id(), &crl);
                board.post_shards(issuer.id(), self.publisher.shards());
                let Crl { number, entries, next_update, .. } = *crl;
                tracing::info!(issuer = issuer.name(), number, revoked = entries, next = %next_update, "published a CRL");
                Some((issuer.id(), crl))
            }
            Err(error) => {
                if let Some(reason) = self.trouble.note(&Failure::from_error(&error)) {
                    tracing::error!(
                        issuer = issuer.name(),
                        reason,
                        "no CRL could be made: the last one stands"
                    );
                }
                None
            }
        }
    }
}
