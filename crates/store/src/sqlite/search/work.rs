// SPDX-License-Identifier: MIT OR Apache-2.0
//! How much a page may do: so many certificates looked at, or so much time, whichever is over first.

use std::time::{Duration, Instant};

/// How many certificates a page looks at: in 10 million, what they lie in being in memory, these take half the time.
const ROWS: u32 = 2_000;
/// How long a page looks for, should what they lie in have to come from a slow disk.
const TIME: Duration = Duration::from_millis(10);

/// The work of one page.
pub(super) struct Work {
    looked: u32,
    began: Instant,
}

impl Work {
    pub(super) fn new() -> Self {
        Self { looked: 0, began: Instant::now() }
    }

    /// How many certificates a page looks at.
    pub(super) const ROWS: u32 = ROWS;

    pub(super) fn look(&mut self) {
        self.looked = self.looked.saturating_add(1);
    }

    /// Whether the page is to end: not before it has looked at some.
    pub(super) fn is_done(&self) -> bool {
        self.looked >= ROWS || (self.looked > 0 && self.is_over_time())
    }

    /// Whether its time is over.
    pub(super) fn is_over_time(&self) -> bool {
        self.began.elapsed() >= TIME
    }
}
