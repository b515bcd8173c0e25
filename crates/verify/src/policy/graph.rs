// SPDX-License-Identifier: MIT OR Apache-2.0
//! The policies that are valid for a path, as a graph (RFC 9618).
//!
//! RFC 5280 has them as a tree in which a policy stands once for every way that leads to it, and they
//! multiply with each certificate. Here a policy stands once at each depth and has as many parents as
//! there are ways, so that the graph is no larger than the extensions it is made of.
//!
//! What leads nowhere is not cut out of the graph as it grows: whether a depth has a policy at all is
//! all that the next one asks, and at the end the graph is walked once from below.

use std::ops::Range;

use x509::ext::{CertificatePolicies, PolicyMapping, PolicyMappings};
use x509::{Oid, oid};

use super::PolicyInputs;
use crate::budget::Budget;
use crate::rejection::Spent;

/// A policy at a depth.
#[derive(Debug, Clone)]
struct Node<'a> {
    /// valid_policy.
    policy: Oid<'a>,
    /// Where its parents stand in [`Graph::parents`].
    parents: Range<usize>,
    /// Whether its parent is anyPolicy, and so the policy one of the anchor's own terms.
    under_any: bool,
}

/// The valid_policy_graph.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    /// Depth by depth.
    nodes: Vec<Node<'a>>,
    /// Indexes of nodes.
    parents: Vec<usize>,
    /// Where in `nodes` the last depth begins. Its nodes are in the order of their policies, but for
    /// those that a mapping has added.
    last: usize,
    /// The node of anyPolicy at the last depth.
    any: Option<usize>,
    /// Each policy that the last depth expects of the next certificate, and the node that does, in
    /// order. The node of anyPolicy expects whatever comes and is not here.
    expected: Vec<(Oid<'a>, usize)>,
}

impl<'a> Graph<'a> {
    /// RFC 5280 §6.1.2(a): before the first certificate every policy is valid.
    pub(super) fn new() -> Self {
        let any = Node { policy: oid::ANY_POLICY, parents: 0..0, under_any: false };
        Self { nodes: vec![any], parents: Vec::new(), last: 0, any: Some(0), expected: Vec::new() }
    }

    /// Whether no policy is valid: the graph is NULL.
    pub(super) fn is_null(&self) -> bool {
        self.last == self.nodes.len()
    }

    /// The policies that are valid at the last depth.
    pub(super) fn valid(&self) -> impl Iterator<Item = Oid<'a>> {
        self.nodes.iter().skip(self.last).map(|node| node.policy)
    }

    /// A node of the last depth, while that is in order.
    fn find(&self, policy: Oid<'_>) -> Option<usize> {
        let last = self.nodes.get(self.last..)?;
        let place = last.binary_search_by_key(&policy.content(), |node| node.policy.content()).ok()?;
        self.last.checked_add(place)
    }

    fn add(&mut self, policy: Oid<'a>, parents: impl Iterator<Item = usize>, under_any: bool) {
        let start = self.parents.len();
        self.parents.extend(parents);
        self.nodes.push(Node { policy, parents: start..self.parents.len(), under_any });
    }

    /// RFC 5280 §6.1.3(d) and (e): the next certificate, which asserts `policies`; `any_counts` is
    /// whether anyPolicy among them stands for all that is expected.
    pub(super) fn descend(
        &mut self,
        policies: Option<&CertificatePolicies<'a>>,
        any_counts: bool,
        budget: &mut Budget,
    ) -> Result<(), Spent> {
        let above = self.any.take();
        let expected = std::mem::take(&mut self.expected);
        let first = self.nodes.len();
        self.last = first;
        let Some(policies) = policies else { return Ok(()) };
        let mut listed: Vec<Oid<'a>> = policies.iter().map(|information| information.policy).collect();
        // What is expected was paid for when it was put in, and is carried down no further than a path is long.
        budget.policies(listed.len())?;
        listed.sort_unstable();
        listed.dedup();
        let any = any_counts && listed.binary_search(&oid::ANY_POLICY).is_ok();
        for parents in expected.chunk_by(|(one, _), (next, _)| one == next) {
            let Some((policy, _)) = parents.first() else { continue };
            if any || listed.binary_search(policy).is_ok() {
                self.add(*policy, parents.iter().map(|(_, parent)| *parent), false);
            }
        }
        if let Some(above) = above {
            let expects = |policy| expected.binary_search_by_key(&policy, |(policy, _)| *policy).is_ok();
            listed.retain(|policy| if *policy == oid::ANY_POLICY { any } else { !expects(*policy) });
            for policy in listed {
                self.add(policy, std::iter::once(above), true);
            }
        }
        let last = self.nodes.get_mut(first..).unwrap_or_default();
        last.sort_unstable_by_key(|node| node.policy);
        self.expect_themselves();
        Ok(())
    }

    /// The last depth is in order and expects what it is: nothing is mapped.
    fn expect_themselves(&mut self) {
        self.any = self.find(oid::ANY_POLICY);
        let last = self.nodes.iter().enumerate().skip(self.last).map(|(index, node)| (node.policy, index));
        self.expected = last.filter(|(policy, _)| *policy != oid::ANY_POLICY).collect();
    }

    /// RFC 5280 §6.1.4(b): the mappings of the certificate that was last descended to.
    pub(super) fn map(
        &mut self,
        mappings: &PolicyMappings<'a>,
        allowed: bool,
        budget: &mut Budget,
    ) -> Result<(), Spent> {
        let mut pairs: Vec<PolicyMapping<'a>> = mappings.iter().collect();
        budget.policies(pairs.len())?;
        pairs.sort_unstable();
        pairs.dedup();
        // §6.1.4(a) has refused mappings of anyPolicy; they must mean nothing here either.
        pairs.retain(|pair| pair.issuer != oid::ANY_POLICY && pair.subject != oid::ANY_POLICY);
        let is_mapped = |policy: &Oid<'_>| pairs.binary_search_by_key(policy, |pair| pair.issuer).is_ok();
        if !allowed {
            let last = self.nodes.split_off(self.last);
            self.nodes.extend(last.into_iter().filter(|node| !is_mapped(&node.policy)));
            self.expect_themselves();
            return Ok(());
        }
        self.expected.retain(|(policy, _)| !is_mapped(policy));
        // The parent of anyPolicy is the anyPolicy above.
        let above = self.any.and_then(|any| self.nodes.get(any)).map(|any| any.parents.clone());
        let mut added = Vec::new();
        for group in pairs.chunk_by(|one, next| one.issuer == next.issuer) {
            let Some(PolicyMapping { issuer, .. }) = group.first() else { continue };
            let node = match (self.find(*issuer), &above) {
                (Some(node), _) => node,
                (None, Some(parents)) => {
                    added.push(Node { policy: *issuer, parents: parents.clone(), under_any: true });
                    self.nodes.len().saturating_add(added.len()).saturating_sub(1)
                }
                (None, None) => continue,
            };
            self.expected.extend(group.iter().map(|pair| (pair.subject, node)));
        }
        self.nodes.append(&mut added);
        self.expected.sort_unstable();
        Ok(())
    }

    /// RFC 5280 §6.1.5(g) as RFC 9618 has it: of the policies that are valid for the whole path, in the
    /// anchor's terms, those that are acceptable.
    pub(super) fn constrained(&self, inputs: &PolicyInputs<'a>) -> Vec<Oid<'a>> {
        if self.is_null() {
            return Vec::new();
        }
        let mut policies = self.authority_constrained();
        if !inputs.accepts_any() {
            let mut acceptable = inputs.acceptable.to_vec();
            acceptable.sort_unstable();
            acceptable.dedup();
            if policies.contains(&oid::ANY_POLICY) {
                return acceptable;
            }
            policies.retain(|policy| acceptable.binary_search(policy).is_ok());
        }
        policies
    }

    /// The policies right below anyPolicy from which a way leads to the last depth; and anyPolicy itself,
    /// when it is valid to the end.
    fn authority_constrained(&self) -> Vec<Oid<'a>> {
        let mut leads: Vec<bool> = (0..self.nodes.len()).map(|index| index >= self.last).collect();
        let mut policies: Vec<Oid<'a>> = self.any.map(|_| oid::ANY_POLICY).into_iter().collect();
        for (index, node) in self.nodes.iter().enumerate().rev() {
            if leads.get(index) != Some(&true) {
                continue;
            }
            if node.under_any && node.policy != oid::ANY_POLICY {
                policies.push(node.policy);
            }
            for parent in self.parents.get(node.parents.clone()).unwrap_or_default() {
                if let Some(leads) = leads.get_mut(*parent) {
                    *leads = true;
                }
            }
        }
        policies.sort_unstable();
        policies.dedup();
        policies
    }
}
