// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the authority publishes while a server runs: CRLs that are never older than their issuers' last revocation by
//! more than a moment, and OCSP.

mod bureau;
mod check;
mod delegates;
mod desk;
mod issuers;
mod leaves;
mod roster;
mod trouble;

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use api::Public;
use authority::lifetime::Period;
use authority::{Issuer, IssuerId, Record};
use status::{Crl, Lifetime};

use crate::clock::Clock;
use crate::failure::Failure;

use bureau::Bureau;
pub(crate) use check::check;
pub(crate) use delegates::{Answering, Delegates};
pub(crate) use issuers::issuers;
pub(crate) use leaves::Leaves;
pub(crate) use roster::Roster;
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
    looking: Looking,
}

impl Publishing {
    /// Publishes what there is of these issuers, and of those that the record has from then on. The first CRLs are there
    /// when this is, and who answers OCSP requests for them is certified.
    pub(crate) fn start(
        roster: Roster,
        delegates: Delegates,
        record: &Arc<dyn Record>,
        clock: &Clock,
    ) -> Result<Self, Failure> {
        let (mut bureau, crls) = Bureau::open(roster, delegates, record, clock)?;
        let (public, delegated) = (bureau.public().clone(), bureau.delegated());
        Ok(Self { public, crls, delegated, looking: Looking::start(move || bureau.look())? })
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

    /// The thread alone, to be kept.
    pub(crate) fn into_looking(self) -> Looking {
        self.looking
    }
}

/// A thread that looks into the record each second, until this is dropped.
#[derive(Debug)]
pub(crate) struct Looking {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Looking {
    /// Follows the issuers of the record where somebody else publishes for them.
    pub(crate) fn follow(mut roster: Roster) -> Result<Self, Failure> {
        Self::start(move || {
            if roster.look() {
                roster.settle();
            }
        })
    }

    fn start(mut look: impl FnMut() + Send + 'static) -> Result<Self, Failure> {
        let (stop, stopped) = channel();
        let work = move || {
            while stopped.recv_timeout(LOOK_AGAIN) == Err(RecvTimeoutError::Timeout) {
                look();
            }
        };
        let thread = Builder::new()
            .name("publisher".to_owned())
            .spawn(work)
            .map_err(|error| Failure::could_not("cannot start a thread").because(&error))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has told what went wrong.
            let _ = thread.join();
        }
    }
}
