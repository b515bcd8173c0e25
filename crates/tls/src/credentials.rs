// SPDX-License-Identifier: MIT OR Apache-2.0
//! A chain and the key that belongs to it: what a server shows, and what it proves itself with.

mod chain;
mod signing_key;

use core::fmt;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;

pub use self::chain::ChainNote;
use self::signing_key::TlsSigningKey;
use crate::error::CredentialsError;

/// A certificate chain, leaf first and without its root, and the signer whose key is in the leaf.
///
/// Only [`Credentials::new`] makes one, so holding it means that they match.
pub struct Credentials {
    chain: Vec<Vec<u8>>,
    notes: Vec<ChainNote>,
    certified: Arc<CertifiedKey>,
}

impl Credentials {
    /// Matches `signer` to a certificate of `chain` and puts the rest in order behind it.
    ///
    /// A chain in the wrong order is put right and a root at its end is left out (clients have
    /// their own); [`notes`](Self::notes) says what was changed.
    ///
    /// # Errors
    /// The chain is empty or unreadable, no certificate in it is for the signer's key, or one of
    /// them has nothing to do with the others.
    pub fn new(chain: &[Vec<u8>], signer: Arc<dyn keys::Signer>) -> Result<Self, CredentialsError> {
        let (chain, notes) = chain::arrange(chain, signer.public_key_info())?;
        let key = TlsSigningKey::new(signer).ok_or(CredentialsError::NoScheme)?;
        let certificates = chain.iter().cloned().map(CertificateDer::from).collect();
        let certified = Arc::new(CertifiedKey::new(certificates, Arc::new(key)));
        Ok(Self { chain, notes, certified })
    }

    /// The chain as it will be sent: DER, leaf first.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    /// The certificate of this server, DER.
    pub fn leaf(&self) -> &[u8] {
        self.chain.first().map(Vec::as_slice).unwrap_or_default()
    }

    /// What was changed in the chain that was given.
    pub fn notes(&self) -> &[ChainNote] {
        &self.notes
    }

    /// The same for rustls.
    pub(crate) fn certified(&self) -> &Arc<CertifiedKey> {
        &self.certified
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("certificates", &self.chain.len()).finish_non_exhaustive()
    }
}
