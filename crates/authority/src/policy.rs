// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who may have which certificate: the rules that somebody wrote down, asked for each plan, and once more for the bytes
//! that are to be signed.
//!
//! - A rule that denies wins over any that allows.
//! - Each name must be allowed by a rule whose other conditions the whole certificate meets; one without names by any
//!   rule that asks for none.
//! - Where no rule allows anything, whatever the profiles permit is allowed, unless a rule denies it: that is how an
//!   authority without a policy decides.

mod asking;
mod key;
mod name;
mod requester;
mod rule;

pub use asking::Asking;
pub use key::KeyPattern;
pub use name::NamePattern;
pub use requester::{Path, Requester, Who};
pub use rule::{Effect, NONE, RuleConfig, Stars};

use std::fmt;

use keys::SubjectName;

use crate::common_name::Rules;
use crate::error::{PolicyError, PolicyRefusal, Shortfall};
use rule::Rule;

/// A policy as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyConfig {
    /// Its rules, in any order.
    pub rules: Vec<RuleConfig>,
}

/// A policy that holds together; made from its configuration alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    denying: Vec<Rule>,
    allowing: Vec<Rule>,
}

/// What a policy says to a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// The rules by which it is allowed, each with the names that it allows; nothing where no rule was asked for.
    pub allowed: Vec<Allowed>,
    /// Those of these rules that ask for somebody's approval.
    pub awaiting: Vec<String>,
    /// What stands in the way.
    pub refusals: Vec<PolicyRefusal>,
}

/// What a rule allows of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The rule's name.
    pub rule: String,
    /// The names; none of a certificate without any.
    pub names: Vec<SubjectName>,
}

impl Policy {
    /// Checks a configuration.
    ///
    /// # Errors
    /// What does not hold together, and in which of its rules.
    pub fn from_config(config: PolicyConfig) -> Result<Self, PolicyError> {
        let mut policy = Self::default();
        let mut known: Vec<String> = Vec::new();
        for (index, rule) in config.rules.into_iter().enumerate() {
            if known.contains(&rule.id) {
                return Err(PolicyError::Twice { rule: index, id: rule.id });
            }
            known.push(rule.id.clone());
            let effect = rule.effect;
            let rule = Rule::from_config(index, rule)?;
            match effect {
                Effect::Allow | Effect::AllowOnceApproved => policy.allowing.push(rule),
                Effect::Deny => policy.denying.push(rule),
            }
        }
        // What needs nobody's approval comes first: where both allow a name, nobody has to be asked.
        policy.allowing.sort_by_key(|rule| rule.config().effect == Effect::AllowOnceApproved);
        Ok(policy)
    }

    /// Whether there is a rule at all.
    #[must_use]
    pub const fn is_in_force(&self) -> bool {
        !self.allowing.is_empty() || !self.denying.is_empty()
    }

    /// What its being there means for common names.
    pub(crate) const fn on_common_names(&self) -> Rules {
        if self.is_in_force() { Rules::InForce } else { Rules::Open }
    }

    /// Whether nothing is allowed but what a rule allows.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        !self.allowing.is_empty()
    }

    /// The rules: those that deny, then those that allow.
    pub fn rules(&self) -> impl Iterator<Item = &RuleConfig> {
        self.denying.iter().chain(&self.allowing).map(Rule::config)
    }

    /// What it says to a certificate.
    #[must_use]
    pub fn judge(&self, asking: &Asking<'_>) -> Judgement {
        let mut judgement = Judgement::default();
        for rule in &self.denying {
            judgement.refusals.extend(rule.denied(asking));
        }
        if !self.is_closed() {
            return judgement;
        }
        if asking.names.is_empty() {
            self.allow(asking, None, &mut judgement);
        }
        for name in asking.names {
            self.allow(asking, Some(name), &mut judgement);
        }
        judgement
    }

    /// What each of its rules makes of a certificate, in words, and whether the rule decides on any of it.
    #[must_use]
    pub fn told(&self, asking: &Asking<'_>) -> Vec<Told> {
        let denying = self.denying.iter().map(|rule| {
            let denied: Vec<String> =
                rule.denied(asking).iter().map(PolicyRefusal::what).map(str::to_owned).collect();
            let says = if denied.is_empty() {
                "is about something else".to_owned()
            } else {
                format!("denies {}", denied.join(", "))
            };
            Told { rule: rule.name().to_string(), decides: !denied.is_empty(), says }
        });
        let names: Vec<Option<&SubjectName>> = match asking.names {
            [] => vec![None],
            names => names.iter().map(Some).collect(),
        };
        let allowing = self.allowing.iter().map(|rule| {
            let found = names.iter().map(|name| (*name, rule.shortfall(asking, *name)));
            let (allowed, short): (Vec<_>, Vec<_>) = found.partition(|(_, shortfall)| shortfall.is_none());
            let name = |name: Option<&SubjectName>| name.map_or_else(|| "it".to_owned(), ToString::to_string);
            let allowed: Vec<String> = allowed.into_iter().map(|(found, _)| name(found)).collect();
            let says = match short.first() {
                _ if !allowed.is_empty() => format!("{} {}", rule.verb(), allowed.join(", ")),
                Some((_, Some(shortfall))) => format!("does not allow it: it {shortfall}"),
                _ => "allows nothing".to_owned(),
            };
            Told { rule: rule.name().to_string(), decides: !allowed.is_empty(), says }
        });
        denying.chain(allowing).collect()
    }

    /// Finds the rule that allows a name, or the certificate as a whole.
    fn allow(&self, asking: &Asking<'_>, name: Option<&SubjectName>, judgement: &mut Judgement) {
        let Some(rule) = self.allowing.iter().find(|rule| rule.shortfall(asking, name).is_none()) else {
            judgement.refusals.push(self.unallowed(asking, name));
            return;
        };
        let RuleConfig { id, effect, .. } = rule.config();
        if *effect == Effect::AllowOnceApproved && !judgement.awaiting.contains(id) {
            judgement.awaiting.push(id.clone());
        }
        match judgement.allowed.iter_mut().find(|allowed| allowed.rule == *id) {
            Some(allowed) => allowed.names.extend(name.cloned()),
            None => judgement
                .allowed
                .push(Allowed { rule: id.clone(), names: name.cloned().into_iter().collect() }),
        }
    }

    /// Why no rule allows it: the one that comes nearest says what is missing. One that lists the name is nearer than any
    /// that does not; then the one that lacks the least; then one that is for whoever asks.
    fn unallowed(&self, asking: &Asking<'_>, name: Option<&SubjectName>) -> PolicyRefusal {
        let rules = self.allowing.iter().filter_map(|rule| Some((rule, rule.shortfall(asking, name)?)));
        let nearest = rules.min_by_key(|(rule, _)| {
            let missing = || rule.shortfalls(asking, name);
            let is_for_others = missing().any(|missing| matches!(missing, Shortfall::Requester { .. }));
            (!rule.lists(name), missing().count(), is_for_others)
        });
        let what = name.map_or_else(|| format!("profile {}", asking.profile), ToString::to_string);
        PolicyRefusal::Unallowed {
            what,
            requester: asking.requester.to_string(),
            nearest: nearest.map(|(rule, shortfall)| Box::new((rule.name(), shortfall))),
        }
    }
}

/// What a rule makes of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The rule, and where it is written.
    pub rule: String,
    /// Whether it decides on any of it.
    pub decides: bool,
    /// `allows nas.lan`, `denies *.lan`, or why it has no say.
    pub says: String,
}

/// `lan allows nas.lan`.
impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.names.iter().map(ToString::to_string).collect();
        write!(
            f,
            "{} allows {}",
            self.rule,
            if names.is_empty() { "it".to_owned() } else { names.join(", ") }
        )
    }
}
