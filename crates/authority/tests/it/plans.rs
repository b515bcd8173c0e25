// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plans: everything that was asked has its line, and what stands in the way says so.

use authority::{Constraints, IssueError, NameKind, Outcome, Plan, PlanRefusal, RecordError, SubjectName};
use keys::KeyKind;
use x509::ext::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName};
use x509::name::NameBuilder;
use x509::{Certificate, Extension, GeneralName, oid};

use crate::hostile::{with_extensions, with_subject};
use crate::office::{Ask, Office, at, key, names, now, request, request_with};

fn refusals(plan: Plan) -> Vec<PlanRefusal> {
    plan.approve().map(|_| ()).unwrap_err().refusals().cloned().collect()
}

fn only_refusal(plan: Plan) -> PlanRefusal {
    let found = refusals(plan);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

/// The lines of this field: outcome, asked, issued.
fn lines<'a>(plan: &'a Plan, field: &str) -> Vec<(Outcome, Option<&'a str>, Option<&'a str>)> {
    let of_field = plan.lines().iter().filter(|line| line.field == field);
    of_field.map(|line| (line.outcome(), line.asked.as_deref(), line.issued.as_deref())).collect()
}

fn common_name(office: &Office, ask: Ask) -> Option<String> {
    let issued = office.issue(ask).unwrap();
    Certificate::parse(issued.certificate()).unwrap().tbs().subject().common_name()
}

#[test]
fn what_is_asked_within_policy_is_issued_as_asked() {
    let office = Office::private();
    let plan = office.plan(Ask::server(request(&["db.internal", "10.0.0.7"])));
    assert_eq!(
        lines(&plan, "name"),
        [
            (Outcome::AsAsked, Some("db.internal"), Some("db.internal")),
            (Outcome::AsAsked, Some("10.0.0.7"), Some("10.0.0.7")),
        ]
    );
    assert!(plan.lines().iter().all(|line| !matches!(line.outcome(), Outcome::Left | Outcome::Refused)));
    assert!(plan.approve().is_ok());
}

#[test]
fn everything_in_a_request_has_its_line() {
    let subject = NameBuilder::new()
        .attribute(oid::COUNTRY, "CH")
        .unwrap()
        .organization("Evil Bank")
        .unwrap()
        .common_name("other.internal")
        .unwrap()
        .build();
    let san = SubjectAltName::encode(&[GeneralName::Dns("DB.Internal"), GeneralName::Dns("db.internal")]);
    let usage = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::KEY_CERT_SIGN).encode();
    let purposes = ExtendedKeyUsage::encode(&[oid::SERVER_AUTH, oid::CODE_SIGNING]);
    let ext = |oid, value| Extension { oid, critical: false, value };
    let csr = with_subject(
        &subject,
        &[
            ext(oid::SUBJECT_ALT_NAME, &san),
            ext(oid::KEY_USAGE, &usage),
            ext(oid::EXTENDED_KEY_USAGE, &purposes),
            ext(oid::TLS_FEATURE, &[0x30, 3, 2, 1, 5]),
            ext(oid::SUBJECT_KEY_IDENTIFIER, &[4, 1, 9]),
        ],
    );
    let office = Office::private();
    let plan = office.plan(Ask::server(csr));
    let check = |field: &str, expect: &[(Outcome, Option<&str>, Option<&str>)]| {
        assert_eq!(lines(&plan, field), expect, "{field}");
    };
    check(
        "name",
        &[
            (Outcome::Changed, Some("DB.Internal"), Some("db.internal")),
            (Outcome::Left, Some("db.internal"), None),
        ],
    );
    check("subject CN", &[(Outcome::Changed, Some("other.internal"), Some("db.internal"))]);
    check("subject O", &[(Outcome::Left, Some("Evil Bank"), None)]);
    check("subject C", &[(Outcome::Left, Some("CH"), None)]);
    check("keyUsage", &[(Outcome::Changed, Some("digitalSignature, keyCertSign"), Some("digitalSignature"))]);
    check("extKeyUsage", &[(Outcome::Changed, Some("serverAuth, codeSigning"), Some("serverAuth"))]);
    check("tlsFeature", &[(Outcome::Left, Some("5 octets"), None)]);
    check("subjectKeyIdentifier", &[(Outcome::Changed, Some("3 octets"), Some("of the key in the request"))]);
    assert!(plan.approve().is_ok());
}

#[test]
fn a_common_name_that_stands_alone_becomes_a_name() {
    let office = Office::private();
    let plan = office.plan(Ask::server(with_extensions(&[])));
    assert_eq!(lines(&plan, "name"), [(Outcome::Changed, Some("CN=db.internal"), Some("db.internal"))]);
    assert_eq!(plan.names(), names(&["db.internal"]));
}

#[test]
fn names_are_added_by_whoever_approves() {
    let office = Office::private();
    let ask = Ask { names: names(&["www.internal"]), ..Ask::server(request(&["db.internal"])) };
    let plan = office.plan(ask);
    assert_eq!(lines(&plan, "name")[1], (Outcome::Added, None, Some("www.internal")));
    assert_eq!(plan.names(), names(&["db.internal", "www.internal"]));
}

#[test]
fn a_name_outside_the_constraints_is_refused_with_what_is_permitted() {
    let office = Office::private();
    let csr = request(&["db.internal", "example.com", "8.8.8.8"]);
    let found = refusals(office.plan(Ask::server(csr)));
    let [dns, ip] = found.as_slice() else { panic!("{found:?}") };
    let PlanRefusal::OutsideConstraints { name, kind, permitted } = dns else { panic!("{dns}") };
    assert_eq!((name, *kind), (&SubjectName::Dns("example.com".into()), NameKind::Dns));
    assert_eq!(permitted, "localhost, internal, home.arpa, test, local, lan, buildhost");
    assert!(ip.to_string().starts_with("8.8.8.8 is outside the name constraints"), "{ip}");
}

#[test]
fn a_request_without_any_name_is_refused() {
    let csr = with_subject(&NameBuilder::new().build(), &[]);
    assert_eq!(only_refusal(Office::private().plan(Ask::server(csr))), PlanRefusal::NoNames);
}

#[test]
fn forms_of_names_that_a_profile_does_not_issue_are_refused() {
    let office = Office::private();
    let refused = |profile, text: &str, form: &str| {
        let plan = office.plan(Ask { profile, ..Ask::server(request(&[text])) });
        let refusal = only_refusal(plan);
        let expect = PlanRefusal::NameForm { profile: profile.into(), form: form.into(), name: text.into() };
        assert_eq!(refusal, expect);
    };
    refused("server", "ann@internal", "email address");
    refused("client", "10.0.0.1", "IP address");
    let value = SubjectAltName::encode(&[GeneralName::Uri("https://db.internal/")]);
    let csr = with_extensions(&[Extension { oid: oid::SUBJECT_ALT_NAME, critical: false, value: &value }]);
    let refusal = only_refusal(office.plan(Ask::server(csr)));
    assert!(matches!(refusal, PlanRefusal::NameForm { name, .. } if name == "uri:https://db.internal/"));
}

#[test]
fn nobody_becomes_an_authority_under_a_leafs_profile() {
    let value = BasicConstraints { ca: true, path_length: None }.encode();
    let csr = with_extensions(&[Extension { oid: oid::BASIC_CONSTRAINTS, critical: true, value: &value }]);
    let refusal = only_refusal(Office::private().plan(Ask::server(csr)));
    assert_eq!(refusal, PlanRefusal::AuthorityUnderLeaf { profile: "server".into() });
}

#[test]
fn a_lifetime_is_at_least_a_day_and_at_most_the_profiles() {
    let office = Office::private();
    let plan = |days| office.plan(Ask { days: Some(days), ..Ask::server(request(&["db.internal"])) });
    assert_eq!(only_refusal(plan(0)), PlanRefusal::NoLifetime);
    let expect = PlanRefusal::Lifetime { asked: 398, maximum: 397, profile: "server".into() };
    assert_eq!(only_refusal(plan(398)), expect);
    assert_eq!(lines(&plan(397), "lifetime"), [(Outcome::AsAsked, Some("397 days"), Some("397 days"))]);
    assert_eq!(plan(397).period().days(), 397);
    assert_eq!(plan(1).period().days(), 1);
    assert_eq!(office.plan(Ask::server(request(&["db.internal"]))).period().days(), 47);
}

#[test]
fn a_leaf_ends_with_its_issuer_and_a_dead_issuer_issues_nothing() {
    let office = Office::private();
    let end = office.founded.intermediate.period().not_after;
    let asked = |at| office.plan(Ask { at, ..Ask::server(request(&["db.internal"])) });
    let late = asked(end.minus(std::time::Duration::from_secs(3600)));
    assert_eq!(late.period().not_after, end);
    let line = late.lines().iter().find(|line| line.field == "lifetime").unwrap();
    assert_eq!(line.rule.id, "plan-lifetime-of-issuer");
    assert!(late.approve().is_ok());
    let dead = only_refusal(asked(end.plus(std::time::Duration::from_secs(1))));
    assert!(matches!(dead, PlanRefusal::IssuerNotValid { .. }), "{dead}");
    let early = only_refusal(asked(at("2020-01-01")));
    assert!(matches!(early, PlanRefusal::IssuerNotValid { .. }), "{early}");
}

#[test]
fn an_authoritys_own_key_is_nobody_elses() {
    let signer = crate::office::fresh_key(KeyKind::P256);
    let csr = request_with(&*signer, &["db.internal"]);
    let office = Office::around(signer);
    let refusal = only_refusal(office.plan(Ask::server(csr)));
    assert!(matches!(refusal, PlanRefusal::KeyOfIssuer { .. }), "{refusal}");
}

#[test]
fn a_servers_common_name_is_its_first_dns_name_or_nothing() {
    let office = Office::private();
    let long = format!("{}.{}.internal", "a".repeat(60), "b".repeat(10));
    let fits = format!("{}.internal", "a".repeat(55));
    assert_eq!(fits.len(), 64);
    let check = |texts: &[&str], expect: Option<&str>| {
        let found = common_name(&office, Ask::server(request(texts)));
        assert_eq!(found.as_deref(), expect, "{texts:?}");
    };
    check(&["10.0.0.1", "db.internal", "www.internal"], Some("db.internal"));
    check(&["10.0.0.1"], None);
    check(&[&fits], Some(&fits));
    check(&[&long, "db.internal"], None);
}

#[test]
fn a_subject_that_is_empty_makes_the_names_critical() {
    let office = Office::private();
    let issued = office.issue(Ask::server(request(&["10.0.0.1"]))).unwrap();
    let certificate = Certificate::parse(issued.certificate()).unwrap();
    assert!(certificate.tbs().subject().is_empty());
    let names = certificate.tbs().extensions().decode::<SubjectAltName<'_>>().unwrap().unwrap();
    assert!(names.critical);
    let issued = office.issue(Ask::server(request(&["db.internal"]))).unwrap();
    let certificate = Certificate::parse(issued.certificate()).unwrap();
    let names = certificate.tbs().extensions().decode::<SubjectAltName<'_>>().unwrap().unwrap();
    assert!(!names.critical);
}

#[test]
fn a_person_is_known_by_mail_or_by_a_name_below_users() {
    let office = Office::private();
    let subject = |name: &str| NameBuilder::new().common_name(name).unwrap().build();
    let plan = |csr| office.plan(Ask { profile: "client", ..Ask::server(csr) });
    let ann = plan(with_subject(&subject("ann"), &[]));
    assert_eq!(ann.names(), names(&["ann.users.internal"]));
    assert_eq!(lines(&ann, "subject CN"), [(Outcome::AsAsked, Some("ann"), Some("ann"))]);
    let mail = plan(request_with(&*key(KeyKind::P256), &["ann@internal"]));
    assert_eq!(mail.names(), names(&["ann@internal"]));
    let dotted = SubjectAltName::encode(&[GeneralName::Email("ann@internal")]);
    let dotted = [Extension { oid: oid::SUBJECT_ALT_NAME, critical: false, value: &dotted }];
    let dotted = plan(with_subject(&subject("ann.internal"), &dotted));
    assert_eq!(lines(&dotted, "subject CN"), [(Outcome::Left, Some("ann.internal"), None)]);
    assert_eq!(only_refusal(plan(with_subject(&subject("Ann Lee"), &[]))), PlanRefusal::NoNames);
}

#[test]
fn an_authority_below_is_named_bounded_and_constrained() {
    let office = Office::private();
    let signer = crate::office::fresh_key(KeyKind::P256);
    let csr = |common_name: Option<&str>| {
        let builder = NameBuilder::new().organization("Branch").unwrap();
        let subject = match common_name {
            Some(name) => builder.common_name(name).unwrap().build(),
            None => builder.build(),
        };
        let info = x509::write::request_info(&x509::write::RequestFields {
            subject: &subject,
            subject_public_key_info: signer.public_key_info(),
            extensions: &[],
        });
        x509::write::signed(&info, signer.signature_algorithm(), &signer.sign(&info).unwrap())
    };
    let ask = |csr| Ask { profile: "intermediate", ..Ask::server(csr) };
    let issued = office.issue(ask(csr(Some("Branch CA")))).unwrap();
    let certificate = Certificate::parse(issued.certificate()).unwrap();
    let tbs = certificate.tbs();
    assert_eq!(tbs.subject().to_string(), "CN=Branch CA,O=Branch");
    let basic = tbs.extensions().decode::<BasicConstraints>().unwrap().unwrap();
    assert!(basic.critical && basic.value == BasicConstraints { ca: true, path_length: Some(0) });
    let own = tbs.extensions().find(oid::NAME_CONSTRAINTS).unwrap();
    let root = Certificate::parse(office.founded.root.certificate()).unwrap();
    assert_eq!(own, root.tbs().extensions().find(oid::NAME_CONSTRAINTS).unwrap());
    let unnamed = only_refusal(office.plan(ask(csr(None))));
    assert!(matches!(unnamed, PlanRefusal::AuthorityName { .. }), "{unnamed}");
}

#[test]
fn nobody_is_certified_by_the_name_of_an_issuer_with_another_key() {
    let office = Office::private();
    let ask = |subject: &[u8]| Ask { profile: "intermediate", ..Ask::server(with_subject(subject, &[])) };
    let before = office.batches();
    let taken = office.issue(ask(office.founded.intermediate.subject()));
    let Err(IssueError::Record(RecordError::NameTaken { id, .. })) = taken else { panic!("{taken:?}") };
    assert_eq!((id, office.batches()), (office.founded.intermediate.id().to_string(), before));
    // The plan says so before anything is signed, where the issuers were looked up; of a leaf nobody has to be.
    let profile = authority::Profile::named("intermediate").unwrap();
    let asked = ask(office.founded.intermediate.subject()).csr;
    let request = crate::office::verified(&asked).unwrap();
    let request = crate::office::wait(request.looked_up_for(&profile, &office.record)).unwrap();
    let order = authority::Order {
        request,
        issuer: office.issuer(&profile),
        profile,
        names: Vec::new(),
        days: None,
        warrant: authority::Warrant::ApprovedBy("a test".into()),
        requester: authority::Requester::CommandLine,
        policy: std::sync::Arc::default(),
    };
    let refusal = only_refusal(Plan::draw(order, now()));
    assert!(refusal.to_string().starts_with("the name CN="), "{refusal}");
    let own = NameBuilder::new().common_name("Branch CA").unwrap().build();
    office.issue(ask(&own)).unwrap();
    // It is no issuer of this record: another certificate of the same name is for whoever holds it to ask for.
    office.issue(ask(&own)).unwrap();
}

#[test]
fn an_issuer_without_room_below_issues_no_authority() {
    let office = Office::private();
    let csr = with_subject(&NameBuilder::new().common_name("Branch CA").unwrap().build(), &[]);
    let order = authority::Order {
        request: crate::office::verified(&csr).unwrap(),
        profile: authority::Profile::named("intermediate").unwrap(),
        issuer: office.founded.intermediate.clone(),
        names: Vec::new(),
        days: None,
        warrant: authority::Warrant::ApprovedBy("a test".into()),
        requester: authority::Requester::CommandLine,
        policy: std::sync::Arc::default(),
    };
    let refusal = only_refusal(Plan::draw(order, now()));
    assert!(matches!(refusal, PlanRefusal::PathLength { path_length: 0, .. }), "{refusal}");
}

#[test]
fn an_approval_binds_to_every_line() {
    let office = Office::private();
    let digest = |texts: &[&str], days| {
        let plan = office.plan(Ask { days, ..Ask::server(request(texts)) });
        plan.digest(&keys::AwsLc)
    };
    assert_eq!(digest(&["db.internal"], None), digest(&["db.internal"], None));
    assert_ne!(digest(&["db.internal"], None), digest(&["www.internal"], None));
    assert_ne!(digest(&["db.internal"], None), digest(&["db.internal"], Some(46)));
}

#[test]
fn a_mailbox_is_permitted_to_the_letter_by_the_plan_as_by_the_law() {
    let mut constraints = Constraints::private(&[]).unwrap();
    constraints.permit("Ann@Corp.example").unwrap();
    let office = Office::within(constraints);
    let ask = |name: &str| Ask { profile: "client", ..Ask::server(request(&[name])) };
    office.issue(ask("Ann@corp.example")).unwrap();
    let refused = office.approve(ask("ann@corp.example")).unwrap_err().to_string();
    assert!(refused.contains(": an email address must lie in ") && refused.contains("Ann@corp.example"));
}
