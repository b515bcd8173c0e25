// SPDX-License-Identifier: MIT OR Apache-2.0
//! What it costs, measured beside the others in one run.

fn main() {}
