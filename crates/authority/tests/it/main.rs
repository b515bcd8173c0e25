// SPDX-License-Identifier: MIT OR Apache-2.0
//! The authority from request to record, with a real store and real keys.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "tests"
)]

extern crate chancery_authority as authority;

mod callers;
mod founding;
mod gate;
mod hostile;
mod inherited;
mod lints;
mod office;
mod plans;
mod policy;
mod property;
mod proving;
mod publishing;
mod succession;
mod taken_back;
mod waiting;
mod walk;
