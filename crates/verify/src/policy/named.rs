// SPDX-License-Identifier: MIT OR Apache-2.0
//! The policies of an ordinary path, which need no graph: the leaf asserts a few by name, and nothing
//! on the path maps, requires or inhibits one.

use x509::ext::CertificatePolicies;
use x509::{Oid, oid};

use crate::budget::Budget;
use crate::rejection::Spent;

/// Up to how many policies of a leaf are a few.
const FEW: usize = 4;

/// Which policies of a leaf every certificate above it asserts as well, itself or as anyPolicy: what the
/// graph would say of such a path, in the same order. `None` when the leaf's policies are not a few named
/// ones.
pub(super) fn valid_throughout<'a>(
    leaf: &CertificatePolicies<'a>,
    above: impl Iterator<Item = Option<CertificatePolicies<'a>>>,
    budget: &mut Budget,
) -> Option<Result<Vec<Oid<'a>>, Spent>> {
    let mut asserted = leaf.iter().map(|listed| listed.policy);
    let few: [Option<Oid<'a>>; FEW] = std::array::from_fn(|_| asserted.next());
    if asserted.next().is_some() || few.contains(&Some(oid::ANY_POLICY)) {
        return None;
    }
    if let Err(spent) = budget.policies(few.iter().flatten().count()) {
        return Some(Err(spent));
    }
    let mut valid = few;
    for policies in above {
        let (mut found, mut count) = ([false; FEW], 0_usize);
        for listed in policies.iter().flat_map(CertificatePolicies::iter) {
            count = count.saturating_add(1);
            for (found, wanted) in found.iter_mut().zip(&few) {
                *found |= listed.policy == oid::ANY_POLICY || Some(listed.policy) == *wanted;
            }
        }
        if let Err(spent) = budget.policies(count) {
            return Some(Err(spent));
        }
        for (valid, found) in valid.iter_mut().zip(found) {
            *valid = valid.filter(|_| found);
        }
    }
    let mut policies: Vec<Oid<'a>> = valid.into_iter().flatten().collect();
    policies.sort_unstable();
    policies.dedup();
    Some(Ok(policies))
}
