// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who answers OCSP requests for an issuer, with a key of its own: the issuer's is used seldom then, and may be slow.

use std::sync::Arc;

use keys::Signer;
use x509::ext::{ExtendedKeyUsage, KeyUsage, OcspNoCheck};
use x509::{Certificate, SignatureVerifier, SubjectPublicKeyInfo, oid};

use super::status::is_answer;
use super::{Issuer, IssuerId};
use crate::error::{DelegateError, StatusError};
use crate::issue::check;
use crate::lifetime::Period;

/// A responder to whom an issuer has delegated its answers (RFC 6960 §4.2.2.2), proven: the issuer itself has certified
/// its key for that, and the key is here. Made by [`Delegate::prove`] alone, from storage too.
#[derive(Debug)]
pub struct Delegate {
    certificate: Vec<u8>,
    signer: Arc<dyn Signer>,
    issuer: IssuerId,
    serial: Vec<u8>,
    period: Period,
}

impl Delegate {
    /// Proves a certificate and its key.
    ///
    /// Whether the certificate is valid *now* is asked whenever something is to be answered.
    ///
    /// # Errors
    /// What does not hold.
    pub fn prove(
        certificate: Vec<u8>,
        signer: Arc<dyn Signer>,
        issuer: &Issuer,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Self, DelegateError> {
        let own = Certificate::parse(&certificate)?;
        let tbs = own.tbs();
        if tbs.subject_public_key_info().raw() != signer.public_key_info() {
            return Err(DelegateError::KeyMismatch);
        }
        if tbs.issuer().raw() != issuer.subject() {
            let (found, wanted) = (tbs.issuer().to_string(), issuer.name().to_owned());
            return Err(DelegateError::OtherIssuer { found, wanted });
        }
        let key = SubjectPublicKeyInfo::parse(issuer.signer().public_key_info())?;
        crypto
            .verify(&key, &own.signature_algorithm(), tbs.raw(), own.signature_value())
            .map_err(|error| DelegateError::Signature { issuer: issuer.name().to_owned(), error })?;
        require_appointed(&own)?;
        let (serial, period) = (tbs.serial().magnitude().to_vec(), Period::from(tbs.validity()));
        Ok(Self { issuer: issuer.id(), certificate, signer, serial, period })
    }

    /// Its certificate, DER.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// For whom it answers.
    #[must_use]
    pub const fn issuer(&self) -> IssuerId {
        self.issuer
    }

    /// The magnitude of its certificate's serial number.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// When its certificate is valid.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The AlgorithmIdentifier of its signatures, DER.
    #[must_use]
    pub fn signature_algorithm(&self) -> &[u8] {
        self.signer.signature_algorithm()
    }

    /// The octets of its public key, as responders are named by them.
    ///
    /// # Errors
    /// What the signer says of its key cannot be read.
    pub fn key_bits(&self) -> Result<&[u8], x509::Error> {
        SubjectPublicKeyInfo::parse(self.signer.public_key_info()).map(|key| key.key_bits())
    }

    /// Signs the block of an OCSP answer, and verifies the signature.
    ///
    /// # Errors
    /// Other bytes, or a signer that failed or is faulty.
    pub fn sign_answer(&self, block: &[u8], crypto: &dyn SignatureVerifier) -> Result<Vec<u8>, StatusError> {
        let signature = self.sign_answer_unverified(block)?;
        check(&*self.signer, None, block, &signature, crypto)?.map_err(StatusError::FaultySigner)?;
        Ok(signature)
    }

    /// The same without verifying it (see [`Issuer::sign_answer_unverified`]).
    ///
    /// # Errors
    /// Other bytes, or a signer that failed.
    pub fn sign_answer_unverified(&self, block: &[u8]) -> Result<Vec<u8>, StatusError> {
        if !is_answer(block) {
            return Err(StatusError::NoStatus);
        }
        Ok(self.signer.sign(block)?)
    }
}

/// Whether a certificate says that its holder answers for its issuer, and that nobody need ask about it.
fn require_appointed(own: &Certificate<'_>) -> Result<(), DelegateError> {
    let extensions = own.tbs().extensions();
    let purposes = extensions.decode::<ExtendedKeyUsage<'_>>()?;
    let usage = extensions.decode::<KeyUsage>()?;
    let requirements = [
        ("OCSPSigning in its extKeyUsage", purposes.is_some_and(|found| found.value.has(oid::OCSP_SIGNING))),
        (
            "digitalSignature in its keyUsage",
            usage.is_some_and(|found| found.value.has(KeyUsage::DIGITAL_SIGNATURE)),
        ),
        ("ocsp-nocheck", extensions.decode::<OcspNoCheck>()?.is_some()),
    ];
    match requirements.into_iter().find(|(_, is_met)| !is_met) {
        Some((lacking, _)) => Err(DelegateError::NotAppointed { lacking }),
        None => Ok(()),
    }
}
