// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCSP (RFC 6960, RFC 5019, RFC 9654): a request in, a response out.

mod allowance;
mod known;
mod request;
mod responder;
mod sheet;
mod shelf;

use std::sync::Arc;

use x509::Time;

pub use allowance::Rate;
pub use request::request_for;
pub use responder::{Moment, Responder, Settings};

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcspAnswer {
    /// In DER.
    pub der: Arc<[u8]>,
    /// How long it may be given to whoever asks the same; `None` when it is for one client alone, or an error.
    pub reusable: Option<Freshness>,
}

/// When an answer was right, and until when it may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// When it was made.
    pub this_update: Time,
    /// By when there is another.
    pub next_update: Time,
}

impl OcspAnswer {
    /// Whether it is in the first half of its life. Before its birth it is not: the clock was put back.
    fn is_young(&self, now: Time) -> bool {
        self.reusable.is_some_and(|Freshness { this_update, next_update }| {
            let life = next_update.since(this_update).unwrap_or_default();
            now.since(this_update).is_some_and(|age| age < life / 2)
        })
    }
}
