// SPDX-License-Identifier: MIT OR Apache-2.0
//! A private key.

mod open;
mod sign;

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair};
use x509::hex::Hex;
use x509::oid;
use x509::{AlgorithmIdentifier, KeyStrength, SignatureVerifier as _, SubjectPublicKeyInfo};
use zeroize::Zeroizing;

use crate::aws_lc::AwsLc;
use crate::container;
use crate::curve::Curve;
use crate::error::KeyError;
use crate::identifier::key_identifier;
use crate::kind::KeyKind;
use crate::passphrase::Passphrase;

/// A private key whose strength and whose public half have been checked. It is not cloned, shows its
/// identifier alone in `Debug`, and is zeroised when dropped.
pub struct PrivateKey {
    pair: Pair,
    strength: KeyStrength,
    identifier: [u8; 20],
    public_key_info: Vec<u8>,
    signature_algorithm: Vec<u8>,
    pkcs8: Zeroizing<Vec<u8>>,
}

/// The key as AWS-LC holds it.
enum Pair {
    Ec(Curve, EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl PrivateKey {
    /// Makes a new key pair. RSA takes up to some seconds: call it where blocking is allowed.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub fn generate(kind: KeyKind) -> Result<Self, KeyError> {
        let ec = |curve: Curve| EcdsaKeyPair::generate(curve.signing()).map(|pair| Pair::Ec(curve, pair));
        let rsa = |size| RsaKeyPair::generate(size).map(Pair::Rsa);
        let pair = match kind {
            KeyKind::P256 => ec(Curve::P256),
            KeyKind::P384 => ec(Curve::P384),
            KeyKind::Ed25519 => Ed25519KeyPair::generate().map(Pair::Ed25519),
            KeyKind::Rsa2048 => rsa(KeySize::Rsa2048),
            KeyKind::Rsa3072 => rsa(KeySize::Rsa3072),
            KeyKind::Rsa4096 => rsa(KeySize::Rsa4096),
        };
        Self::prove(pair.map_err(|_unspecified| KeyError::Library { action: "key generation" })?)
    }

    /// Reads the one private key in PEM text: `PRIVATE KEY` (PKCS#8 v1 or v2), `ENCRYPTED PRIVATE
    /// KEY`, `EC PRIVATE KEY` (SEC1) or `RSA PRIVATE KEY` (PKCS#1). Other blocks beside it, such as
    /// certificates, are skipped. Input that starts as DER does is read as DER.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn from_pem(text: &[u8], passphrase: Option<&Passphrase>) -> Result<Self, KeyError> {
        container::open(text, passphrase, |secret| Self::prove(open::pair(&secret)?))
    }

    /// Reads the private key that is the whole of `der`, in any container of
    /// [`PrivateKey::from_pem`], told by its structure.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn from_der(der: &[u8], passphrase: Option<&Passphrase>) -> Result<Self, KeyError> {
        container::open_der(der, passphrase, |secret| Self::prove(open::pair(&secret)?))
    }

    /// Makes the value: by the same checks that any public key goes through.
    fn prove(pair: Pair) -> Result<Self, KeyError> {
        let public_key_info = pair.public_key_info();
        let info = SubjectPublicKeyInfo::parse(&public_key_info)
            .map_err(|_broken| KeyError::Library { action: "writing the public key" })?;
        let strength = AwsLc.check_key_to_certify(&info)?;
        let identifier = key_identifier(&info);
        let signature_algorithm = pair.signature_algorithm();
        let pkcs8 = pair.to_pkcs8()?;
        Ok(Self { pair, strength, identifier, public_key_info, signature_algorithm, pkcs8 })
    }

    /// The public key: a SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn public_key_info(&self) -> &[u8] {
        &self.public_key_info
    }

    /// What kind of key it is, and how strong.
    #[must_use]
    pub const fn strength(&self) -> KeyStrength {
        self.strength
    }

    /// The same in words: `P-256`, `RSA 3072`.
    #[must_use]
    pub fn description(&self) -> String {
        self.strength.to_string()
    }

    /// The key's identifier, as [`key_identifier`] makes it.
    #[must_use]
    pub const fn identifier(&self) -> [u8; 20] {
        self.identifier
    }

    /// The key unencrypted, as PKCS#8 version 1 in DER.
    #[must_use]
    pub fn to_pkcs8_der(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The key unencrypted, as PKCS#8 version 1 in PEM.
    #[must_use]
    pub fn to_pkcs8_pem(&self) -> Zeroizing<String> {
        container::encode("PRIVATE KEY", &self.pkcs8)
    }

    /// The key encrypted, as PKCS#8 in PEM: PBES2 with PBKDF2-HMAC-SHA256 (600,000 rounds) and
    /// AES-256-CBC, which OpenSSL, GnuTLS and Java read. Takes a good part of a second.
    ///
    /// # Errors
    /// The passphrase is empty, or the cryptographic library failed.
    pub fn to_encrypted_pkcs8_pem(&self, passphrase: &Passphrase) -> Result<Zeroizing<String>, KeyError> {
        let der = container::encrypt(&self.pkcs8, passphrase)?;
        Ok(container::encode("ENCRYPTED PRIVATE KEY", &der))
    }
}

impl Pair {
    fn public_key_info(&self) -> Vec<u8> {
        match self {
            Self::Ec(curve, pair) => {
                SubjectPublicKeyInfo::encode(&curve.key_algorithm(), pair.public_key().as_ref())
            }
            Self::Ed25519(pair) => {
                let algorithm = AlgorithmIdentifier::encode(oid::ED25519, None);
                SubjectPublicKeyInfo::encode(&algorithm, pair.public_key().as_ref())
            }
            Self::Rsa(pair) => {
                let algorithm = AlgorithmIdentifier::encode(oid::RSA_ENCRYPTION, Some(NULL));
                SubjectPublicKeyInfo::encode(&algorithm, pair.public_key().as_ref())
            }
        }
    }

    /// The AlgorithmIdentifier of the signatures on certificates and requests.
    fn signature_algorithm(&self) -> Vec<u8> {
        match self {
            Self::Ec(curve, _) => AlgorithmIdentifier::encode(curve.signature_oid(), None),
            Self::Ed25519(_) => AlgorithmIdentifier::encode(oid::ED25519, None),
            // RFC 4055 §5: the parameters are NULL.
            Self::Rsa(_) => AlgorithmIdentifier::encode(oid::SHA256_WITH_RSA, Some(NULL)),
        }
    }

    fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let failed = |_unspecified| KeyError::Library { action: "writing the private key" };
        let der = match self {
            Self::Ec(_, pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
            // Version 1: OpenSSL, GnuTLS and Java read no version 2.
            Self::Ed25519(pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
            Self::Rsa(pair) => {
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
                der.as_ref().to_vec()
            }
        };
        Ok(Zeroizing::new(der))
    }
}

const NULL: &[u8] = &[0x05, 0x00];

/// What it is and its identifier; nothing secret.
impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({}, {})", self.strength, Hex(&self.identifier))
    }
}
