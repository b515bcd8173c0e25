// SPDX-License-Identifier: MIT OR Apache-2.0
//! Asking: an authority with keys that are thrown away, and a request for each example, all the way to the bytes that
//! would be signed.

use std::sync::Arc;

use authority::policy::NONE;
use authority::profile::Role;
use authority::{
    Constraints, Founded, Founding, FoundingKey, IssueError, Order, Plan, PlanRefusal, PolicyRefusal,
    Requester, VerifiedRequest, Warrant,
};
use keys::csr::{self, RequestSpec};
use keys::{AwsLc, KeyKind, PrivateKey};
use serde::Serialize;
use x509::Time;

use super::example::{Example, Examples, Expect};
use crate::commands::policy::explain;
use crate::config::Config;
use crate::config::document::Problem;
use crate::failure::Failure;
use crate::public_suffixes::IcannDomains;
use crate::random::SystemRandom;

/// What became of an example.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    pub(super) found: Expect,
    /// The rules that decided: those that allowed it, or those that stood in its way (`none`: no rule allowed it).
    pub(super) rules: Vec<String>,
    /// What stood in its way, in words.
    pub(super) reasons: Vec<String>,
    pub(super) names: Vec<String>,
    pub(super) days: u64,
    pub(super) key_usage: String,
    pub(super) purposes: String,
}

/// An authority that is not recorded, under a policy.
pub(super) struct Rehearsal<'a> {
    config: &'a Config,
    founded: Founded,
    now: Time,
    keys: Vec<(KeyKind, PrivateKey)>,
}

impl<'a> Rehearsal<'a> {
    pub(super) fn new(config: &'a Config, examples: &Examples, now: Time) -> Result<Self, Failure> {
        let constraints = constraints(examples)?;
        let founding =
            Founding::new(None, constraints, founding_key()?, founding_key()?).knowing(&IcannDomains);
        let founded = founding.rehearse(now, &SystemRandom, &AwsLc);
        let founded = founded.map_err(|error| Failure::from_error(&error))?;
        Ok(Self { config, founded, now, keys: Vec::new() })
    }

    /// What becomes of an example.
    pub(super) fn of(&mut self, example: &Example) -> Result<Outcome, Problem> {
        let wrong = |message: String| Problem { message, ..example.place.clone() };
        let requester = explain::requester(&example.who).map_err(|failure| wrong(failure.message))?;
        let profile =
            self.config.profiles.named(&example.profile).map_err(|error| wrong(error.to_string()))?;
        let request = self.request(example).map_err(wrong)?;
        let issuer = match profile.role() {
            Role::Leaf | Role::Responder => &self.founded.intermediate,
            Role::Authority { .. } => &self.founded.root,
        };
        let order = Order {
            request,
            profile: profile.clone(),
            issuer: Arc::clone(issuer),
            names: Vec::new(),
            days: example.days,
            warrant: Warrant::ApprovedBy("an example".to_owned()),
            requester,
            policy: Arc::clone(&self.config.policy),
        };
        Ok(outcome(Plan::draw(order, self.now)))
    }

    fn request(&mut self, example: &Example) -> Result<VerifiedRequest, String> {
        let key = self.key(example.key)?;
        let spec = RequestSpec { common_name: example.common_name.clone(), names: example.names.clone() };
        let der = csr::make(key, &spec).map_err(|error| error.to_string())?;
        VerifiedRequest::read(&der, &AwsLc).map_err(|error| error.to_string())
    }

    /// A key of this kind, the same for all examples: making one takes its time.
    fn key(&mut self, kind: KeyKind) -> Result<&PrivateKey, String> {
        let known = self.keys.iter().position(|(known, _)| *known == kind);
        let known = match known {
            Some(known) => known,
            None => {
                let made = PrivateKey::generate(kind).map_err(|error| error.to_string())?;
                self.keys.push((kind, made));
                self.keys.len().saturating_sub(1)
            }
        };
        self.keys.get(known).map(|(_, key)| key).ok_or_else(|| "no key".to_owned())
    }
}

fn founding_key() -> Result<FoundingKey, Failure> {
    let key = PrivateKey::generate(KeyKind::P256)
        .map_err(|error| Failure::could_not("cannot make a key pair").because(&error))?;
    Ok(FoundingKey { signer: Arc::new(key), location: String::new() })
}

fn constraints(examples: &Examples) -> Result<Constraints, Failure> {
    let Some(permit) = &examples.permit else { return Ok(Constraints::unconstrained()) };
    let failed = |error| Failure::from_error(&error);
    let mut constraints = Constraints::private(&[]).map_err(failed)?;
    permit.iter().try_for_each(|name| constraints.permit(name)).map_err(failed)?;
    Ok(constraints)
}

/// Plans, and prepares what may be: what decides, in the end, are the bytes.
fn outcome(plan: Plan) -> Outcome {
    let issued = |field: &str| {
        let line = plan.lines().iter().find(|line| line.field == field);
        line.and_then(|line| line.issued.clone()).unwrap_or_else(|| "none".to_owned())
    };
    let (key_usage, purposes) = (issued("keyUsage"), issued("extKeyUsage"));
    let names = plan.names().iter().map(ToString::to_string).collect();
    let days = plan.period().days();
    let allowed: Vec<String> = plan.judgement().allowed.iter().map(|allowed| allowed.rule.clone()).collect();
    let lines = plan.lines().iter();
    let in_the_way: Vec<String> = lines
        .filter_map(|line| line.refusal.as_ref().map(|refusal| deciding(refusal, line.rule.id)))
        .collect();
    // A server of our own cannot wait.
    let is_awaited = plan.awaits_approval();
    let waits = is_awaited && *plan.requester() != Requester::OwnServer;
    let (found, mut rules, reasons) = match plan.approve() {
        Err(refused) if is_awaited => {
            let found = if waits { Expect::Pending } else { Expect::Refuse };
            (found, allowed, refused.refusals().map(ToString::to_string).collect())
        }
        Err(refused) => (Expect::Refuse, in_the_way, refused.refusals().map(ToString::to_string).collect()),
        Ok(approved) => match approved.prepare(&SystemRandom, &AwsLc) {
            Ok(_) => (Expect::Issue, allowed, Vec::new()),
            Err(error) => {
                let rule = if matches!(error, IssueError::Webpki { .. }) { "webpki" } else { "bytes" };
                (Expect::Refuse, vec![rule.to_owned()], vec![error.to_string()])
            }
        },
    };
    rules.dedup();
    Outcome { found, rules, reasons, names, days, key_usage, purposes }
}

/// The rule of the policy that stands in the way, or the one by which plans are drawn.
fn deciding(refusal: &PlanRefusal, planning: &str) -> String {
    match refusal {
        PlanRefusal::Policy(PolicyRefusal::Denied { rule, .. }) => rule.id.clone(),
        PlanRefusal::Policy(PolicyRefusal::Unallowed { .. }) => NONE.to_owned(),
        _ => planning.to_owned(),
    }
}
