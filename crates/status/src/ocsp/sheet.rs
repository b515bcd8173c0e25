// SPDX-License-Identifier: MIT OR Apache-2.0
//! An answer, written and signed: by the issuer itself, or by whom it has delegated its answers to.

use std::time::Duration;

use authority::{Delegate, Issuer, StatusError};
use x509::ocsp::write::{ResponseFields, SingleFields, basic_response, response, response_data};
use x509::ocsp::{CertId, CertStatus, ResponderId};
use x509::{Digest, DigestAlgorithm, Extension, SignatureVerifier, Time, oid};

use super::known::Known;
use super::{Freshness, OcspAnswer};
use crate::error::OcspError;

/// A delegate, and the hash of its key by SHA-1, as answers name who gives them (RFC 6960 §4.2.1).
#[derive(Debug)]
pub(super) struct Appointed {
    delegate: Delegate,
    key_hash: Digest,
}

impl Appointed {
    pub(super) fn new(delegate: Delegate, crypto: &dyn SignatureVerifier) -> Result<Self, x509::Error> {
        let key_hash = crypto.digest(DigestAlgorithm::Sha1, delegate.key_bits()?);
        Ok(Self { delegate, key_hash })
    }

    /// Whether its certificate is valid.
    pub(super) fn is_in_office(&self, now: Time) -> bool {
        self.delegate.period().contains(now)
    }
}

/// What the answers of one moment have in common.
pub(super) struct Sheet<'a> {
    pub(super) freshness: Freshness,
    known: &'a Known,
    appointed: Option<&'a Appointed>,
    /// Whether the signature is verified.
    verify: bool,
    crypto: &'a dyn SignatureVerifier,
}

impl<'a> Sheet<'a> {
    /// Answers that are good for so long, and never longer than the certificate of who signs them.
    pub(super) fn new(
        (known, appointed): (&'a Known, Option<&'a Appointed>),
        (now, lifetime): (Time, Duration),
        verify: bool,
        crypto: &'a dyn SignatureVerifier,
    ) -> Self {
        let until = now.plus(lifetime);
        let until = appointed.map_or(until, |appointed| until.min(appointed.delegate.period().not_after));
        let freshness = Freshness { this_update: now, next_update: until };
        Self { freshness, known, appointed, verify, crypto }
    }

    pub(super) fn single<'c>(&self, cert_id: CertId<'c>, status: CertStatus) -> SingleFields<'c> {
        let Freshness { this_update, next_update } = self.freshness;
        SingleFields { cert_id, status, this_update, next_update: Some(next_update), extensions: &[] }
    }

    pub(super) fn answer(
        &self,
        answers: &[SingleFields<'_>],
        nonce: Option<&[u8]>,
    ) -> Result<OcspAnswer, OcspError> {
        let nonce = nonce.map(|value| Extension { oid: oid::OCSP_NONCE, critical: false, value });
        let by = self.appointed.map_or(self.known.key_hash(), |appointed| appointed.key_hash.octets());
        let data = response_data(&ResponseFields {
            responder_id: ResponderId::ByKey(by),
            produced_at: self.freshness.this_update,
            responses: answers,
            extensions: nonce.as_slice(),
        });
        let basic = match self.appointed.map(|appointed| &appointed.delegate) {
            Some(delegate) => {
                let signature = self.by_delegate(delegate, &data)?;
                basic_response(&data, delegate.signature_algorithm(), &signature, &[delegate.certificate()])
            }
            None => {
                let issuer = self.known.issuer();
                let signature = self.by_issuer(issuer, &data)?;
                basic_response(&data, issuer.signature_algorithm(), &signature, &[])
            }
        };
        Ok(OcspAnswer { der: response(&basic).into(), reusable: None })
    }

    fn by_delegate(&self, delegate: &Delegate, data: &[u8]) -> Result<Vec<u8>, StatusError> {
        match self.verify {
            true => delegate.sign_answer(data, self.crypto),
            false => delegate.sign_answer_unverified(data),
        }
    }

    fn by_issuer(&self, issuer: &Issuer, data: &[u8]) -> Result<Vec<u8>, StatusError> {
        match self.verify {
            true => issuer.sign_status(data, self.crypto),
            false => issuer.sign_answer_unverified(data),
        }
    }
}
