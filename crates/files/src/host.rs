// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names that a request may be for: the defence against DNS rebinding, where a hostile page's own name
//! is made to point at this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hyper::header::HOST;
use hyper::http::request::Parts;
use hyper::http::uri::Authority;

use crate::error::Refusal;

/// The names and addresses that are ours. Ports are not compared: a forwarded port is no attack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostNames(Vec<HostName>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum HostName {
    Dns(String),
    Ip(IpAddr),
}

impl Default for HostNames {
    /// Loopback: `localhost`, 127.0.0.1 and ::1.
    fn default() -> Self {
        Self(vec![
            HostName::Dns("localhost".to_owned()),
            HostName::Ip(Ipv4Addr::LOCALHOST.into()),
            HostName::Ip(Ipv6Addr::LOCALHOST.into()),
        ])
    }
}

impl HostNames {
    /// These names and no other: DNS names, or IP addresses with or without brackets.
    pub fn new<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Self {
        Self(names.into_iter().map(|name| HostName::new(name.as_ref())).collect())
    }

    /// Whether `host` (no port) is one of them. The address that the caller reached us at always is: no name
    /// was resolved to get there, so none was rebound.
    fn has(&self, host: &str, reached_at: Option<IpAddr>) -> bool {
        let host = HostName::new(host);
        self.0.contains(&host)
            || matches!((host, reached_at), (HostName::Ip(ip), Some(local)) if ip == local.to_canonical())
    }

    /// Refuse a request that is for somebody else.
    pub(crate) fn check(&self, request: &Parts, reached_at: Option<IpAddr>) -> Result<(), Refusal> {
        let mut headers = request.headers.get_all(HOST).iter();
        let header = headers.next();
        if headers.next().is_some() {
            return Err(Refusal::HostUnclear);
        }
        // RFC 9112 §3.2.2: the authority of the request's target comes before Host. Whichever is there has
        // to be ours; nothing at all is not.
        let target = request.uri.authority().map(Authority::as_str);
        let named =
            header.map(|value| value.to_str().map_err(|_not_ascii| Refusal::HostUnclear)).transpose()?;
        if target.is_none() && named.is_none() {
            return Err(Refusal::HostUnclear);
        }
        for authority in [target, named].into_iter().flatten() {
            let authority: Authority = authority.parse().map_err(|_malformed| Refusal::HostUnclear)?;
            if !self.has(authority.host(), reached_at) {
                return Err(Refusal::NotOurName { host: authority.host().to_owned() });
            }
        }
        Ok(())
    }
}

impl HostName {
    fn new(name: &str) -> Self {
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        match bare.parse::<IpAddr>() {
            Ok(ip) => Self::Ip(ip.to_canonical()),
            Err(_not_an_address) => Self::Dns(name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use hyper::Request;

    fn check(target: &str, host: &[&str]) -> Result<(), Refusal> {
        let mut request = Request::get(target);
        for host in host {
            request = request.header(HOST, *host);
        }
        let names = HostNames::new(["Files.Example.", "10.0.0.7", "[fd00::7]"]);
        names.check(&request.body(()).unwrap().into_parts().0, Some("192.168.1.5".parse().unwrap()))
    }

    #[test]
    fn our_names_are_ours_in_every_spelling() {
        let spellings = [
            "files.example",
            "FILES.example:8443",
            "files.example.",
            "10.0.0.7:1",
            "[fd00:0::7]:8443",
            "[::ffff:10.0.0.7]",
            "192.168.1.5",
        ];
        for host in spellings {
            assert!(check("/", &[host]).is_ok(), "{host}");
            assert!(check(&format!("https://{host}/"), &[]).is_ok(), "{host}");
        }
    }

    #[test]
    fn other_names_are_refused_wherever_they_stand() {
        for host in ["evil.example", "files.example.evil.example", "10.0.0.8", "", "a b", "files.example/x"] {
            assert!(check("/", &[host]).is_err(), "{host}");
        }
        assert!(check("https://evil.example/", &["files.example"]).is_err());
        assert!(check("https://files.example/", &["evil.example"]).is_err());
        assert!(check("/", &[]).is_err());
        assert!(check("/", &["files.example", "files.example"]).is_err());
    }
}
