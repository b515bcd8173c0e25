// SPDX-License-Identifier: MIT OR Apache-2.0
//! Noise for `fuzz::index`.
#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::index::read);
