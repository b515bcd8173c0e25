// SPDX-License-Identifier: MIT OR Apache-2.0
//! rustls asks, `verify` answers, and everything is written down.

use core::fmt;
use std::sync::Arc;

use keys::{AwsLc, TlsVersion};
use parking_lot::Mutex;
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use verify::{Purpose, Question, Revocation, Trace};

use super::{Expectation, alert};
use crate::handshake::{ClientCertificateWanted, Decision, Possession, ProofMessage, Verified};
use crate::{possession, registry};

/// What the server showed and what the client made of it.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    pub(crate) chain: Vec<Vec<u8>>,
    pub(crate) ocsp_response: Option<Vec<u8>>,
    pub(crate) decision: Option<Decision>,
    pub(crate) possession: Option<Possession>,
    pub(crate) client_certificate: Option<ClientCertificateWanted>,
}

/// Decides by [`verify::decide`] and writes down what it saw.
///
/// A chain that is refused is not reported to rustls at once but together with the signature that
/// follows it, so that the story knows whether the server held the key. rustls checks that
/// signature in every handshake that begins with a certificate and before anything of ours is sent
/// protected, so that no handshake ever ends well that was not both trusted and proven.
pub(crate) struct Verifier {
    expectation: Expectation,
    observed: Mutex<Observed>,
}

impl Verifier {
    pub(crate) fn new(expectation: Expectation) -> Self {
        Self { expectation, observed: Mutex::new(Observed::default()) }
    }

    /// Hands over what was seen.
    pub(crate) fn take(&self) -> Observed {
        core::mem::take(&mut *self.observed.lock())
    }

    /// A stapled response counts for the leaf that it is about; without one nobody's status is asked for.
    fn decide(&self, chain: &[Vec<u8>], stapled: &[u8]) -> Decision {
        let Expectation { name, anchors, intermediates, cache, at, ruleset, max_path_len, public_suffixes } =
            &self.expectation;
        let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
        let mut question = Question::new(&chain, anchors, *at);
        question.prepared = Some(intermediates);
        question.cache = Some(cache);
        question.purpose = Purpose::ServerAuth;
        question.name = Some(name);
        question.ruleset = *ruleset;
        question.max_path_len = *max_path_len;
        question.public_suffixes = *public_suffixes;
        let responses = [stapled];
        question.revocation = (!stapled.is_empty()).then(|| Revocation::stapled(&responses));
        let mut trace = Trace::default();
        let verdict = verify::decide(&question, &AwsLc, &mut trace).map(|path| Verified {
            path: path.certificates().map(|certificate| certificate.der().to_vec()).collect(),
        });
        Decision { at: *at, ruleset: *ruleset, verdict, trace }
    }

    /// Checks the server's signature, writes it down, and lets the handshake go on only if the
    /// chain was trusted too.
    fn prove(
        &self,
        version: TlsVersion,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let verdict = possession::check(version, message, certificate, signed);
        let refused = verdict.as_ref().err().map(alert::for_signature);
        let observed = &mut *self.observed.lock();
        observed.possession = Some(Possession {
            message: match version {
                TlsVersion::V12 => ProofMessage::ServerKeyExchange,
                TlsVersion::V13 => ProofMessage::CertificateVerify,
            },
            scheme: registry::SignatureScheme(u16::from(signed.scheme)),
            signature: signed.signature().to_vec(),
            verdict,
        });
        let untrusted = match &observed.decision {
            Some(Decision { verdict: Ok(_), .. }) => None,
            Some(Decision { verdict: Err(rejection), .. }) => Some(alert::for_rejection(rejection)),
            None => Some(Error::NoCertificatesPresented),
        };
        match refused.or(untrusted) {
            Some(error) => Err(error),
            None => Ok(HandshakeSignatureValid::assertion()),
        }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("expectation", &self.expectation).finish_non_exhaustive()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        ocsp_response: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain: Vec<_> =
            core::iter::once(end_entity).chain(intermediates).map(|der| der.to_vec()).collect();
        let decision = self.decide(&chain, ocsp_response);
        let observed = &mut *self.observed.lock();
        observed.chain = chain;
        observed.ocsp_response = (!ocsp_response.is_empty()).then(|| ocsp_response.to_vec());
        observed.decision = Some(decision);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.prove(TlsVersion::V12, message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.prove(TlsVersion::V13, message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        possession::schemes()
    }
}

/// It has no certificate of its own, and notes that one was wanted.
impl ResolvesClientCert for Verifier {
    fn resolve(&self, authorities: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.observed.lock().client_certificate = Some(ClientCertificateWanted {
            authorities: authorities.iter().map(|name| name.to_vec()).collect(),
            schemes: schemes.iter().map(|scheme| registry::SignatureScheme(u16::from(*scheme))).collect(),
        });
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}
