// SPDX-License-Identifier: MIT OR Apache-2.0
//! How it is shown: credentials, live certificate swaps, and handshakes recorded as they happen.
//!
//! ```text
//! chain + Signer ─► Credentials ─► Resolver ─► server_config ─►  a TLS server
//!                                                                     │ the wire
//! Expectation ─► ProbeSpec ─► probe ──────────────────────────────────┘
//!                               └─► Probe { Handshake, Connection } | ProbeError { Handshake so far }
//! ```
//!
//! rustls speaks TLS; what a client believes is decided by [`verify::decide`] alone, and every
//! signature is made and checked by our own keys. What each side said in the open is read from
//! the wire by [`hello`], a bounded reader.

#[cfg(feature = "handshake")]
pub mod client;
#[cfg(feature = "handshake")]
pub mod credentials;
pub mod error;
#[cfg(feature = "handshake")]
pub mod handshake;
pub mod hello;
#[cfg(feature = "handshake")]
mod possession;
#[cfg(feature = "handshake")]
pub mod probe;
pub mod registry;
#[cfg(feature = "handshake")]
pub mod resolver;
#[cfg(feature = "handshake")]
pub mod server;

#[cfg(feature = "handshake")]
pub use client::Expectation;
#[cfg(feature = "handshake")]
pub use credentials::{ChainNote, Credentials};
pub use error::{CredentialsError, HelloError};
#[cfg(feature = "handshake")]
pub use handshake::Handshake;
#[cfg(feature = "handshake")]
pub use probe::{
    Connection, Exchange, ExchangeError, Failure, Probe, ProbeError, ProbeSpec, Timeouts, probe,
};
#[cfg(feature = "handshake")]
pub use resolver::Resolver;
#[cfg(feature = "handshake")]
pub use server::{WEB, server_config, server_config_asking};
