// SPDX-License-Identifier: MIT OR Apache-2.0
//! Noise for `fuzz::ocsp`.
#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::ocsp::read);
