// SPDX-License-Identifier: MIT OR Apache-2.0
//! The binary as its users meet it. The modules `cli`, `interop`, `browser` and `crash` are stages of their own:
//! `cargo xtask test --only STAGE`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "tests"
)]

mod audit;
mod backup;
mod browser;
mod callers;
mod cli;
mod connect;
mod crash;
mod custody;
mod documented;
mod files;
mod interop;
mod inventory;
mod issuers;
mod keys;
mod policy;
mod programs;
mod publishing;
mod refused;
mod restored;
mod revoking;
mod roots;
mod signing;
mod strays;
mod support;
mod takeover;
mod terminal;
mod up;
mod verify;
mod watched;
