// SPDX-License-Identifier: MIT OR Apache-2.0
//! How many answers may be signed while somebody waits.

use std::time::Duration;

use parking_lot::Mutex;

/// So many a second on average, and so many at once after a quiet time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Signatures a second.
    pub per_second: u32,
    /// Signatures at once.
    pub at_once: u32,
}

/// What is left of a rate. One moment says it all: the one at which everything that was taken will have been paid
/// back (the generic cell rate algorithm).
#[derive(Debug)]
pub(super) struct Allowance {
    price: Duration,
    credit: Duration,
    paid_back: Mutex<Duration>,
}

impl Allowance {
    pub(super) fn new(rate: Rate) -> Self {
        let price = Duration::from_secs(1) / rate.per_second.max(1);
        let credit = price.saturating_mul(rate.at_once);
        Self { price, credit, paid_back: Mutex::new(Duration::ZERO) }
    }

    /// Takes so many, or none when they are more than is left. `uptime` is a clock that is never put back.
    pub(super) fn take(&self, signatures: u32, uptime: Duration) -> bool {
        let mut paid_back = self.paid_back.lock();
        let owed = (*paid_back).max(uptime).saturating_add(self.price.saturating_mul(signatures));
        let is_left = owed.saturating_sub(uptime) <= self.credit;
        if is_left {
            *paid_back = owed;
        }
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_first_ones_they_come_at_their_rate() {
        let allowance = Allowance::new(Rate { per_second: 10, at_once: 3 });
        let start = Duration::from_secs(100);
        let at = |millis| start + Duration::from_millis(millis);
        assert!([0, 0, 0].iter().all(|millis| allowance.take(1, at(*millis))));
        assert!(!allowance.take(1, at(0)));
        assert!(!allowance.take(1, at(99)), "a refusal costs nothing, and gives nothing");
        assert!(allowance.take(1, at(100)));
        assert!(!allowance.take(1, at(101)));
        assert!(!allowance.take(2, at(200)), "two, and one is left");
        assert!(allowance.take(1, at(200)));
        // Nobody saves up more than what may be had at once.
        assert!(!allowance.take(4, at(60_000)));
        assert!(allowance.take(3, at(60_000)));
        assert!(!allowance.take(1, at(60_000)));
    }
}
