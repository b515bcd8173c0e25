// SPDX-License-Identifier: MIT OR Apache-2.0
//! Servers and clients of this room, face to face on the loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "tests"
)]

extern crate chancery_tls as tls;

mod callers;
mod credentials;
mod handshake;
mod issuer;
mod loopback;
mod not_tls;
mod refused;
mod swap;
