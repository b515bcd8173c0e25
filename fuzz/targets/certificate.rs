// SPDX-License-Identifier: MIT OR Apache-2.0
//! Noise for `fuzz::certificate`.
#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::certificate::read);
