// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which request.

use std::fmt;

use crate::random::{RandomError, RandomSource};
use x509::hex::{self, Hex};

/// Which request: sixteen octets, drawn at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId([u8; 16]);

impl RequestId {
    /// A new one.
    ///
    /// # Errors
    /// No randomness.
    pub fn draw(random: &dyn RandomSource) -> Result<Self, RandomError> {
        let mut octets = [0; 16];
        random.fill(&mut octets)?;
        Ok(Self(octets))
    }

    /// The identifier with these octets.
    #[must_use]
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub const fn octets(&self) -> &[u8; 16] {
        &self.0
    }

    /// The identifier that is written so, in hexadecimal.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self(hex::decode(text)?.try_into().ok()?))
    }
}

/// Lower-case hexadecimal, 32 digits.
impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let id = RequestId::from_octets([0xab; 16]);
        assert_eq!(RequestId::parse(&id.to_string()), Some(id));
        for other in ["", "ab", &"g".repeat(32), &"a".repeat(33), &format!("+{}", "a".repeat(31))] {
            assert_eq!(RequestId::parse(other), None, "{other}");
        }
    }
}
