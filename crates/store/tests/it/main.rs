// SPDX-License-Identifier: MIT OR Apache-2.0
//! The record, from outside.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, unreachable_pub, reason = "tests")]

extern crate chancery_store as store;

mod audits;
mod copies;
mod crypto;
mod files;
mod marks;
mod samples;
mod searches;
mod suite;
mod tamper;

pub use authority::wait;
