// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whom to trust, and who may stand between.

use x509::SignatureVerifier;

use crate::kept::{KeptCertificate, NotACertificate, Store};

/// Certificates that are trusted because someone chose them, self-signed or not.
///
/// They are read once and kept in the order in which they were added, each once. Make them once and
/// share them: what one decision costs does not depend on how many there are, and a key that one decision
/// has read serves the next. Decisions that share anchors trust each other's [`SignatureVerifier`].
#[derive(Debug, Clone, Default)]
pub struct TrustAnchors(Store);

impl TrustAnchors {
    /// No anchors: nothing is trusted.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts the certificate `der`; one that is trusted already is not added again.
    ///
    /// Its form is checked here, the rest (its validity, its extensions) when a path ends at it.
    ///
    /// # Errors
    /// The bytes are no certificate.
    pub fn add_certificate(&mut self, der: &[u8]) -> Result<(), NotACertificate> {
        self.0.add(der).map_err(NotACertificate)
    }

    /// Reads the public key of each certificate added so far, which the first decision to need it would
    /// do otherwise: every signature by it is then checked by `verifier`, whoever the decision is given.
    /// A key that cannot be read is left to the decision, which says what is wrong with it.
    ///
    /// Whether a certificate that names no issuer's key is self-signed, which RFC 5280 §4.2.1.1 asks of
    /// it, is from then on found out once.
    pub fn prepare_keys(&self, verifier: &dyn SignatureVerifier) {
        self.0.prepare_keys(verifier);
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.len() == 0
    }

    /// The anchors, in the order in which they were added.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &KeptCertificate> {
        self.0.iter()
    }

    /// Whether the certificate `der` is one of them, byte for byte.
    #[must_use]
    pub fn contains(&self, der: &[u8]) -> bool {
        self.0.find(der).is_some()
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.0
    }
}

/// Certificates that may stand between leaf and anchor, read once, and their keys like those of
/// [`TrustAnchors`]. They are not trusted.
///
/// A certificate that is sent and is one of these is not read again.
#[derive(Debug, Clone, Default)]
pub struct Intermediates(Store);

impl Intermediates {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the certificate `der`; one that is here already is not added again. Whoever has many to
    /// add goes on after one that cannot be read.
    ///
    /// # Errors
    /// The bytes are no certificate.
    pub fn add_certificate(&mut self, der: &[u8]) -> Result<(), NotACertificate> {
        self.0.add(der).map_err(NotACertificate)
    }

    /// As [`TrustAnchors::prepare_keys`].
    pub fn prepare_keys(&self, verifier: &dyn SignatureVerifier) {
        self.0.prepare_keys(verifier);
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.len() == 0
    }

    /// The certificates, in the order in which they were added.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &KeptCertificate> {
        self.0.iter()
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.0
    }
}
