// SPDX-License-Identifier: MIT OR Apache-2.0
//! The policies of a whole path, from the anchor down (RFC 5280 §6.1.2 to §6.1.5).

use x509::Oid;

use super::graph::Graph;
use super::named;
use super::{AnyPolicy, ExplicitPolicy, PolicyInputs, PolicyMapping, UserConstrainedPolicies};
use crate::decoded::{Decoded, Known};
use crate::judge::{Finding, Judge, Refused, Seat, Verdict};
use crate::rules;
use crate::trace::{Shown, TraceSink};

/// After how many certificates something is required or forbidden; zero is now.
#[derive(Debug, Clone, Copy)]
struct Counters {
    /// explicit_policy.
    explicit: u32,
    /// policy_mapping.
    mapping: u32,
    /// inhibit_anyPolicy.
    any: u32,
}

impl Counters {
    /// RFC 5280 §6.1.2(d) to (f), for a path of so many certificates.
    fn new(inputs: &PolicyInputs<'_>, length: usize) -> Self {
        let beyond = u32::try_from(length).unwrap_or(u32::MAX).saturating_add(1);
        Self {
            explicit: if inputs.explicit == ExplicitPolicy::Required { 0 } else { beyond },
            mapping: if inputs.mapping == PolicyMapping::Inhibited { 0 } else { beyond },
            any: if inputs.any_policy == AnyPolicy::Inhibited { 0 } else { beyond },
        }
    }

    /// RFC 5280 §6.1.4(h): a certificate that is not self-issued has been passed.
    const fn pass(&mut self) {
        self.explicit = self.explicit.saturating_sub(1);
        self.mapping = self.mapping.saturating_sub(1);
        self.any = self.any.saturating_sub(1);
    }

    /// RFC 5280 §6.1.4(i) and (j): what an issuer asks of those below it.
    fn limit(&mut self, known: &Known<'_>) {
        let limit = |counter: &mut u32, asked: Option<u32>| {
            *counter = asked.map_or(*counter, |asked| asked.min(*counter));
        };
        let constraints = known.policy_constraints.map(|constraints| constraints.value);
        limit(&mut self.explicit, constraints.and_then(|constraints| constraints.require_explicit_policy));
        limit(&mut self.mapping, constraints.and_then(|constraints| constraints.inhibit_policy_mapping));
        limit(&mut self.any, known.inhibit_any_policy.map(|inhibit| inhibit.value.0));
    }

    /// RFC 5280 §6.1.5(a) and (b): the last certificate.
    fn wrap_up(&mut self, known: &Known<'_>) {
        self.explicit = self.explicit.saturating_sub(1);
        let constraints = known.policy_constraints.map(|constraints| constraints.value);
        if constraints.and_then(|constraints| constraints.require_explicit_policy) == Some(0) {
            self.explicit = 0;
        }
    }
}

/// Processes the policies of a path, its seats from the leaf up, without the anchor; and says which
/// acceptable ones are valid for all of it.
///
/// RFC 5280 §6.1.1 has the anchor's own extensions be no part of this. Its policyConstraints and
/// inhibitAnyPolicy are heeded as if it were the certificate before the first, since whoever marked them
/// critical meant them (RFC 5937); which policies it lists says nothing.
pub(crate) fn process<'s, 'a: 's, T: TraceSink>(
    judge: &mut Judge<'_, 'a, T>,
    below: impl DoubleEndedIterator<Item = Seat<'s, 'a>> + Clone,
    anchor: Option<&Decoded<'a>>,
) -> Result<UserConstrainedPolicies<'a>, Refused> {
    let inputs = judge.question.policies;
    let mut all = below.clone().map(|seat| seat.certificate).chain(anchor);
    let requires = inputs.explicit == ExplicitPolicy::Required
        || all.any(|certificate| certificate.known.policy_constraints.is_some());
    let leaf = below.clone().next().filter(|leaf| requires || leaf.certificate.known.policies.is_some());
    // Most paths end here: no policy is required, and the leaf asserts none.
    let Some(leaf) = leaf else { return Ok(UserConstrainedPolicies::default()) };
    // A trace tells of every step of the graph.
    if !T::RECORDS && is_plain(&inputs, below.clone().map(|seat| seat.certificate).chain(anchor)) {
        let mut asserted = below.clone().map(|seat| seat.certificate.known.policies.map(|found| found.value));
        let valid = asserted
            .next()
            .flatten()
            .and_then(|policies| named::valid_throughout(&policies, asserted, &mut judge.budget));
        if let Some(valid) = valid {
            judge.within(leaf, valid.as_ref().map(drop).map_err(Clone::clone))?;
            let mut policies = valid.unwrap_or_default();
            policies.retain(|policy| inputs.accepts_any() || inputs.acceptable.contains(policy));
            return Ok(UserConstrainedPolicies { policies });
        }
    }
    let mut walk = Walk { graph: Graph::new(), counters: Counters::new(&inputs, below.clone().count()) };
    if let Some(anchor) = anchor {
        walk.counters.limit(&anchor.known);
    }
    for seat in below.rev() {
        walk.pass(judge, seat, std::ptr::eq(seat.certificate, leaf.certificate))?;
    }
    let policies = UserConstrainedPolicies { policies: walk.graph.constrained(&inputs) };
    let optional = walk.counters.explicit > 0;
    judge.hold(&rules::POLICY_ACCEPTABLE, leaf, optional || !policies.is_empty(), || {
        Finding::new(Shown::listed("", policies.iter()), wanted(optional, inputs.acceptable))
    })?;
    Ok(policies)
}

/// Whether nothing on a path maps, requires or inhibits a policy, nor does who asks about it.
fn is_plain<'s, 'a: 's>(inputs: &PolicyInputs<'_>, mut path: impl Iterator<Item = &'s Decoded<'a>>) -> bool {
    inputs.explicit == ExplicitPolicy::Optional
        && inputs.any_policy == AnyPolicy::Allowed
        && path.all(|certificate| {
            let Known { policy_mappings, policy_constraints, inhibit_any_policy, .. } = &certificate.known;
            policy_mappings.is_none() && policy_constraints.is_none() && inhibit_any_policy.is_none()
        })
}

struct Walk<'a> {
    graph: Graph<'a>,
    counters: Counters,
}

impl<'a> Walk<'a> {
    /// The next certificate on the way down.
    fn pass<T: TraceSink>(
        &mut self,
        judge: &mut Judge<'_, 'a, T>,
        seat: Seat<'_, 'a>,
        last: bool,
    ) -> Verdict {
        let known = &seat.certificate.known;
        let asserted = known.policies.as_ref().map(|policies| &policies.value);
        // RFC 5280 §6.1.3(d)(2).
        let any_counts = self.counters.any > 0 || (!last && seat.certificate.self_issued);
        let paid = self.graph.descend(asserted, any_counts, &mut judge.budget);
        judge.within(seat, paid)?;
        let optional = self.counters.explicit > 0;
        let holds = optional || !self.graph.is_null();
        let graph = &self.graph;
        judge.hold(&rules::POLICY_VALID, seat, holds, || {
            let asserted = asserted.map(|policies| policies.iter().map(|listed| listed.policy));
            Finding::new(Shown::policies(asserted, graph.valid()), wanted(optional, &[]))
        })?;
        if last {
            self.counters.wrap_up(known);
            return Ok(());
        }
        if let Some(mappings) = &known.policy_mappings {
            let paid = self.graph.map(&mappings.value, self.counters.mapping > 0, &mut judge.budget);
            judge.within(seat, paid)?;
        }
        if !seat.certificate.self_issued {
            self.counters.pass();
        }
        self.counters.limit(known);
        Ok(())
    }
}

/// What a rule asks of the valid policies.
fn wanted(optional: bool, acceptable: &[Oid<'_>]) -> Shown {
    match (optional, acceptable) {
        (true, _) => "any or none".into(),
        (false, []) => "at least one".into(),
        (false, acceptable) => Shown::listed("one of ", acceptable.iter().copied()),
    }
}
