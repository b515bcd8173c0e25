// SPDX-License-Identifier: MIT OR Apache-2.0
//! The containers in which private keys travel, read as strict DER. What is read borrows from the
//! caller's buffer: no copy of a secret is made here but the one that decryption makes, and that is
//! zeroised.

mod der;
mod encrypted;
mod legacy;
mod pbes2;
mod pem;
mod pkcs1;
mod pkcs8;
mod sec1;

pub(crate) use encrypted::encrypt;
pub(crate) use pem::{encode, is_encrypted};

use x509::pem::PemError;
use zeroize::Zeroizing;

use crate::curve::Curve;
use crate::error::KeyError;
use crate::passphrase::Passphrase;

/// The longest text or DER that is read: 64 KiB, ten times the largest RSA key in PEM.
pub(crate) const LIMIT: usize = 64 * 1024;

/// A private key as its container gives it, nothing of it believed yet.
pub(crate) enum Secret<'a> {
    /// SEC1's ECPrivateKey, or PKCS#8 around it.
    Ec {
        /// The curve; `None` when the container names none.
        curve: Option<Curve>,
        /// The private key, big-endian.
        scalar: &'a [u8],
        /// The public keys that stand beside it.
        points: [Option<&'a [u8]>; 2],
    },
    /// Ed25519.
    Ed25519 {
        /// The private key (RFC 8032 §5.1.5).
        seed: &'a [u8; 32],
        /// The public key that stands beside it.
        public: Option<&'a [u8]>,
    },
    /// RSA.
    Rsa {
        /// The RSAPrivateKey in DER.
        pkcs1: &'a [u8],
        /// The RSAPublicKey that stands beside it.
        public: Option<&'a [u8]>,
    },
}

/// Which container some bytes are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    Pkcs8,
    EncryptedPkcs8,
    Sec1,
    Pkcs1,
}

/// Gives `build` the secret in `input`, which is PEM or DER.
pub(crate) fn open<T>(
    input: &[u8],
    passphrase: Option<&Passphrase>,
    build: impl FnOnce(Secret<'_>) -> Result<T, KeyError>,
) -> Result<T, KeyError> {
    if input.len() > LIMIT {
        return Err(KeyError::TooLong { found: input.len(), limit: LIMIT });
    }
    // DER starts with the octet of a SEQUENCE.
    if input.first() == Some(&0x30) {
        return open_der(input, passphrase, build);
    }
    let block = match pem::the_private_key(input) {
        Err(KeyError::Pem(PemError::LegacyHeaders { line, label })) => {
            let headers = || KeyError::Pem(PemError::LegacyHeaders { line, label: label.clone() });
            let legacy = legacy::read(input)?.ok_or_else(headers)?;
            let plain = legacy.decrypt(passphrase)?;
            return open_as(legacy.block.container, &plain, legacy.block.curve, None, build);
        }
        block => block?,
    };
    open_as(block.container, &block.der, block.curve, passphrase, build)
}

/// Gives `build` the secret that is the whole of `der`.
pub(crate) fn open_der<T>(
    der: &[u8],
    passphrase: Option<&Passphrase>,
    build: impl FnOnce(Secret<'_>) -> Result<T, KeyError>,
) -> Result<T, KeyError> {
    if der.len() > LIMIT {
        return Err(KeyError::TooLong { found: der.len(), limit: LIMIT });
    }
    open_as(der::recognise(der)?, der, None, passphrase, build)
}

fn open_as<T>(
    container: Container,
    der: &[u8],
    curve: Option<Curve>,
    passphrase: Option<&Passphrase>,
    build: impl FnOnce(Secret<'_>) -> Result<T, KeyError>,
) -> Result<T, KeyError> {
    match container {
        Container::Pkcs8 => build(pkcs8::read(der)?),
        Container::Sec1 => build(sec1::read(der, curve)?),
        Container::Pkcs1 => build(Secret::Rsa { pkcs1: pkcs1::check(der)?, public: None }),
        Container::EncryptedPkcs8 => {
            let plain: Zeroizing<Vec<u8>> = encrypted::decrypt(der, passphrase)?;
            build(pkcs8::read(&plain)?)
        }
    }
}
