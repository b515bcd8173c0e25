// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys from end to end: every container there and back, hostile bytes, files, and openssl as a peer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    unreachable_pub,
    clippy::disallowed_methods,
    reason = "tests"
)]

extern crate chancery_keys as keys;

mod containers;
mod encryption;
mod files;
mod hostile;
mod openssl;
mod peers;
mod public_keys;
mod round_trip;
mod signatures;
mod support;
mod tokens;
