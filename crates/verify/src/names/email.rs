// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mail addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::dns::{self, DnsFault};

/// Why text is no mailbox, or no constraint on mailboxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EmailFault {
    #[error("it has no @")]
    NoAt,
    #[error("it has an unquoted @ before its last one")]
    SecondAt,
    #[error("nothing stands before its @")]
    NoLocalPart,
    #[error("{found:?} may not stand before its @")]
    Character { found: char },
    #[error("its domain is not a host name: {0}")]
    Domain(DnsFault),
}

/// Checks a mailbox: `local-part@domain` (RFC 5321 §4.1.2), nothing around it (RFC 5280 §4.2.1.6).
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn check(mailbox: &str) -> Result<(), EmailFault> {
    let (local, domain) = mailbox.rsplit_once('@').ok_or(EmailFault::NoAt)?;
    check_local_part(local)?;
    if is_address_literal(domain) { Ok(()) } else { dns::check(domain).map_err(EmailFault::Domain) }
}

/// RFC 5321 §4.1.3: `[10.0.0.1]` or `[IPv6:::1]`.
fn is_address_literal(domain: &str) -> bool {
    let inner = domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']'));
    inner.is_some_and(|inner| match inner.strip_prefix("IPv6:") {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => inner.parse::<Ipv4Addr>().is_ok(),
    })
}

fn check_local_part(local: &str) -> Result<(), EmailFault> {
    if local.is_empty() {
        return Err(EmailFault::NoLocalPart);
    }
    if let Some(quoted) = local.strip_prefix('"') {
        return check_quoted(quoted);
    }
    // RFC 5321 §4.1.2: a Dot-string of atoms.
    let atom = |found: char| found.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(found);
    match local.chars().find(|found| !atom(*found)) {
        None if local.split('.').any(str::is_empty) => Err(EmailFault::Character { found: '.' }),
        None => Ok(()),
        Some('@') => Err(EmailFault::SecondAt),
        Some(found) => Err(EmailFault::Character { found }),
    }
}

/// RFC 5321 §4.1.2: what follows the opening quote of a Quoted-string: printable characters, a quote or a
/// backslash behind a backslash only, and the closing quote. Others would read a mailbox that ends early.
fn check_quoted(text: &str) -> Result<(), EmailFault> {
    let mut chars = text.chars();
    while let Some(found) = chars.next() {
        let content = match found {
            '"' => {
                return chars.next().map_or(Ok(()), |_| Err(EmailFault::Character { found }));
            }
            '\\' => chars.next(),
            other => Some(other),
        };
        if !content.is_some_and(|content| (' '..='~').contains(&content)) {
            return Err(EmailFault::Character { found: content.unwrap_or(found) });
        }
    }
    Err(EmailFault::Character { found: '"' })
}

/// A local part as it is meant: RFC 5321 §4.1.2 has quotes and backslashes make no other mailbox.
fn meant(local: &str) -> impl Iterator<Item = char> {
    let quoted = local.strip_prefix('"').and_then(|local| local.strip_suffix('"'));
    let mut chars = quoted.unwrap_or(local).chars();
    std::iter::from_fn(move || match chars.next() {
        Some('\\') if quoted.is_some() => chars.next(),
        other => other,
    })
}

/// Checks a subtree's base: a mailbox, a host, or `.domain` (RFC 5280 §4.2.1.10); empty is every one.
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn check_constraint(base: &str) -> Result<(), EmailFault> {
    if base.contains('@') {
        return check(base);
    }
    dns::check_constraint(base.strip_prefix('.').unwrap_or(base)).map_err(EmailFault::Domain)
}

/// Whether a mailbox lies in the subtree: a mailbox is itself, a host all its own mailboxes, `.domain`
/// those of every host below it. One without an `@` lies nowhere.
pub(crate) fn lies_within(mailbox: &str, base: &str) -> bool {
    let Some((local, domain)) = mailbox.rsplit_once('@') else { return false };
    match base.rsplit_once('@') {
        // RFC 5280 §7.5: the local part to the letter, the domain without regard to case.
        Some((base_local, base_domain)) => {
            meant(local).eq(meant(base_local)) && domain.eq_ignore_ascii_case(base_domain)
        }
        None if base.starts_with('.') || base.is_empty() => dns::is_at_or_below(domain, base),
        None => domain.eq_ignore_ascii_case(base),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_are_a_local_part_and_a_domain() {
        assert_eq!(check("a@b.test"), Ok(()));
        assert_eq!(check("a.b+c*@b.test"), Ok(()));
        assert_eq!(check("\"a@ b\"@b.test"), Ok(()));
        assert_eq!(check(r#""a\"\\@ b"@b.test"#), Ok(()));
        for bad in
            [r#""a"@evil.test,b"@b.test"#, r#""a\"@b.test"#, r#"""@b.test"x"#, "\"@b.test", "\"a\n\"@b.test"]
        {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert_eq!(check("a@[10.0.0.1]"), Ok(()));
        assert_eq!(check("a@[IPv6:::1]"), Ok(()));
        assert!(check("a@[::1]").is_err());
        assert_eq!(check("a..b@b.test"), Err(EmailFault::Character { found: '.' }));
        assert_eq!(check("b.test"), Err(EmailFault::NoAt));
        assert_eq!(check("@b.test"), Err(EmailFault::NoLocalPart));
        assert_eq!(check("a@b@c.test"), Err(EmailFault::SecondAt));
        assert_eq!(check("A B <a@b.test>"), Err(EmailFault::Character { found: ' ' }));
        assert_eq!(check("a@.test"), Err(EmailFault::Domain(DnsFault::EmptyLabel)));
        assert_eq!(check_constraint(".b.test"), Ok(()));
        assert_eq!(check_constraint("*.b.test"), Err(EmailFault::Domain(DnsFault::Character { found: '*' })));
    }

    #[test]
    fn subtrees_are_a_mailbox_a_host_or_a_domain() {
        let check = |mailbox: &str, base: &str, expect: bool| {
            assert_eq!(lies_within(mailbox, base), expect, "{mailbox} within {base}");
        };
        check("a@b.test", "a@B.test", true);
        check("A@b.test", "a@b.test", false);
        check(r#""a"@b.test"#, "a@b.test", true);
        check(r#""\a"@b.test"#, r#""a"@b.test"#, true);
        check(r#""ab"@b.test"#, "a@b.test", false);
        check("a@b.test", "b.test", true);
        check("a@x.b.test", "b.test", false);
        check("a@x.b.test", ".b.test", true);
        check("a@b.test", ".b.test", false);
        check("a@xb.test", ".b.test", false);
        check("user@b.test", "*@b.test", false);
        check("a@b@b.test", "b.test", true);
        check("b.test", "b.test", false);
        check("a@b.test", "", true);
    }
}
