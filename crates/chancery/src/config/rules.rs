// SPDX-License-Identifier: MIT OR Apache-2.0
//! `[[allow]]` and `[[deny]]`: the rules of the policy.

use authority::policy::{Effect, Path, RuleConfig, Stars};
use authority::{Policy, PolicyConfig, Profiles};
use x509::ext::KeyUsage;
use x509::{Oid, oid};

use super::document::{Placed, Problem, Section};
use super::nearest::nearest;

const ALLOW: &[&str] = &[
    "id",
    "who",
    "profiles",
    "names",
    "wildcards",
    "keys",
    "key_usages",
    "purposes",
    "max_days",
    "max_names",
    "approval",
];
const DENY: &[&str] = &[
    "id",
    "who",
    "profiles",
    "names",
    "wildcards",
    "keys",
    "key_usages",
    "purposes",
    "over_days",
    "over_names",
];

/// Reads the policy of a file that is called so.
pub(super) fn read(root: &Section<'_>, profiles: &Profiles, file: &str) -> Result<Policy, Problem> {
    let mut sections = Vec::new();
    for (key, effect) in [("allow", Effect::Allow), ("deny", Effect::Deny)] {
        sections.extend(root.sections(key)?.into_iter().map(|section| (section, effect)));
    }
    let rules = sections.iter().map(|(section, effect)| rule(section, *effect, profiles, file));
    let rules = rules.collect::<Result<Vec<_>, _>>()?;
    Policy::from_config(PolicyConfig { rules }).map_err(|error| match sections.get(error.rule()) {
        Some((section, _)) => section.problem(error.to_string()),
        None => root.problem(error.to_string()),
    })
}

fn rule(
    section: &Section<'_>,
    effect: Effect,
    profiles: &Profiles,
    file: &str,
) -> Result<RuleConfig, Problem> {
    let (known, days, names) = match effect {
        Effect::Allow | Effect::AllowOnceApproved => (ALLOW, "max_days", "max_names"),
        Effect::Deny => (DENY, "over_days", "over_names"),
    };
    section.require_known(known)?;
    let id = section.required("id")?.value;
    let mut rule = RuleConfig::new(id, format!("{file}:{}", section.line()), effect);
    rule.who = section.list("who")?;
    rule.profiles =
        section.texts("profiles")?.map(|texts| known_profiles(section, &texts, profiles)).transpose()?;
    rule.names = section.list("names")?;
    rule.keys = section.list("keys")?;
    rule.key_usages = key_usages(section)?;
    rule.purposes = purposes(section)?;
    rule.days = section.number(days)?;
    rule.names_limit = section.number(names)?.and_then(|limit| usize::try_from(limit).ok());
    if let Some(approval) = section.text("approval")? {
        rule.effect = approved(section, &approval, &rule)?;
    }
    if let Some(wildcards) = section.flag("wildcards")? {
        rule.stars = match (effect, wildcards.value) {
            (Effect::Allow | Effect::AllowOnceApproved, true) => Stars::Included,
            (Effect::Allow | Effect::AllowOnceApproved, false) => Stars::Excluded,
            (Effect::Deny, true) => Stars::Only,
            (Effect::Deny, false) => {
                let message = "wildcards = false denies nothing: true denies them alone, and without it all names are meant";
                return Err(section.problem_at(&wildcards, message));
            }
        };
    }
    Ok(rule)
}

/// That somebody has to approve, which servers of our own cannot wait for.
fn approved(section: &Section<'_>, approval: &Placed<&str>, rule: &RuleConfig) -> Result<Effect, Problem> {
    if approval.value != "required" {
        let message =
            format!("approval = {:?} is nothing that can be asked: it may be \"required\"", approval.value);
        return Err(section.problem_at(approval, message));
    }
    if rule.who.iter().flatten().any(|who| who.path() == Path::OwnServer) {
        return Err(
            section.problem_with("who", "servers of our own cannot wait for an approval: leave \"up\" out")
        );
    }
    Ok(Effect::AllowOnceApproved)
}

fn known_profiles(
    section: &Section<'_>,
    texts: &[Placed<&str>],
    profiles: &Profiles,
) -> Result<Vec<String>, Problem> {
    let known: Vec<&str> = profiles.iter().map(authority::Profile::name).collect();
    let check = |text: &Placed<&str>| match profiles.named(text.value) {
        Ok(profile) => Ok(profile.name().to_owned()),
        Err(error) => {
            let problem = section.problem_at(text, error.to_string());
            let hint = nearest(text.value, &known).map(|meant| format!("did you mean {meant:?}?"));
            Err(Problem { hint, ..problem })
        }
    };
    texts.iter().map(check).collect()
}

/// Key usages by name, one bit each.
pub(super) fn key_usages(section: &Section<'_>) -> Result<Option<Vec<KeyUsage>>, Problem> {
    let known = [KeyUsage::DIGITAL_SIGNATURE, KeyUsage::NON_REPUDIATION, KeyUsage::KEY_ENCIPHERMENT];
    let authorities = [KeyUsage::KEY_CERT_SIGN, KeyUsage::CRL_SIGN];
    let known: Vec<(String, KeyUsage)> =
        known.into_iter().chain(authorities).map(|usage| (usage.to_string(), usage)).collect();
    named(section, "key_usages", "key usage", &known)
}

/// Extended key usages by name: those that an intermediate passes on.
pub(super) fn purposes(section: &Section<'_>) -> Result<Option<Vec<Oid<'static>>>, Problem> {
    let known =
        [oid::SERVER_AUTH, oid::CLIENT_AUTH].map(|oid| (oid.name().unwrap_or_default().to_owned(), oid));
    named(section, "purposes", "purpose of what an intermediate issues", &known)
}

fn named<T: Copy>(
    section: &Section<'_>,
    key: &str,
    what: &str,
    known: &[(String, T)],
) -> Result<Option<Vec<T>>, Problem> {
    let find = |text: &Placed<&str>| {
        let found = known.iter().find(|(name, _)| name == text.value).map(|(_, found)| *found);
        found.ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
            let message = format!("{:?} is no {what}: there are {}", text.value, names.join(", "));
            let hint = nearest(text.value, &names).map(|meant| format!("did you mean {meant:?}?"));
            Problem { hint, ..section.problem_at(text, message) }
        })
    };
    section.texts(key)?.map(|texts| texts.iter().map(find).collect()).transpose()
}
