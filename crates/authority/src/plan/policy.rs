// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the policy says to a plan.

use super::draft::{Draft, Says};
use crate::contents::Contents;
use crate::error::{PlanRefusal, PolicyRefusal};
use crate::policy::{Asking, Judgement, Policy, Requester};
use crate::profile::Role;
use crate::rules;

const FIELD: &str = "policy";

impl Draft<'_> {
    /// A line for each rule that allows something, and for everything that stands in the way; none where there is no
    /// policy, and so nothing to be said.
    pub(super) fn judge(&mut self, policy: &Policy, requester: &Requester, contents: &Contents) -> Judgement {
        // A leaf whose names are all refused is refused already, in words of their own.
        if contents.names.is_empty() && self.profile.role() == Role::Leaf {
            return Judgement::default();
        }
        let judgement = policy.judge(&Asking {
            requester,
            profile: self.profile.name(),
            names: &contents.names,
            key: self.request.key(),
            key_usage: contents.key_usage,
            purposes: &contents.purposes,
            length: contents.period.length(),
        });
        for allowed in &judgement.allowed {
            let names: Vec<String> = allowed.names.iter().map(ToString::to_string).collect();
            let what = if names.is_empty() { format!("profile {}", self.profile) } else { names.join(", ") };
            let waits = judgement.awaiting.contains(&allowed.rule);
            let (rule, once) = if waits {
                (rules::POLICY_APPROVAL, ", once somebody approves")
            } else {
                (rules::POLICY_ALLOWS, "")
            };
            let policy = format!("rule {} allows it to {requester}{once}", allowed.rule);
            self.line(FIELD, rule, Says { asked: Some(what.clone()), policy, issued: Some(what) });
        }
        for refusal in &judgement.refusals {
            let (rule, what) = match refusal {
                PolicyRefusal::Denied { what, .. } => (rules::POLICY_DENIES, what),
                PolicyRefusal::Unallowed { what, .. } => (rules::POLICY_ALLOWS, what),
                PolicyRefusal::CommonName { found, rule, .. } => (*rule, found),
            };
            self.refuse(FIELD, rule, Some(what.clone()), PlanRefusal::Policy(refusal.clone()));
        }
        judgement
    }
}
