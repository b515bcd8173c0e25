// SPDX-License-Identifier: MIT OR Apache-2.0
//! Noise for `fuzz::hello`.
#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::hello::read);
