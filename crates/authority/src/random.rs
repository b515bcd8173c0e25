// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where randomness comes from: an argument, so that a test can decide it.

/// A source of octets that nobody can foresee.
pub trait RandomSource: Send + Sync {
    /// Fills the buffer.
    ///
    /// # Errors
    /// The source cannot give any.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError>;
}

/// The random source failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the random source gave nothing: no serial number can be drawn")]
pub struct RandomError;
