// SPDX-License-Identifier: MIT OR Apache-2.0
//! Renewing our own certificate at two thirds of its life, without stopping.

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use authority::lifetime::Period;
use tls::Resolver;
use x509::Time;

use super::server::Server;
use crate::clock::Clock;
use crate::failure::Failure;

/// How long to wait after a renewal that failed: a third of the certificate's life is left to try again.
const RETRY: Duration = Duration::from_secs(3600);
/// How long to wait at least from one renewal to the next.
const PAUSE: Duration = Duration::from_secs(30);
/// How often the clock is looked at, and the record. A timer stands still while the machine sleeps; the calendar does
/// not.
const LOOK: Duration = Duration::from_secs(5);

/// Waits for a moment: the machine's timer, or a test's.
pub(crate) trait Timer: Send {
    /// Returns once it is `moment` or later.
    fn wait_until(&mut self, moment: Time) -> impl Future<Output = ()> + Send;
}

/// The machine's clock and timer, and an eye on whether the certificate that is shown was taken back, or comes from an
/// issuer that is not the one for leaves any more: then it is time at once.
pub(crate) struct SystemTimer<'a> {
    clock: Clock,
    server: &'a Server<'a>,
    resolver: &'a Resolver,
    /// The certificate for which there was no waiting: that it cannot be replaced is told once in a while, too.
    hurried: Vec<u8>,
}

impl<'a> SystemTimer<'a> {
    pub(crate) fn new(clock: Clock, server: &'a Server<'a>, resolver: &'a Resolver) -> Self {
        Self { clock, server, resolver, hurried: Vec::new() }
    }

    /// Whether the certificate that is shown was taken back, or somebody else issues now, and it was not said before.
    async fn is_urgent(&mut self) -> bool {
        let shown = self.resolver.current();
        if shown.leaf() == self.hurried {
            return false;
        }
        // A record that does not answer is asked again at the next look.
        let is_urgent = !self.server.is_by_its_issuer(&shown)
            || matches!(self.server.taken_back(&shown).await, Ok(Some(_)));
        if is_urgent {
            self.hurried = shown.leaf().to_vec();
        }
        is_urgent
    }
}

impl Timer for SystemTimer<'_> {
    async fn wait_until(&mut self, moment: Time) {
        while let Some(left) = moment.since(self.clock.now()).filter(|left| !left.is_zero()) {
            if self.is_urgent().await {
                return;
            }
            tokio::time::sleep(left.min(LOOK)).await;
        }
    }
}

/// What renewing needs from the rest of `up`.
pub(crate) trait Renewable: Send {
    /// Makes a new certificate and swaps it in; says how long it lives.
    fn renew(&mut self) -> impl Future<Output = Result<Period, Failure>> + Send;
    /// Tells that a renewal failed, and when it is tried again.
    fn failed(&mut self, failure: &Failure, again: Time);
}

/// Renews for ever, starting with a certificate of this period.
pub(crate) async fn keep_renewing(
    mut period: Period,
    clock: &Clock,
    timer: &mut impl Timer,
    subject: &mut impl Renewable,
) -> Infallible {
    let mut due = period.renewal();
    loop {
        timer.wait_until(due).await;
        match subject.renew().await {
            Ok(renewed) => {
                period = renewed;
                // A certificate clamped to an issuer that ends soon must not be renewed in a circle.
                due = period.renewal().max(clock.now().plus(PAUSE));
            }
            Err(failure) => {
                due = clock.now().plus(RETRY);
                subject.failed(&failure, due);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    const DAY: i64 = 86_400;

    /// A timer that turns the clock forward instead of waiting, until the story is over.
    struct Turn {
        now: Arc<AtomicI64>,
        waits: Vec<i64>,
        most: usize,
    }

    impl Timer for Turn {
        async fn wait_until(&mut self, moment: Time) {
            if self.waits.len() == self.most {
                return std::future::pending().await;
            }
            self.waits.push(moment.unix());
            self.now.fetch_max(moment.unix(), Ordering::Relaxed);
        }
    }

    struct Subject {
        now: Arc<AtomicI64>,
        outcomes: Vec<Result<i64, ()>>,
        failures: Vec<i64>,
    }

    impl Renewable for Subject {
        async fn renew(&mut self) -> Result<Period, Failure> {
            let now = self.now.load(Ordering::Relaxed);
            match self.outcomes.remove(0) {
                Ok(days) => Ok(Period {
                    not_before: Time::from_unix(now),
                    not_after: Time::from_unix(now + days * DAY),
                }),
                Err(()) => Err(Failure::could_not("the disk is full")),
            }
        }
        fn failed(&mut self, _: &Failure, again: Time) {
            self.failures.push(again.unix());
        }
    }

    async fn waits(first: i64, outcomes: Vec<Result<i64, ()>>) -> (Vec<i64>, Vec<i64>) {
        let now = Arc::new(AtomicI64::new(0));
        let clock = Clock::at({
            let now = Arc::clone(&now);
            move || now.load(Ordering::Relaxed)
        });
        let mut timer = Turn { now: Arc::clone(&now), waits: Vec::new(), most: outcomes.len() };
        let mut subject = Subject { now, outcomes, failures: Vec::new() };
        let period = Period { not_before: Time::from_unix(0), not_after: Time::from_unix(first * DAY) };
        // The timer never answers once the outcomes are used up; nothing here waits for real time.
        let endless = keep_renewing(period, &clock, &mut timer, &mut subject);
        tokio::select! { biased; never = endless => match never {}, () = std::future::ready(()) => {} }
        (timer.waits, subject.failures)
    }

    #[tokio::test]
    async fn it_renews_at_two_thirds_again_and_again() {
        let (seen, failures) = waits(48, vec![Ok(48), Ok(30)]).await;
        assert_eq!(seen, [32 * DAY, 64 * DAY]);
        assert!(failures.is_empty());
    }

    #[tokio::test]
    async fn a_failure_is_told_and_tried_again_within_the_hour() {
        let (seen, failures) = waits(48, vec![Err(()), Ok(48), Ok(48)]).await;
        assert_eq!(seen, [32 * DAY, 32 * DAY + 3600, 32 * DAY + 3600 + 32 * DAY]);
        assert_eq!(failures, [32 * DAY + 3600]);
    }

    #[tokio::test]
    async fn a_certificate_that_ends_at_once_is_not_renewed_in_a_circle() {
        let (seen, _) = waits(3, vec![Ok(0), Ok(0)]).await;
        assert_eq!(seen, [2 * DAY, 2 * DAY + 30]);
    }
}
