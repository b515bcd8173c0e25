// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names that never leave a private network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Subtree;

/// Names that no public registry gives away: RFC 6761 (`localhost`, `test`), RFC 6762 (`local`), RFC 8375
/// (`home.arpa`), ICANN's reservation of 2024 (`internal`), and `lan`, which home routers use.
const DOMAINS: &[&str] = &["localhost", "internal", "home.arpa", "test", "local", "lan"];

/// Loopback, RFC 1918, link-local (RFC 3927, RFC 4291), carrier-grade NAT (RFC 6598), unique local (RFC 4193).
const NETWORKS: &[(IpAddr, u8)] = &[
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(100, 64, 0, 0)), 10),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
];

/// The subtrees of the three forms.
pub(super) fn private() -> Vec<Subtree> {
    let hosts = DOMAINS.iter().map(|domain| Subtree::Dns((*domain).to_owned()));
    let networks = NETWORKS.iter().map(|&(base, prefix)| Subtree::Ip { base, prefix });
    let mail = DOMAINS.iter().flat_map(|domain| Subtree::mail_of(domain));
    hosts.chain(networks).chain(mail).collect()
}
