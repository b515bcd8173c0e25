// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether lifetimes go together: those of authorities, leaves, CRLs and OCSP answers, the time that is left to renew,
//! and what clients put up with.

use std::time::Duration;

use x509::{Time, oid};

use super::DAY;
use crate::policy::{Effect, Path, Policy, RuleConfig};
use crate::profile::{Profile, Profiles, Role, Webpki};

/// Since when how many days are the most that a public server's certificate may have [CA/B BR §6.3.2].
const PUBLIC: [(&str, u32); 4] =
    [("2020-09-01", 398), ("2026-03-15", 200), ("2027-03-15", 100), ("2029-03-15", 47)];
/// How many days Apple's systems accept of a server's certificate, whoever issued it: "Requirements for trusted
/// certificates in iOS 13 and macOS 10.15".
const APPLE: u32 = 825;
/// What must be left to renew, so that a weekend does not end a certificate.
const WEEKEND: Duration = Duration::from_secs(3 * 86_400);

/// The lifetimes that are not a profile's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// A root's.
    pub root: Duration,
    /// An intermediate's.
    pub intermediate: Duration,
    /// What is left of the intermediate that issues now, where there is one.
    pub left: Option<Duration>,
    /// That of an intermediate's CRL.
    pub crl: Duration,
    /// That of an OCSP answer.
    pub ocsp: Duration,
    /// The moment of asking.
    pub now: Time,
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// It cannot work.
    Impossible,
    /// It works, and will hurt.
    Harmful,
}

/// Something that does not go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub weight: Weight,
    /// What it is about: `profile web`, `rule lan (chancery.toml:12)`.
    pub about: String,
    /// What is wrong.
    pub what: String,
}

/// Everything that does not go together in these profiles and this policy.
#[must_use]
pub fn check(profiles: &Profiles, policy: &Policy, clocks: &Clocks) -> Vec<Finding> {
    let mut findings = Vec::new();
    for profile in profiles.iter() {
        let about = format!("profile {profile}");
        let (impossible, harmful) = match profile.role() {
            Role::Leaf => {
                (outliving(profile, clocks.intermediate, "an intermediate"), of_leaf(profile, clocks))
            }
            Role::Responder => (outliving(profile, clocks.intermediate, "an intermediate"), Vec::new()),
            Role::Authority { .. } => (outliving(profile, clocks.root, "the root"), Vec::new()),
        };
        let found = |weight| {
            let about = about.clone();
            move |what| Finding { weight, about: about.clone(), what }
        };
        findings.extend(impossible.into_iter().map(found(Weight::Impossible)));
        findings.extend(harmful.into_iter().map(found(Weight::Harmful)));
    }
    let is_open_to_servers = policy
        .rules()
        .any(|rule| rule.effect == Effect::Allow && rule.is_reached(Path::OwnServer, &["server"]));
    if policy.is_closed() && !is_open_to_servers {
        findings.push(Finding {
            weight: Weight::Harmful,
            about: "who = \"up\"".to_owned(),
            what: "no rule allows servers of our own anything: chancery up and ca serve --api get no certificate".to_owned(),
        });
    }
    findings.extend(policy.rules().filter_map(|rule| of_rule(rule, profiles)));
    findings
}

fn outliving(profile: &Profile, issuer: Duration, called: &str) -> Option<String> {
    let (maximum, issuer_days) = (profile.maximum_days(), issuer.as_secs() / DAY.as_secs());
    (super::days(maximum) > issuer).then(|| {
        format!(
            "{maximum} days at most are more than {called} lives, {issuer_days} days: nobody can have them"
        )
    })
}

fn of_leaf(profile: &Profile, clocks: &Clocks) -> Vec<String> {
    let (default, maximum) = (profile.default_days(), profile.maximum_days());
    let life = super::days(default);
    let is_server = profile.purposes().contains(&oid::SERVER_AUTH);
    let mut findings = Vec::new();
    let window = life / 3;
    if window < WEEKEND {
        let hours = window.as_secs() / 3_600;
        findings.push(format!(
            "of {default} days, {hours} hours are left to renew: a weekend without renewal ends the certificate"
        ));
    }
    for (what, long) in [("CRL", clocks.crl), ("OCSP answer", clocks.ocsp)] {
        if long > life {
            findings.push(format!(
                "a client may keep the last {what} for {} days, longer than the certificate lives ({default}): \
                 revoking it tells nobody",
                long.as_secs() / DAY.as_secs()
            ));
        }
    }
    if let Some(left) = clocks.left.filter(|left| *left < life) {
        findings.push(format!(
            "the intermediate ends in {} days, before {default} days are over: certificates end with it \
             (chancery ca issuer new)",
            left.as_secs() / DAY.as_secs()
        ));
    }
    if is_server && maximum > APPLE {
        findings.push(format!(
            "Apple's systems refuse servers' certificates of more than {APPLE} days, of whatever root; {maximum} are allowed"
        ));
    }
    if is_server && profile.webpki() == Webpki::Required {
        findings.extend(public(maximum, clocks.now));
    }
    findings
}

/// What public servers' certificates may have now, and the next time that it becomes less than this.
fn public(maximum: u32, now: Time) -> Vec<String> {
    let limits = PUBLIC.iter().filter_map(|(since, days)| Some((Time::parse(since)?, since, *days)));
    let too_long = limits.filter(|(_, _, days)| maximum > *days);
    let (past, future): (Vec<_>, Vec<_>) = too_long.partition(|(since, ..)| *since <= now);
    let past = past.last().map(|(_, since, days)| {
        format!("browsers refuse public servers' certificates of more than {days} days since {since}; {maximum} are allowed")
    });
    let future = future.first().map(|(_, since, days)| {
        format!("browsers will refuse public servers' certificates of more than {days} days from {since} on; {maximum} are allowed")
    });
    past.into_iter().chain(future).collect()
}

/// A rule under which a profile's usual lifetime is too long: whoever names none is refused.
fn of_rule(rule: &RuleConfig, profiles: &Profiles) -> Option<Finding> {
    let limit = rule.days?;
    let is_meant = |profile: &&Profile| {
        profile.role() == Role::Leaf
            && rule.profiles.as_ref().is_none_or(|own| own.iter().any(|own| own == profile.name()))
    };
    let longer: Vec<String> = profiles
        .iter()
        .filter(is_meant)
        .filter(|profile| profile.default_days() > limit)
        .map(|profile| format!("{profile} ({} days)", profile.default_days()))
        .collect();
    let is_named = rule.profiles.is_some() || profiles.iter().filter(is_meant).count() == longer.len();
    (!longer.is_empty() && is_named).then(|| Finding {
        weight: Weight::Harmful,
        about: format!("rule {} ({})", rule.id, rule.origin),
        what: format!(
            "at most {limit} days, and less than what is issued unless somebody asks for less: {}",
            longer.join(", ")
        ),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::policy::{PolicyConfig, Who};
    use crate::profile::ProfileConfig;

    fn clocks() -> Clocks {
        let days = super::super::days;
        Clocks {
            root: days(3652),
            intermediate: days(1826),
            left: Some(days(1000)),
            crl: days(7),
            ocsp: days(1),
            now: Time::parse("2026-11-27").unwrap(),
        }
    }

    fn findings(change: impl FnOnce(&mut ProfileConfig), clocks: &Clocks) -> Vec<(Weight, String)> {
        let mut config = ProfileConfig { name: "web".into(), ..ProfileConfig::of("server").unwrap() };
        change(&mut config);
        let mut profiles = Profiles::shipped();
        profiles.add(Profile::from_config(config).unwrap()).unwrap();
        let found = check(&profiles, &Policy::default(), clocks);
        found
            .into_iter()
            .filter(|found| found.about == "profile web")
            .map(|found| (found.weight, found.what))
            .collect()
    }

    #[test]
    fn what_ships_goes_together() {
        assert_eq!(check(&Profiles::shipped(), &Policy::default(), &clocks()), []);
    }

    #[test]
    fn what_cannot_work_is_told_from_what_hurts() {
        let check = |change: fn(&mut ProfileConfig), weight: Weight, expect: &str| {
            let found = findings(change, &clocks());
            assert!(
                found.iter().any(|(w, what)| *w == weight && what.contains(expect)),
                "{expect}: {found:?}"
            );
        };
        check(|config| config.default_days = 8, Weight::Harmful, "64 hours are left to renew");
        check(|config| config.default_days = 6, Weight::Harmful, "keep the last CRL for 7 days");
        check(|config| config.maximum_days = 826, Weight::Harmful, "more than 825 days");
        let short = Clocks { intermediate: super::super::days(365), ..clocks() };
        let found = findings(|_| {}, &short);
        assert!(
            matches!(found.as_slice(), [(Weight::Impossible, what)] if what.contains("an intermediate lives, 365 days")),
            "{found:?}"
        );
        let late = Clocks { left: Some(super::super::days(40)), ..clocks() };
        let found = findings(|_| {}, &late);
        assert!(
            matches!(found.as_slice(), [(Weight::Harmful, what)] if what.contains("ends in 40 days")),
            "{found:?}"
        );
        assert!(findings(|config| config.maximum_days = 825, &clocks()).is_empty());
    }

    #[test]
    fn public_servers_are_held_to_the_limit_of_the_day() {
        let limit = |days: u32, at: &str| {
            let clocks = Clocks { now: Time::parse(at).unwrap(), ..clocks() };
            let change = |config: &mut ProfileConfig| {
                config.webpki = Webpki::Required;
                config.default_days = 47;
                config.maximum_days = days;
            };
            findings(change, &clocks).into_iter().map(|(_, what)| what).collect::<Vec<_>>()
        };
        let first = |days: u32, at: &str| limit(days, at).first().cloned().unwrap_or_default();
        let told =
            |found: &[String]| found.iter().map(|what| what.contains("will refuse")).collect::<Vec<_>>();
        assert_eq!(told(&limit(397, "2026-03-14")), [true]);
        assert!(first(397, "2026-03-14").contains("200 days from 2026-03-15"));
        assert_eq!(told(&limit(397, "2026-03-15")), [false, true]);
        assert!(first(201, "2026-11-27").contains("more than 200 days since 2026-03-15"));
        assert_eq!(told(&limit(200, "2026-11-27")), [true]);
        assert!(first(200, "2026-11-27").contains("100 days from 2027-03-15"));
        assert!(first(100, "2027-03-15").contains("47 days from 2029-03-15"));
        assert_eq!(told(&limit(48, "2029-03-15")), [false]);
        assert!(limit(47, "2029-03-15").is_empty());
    }

    #[test]
    fn a_rule_that_refuses_what_is_usual_is_told() {
        let rule = |change: fn(&mut RuleConfig)| {
            let mut rule = RuleConfig::new("a", "chancery.toml:1", Effect::Allow);
            change(&mut rule);
            let policy = Policy::from_config(PolicyConfig { rules: vec![rule] }).unwrap();
            let found = check(&Profiles::shipped(), &policy, &clocks());
            found.into_iter().map(|found| found.about).collect::<Vec<_>>()
        };
        assert!(rule(|_| {}).is_empty());
        assert_eq!(rule(|rule| rule.days = Some(46)), ["rule a (chancery.toml:1)"]);
        assert!(rule(|rule| rule.days = Some(47)).is_empty());
        assert_eq!(rule(|rule| rule.who = Some(vec![Who::By(Path::CommandLine)])), ["who = \"up\""]);
    }
}
