// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `verify` is told of certificate policies: the four inputs of RFC 5280 §6.1.1.

use ::verify::{AnyPolicy, ExplicitPolicy, PolicyInputs, PolicyMapping};
use x509::Oid;

use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct PolicyArgs {
    /// A policy that is acceptable: 2.23.140.1.2.1. May be repeated; without it every policy is
    ///
    /// By itself it refuses nothing: the answer tells which acceptable policies the path is valid for, and a path
    /// that is valid for none passes unless one of its authorities requires a policy, or --require-policy does.
    #[arg(long, value_name = "OID")]
    policy: Vec<String>,

    /// Refuse a path that is valid for no acceptable policy, even where no authority asks for one
    #[arg(long)]
    require_policy: bool,

    /// Let no authority map its policies to others
    #[arg(long)]
    inhibit_policy_mapping: bool,

    /// Let anyPolicy stand for no policy
    #[arg(long)]
    inhibit_any_policy: bool,
}

/// The contents of the policies' identifiers.
pub(super) struct Given(Vec<Vec<u8>>);

impl Given {
    pub(super) fn identifiers(&self) -> Vec<Oid<'_>> {
        self.0.iter().filter_map(|content| Oid::from_content(content)).collect()
    }
}

impl PolicyArgs {
    /// Reads the identifiers.
    pub(super) fn read(&self) -> Result<Given, Failure> {
        let content = |dotted: &String| {
            Oid::parse_content(dotted).ok_or_else(|| {
                Failure::could_not(format!("not an object identifier: {dotted:?}"))
                    .hint("write the policy as numbers with dots between: --policy 2.23.140.1.2.1")
            })
        };
        self.policy.iter().map(content).collect::<Result<_, _>>().map(Given)
    }

    /// Whether anything is asked about policies.
    pub(super) const fn asks(&self) -> bool {
        !self.policy.is_empty()
            || self.require_policy
            || self.inhibit_policy_mapping
            || self.inhibit_any_policy
    }

    pub(super) fn question<'a>(&self, acceptable: &'a [Oid<'a>]) -> PolicyInputs<'a> {
        let mut inputs = PolicyInputs { acceptable, ..PolicyInputs::default() };
        if self.require_policy {
            inputs.explicit = ExplicitPolicy::Required;
        }
        if self.inhibit_policy_mapping {
            inputs.mapping = PolicyMapping::Inhibited;
        }
        if self.inhibit_any_policy {
            inputs.any_policy = AnyPolicy::Inhibited;
        }
        inputs
    }

    /// The same, as it was typed.
    pub(super) fn words(&self) -> String {
        let mut words: String = self.policy.iter().map(|policy| format!(" --policy {policy}")).collect();
        for (option, given) in [
            (" --require-policy", self.require_policy),
            (" --inhibit-policy-mapping", self.inhibit_policy_mapping),
            (" --inhibit-any-policy", self.inhibit_any_policy),
        ] {
            words.push_str(if given { option } else { "" });
        }
        words
    }
}
