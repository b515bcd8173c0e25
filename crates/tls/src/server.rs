// SPDX-License-Identifier: MIT OR Apache-2.0
//! The server's side of TLS.

mod callers;
mod tickets;

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};

use self::callers::Asked;
use self::tickets::BoundTickets;
use crate::resolver::Resolver;

/// HTTP/2, then HTTP/1.1: what a server of web pages offers. [RFC 7301 §6]
pub const WEB: &[&[u8]] = &[b"h2", b"http/1.1"];

/// A server for TLS 1.3 and 1.2 that shows what `resolver` holds and speaks one of `alpn`.
///
/// The groups are rustls's, X25519MLKEM768 first. Sessions resume by stateless tickets that live
/// 12 hours at most and end when the credentials are exchanged; nothing is kept per client.
///
/// # Errors
/// The system has no randomness for the ticket keys.
pub fn server_config(resolver: Arc<Resolver>, alpn: &[&[u8]]) -> Result<Arc<ServerConfig>, rustls::Error> {
    made(resolver, alpn, WebPkiClientVerifier::no_client_auth())
}

/// The same, which asks for a certificate, and goes on without one. Of a certificate that is shown only that its holder
/// has the key is proven: it is for whoever answers to decide whether to believe it. A session that is resumed carries
/// what was shown when it began.
///
/// # Errors
/// The system has no randomness for the ticket keys.
pub fn server_config_asking(
    resolver: Arc<Resolver>,
    alpn: &[&[u8]],
) -> Result<Arc<ServerConfig>, rustls::Error> {
    made(resolver, alpn, Arc::new(Asked))
}

fn made(
    resolver: Arc<Resolver>,
    alpn: &[&[u8]],
    callers: Arc<dyn ClientCertVerifier>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let tickets = BoundTickets::new(Arc::clone(&resolver))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_client_cert_verifier(callers)
        .with_cert_resolver(resolver);
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
    config.ticketer = Arc::new(tickets);
    config.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(Arc::new(config))
}
