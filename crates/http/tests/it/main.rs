// SPDX-License-Identifier: MIT OR Apache-2.0
//! The listener against callers good and bad, over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "tests"
)]

extern crate chancery_http as http;

mod backlog;
mod drain;
mod fetch;
mod limits;
mod protocols;
mod support;
mod tls;
