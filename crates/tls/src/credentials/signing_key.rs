// SPDX-License-Identifier: MIT OR Apache-2.0
//! Our signer, as rustls wants it.

use core::fmt;
use std::sync::Arc;

use keys::TlsScheme;
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::sign::{Signer, SigningKey};
use rustls::{SignatureAlgorithm, SignatureScheme};

/// A [`keys::Signer`] that signs handshakes.
pub(super) struct TlsSigningKey {
    signer: Arc<dyn keys::Signer>,
    algorithm: SignatureAlgorithm,
}

impl TlsSigningKey {
    /// Wraps `signer`, or gives `None` when it has no scheme that TLS knows.
    pub(super) fn new(signer: Arc<dyn keys::Signer>) -> Option<Self> {
        let first = signer.tls_schemes().first().copied()?;
        let algorithm = algorithm(first)?;
        Some(Self { signer, algorithm })
    }
}

fn rustls_scheme(scheme: TlsScheme) -> SignatureScheme {
    SignatureScheme::from(scheme.code())
}

/// The kind of key behind a scheme: rustls goes by it when it chooses a TLS 1.2 suite.
fn algorithm(scheme: TlsScheme) -> Option<SignatureAlgorithm> {
    Some(match scheme {
        TlsScheme::EcdsaSecp256r1Sha256
        | TlsScheme::EcdsaSecp384r1Sha384
        | TlsScheme::EcdsaSecp521r1Sha512 => SignatureAlgorithm::ECDSA,
        TlsScheme::Ed25519 => SignatureAlgorithm::ED25519,
        TlsScheme::RsaPssRsaeSha256
        | TlsScheme::RsaPssRsaeSha384
        | TlsScheme::RsaPssRsaeSha512
        | TlsScheme::RsaPssPssSha256
        | TlsScheme::RsaPssPssSha384
        | TlsScheme::RsaPssPssSha512
        | TlsScheme::RsaPkcs1Sha256
        | TlsScheme::RsaPkcs1Sha384
        | TlsScheme::RsaPkcs1Sha512 => SignatureAlgorithm::RSA,
        _ => return None,
    })
}

impl fmt::Debug for TlsSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsSigningKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

impl SigningKey for TlsSigningKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let scheme =
            *self.signer.tls_schemes().iter().find(|scheme| offered.contains(&rustls_scheme(**scheme)))?;
        Some(Box::new(SchemeSigner { signer: Arc::clone(&self.signer), scheme }))
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(SubjectPublicKeyInfoDer::from(self.signer.public_key_info()))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }
}

/// The signer with the scheme that both sides know.
struct SchemeSigner {
    signer: Arc<dyn keys::Signer>,
    scheme: TlsScheme,
}

impl fmt::Debug for SchemeSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemeSigner").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

impl Signer for SchemeSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        self.signer.sign_tls(self.scheme, message).map_err(|error| rustls::Error::General(error.to_string()))
    }

    fn scheme(&self) -> SignatureScheme {
        rustls_scheme(self.scheme)
    }
}
