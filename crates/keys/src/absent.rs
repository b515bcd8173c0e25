// SPDX-License-Identifier: MIT OR Apache-2.0
//! A key that is kept elsewhere: known, and not to be signed with.

use crate::signer::{SignError, Signer};
use crate::tls_scheme::TlsScheme;

/// The public half of a key whose private half is out of reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsentKey {
    public_key_info: Vec<u8>,
    signature_algorithm: Vec<u8>,
}

impl AbsentKey {
    /// The key with this SubjectPublicKeyInfo (DER), which makes signatures of this AlgorithmIdentifier (DER) where it
    /// is.
    #[must_use]
    pub const fn new(public_key_info: Vec<u8>, signature_algorithm: Vec<u8>) -> Self {
        Self { public_key_info, signature_algorithm }
    }
}

impl Signer for AbsentKey {
    fn public_key_info(&self) -> &[u8] {
        &self.public_key_info
    }

    fn signature_algorithm(&self) -> &[u8] {
        &self.signature_algorithm
    }

    fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, SignError> {
        Err(SignError::Absent)
    }

    fn tls_schemes(&self) -> &[TlsScheme] {
        &[]
    }

    fn sign_tls(&self, _scheme: TlsScheme, _message: &[u8]) -> Result<Vec<u8>, SignError> {
        Err(SignError::Absent)
    }

    fn is_absent(&self) -> bool {
        true
    }
}
