// SPDX-License-Identifier: MIT OR Apache-2.0
//! The chores: setup, test, tidy.

fn main() {}
