// SPDX-License-Identifier: MIT OR Apache-2.0
//! How it is shown: credentials, live certificate swaps, and handshakes recorded as they happen.
//!
//! What each side of a handshake said in the open is read from the wire by [`hello`], a bounded reader.

pub mod error;
pub mod hello;
pub mod registry;

pub use error::HelloError;
