// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signing with a private key in memory.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
    RsaEncoding, RsaKeyPair,
};

use super::{Pair, PrivateKey};
use crate::curve::Curve;
use crate::signer::{SignError, Signer};
use crate::tls_scheme::TlsScheme;

impl Signer for PrivateKey {
    fn public_key_info(&self) -> &[u8] {
        &self.public_key_info
    }

    fn signature_algorithm(&self) -> &[u8] {
        &self.signature_algorithm
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let signature = match &self.pair {
            Pair::Ec(_, pair) => {
                pair.sign(&SystemRandom::new(), message).ok().map(|signature| signature.as_ref().to_vec())
            }
            Pair::Ed25519(pair) => pair.try_sign(message).ok().map(|signature| signature.as_ref().to_vec()),
            Pair::Rsa(pair) => sign_rsa(pair, &RSA_PKCS1_SHA256, message),
        };
        signature.ok_or_else(|| SignError::Failed { key: self.description() })
    }

    fn tls_schemes(&self) -> &[TlsScheme] {
        match self.pair {
            Pair::Ec(Curve::P256, _) => &[TlsScheme::EcdsaSecp256r1Sha256],
            Pair::Ec(Curve::P384, _) => &[TlsScheme::EcdsaSecp384r1Sha384],
            Pair::Ec(Curve::P521, _) => &[TlsScheme::EcdsaSecp521r1Sha512],
            Pair::Ed25519(_) => &[TlsScheme::Ed25519],
            Pair::Rsa(_) => &[
                TlsScheme::RsaPssRsaeSha256,
                TlsScheme::RsaPssRsaeSha384,
                TlsScheme::RsaPssRsaeSha512,
                TlsScheme::RsaPkcs1Sha256,
                TlsScheme::RsaPkcs1Sha384,
                TlsScheme::RsaPkcs1Sha512,
            ],
        }
    }

    fn sign_tls(&self, scheme: TlsScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        if !self.tls_schemes().contains(&scheme) {
            return Err(SignError::Scheme { key: self.description(), scheme });
        }
        match (&self.pair, rsa_encoding(scheme)) {
            (Pair::Rsa(pair), Some(encoding)) => {
                sign_rsa(pair, encoding, message).ok_or_else(|| SignError::Failed { key: self.description() })
            }
            // The digests of the EC schemes are those of certificates on the same curves.
            _ => self.sign(message),
        }
    }
}

fn rsa_encoding(scheme: TlsScheme) -> Option<&'static dyn RsaEncoding> {
    Some(match scheme {
        TlsScheme::RsaPssRsaeSha256 => &RSA_PSS_SHA256,
        TlsScheme::RsaPssRsaeSha384 => &RSA_PSS_SHA384,
        TlsScheme::RsaPssRsaeSha512 => &RSA_PSS_SHA512,
        TlsScheme::RsaPkcs1Sha256 => &RSA_PKCS1_SHA256,
        TlsScheme::RsaPkcs1Sha384 => &RSA_PKCS1_SHA384,
        TlsScheme::RsaPkcs1Sha512 => &RSA_PKCS1_SHA512,
        _ => return None,
    })
}

fn sign_rsa(pair: &RsaKeyPair, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Option<Vec<u8>> {
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(encoding, &SystemRandom::new(), message, &mut signature).ok()?;
    Some(signature)
}
