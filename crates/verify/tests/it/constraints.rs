// SPDX-License-Identifier: MIT OR Apache-2.0
//! Name constraints, form by form.

use x509::der::Writer;
use x509::name::NameBuilder;
use x509::{GeneralName, Name, oid};

use crate::pki::{Spec, ask, name, refused_by};

use x509::GeneralName::{Directory, Dns, Email, Ip, RegisteredId, Uri};

/// What refuses a leaf with these names under a root with these constraints; empty when nothing does.
fn judged(permitted: &[GeneralName<'_>], excluded: &[GeneralName<'_>], leaf: Spec) -> &'static str {
    let root = Spec::ca("Root").constrained(permitted, excluded).self_signed();
    let leaf = root.issue(leaf);
    let result = ask(&[&leaf], &[&root], |question| question.name = None);
    result.map_or_else(|rejection| rejection.rule().id, |_| "")
}

fn check(
    permitted: &[GeneralName<'_>],
    excluded: &[GeneralName<'_>],
    names: &[GeneralName<'_>],
    expect: &str,
) {
    let leaf = Spec::server("leaf").named(names);
    assert_eq!(judged(permitted, excluded, leaf), expect, "{permitted:?} {excluded:?} {names:?}");
}

#[test]
fn hosts() {
    check(&[Dns("a.test")], &[], &[Dns("a.test"), Dns("x.A.TEST")], "");
    check(&[Dns("a.test")], &[], &[Dns("xa.test")], "name-permitted");
    check(&[Dns("a.test")], &[], &[Dns("a.test"), Dns("b.test")], "name-permitted");
    check(&[Dns("a.test"), Dns("b.test")], &[], &[Dns("x.b.test")], "");
    check(&[Dns("a.test")], &[Dns("x.a.test")], &[Dns("y.x.a.test")], "name-not-excluded");
    check(&[Dns("a.test")], &[], &[Dns("*.a.test")], "");
    check(&[Dns("x.a.test")], &[], &[Dns("*.a.test")], "name-permitted");
    check(&[], &[Dns("x.a.test")], &[Dns("*.a.test")], "name-not-excluded");
    check(&[], &[Dns("y.x.a.test")], &[Dns("*.a.test")], "");
    check(&[], &[Dns("")], &[Dns("a.test")], "name-not-excluded");
    check(&[Dns("")], &[], &[Dns("a.test")], "");
}

#[test]
fn addresses() {
    let ten = Ip(&[10, 0, 0, 0, 255, 0, 0, 0]);
    check(&[ten], &[], &[Ip(&[10, 9, 9, 9])], "");
    check(&[ten], &[], &[Ip(&[11, 9, 9, 9])], "name-permitted");
    check(&[ten], &[], &[Ip(&[0; 16])], "name-permitted");
    check(&[], &[ten], &[Ip(&[10, 9, 9, 9])], "name-not-excluded");
    check(&[], &[ten], &[Ip(&[0; 16])], "");
    // ::ffff:10.0.0.1 leads to 10.0.0.1.
    let mapped = Ip(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1]);
    check(&[], &[ten], &[mapped], "name-not-excluded");
    check(&[ten], &[], &[mapped], "name-permitted");
    check(&[ten], &[Ip(&[0; 32])], &[Ip(&[10, 9, 9, 9])], "");
}

#[test]
fn mailboxes() {
    check(&[Email("a@a.test")], &[], &[Email("a@A.test")], "");
    check(&[Email("a@a.test")], &[], &[Email("A@a.test")], "name-permitted");
    check(&[Email("a.test")], &[], &[Email("any@a.test")], "");
    check(&[Email("a.test")], &[], &[Email("any@x.a.test")], "name-permitted");
    check(&[Email(".a.test")], &[], &[Email("any@x.a.test")], "");
    check(&[Email(".a.test")], &[], &[Email("any@a.test")], "name-permitted");
    check(&[], &[Email("a.test")], &[Email("any@a.test")], "name-not-excluded");
    check(&[], &[Email("a@a.test")], &[Email("\"a\"@a.test")], "name-not-excluded");
    // Readers that stop at the second quote see a mailbox of evil.test.
    check(&[Email("a.test")], &[], &[Email("\"a\"@evil.test,b\"@a.test")], "alt-name-syntax");
}

#[test]
fn internationalized_mailboxes_lie_under_the_constraints_on_mailboxes() {
    let utf8 =
        |text: &str| Writer::build(|writer| writer.element(x509::der::Tag::UTF8_STRING, text.as_bytes()));
    let (inside, outside, odd) = (utf8("jürg@a.test"), utf8("jürg@b.test"), utf8("jürg"));
    let other = |value| GeneralName::Other { oid: oid::SMTP_UTF8_MAILBOX, value };
    check(&[Email("a.test")], &[], &[other(&inside)], "");
    check(&[Email("a.test")], &[], &[other(&outside)], "name-permitted");
    check(&[], &[Email("b.test")], &[other(&outside)], "name-not-excluded");
    check(&[], &[Email("b.test")], &[other(&odd)], "name-not-excluded");
}

#[test]
fn a_mailbox_in_the_subject_counts_when_there_are_no_alternative_names() {
    let subject = NameBuilder::new().attribute(oid::EMAIL_ADDRESS, "a@b.test").unwrap().build();
    let leaf = Spec::server("leaf").subject(subject);
    let bases = [Email("a.test")];
    assert_eq!(judged(&bases, &[], leaf.clone().without(oid::SUBJECT_ALT_NAME)), "name-permitted");
    assert_eq!(judged(&bases, &[], leaf.named(&[Dns("a.test")])), "");
}

#[test]
fn hosts_of_uris() {
    check(&[Uri("a.test")], &[], &[Uri("https://a.test:1/x")], "");
    check(&[Uri("a.test")], &[], &[Uri("https://x.a.test/")], "name-permitted");
    check(&[Uri(".a.test")], &[], &[Uri("https://x.a.test/")], "");
    check(&[Uri(".a.test")], &[], &[Uri("https://10.0.0.1/")], "name-permitted");
    // RFC 5280 §4.2.1.10: a URI without a host is refused wherever URIs are constrained.
    check(&[], &[Uri("a.test")], &[Uri("urn:x:y")], "name-not-excluded");
    check(&[], &[Uri("a.test")], &[Uri("https://b.test/")], "");
    check(&[], &[Uri("a.test")], &[Uri("https://b.test:x@A.test:1/")], "name-not-excluded");
    check(&[Uri("a.test")], &[], &[Uri("https://a.test:b.test/")], "alt-name-syntax");
}

#[test]
fn directory_names_in_subject_and_alternative_names() {
    let (leaf_name, other_name) = (name("leaf"), name("other"));
    let (leaf, other) = (Name::parse(&leaf_name).unwrap(), Name::parse(&other_name).unwrap());
    check(&[Directory(leaf)], &[], &[Dns("a.test")], "");
    check(&[Directory(other)], &[], &[Dns("a.test")], "name-permitted");
    check(&[Directory(leaf)], &[], &[Directory(other)], "name-permitted");
    check(&[], &[Directory(leaf)], &[Dns("a.test")], "name-not-excluded");
    check(&[], &[Directory(other)], &[Directory(other)], "name-not-excluded");
}

#[test]
fn forms_that_are_absent_or_of_another_kind_do_not_matter() {
    check(&[Ip(&[10, 0, 0, 0, 255, 0, 0, 0])], &[Email("a.test")], &[Dns("a.test")], "");
    let subject = Spec::server("leaf").without(oid::SUBJECT_ALT_NAME);
    assert_eq!(judged(&[Dns("a.test")], &[], subject), "");
}

#[test]
fn a_constraint_that_is_not_processed_refuses_what_it_is_about() {
    check(&[], &[RegisteredId(oid::SHA256)], &[RegisteredId(oid::SHA384)], "name-form-processed");
    check(&[RegisteredId(oid::SHA256)], &[], &[RegisteredId(oid::SHA256)], "name-form-processed");
    check(&[], &[RegisteredId(oid::SHA256)], &[Dns("a.test")], "");
}

#[test]
fn constraints_hold_for_everything_below_but_self_issued_authorities() {
    let root = Spec::ca("Root").constrained(&[Dns("a.test")], &[]).self_signed();
    let outside = [Dns("b.test")];
    let named = root.issue(Spec::ca("Intermediate").named(&outside));
    let leaf = named.issue(Spec::server("a.test"));
    assert_eq!(refused_by(&[&leaf, &named], &[&root]), "name-permitted");
    let rolled = root.issue(Spec::ca("Root").named(&outside));
    let leaf = rolled.issue(Spec::server("a.test"));
    assert_eq!(refused_by(&[&leaf, &rolled], &[&root]), "nothing");
    let last = root.issue(Spec::server("Root").subject(name("Root")).named(&outside));
    assert_eq!(
        ask(&[&last], &[&root], |question| question.name = None).unwrap_err().rule().id,
        "name-permitted"
    );
}

#[test]
fn each_issuer_narrows_what_those_above_it_permit() {
    let root = Spec::ca("Root").constrained(&[Dns("a.test")], &[]).self_signed();
    let wider = root.issue(Spec::ca("Intermediate").constrained(&[Dns("a.test"), Dns("b.test")], &[]));
    let leaf = wider.issue(Spec::server("b.test"));
    assert_eq!(refused_by(&[&leaf, &wider], &[&root]), "name-permitted");
    let narrower = root.issue(Spec::ca("Intermediate").constrained(&[Dns("x.a.test")], &[]));
    let leaf = narrower.issue(Spec::server("a.test"));
    assert_eq!(refused_by(&[&leaf, &narrower], &[&root]), "name-permitted");
}

#[test]
fn long_names_under_many_constraints_are_judged_within_the_budget() {
    let hosts: Vec<String> = (0..4_000).map(|number| format!("a{number}.test")).collect();
    let bases: Vec<_> = hosts.iter().map(|host| Email(host)).collect();
    let address = format!("{}@b.test", "_".repeat(50_000));
    check(&[], &bases, &[Email(&address)], "");
    let names: Vec<Vec<u8>> = hosts.iter().map(|host| name(host)).collect();
    let bases: Vec<_> = names.iter().map(|name| Directory(Name::parse(name).unwrap())).collect();
    let unseen = |text: &str| {
        let value = Writer::build(|value| {
            value.oid(oid::COMMON_NAME);
            let text = format!("{}{text}", "\u{ad}".repeat(25_000));
            value.element(x509::der::Tag::UTF8_STRING, text.as_bytes());
        });
        let set = Writer::build(|set| set.element(x509::der::Tag::SEQUENCE, &value));
        Writer::build(|rdns| rdns.sequence(|rdns| rdns.set_of(vec![set])))
    };
    let (outside, inside) = (unseen("b.test"), unseen("A1234.test"));
    check(&[], &bases, &[Directory(Name::parse(&outside).unwrap())], "");
    check(&[], &bases, &[Directory(Name::parse(&inside).unwrap())], "name-not-excluded");
}
