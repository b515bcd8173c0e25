// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the authority publishes while a server runs: CRLs that are never older than their issuers' last revocation by
//! more than a moment, and OCSP.

mod check;
mod issuers;

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use api::{Board, Public};
use authority::{Issuer, IssuerId, IssuerRecord, Record};
use keys::AwsLc;
use status::{Crl, Lifetime, Moment, Publisher, Responder, Settings, is_behind};

use crate::clock::Clock;
use crate::failure::Failure;
use authority::wait;

pub(crate) use check::check;
pub(crate) use issuers::issuers;

/// How often the record is looked into for what has changed.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How many looks pass until a failure that goes on is told again.
const TELL_AGAIN: u32 = 600;

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
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// An issuer's CRLs, and what went wrong with the last one.
struct Desk {
    publisher: Publisher,
    failure: Option<(String, u32)>,
    /// Whether what was made ahead lacks somebody.
    behind: bool,
}

impl Publishing {
    /// Publishes what there is of these issuers, and goes on doing so. The first CRLs are there when this is.
    pub(crate) fn start(
        issuers: &[Arc<Issuer>],
        record: &Arc<dyn Record>,
        clock: &Clock,
    ) -> Result<Self, Failure> {
        let board = Arc::new(Board::new(issuers));
        let desk = |issuer: &Arc<Issuer>| {
            let publisher = Publisher::new(Arc::clone(issuer), crl_lifetime(issuer));
            Desk { publisher, failure: None, behind: false }
        };
        let mut desks: Vec<Desk> = issuers.iter().filter(|issuer| issuer.signs_crls()).map(desk).collect();
        let first = desks.iter_mut().filter_map(|desk| desk.publish(&board, &**record, clock));
        let crls: Vec<(IssuerId, Arc<Crl>)> = first.collect();
        let answering: Vec<Arc<Issuer>> =
            issuers.iter().filter(|issuer| !issuer.is_absent()).cloned().collect();
        let responder = Responder::new(&answering, Settings::default(), Arc::new(AwsLc))
            .map_err(|error| Failure::could_not("nobody can answer OCSP requests").because(&error))?;
        let began = Instant::now();
        let moment = {
            let clock = clock.clone();
            move || Moment { now: clock.now(), uptime: began.elapsed() }
        };
        let public = Public::new(Arc::clone(&board), responder, Arc::clone(record), moment);
        let (stop, stopped) = channel();
        let (record, clock) = (Arc::clone(record), clock.clone());
        look(&desks, &board, began);
        let mut watch = Watch::of(&*record);
        let work = move || {
            while stopped.recv_timeout(LOOK_AGAIN) == Err(RecvTimeoutError::Timeout) {
                for desk in &mut desks {
                    desk.publish(&board, &*record, &clock);
                }
                look(&desks, &board, began);
                watch.look(&*record, &board);
            }
        };
        let thread = Builder::new()
            .name("publisher".to_owned())
            .spawn(work)
            .map_err(|error| Failure::could_not("cannot start a thread").because(&error))?;
        Ok(Self { public, crls, stop: Some(stop), thread: Some(thread) })
    }

    /// The service that gives it to whoever asks.
    pub(crate) fn public(&self) -> &Public {
        &self.public
    }

    /// The CRLs that were published first.
    pub(crate) fn crls(&self) -> &[(IssuerId, Arc<Crl>)] {
        &self.crls
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

/// The certificates of issuers, and where their keys were, when the server was started; `None` once it has been told
/// that it is otherwise, or while that is not known.
struct Watch(Option<Vec<(Vec<u8>, String)>>);

impl Watch {
    fn of(record: &dyn Record) -> Self {
        Self(wait(record.issuers()).ok().map(Self::seen))
    }

    fn seen(issuers: Vec<IssuerRecord>) -> Vec<(Vec<u8>, String)> {
        let own =
            |record: IssuerRecord| (record.added.chain.into_iter().next().unwrap_or_default(), record.key);
        issuers.into_iter().map(own).collect()
    }

    /// Tells it once when there are others than those that are published: a server proves its issuers at its start.
    fn look(&mut self, record: &dyn Record, board: &Board) {
        let Some(known) = &self.0 else { return };
        if wait(record.issuers()).is_ok_and(|issuers| Self::seen(issuers) != *known) {
            self.0 = None;
            board.grow_stale();
            tracing::warn!(
                "an issuer was added or certified again, or its key was moved: start this server again"
            );
        }
    }
}

/// Notes that everything is posted, if it is.
fn look(desks: &[Desk], board: &Board, began: Instant) {
    if desks.iter().all(|desk| desk.failure.is_none()) {
        board.looked(began.elapsed());
    }
}

/// What is told of CRLs that were made ahead, and lack somebody.
const BEHIND: &str = "the CRLs that were made ahead lack somebody who was taken back since: bring the key back and take it away again (chancery ca root online)";

impl Desk {
    /// Tells it once, and keeps telling whoever watches.
    fn warn_when_behind(&mut self, record: &dyn Record, clock: &Clock) {
        let issuer = self.publisher.issuer();
        if issuer.is_absent() && wait(is_behind(issuer.id(), clock.now(), record)).is_ok_and(|behind| behind)
        {
            if !self.behind {
                tracing::error!(issuer = issuer.name(), "{BEHIND}");
            }
            self.behind = true;
            self.failure = Some((BEHIND.to_owned(), 1));
        } else {
            self.behind = false;
        }
    }

    /// Posts the next CRL when it is time for one. What fails is tried again at the next look, and told once, and
    /// again when it goes on or becomes something else.
    fn publish(&mut self, board: &Board, record: &dyn Record, clock: &Clock) -> Option<(IssuerId, Arc<Crl>)> {
        let posted = self.post(board, record, clock);
        if self.failure.is_none() {
            self.warn_when_behind(record, clock);
        }
        posted
    }

    fn post(&mut self, board: &Board, record: &dyn Record, clock: &Clock) -> Option<(IssuerId, Arc<Crl>)> {
        let published = wait(self.publisher.publish(clock.now(), record, &AwsLc));
        let issuer = self.publisher.issuer();
        match published {
            Ok(crl) => {
                self.failure = None;
                let crl = crl?;
                board.post(issuer.id(), &crl);
                let Crl { number, entries, next_update, .. } = *crl;
                tracing::info!(issuer = issuer.name(), number, revoked = entries, next = %next_update, "published a CRL");
                Some((issuer.id(), crl))
            }
            Err(error) => {
                let error = Failure::from_error(&error);
                let text = std::iter::once(error.message).chain(error.causes).collect::<Vec<_>>().join(": ");
                let told = self.failure.take().filter(|(told, _)| *told == text);
                let looks = told.map_or(0, |(_, looks)| looks.saturating_add(1));
                if looks.is_multiple_of(TELL_AGAIN) {
                    tracing::error!(
                        issuer = issuer.name(),
                        reason = text,
                        "no CRL could be made: the last one stands"
                    );
                }
                self.failure = Some((text, looks));
                None
            }
        }
    }
}
