// SPDX-License-Identifier: MIT OR Apache-2.0
//! Below which domains nobody may have a wildcard: the ICANN section of the Public Suffix List.

use ::verify::PublicSuffixes;
use psl::{List, Psl as _, Type};

/// The Public Suffix List as it was when this was built.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IcannDomains;

impl PublicSuffixes for IcannDomains {
    fn is_public_suffix(&self, domain: &str) -> bool {
        let suffix = List.suffix(domain.as_bytes());
        suffix
            .is_some_and(|suffix| suffix.typ() == Some(Type::Icann) && suffix.as_bytes() == domain.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_are_public_and_whoever_sublets_is_not() {
        for (domain, expect) in [
            ("com", true),
            ("co.uk", true),
            ("xn--55qx5d.cn", true),
            ("foo.ck", true),
            ("www.ck", false),
            ("example.co.uk", false),
            // In the private section.
            ("github.io", false),
            ("internal", false),
            ("nas.lan", false),
        ] {
            assert_eq!(IcannDomains.is_public_suffix(domain), expect, "{domain}");
        }
    }
}
