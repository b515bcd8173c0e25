// SPDX-License-Identifier: MIT OR Apache-2.0
//! Digests, and their identifiers.

use aws_lc_rs::digest as aws;
use x509::oid::{self, Oid};
use x509::{Digest, DigestAlgorithm};

pub(super) fn digest(algorithm: DigestAlgorithm, data: &[u8]) -> Digest {
    let aws = match algorithm {
        DigestAlgorithm::Sha1 => &aws::SHA1_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha256 => &aws::SHA256,
        DigestAlgorithm::Sha384 => &aws::SHA384,
        DigestAlgorithm::Sha512 => &aws::SHA512,
    };
    Digest::new(aws::digest(aws, data).as_ref()).unwrap_or_default()
}

/// A digest that signatures are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(super) fn from_oid(oid: Oid<'_>) -> Option<Self> {
        match oid {
            oid::SHA256 => Some(Self::Sha256),
            oid::SHA384 => Some(Self::Sha384),
            oid::SHA512 => Some(Self::Sha512),
            _ => None,
        }
    }

    /// Octets of the digest.
    pub(super) const fn length(self) -> u32 {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_fips_180_4() {
        let check = |algorithm, expect: &str| assert_eq!(digest(algorithm, b"abc").to_string(), expect);
        check(DigestAlgorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
        check(DigestAlgorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        check(
            DigestAlgorithm::Sha384,
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed\
             8086072ba1e7cc2358baeca134c825a7",
        );
        check(
            DigestAlgorithm::Sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        );
    }
}
