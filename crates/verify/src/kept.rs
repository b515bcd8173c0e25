// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates that are kept: read once, and shared by every decision that needs them.

mod store;

use std::fmt;
use std::sync::{Arc, OnceLock};

use self_cell::self_cell;
use x509::{Error, SignatureVerifier, SubjectPublicKeyInfo, VerifyingKey};

use crate::decoded::{Decoded, bounded};

pub(crate) use store::Store;

/// A certificate that was read once and is kept with what was read. Copies share it.
#[derive(Clone)]
pub struct KeptCertificate(Arc<Kept>);

self_cell!(
    struct Kept {
        owner: Owned,
        #[covariant]
        dependent: Decoded,
    }
);

/// What a [`Decoded`] certificate borrows from.
#[derive(Debug)]
pub(crate) struct Owned {
    pub(crate) der: Box<[u8]>,
    key: OnceLock<Box<dyn VerifyingKey>>,
    self_signed: OnceLock<bool>,
}

impl Owned {
    /// Its subject's public key, which `verifier` reads the first time.
    pub(crate) fn key(
        &self,
        verifier: &dyn SignatureVerifier,
        key: &SubjectPublicKeyInfo<'_>,
    ) -> Option<&dyn VerifyingKey> {
        if let Some(read) = self.key.get() {
            return Some(&**read);
        }
        // Another verifier may read what this one does not.
        let read = verifier.prepare_key(key)?;
        Some(&**self.key.get_or_init(|| read))
    }

    /// Where it is remembered whether this key signed the certificate itself, once the key has been read:
    /// every decision would have it find out the same.
    pub(crate) fn self_signed(&self) -> Option<&OnceLock<bool>> {
        self.key.get().map(|_read| &self.self_signed)
    }
}

impl KeptCertificate {
    /// Reads a certificate.
    pub(crate) fn read(der: &[u8]) -> Result<Self, Error> {
        let owned = Owned { der: der.into(), key: OnceLock::new(), self_signed: OnceLock::new() };
        Kept::try_new(owned, |owned| Decoded::keep(owned)).map(|kept| Self(Arc::new(kept)))
    }

    /// Reads its subject's public key, if that has not been done.
    pub(crate) fn prepare_key(&self, verifier: &dyn SignatureVerifier) {
        let key = self.decoded().tbs().subject_public_key_info();
        let _read = self.0.borrow_owner().key(verifier, &key);
    }

    /// What was read.
    pub(crate) fn decoded(&self) -> &Decoded<'_> {
        self.0.borrow_dependent()
    }

    /// The certificate.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.borrow_owner().der
    }

    /// Its subject, as text.
    #[must_use]
    pub fn subject(&self) -> String {
        bounded(self.decoded().tbs().subject())
    }
}

/// By the bytes.
impl PartialEq for KeptCertificate {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for KeptCertificate {}

impl fmt::Debug for KeptCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeptCertificate({})", self.subject())
    }
}

/// Bytes that are no certificate, and so neither trusted nor kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate: {0}")]
pub struct NotACertificate(pub(crate) Error);

impl NotACertificate {
    /// What is wrong with the bytes.
    #[must_use]
    pub const fn cause(&self) -> &Error {
        &self.0
    }
}
