// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything that reads bytes from outside, fed with noise.

fn main() {}
