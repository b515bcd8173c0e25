// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signatures that were found valid before.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::mem;

use parking_lot::RwLock;

/// Signatures on CA certificates that were found valid, for those who see the same issuers again and
/// again. Safe to share between threads, and bounded: what was not asked for lately is forgotten.
///
/// A signature is known only if the issuer's key, what was signed, the algorithm and the signature are
/// all the same, byte for byte. Nothing but that is remembered: every other rule is applied each time.
/// Decisions that share a cache trust each other's [`SignatureVerifier`](x509::SignatureVerifier).
#[derive(Debug)]
pub struct SignatureCache {
    /// Of each of the two generations.
    entries: usize,
    octets: usize,
    keys: RandomState,
    generations: RwLock<Generations>,
}

/// What was asked for lately, and what was before.
#[derive(Debug, Default)]
struct Generations {
    young: HashMap<u64, Known>,
    young_octets: usize,
    old: HashMap<u64, Known>,
}

/// What a signature is valid for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim<'a> {
    /// The issuer's SubjectPublicKeyInfo.
    pub(crate) key: &'a [u8],
    /// What was signed.
    pub(crate) signed: &'a [u8],
    /// The AlgorithmIdentifier.
    pub(crate) algorithm: &'a [u8],
    pub(crate) signature: &'a [u8],
}

/// A claim of our own.
#[derive(Debug, PartialEq, Eq)]
struct Known([Box<[u8]>; 4]);

impl Claim<'_> {
    const fn parts(&self) -> [&[u8]; 4] {
        [self.signature, self.key, self.algorithm, self.signed]
    }

    fn octets(&self) -> usize {
        self.parts().iter().fold(0, |sum, part| part.len().saturating_add(sum))
    }
}

impl Known {
    fn octets(&self) -> usize {
        self.0.iter().fold(0, |sum, part| part.len().saturating_add(sum))
    }

    fn is(&self, claim: &Claim<'_>) -> bool {
        self.0.iter().zip(claim.parts()).all(|(known, part)| **known == *part)
    }
}

impl SignatureCache {
    /// A cache of at most `entries` signatures and `octets` octets of what they are valid for. An
    /// ordinary certificate takes about a thousand octets.
    #[must_use]
    pub fn new(entries: usize, octets: usize) -> Self {
        let generations = RwLock::new(Generations::default());
        Self { entries: entries / 2, octets: octets / 2, keys: RandomState::new(), generations }
    }

    /// Whether this very claim was found to hold before.
    pub(crate) fn knows(&self, claim: &Claim<'_>) -> bool {
        let key = self.key(claim);
        {
            let generations = self.generations.read();
            if generations.young.get(&key).is_some_and(|known| known.is(claim)) {
                return true;
            }
            if !generations.old.get(&key).is_some_and(|known| known.is(claim)) {
                return false;
            }
        }
        let generations = &mut *self.generations.write();
        if let Some(known) = generations.old.remove(&key) {
            self.keep(generations, key, known);
        }
        true
    }

    /// Remembers a claim that holds.
    pub(crate) fn learn(&self, claim: &Claim<'_>) {
        if claim.octets() > self.octets || self.entries == 0 {
            return;
        }
        let known = Known(claim.parts().map(Box::from));
        self.keep(&mut self.generations.write(), self.key(claim), known);
    }

    /// Puts a claim among the young ones; when those are many, they grow old and the old are forgotten.
    fn keep(&self, generations: &mut Generations, key: u64, known: Known) {
        let octets = known.octets();
        if let Some(before) = generations.young.remove(&key) {
            generations.young_octets = generations.young_octets.saturating_sub(before.octets());
        }
        let total = generations.young_octets.saturating_add(octets);
        if generations.young.len() >= self.entries || total > self.octets {
            generations.old = mem::take(&mut generations.young);
            generations.young_octets = 0;
        }
        generations.young_octets = generations.young_octets.saturating_add(octets);
        generations.young.insert(key, known);
    }

    /// The signature alone: two claims that hold do not share one, but by chance. Keyed, since strangers
    /// choose what they send.
    fn key(&self, claim: &Claim<'_>) -> u64 {
        self.keys.hash_one(claim.signature)
    }
}

/// Of 512 signatures and 2 MiB.
impl Default for SignatureCache {
    fn default() -> Self {
        Self::new(512, 2 << 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim<'a>(signature: &'a [u8], signed: &'a [u8]) -> Claim<'a> {
        Claim { key: b"key", signed, algorithm: b"algorithm", signature }
    }

    #[test]
    fn a_claim_is_known_only_if_every_part_is_the_same() {
        let cache = SignatureCache::default();
        let learned = claim(b"signature", b"signed");
        cache.learn(&learned);
        assert!(cache.knows(&learned));
        for other in [
            claim(b"signature", b"signee"),
            claim(b"signaturf", b"signed"),
            Claim { key: b"other", ..learned },
            Claim { algorithm: b"other", ..learned },
        ] {
            assert!(!cache.knows(&other), "{other:?}");
        }
    }

    #[test]
    fn a_full_cache_forgets_what_was_not_asked_for_and_stays_bounded() {
        let sizes = |cache: &SignatureCache| {
            let generations = cache.generations.read();
            let all = generations.young.values().chain(generations.old.values());
            let octets = all.flat_map(|known| &known.0).map(|part| part.len()).sum::<usize>();
            (generations.young.len() + generations.old.len(), octets)
        };
        for (entries, octets) in [(8, 1 << 20), (1 << 20, 400)] {
            let cache = SignatureCache::new(entries, octets);
            let used = claim(b"used", b"signed");
            cache.learn(&used);
            for number in 0_u32..1_000 {
                cache.learn(&claim(&number.to_be_bytes(), b"signed"));
                assert!(cache.knows(&used), "{number}");
                let found = sizes(&cache);
                assert!(found.0 <= entries && found.1 <= octets, "{number}: {found:?}");
            }
            assert!(!cache.knows(&claim(&0_u32.to_be_bytes(), b"signed")));
        }
        let cache = SignatureCache::new(8, 16);
        cache.learn(&claim(b"signature", b"signed"));
        assert_eq!(sizes(&cache), (0, 0), "one that is larger than the whole cache");
    }

    #[test]
    fn what_is_learned_twice_counts_once() {
        let cache = SignatureCache::new(64, 400);
        let used = claim(b"used", b"signed");
        let other = claim(b"other", b"signed");
        cache.learn(&other);
        for _ in 0..100 {
            cache.learn(&used);
        }
        assert!(cache.knows(&other));
    }
}
