// SPDX-License-Identifier: MIT OR Apache-2.0
//! Policies: who may have what, that a rule which denies wins, and that each refusal names its rule.

use std::sync::Arc;

use authority::policy::{Effect, Path, RuleConfig, Stars, Who};
use authority::{
    Order, Plan, PlanRefusal, Policy, PolicyConfig, PolicyError, Profile, Requester, TokenId, Warrant,
};
use keys::csr::{self, RequestSpec};
use keys::{AwsLc, KeyKind, SubjectName};
use x509::ext::KeyUsage;
use x509::oid;

use crate::office::{Office, key, now, request, request_with, verified};

fn allow(id: &str, change: impl FnOnce(&mut RuleConfig)) -> RuleConfig {
    let mut rule = RuleConfig::new(id, "chancery.toml:1", Effect::Allow);
    change(&mut rule);
    rule
}

fn deny(id: &str, change: impl FnOnce(&mut RuleConfig)) -> RuleConfig {
    let mut rule = RuleConfig::new(id, "chancery.toml:9", Effect::Deny);
    change(&mut rule);
    rule
}

fn names(rule: &mut RuleConfig, texts: &[&str]) {
    rule.names = Some(texts.iter().map(|text| text.parse().unwrap()).collect());
}

fn policy(rules: Vec<RuleConfig>) -> Arc<Policy> {
    Arc::new(Policy::from_config(PolicyConfig { rules }).unwrap())
}

fn deploy() -> Requester {
    Requester::Program { id: TokenId::from_octets([5; 8]), label: "deploy".to_owned() }
}

struct Ask {
    csr: Vec<u8>,
    requester: Requester,
    profile: &'static str,
    days: Option<u32>,
}

fn ask(texts: &[&str]) -> Ask {
    Ask { csr: request(texts), requester: Requester::CommandLine, profile: "server", days: None }
}

fn plan(office: &Office, policy: &Arc<Policy>, ask: Ask) -> Plan {
    let profile = Profile::named(ask.profile).unwrap();
    let order = Order {
        request: verified(&ask.csr).unwrap(),
        issuer: office.issuer(&profile),
        profile,
        names: Vec::new(),
        days: ask.days,
        warrant: Warrant::ApprovedBy("a test".into()),
        requester: ask.requester,
        policy: Arc::clone(policy),
    };
    Plan::draw(order, now())
}

/// What stands in the way, in words; nothing where the plan is approved and prepared.
fn refusals(office: &Office, policy: &Arc<Policy>, ask: Ask) -> Vec<String> {
    match plan(office, policy, ask).approve() {
        Ok(approved) => {
            approved.prepare(&office.random, &AwsLc).unwrap();
            Vec::new()
        }
        Err(refused) => refused.refusals().map(ToString::to_string).collect(),
    }
}

#[test]
fn without_a_policy_whatever_the_profiles_permit_is_allowed() {
    let office = Office::private();
    let open = Arc::default();
    assert!(refusals(&office, &open, ask(&["db.internal", "*.internal", "10.0.0.1"])).is_empty());
    let plan = plan(&office, &open, ask(&["db.internal"]));
    assert!(plan.lines().iter().all(|line| line.field != "policy"), "and nothing is said of one");
}

#[test]
fn every_name_is_allowed_by_a_rule_or_refused() {
    let office = Office::private();
    let policy = policy(vec![
        allow("lan", |rule| names(rule, &[".lan"])),
        allow("addresses", |rule| names(rule, &["10.0.0.0/8"])),
    ]);
    assert!(refusals(&office, &policy, ask(&["nas.lan", "10.0.0.1"])).is_empty());
    let found = refusals(&office, &policy, ask(&["nas.lan", "db.internal", "192.168.0.1"]));
    let [dns, ip] = found.as_slice() else { panic!("{found:?}") };
    assert!(dns.starts_with("no rule allows db.internal to the command line: rule "), "{dns}");
    assert!(ip.starts_with("no rule allows 192.168.0.1 to the command line"), "{ip}");

    let plan = plan(&office, &policy, ask(&["nas.lan", "a.lan", "10.0.0.1"]));
    let told: Vec<&str> =
        plan.lines().iter().filter(|line| line.field == "policy").map(|line| &*line.policy).collect();
    assert_eq!(
        told,
        ["rule lan allows it to the command line", "rule addresses allows it to the command line"]
    );
    let allowed: Vec<String> = plan.judgement().allowed.iter().map(ToString::to_string).collect();
    assert_eq!(allowed, ["lan allows nas.lan, a.lan", "addresses allows 10.0.0.1"]);
}

#[test]
fn a_rule_that_denies_wins_over_all_that_allow() {
    let office = Office::private();
    let policy = policy(vec![
        allow("everything", |rule| rule.stars = Stars::Included),
        deny("vault", |rule| names(rule, &["vault.internal", "10.1.0.0/16"])),
        deny("rsa", |rule| rule.keys = Some(vec!["rsa<3072".parse().unwrap()])),
        deny("stars", |rule| {
            rule.stars = Stars::Only;
            names(rule, &[".test"]);
        }),
        deny("year", |rule| rule.days = Some(90)),
        deny("many", |rule| rule.names_limit = Some(3)),
        deny("programs", |rule| {
            rule.who = Some(vec!["token:deploy".parse().unwrap()]);
            rule.profiles = Some(vec!["client".to_owned()]);
        }),
    ]);
    let check = |ask: Ask, expect: &[&str]| assert_eq!(refusals(&office, &policy, ask), expect);
    check(ask(&["db.internal", "*.lan", "10.2.0.1"]), &[]);
    check(ask(&["db.internal", "vault.internal"]), &["rule vault (chancery.toml:9) denies vault.internal"]);
    check(ask(&["*.internal"]), &["rule vault (chancery.toml:9) denies *.internal"]);
    check(ask(&["10.1.2.3"]), &["rule vault (chancery.toml:9) denies 10.1.2.3"]);
    check(ask(&["*.test"]), &["rule stars (chancery.toml:9) denies *.test"]);
    check(ask(&["a.test"]), &[]);
    check(Ask { days: Some(90), ..ask(&["a.test"]) }, &[]);
    check(Ask { days: Some(91), ..ask(&["a.test"]) }, &["rule year (chancery.toml:9) denies 91 days"]);
    check(ask(&["a.lan", "b.lan", "c.lan", "d.lan"]), &["rule many (chancery.toml:9) denies 4 names"]);
    let rsa = request_with(&*key(KeyKind::Rsa2048), &["a.test"]);
    check(Ask { csr: rsa, ..ask(&["a.lan"]) }, &["rule rsa (chancery.toml:9) denies a key of kind RSA 2048"]);
    let client = || Ask { profile: "client", ..ask(&["ann@internal"]) };
    check(client(), &[]);
    let refused = "rule programs (chancery.toml:9) denies profile client";
    check(Ask { requester: deploy(), ..client() }, &[refused]);
}

#[test]
fn the_rule_that_comes_nearest_says_what_is_missing() {
    let office = Office::private();
    let policy = policy(vec![allow("web", |rule| {
        rule.who = Some(vec![Who::By(Path::CommandLine), Who::By(Path::Api)]);
        rule.profiles = Some(vec!["server".to_owned()]);
        names(rule, &[".lan"]);
        rule.keys = Some(vec!["p256".parse().unwrap(), "rsa>=3072".parse().unwrap()]);
        rule.days = Some(60);
        rule.names_limit = Some(2);
        rule.purposes = Some(vec![oid::SERVER_AUTH]);
        rule.key_usages = Some(vec![KeyUsage::DIGITAL_SIGNATURE, KeyUsage::KEY_ENCIPHERMENT]);
    })]);
    let check = |ask: Ask, expect: &str| {
        let found = refusals(&office, &policy, ask);
        assert!(!found.is_empty() && found.iter().all(|found| found.ends_with(expect)), "{found:?}");
    };
    assert!(refusals(&office, &policy, Ask { requester: deploy(), ..ask(&["a.lan"]) }).is_empty());
    check(Ask { requester: Requester::OwnServer, ..ask(&["a.lan"]) }, "comes nearest, and is for cli, api");
    check(
        Ask { profile: "client", ..ask(&["ann@lan"]) },
        "comes nearest, and is for profile server, not client",
    );
    check(ask(&["a.internal"]), "comes nearest, and is for .lan");
    check(ask(&["*.lan"]), "comes nearest, and allows no wildcard");
    let csr = request_with(&*key(KeyKind::Rsa2048), &["a.lan"]);
    check(Ask { csr, ..ask(&["a.lan"]) }, "comes nearest, and wants a key of p256, rsa>=3072, not RSA 2048");
    check(Ask { days: Some(61), ..ask(&["a.lan"]) }, "comes nearest, and allows 60 days, not 61");
    check(ask(&["a.lan", "b.lan", "c.lan"]), "comes nearest, and allows 2 names, not 3");
}

#[test]
fn a_rule_about_the_name_is_nearer_than_one_about_others_and_of_these_the_one_that_lacks_least() {
    let office = Office::private();
    let policy = policy(vec![
        allow("others", |rule| names(rule, &[".lan"])),
        allow("far", |rule| {
            rule.who = Some(vec![Who::By(Path::Api)]);
            names(rule, &[".internal"]);
            (rule.names_limit, rule.days) = (Some(1), Some(10));
        }),
        allow("near", |rule| {
            rule.who = Some(vec![Who::By(Path::Api)]);
            names(rule, &[".internal"]);
        }),
        allow("own", |rule| {
            names(rule, &[".home.arpa"]);
            rule.names_limit = Some(1);
        }),
        allow("any", |rule| rule.who = Some(vec![Who::By(Path::OwnServer)])),
    ]);
    let nearest = |asked: &[&str]| -> String {
        let found = refusals(&office, &policy, ask(asked));
        assert_eq!(found.len(), asked.len(), "{found:?}");
        assert!(found.iter().all(|other| other.split(": ").last() == found[0].split(": ").last()));
        found[0].split(": ").last().unwrap().to_owned()
    };
    assert!(nearest(&["a.internal", "b.internal"]).starts_with("rule near ("));
    assert!(nearest(&["a.home.arpa", "b.home.arpa"]).ends_with("comes nearest, and allows 1 name, not 2"));
    // Nobody lists it, and each lacks one thing: whoever asks is told of what is theirs.
    assert!(nearest(&["a.test"]).starts_with("rule others ("), "{}", nearest(&["a.test"]));
}

#[test]
fn a_certificate_without_names_is_allowed_by_a_rule_that_asks_for_none() {
    let office = Office::private();
    let subject = x509::name::NameBuilder::new().common_name("Branch CA").unwrap().build();
    let branch = || Ask {
        csr: crate::hostile::with_subject(&subject, &[]),
        profile: "intermediate",
        ..ask(&["a.lan"])
    };
    let named = policy(vec![allow("lan", |rule| names(rule, &[".lan"]))]);
    let found = refusals(&office, &named, branch());
    let expect = "no rule allows profile intermediate to the command line: rule lan (chancery.toml:1) comes nearest, \
                  and is for .lan";
    assert_eq!(found, [expect]);
    let plain = policy(vec![allow("ca", |rule| rule.profiles = Some(vec!["intermediate".to_owned()]))]);
    assert!(refusals(&office, &plain, branch()).is_empty());
}

#[test]
fn a_policy_that_makes_no_sense_is_refused_with_its_rule() {
    let problem = |rules: Vec<RuleConfig>| Policy::from_config(PolicyConfig { rules }).unwrap_err();
    let fine = || allow("a", |_| {});
    assert_eq!(problem(vec![fine(), fine()]), PolicyError::Twice { rule: 1, id: "a".into() });
    assert_eq!(problem(vec![allow("A b", |_| {})]), PolicyError::Name { rule: 0, id: "A b".into() });
    assert_eq!(
        problem(vec![fine(), deny("b", |_| {})]),
        PolicyError::DeniesEverything { rule: 1, id: "b".into() }
    );
    let empty = allow("c", |rule| rule.keys = Some(Vec::new()));
    assert_eq!(problem(vec![empty]), PolicyError::Empty { rule: 0, id: "c".into(), field: "keys" });
    let nothing = allow("d", |rule| rule.days = Some(0));
    assert_eq!(problem(vec![nothing]), PolicyError::Nothing { rule: 0, id: "d".into(), field: "max_days" });
}

#[test]
fn an_approval_binds_to_the_rules_that_allowed_it() {
    let office = Office::private();
    let digest = |id: &str| {
        let policy = policy(vec![allow(id, |_| {})]);
        plan(&office, &policy, ask(&["a.lan"])).digest(&AwsLc)
    };
    assert_eq!(digest("one"), digest("one"));
    assert_ne!(digest("one"), digest("other"));
}

#[test]
fn what_the_policy_refuses_is_a_refusal_of_the_plan() {
    let office = Office::private();
    let policy = policy(vec![deny("vault", |rule| names(rule, &["vault.lan"]))]);
    let plan = plan(&office, &policy, ask(&["vault.lan"]));
    let line = plan.lines().iter().find(|line| line.field == "policy").unwrap();
    assert_eq!(line.rule.id, "plan-policy-denies");
    assert!(matches!(line.refusal, Some(PlanRefusal::Policy(_))));
    assert!(plan.refusal("a test", &AwsLc).is_some(), "and the journal is told");
}

#[test]
fn a_common_name_that_no_rule_has_seen_is_not_issued() {
    let office = Office::private();
    let rules = policy(vec![allow("bob", |rule| names(rule, &["bob@home.arpa", ".users.internal"]))]);
    let issued = |policy: &Arc<Policy>, common_name: &str, name: &str| {
        let names = vec![SubjectName::parse(name).unwrap()];
        let spec = RequestSpec { common_name: Some(common_name.to_owned()), names };
        let csr = csr::make(&*key(KeyKind::P256), &spec).unwrap();
        let ask = Ask { csr, requester: deploy(), profile: "client", days: None };
        let plan = plan(&office, policy, ask);
        let line = plan.lines().iter().find(|line| line.field == "subject CN").unwrap();
        let issued = line.issued.clone();
        plan.approve().unwrap().prepare(&office.random, &AwsLc).unwrap();
        issued
    };
    for (common_name, name, expect) in [
        ("admin", "bob@home.arpa", None),
        ("bob@home.arpa", "bob@home.arpa", Some("bob@home.arpa")),
        // That is bob.users.internal, which has not been asked for.
        ("bob", "bob@home.arpa", None),
        ("BOB@home.arpa", "bob@home.arpa", None),
        ("a.b", "a.b.users.internal", None),
        ("alice", "alice.users.internal", Some("alice")),
        ("admin", "alice.users.internal", None),
    ] {
        assert_eq!(issued(&rules, common_name, name).as_deref(), expect, "{common_name} {name}");
    }
    let denied = policy(vec![deny("admin", |rule| names(rule, &["admin.users.internal"]))]);
    assert_eq!(issued(&denied, "admin", "admin@home.arpa"), None, "what is denied is not had for short");
    // Where no rule decides, whoever approves the plan does.
    assert_eq!(issued(&Arc::default(), "admin", "bob@home.arpa").as_deref(), Some("admin"));
}
