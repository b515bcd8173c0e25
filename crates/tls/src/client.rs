// SPDX-License-Identifier: MIT OR Apache-2.0
//! The client's side of TLS: rustls speaks, and our own rules decide.

mod alert;
mod verifier;

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;
use verify::{Intermediates, PeerName, PublicSuffixes, Ruleset, SignatureCache, TrustAnchors};
use x509::Time;

pub(crate) use self::verifier::Verifier;

/// By what a client decides whether to trust a server.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The name (or address) that the certificate must be for; a DNS name is also sent as SNI.
    pub name: PeerName,
    /// The authorities that are trusted. Whoever calls often prepares their keys once
    /// ([`TrustAnchors::prepare_keys`]), and these intermediates' too.
    pub anchors: Arc<TrustAnchors>,
    /// Certificates that may complete a chain the server sent only in part.
    pub intermediates: Arc<Intermediates>,
    /// Signatures of authorities that were found valid before: share it between calls.
    pub cache: Arc<SignatureCache>,
    /// The time at which the chain is judged.
    pub at: Time,
    /// The rules by which it is judged.
    pub ruleset: Ruleset,
    /// The most intermediates accepted between the leaf and the anchor.
    pub max_path_len: Option<u32>,
    /// Below which domains ruleset `webpki` lets nobody have a wildcard.
    pub public_suffixes: Option<&'static dyn PublicSuffixes>,
}

impl Expectation {
    /// What a client of the web expects as of `at`, judging by RFC 5280.
    pub fn new(name: PeerName, anchors: Arc<TrustAnchors>, at: Time) -> Self {
        let ruleset = Ruleset::Rfc5280;
        let (intermediates, cache) = (Arc::default(), Arc::default());
        Self { name, anchors, intermediates, cache, at, ruleset, max_path_len: None, public_suffixes: None }
    }
}

/// A client for TLS 1.3 and 1.2 that believes `verifier` alone, as of `at`.
///
/// It resumes nothing: rustls asks no verifier about a resumed session.
pub(crate) fn client_config(
    verifier: Arc<Verifier>,
    alpn: Vec<Vec<u8>>,
    at: Time,
) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_details(provider, Arc::new(At(at)))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&verifier) as Arc<dyn ServerCertVerifier>)
        .with_client_cert_resolver(verifier);
    config.alpn_protocols = alpn;
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// A clock that stands still.
#[derive(Debug)]
struct At(Time);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.unix()).unwrap_or_default();
        Some(UnixTime::since_unix_epoch(core::time::Duration::from_secs(seconds)))
    }
}
