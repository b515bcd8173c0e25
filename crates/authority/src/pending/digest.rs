// SPDX-License-Identifier: MIT OR Apache-2.0
//! By what an approval names the plan that it approves.

use std::fmt;

use x509::hex::{self, Hex};

/// The digest of a plan that waits: SHA-256 over everything that would be issued but for the moment. Who approves
/// names it, so that nothing is approved but what somebody has looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanDigest([u8; 32]);

impl PlanDigest {
    /// The digest with these octets.
    #[must_use]
    pub const fn from_octets(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub const fn octets(&self) -> &[u8; 32] {
        &self.0
    }

    /// The digest that is written so: 64 hexadecimal digits, in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 64 {
            return None;
        }
        hex::decode(text)?.try_into().ok().map(Self)
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for PlanDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let digest = PlanDigest([0x0a; 32]);
        assert_eq!(PlanDigest::parse(&digest.to_string()), Some(digest));
        assert_eq!(PlanDigest::parse(&digest.to_string().to_uppercase()), Some(digest));
        let text = digest.to_string();
        for other in
            [format!("{text}0"), format!("{text}0a"), text.replacen('0', "", 1), text.replace('a', "g")]
        {
            assert_eq!(PlanDigest::parse(&other), None, "{other}");
        }
        assert_eq!(PlanDigest::parse(""), None);
    }
}
