// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where what an authority publishes is found: its CRLs, its answers about the status of certificates, and the
//! certificates of its issuers.

mod shard;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::error::BaseUrlProblem;
use crate::issuer::IssuerId;

pub use shard::{Shard, Sharding};

/// The port where it is usually published.
pub const PORT: u16 = 8480;
/// The longest base: with what comes behind it, a URL that fits where 255 octets do.
const LONGEST: usize = 200;
/// The path of OCSP, below the base.
pub const OCSP: &str = "ocsp";

/// The path of an issuer's CRL, below the base.
#[must_use]
pub fn crl(issuer: IssuerId) -> String {
    format!("crl/{}.crl", issuer.short())
}

/// The path of an issuer's certificate, below the base.
#[must_use]
pub fn certificate(issuer: IssuerId) -> String {
    format!("ca/{}.cer", issuer.short())
}

/// The base of the URLs: `http://HOST`, with a port and a path if there are any, and no slash at its end.
///
/// Plain HTTP: who asks for the status of a certificate over HTTPS needs the status of another one first (RFC 5280
/// §8). What is published is signed by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    host: Host,
    port: u16,
}

/// A host of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    Name(String),
    Address(IpAddr),
}

impl BaseUrl {
    /// The base on a host, which is a name or an address, with a port.
    ///
    /// # Errors
    /// See [`BaseUrlProblem`].
    pub fn at(host: &str, port: u16) -> Result<Self, BaseUrlProblem> {
        match host.parse::<Ipv6Addr>() {
            Ok(_) => format!("http://[{host}]:{port}").parse(),
            Err(_) => format!("http://{host}:{port}").parse(),
        }
    }

    /// The URL of something that is published.
    #[must_use]
    pub fn of(&self, path: &str) -> String {
        format!("{}/{path}", self.text)
    }

    /// The path of the URL of something that is published, from its first slash on.
    #[must_use]
    pub fn path_of(&self, path: &str) -> String {
        let behind = self.text.trim_start_matches("http://");
        let own = behind.find('/').and_then(|slash| behind.get(slash..)).unwrap_or_default();
        format!("{own}/{path}")
    }

    /// The base, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, without brackets.
    #[must_use]
    pub fn host(&self) -> String {
        match &self.host {
            Host::Name(name) => name.clone(),
            Host::Address(address) => address.to_string(),
        }
    }

    /// The port; 80 where none is said.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether nobody but this machine itself finds anything there.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Address(address) => address.is_loopback(),
        }
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlProblem;

    fn from_str(text: &str) -> Result<Self, BaseUrlProblem> {
        let text = text.trim_end_matches('/').to_ascii_lowercase();
        if text.len() > LONGEST {
            return Err(BaseUrlProblem::TooLong { length: text.len(), longest: LONGEST });
        }
        let rest = text.strip_prefix("http://").ok_or(BaseUrlProblem::NotHttp)?;
        let (authority, path) =
            rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
        let is_plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~/".contains(&octet);
        if !path.bytes().all(is_plain) || path.split('/').any(|part| part == "." || part == "..") {
            return Err(BaseUrlProblem::Path { path: path.to_owned() });
        }
        let refused = || BaseUrlProblem::Host { host: authority.to_owned() };
        let (host, port) = match authority.strip_prefix('[') {
            Some(inner) => inner.split_once(']').ok_or_else(refused)?,
            None => authority.find(':').map_or((authority, ""), |colon| authority.split_at(colon)),
        };
        let is_literal = authority.starts_with('[');
        let port = match port.strip_prefix(':') {
            Some(port) => port.parse().ok().filter(|port| *port != 0).ok_or_else(refused)?,
            None if port.is_empty() => 80,
            None => return Err(refused()),
        };
        let host = if is_literal {
            Host::Address(host.parse::<Ipv6Addr>().map_err(|_not_one| refused())?.into())
        } else if let Ok(address) = host.parse::<Ipv4Addr>() {
            Host::Address(address.into())
        } else if is_host_name(host) {
            Host::Name(host.to_owned())
        } else {
            return Err(refused());
        };
        Ok(Self { text, host, port })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Labels of letters, digits and hyphens, the last one not a number.
fn is_host_name(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_number = |label: &str| label.bytes().all(|octet| octet.is_ascii_digit());
    host.split('.').all(is_label) && host.split('.').next_back().is_some_and(|last| !is_number(last))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_plain_http_on_a_host_and_no_more_than_a_path_behind_it() {
        let check = |text: &str, expect: (&str, &str, u16, bool)| {
            let base: BaseUrl = text.parse().unwrap();
            assert_eq!((base.as_str(), &*base.host(), base.port(), base.is_loopback()), expect, "{text}");
        };
        check("http://ca.internal:8480", ("http://ca.internal:8480", "ca.internal", 8480, false));
        check("http://CA.Internal:8480/", ("http://ca.internal:8480", "ca.internal", 8480, false));
        check("http://pki.example/ca/", ("http://pki.example/ca", "pki.example", 80, false));
        check("http://localhost:8480", ("http://localhost:8480", "localhost", 8480, true));
        check("http://127.0.0.9:1", ("http://127.0.0.9:1", "127.0.0.9", 1, true));
        check("http://[::1]:8480", ("http://[::1]:8480", "::1", 8480, true));
        check("http://192.0.2.1", ("http://192.0.2.1", "192.0.2.1", 80, false));
        for text in [
            "",
            "https://ca.internal",
            "ca.internal:8480",
            "http://",
            "http://:8480",
            "http://ca internal",
            "http://user@ca.internal",
            "http://ca.internal:0",
            "http://ca.internal:65536",
            "http://ca.internal:",
            "http://ca.internal?x",
            "http://ca.internal/a?b",
            "http://ca.internal/#f",
            "http://ca.internal/../x",
            "http://[::1",
            "http://[::1]8480",
            "http://[ca.internal]",
            "http://::1",
            "http://1.2.3",
            "http://-a",
            "http://a..b",
            "http://ca.internal/\u{e4}",
            "http://ca.internal/%2e",
        ] {
            assert!(text.parse::<BaseUrl>().is_err(), "{text}");
        }
        assert!(format!("http://ca.internal/{}", "a".repeat(200)).parse::<BaseUrl>().is_err());
        assert_eq!(BaseUrl::at("::1", 8480).unwrap().as_str(), "http://[::1]:8480");
        let below: BaseUrl = "http://pki.example/ca".parse().unwrap();
        assert_eq!(
            (below.path_of("ocsp"), below.of("ocsp")),
            ("/ca/ocsp".into(), "http://pki.example/ca/ocsp".into())
        );
        assert_eq!(BaseUrl::at("::1", 80).unwrap().path_of("ocsp"), "/ocsp");
        assert_eq!(BaseUrl::at("nas.lan", 8480).unwrap().of(OCSP), "http://nas.lan:8480/ocsp");
    }

    #[test]
    fn paths_are_told_apart_by_the_first_octets_of_the_key() {
        let mut octets = [0xab; 32];
        octets[7] = 1;
        let id = IssuerId::from_octets(octets);
        assert_eq!(crl(id), "crl/ababababababab01.crl");
        assert_eq!(certificate(id), "ca/ababababababab01.cer");
    }
}
