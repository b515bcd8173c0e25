// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where a server listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use authority::{BaseUrl, publication};
use http::{BindError, Listener};

use crate::failure::Failure;
use crate::port;

/// Where something is usually found, and the argument that says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usual {
    pub(crate) port: u16,
    pub(crate) argument: &'static str,
}

/// Servers of one's own.
pub(crate) const HTTPS: Usual = Usual { port: 8443, argument: "--listen" };
/// The API for programs.
pub(crate) const API: Usual = Usual { port: 8481, argument: "--api" };

/// What whoever keeps watch asks.
pub(crate) const METRICS: Usual = Usual { port: 8482, argument: "--metrics" };

/// What an authority publishes: at the port that its certificates say, but for one that a server in front of it has.
pub(crate) fn published(base_url: Option<&BaseUrl>) -> Usual {
    let said = base_url.map(BaseUrl::port).filter(|port| *port != 80);
    Usual { port: said.unwrap_or(publication::PORT), argument: "--http" }
}

/// What `--listen` or `--http` says; by default this machine alone, at the port that is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Listen {
    /// None: both loopback addresses.
    address: Option<IpAddr>,
    /// None: the one that is usual for what is served.
    port: Option<u16>,
}

impl FromStr for Listen {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        if let Ok(socket) = text.parse::<SocketAddr>() {
            return Ok(Self { address: Some(socket.ip()), port: Some(socket.port()) });
        }
        if let Ok(port) = text.strip_prefix(':').unwrap_or(text).parse() {
            return Ok(Self { address: None, port: Some(port) });
        }
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        match bare.parse() {
            Ok(address) => Ok(Self { address: Some(address), port: None }),
            Err(_) => Err("write it as 127.0.0.1:8443, [::1]:8443, 0.0.0.0 or 8443"),
        }
    }
}

impl Listen {
    /// Every address of this machine.
    pub(crate) const EVERYWHERE: Self = Self { address: Some(IpAddr::V6(Ipv6Addr::UNSPECIFIED)), port: None };

    /// The same addresses, at the port that is usual for something else.
    pub(crate) fn at_usual_port(self) -> Self {
        Self { port: None, ..self }
    }

    /// Whether only this machine can call.
    pub(crate) fn is_loopback(self) -> bool {
        self.address.is_none_or(|address| address.is_loopback())
    }

    /// Listens, at the usual port where none was said. The first listener is the one that was asked for.
    pub(crate) fn bind(self, usual: Usual) -> Result<Vec<Listener>, Failure> {
        let port = self.port.unwrap_or(usual.port);
        if let Some(address) = self.address {
            return Ok(vec![everywhere_or(SocketAddr::new(address, port), usual)?]);
        }
        let first = port::listen(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port), usual.argument)?;
        // `localhost` is ::1 too, to some clients first: nobody else may answer them there.
        let twin = SocketAddr::new(Ipv6Addr::LOCALHOST.into(), first.address().port());
        match Listener::bind(twin) {
            Ok(second) => Ok(vec![first, second]),
            // A machine without IPv6.
            Err(BindError::NotOurAddress { .. } | BindError::Refused { .. }) => Ok(vec![first]),
            Err(_) => port::listen(twin, usual.argument).map(|second| vec![first, second]),
        }
    }

    /// Listens at the usual port, or at the next one above it that is free.
    pub(crate) fn bind_near(self, usual: Usual) -> Result<Vec<Listener>, Failure> {
        let ports = (0..=port::REACH).filter_map(|step| usual.port.checked_add(step));
        let mut bound = ports.map(|port| self.bind(Usual { port, ..usual }));
        match bound.find(Result::is_ok) {
            Some(found) => found,
            None => self.bind(usual),
        }
    }
}

/// Listens at an address; at every one of IPv4 where that is every one, and the machine has no IPv6.
fn everywhere_or(address: SocketAddr, usual: Usual) -> Result<Listener, Failure> {
    if address.ip() == Ipv6Addr::UNSPECIFIED {
        match Listener::bind(address) {
            Ok(listener) => return Ok(listener),
            Err(BindError::NotOurAddress { .. } | BindError::Refused { .. }) => {
                let of_ipv4 = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), address.port());
                return port::listen(of_ipv4, usual.argument);
            }
            // Said by the one below, with who is there and what to type.
            Err(_) => {}
        }
    }
    port::listen(address, usual.argument)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_a_port_or_both_are_read() {
        let check = |text: &str, expect: Option<(Option<&str>, Option<u16>)>| {
            let expect =
                expect.map(|(address, port)| Listen { address: address.and_then(|a| a.parse().ok()), port });
            assert_eq!(text.parse::<Listen>().ok(), expect, "{text}");
        };
        check("9000", Some((None, Some(9000))));
        check(":9000", Some((None, Some(9000))));
        check("0", Some((None, Some(0))));
        check("0.0.0.0", Some((Some("0.0.0.0"), None)));
        check("192.168.1.5:443", Some((Some("192.168.1.5"), Some(443))));
        check("[::]:9000", Some((Some("::"), Some(9000))));
        check("::1", Some((Some("::1"), None)));
        check("[::1]", Some((Some("::1"), None)));
        check("localhost:8443", None);
        check("70000", None);
        check("", None);
    }
}
