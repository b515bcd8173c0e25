// SPDX-License-Identifier: MIT OR Apache-2.0
//! The chain of batches.
//!
//! ```text
//! leaf(entry)    = SHA-256(00 ‖ entry)
//! digest(batch)  = SHA-256(01 ‖ digest(batch before) ‖ number ‖ count ‖ leaf …)     numbers in 8 octets
//! ```
//!
//! The batch before the first has the number 0 and a digest of zeros.

use std::fmt;

use x509::hex::Hex;
use x509::{DigestAlgorithm, SignatureVerifier};

/// Where the chain ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Head {
    /// How many batches there are.
    pub number: u64,
    /// The digest of the last.
    pub digest: [u8; 32],
}

/// A batch as it was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The end of the chain after it.
    pub head: Head,
    /// Its entries in DER.
    pub entries: Vec<Vec<u8>>,
}

/// A batch that is not what was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the journal's chain is broken: batch {found} stands where batch {expected} belongs, or was altered")]
pub struct BrokenChain {
    /// The number of the batch that belongs there.
    pub expected: u64,
    /// The number of the batch found.
    pub found: u64,
}

impl Head {
    /// The end of an empty chain.
    pub const GENESIS: Self = Self { number: 0, digest: [0; 32] };

    /// The end of the chain after one more batch.
    #[must_use]
    pub fn after<E: AsRef<[u8]>>(&self, entries: &[E], crypto: &dyn SignatureVerifier) -> Self {
        let number = self.number.saturating_add(1);
        let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        let mut input = vec![1];
        input.extend(self.digest);
        input.extend(number.to_be_bytes());
        input.extend(count.to_be_bytes());
        for entry in entries {
            let leaf = [&[0], entry.as_ref()].concat();
            input.extend(sha256(&leaf, crypto));
        }
        Self { number, digest: sha256(&input, crypto) }
    }

    /// Follows the chain over batches, in order, and gives where it ends.
    ///
    /// # Errors
    /// The first batch that does not follow from the one before it.
    pub fn follow(self, links: &[Link], crypto: &dyn SignatureVerifier) -> Result<Self, BrokenChain> {
        links.iter().try_fold(self, |head, link| {
            let expected = head.after(&link.entries, crypto);
            let broken = BrokenChain { expected: expected.number, found: link.head.number };
            if link.head == expected { Ok(expected) } else { Err(broken) }
        })
    }
}

fn sha256(data: &[u8], crypto: &dyn SignatureVerifier) -> [u8; 32] {
    let digest = crypto.digest(DigestAlgorithm::Sha256, data);
    digest.octets().first_chunk().copied().unwrap_or_default()
}

/// `3:4f00a1…`: number and digest.
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, Hex(&self.digest))
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({self})")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use keys::AwsLc;

    fn links() -> Vec<Link> {
        let mut head = Head::GENESIS;
        [vec![b"a".to_vec()], vec![b"b".to_vec(), b"c".to_vec()], vec![b"d".to_vec()]]
            .into_iter()
            .map(|entries| {
                head = head.after(&entries, &AwsLc);
                Link { head, entries }
            })
            .collect()
    }

    #[test]
    fn an_unaltered_chain_is_followed_to_its_end() {
        let links = links();
        assert_eq!(Head::GENESIS.follow(&links, &AwsLc).unwrap(), links[2].head);
        assert_eq!(links[0].head.follow(&links[1..], &AwsLc).unwrap(), links[2].head);
    }

    #[test]
    fn whatever_is_altered_is_found() {
        let broken = |change: fn(&mut Vec<Link>)| {
            let mut links = links();
            change(&mut links);
            Head::GENESIS.follow(&links, &AwsLc).unwrap_err().expected
        };
        assert_eq!(broken(|links| links[1].entries[0][0] ^= 1), 2);
        assert_eq!(broken(|links| links[1].entries.swap(0, 1)), 2);
        assert_eq!(broken(|links| drop(links.remove(1))), 2);
        assert_eq!(broken(|links| links.swap(0, 1)), 1);
        assert_eq!(broken(|links| links[2].head.digest[31] ^= 1), 3);
        let merged = |links: &mut Vec<Link>| {
            let moved = links[1].entries.remove(0);
            links[0].entries.push(moved);
        };
        assert_eq!(broken(merged), 1);
    }
}
