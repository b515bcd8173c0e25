// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whom a client meant to reach.

use std::fmt;
use std::net::IpAddr;

use x509::ext::SubjectAltName;
use x509::{Certificate, GeneralName};

use crate::common_name;
use crate::names::dns::{self, DnsFault};
use crate::names::uri;

/// A reference identity (RFC 9525 §6.1): the name of the peer that was meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PeerName(Kind);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    /// Lower case, without a trailing dot.
    Dns(Box<str>),
    Ip(IpAddr),
    /// The domain in lower case.
    Email {
        local: Box<str>,
        domain: Box<str>,
    },
    /// As it was given.
    Uri(Box<str>),
}

/// Text that is no name of a peer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeerNameError {
    /// Not the name of a host, and no address either.
    #[error("not a host name: {name:?}: {fault}")]
    Dns {
        /// The text.
        name: String,
        /// What is wrong.
        fault: DnsFault,
    },
    /// Brackets around something that is not an IPv6 address.
    #[error("not an IPv6 address: {name:?}")]
    Bracketed {
        /// The text.
        name: String,
    },
    /// A URI that names no service by its host.
    #[error("not the URI of a service: {name:?}: it must be scheme://host or sip:host")]
    Uri {
        /// The text.
        name: String,
    },
    /// The address of a page, in place of the host that serves it.
    #[error("a web address, and not the name of a host: {name:?}: a browser asks for the host alone")]
    Web {
        /// The text.
        name: String,
    },
    /// A host with a port.
    #[error("a host and a port, and not the name of a host alone: {name:?}: leave out the port {port}")]
    Port {
        /// The text.
        name: String,
        /// The port.
        port: String,
    },
    /// A mail address without a local part.
    #[error(
        "not a mail address: {name:?}: nothing but printable ASCII, and no space, may stand before its @"
    )]
    Email {
        /// The text.
        name: String,
    },
}

impl PeerName {
    /// Reads a host name (A-labels; a trailing dot is dropped), an IPv4 or IPv6 address (in brackets
    /// or not), a mail address, or the URI of a service (`ldap://host`, `spiffe://host/path`,
    /// `sip:host`).
    ///
    /// # Errors
    /// None of these; the error says which part is wrong.
    pub fn parse(text: &str) -> Result<Self, PeerNameError> {
        if let Some(inner) = text.strip_prefix('[') {
            let address = inner.strip_suffix(']').and_then(|inner| inner.parse().ok());
            let refused = || PeerNameError::Bracketed { name: text.to_owned() };
            return address.map(|address| Self(Kind::Ip(IpAddr::V6(address)))).ok_or_else(refused);
        }
        if let Ok(address) = text.parse() {
            return Ok(Self(Kind::Ip(address)));
        }
        if text.contains("://") || text.starts_with("sip:") || text.starts_with("sips:") {
            let name = || text.to_owned();
            let identity = uri::Identity::of(text).ok_or_else(|| PeerNameError::Uri { name: name() })?;
            let web = ["http", "https"].iter().any(|web| identity.scheme.eq_ignore_ascii_case(web));
            return if web {
                Err(PeerNameError::Web { name: name() })
            } else {
                Ok(Self(Kind::Uri(text.into())))
            };
        }
        if let Some((host, port)) = text.rsplit_once(':')
            && !port.is_empty()
            && port.bytes().all(|byte| byte.is_ascii_digit())
            && dns::check(host).is_ok()
        {
            return Err(PeerNameError::Port { name: text.to_owned(), port: port.to_owned() });
        }
        let (local, host) = match text.rsplit_once('@') {
            Some((local, host)) => (Some(local), host),
            None => (None, text),
        };
        let domain = host.strip_suffix('.').filter(|_| local.is_none()).unwrap_or(host);
        dns::check(domain).map_err(|fault| PeerNameError::Dns { name: text.to_owned(), fault })?;
        let domain = domain.to_ascii_lowercase().into_boxed_str();
        match local {
            None => Ok(Self(Kind::Dns(domain))),
            Some(local) if !local.is_empty() && local.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Ok(Self(Kind::Email { local: local.into(), domain }))
            }
            Some(_) => Err(PeerNameError::Email { name: text.to_owned() }),
        }
    }

    /// The host's name, when it is one.
    #[must_use]
    pub const fn dns(&self) -> Option<&str> {
        match &self.0 {
            Kind::Dns(name) => Some(name),
            Kind::Ip(_) | Kind::Email { .. } | Kind::Uri(_) => None,
        }
    }

    /// The address, when it is one.
    #[must_use]
    pub const fn ip(&self) -> Option<IpAddr> {
        match self.0 {
            Kind::Ip(address) => Some(address),
            Kind::Dns(_) | Kind::Email { .. } | Kind::Uri(_) => None,
        }
    }

    /// Whether a certificate presents this name (RFC 9525 §6.3 to §6.5). The common name is never
    /// looked at (§2).
    #[must_use]
    pub fn is_presented_by(&self, certificate: &Certificate<'_>) -> bool {
        let names = certificate.tbs().extensions().decode::<SubjectAltName<'_>>();
        names.ok().flatten().is_some_and(|names| names.value.iter().any(|name| self.matches(&name)))
    }

    /// Whether this is the host that a certificate's common name names. That proves nothing: it is for
    /// telling people why a name is none (RFC 9525 §2).
    #[must_use]
    pub fn is_common_name_of(&self, certificate: &Certificate<'_>) -> bool {
        let host = common_name::host(&certificate.tbs().subject());
        host.is_some_and(|host| self.matches(&GeneralName::Dns(&host)))
    }

    /// Whether a presented name is this one.
    pub(crate) fn matches(&self, presented: &GeneralName<'_>) -> bool {
        match (&self.0, presented) {
            (Kind::Dns(wanted), GeneralName::Dns(presented)) => dns::presents(presented, wanted),
            (Kind::Ip(wanted), GeneralName::Ip(_)) => presented.ip() == Some(*wanted),
            (Kind::Email { local, domain }, GeneralName::Email(presented)) => {
                // RFC 5280 §7.5: the local part to the letter, the domain without regard to case.
                presented.rsplit_once('@').is_some_and(|(their_local, their_domain)| {
                    **local == *their_local && domain.eq_ignore_ascii_case(their_domain)
                })
            }
            (Kind::Uri(wanted), GeneralName::Uri(presented)) => {
                uri::Identity::of(wanted).is_some_and(|wanted| wanted.is_presented_by(presented))
            }
            (Kind::Dns(_) | Kind::Ip(_) | Kind::Email { .. } | Kind::Uri(_), _) => false,
        }
    }
}

/// The name as it was meant, in lower case, an IPv6 address without brackets.
impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Dns(name) => f.write_str(name),
            Kind::Ip(address) => write!(f, "{address}"),
            Kind::Email { local, domain } => write!(f, "{local}@{domain}"),
            Kind::Uri(uri) => f.write_str(uri),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn hosts_addresses_and_mail_addresses_are_read() {
        let check = |text: &str, expect: &str| assert_eq!(PeerName::parse(text).unwrap().to_string(), expect);
        check("Files.Internal", "files.internal");
        check("files.internal.", "files.internal");
        check("localhost", "localhost");
        check("xn--bcher-kva.example", "xn--bcher-kva.example");
        check("127.0.0.1", "127.0.0.1");
        check("::1", "::1");
        check("[2001:DB8::1]", "2001:db8::1");
        check("A.User@Example.COM", "A.User@example.com");
        check("spiffe://a.test/Web", "spiffe://a.test/Web");
        check("sip:alice@a.test", "sip:alice@a.test");
    }

    #[test]
    fn what_is_no_name_is_refused_with_its_reason() {
        let check =
            |text: &str, expect: &str| assert_eq!(PeerName::parse(text).unwrap_err().to_string(), expect);
        check("", "not a host name: \"\": it is empty");
        check("a..b", "not a host name: \"a..b\": it has an empty label");
        check("*.a.test", "not a host name: \"*.a.test\": '*' is not a letter, a digit or a hyphen");
        check(
            "bücher.test",
            "not a host name: \"bücher.test\": 'ü' is not ASCII: write the label in its xn-- form",
        );
        check(
            "1.2.3",
            "not a host name: \"1.2.3\": its last label is a number, so it would be an IPv4 address",
        );
        check("-a.test", "not a host name: \"-a.test\": a label begins or ends with a hyphen");
        check("[127.0.0.1]", "not an IPv6 address: \"[127.0.0.1]\"");
        check(
            "@a.test",
            "not a mail address: \"@a.test\": nothing but printable ASCII, and no space, may stand before its @",
        );
        check(
            "a.test:443",
            "a host and a port, and not the name of a host alone: \"a.test:443\": leave out the port 443",
        );
        check(
            "https://a.test",
            "a web address, and not the name of a host: \"https://a.test\": a browser asks for the host alone",
        );
        check(
            "ldap://10.0.0.1/x",
            "not the URI of a service: \"ldap://10.0.0.1/x\": it must be scheme://host or sip:host",
        );
    }
}
