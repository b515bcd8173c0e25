// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whom to trust.

use std::collections::{BTreeMap, BTreeSet};

use x509::{Certificate, Name};

/// Certificates that are trusted because someone chose them, self-signed or not.
///
/// They are kept in the order in which they were added, each once.
#[derive(Debug, Clone, Default)]
pub struct TrustAnchors {
    anchors: Vec<TrustAnchor>,
    known: BTreeSet<Box<[u8]>>,
    /// Indexes by the fingerprint of the subject.
    by_subject: BTreeMap<u64, Vec<usize>>,
}

/// One trust anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustAnchor {
    der: Box<[u8]>,
    subject: Box<[u8]>,
}

impl TrustAnchor {
    /// The certificate.
    #[must_use]
    pub const fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its subject, as text.
    #[must_use]
    pub fn subject(&self) -> String {
        Name::parse(&self.subject).map(|name| name.to_string()).unwrap_or_default()
    }

    /// Whether its subject is `name` (RFC 5280 §7.1).
    fn is_named(&self, name: &Name<'_>) -> bool {
        *self.subject == *name.raw() || Name::parse(&self.subject).is_ok_and(|subject| subject.matches(name))
    }
}

/// Bytes that are no certificate and so cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate: {0}")]
pub struct AnchorError(x509::Error);

impl AnchorError {
    /// What is wrong with the bytes.
    #[must_use]
    pub const fn cause(&self) -> &x509::Error {
        &self.0
    }
}

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
    pub fn add_certificate(&mut self, der: &[u8]) -> Result<(), AnchorError> {
        let certificate = Certificate::parse(der).map_err(AnchorError)?;
        if self.known.insert(der.into()) {
            let subject = certificate.tbs().subject();
            self.by_subject.entry(subject.fingerprint()).or_default().push(self.anchors.len());
            self.anchors.push(TrustAnchor { der: der.into(), subject: subject.raw().into() });
        }
        Ok(())
    }

    /// The anchors whose subject is `name`, given the fingerprint of that.
    pub(crate) fn named<'s>(
        &'s self,
        name: &Name<'_>,
        fingerprint: u64,
    ) -> impl Iterator<Item = &'s TrustAnchor> {
        let indexes = self.by_subject.get(&fingerprint).map(Vec::as_slice).unwrap_or_default();
        let anchors = indexes.iter().filter_map(|index| self.anchors.get(*index));
        anchors.filter(move |anchor| anchor.is_named(name))
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.anchors.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// The anchors, in the order in which they were added.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &TrustAnchor> {
        self.anchors.iter()
    }

    /// Whether the certificate `der` is one of them, byte for byte.
    #[must_use]
    pub fn contains(&self, der: &[u8]) -> bool {
        self.known.contains(der)
    }
}
