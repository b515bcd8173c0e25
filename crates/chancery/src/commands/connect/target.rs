// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where to call: a host and perhaps a port.

use std::fmt;
use std::net::Ipv6Addr;

/// The port of HTTPS.
pub(crate) const HTTPS: u16 = 443;

/// A host, and a port when one was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// A name or an address, an IPv6 address without its brackets.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: Option<u16>,
}

impl Target {
    /// Reads `HOST`, `HOST:PORT`, `[::1]`, `[::1]:8443`, `::1`, or the front of an https URL.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with("http://") {
            return Err("http:// is not encrypted, there is no handshake to tell: use https:// or HOST:PORT"
                .to_owned());
        }
        let text = match text.strip_prefix("https://") {
            Some(url) => url.split(['/', '?', '#']).next().unwrap_or(url),
            None => text,
        };
        if text.parse::<Ipv6Addr>().is_ok() {
            return Ok(Self { host: text.to_owned(), port: None });
        }
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (host, after) = rest.split_once(']').ok_or("an IPv6 address ends with ]: [::1]:8443")?;
                host.parse::<Ipv6Addr>().map_err(|_unreadable| format!("{host:?} is not an IPv6 address"))?;
                match after {
                    "" => (host, None),
                    _ => (host, Some(after.strip_prefix(':').ok_or("after ] stands a colon and the port")?)),
                }
            }
            None => match text.rsplit_once(':') {
                Some((host, _)) if host.contains(':') => {
                    return Err("an IPv6 address with a port stands in brackets: [::1]:8443".to_owned());
                }
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            },
        };
        if host.is_empty() {
            return Err("no host: write HOST or HOST:PORT".to_owned());
        }
        let port = port.map(|port| match port.parse::<u16>() {
            Ok(number) if number > 0 && port.bytes().all(|byte| byte.is_ascii_digit()) => Ok(number),
            _ => Err(format!("{port:?} is not a port: ports are 1 to 65535")),
        });
        Ok(Self { host: host.to_owned(), port: port.transpose()? })
    }
}

/// As it is typed: an IPv6 address in brackets, the port when one was given.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bracketed = self.host.contains(':');
        match (bracketed, self.port) {
            (true, Some(port)) => write!(f, "[{}]:{port}", self.host),
            (true, None) => write!(f, "[{}]", self.host),
            (false, Some(port)) => write!(f, "{}:{port}", self.host),
            (false, None) => f.write_str(&self.host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports_are_read_in_every_form() {
        let check = |text: &str, host: &str, port: Option<u16>| {
            assert_eq!(Target::parse(text), Ok(Target { host: host.to_owned(), port }), "{text}");
        };
        check("a.test", "a.test", None);
        check("a.test:8443", "a.test", Some(8443));
        check("127.0.0.1:1", "127.0.0.1", Some(1));
        check("::1", "::1", None);
        check("[::1]", "::1", None);
        check("[::1]:8443", "::1", Some(8443));
        check("https://a.test:8443/page?x#y", "a.test", Some(8443));
        check("https://[::1]:8443/", "::1", Some(8443));
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for text in [
            "",
            ":443",
            "a.test:",
            "a.test:0",
            "a.test:65536",
            "a.test:+1",
            "[::1",
            "[::1]8443",
            "[a]:1",
            "1:2:3",
            "http://a.test",
        ] {
            assert!(Target::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_target_is_shown_as_it_is_typed() {
        for text in ["a.test", "a.test:8443", "[::1]", "[::1]:8443", "10.0.0.1:443"] {
            assert_eq!(Target::parse(text).map(|target| target.to_string()), Ok(text.to_owned()));
        }
    }
}
