// SPDX-License-Identifier: MIT OR Apache-2.0
//! A private certificate authority and both ends of the handshake.

fn main() {}
