// SPDX-License-Identifier: MIT OR Apache-2.0
//! URIs, of which only the host is constrained (RFC 5280 §4.2.1.10).

use super::dns::{self, DnsFault};

/// Why text is no absolute URI, or no constraint on URIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UriFault {
    #[error("it has no scheme")]
    NoScheme,
    #[error("nothing follows its scheme")]
    Empty,
    #[error("{found:?} may not stand in a URI")]
    Character { found: char },
    #[error("what follows its // is not [user@]host[:port]")]
    Authority,
    #[error("its host is neither a host name nor an address: {0}")]
    Host(DnsFault),
}

/// Checks an absolute URI: a scheme, something after it, and where an authority follows, a host name
/// or an address in it (RFC 5280 §4.2.1.6, RFC 3986).
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn check(uri: &str) -> Result<(), UriFault> {
    let (scheme, rest) = uri.split_once(':').ok_or(UriFault::NoScheme)?;
    let starts = scheme.starts_with(|first: char| first.is_ascii_alphabetic());
    if !starts || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
        return Err(UriFault::NoScheme);
    }
    if rest.is_empty() {
        return Err(UriFault::Empty);
    }
    if let Some(found) =
        rest.chars().find(|found| !found.is_ascii_graphic() || "\"<>\\^`{|}".contains(*found))
    {
        return Err(UriFault::Character { found });
    }
    match authority(uri) {
        Some(authority) => {
            let host = host(authority).ok_or(UriFault::Authority)?;
            if is_address(host) { Ok(()) } else { dns::check(host).map_err(UriFault::Host) }
        }
        None => Ok(()),
    }
}

/// What stands between `//` and the path.
fn authority(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once(':')?;
    rest.strip_prefix("//")?.split(['/', '?', '#']).next()
}

/// The host of an authority, without user and port; `None` when it is not `[user@]host[:digits]`
/// (RFC 3986 §3.2), which one reader would take for another host than the next.
fn host(authority: &str) -> Option<&str> {
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let end = if place.starts_with('[') {
        place.find(']')?.checked_add(1)?
    } else {
        place.find(':').unwrap_or(place.len())
    };
    let (host, port) = place.split_at_checked(end)?;
    let port = if port.is_empty() { port } else { port.strip_prefix(':')? };
    port.bytes().all(|byte| byte.is_ascii_digit()).then_some(host)
}

/// What of a URI names a service (RFC 9525 §6.3, §6.5): its scheme and its host; and what else there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity<'u> {
    pub(crate) scheme: &'u str,
    pub(crate) host: &'u str,
    /// What stands before the host's `@`.
    user: Option<&'u str>,
    /// What follows the host: port, path and query, of which a lone `/` says nothing.
    rest: &'u str,
}

impl<'u> Identity<'u> {
    /// The identity of a well-formed URI with a host name: `scheme://host…`, or `sip:[user@]host…`.
    pub(crate) fn of(uri: &'u str) -> Option<Self> {
        check(uri).ok()?;
        let (scheme, rest) = uri.split_once(':')?;
        let sip = ["sip", "sips"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        let authority = match rest.strip_prefix("//") {
            Some(rest) => rest.split(['/', '?', '#']).next()?,
            None if sip => rest.split([';', '?']).next()?,
            None => return None,
        };
        let host = host(authority).filter(|host| dns::check(host).is_ok())?;
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        let after = rest.strip_prefix("//").unwrap_or(rest);
        let after = user.map_or(Some(after), |user| after.strip_prefix(user)?.strip_prefix('@'))?;
        let after = after.strip_prefix(host)?;
        Some(Self { scheme, host, user, rest: if after == "/" { "" } else { after } })
    }

    /// Whether a presented URI is this one: the same scheme and host, without regard to case, the same user
    /// or none, who is somebody else than the host (RFC 5922 §7.1), and the same in all else that this one
    /// says.
    pub(crate) fn is_presented_by(&self, presented: &str) -> bool {
        Identity::of(presented).is_some_and(|other| {
            self.scheme.eq_ignore_ascii_case(other.scheme)
                && self.host.eq_ignore_ascii_case(other.host)
                && self.user == other.user
                && (self.rest == other.rest || (self.rest.is_empty() && self.user.is_none()))
        })
    }
}

fn is_address(host: &str) -> bool {
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    bracketed.is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok())
        || host.parse::<std::net::Ipv4Addr>().is_ok()
}

/// Checks a subtree's base: a host, or `.domain` (RFC 5280 §4.2.1.10).
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn check_constraint(base: &str) -> Result<(), UriFault> {
    dns::check_constraint(base.strip_prefix('.').unwrap_or(base)).map_err(UriFault::Host)
}

/// The host that a constraint applies to. RFC 5280 §4.2.1.10: a URI without one, or with an address,
/// must be refused when URIs are constrained.
pub(crate) fn constrained_host(uri: &str) -> Option<&str> {
    authority(uri).and_then(host).filter(|host| !host.is_empty() && dns::check(host).is_ok())
}

/// Whether a host lies in the subtree: a host is itself, `.domain` every host below it.
pub(crate) fn lies_within(host: &str, base: &str) -> bool {
    if base.starts_with('.') || base.is_empty() {
        dns::is_at_or_below(host, base)
    } else {
        host.eq_ignore_ascii_case(base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_its_scheme_and_its_host_and_what_else_was_asked_for() {
        let check = |wanted: &str, presented: &str, expect: Option<bool>| {
            let found = Identity::of(wanted).map(|wanted| wanted.is_presented_by(presented));
            assert_eq!(found, expect, "{wanted} by {presented}");
        };
        check("spiffe://a.test/web", "spiffe://a.test/web", Some(true));
        check("spiffe://a.test/web", "spiffe://a.test/db", Some(false));
        check("spiffe://a.test/web", "spiffe://a.test", Some(false));
        check("ldap://a.test", "LDAP://A.test:389/x", Some(true));
        check("ldap://a.test/", "ldap://a.test", Some(true));
        check("ldap://a.test", "ldaps://a.test", Some(false));
        check("ldap://a.test", "ldap://b.a.test", Some(false));
        check("ldap://a.test", "ldap://*.test", Some(false));
        check("ldap://a.test", "ldap://u@b.test", Some(false));
        check("sip:a.test", "sip:a.test:5061;transport=tls", Some(true));
        // RFC 5922 §7.1: with a user, it names that user and not the domain.
        check("sip:a.test", "sip:alice@a.test;transport=tls", Some(false));
        check("sip:a.test", "sip:a.test@a.test", Some(false));
        check("ldap://a.test", "ldap://a.test@a.test", Some(false));
        check("sip:alice@a.test", "sip:bob@a.test", Some(false));
        check("sip:alice@a.test", "sip:alice@a.test", Some(true));
        check("ldap://10.0.0.1", "ldap://10.0.0.1", None);
        check("urn:x:y", "urn:x:y", None);
    }

    #[test]
    fn uris_are_absolute_and_their_hosts_are_hosts() {
        for good in
            ["https://a.test/x?y#z", "http://u:p@a.test:80", "urn:x:y", "ldap://[::1]/", "ftp://10.0.0.1/x"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        assert_eq!(check("/a/b"), Err(UriFault::NoScheme));
        assert_eq!(check("1a:b"), Err(UriFault::NoScheme));
        assert_eq!(check("urn:"), Err(UriFault::Empty));
        assert_eq!(check("http://a test/"), Err(UriFault::Character { found: ' ' }));
        for bad in [
            "http://a.test:b/",
            "http://a.test:80:90/",
            "http://[::1]a.test/",
            "http://[::1/",
            "http://a@b@c:d/",
        ] {
            assert_eq!(check(bad), Err(UriFault::Authority), "{bad}");
            assert_eq!(constrained_host(bad), None, "{bad}");
        }
        assert_eq!(check("http://[::1]:80/"), Ok(()));
        assert_eq!(check("http://a_b.test/"), Err(UriFault::Host(DnsFault::Character { found: '_' })));
    }

    #[test]
    fn only_hosts_can_be_constrained() {
        assert_eq!(constrained_host("https://u@a.test:8443/x"), Some("a.test"));
        assert_eq!(constrained_host("https://a.test?b@c.test"), Some("a.test"));
        assert_eq!(constrained_host("https://[::1]/"), None);
        assert_eq!(constrained_host("https://10.0.0.1/"), None);
        assert_eq!(constrained_host("urn:x:y"), None);
        assert_eq!(constrained_host("https:///x"), None);
    }

    #[test]
    fn subtrees_are_a_host_or_a_domain() {
        assert!(lies_within("a.test", "A.test"));
        assert!(!lies_within("x.a.test", "a.test"));
        assert!(lies_within("x.a.test", ".a.test"));
        assert!(!lies_within("a.test", ".a.test"));
    }
}
