// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where certificates say that their issuers publish.

use std::sync::Arc;

use authority::audit::Audit;
use authority::{BaseUrl, Outcome, Record, Reissue, Relocation, publication};
use keys::AwsLc;
use x509::ext::{AuthorityInfoAccess, CrlDistributionPoints, DistributionPointName};
use x509::{Certificate, Extension, GeneralName, oid};

use crate::office::{Ask, Office, at, key, request, request_with, wait};

const BASE: &str = "http://ca.internal:8480";

/// The URLs in a certificate: of its issuer's CRL, and what else is said to be accessible where.
fn urls(der: &[u8]) -> Vec<String> {
    let certificate = Certificate::parse(der).unwrap();
    let extensions = certificate.tbs().extensions();
    let mut urls = Vec::new();
    let points = extensions.decode::<CrlDistributionPoints<'_>>().unwrap();
    for point in points.iter().flat_map(|found| found.value.iter()) {
        let Some(DistributionPointName::FullName(names)) = point.name else { panic!("a full name expected") };
        urls.extend(names.iter().map(|name| name.to_string()));
    }
    let access = extensions.decode::<AuthorityInfoAccess<'_>>().unwrap();
    for description in access.iter().flat_map(|found| found.value.iter()) {
        urls.push(format!("{} {}", description.method.name().unwrap(), description.location));
    }
    urls
}

fn of(issuer: authority::IssuerId, base: &str, has_ocsp: bool) -> Vec<String> {
    let mut urls = vec![format!("uri:{base}/{}", publication::crl(issuer))];
    urls.extend(has_ocsp.then(|| format!("OCSP uri:{base}/ocsp")));
    urls.push(format!("caIssuers uri:{base}/{}", publication::certificate(issuer)));
    urls
}

#[test]
fn a_leaf_says_all_of_it_an_intermediate_needs_nobody_to_answer_and_a_root_says_nothing() {
    let office = Office::publishing_at(BASE);
    let (root, intermediate) = (&office.founded.root, &office.founded.intermediate);
    assert_eq!(urls(root.certificate()), [""; 0]);
    assert_eq!(urls(intermediate.certificate()), of(root.id(), BASE, false));
    let leaf = office.issue(Ask::server(request(&["db.internal"]))).unwrap();
    assert_eq!(urls(leaf.certificate()), of(intermediate.id(), BASE, true));
    let base = wait(office.record.base_url()).unwrap().unwrap();
    assert_eq!(base.as_str(), BASE);
    let silent = Office::private();
    assert_eq!(wait(silent.record.base_url()).unwrap(), None);
    assert_eq!(urls(silent.issue(Ask::server(request(&["db.internal"]))).unwrap().certificate()), [""; 0]);
}

#[test]
fn the_plan_says_so_and_what_was_asked_instead() {
    let wanted = CrlDistributionPoints::encode(&["http://evil.example/none.crl"]);
    let asked = [Extension { oid: oid::CRL_DISTRIBUTION_POINTS, critical: false, value: &wanted }];
    let names = x509::ext::SubjectAltName::encode(&[GeneralName::Dns("db.internal")]);
    let names = Extension { oid: oid::SUBJECT_ALT_NAME, critical: false, value: &names };
    let csr = crate::hostile::with_extensions(&[asked[0], names]);
    let lines = |office: &Office| {
        let plan = office.plan(Ask::server(csr.clone()));
        let found = plan.lines().iter().filter(|line| line.field == "cRLDistributionPoints");
        found.map(|line| (line.outcome(), line.rule.id)).collect::<Vec<_>>()
    };
    let office = Office::publishing_at(BASE);
    assert_eq!(lines(&office), [(Outcome::Changed, "plan-published")]);
    assert_eq!(lines(&Office::private()), [(Outcome::Left, "plan-extension-not-granted")]);
    let plan = office.plan(Ask::server(request(&["db.internal"])));
    let access = plan.lines().iter().find(|line| line.field == "authorityInfoAccess").unwrap();
    assert_eq!(access.outcome(), Outcome::Added);
    let issuer = publication::certificate(office.founded.intermediate.id());
    let expect = format!("OCSP {BASE}/ocsp, issuer {BASE}/{issuer}");
    assert_eq!(access.issued.as_deref(), Some(expect.as_str()));
}

#[test]
fn elsewhere_the_intermediate_is_issued_again_on_the_same_key() {
    let office = Office::publishing_at(BASE);
    let (root, before) = (&office.founded.root, &office.founded.intermediate);
    let old = office.issue(Ask::server(request_with(&*key(keys::KeyKind::P384), &["db.internal"]))).unwrap();
    let base: BaseUrl = "http://pki.home.arpa/ca".parse().unwrap();
    let relocation = Relocation {
        base_url: Some(base.clone()),
        by: "a test".into(),
        intermediates: vec![Reissue {
            issuer: Arc::clone(before),
            above: Arc::clone(root),
            location: "keys/issuing.pem".into(),
        }],
    };
    let later = at("2026-12-20T00:00:00Z");
    let after = wait(relocation.commit(later, &office.record, &office.random, &AwsLc)).unwrap();
    let [after] = after.as_slice() else { panic!("one expected: {after:?}") };
    assert_eq!((after.id(), after.name(), after.base_url()), (before.id(), before.name(), Some(&base)));
    assert_eq!(urls(after.certificate()), of(root.id(), base.as_str(), false));
    let [one, two] = [before, after].map(|issuer| Certificate::parse(issuer.certificate()).unwrap());
    assert_ne!(one.tbs().serial(), two.tbs().serial());
    assert_eq!(one.tbs().validity().not_after, two.tbs().validity().not_after);
    assert_eq!(two.tbs().validity().not_before.time, at("2026-12-19T00:00:00Z"));
    for same in [oid::BASIC_CONSTRAINTS, oid::KEY_USAGE, oid::EXTENDED_KEY_USAGE, oid::NAME_CONSTRAINTS] {
        let [one, two] =
            [&one, &two].map(|certificate| certificate.tbs().extensions().find(same).unwrap().value);
        assert_eq!(one, two);
    }
    assert_eq!(wait(office.record.base_url()).unwrap(), Some(base));
    let issuers = wait(office.record.issuers()).unwrap();
    assert_eq!(issuers.last().unwrap().added.chain, after.chain());
    // What was issued before is trusted below the new certificate.
    let mut anchors = verify::TrustAnchors::new();
    anchors.add_certificate(root.certificate()).unwrap();
    let chain = [old.certificate(), after.certificate()];
    let question = verify::Question::new(&chain, &anchors, later);
    verify::decide(&question, &AwsLc, &mut verify::NoTrace).unwrap();
    let audit = wait(Audit::of(&office.record, &AwsLc, &mut |_, _| {})).unwrap();
    assert!(audit.is_clean(), "{:?}", audit.findings);
}
