// SPDX-License-Identifier: MIT OR Apache-2.0
//! One rule: its conditions, and what is missing where they do not hold.

use std::fmt;
use std::time::Duration;

use keys::SubjectName;
use x509::Oid;
use x509::ext::KeyUsage;

use super::{Asking, KeyPattern, NamePattern, Path, Who};
use crate::error::{PolicyError, PolicyRefusal, RuleName, Shortfall};
use crate::lifetime;

/// What no rule is called, since it stands for none of them.
pub const NONE: &str = "none";

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It allows names to certificates that meet its other conditions.
    Allow,
    /// The same, once somebody else has approved.
    AllowOnceApproved,
    /// It denies certificates that meet all of its conditions.
    Deny,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::AllowOnceApproved => "allow once approved",
            Self::Deny => "deny",
        })
    }
}

/// What a rule makes of names that begin with a star.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stars {
    /// It is not about them, but for those that it lists with their star.
    Excluded,
    /// It is about them as about any other.
    Included,
    /// It is about them alone.
    Only,
}

/// A rule as it is written down. What is `None` is no condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleConfig {
    /// What it is called.
    pub id: String,
    /// Where it is written: `chancery.toml:12`.
    pub origin: String,
    /// What it does.
    pub effect: Effect,
    /// Who asks.
    pub who: Option<Vec<Who>>,
    /// The profile, by name.
    pub profiles: Option<Vec<String>>,
    /// The names.
    pub names: Option<Vec<NamePattern>>,
    /// What becomes of wildcards.
    pub stars: Stars,
    /// The key.
    pub keys: Option<Vec<KeyPattern>>,
    /// The key usages, one bit each: a rule that allows lists all that there may be, one that denies any of which
    /// there may be none.
    pub key_usages: Option<Vec<KeyUsage>>,
    /// The extended key usages, likewise.
    pub purposes: Option<Vec<Oid<'static>>>,
    /// The longest lifetime that is allowed, in days; of a rule that denies, the longest that is not denied.
    pub days: Option<u32>,
    /// The most names that are allowed; of a rule that denies, the most that are not denied.
    pub names_limit: Option<usize>,
}

impl RuleConfig {
    /// A rule without any condition.
    #[must_use]
    pub fn new(id: impl Into<String>, origin: impl Into<String>, effect: Effect) -> Self {
        Self {
            id: id.into(),
            origin: origin.into(),
            effect,
            who: None,
            profiles: None,
            names: None,
            stars: match effect {
                Effect::Allow | Effect::AllowOnceApproved => Stars::Excluded,
                Effect::Deny => Stars::Included,
            },
            keys: None,
            key_usages: None,
            purposes: None,
            days: None,
            names_limit: None,
        }
    }

    /// Whether a request that comes this way, for this profile, can ever be one that it is about.
    #[must_use]
    pub fn is_reached(&self, path: Path, profiles: &[&str]) -> bool {
        let is_asked = self.who.as_ref().is_none_or(|who| who.iter().any(|who| who.path() == path));
        let is_issued =
            self.profiles.as_ref().is_none_or(|own| own.iter().any(|own| profiles.contains(&own.as_str())));
        is_asked && is_issued
    }
}

/// A rule that holds together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    config: RuleConfig,
    /// All key usages together, of a rule that allows.
    key_usage: KeyUsage,
}

/// One of a rule's conditions: what is missing for it.
type Condition = fn(&Rule, &Asking<'_>, Option<&SubjectName>) -> Option<Shortfall>;

impl Rule {
    pub(super) fn from_config(index: usize, config: RuleConfig) -> Result<Self, PolicyError> {
        let id = || config.id.clone();
        let plain = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
        if config.id.is_empty() || config.id == NONE || config.id.len() > 64 || !config.id.bytes().all(plain)
        {
            return Err(PolicyError::Name { rule: index, id: id() });
        }
        let empty = [
            ("who", config.who.as_ref().is_some_and(Vec::is_empty)),
            ("profiles", config.profiles.as_ref().is_some_and(Vec::is_empty)),
            ("names", config.names.as_ref().is_some_and(Vec::is_empty)),
            ("keys", config.keys.as_ref().is_some_and(Vec::is_empty)),
            ("key_usages", config.key_usages.as_ref().is_some_and(Vec::is_empty)),
            ("purposes", config.purposes.as_ref().is_some_and(Vec::is_empty)),
        ];
        if let Some((field, _)) = empty.into_iter().find(|(_, is_empty)| *is_empty) {
            return Err(PolicyError::Empty { rule: index, id: id(), field });
        }
        let allows = config.effect != Effect::Deny;
        if allows && config.days == Some(0) {
            return Err(PolicyError::Nothing { rule: index, id: id(), field: "max_days" });
        }
        if allows && config.names_limit == Some(0) {
            return Err(PolicyError::Nothing { rule: index, id: id(), field: "max_names" });
        }
        if !allows && config == RuleConfig::new(id(), config.origin.clone(), Effect::Deny) {
            return Err(PolicyError::DeniesEverything { rule: index, id: id() });
        }
        let bits = config.key_usages.iter().flatten();
        let key_usage = bits.fold(KeyUsage::default(), |all, bit| all.and(*bit));
        Ok(Self { config, key_usage })
    }

    /// `allows`, or what has to come before.
    pub(super) const fn verb(&self) -> &'static str {
        match self.config.effect {
            Effect::AllowOnceApproved => "once somebody approves, allows",
            Effect::Allow | Effect::Deny => "allows",
        }
    }

    pub(super) fn name(&self) -> RuleName {
        RuleName { id: self.config.id.clone(), origin: self.config.origin.clone() }
    }

    pub(super) const fn config(&self) -> &RuleConfig {
        &self.config
    }

    /// What is missing for it to allow this name, or a certificate without names; `None` when it does.
    pub(super) fn shortfall(&self, asking: &Asking<'_>, name: Option<&SubjectName>) -> Option<Shortfall> {
        self.shortfalls(asking, name).next()
    }

    /// Everything that is missing.
    pub(super) fn shortfalls<'a>(
        &'a self,
        asking: &'a Asking<'_>,
        name: Option<&'a SubjectName>,
    ) -> impl Iterator<Item = Shortfall> + 'a {
        let conditions: [Condition; 9] = [
            Self::of_requester,
            Self::of_profile,
            Self::of_name,
            Self::of_wildcard,
            Self::of_key,
            Self::of_key_usage,
            Self::of_purposes,
            Self::of_days,
            Self::of_names,
        ];
        conditions.into_iter().filter_map(move |missing| missing(self, asking, name))
    }

    /// Whether it lists this name, among others perhaps.
    pub(super) fn lists(&self, name: Option<&SubjectName>) -> bool {
        let own = self.config.names.iter().flatten();
        name.is_some_and(|name| own.into_iter().any(|own| own.contains(name)))
    }

    fn of_requester(&self, asking: &Asking<'_>, _: Option<&SubjectName>) -> Option<Shortfall> {
        let who = self.config.who.as_deref();
        let is_met = listed(who, |who| who.is(asking.requester));
        (!is_met).then(|| Shortfall::Requester { allowed: in_words(who) })
    }

    fn of_profile(&self, asking: &Asking<'_>, _: Option<&SubjectName>) -> Option<Shortfall> {
        let profiles = self.config.profiles.as_deref();
        let is_met = listed(profiles, |own| own == asking.profile);
        let allowed = || profiles.unwrap_or_default().join(", ");
        (!is_met).then(|| Shortfall::Profile { allowed: allowed(), found: asking.profile.to_owned() })
    }

    fn of_name(&self, _: &Asking<'_>, name: Option<&SubjectName>) -> Option<Shortfall> {
        let names = self.config.names.as_deref();
        let is_met = match (names, name) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(name)) => own.iter().any(|own| own.contains(name)),
        };
        (!is_met).then(|| Shortfall::Name { allowed: in_words(names) })
    }

    fn of_wildcard(&self, _: &Asking<'_>, name: Option<&SubjectName>) -> Option<Shortfall> {
        let name = name.filter(|name| self.config.stars == Stars::Excluded && has_star(name))?;
        let is_named = self.config.names.iter().flatten().any(|own| own.names_star(name));
        (!is_named).then_some(Shortfall::Wildcard)
    }

    fn of_key(&self, asking: &Asking<'_>, _: Option<&SubjectName>) -> Option<Shortfall> {
        let keys = self.config.keys.as_deref();
        let is_met = listed(keys, |own| own.matches(asking.key));
        (!is_met).then(|| Shortfall::Key { allowed: in_words(keys), found: asking.key })
    }

    fn of_key_usage(&self, asking: &Asking<'_>, _: Option<&SubjectName>) -> Option<Shortfall> {
        let is_met = self.config.key_usages.is_none() || self.key_usage.has(asking.key_usage);
        (!is_met).then_some(Shortfall::KeyUsage { allowed: self.key_usage, found: asking.key_usage })
    }

    fn of_purposes(&self, asking: &Asking<'_>, _: Option<&SubjectName>) -> Option<Shortfall> {
        let own = self.config.purposes.as_deref()?;
        let is_met = asking.purposes.iter().all(|asked| own.contains(asked));
        let (allowed, found) = (|| in_words(Some(own)), || in_words(Some(asking.purposes)));
        (!is_met).then(|| Shortfall::Purposes { allowed: allowed(), found: found() })
    }

    fn of_days(&self, asking: &Asking<'_>, _: Option<&SubjectName>) -> Option<Shortfall> {
        let allowed = self.config.days.filter(|days| asking.length > lifetime::days(*days))?;
        Some(Shortfall::Days { allowed, found: whole_days(asking.length) })
    }

    fn of_names(&self, asking: &Asking<'_>, _: Option<&SubjectName>) -> Option<Shortfall> {
        let found = asking.names.len();
        let allowed = self.config.names_limit.filter(|limit| found > *limit)?;
        Some(Shortfall::Names { allowed, found })
    }

    /// What it denies of a certificate: each name that it is about, or the certificate as a whole.
    pub(super) fn denied(&self, asking: &Asking<'_>) -> Vec<PolicyRefusal> {
        let config = &self.config;
        let is_about = listed(config.who.as_deref(), |who| who.is(asking.requester))
            && listed(config.profiles.as_deref(), |own| own == asking.profile)
            && listed(config.keys.as_deref(), |own| own.matches(asking.key))
            && listed(config.key_usages.as_deref(), |own| asking.key_usage.has(*own))
            && listed(config.purposes.as_deref(), |own| asking.purposes.contains(own))
            && config.days.is_none_or(|days| asking.length > lifetime::days(days))
            && config.names_limit.is_none_or(|limit| asking.names.len() > limit);
        if !is_about {
            return Vec::new();
        }
        if config.names.is_none() && config.stars != Stars::Only {
            return vec![self.denial(self.grounds(asking))];
        }
        let is_denied = |name: &&SubjectName| {
            (config.stars != Stars::Only || has_star(name))
                && listed(config.names.as_deref(), |own| own.may_contain(name))
        };
        asking.names.iter().filter(is_denied).map(|name| self.denial(name.to_string())).collect()
    }

    fn denial(&self, what: String) -> PolicyRefusal {
        PolicyRefusal::Denied { rule: self.name(), what }
    }

    /// Why it denies the whole, in words: the last of its conditions.
    fn grounds(&self, asking: &Asking<'_>) -> String {
        let config = &self.config;
        if config.names_limit.is_some() {
            format!("{} names", asking.names.len())
        } else if config.days.is_some() {
            format!("{} days", whole_days(asking.length))
        } else if config.purposes.is_some() {
            format!("the purposes {}", in_words(Some(asking.purposes)))
        } else if config.key_usages.is_some() {
            format!("the key usage {}", asking.key_usage)
        } else if config.keys.is_some() {
            format!("a key of kind {}", asking.key)
        } else if config.profiles.is_some() {
            format!("profile {}", asking.profile)
        } else {
            format!("everything to {}", asking.requester)
        }
    }
}

/// Whether one of a list is meant; all are where there is no list.
fn listed<T>(list: Option<&[T]>, is_meant: impl FnMut(&T) -> bool) -> bool {
    list.is_none_or(|list| list.iter().any(is_meant))
}

fn in_words<T: InWords>(list: Option<&[T]>) -> String {
    list.unwrap_or_default().iter().map(InWords::in_words).collect::<Vec<_>>().join(", ")
}

trait InWords {
    fn in_words(&self) -> String;
}

impl InWords for Who {
    fn in_words(&self) -> String {
        self.to_string()
    }
}

impl InWords for NamePattern {
    fn in_words(&self) -> String {
        self.to_string()
    }
}

impl InWords for KeyPattern {
    fn in_words(&self) -> String {
        self.to_string()
    }
}

impl InWords for Oid<'_> {
    fn in_words(&self) -> String {
        self.name().map_or_else(|| self.to_string(), str::to_owned)
    }
}

fn has_star(name: &SubjectName) -> bool {
    matches!(name, SubjectName::Dns(name) if name.starts_with("*."))
}

/// Days, those that are not over counted too.
fn whole_days(length: Duration) -> u64 {
    length.as_secs().div_ceil(86_400)
}
