// SPDX-License-Identifier: MIT OR Apache-2.0
//! Trust as it is kept on a machine: gathered from files, installed, seen, and taken out again.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, unreachable_pub, reason = "tests")]

mod certificates;
mod gather;
mod system_store;
