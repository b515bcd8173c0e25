// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is told, held to snapshots.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "tests"
)]

extern crate chancery_explain as explain;

mod certificates;
mod documented;
mod explained;
mod limbo;
mod plans;
mod support;
mod verdicts;
