// SPDX-License-Identifier: MIT OR Apache-2.0
//! The keys that mutants are signed with: the same in every run.

use keys::{PrivateKey, key_identifier};
use x509::der::{Tag, Writer};
use x509::{AlgorithmIdentifier, SubjectPublicKeyInfo, oid};

use crate::error::Error;

/// How many keys of a kind: more than any hierarchy of ours has certificates.
const COUNT: u8 = 12;

/// What kind of key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Signatures are the same each time.
    Ed25519,
    /// Signatures differ each time, in their bytes and their lengths.
    P256,
}

/// The keys of every family.
pub(crate) struct Keyring {
    ed25519: Keys,
    p256: Keys,
}

/// The keys of one family.
pub(crate) struct Keys {
    first: PrivateKey,
    others: Vec<PrivateKey>,
}

impl Keyring {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self { ed25519: Keys::new(ed25519)?, p256: Keys::new(p256)? })
    }

    pub(crate) fn of(&self, family: Family) -> &Keys {
        match family {
            Family::Ed25519 => &self.ed25519,
            Family::P256 => &self.p256,
        }
    }
}

impl Keys {
    fn new(container: impl Fn(u8) -> Vec<u8>) -> Result<Self, Error> {
        let key = |number| {
            PrivateKey::from_der(&container(number), None).map_err(|error| Error::Key(error.to_string()))
        };
        Ok(Self { first: key(1)?, others: (2..=COUNT).map(key).collect::<Result<_, _>>()? })
    }

    /// The key of this number; beyond the last comes the first again.
    pub(crate) fn get(&self, number: usize) -> &PrivateKey {
        let number = number % usize::from(COUNT);
        number.checked_sub(1).and_then(|at| self.others.get(at)).unwrap_or(&self.first)
    }

    pub(crate) fn identifier(&self, number: usize) -> [u8; 20] {
        SubjectPublicKeyInfo::parse(self.get(number).public_key_info())
            .map_or([0; 20], |info| key_identifier(&info))
    }
}

/// PKCS#8 around 32 octets, all the same (RFC 8410 §7).
fn ed25519(number: u8) -> Vec<u8> {
    let seed = Writer::build(|writer| writer.octet_string(&[number; 32]));
    Writer::build(|writer| {
        writer.sequence(|key| {
            key.integer(0);
            key.raw(&AlgorithmIdentifier::encode(oid::ED25519, None));
            key.octet_string(&seed);
        });
    })
}

/// SEC1 around a scalar whose octets are all the same (RFC 5915 §3).
fn p256(number: u8) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|key| {
            key.integer(1);
            key.octet_string(&[number; 32]);
            key.nest(Tag::context_constructed(0), |parameters| parameters.oid(oid::SECP256R1));
        });
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_keys_are_all_different_and_the_same_in_every_run() {
        let (one, two) = (Keyring::new().unwrap(), Keyring::new().unwrap());
        for family in [Family::Ed25519, Family::P256] {
            let all = |ring: &Keyring| {
                (0..usize::from(COUNT)).map(|n| ring.of(family).identifier(n)).collect::<Vec<_>>()
            };
            let mut keys = all(&one);
            assert_eq!(keys, all(&two));
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), usize::from(COUNT));
        }
    }
}
