// SPDX-License-Identifier: MIT OR Apache-2.0
//! What two sides say to each other before they speak in secret, read from the bytes on the wire.
//!
//! A [`Flight`] is everything readable that one side sent: hellos, alerts, and in TLS 1.2 the
//! certificate and the key exchange too. It is for telling what happened; nothing is decided by
//! it, since rustls does the handshake itself.
//!
//! The reader is bounded: it looks at the first [`MAX_FLIGHT`] bytes, allocates no more than a
//! small multiple of them, and whatever it cannot read ends the flight with a reason.

mod client;
mod extension;
mod flight;
mod key_exchange;
#[cfg(test)]
mod made;
mod message;
mod record;
mod server;

pub use self::client::ClientHello;
pub use self::extension::KeyShare;
pub use self::flight::{Alert, Flight, FlightEnd};
pub use self::key_exchange::{ClientKeyExchange, ServerKeyExchange};
pub use self::message::Message;
pub use self::server::ServerHello;

/// How much of one side's bytes is read; what follows is left alone.
pub const MAX_FLIGHT: usize = 128 * 1024;

/// The longest fragment a plaintext record may carry. [RFC 8446 §5.1]
const MAX_FRAGMENT: usize = 1 << 14;

/// The longest handshake message that is read: what rustls takes, too.
const MAX_MESSAGE: usize = 0xffff;

/// The most messages read in one flight: a TLS 1.2 server's longest has seven.
const MAX_MESSAGES: usize = 32;

/// The most alerts read in one flight: more are a nuisance, and rustls hangs up on them too.
const MAX_ALERTS: usize = 4;

/// The most extensions read in one hello: browsers send about twenty.
const MAX_EXTENSIONS: usize = 128;

/// The most certificates read in one message.
const MAX_CERTIFICATES: usize = 128;
