// SPDX-License-Identifier: MIT OR Apache-2.0
//! An issuer's chain, read once for the many certificates that are judged below it.

use verify::{Intermediates, NoTrace, Purpose, Question, Rejection, SignatureCache, TrustAnchors};
use x509::{Certificate, SignatureVerifier, Time, VerifyingKey};

/// The chain as `verify` keeps it, and the signatures in it, which were found valid when it was proven. Every other
/// rule is applied to it whenever something is issued.
#[derive(Debug)]
pub(super) struct Path {
    anchors: TrustAnchors,
    intermediates: Intermediates,
    known: SignatureCache,
    /// The issuer's own key; `None` when it is not one that is read once.
    key: Option<Box<dyn VerifyingKey>>,
}

impl Path {
    /// Proves that the chain (the issuer's own certificate first, its root last) may issue at a moment.
    pub(super) fn prove(
        chain: &[Certificate<'_>],
        at: Time,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Self, String> {
        let (Some((root, below)), Some(own)) = (chain.split_last(), chain.first()) else {
            return Err("it is empty".to_owned());
        };
        let (mut anchors, mut intermediates) = (TrustAnchors::new(), Intermediates::new());
        anchors.add_certificate(root.der()).map_err(|error| error.to_string())?;
        for certificate in below {
            intermediates.add_certificate(certificate.der()).map_err(|error| error.to_string())?;
        }
        anchors.prepare_keys(crypto);
        intermediates.prepare_keys(crypto);
        let octets = chain.iter().map(|certificate| certificate.der().len()).sum::<usize>();
        // Room for two generations of each.
        let known = SignatureCache::new(chain.len().saturating_mul(4), octets.saturating_mul(8));
        let key = crypto.prepare_key(&own.tbs().subject_public_key_info());
        let path = Self { anchors, intermediates, known, key };
        let chain: Vec<&[u8]> = chain.iter().map(Certificate::der).collect();
        let question = path.question(&chain, at, Purpose::IssueCertificates);
        verify::decide(&question, crypto, &mut NoTrace).map_err(|rejection| rejection.to_string())?;
        Ok(path)
    }

    fn question<'a>(&'a self, chain: &'a [&'a [u8]], at: Time, purpose: Purpose) -> Question<'a> {
        let mut question = Question::new(chain, &self.anchors, at);
        question.prepared = Some(&self.intermediates);
        question.cache = Some(&self.known);
        question.purpose = purpose;
        question
    }

    /// Applies every rule but the signature's to what the issuer would sign.
    pub(super) fn judge(
        &self,
        to_be_signed: &[u8],
        chain: &[Vec<u8>],
        at: Time,
        purpose: Purpose,
        crypto: &dyn SignatureVerifier,
    ) -> Result<(), Rejection> {
        let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
        let question = self.question(&chain, at, purpose);
        verify::judge_unsigned(to_be_signed, &question, crypto, &mut NoTrace)
    }

    pub(super) fn key(&self) -> Option<&dyn VerifyingKey> {
        self.key.as_deref()
    }
}
