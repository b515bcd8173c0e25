// SPDX-License-Identifier: MIT OR Apache-2.0
//! What somebody asks for: a certificate signing request, read and then verified.

mod asked;
mod incoming;

pub use asked::{Asked, AskedAttribute, AskedExtension, AskedName};
pub use incoming::IncomingRequest;

use x509::{CertificationRequest, KeyStrength, SignatureVerifier, Time};

use crate::error::{RecordError, RequestError};
use crate::issuer::IssuerId;
use crate::profile::{Profile, Role};
use crate::record::Record;

/// The most octets that a request may have.
pub const REQUEST_LIMIT: usize = 64 * 1024;
/// The most names that a certificate may have.
pub const NAME_LIMIT: usize = 100;

/// A request whose requester has proven to hold the key, with a key that is strong enough and everything in it
/// well-formed. Made by [`VerifiedRequest::verify`] alone.
#[derive(Debug, Clone)]
pub struct VerifiedRequest {
    der: Vec<u8>,
    public_key_info: Vec<u8>,
    key: KeyStrength,
    asked: Asked,
    compromised: Option<Time>,
    /// The issuers of the record, and their own certificates, DER, where an authority is to be certified.
    issuers: Vec<(IssuerId, Vec<u8>)>,
}

impl VerifiedRequest {
    /// Reads a request, PEM or DER, and checks it.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(content: &[u8], crypto: &dyn SignatureVerifier) -> Result<Self, RequestError> {
        Self::verify(IncomingRequest::read(content)?, crypto)
    }

    /// Checks a request.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn verify(request: IncomingRequest, crypto: &dyn SignatureVerifier) -> Result<Self, RequestError> {
        let der = request.into_der();
        let parsed = CertificationRequest::parse(&der).map_err(RequestError::Malformed)?;
        let info = parsed.info();
        let public_key = info.subject_public_key_info();
        let key = crypto.check_key(&public_key).map_err(RequestError::Key)?;
        crypto
            .verify(&public_key, &parsed.signature_algorithm(), info.raw(), parsed.signature_value())
            .map_err(RequestError::ProofOfPossession)?;
        let asked = Asked::read(info)?;
        let public_key_info = public_key.raw().to_vec();
        Ok(Self { der, public_key_info, key, asked, compromised: None, issuers: Vec::new() })
    }

    /// The same request, with what the record knows of its key: a plan refuses one that was compromised. Without this
    /// the record itself refuses it, when everything is signed.
    ///
    /// # Errors
    /// The record did not answer.
    pub async fn looked_up(
        self,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Self, RecordError> {
        let key = IssuerId::of_der(&self.public_key_info, crypto);
        Ok(Self { compromised: record.compromised(*key.octets()).await?, ..self })
    }

    /// The same request, with the issuers of the record where this profile is that of an authority: a plan refuses the name
    /// of one with another key. Without this the gate does.
    ///
    /// # Errors
    /// The record did not answer.
    pub async fn looked_up_for(self, profile: &Profile, record: &dyn Record) -> Result<Self, RecordError> {
        if !matches!(profile.role(), Role::Authority { .. }) {
            return Ok(self);
        }
        let known = record.issuers().await?.into_iter().map(|known| known.added);
        let issuers = known.filter_map(|added| Some((added.id, added.chain.into_iter().next()?))).collect();
        Ok(Self { issuers, ..self })
    }

    /// The issuers of the record with their own certificates, as far as they were looked up.
    pub(crate) fn issuers(&self) -> impl Iterator<Item = (IssuerId, &[u8])> {
        self.issuers.iter().map(|(id, own)| (*id, own.as_slice()))
    }

    /// Since when its key is compromised, as far as that was looked up.
    #[must_use]
    pub const fn compromised(&self) -> Option<Time> {
        self.compromised
    }

    /// The request.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The key to be certified: a SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn public_key_info(&self) -> &[u8] {
        &self.public_key_info
    }

    /// What kind of key it is.
    #[must_use]
    pub const fn key(&self) -> KeyStrength {
        self.key
    }

    /// Everything that is asked for.
    #[must_use]
    pub const fn asked(&self) -> &Asked {
        &self.asked
    }
}
