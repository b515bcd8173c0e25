// SPDX-License-Identifier: MIT OR Apache-2.0
//! Calling on a server and telling all of it: dial, shake hands, decide, ask for one page.
//!
//! ```text
//! probe(addresses, ProbeSpec) ── dial ──► Tee ── rustls + Verifier ──► Probe { handshake, connection }
//!                                                    └─ anything wrong ─► ProbeError { failure, handshake so far }
//! ```
//!
//! A certificate that is refused does not end the story at once: the server's proof of possession
//! is still checked, and only then is the handshake broken off with the alert that fits. Nothing
//! of ours is ever sent to a server that was not trusted.

mod connection;
mod dial;
mod failure;
mod run;
mod tee;

pub use self::connection::{Connection, Exchange, ExchangeError, Protected};
pub use self::failure::{Failure, NotTls, ProbeError};
pub use self::run::probe;
use crate::client::Expectation;
use crate::handshake::Handshake;
use core::time::Duration;

/// What a probe goes by: what its client expects, offers, and how long it waits.
#[derive(Clone, Debug)]
pub struct ProbeSpec {
    /// By what the client decides.
    pub expectation: Expectation,
    /// The application protocols offered, in order of preference.
    pub alpn: Vec<Vec<u8>>,
    /// How long to wait for what.
    pub timeouts: Timeouts,
}

impl ProbeSpec {
    /// Offers HTTP/1.1 and waits ten seconds for each step.
    pub fn new(expectation: Expectation) -> Self {
        Self { expectation, alpn: vec![b"http/1.1".to_vec()], timeouts: Timeouts::default() }
    }
}

/// How long to wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For each address to answer.
    pub connect: Duration,
    /// For the handshake.
    pub handshake: Duration,
    /// For the answer to the one request.
    pub exchange: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let limit = Duration::from_secs(10);
        Self { connect: limit, handshake: limit, exchange: limit }
    }
}

/// A handshake that went well, and the connection it left open.
#[derive(Debug)]
#[non_exhaustive]
pub struct Probe {
    /// The story so far.
    pub handshake: Handshake,
    /// The connection: good for one request.
    pub connection: Connection,
}
