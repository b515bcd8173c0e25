// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where a server listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use http::{BindError, Listener};

use crate::failure::Failure;
use crate::port;

/// Where servers of one's own are usually found.
const PORT: u16 = 8443;

/// What `--listen` says; without it, port 8443 of this machine alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listen {
    /// None: both loopback addresses.
    address: Option<IpAddr>,
    port: u16,
}

impl Default for Listen {
    fn default() -> Self {
        Self { address: None, port: PORT }
    }
}

impl FromStr for Listen {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        if let Ok(socket) = text.parse::<SocketAddr>() {
            return Ok(Self { address: Some(socket.ip()), port: socket.port() });
        }
        if let Ok(port) = text.strip_prefix(':').unwrap_or(text).parse() {
            return Ok(Self { address: None, port });
        }
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        match bare.parse() {
            Ok(address) => Ok(Self { address: Some(address), port: PORT }),
            Err(_) => Err("write it as 127.0.0.1:8443, [::1]:8443, 0.0.0.0 or 8443"),
        }
    }
}

impl Listen {
    /// Whether only this machine can call.
    pub(crate) fn is_loopback(self) -> bool {
        self.address.is_none_or(|address| address.is_loopback())
    }

    /// Listens. The first listener is the one that was asked for.
    pub(crate) fn bind(self) -> Result<Vec<Listener>, Failure> {
        if let Some(address) = self.address {
            return Ok(vec![port::listen(SocketAddr::new(address, self.port))?]);
        }
        let first = port::listen(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), self.port))?;
        // `localhost` is ::1 too, to some clients first: nobody else may answer them there.
        let twin = SocketAddr::new(Ipv6Addr::LOCALHOST.into(), first.address().port());
        match Listener::bind(twin) {
            Ok(second) => Ok(vec![first, second]),
            // A machine without IPv6.
            Err(BindError::NotOurAddress { .. } | BindError::Refused { .. }) => Ok(vec![first]),
            Err(_) => port::listen(twin).map(|second| vec![first, second]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_a_port_or_both_are_read() {
        let check = |text: &str, expect: Option<(Option<&str>, u16)>| {
            let expect =
                expect.map(|(address, port)| Listen { address: address.and_then(|a| a.parse().ok()), port });
            assert_eq!(text.parse::<Listen>().ok(), expect, "{text}");
        };
        check("9000", Some((None, 9000)));
        check(":9000", Some((None, 9000)));
        check("0", Some((None, 0)));
        check("0.0.0.0", Some((Some("0.0.0.0"), 8443)));
        check("192.168.1.5:443", Some((Some("192.168.1.5"), 443)));
        check("[::]:9000", Some((Some("::"), 9000)));
        check("::1", Some((Some("::1"), 8443)));
        check("[::1]", Some((Some("::1"), 8443)));
        check("localhost:8443", None);
        check("70000", None);
        check("", None);
    }
}
