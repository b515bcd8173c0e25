// SPDX-License-Identifier: MIT OR Apache-2.0
//! Noise for `fuzz::request`.
#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::request::read);
