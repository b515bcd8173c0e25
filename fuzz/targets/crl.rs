// SPDX-License-Identifier: MIT OR Apache-2.0
//! Noise for `fuzz::crl`.
#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::crl::read);
