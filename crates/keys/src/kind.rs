// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kinds of key that are made here.

use std::fmt;
use std::str::FromStr;

/// A kind of key pair to generate. Others are read: RSA of any size from 2048 to 8192 bits, P-521.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum KeyKind {
    /// ECDSA on P-256.
    #[default]
    P256,
    /// ECDSA on P-384.
    P384,
    /// Ed25519.
    Ed25519,
    /// RSA with a modulus of 2048 bits.
    Rsa2048,
    /// RSA with a modulus of 3072 bits.
    Rsa3072,
    /// RSA with a modulus of 4096 bits.
    Rsa4096,
}

impl KeyKind {
    /// Every kind, the default first.
    pub const ALL: [Self; 6] =
        [Self::P256, Self::P384, Self::Ed25519, Self::Rsa2048, Self::Rsa3072, Self::Rsa4096];

    /// Its name, as it is written on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::Ed25519 => "ed25519",
            Self::Rsa2048 => "rsa2048",
            Self::Rsa3072 => "rsa3072",
            Self::Rsa4096 => "rsa4096",
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no kind of key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no kind of key: there are p256, p384, ed25519, rsa2048, rsa3072, rsa4096")]
pub struct UnknownKeyKind {
    /// What was given.
    pub found: String,
}

impl FromStr for KeyKind {
    type Err = UnknownKeyKind;

    fn from_str(text: &str) -> Result<Self, UnknownKeyKind> {
        let kind = Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(text));
        kind.ok_or_else(|| UnknownKeyKind { found: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_by_its_own_name() {
        for kind in KeyKind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
            assert_eq!(kind.to_string().to_uppercase().parse(), Ok(kind));
        }
        assert_eq!(KeyKind::default(), KeyKind::P256);
    }

    #[test]
    fn a_kind_that_is_not_made_is_named_in_the_refusal() {
        for text in ["", "rsa1024", "p-256", "dsa"] {
            assert_eq!(text.parse::<KeyKind>(), Err(UnknownKeyKind { found: text.to_owned() }));
        }
    }
}
