// SPDX-License-Identifier: MIT OR Apache-2.0
//! What time it is: the one place that asks, so that everything else can be told.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use x509::Time;

/// A source of the time. Cloning it shares the source.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub(crate) fn system() -> Self {
        Self(Arc::new(system_seconds))
    }

    /// A clock that a test turns: it tells seconds since 1970-01-01T00:00:00Z.
    #[cfg(test)]
    pub(crate) fn at(seconds: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(seconds))
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Time {
        Time::from_unix((self.0)())
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
fn system_seconds() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    }
}
