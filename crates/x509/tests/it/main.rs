// SPDX-License-Identifier: MIT OR Apache-2.0
//! The readers and writers of `x509`, tested as their users see them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

extern crate chancery_x509 as x509;

mod allocations;
mod crls;
mod hostile;
mod ocsp;
mod round_trip;
mod support;
