// SPDX-License-Identifier: MIT OR Apache-2.0
//! How it travels: one hyper listener with time-outs, limits and drain; and questions over plain HTTP ([`fetch`]).
//!
//! ```text
//! Listener::bind ─ accept ─┬─ handshake (TLS, in the connection's own task) ─┬─ HTTP/2
//!                          └─ plain ─────────────────────────────────────────┴─ HTTP/1.1
//!                                         each watched: head, idle, stall
//! ```
//!
//! A [`Listener`] takes any hyper service: `Request<Incoming>` in, `Response<B>` out. The service finds a
//! [`Peer`] and a [`RequestId`] among the request's extensions. What a single caller does badly (headers that drip, a TLS
//! handshake that never ends, a download that is not read, a handler that panics) ends that caller's
//! connection and touches no other.

mod accept;
pub mod access;
mod activity;
mod backlog;
mod connection;
mod error;
pub mod fetch;
mod guard;
mod handshake;
mod limits;
mod listener;
mod peer;
mod phase;
mod request_id;

pub use error::BindError;
pub use limits::{Http2Limits, Limits};
pub use listener::{Drained, Listener};
pub use peer::{Certificates, Peer, Transport};
pub use request_id::RequestId;
