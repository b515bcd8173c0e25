// SPDX-License-Identifier: MIT OR Apache-2.0
//! CRLs of a real authority, judged by `verify` with hard fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "tests"
)]

extern crate chancery_status as status;

mod ahead;
mod crls;
mod delegates;
mod ocsp;
mod office;
mod shards;
