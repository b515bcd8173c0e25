// SPDX-License-Identifier: MIT OR Apache-2.0
//! Randomness, from the cryptographic library: the one place that asks for it.

use authority::{RandomError, RandomSource};

/// The library's generator.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemRandom;

impl RandomSource for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        aws_lc_rs::rand::fill(buffer).map_err(|_unspecified| RandomError)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        let (mut one, mut two) = ([0; 16], [0; 16]);
        SystemRandom.fill(&mut one).unwrap();
        SystemRandom.fill(&mut two).unwrap();
        assert_ne!(one, two);
    }
}
