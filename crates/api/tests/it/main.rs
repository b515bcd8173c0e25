// SPDX-License-Identifier: MIT OR Apache-2.0
//! What anybody may ask, asked without a socket.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, unreachable_pub, reason = "tests")]

extern crate chancery_api as api;

mod ocsp;
mod office;
mod published;
mod v1;
mod watched;
