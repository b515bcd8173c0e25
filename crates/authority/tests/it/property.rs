// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whatever the authority issues, `verify` accepts; and what was flipped below the anchor, it refuses.

use std::net::IpAddr;
use std::sync::LazyLock;

use std::sync::Arc;

use authority::policy::{Effect, NamePattern, RuleConfig, Stars};
use authority::{Order, Plan, Policy, PolicyConfig, Profile, Requester, SubjectName, Warrant};
use keys::{AwsLc, KeyKind};
use proptest::prelude::*;
use verify::{NoTrace, PeerName, Purpose, Question, TrustAnchors};

use crate::office::{Ask, Office, key, now, request_with, verified};

static OFFICE: LazyLock<Office> = LazyLock::new(Office::private);

fn label() -> impl Strategy<Value = String> {
    // Without two hyphens in a row: "xn--" would have to be Punycode.
    "[a-z0-9](-?[a-z0-9]){0,10}"
}

fn host() -> impl Strategy<Value = String> {
    let domain = prop::sample::select(vec!["internal", "home.arpa", "test", "local", "lan", "buildhost"]);
    let star = prop::sample::select(vec!["", "*."]);
    (star, prop::collection::vec(label(), 1..6), domain)
        .prop_map(|(star, labels, domain)| format!("{star}{}.{domain}", labels.join(".")))
}

fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<[u8; 3]>().prop_map(|[a, b, c]| IpAddr::from([10, a, b, c])),
        any::<[u8; 2]>().prop_map(|[a, b]| IpAddr::from([192, 168, a, b])),
        any::<[u8; 15]>().prop_map(|rest| {
            let mut octets = [0xfd; 16];
            octets[1..].copy_from_slice(&rest);
            IpAddr::from(octets)
        }),
    ]
}

fn server_names() -> impl Strategy<Value = Vec<String>> {
    let name = prop_oneof![3 => host(), 1 => address().prop_map(|address| address.to_string())];
    prop::collection::vec(name, 1..12)
}

fn client_names() -> impl Strategy<Value = Vec<String>> {
    let mailbox = ("[a-z]([a-z.]?[a-z]){0,8}", host())
        .prop_map(|(local, host)| format!("{local}@{}", host.trim_start_matches("*.")));
    prop::collection::vec(prop_oneof![mailbox, host()], 1..6)
}

fn kind() -> impl Strategy<Value = KeyKind> {
    prop::sample::select(vec![KeyKind::P256, KeyKind::P384, KeyKind::Ed25519, KeyKind::Rsa2048])
}

/// Issues, and asks `verify` about every name.
fn issued_is_accepted(
    profile: &'static str,
    purpose: Purpose,
    texts: &[String],
    kind: KeyKind,
    days: u32,
) -> Result<(), TestCaseError> {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let csr = request_with(&*key(kind), &texts);
    let ask = Ask { profile, days: Some(days), ..Ask::server(csr) };
    let issued = OFFICE.issue(ask).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let mut anchors = TrustAnchors::new();
    anchors.add_certificate(OFFICE.founded.root.certificate()).unwrap();
    let chain: Vec<&[u8]> = issued.chain().collect();
    let moments = [now(), issued.period().not_before, issued.period().not_after];
    for (name, moment) in issued.names().iter().zip(moments.iter().cycle()) {
        let peer = match name {
            SubjectName::Dns(host) => Some(host.replacen("*.", "any.", 1)),
            SubjectName::Ip(address) => Some(address.to_string()),
            SubjectName::Email(_) => None,
        };
        let peer = peer.map(|peer| PeerName::parse(&peer).unwrap());
        let mut question = Question::new(&chain, &anchors, *moment);
        question.purpose = purpose;
        question.name = peer.as_ref();
        let decided = verify::decide(&question, &AwsLc, &mut NoTrace);
        prop_assert!(decided.is_ok(), "{name} at {moment}: {}", decided.unwrap_err());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn verify_accepts_every_server(names in server_names(), kind in kind(), days in 1_u32..=397) {
        issued_is_accepted("server", Purpose::ServerAuth, &names, kind, days)?;
    }

    #[test]
    fn verify_accepts_every_client(names in client_names(), kind in kind(), days in 1_u32..=397) {
        issued_is_accepted("client", Purpose::ClientAuth, &names, kind, days)?;
    }

    #[test]
    fn verify_refuses_what_was_flipped(names in server_names(), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let texts: Vec<&str> = names.iter().map(String::as_str).collect();
        let issued = OFFICE.issue(Ask::server(request_with(&*key(KeyKind::P256), &texts))).unwrap();
        let mut leaf = issued.certificate().to_vec();
        let at = at.index(leaf.len());
        leaf[at] ^= 1_u8 << bit;
        let mut anchors = TrustAnchors::new();
        anchors.add_certificate(OFFICE.founded.root.certificate()).unwrap();
        let chain = [leaf.as_slice(), OFFICE.founded.intermediate.certificate()];
        let question = Question::new(&chain, &anchors, now());
        prop_assert!(verify::decide(&question, &AwsLc, &mut NoTrace).is_err(), "octet {at}, bit {bit}");
    }
}

/// What rules are about, some of them.
fn patterns() -> impl Strategy<Value = Vec<NamePattern>> {
    let some = [
        ".internal",
        ".lan",
        ".test",
        ".home.arpa",
        ".local",
        "nas.lan",
        "*.lan",
        "10.0.0.0/8",
        "10.128.0.0/9",
        "fd00::/8",
        "192.168.0.0/16",
        ".buildhost",
    ];
    let some: Vec<NamePattern> = some.iter().map(|text| text.parse().unwrap()).collect();
    prop::sample::subsequence(some, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn a_policy_allows_what_it_lists_and_nothing_that_it_denies_in_the_plan_as_in_the_bytes(
        texts in server_names(), allowed in patterns(), denied in patterns(), has_stars in any::<bool>(), days in 1_u32..60
    ) {
        let stars = if has_stars { Stars::Included } else { Stars::Excluded };
        let allow = RuleConfig {
            names: Some(allowed.clone()), stars, days: Some(47), ..RuleConfig::new("allow", "a test", Effect::Allow)
        };
        let deny = RuleConfig { names: Some(denied.clone()), ..RuleConfig::new("deny", "a test", Effect::Deny) };
        let policy = Policy::from_config(PolicyConfig { rules: vec![allow, deny] }).unwrap();
        // Few enough that some of them are all allowed.
        let texts: Vec<&str> = texts.iter().map(String::as_str).take(3).collect();
        let profile = Profile::named("server").unwrap();
        let order = Order {
            request: verified(&request_with(&*key(KeyKind::P256), &texts)).unwrap(),
            issuer: OFFICE.issuer(&profile),
            profile,
            names: Vec::new(),
            days: Some(days),
            warrant: Warrant::ApprovedBy("a test".into()),
            requester: Requester::CommandLine,
            policy: Arc::new(policy),
        };
        let plan = Plan::draw(order, now());
        let is_allowed = |name: &SubjectName| {
            let is_listed = allowed.iter().any(|pattern| pattern.contains(name));
            let is_exact = allowed.contains(&NamePattern::Exactly(name.clone()));
            is_listed && (has_stars || is_exact || !name.to_string().starts_with("*."))
        };
        let is_denied = |name: &SubjectName| denied.iter().any(|pattern| pattern.may_contain(name));
        let expect = days <= 47 && plan.names().iter().all(|name| is_allowed(name) && !is_denied(name));
        match plan.approve() {
            Ok(approved) => {
                prop_assert!(expect);
                prop_assert!(approved.prepare(&OFFICE.random, &AwsLc).is_ok());
            }
            Err(refused) => prop_assert!(!expect, "{}", refused),
        }
    }
}
