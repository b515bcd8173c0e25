// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lints: the rules of public servers, on what would be signed.

use std::sync::Arc;

use authority::profile::Webpki;
use authority::{
    IssueError, Order, Plan, Prepared, Profile, ProfileConfig, RequestError, Requester, Warrant,
};
use keys::{AwsLc, KeyKind};

use crate::office::{Office, key, now, request_with, verified};

fn prepared(base: &str, webpki: Webpki, kind: KeyKind, name: &str) -> Result<Prepared, IssueError> {
    let office = Office::private();
    let profile = ProfileConfig { name: "web".to_owned(), webpki, ..ProfileConfig::of(base).unwrap() };
    let profile = Profile::from_config(profile).unwrap();
    let request: Result<_, RequestError> = verified(&request_with(&*key(kind), &[name]));
    let order = Order {
        request: request.unwrap(),
        issuer: office.issuer(&profile),
        profile,
        names: Vec::new(),
        days: None,
        warrant: Warrant::ApprovedBy("a test".into()),
        requester: Requester::CommandLine,
        policy: Arc::default(),
    };
    Plan::draw(order, now()).approve().unwrap().prepare(&office.random, &AwsLc)
}

#[test]
fn what_public_servers_may_not_do_is_remarked_on() {
    let plain = prepared("server", Webpki::Remarked, KeyKind::P256, "db.internal").unwrap();
    assert!(plain.remarks().is_empty(), "{:?}", plain.remarks());
    let prepared = prepared("server", Webpki::Remarked, KeyKind::Ed25519, "db.internal").unwrap();
    let [remark] = prepared.remarks() else { panic!("{:?}", prepared.remarks()) };
    assert!(remark.contains("Ed25519"), "{remark}");
}

#[test]
fn a_profile_that_keeps_the_rules_of_public_servers_refuses_what_breaks_them() {
    assert!(prepared("server", Webpki::Required, KeyKind::P256, "db.internal").is_ok());
    let refused = prepared("server", Webpki::Required, KeyKind::Ed25519, "db.internal").unwrap_err();
    assert!(matches!(&refused, IssueError::Webpki { profile, .. } if profile == "web"), "{refused}");
    let refused = prepared("server", Webpki::Required, KeyKind::P256, "*.internal").unwrap_err();
    assert!(matches!(refused, IssueError::Webpki { .. }), "{refused}");
}

#[test]
fn certificates_of_clients_are_nothing_to_public_servers() {
    let prepared = prepared("client", Webpki::Required, KeyKind::Ed25519, "ann@internal").unwrap();
    assert!(prepared.remarks().is_empty());
}
