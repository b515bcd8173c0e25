// SPDX-License-Identifier: MIT OR Apache-2.0
//! Decisions from end to end, over hierarchies made and signed for the test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "tests"
)]

extern crate chancery_verify as verify;

mod allocations;
mod anchors;
mod bits;
mod common_names;
mod constraints;
mod hostile;
mod paths;
mod pki;
mod policies;
mod prepared;
mod revocation;
mod rules;
mod sentences;
mod traces;
mod unsigned;
