// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificate policies over whole paths (RFC 5280 §6.1).

use verify::{
    AnyPolicy, ExplicitPolicy, NoTrace, Outcome, PolicyInputs, PolicyMapping as Mapping, Question, Reason,
    Ruleset, Spent, Step, Trace, decide,
};
use x509::ext::{CertificatePolicies, InhibitAnyPolicy, PolicyConstraints, PolicyMapping, PolicyMappings};
use x509::{Oid, oid};

use crate::pki::{Issued, Spec, chain, now, trust};

// Identifiers that stand for policies.
const GOLD: Oid<'static> = oid::OCSP;
const SILVER: Oid<'static> = oid::CA_ISSUERS;
const THEIRS: Oid<'static> = oid::SHA256;
const ANY: Oid<'static> = oid::ANY_POLICY;

fn ca(common_name: &str) -> Spec {
    Spec::ca(common_name)
}

fn server() -> Spec {
    Spec::server("a.test")
}

/// With a policy extension.
trait Policies: Sized {
    fn policies(self, policies: &[Oid<'_>]) -> Self;
    fn maps(self, pairs: &[(Oid<'_>, Oid<'_>)]) -> Self;
    fn constrains(self, explicit: Option<u32>, mapping: Option<u32>) -> Self;
    fn inhibits_any(self, skip: u32) -> Self;
}

impl Policies for Spec {
    fn policies(self, policies: &[Oid<'_>]) -> Self {
        self.with(oid::CERTIFICATE_POLICIES, false, CertificatePolicies::encode(policies))
    }

    fn maps(self, pairs: &[(Oid<'_>, Oid<'_>)]) -> Self {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(issuer, subject)| PolicyMapping { issuer: *issuer, subject: *subject })
            .collect();
        self.with(oid::POLICY_MAPPINGS, true, PolicyMappings::encode(&pairs))
    }

    fn constrains(self, require_explicit_policy: Option<u32>, inhibit_policy_mapping: Option<u32>) -> Self {
        let constraints = PolicyConstraints { require_explicit_policy, inhibit_policy_mapping };
        self.with(oid::POLICY_CONSTRAINTS, true, constraints.encode())
    }

    fn inhibits_any(self, skip: u32) -> Self {
        self.with(oid::INHIBIT_ANY_POLICY, true, InhibitAnyPolicy(skip).encode())
    }
}

/// Certificates from the anchor down, each issued by the one before it.
fn line(specs: Vec<Spec>) -> Vec<Issued> {
    let mut specs = specs.into_iter();
    let mut line = vec![specs.next().unwrap().self_signed()];
    for spec in specs {
        line.push(line[line.len() - 1].issue(spec));
    }
    line
}

/// The policies that are valid under every ruleset, or the rule that refuses.
fn judged(specs: Vec<Spec>, inputs: PolicyInputs<'_>) -> String {
    let line = line(specs);
    let anchors = trust(&[&line[0]]);
    let sent: Vec<&Issued> = line[1..].iter().rev().collect();
    let sent = chain(&sent);
    let answers = Ruleset::ALL.map(|ruleset| {
        let mut question = Question::new(&sent, &anchors, now());
        question.ruleset = ruleset;
        question.policies = inputs;
        let decided = decide(&question, &keys::AwsLc, &mut NoTrace);
        decided.map_or_else(|rejection| rejection.rule().id.to_owned(), |path| path.policies().to_string())
    });
    let [path, rfc5280, webpki] = answers;
    assert_eq!((&path, &path), (&rfc5280, &webpki));
    path
}

const REQUIRED: PolicyInputs<'static> = PolicyInputs {
    acceptable: &[],
    explicit: ExplicitPolicy::Required,
    mapping: Mapping::Allowed,
    any_policy: AnyPolicy::Allowed,
};

#[test]
fn a_policy_is_valid_where_every_certificate_asserts_it() {
    let check = |specs: Vec<Spec>, optional: &str, required: &str| {
        assert_eq!(judged(specs.clone(), PolicyInputs::default()), optional);
        assert_eq!(judged(specs, REQUIRED), required);
    };
    let root = || ca("Root");
    check(vec![root(), ca("A"), server()], "none", "policy-valid");
    check(vec![root(), ca("A").policies(&[GOLD]), server().policies(&[GOLD])], "OCSP", "OCSP");
    check(vec![root(), ca("A").policies(&[GOLD]), server()], "none", "policy-valid");
    check(vec![root(), ca("A"), server().policies(&[GOLD])], "none", "policy-valid");
    check(vec![root(), ca("A").policies(&[GOLD]), server().policies(&[SILVER])], "none", "policy-valid");
    check(vec![root(), ca("A").policies(&[ANY]), server().policies(&[GOLD])], "OCSP", "OCSP");
    check(vec![root(), ca("A").policies(&[GOLD]), server().policies(&[ANY])], "OCSP", "OCSP");
    check(vec![root(), ca("A").policies(&[ANY]), server().policies(&[ANY])], "anyPolicy", "anyPolicy");
    let both = [GOLD, SILVER];
    check(
        vec![root(), ca("A").policies(&both), server().policies(&both)],
        "OCSP, caIssuers",
        "OCSP, caIssuers",
    );
    // What the anchor lists is no matter.
    check(vec![root().policies(&[THEIRS]), server().policies(&[GOLD])], "OCSP", "OCSP");
}

#[test]
fn only_acceptable_policies_are_told_and_one_is_needed_where_required() {
    let specs = || vec![ca("Root"), ca("A").policies(&[GOLD, SILVER]), server().policies(&[GOLD, SILVER])];
    let check = |acceptable: &[Oid<'_>], explicit: ExplicitPolicy, expect: &str| {
        assert_eq!(judged(specs(), PolicyInputs { acceptable, explicit, ..PolicyInputs::default() }), expect);
    };
    check(&[SILVER], ExplicitPolicy::Required, "caIssuers");
    check(&[THEIRS], ExplicitPolicy::Optional, "none");
    check(&[THEIRS], ExplicitPolicy::Required, "policy-acceptable");
    check(&[THEIRS, ANY], ExplicitPolicy::Required, "OCSP, caIssuers");
    let any = || vec![ca("Root"), ca("A").policies(&[ANY]), server().policies(&[ANY])];
    assert_eq!(judged(any(), PolicyInputs { acceptable: &[THEIRS], ..REQUIRED }), "SHA-256");
}

#[test]
fn constraints_require_a_policy_after_so_many_certificates() {
    let check = |specs: Vec<Spec>, expect: &str| assert_eq!(judged(specs, PolicyInputs::default()), expect);
    let strict = |skip| ca("A").policies(&[GOLD]).constrains(Some(skip), None);
    check(vec![ca("Root"), strict(0), server()], "policy-valid");
    check(vec![ca("Root"), strict(0), server().policies(&[GOLD])], "OCSP");
    // The last certificate's own step takes one more off.
    check(vec![ca("Root"), strict(1), server()], "policy-acceptable");
    check(vec![ca("Root"), strict(2), server()], "none");
    check(vec![ca("Root"), strict(2), ca("B"), server()], "policy-acceptable");
    check(vec![ca("Root"), strict(3), ca("B"), server()], "none");
    // A certificate to itself does not count.
    let again = || ca("A").policies(&[GOLD]);
    check(vec![ca("Root"), strict(2), again(), server()], "none");
    check(vec![ca("Root"), ca("A"), server().constrains(Some(0), None)], "policy-acceptable");
    check(vec![ca("Root"), ca("A"), server().constrains(Some(1), None)], "none");
    // The anchor is heeded as the certificate before the first.
    check(vec![ca("Root").constrains(Some(0), None), ca("A"), server()], "policy-valid");
    check(vec![ca("Root").constrains(Some(3), None), ca("A"), server()], "none");
}

#[test]
fn mapped_policies_are_told_in_the_anchors_terms() {
    let check = |specs: Vec<Spec>, inputs: PolicyInputs<'_>, expect: &str| {
        assert_eq!(judged(specs, inputs), expect);
    };
    let mapping = || ca("A").policies(&[GOLD]).maps(&[(GOLD, THEIRS)]);
    let theirs = || server().policies(&[THEIRS]);
    check(vec![ca("Root"), mapping(), theirs()], REQUIRED, "OCSP");
    check(vec![ca("Root"), mapping(), server().policies(&[GOLD])], REQUIRED, "policy-valid");
    let inhibited = PolicyInputs { mapping: Mapping::Inhibited, ..REQUIRED };
    check(vec![ca("Root"), mapping(), theirs()], inhibited, "policy-valid");
    check(vec![ca("Root"), mapping().policies(&[ANY]), theirs()], REQUIRED, "OCSP");
    let no_mapping = |skip| ca("Upper").policies(&[GOLD]).constrains(None, Some(skip));
    check(vec![ca("Root"), no_mapping(0), mapping(), theirs()], REQUIRED, "policy-valid");
    check(vec![ca("Root"), no_mapping(1), mapping(), theirs()], REQUIRED, "OCSP");
    check(vec![ca("Root").constrains(None, Some(0)), mapping(), theirs()], REQUIRED, "policy-valid");
    // A mapping of what is not asserted maps nothing.
    check(
        vec![ca("Root"), ca("A").policies(&[GOLD]).maps(&[(SILVER, THEIRS)]), theirs()],
        REQUIRED,
        "policy-valid",
    );
    for pair in [(ANY, GOLD), (GOLD, ANY)] {
        let specs = vec![ca("Root"), ca("A").policies(&[GOLD]).maps(&[pair]), server()];
        check(specs, PolicyInputs::default(), "policy-mapping-of-any");
    }
}

#[test]
fn any_policy_stands_for_nothing_once_it_is_inhibited() {
    let check = |specs: Vec<Spec>, inputs: PolicyInputs<'_>, expect: &str| {
        assert_eq!(judged(specs, inputs), expect);
    };
    let gold = || server().policies(&[GOLD]);
    let any = |common_name: &str| ca(common_name).policies(&[ANY]);
    check(
        vec![ca("Root"), any("A"), gold()],
        PolicyInputs { any_policy: AnyPolicy::Inhibited, ..REQUIRED },
        "policy-valid",
    );
    check(vec![ca("Root").inhibits_any(0), any("A"), gold()], REQUIRED, "policy-valid");
    check(vec![ca("Root"), any("A").inhibits_any(0), any("B"), gold()], REQUIRED, "policy-valid");
    check(vec![ca("Root"), any("A").inhibits_any(1), any("B"), gold()], REQUIRED, "OCSP");
    // To itself it may hand everything on; as the last certificate it may not.
    check(vec![ca("Root"), any("A").inhibits_any(0), any("A"), gold()], REQUIRED, "OCSP");
    check(
        vec![ca("Root"), any("a.test").inhibits_any(0), server().policies(&[ANY])],
        REQUIRED,
        "policy-valid",
    );
}

#[test]
fn a_path_that_is_refused_for_its_policies_costs_no_signature_and_another_is_found() {
    let root = ca("Root").self_signed();
    let plain = root.issue(ca("A"));
    let gold = root.issue(ca("A").policies(&[GOLD]).key_of(&plain));
    let leaf = plain.issue(server().policies(&[GOLD]));
    let anchors = trust(&[&root]);
    let ask = |sent: &[&Issued]| {
        let sent = chain(sent);
        let mut question = Question::new(&sent, &anchors, now());
        question.policies = REQUIRED;
        let mut trace = Trace::new();
        let found = decide(&question, &keys::AwsLc, &mut trace).map(|path| path.policies().to_string());
        let of = |id: &'static str| {
            let of = move |step: &&Step| matches!(step, Step::Applied { rule, .. } if rule.id == id);
            trace.steps().iter().filter(of).cloned().collect::<Vec<_>>()
        };
        (found, of("policy-valid"), of("signature").len())
    };
    let (found, steps, signatures) = ask(&[&leaf, &plain]);
    assert_eq!(
        found.unwrap_err().to_string(),
        "intermediate certificate CN=A: where a policy is required, one must be valid from the trust anchor \
         down to each certificate: found asserted: none; valid: none, expected at least one"
    );
    let [Step::Applied { outcome, .. }] = &steps[..] else { panic!("{steps:?}") };
    assert_eq!((*outcome, signatures), (Outcome::Fail, 0));
    let (found, steps, signatures) = ask(&[&leaf, &plain, &gold]);
    assert_eq!((found.unwrap(), steps.len(), signatures), ("OCSP".to_owned(), 3, 2));
}

#[test]
fn a_leaf_that_is_trusted_itself_is_asked_for_its_policies_too() {
    let check = |spec: Spec, expect: Result<&str, &str>| {
        let leaf = spec.self_signed();
        let anchors = trust(&[&leaf]);
        let sent = chain(&[&leaf]);
        let mut question = Question::new(&sent, &anchors, now());
        question.policies = REQUIRED;
        question.ruleset = Ruleset::Path;
        let found = decide(&question, &keys::AwsLc, &mut NoTrace);
        let found = found.map(|path| path.policies().to_string()).map_err(|rejection| rejection.rule().id);
        assert_eq!(found, expect.map(str::to_owned));
    };
    check(server(), Err("policy-valid"));
    check(server().policies(&[GOLD]), Ok("OCSP"));
}

#[test]
fn policies_that_would_multiply_are_followed_at_once_or_given_up() {
    // Each policy maps to each: a tree would have 200 to the power of the depth.
    let contents: Vec<[u8; 3]> = (0..200_u8).map(|last| [0x2a, 1 + last / 100, last % 100]).collect();
    let policies: Vec<Oid<'_>> = contents.iter().map(|content| Oid::from_content(content).unwrap()).collect();
    let few = &policies[..16];
    let pairs: Vec<_> = few.iter().flat_map(|one| few.iter().map(move |other| (*one, *other))).collect();
    let mut specs = vec![ca("Root")];
    specs.extend((0..14).map(|n| ca(&format!("CA {n}")).policies(few).maps(&pairs)));
    specs.push(server().policies(few));
    let line = line(specs);
    let anchors = trust(&[&line[0]]);
    let sent: Vec<&Issued> = line[1..].iter().rev().collect();
    let sent = chain(&sent);
    let mut question = Question::new(&sent, &anchors, now());
    question.policies = REQUIRED;
    assert_eq!(decide(&question, &keys::AwsLc, &mut NoTrace).unwrap().policies().iter().count(), 16);
    // Many ways up, each with many policies.
    let root = ca("Root").self_signed();
    let lower = root.issue(ca("Lower").policies(&policies));
    let twins: Vec<Issued> = (0..200)
        .map(|_| root.issue(ca("Lower").policies(&policies).constrains(Some(0), None).key_of(&lower)))
        .collect();
    let leaf = lower.issue(server());
    let mut sent: Vec<&Issued> = vec![&leaf];
    sent.extend(&twins);
    let (anchors, sent) = (trust(&[&root]), chain(&sent));
    let rejection = decide(&Question::new(&sent, &anchors, now()), &keys::AwsLc, &mut NoTrace).unwrap_err();
    assert_eq!(rejection.reason(), &Reason::Spent(Spent::Policies(32_768)));
}

#[test]
fn a_trace_costs_a_path_nothing_of_its_budget() {
    // The longest path, each of whose issuers asserts every policy and as many of its own as fit.
    let listed = |issuer: u8| -> Vec<[u8; 4]> {
        (0..255).map(|last| [0x2a, issuer, last / 100, last % 100]).collect()
    };
    let mut specs = vec![ca("Root")];
    for issuer in 0..15 {
        let contents = listed(issuer);
        let mut policies: Vec<Oid<'_>> =
            contents.iter().map(|content| Oid::from_content(content).unwrap()).collect();
        policies.push(ANY);
        specs.push(ca(&format!("CA {issuer}")).policies(&policies));
    }
    specs.push(server().policies(&[GOLD]));
    let line = line(specs);
    let anchors = trust(&[&line[0]]);
    let sent: Vec<&Issued> = line[1..].iter().rev().collect();
    let sent = chain(&sent);
    let question = Question::new(&sent, &anchors, now());
    let plain = decide(&question, &keys::AwsLc, &mut NoTrace).map(|path| path.policies().to_string());
    let traced = decide(&question, &keys::AwsLc, &mut Trace::new()).map(|path| path.policies().to_string());
    assert_eq!((plain, traced), (Ok("OCSP".to_owned()), Ok("OCSP".to_owned())));
}
