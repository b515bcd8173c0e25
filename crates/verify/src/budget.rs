// SPDX-License-Identifier: MIT OR Apache-2.0
//! How much work a decision may cost, whatever it is asked about.

use crate::rejection::Spent;

/// Certificates above the leaf. Public hierarchies have three, the deepest bridged ones about eight.
pub(crate) const DEPTH: usize = 16;

/// Candidates for an issuer. A path through a mesh of cross-signed CAs looks at some dozens; each costs
/// about a microsecond.
pub(crate) const CANDIDATES: usize = 2_048;

/// Signatures: a path has as many as it has certificates, and a failed one is never checked again. At
/// about 50 µs each this is what costs most.
pub(crate) const SIGNATURES: usize = 64;

/// Comparisons of a name with a constraint: 250 names under 250 subtrees fit.
pub(crate) const NAME_COMPARISONS: usize = 65_536;

/// Policies and mappings put into the graph of a path: at most 256 of each in a certificate, so that
/// the longest path with the largest extensions fits four times.
pub(crate) const POLICIES: usize = 32_768;

/// Looks into a CRL or an OCSP response for one certificate: a path of the greatest depth may look into some
/// thirty for each of its certificates.
pub(crate) const STATUS: usize = 512;

/// What is left of each budget.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    candidates: usize,
    signatures: usize,
    name_comparisons: usize,
    policies: usize,
    status: usize,
}

impl Budget {
    pub(crate) const fn new() -> Self {
        Self {
            candidates: CANDIDATES,
            signatures: SIGNATURES,
            name_comparisons: NAME_COMPARISONS,
            policies: POLICIES,
            status: STATUS,
        }
    }

    /// Pays for looking at one candidate.
    pub(crate) fn candidate(&mut self) -> Result<(), Spent> {
        pay(&mut self.candidates, 1).ok_or(Spent::Candidates(CANDIDATES))
    }

    /// Pays for checking one signature.
    pub(crate) fn signature(&mut self) -> Result<(), Spent> {
        pay(&mut self.signatures, 1).ok_or(Spent::Signatures(SIGNATURES))
    }

    /// Pays for comparing a name with a constraint; long ones cost more.
    pub(crate) fn name_comparison(&mut self, octets: usize) -> Result<(), Spent> {
        self.name_comparisons(1, octets)
    }

    /// Pays for so many comparisons of names with so many octets in all.
    pub(crate) fn name_comparisons(&mut self, count: usize, octets: usize) -> Result<(), Spent> {
        let price = (octets / 16).saturating_add(count);
        pay(&mut self.name_comparisons, price).ok_or(Spent::NameComparisons(NAME_COMPARISONS))
    }

    /// Pays for putting so many policies into the graph of a path.
    pub(crate) fn policies(&mut self, count: usize) -> Result<(), Spent> {
        pay(&mut self.policies, count).ok_or(Spent::Policies(POLICIES))
    }

    /// Pays for a look into one CRL or OCSP response.
    pub(crate) fn status(&mut self) -> Result<(), Spent> {
        pay(&mut self.status, 1).ok_or(Spent::Status(STATUS))
    }
}

fn pay(left: &mut usize, price: usize) -> Option<()> {
    *left = left.checked_sub(price)?;
    Some(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::rules;

    #[test]
    fn a_budget_is_spent_once_and_says_its_size() {
        let mut budget = Budget::new();
        for _ in 0..SIGNATURES {
            budget.signature().unwrap();
        }
        assert_eq!(budget.signature(), Err(Spent::Signatures(64)));
        assert_eq!(budget.name_comparison(16 * NAME_COMPARISONS), Err(Spent::NameComparisons(65_536)));
        assert_eq!(budget.candidate(), Ok(()));
    }

    #[test]
    fn the_table_states_the_budgets() {
        let check = |sentence: &str, limit: usize| assert!(sentence.contains(&limit.to_string()));
        check(rules::BUDGET_DEPTH.rule.sentence, DEPTH);
        check(rules::BUDGET_CANDIDATES.rule.sentence, CANDIDATES);
        check(rules::BUDGET_SIGNATURES.rule.sentence, SIGNATURES);
        check(rules::BUDGET_POLICIES.rule.sentence, POLICIES);
        check(rules::BUDGET_NAMES.rule.sentence, NAME_COMPARISONS);
        check(rules::BUDGET_STATUS.rule.sentence, STATUS);
    }
}
