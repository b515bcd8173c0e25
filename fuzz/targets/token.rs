// SPDX-License-Identifier: MIT OR Apache-2.0
//! Noise for `fuzz::token`.
#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::token::read);
