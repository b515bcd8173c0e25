// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ICANN section of the Public Suffix List, as a client brings it along.

use psl::{List, Psl as _, Type};
use verify::PublicSuffixes;

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
