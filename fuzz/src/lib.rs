// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything that reads bytes from outside, fed with noise: what each target does with its input.
//!
//! A target never panics, never hangs, and what it could read holds together. It brings no
//! cryptography, so that it builds in seconds and all of its time is spent in our readers.

pub mod certificate;
pub mod crl;
pub mod hello;
pub mod index;
pub mod ocsp;
pub mod path;
pub mod pem;
pub mod request;
pub mod token;

/// The whole of a target's program: libFuzzer's, when built by `cargo xtask fuzz`; else one that reads the files named
/// on its command line, which is how to look at what libFuzzer found.
#[macro_export]
macro_rules! target {
    ($read:path) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $read(data));

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            std::env::args_os().skip(1).try_for_each(|path| std::fs::read(path).map(|data| $read(&data)))
        }
    };
}
