// SPDX-License-Identifier: MIT OR Apache-2.0
//! `--rules`: what a client judges by.

use ::verify::Ruleset;
use clap::ValueEnum;

/// The rulesets, as they are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rules {
    /// What path validation itself asks for (RFC 5280 §6)
    Path,
    /// That, and how certificates are to be written (RFC 5280 §4 and §6)
    Rfc5280,
    /// That, and what public servers are held to (the CA/Browser Forum's Baseline Requirements)
    Webpki,
}

impl From<Rules> for Ruleset {
    fn from(rules: Rules) -> Self {
        match rules {
            Rules::Path => Self::Path,
            Rules::Rfc5280 => Self::Rfc5280,
            Rules::Webpki => Self::Webpki,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rulesets_are_typed_as_they_are_called() {
        for ruleset in Ruleset::ALL {
            let typed = Rules::from_str(ruleset.name(), false);
            assert_eq!(typed.map(Ruleset::from), Ok(ruleset));
        }
        assert_eq!(Rules::value_variants().len(), Ruleset::ALL.len());
    }
}
