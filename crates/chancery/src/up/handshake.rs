// SPDX-License-Identifier: MIT OR Apache-2.0
//! The proof that it works: a client of our own, which trusts the root alone, calls and asks for the page.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tls::Expectation;
use tls::probe::{ProbeSpec, probe};
use verify::{PeerName, TrustAnchors};
use x509::Time;

use super::story::Step;
use crate::failure::Failure;

/// Calls `address` under `name` as a client that trusts `root` alone.
pub(crate) async fn with_ourselves(
    address: SocketAddr,
    name: &str,
    root: &[u8],
    at: Time,
) -> Result<Step, Failure> {
    let address = reachable(address);
    let failed = |error: &(dyn std::error::Error + 'static)| {
        Failure::could_not(format!("the server does not answer its own client at {address}")).because(error)
    };
    let mut anchors = TrustAnchors::new();
    anchors.add_certificate(root).map_err(|error| failed(&error))?;
    let name = PeerName::parse(name).map_err(|error| failed(&error))?;
    let called = format!("{name} at {address}");
    let spec = ProbeSpec::new(Expectation::new(name, Arc::new(anchors), at));
    let met = probe(&[address], spec).await.map_err(|error| failed(&error))?;
    let handshake = met.handshake;
    let exchange = met.connection.ask("/").await.map_err(|error| failed(&error))?;
    let mut facts = Vec::new();
    if let Some(agreed) = &handshake.agreed {
        facts.push(agreed.version.to_string());
        facts.extend(agreed.group.map(|group| group.to_string()));
        facts.push(agreed.cipher_suite.to_string());
    }
    let took = handshake.timings.handshake.map(|took| format!(" in {:.1} ms", took.as_secs_f64() * 1000.0));
    let fact = format!("a client that trusts the root alone calls {called}, and believes it");
    let page = format!("GET / answers {}", exchange.status_line.trim_start_matches("HTTP/1.1 "));
    Ok(Step::made("handshake", fact)
        .detail(format!("{}{}", facts.join(", "), took.unwrap_or_default()))
        .detail(page))
}

/// Where a client on this machine calls a server that listens everywhere.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
