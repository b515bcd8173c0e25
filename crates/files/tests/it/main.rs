// SPDX-License-Identifier: MIT OR Apache-2.0
//! A served folder, asked well and badly: in this process, and over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    unreachable_pub,
    reason = "tests"
)]

extern crate chancery_files as files;

mod confinement;
mod linger;
mod listing;
mod reading;
mod sockets;
mod support;
#[path = "../../../http/tests/it/tls.rs"]
mod tls;
mod uploads;
