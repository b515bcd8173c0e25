// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an authority can speak for: the name constraints that its certificates carry.

mod default;
mod subtree;

pub use subtree::Subtree;

use std::fmt;

use x509::ext::NameConstraints;
use x509::{Certificate, GeneralName};

use crate::error::SubtreeProblem;
use crate::name::{NameKind, SubjectName};

/// Permitted subtrees, as [RFC 5280 §4.2.1.10] means them: names of a form that is listed must lie in one of
/// its subtrees. Three forms are always listed together, or none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Constraints {
    permitted: Vec<Subtree>,
}

impl Constraints {
    /// No constraints: whoever trusts the root trusts it for every name there is.
    #[must_use]
    pub const fn unconstrained() -> Self {
        Self { permitted: Vec::new() }
    }

    /// What stays at home: the domains that are never public, the private address ranges, and this machine.
    ///
    /// # Errors
    /// One of the machine's names is not well-formed.
    pub fn private(machine: &[&str]) -> Result<Self, SubtreeProblem> {
        let mut constraints = Self { permitted: default::private() };
        for name in machine {
            constraints.permit(name)?;
        }
        Ok(constraints)
    }

    /// Permits also a domain (and the mail of it), an address, or a network such as `192.0.2.0/24`.
    ///
    /// # Errors
    /// It is none of these.
    pub fn permit(&mut self, text: &str) -> Result<(), SubtreeProblem> {
        for subtree in Subtree::parse(text)? {
            if !self.permitted.contains(&subtree) {
                self.permitted.push(subtree);
            }
        }
        Ok(())
    }

    /// The permitted subtrees in the order in which they stand; empty when nothing is constrained.
    #[must_use]
    pub fn permitted(&self) -> &[Subtree] {
        &self.permitted
    }

    /// Whether every name is allowed.
    #[must_use]
    pub fn is_unconstrained(&self) -> bool {
        self.permitted.is_empty()
    }

    /// The extension's value; `None` when there is nothing to constrain.
    #[must_use]
    pub fn encode(&self) -> Option<Vec<u8>> {
        if self.is_unconstrained() {
            return None;
        }
        let octets: Vec<Vec<u8>> = self.permitted.iter().map(Subtree::octets).collect();
        let bases: Vec<GeneralName<'_>> =
            self.permitted.iter().zip(&octets).map(|(subtree, octets)| subtree.general(octets)).collect();
        Some(NameConstraints::encode(&bases, &[]))
    }

    /// The subtrees of one form, in words: `localhost, internal, …`.
    #[must_use]
    pub fn in_words(&self, kind: NameKind) -> String {
        let words: Vec<String> =
            self.permitted.iter().filter(|subtree| subtree.kind() == kind).map(ToString::to_string).collect();
        words.join(", ")
    }

    /// Whether a name of this authority's may be issued.
    #[must_use]
    pub fn allow(&self, name: &SubjectName) -> bool {
        let mut same_form =
            self.permitted.iter().filter(|subtree| subtree.kind() == NameKind::of(name)).peekable();
        same_form.peek().is_none() || same_form.any(|subtree| subtree.contains(name))
    }
}

/// `localhost, internal, …`, or `none`.
impl fmt::Display for Constraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.permitted.iter().map(ToString::to_string).collect();
        f.write_str(if words.is_empty() { "none" } else { "" })?;
        f.write_str(&words.join(", "))
    }
}

/// The constraints of a whole chain, as its certificates carry them: what each of them permits and excludes.
///
/// The law is `verify`, which judges the finished bytes; this is how a plan says early, and in words, what the
/// law will say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainConstraints {
    permitted: Vec<Constraints>,
    excluded: Vec<Subtree>,
}

impl ChainConstraints {
    /// Reads them from the issuing certificates. Forms that we never issue are skipped: names of those forms are
    /// refused anyway.
    ///
    /// # Errors
    /// An extension that is malformed.
    pub fn of(chain: &[Certificate<'_>]) -> Result<Self, x509::Error> {
        let mut found = Self::default();
        for certificate in chain {
            let Some(constraints) = certificate.tbs().extensions().decode::<NameConstraints<'_>>()? else {
                continue;
            };
            let permitted = constraints.value.permitted.iter().filter_map(|base| Subtree::read(&base));
            found.permitted.push(Constraints { permitted: permitted.collect() });
            found.excluded.extend(constraints.value.excluded.iter().filter_map(|base| Subtree::read(&base)));
        }
        Ok(found)
    }

    /// The constraints of the chain's first certificate, the issuer's own.
    #[must_use]
    pub fn nearest(&self) -> Constraints {
        self.permitted.first().cloned().unwrap_or_default()
    }

    /// Whether a name may be issued.
    #[must_use]
    pub fn allow(&self, name: &SubjectName) -> bool {
        self.permitted.iter().all(|constraints| constraints.allow(name))
            && !self.excluded.iter().any(|subtree| subtree.may_contain(name))
    }

    /// What a name of this form must lie in, in words.
    #[must_use]
    pub fn in_words(&self, kind: NameKind) -> String {
        let narrowest = self.permitted.iter().map(|constraints| constraints.in_words(kind));
        narrowest.filter(|words| !words.is_empty()).min_by_key(String::len).unwrap_or_default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn allows(constraints: &Constraints, text: &str) -> bool {
        constraints.allow(&SubjectName::parse(text).unwrap())
    }

    #[test]
    fn a_private_authority_speaks_for_what_stays_at_home() {
        let constraints = Constraints::private(&["buildhost", "203.0.113.9"]).unwrap();
        for name in [
            "localhost",
            "db.internal",
            "*.internal",
            "a.b.home.arpa",
            "x.test",
            "nas.local",
            "nas.lan",
            "buildhost",
            "www.buildhost",
            "127.0.0.1",
            "10.255.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.1.1",
            "100.127.255.255",
            "203.0.113.9",
            "::1",
            "fd00::1",
            "fe80::1",
            "ann@internal",
            "ann@users.internal",
            "ann@buildhost",
        ] {
            assert!(allows(&constraints, name), "{name}");
        }
        for name in [
            "example.com",
            "internal.example.com",
            "xinternal",
            "arpa",
            "*.com",
            "172.32.0.1",
            "100.128.0.0",
            "203.0.113.8",
            "8.8.8.8",
            "2001:db8::1",
            "::2",
            "ann@example.com",
        ] {
            assert!(!allows(&constraints, name), "{name}");
        }
    }

    #[test]
    fn what_is_permitted_is_added_for_hosts_and_mail() {
        let mut constraints = Constraints::private(&[]).unwrap();
        constraints.permit("Corp.Example").unwrap();
        constraints.permit("192.0.2.0/24").unwrap();
        constraints.permit("2001:db8::/32").unwrap();
        for name in ["corp.example", "a.corp.example", "ann@corp.example", "192.0.2.77", "2001:db8:1::1"] {
            assert!(allows(&constraints, name), "{name}");
        }
        assert!(!allows(&constraints, "corp.example.org"));
    }

    #[test]
    fn nothing_permitted_means_nothing_constrained() {
        let constraints = Constraints::unconstrained();
        assert!(allows(&constraints, "example.com"));
        assert_eq!(constraints.encode(), None);
    }

    #[test]
    fn what_is_encoded_reads_back() {
        let constraints = Constraints::private(&["buildhost"]).unwrap();
        let value = constraints.encode().unwrap();
        let read = <NameConstraints<'_> as x509::KnownExtension<'_>>::decode(&value).unwrap();
        let found: Vec<Subtree> = read.permitted.iter().filter_map(|base| Subtree::read(&base)).collect();
        assert_eq!(found, constraints.permitted());
        assert!(read.excluded.is_empty());
    }
}
