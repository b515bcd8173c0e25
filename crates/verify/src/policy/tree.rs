// SPDX-License-Identifier: MIT OR Apache-2.0
//! The tree of RFC 5280 as that standard tells it, to hold the graph against: a policy stands in it once
//! for every way that leads to it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use x509::ext::{CertificatePolicies, KnownExtension, PolicyMapping, PolicyMappings};
use x509::{Oid, oid};

use super::PolicyInputs;
use super::graph::Graph;
use super::named::valid_throughout;
use crate::budget::Budget;

type Policy = Oid<'static>;

/// Some policies, the first of them anyPolicy.
const POLICIES: [Policy; 5] = [oid::ANY_POLICY, oid::OCSP, oid::CA_ISSUERS, oid::SHA256, oid::SHA384];

struct Node {
    policy: Policy,
    expected: BTreeSet<Policy>,
    parent: Option<usize>,
    depth: usize,
}

/// The valid_policy_tree; a node that was deleted is `None`.
struct Tree {
    nodes: Vec<Option<Node>>,
    depth: usize,
}

impl Tree {
    fn new() -> Self {
        let expected = BTreeSet::from([oid::ANY_POLICY]);
        Self {
            nodes: vec![Some(Node { policy: oid::ANY_POLICY, expected, parent: None, depth: 0 })],
            depth: 0,
        }
    }

    fn at(&self, depth: usize) -> Vec<usize> {
        let stands = |index: &usize| self.nodes[*index].as_ref().is_some_and(|node| node.depth == depth);
        (0..self.nodes.len()).filter(stands).collect()
    }

    fn node(&self, index: usize) -> &Node {
        self.nodes[index].as_ref().unwrap()
    }

    fn add(&mut self, policy: Policy, expected: BTreeSet<Policy>, parent: usize) {
        let depth = self.node(parent).depth + 1;
        self.nodes.push(Some(Node { policy, expected, parent: Some(parent), depth }));
    }

    fn any_at(&self, depth: usize) -> Option<usize> {
        self.at(depth).into_iter().find(|index| self.node(*index).policy == oid::ANY_POLICY)
    }

    fn has_child(&self, parent: usize) -> bool {
        self.nodes.iter().flatten().any(|node| node.parent == Some(parent))
    }

    /// §6.1.3(d)(3): of the depths above, what has no child.
    fn prune(&mut self) {
        for depth in (0..self.depth).rev() {
            for index in self.at(depth) {
                if !self.has_child(index) {
                    self.nodes[index] = None;
                }
            }
        }
    }

    fn is_null(&self) -> bool {
        self.nodes.iter().all(Option::is_none)
    }

    /// §6.1.3(d) and (e).
    fn descend(&mut self, policies: Option<&BTreeSet<Policy>>, any_counts: bool) {
        let above = self.at(self.depth);
        let above_any = self.any_at(self.depth);
        self.depth += 1;
        let Some(policies) = policies else {
            self.nodes.iter_mut().for_each(|node| *node = None);
            return;
        };
        for policy in policies.iter().filter(|policy| **policy != oid::ANY_POLICY) {
            let expecting: Vec<usize> =
                above.iter().copied().filter(|index| self.node(*index).expected.contains(policy)).collect();
            for parent in &expecting {
                self.add(*policy, BTreeSet::from([*policy]), *parent);
            }
            if let (true, Some(any)) = (expecting.is_empty(), above_any) {
                self.add(*policy, BTreeSet::from([*policy]), any);
            }
        }
        if policies.contains(&oid::ANY_POLICY) && any_counts {
            for parent in above {
                let of_parent = |node: &&Node| node.parent == Some(parent);
                let children: BTreeSet<Policy> =
                    self.nodes.iter().flatten().filter(of_parent).map(|node| node.policy).collect();
                for policy in self.node(parent).expected.clone().difference(&children) {
                    self.add(*policy, BTreeSet::from([*policy]), parent);
                }
            }
        }
        self.prune();
    }

    /// §6.1.4(b).
    fn map(&mut self, mappings: &BTreeSet<(Policy, Policy)>, allowed: bool) {
        let issuers: BTreeSet<Policy> = mappings.iter().map(|(issuer, _)| *issuer).collect();
        for issuer in issuers {
            let of_issuer = mappings.iter().filter(|(other, _)| *other == issuer);
            let subjects: BTreeSet<Policy> = of_issuer.map(|(_, subject)| *subject).collect();
            let nodes: Vec<usize> =
                self.at(self.depth).into_iter().filter(|index| self.node(*index).policy == issuer).collect();
            if allowed && nodes.is_empty() {
                if let Some(any) = self.any_at(self.depth) {
                    self.add(issuer, subjects, self.node(any).parent.unwrap());
                }
                continue;
            }
            for index in nodes {
                if allowed {
                    self.nodes[index].as_mut().unwrap().expected = subjects.clone();
                } else {
                    self.nodes[index] = None;
                }
            }
        }
        self.prune();
    }

    /// §6.1.5(g): the valid_policy_node_set, cut down to what is acceptable.
    fn constrained(mut self, acceptable: &BTreeSet<Policy>) -> BTreeSet<Policy> {
        let under_any = |tree: &Self| -> Vec<usize> {
            let stands = |index: &usize| {
                let parent = tree.nodes[*index].as_ref().and_then(|node| node.parent);
                parent.is_some_and(|parent| tree.node(parent).policy == oid::ANY_POLICY)
            };
            (0..tree.nodes.len()).filter(stands).collect()
        };
        if acceptable.is_empty() || acceptable.contains(&oid::ANY_POLICY) {
            let any = self.depth > 0 && self.any_at(self.depth).is_some();
            let all = under_any(&self).into_iter().map(|index| self.node(index).policy);
            return all.filter(|policy| *policy != oid::ANY_POLICY || any).collect();
        }
        let mut set: BTreeSet<Policy> = BTreeSet::new();
        for index in under_any(&self) {
            let policy = self.node(index).policy;
            if policy == oid::ANY_POLICY {
                continue;
            }
            if acceptable.contains(&policy) {
                set.insert(policy);
            } else {
                self.delete(index);
            }
        }
        if let Some(any) = self.any_at(self.depth).filter(|_| self.depth > 0) {
            let parent = self.node(any).parent.unwrap();
            for policy in acceptable.difference(&set) {
                self.add(*policy, BTreeSet::new(), parent);
            }
            self.nodes[any] = None;
        }
        self.prune();
        under_any(&self)
            .into_iter()
            .map(|index| self.node(index).policy)
            .filter(|it| *it != oid::ANY_POLICY)
            .collect()
    }

    fn delete(&mut self, index: usize) {
        self.nodes[index] = None;
        for child in 0..self.nodes.len() {
            if self.nodes[child].as_ref().is_some_and(|node| node.parent == Some(index)) {
                self.delete(child);
            }
        }
    }
}

/// What one certificate says about policies.
#[derive(Debug, Clone)]
struct Says {
    policies: Option<BTreeSet<Policy>>,
    any_counts: bool,
    mappings: BTreeSet<(Policy, Policy)>,
    mapping_allowed: bool,
}

fn says() -> impl Strategy<Value = Says> {
    let policy = || prop::sample::select(&POLICIES[1..]);
    let policies = prop::collection::btree_set(prop::sample::select(&POLICIES[..]), 1..5);
    let mappings = prop::collection::btree_set((policy(), policy()), 0..5);
    (prop::option::weighted(0.95, policies), any::<bool>(), mappings, prop::bool::weighted(0.8)).prop_map(
        |(policies, any_counts, mappings, mapping_allowed)| Says {
            policies,
            any_counts,
            mappings,
            mapping_allowed,
        },
    )
}

fn decoded(policies: &Option<Vec<u8>>) -> Option<CertificatePolicies<'_>> {
    policies.as_ref().map(|policies| CertificatePolicies::decode(policies).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_graph_says_what_the_tree_says(
        path in prop::collection::vec(says(), 1..6),
        acceptable in prop::collection::btree_set(prop::sample::select(&POLICIES[..]), 0..3),
    ) {
        let (mut graph, mut tree, mut budget) = (Graph::new(), Tree::new(), Budget::new());
        let encode = |says: &Says| {
            let policies = says.policies.iter().flatten().copied().collect::<Vec<_>>();
            let mappings = says.mappings.iter().map(|(issuer, subject)| PolicyMapping { issuer: *issuer, subject: *subject });
            (CertificatePolicies::encode(&policies), PolicyMappings::encode(&mappings.collect::<Vec<_>>()))
        };
        let encoded: Vec<_> = path.iter().map(encode).collect();
        for (index, (says, (policies, mappings))) in path.iter().zip(&encoded).enumerate() {
            let policies = CertificatePolicies::decode(policies).ok();
            graph.descend(policies.as_ref(), says.any_counts, &mut budget).unwrap();
            tree.descend(says.policies.as_ref(), says.any_counts);
            prop_assert_eq!(graph.is_null(), tree.is_null());
            let valid: BTreeSet<_> = graph.valid().collect();
            let expect: BTreeSet<_> = tree.at(tree.depth).into_iter().map(|index| tree.node(index).policy).collect();
            prop_assert_eq!(valid, expect);
            // The last certificate's mappings are no part of the path.
            if index + 1 < path.len() && !says.mappings.is_empty() {
                graph.map(&PolicyMappings::decode(mappings).unwrap(), says.mapping_allowed, &mut budget).unwrap();
                tree.map(&says.mappings, says.mapping_allowed);
                prop_assert_eq!(graph.is_null(), tree.is_null());
            }
        }
        let listed: Vec<Policy> = acceptable.iter().copied().collect();
        let inputs = PolicyInputs { acceptable: &listed, ..PolicyInputs::default() };
        let found: BTreeSet<_> = graph.constrained(&inputs).into_iter().collect();
        prop_assert_eq!(found, tree.constrained(&acceptable));
    }

    #[test]
    fn an_ordinary_path_needs_no_graph(
        path in prop::collection::vec(prop::option::weighted(0.95, prop::collection::btree_set(
            prop::sample::select(&POLICIES[..]), 1..6)), 1..6),
    ) {
        let (mut graph, mut budget) = (Graph::new(), Budget::new());
        let encode = |policies: &BTreeSet<Policy>| {
            CertificatePolicies::encode(&policies.iter().copied().collect::<Vec<_>>())
        };
        let encoded: Vec<_> = path.iter().map(|policies| policies.as_ref().map(encode)).collect();
        for policies in &encoded {
            graph.descend(decoded(policies).as_ref(), true, &mut budget).unwrap();
        }
        let mut up = encoded.iter().rev().map(decoded);
        let Some(leaf) = up.next().flatten() else { return Ok(()) };
        match valid_throughout(&leaf, up, &mut budget) {
            Some(valid) => prop_assert_eq!(valid.unwrap(), graph.constrained(&PolicyInputs::default())),
            None => {
                let listed: Vec<_> = leaf.iter().map(|listed| listed.policy).collect();
                prop_assert!(listed.len() > 4 || listed.contains(&oid::ANY_POLICY));
            }
        }
    }
}
