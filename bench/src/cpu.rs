// SPDX-License-Identifier: MIT OR Apache-2.0
//! One core, and the time that this thread has had on it.

use std::time::Duration;

use rustix::thread::{CpuSet, sched_getcpu, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

/// Keeps this thread, and whatever it starts, on the core that it runs on; which one that is.
pub(crate) fn stay_on_one_core() -> Result<usize, String> {
    let core = sched_getcpu();
    let mut cores = CpuSet::new();
    cores.set(core);
    sched_setaffinity(None, &cores).map_err(|error| format!("staying on core {core}: {error}"))?;
    Ok(core)
}

/// The processor time of this thread until now.
pub(crate) fn time() -> Duration {
    // A processor time is neither negative nor malformed.
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

/// The processor time of this process until now, of all its threads.
pub(crate) fn time_of_process() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

/// How often `once` can be done in about `span` of processor time, and in how much exactly. The clock
/// is read after every `batch`.
pub(crate) fn slice(
    span: Duration,
    batch: u32,
    mut once: impl FnMut() -> Result<(), String>,
) -> Result<Slice, String> {
    let (start, mut count) = (time(), 0_u64);
    loop {
        for _ in 0..batch {
            once()?;
        }
        count += u64::from(batch);
        let spent = time().saturating_sub(start);
        if spent >= span {
            return Ok(Slice { count, spent });
        }
    }
}

/// Some processor time, and what was done in it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Slice {
    /// How many times it was done.
    pub count: u64,
    /// The processor time that it took.
    pub spent: Duration,
}

impl Slice {
    /// Seconds for one.
    pub(crate) fn seconds_each(&self) -> f64 {
        self.spent.as_secs_f64() / self.count as f64
    }
}

impl std::ops::AddAssign for Slice {
    fn add_assign(&mut self, more: Self) {
        self.count += more.count;
        self.spent += more.spent;
    }
}
