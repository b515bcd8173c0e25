// SPDX-License-Identifier: MIT OR Apache-2.0
//! Kinds of keys, as rules name them.

use std::fmt;
use std::str::FromStr;

use x509::KeyStrength;

use crate::error::PatternProblem;

/// The keys that a rule is about: `p256`, `p384`, `p521`, `ed25519`, `rsa`, `rsa>=3072`, `rsa<3072`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPattern {
    /// One kind.
    Kind(KeyStrength),
    /// RSA with a modulus of at least so many bits.
    RsaFrom(usize),
    /// RSA with a modulus of fewer bits.
    RsaBelow(usize),
}

impl KeyPattern {
    /// Whether a key is one of these.
    #[must_use]
    pub fn matches(self, key: KeyStrength) -> bool {
        match (self, key) {
            (Self::Kind(kind), key) => kind == key,
            (Self::RsaFrom(least), KeyStrength::Rsa { bits }) => bits >= least,
            (Self::RsaBelow(limit), KeyStrength::Rsa { bits }) => bits < limit,
            (Self::RsaFrom(_) | Self::RsaBelow(_), _) => false,
        }
    }
}

impl FromStr for KeyPattern {
    type Err = PatternProblem;

    fn from_str(text: &str) -> Result<Self, PatternProblem> {
        let bits = |text: &str| {
            let plain = text.len() <= 5 && text.bytes().all(|octet| octet.is_ascii_digit());
            plain.then(|| text.parse().ok()).flatten()
        };
        let found = match text {
            "p256" => Some(Self::Kind(KeyStrength::P256)),
            "p384" => Some(Self::Kind(KeyStrength::P384)),
            "p521" => Some(Self::Kind(KeyStrength::P521)),
            "ed25519" => Some(Self::Kind(KeyStrength::Ed25519)),
            "rsa" => Some(Self::RsaFrom(0)),
            _ => text
                .strip_prefix("rsa>=")
                .and_then(bits)
                .map(Self::RsaFrom)
                .or_else(|| text.strip_prefix("rsa<").and_then(bits).map(Self::RsaBelow)),
        };
        found.ok_or_else(|| PatternProblem::Key { found: text.to_owned() })
    }
}

/// As it is written.
impl fmt::Display for KeyPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(KeyStrength::P256) => f.write_str("p256"),
            Self::Kind(KeyStrength::P384) => f.write_str("p384"),
            Self::Kind(KeyStrength::P521) => f.write_str("p521"),
            Self::Kind(KeyStrength::Ed25519) => f.write_str("ed25519"),
            Self::Kind(other) => write!(f, "{other}"),
            Self::RsaFrom(0) => f.write_str("rsa"),
            Self::RsaFrom(bits) => write!(f, "rsa>={bits}"),
            Self::RsaBelow(bits) => write!(f, "rsa<{bits}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn keys_are_matched_by_kind_and_size() {
        let check = |pattern: &str, key: KeyStrength, expect: bool| {
            let read: KeyPattern = pattern.parse().unwrap();
            assert_eq!(read.to_string(), pattern);
            assert_eq!(read.matches(key), expect, "{pattern} {key}");
        };
        let rsa = |bits| KeyStrength::Rsa { bits };
        check("p256", KeyStrength::P256, true);
        check("p256", KeyStrength::P384, false);
        check("p521", KeyStrength::P521, true);
        check("ed25519", KeyStrength::Ed25519, true);
        check("rsa", rsa(2048), true);
        check("rsa", KeyStrength::P256, false);
        check("rsa>=3072", rsa(3072), true);
        check("rsa>=3072", rsa(3071), false);
        check("rsa<3072", rsa(3071), true);
        check("rsa<3072", rsa(3072), false);
        check("rsa<3072", KeyStrength::P256, false);
    }

    #[test]
    fn what_is_no_kind_of_key_is_refused() {
        for text in ["", "P256", "rsa2048", "rsa>=", "rsa>=-1", "rsa>=999999", "rsa<1e3", "rsa>2048", "dsa"] {
            assert!(text.parse::<KeyPattern>().is_err(), "{text}");
        }
    }
}
