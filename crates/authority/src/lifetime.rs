// SPDX-License-Identifier: MIT OR Apache-2.0
//! How long a certificate lives, and when it is to be renewed.

pub mod check;

use std::time::Duration;

use x509::{Time, Validity};

const DAY: Duration = Duration::from_secs(86_400);
/// A clock that is slow by less than this still accepts a new leaf.
pub const LEAF_BACKDATE: Duration = Duration::from_secs(300);
/// A clock in the wrong time zone still accepts a new authority.
pub const AUTHORITY_BACKDATE: Duration = Duration::from_secs(86_400);

/// The two ends of a validity period, both inclusive [RFC 5280 §4.1.2.5].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first second.
    pub not_before: Time,
    /// The last second.
    pub not_after: Time,
}

/// So many days.
pub(crate) const fn days(count: u32) -> Duration {
    DAY.saturating_mul(count)
}

impl Period {
    /// How long it is, both ends counted.
    #[must_use]
    pub fn length(&self) -> Duration {
        self.not_after.since(self.not_before).unwrap_or_default().saturating_add(Duration::from_secs(1))
    }

    /// `days` days, backdated: the last second counts, so that the period is that long and not a second longer.
    #[must_use]
    pub fn starting(now: Time, backdate: Duration, days: u32) -> Self {
        let not_before = now.minus(backdate);
        let length = DAY.saturating_mul(days).saturating_sub(Duration::from_secs(1));
        Self { not_before, not_after: not_before.plus(length) }
    }

    /// The period within that of the issuer: a certificate that outlives its issuer is worth nothing there.
    #[must_use]
    pub fn within(self, issuer: Self) -> Self {
        Self {
            not_before: self.not_before.max(issuer.not_before),
            not_after: self.not_after.min(issuer.not_after),
        }
    }

    /// Whether the moment lies in it.
    #[must_use]
    pub fn contains(&self, moment: Time) -> bool {
        self.not_before <= moment && moment <= self.not_after
    }

    /// When two thirds are over: the time to renew.
    #[must_use]
    pub fn renewal(&self) -> Time {
        let length = self.not_after.since(self.not_before).unwrap_or_default();
        self.not_before.plus(length / 3 * 2)
    }

    /// Whole days, the last second counted.
    #[must_use]
    pub fn days(&self) -> u64 {
        let length = self.not_after.since(self.not_before).unwrap_or_default();
        (length + Duration::from_secs(1)).as_secs() / DAY.as_secs()
    }
}

impl From<Validity> for Period {
    fn from(validity: Validity) -> Self {
        Self { not_before: validity.not_before.time, not_after: validity.not_after.time }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    #[test]
    fn a_period_is_as_many_days_as_it_says() {
        let period = Period::starting(at("2026-11-22T10:00:00Z"), LEAF_BACKDATE, 47);
        assert_eq!(period.not_before, at("2026-11-22T09:55:00Z"));
        assert_eq!(period.not_after, at("2027-01-08T09:54:59Z"));
        assert_eq!(period.days(), 47);
        assert_eq!(period.renewal().to_string(), "2026-12-23T17:54:59Z");
        assert!(period.contains(period.not_after) && period.contains(period.not_before));
        assert!(!period.contains(period.not_after.plus(Duration::from_secs(1))));
    }

    #[test]
    fn a_certificate_never_outlives_its_issuer() {
        let issuer = Period { not_before: at("2026-11-22"), not_after: at("2026-12-01") };
        let period = Period::starting(at("2026-11-22T00:01:00Z"), LEAF_BACKDATE, 47).within(issuer);
        assert_eq!(period, issuer);
    }
}
