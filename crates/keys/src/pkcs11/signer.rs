// SPDX-License-Identifier: MIT OR Apache-2.0
//! A signer whose key is on a token.

use std::fmt;

use cryptoki::mechanism::Mechanism;
use cryptoki::object::ObjectHandle;
use parking_lot::Mutex;
use x509::oid;
use x509::{AlgorithmIdentifier, DigestAlgorithm, KeyStrength, SignatureVerifier as _, SubjectPublicKeyInfo};

use super::encoding::{digest_info, ecdsa_signature};
use super::error::TokenError;
use super::object::{self, Keep, given_up};
use super::token::{Token, Trouble};
use super::uri::Pkcs11Uri;
use crate::aws_lc::AwsLc;
use crate::curve::Curve;
use crate::kind::KeyKind;
use crate::signer::{SignError, Signer};
use crate::tls_scheme::TlsScheme;

/// What is signed to see whether a key signs: no certificate, and nothing that a client would believe.
const TRIAL: &[u8] = b"a trial signature, which certifies nothing";

/// A key on a token. Digests are made here, and the token signs them: CKM_ECDSA with P-256, P-384 and P-521, CKM_RSA_PKCS
/// with RSA.
pub struct Pkcs11Signer {
    token: Token,
    location: Pkcs11Uri,
    public_key_info: Vec<u8>,
    signature_algorithm: Vec<u8>,
    strength: KeyStrength,
    extractable: Option<bool>,
    /// The key's handle, for as long as the login lasts.
    handle: Mutex<Option<(u64, ObjectHandle)>>,
}

impl Pkcs11Signer {
    /// The key that a URI means, on a token that is logged in to.
    ///
    /// # Errors
    /// There is no such key, or it is not one to sign with.
    pub fn open(token: &Token, wanted: &Pkcs11Uri) -> Result<Self, TokenError> {
        let read = token.with_session(|session, _| {
            let private = object::private_key(token, session, wanted)?;
            let extractable = object::check_use(token, session, private)?;
            Ok((object::public_key(token, session, private, wanted)?, extractable))
        });
        let (public_key_info, extractable) = read?;
        Ok(Self { extractable, ..Self::of(token, wanted.clone(), public_key_info)? })
    }

    /// Makes a key pair on the token that cannot be taken out of it. `role` begins its label.
    ///
    /// # Errors
    /// The token makes no such key.
    pub fn generate(token: &Token, kind: KeyKind, role: &str) -> Result<Self, TokenError> {
        let made = token.with_anchor(|session| object::generate(token, session, kind, role, Keep::ForGood));
        let (id, label, public_key_info) = made?;
        Self::of(token, token.wanted().with_key(&id, &label), public_key_info)
    }

    fn of(token: &Token, location: Pkcs11Uri, public_key_info: Vec<u8>) -> Result<Self, TokenError> {
        let unusable = |reason: String| TokenError::Unusable { token: token.label().to_owned(), reason };
        let key =
            SubjectPublicKeyInfo::parse(&public_key_info).map_err(|error| unusable(error.to_string()))?;
        // By the same checks that any public key goes through.
        let strength = AwsLc.check_key_to_certify(&key).map_err(|error| unusable(error.to_string()))?;
        let signature_algorithm = signature_algorithm(strength)
            .ok_or_else(|| unusable(format!("{strength} is not signed with on tokens")))?;
        let token = token.clone();
        let (extractable, handle) = (Some(false), Mutex::new(None));
        Ok(Self { token, location, public_key_info, signature_algorithm, strength, extractable, handle })
    }

    /// Where the key is: token, label and identifier.
    #[must_use]
    pub const fn location(&self) -> &Pkcs11Uri {
        &self.location
    }

    /// The token that it is on.
    #[must_use]
    pub const fn token(&self) -> &Token {
        &self.token
    }

    /// What kind of key it is, and how strong.
    #[must_use]
    pub const fn strength(&self) -> KeyStrength {
        self.strength
    }

    /// Whether the key can be taken out of the token; `None` when the token does not say.
    #[must_use]
    pub const fn is_extractable(&self) -> Option<bool> {
        self.extractable
    }

    /// Takes the key off the token, for good.
    ///
    /// # Errors
    /// The token failed, or does not allow it.
    pub fn destroy(&self) -> Result<(), TokenError> {
        let Some(id) = self.location.id() else { return Ok(()) };
        self.token.with_anchor(|session| object::destroy(&self.token, session, id))
    }

    /// Signs words that certify nothing, and verifies the signature here.
    ///
    /// # Errors
    /// The token did not sign, or what it made is wrong.
    pub fn try_out(&self) -> Result<(), TokenError> {
        self.sign_and_verify(TRIAL).map(drop)
    }

    /// Makes a key pair that lives for a moment, signs with it and verifies what it signed: what can be tried on a token that
    /// holds nothing yet.
    ///
    /// # Errors
    /// The token makes no keys, did not sign, or what it made is wrong.
    pub fn try_out_token(token: &Token, kind: KeyKind) -> Result<(), TokenError> {
        token.with_anchor(|session| {
            let (id, label, info) = object::generate(token, session, kind, "trial", Keep::WithTheSession)?;
            let tried = (|| {
                let wanted = Pkcs11Uri::default().with_key(&id, &label);
                let key = object::private_key(token, session, &wanted)
                    .map_err(|trouble| given_up(token, trouble))?;
                let unusable =
                    || TokenError::Unusable { token: token.label().to_owned(), reason: kind.to_string() };
                let strength = SubjectPublicKeyInfo::parse(&info)
                    .ok()
                    .and_then(|key| AwsLc.check_key_to_certify(&key).ok())
                    .ok_or_else(unusable)?;
                let algorithm = signature_algorithm(strength).ok_or_else(unusable)?;
                let (mechanism, data) = to_sign(strength, digest_of(strength), TRIAL);
                let raw =
                    session.sign(&mechanism, key, &data).map_err(|error| token.failure("signing", &error))?;
                let signature = from_token(strength, raw).unwrap_or_default();
                is_right(&info, &algorithm, TRIAL, &signature)
                    .then_some(())
                    .ok_or_else(|| TokenError::Faulty { token: token.label().to_owned() })
            })();
            // It goes with the session, but the session stays.
            tried.and(object::destroy(token, session, &id))
        })
    }

    /// A device can break: what it signed is verified here before anybody else sees it.
    fn sign_and_verify(&self, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let signature = self.sign_digested(digest_of(self.strength), message)?;
        match is_right(&self.public_key_info, &self.signature_algorithm, message, &signature) {
            true => Ok(signature),
            false => Err(TokenError::Faulty { token: self.token.label().to_owned() }),
        }
    }

    fn sign_digested(&self, digest: DigestAlgorithm, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let (mechanism, data) = to_sign(self.strength, digest, message);
        let raw = self.token.with_session(|session, generation| {
            let key = self.handle(session, generation)?;
            session.sign(&mechanism, key, &data).map_err(|error| self.token.trouble("signing", &error))
        })?;
        from_token(self.strength, raw)
            .ok_or_else(|| TokenError::Faulty { token: self.token.label().to_owned() })
    }

    fn handle(&self, session: &cryptoki::session::Session, generation: u64) -> Result<ObjectHandle, Trouble> {
        if let Some((_, handle)) = self.handle.lock().filter(|(made, _)| *made == generation) {
            return Ok(handle);
        }
        let found = object::private_key(&self.token, session, &self.location)?;
        *self.handle.lock() = Some((generation, found));
        Ok(found)
    }
}

impl Signer for Pkcs11Signer {
    fn public_key_info(&self) -> &[u8] {
        &self.public_key_info
    }

    fn signature_algorithm(&self) -> &[u8] {
        &self.signature_algorithm
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.sign_and_verify(message).map_err(SignError::Token)
    }

    /// Of RSA those of TLS 1.2 alone: RSASSA-PSS is not asked of tokens.
    fn tls_schemes(&self) -> &[TlsScheme] {
        match self.strength {
            KeyStrength::P256 => &[TlsScheme::EcdsaSecp256r1Sha256],
            KeyStrength::P384 => &[TlsScheme::EcdsaSecp384r1Sha384],
            KeyStrength::P521 => &[TlsScheme::EcdsaSecp521r1Sha512],
            KeyStrength::Rsa { .. } => {
                &[TlsScheme::RsaPkcs1Sha256, TlsScheme::RsaPkcs1Sha384, TlsScheme::RsaPkcs1Sha512]
            }
            _ => &[],
        }
    }

    fn sign_tls(&self, scheme: TlsScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        if !self.tls_schemes().contains(&scheme) {
            return Err(SignError::Scheme { key: self.strength.to_string(), scheme });
        }
        let digest = match scheme {
            TlsScheme::RsaPkcs1Sha256 => DigestAlgorithm::Sha256,
            TlsScheme::RsaPkcs1Sha384 => DigestAlgorithm::Sha384,
            TlsScheme::RsaPkcs1Sha512 => DigestAlgorithm::Sha512,
            _ => digest_of(self.strength),
        };
        self.sign_digested(digest, message).map_err(SignError::Token)
    }
}

/// Where the key is.
impl fmt::Debug for Pkcs11Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pkcs11Signer({}, {})", self.strength, self.location)
    }
}

fn curve(strength: KeyStrength) -> Option<Curve> {
    Curve::ALL.into_iter().find(|curve| curve.strength() == strength)
}

/// As [`crate::PrivateKey`] signs.
fn signature_algorithm(strength: KeyStrength) -> Option<Vec<u8>> {
    match (curve(strength), strength) {
        (Some(curve), _) => Some(AlgorithmIdentifier::encode(curve.signature_oid(), None)),
        // RFC 4055 §5: the parameters are NULL.
        (None, KeyStrength::Rsa { .. }) => {
            Some(AlgorithmIdentifier::encode(oid::SHA256_WITH_RSA, Some(&[0x05, 0x00])))
        }
        _ => None,
    }
}

const fn digest_of(strength: KeyStrength) -> DigestAlgorithm {
    match strength {
        KeyStrength::P384 => DigestAlgorithm::Sha384,
        KeyStrength::P521 => DigestAlgorithm::Sha512,
        _ => DigestAlgorithm::Sha256,
    }
}

/// The mechanism, and what the token is given.
fn to_sign(strength: KeyStrength, digest: DigestAlgorithm, message: &[u8]) -> (Mechanism<'static>, Vec<u8>) {
    let hash = AwsLc.digest(digest, message);
    match strength {
        KeyStrength::Rsa { .. } => (Mechanism::RsaPkcs, digest_info(digest, hash.octets())),
        _ => (Mechanism::Ecdsa, hash.octets().to_vec()),
    }
}

/// What the token gave, as X.509 has it; `None` when it cannot be a signature.
fn from_token(strength: KeyStrength, raw: Vec<u8>) -> Option<Vec<u8>> {
    match curve(strength) {
        Some(curve) if raw.len() == curve.scalar_length().saturating_mul(2) => ecdsa_signature(&raw),
        Some(_) => None,
        None => Some(raw),
    }
}

fn is_right(info: &[u8], algorithm: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let read = SubjectPublicKeyInfo::parse(info).ok().zip(AlgorithmIdentifier::parse(algorithm).ok());
    read.is_some_and(|(key, algorithm)| AwsLc.verify(&key, &algorithm, message, signature).is_ok())
}
