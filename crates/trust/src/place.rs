// SPDX-License-Identifier: MIT OR Apache-2.0
//! The places where this machine's clients look for the authorities that they trust.

pub mod system;
