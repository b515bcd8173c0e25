// SPDX-License-Identifier: MIT OR Apache-2.0
//! Building paths: order, backtracking, circles, budgets.

use std::sync::atomic::{AtomicUsize, Ordering};

use keys::AwsLc;
use verify::{NoTrace, Purpose, Question, Reason, Spent, decide};
use x509::{
    AlgorithmIdentifier, Digest, DigestAlgorithm, GeneralName, KeyStrength, SignatureError,
    SignatureVerifier, SubjectPublicKeyInfo, oid,
};

use crate::pki::{Issued, Spec, ask, chain, now, refused_by, three, trust};

/// Counts what it is asked.
#[derive(Default)]
pub struct Counting {
    pub signatures: AtomicUsize,
}

impl SignatureVerifier for Counting {
    fn verify(
        &self,
        key: &SubjectPublicKeyInfo<'_>,
        algorithm: &AlgorithmIdentifier<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        self.signatures.fetch_add(1, Ordering::Relaxed);
        AwsLc.verify(key, algorithm, message, signature)
    }

    fn check_key(&self, key: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        AwsLc.check_key(key)
    }

    fn digest(&self, algorithm: DigestAlgorithm, data: &[u8]) -> Digest {
        AwsLc.digest(algorithm, data)
    }
}

fn signatures(certificates: &[&Issued], roots: &[&Issued]) -> (bool, usize) {
    let (anchors, chain) = (trust(roots), chain(certificates));
    let verifier = Counting::default();
    let found = decide(&Question::new(&chain, &anchors, now()), &verifier, &mut NoTrace).is_ok();
    (found, verifier.signatures.into_inner())
}

#[test]
fn certificates_come_in_any_order_and_from_either_pool() {
    let root = Spec::ca("Root").self_signed();
    let upper = root.issue(Spec::ca("Upper"));
    let lower = upper.issue(Spec::ca("Lower"));
    let leaf = lower.issue(Spec::server("a.test"));
    for sent in
        [[&leaf, &lower, &upper, &root], [&leaf, &root, &upper, &lower], [&leaf, &upper, &lower, &lower]]
    {
        assert_eq!(ask(&sent, &[&root], |_| {}).unwrap(), 4);
    }
    let beside = [&upper.der[..], &lower.der[..]];
    let (anchors, alone) = (trust(&[&root]), chain(&[&leaf]));
    let mut question = Question::new(&alone, &anchors, now());
    question.intermediates = &beside;
    let path = decide(&question, &AwsLc, &mut NoTrace).unwrap();
    let expect = chain(&[&leaf, &lower, &upper, &root]);
    assert_eq!(path.certificates().map(x509::Certificate::der).collect::<Vec<_>>(), expect);
    assert_eq!((path.leaf().der(), path.anchor().der()), (&leaf.der[..], &root.der[..]));
}

#[test]
fn the_search_goes_back_from_an_issuer_that_leads_nowhere() {
    let (root, stranger) = (Spec::ca("Root").self_signed(), Spec::ca("Stranger").self_signed());
    let good = root.issue(Spec::ca("Intermediate"));
    let unanchored = stranger.issue(Spec::ca("Intermediate").key_of(&good));
    let expired = root.issue(Spec::ca("Intermediate").key_of(&good).valid("2020-01-01", "2021-01-01"));
    let other_key = root.issue(Spec::ca("Intermediate"));
    let leaf = good.issue(Spec::server("a.test"));
    assert_eq!(
        ask(&[&leaf, &unanchored, &stranger, &expired, &other_key, &good], &[&root], |_| {}).unwrap(),
        3
    );
}

#[test]
fn an_issuer_with_another_key_of_the_same_name_is_tried_last() {
    let root = Spec::ca("Root").self_signed();
    let others: Vec<Issued> = (0..10).map(|_| root.issue(Spec::ca("Intermediate"))).collect();
    let good = root.issue(Spec::ca("Intermediate"));
    let leaf = good.issue(Spec::server("a.test"));
    let mut sent = vec![&leaf];
    sent.extend(&others);
    sent.push(&good);
    // The leaf's and the intermediate's; the root carries no key identifier, so its own too.
    assert_eq!(signatures(&sent, &[&root]), (true, 3));
}

#[test]
fn a_chain_that_leads_to_no_anchor_costs_no_signature() {
    let (root, intermediate, leaf) = three();
    let elsewhere = Spec::ca("Elsewhere").self_signed();
    assert_eq!(signatures(&[&leaf, &intermediate], &[&elsewhere]), (false, 0));
    assert_eq!(signatures(&[&leaf], &[&root]), (false, 0));
}

#[test]
fn authorities_that_sign_each_other_do_not_hold_the_search_up() {
    let root = Spec::ca("Root").self_signed();
    let seeds: Vec<Issued> = (0..6).map(|n| Spec::ca(&format!("Cross {n}")).self_signed()).collect();
    let mut crossed = Vec::new();
    for (from, issuer) in seeds.iter().enumerate() {
        for (to, subject) in seeds.iter().enumerate().filter(|(to, _)| *to != from) {
            crossed.push(issuer.issue(Spec::ca(&format!("Cross {to}")).key_of(subject)));
        }
    }
    let leaf = seeds[0].issue(Spec::server("a.test"));
    let mut sent = vec![&leaf];
    sent.extend(&crossed);
    assert_eq!(refused_by(&sent, &[&root]), "issuer-known");
    // One way out, from the last of them.
    let bridge = root.issue(Spec::ca("Cross 5").key_of(&seeds[5]));
    sent.push(&bridge);
    assert!(ask(&sent, &[&root], |_| {}).is_ok());
}

#[test]
fn two_authorities_that_only_sign_each_other_are_a_circle() {
    let (one, two) = (Spec::ca("One").self_signed(), Spec::ca("Two").self_signed());
    let (one_by_two, two_by_one) =
        (two.issue(Spec::ca("One").key_of(&one)), one.issue(Spec::ca("Two").key_of(&two)));
    let leaf = one.issue(Spec::server("a.test"));
    let root = Spec::ca("Root").self_signed();
    let rejection = ask(&[&leaf, &one_by_two, &two_by_one], &[&root], |_| {}).unwrap_err();
    assert_eq!(rejection.reason(), &Reason::Circular { issuer: "CN=One".to_owned() });
}

#[test]
fn a_path_ends_where_the_budget_of_its_depth_does() {
    let tower = |height: usize| {
        let mut tower = vec![Spec::ca("Root").self_signed()];
        for floor in 1..height {
            let next = tower[floor - 1].issue(Spec::ca(&format!("Floor {floor}")));
            tower.push(next);
        }
        tower.push(tower[height - 1].issue(Spec::server("a.test")));
        let (root, rest) = tower.split_first().unwrap();
        let sent: Vec<&Issued> = rest.iter().rev().collect();
        ask(&sent, &[root], |_| {})
    };
    assert_eq!(tower(16).unwrap(), 17);
    assert_eq!(tower(17).unwrap_err().reason(), &Reason::Spent(Spent::Depth(16)));
}

#[test]
fn forged_certificates_spend_the_budget_of_signatures_and_no_more() {
    let (root, _, _) = three();
    let impostor = Spec::ca("Root").self_signed();
    // No key identifiers, so that every one of them may be the issuer.
    let bare = |spec: Spec| spec.with(oid::AUTHORITY_KEY_IDENTIFIER, false, vec![0x30, 0]);
    let forged: Vec<Issued> = (0..100).map(|_| impostor.issue(bare(Spec::ca("Intermediate")))).collect();
    let leaf = forged[0].issue(Spec::server("a.test"));
    let mut sent = vec![&leaf];
    sent.extend(&forged);
    let (anchors, sent) = (trust(&[&root]), chain(&sent));
    let verifier = Counting::default();
    let mut question = Question::new(&sent, &anchors, now());
    question.ruleset = verify::Ruleset::Path;
    let rejection = decide(&question, &verifier, &mut NoTrace).unwrap_err();
    assert_eq!(rejection.reason(), &Reason::Spent(Spent::Signatures(64)));
    assert_eq!(rejection.before().map(|before| before.rule().id), Some("signature"));
    assert_eq!(
        rejection.to_string(),
        "intermediate certificate CN=Intermediate: the search for a path was given up after 64 signatures; \
         until then, intermediate certificate CN=Intermediate was not signed by CN=Root: the signature does \
         not match"
    );
    assert_eq!(verifier.signatures.into_inner(), 64);
}

#[test]
fn many_names_under_many_constraints_spend_the_budget_of_comparisons() {
    let hosts: Vec<String> = (0..400).map(|n| format!("h{n}.a.test")).collect();
    let names: Vec<_> = hosts.iter().map(|host| GeneralName::Dns(host)).collect();
    let bases: Vec<_> = hosts.iter().map(|host| GeneralName::Dns(host)).collect();
    let root = Spec::ca("Root").constrained(&[], &bases[..100]).self_signed();
    let fits = root.issue(Spec::server("a.test").named(&names[200..300]));
    assert_eq!(ask(&[&fits], &[&root], |question| question.name = None).unwrap(), 2);
    let root = Spec::ca("Root").constrained(&[], &bases[..200]).self_signed();
    let too_many = root.issue(Spec::server("a.test").named(&names[200..].repeat(2)));
    let rejection = ask(&[&too_many], &[&root], |_| {}).unwrap_err();
    assert_eq!(rejection.reason(), &Reason::Spent(Spent::NameComparisons(65_536)));
}

#[test]
fn path_lengths_count_what_is_not_self_issued() {
    let root = Spec::ca("Root").path_length(1).self_signed();
    let upper = root.issue(Spec::ca("Upper"));
    // Upper rolls its key over: a certificate to itself.
    let rolled = upper.issue(Spec::ca("Upper"));
    let lower = rolled.issue(Spec::ca("Lower"));
    let by_rolled = rolled.issue(Spec::server("a.test"));
    let by_lower = lower.issue(Spec::server("a.test"));
    assert_eq!(ask(&[&by_rolled, &rolled, &upper], &[&root], |_| {}).unwrap(), 4);
    assert_eq!(refused_by(&[&by_lower, &lower, &rolled, &upper], &[&root]), "path-length");
    let limited =
        |limit: u32| ask(&[&by_rolled, &rolled, &upper], &[&root], |q| q.max_path_len = Some(limit));
    assert!(limited(1).is_ok());
    assert_eq!(limited(0).unwrap_err().rule().id, "max-path-length");
}

#[test]
fn the_last_certificate_is_no_intermediate_unless_it_is_to_issue() {
    let root = Spec::ca("Root").path_length(0).self_signed();
    let sub = root.issue(Spec::ca("Sub").named(&[GeneralName::Dns("a.test")]));
    let purpose = |purpose| ask(&[&sub], &[&root], |question| question.purpose = purpose);
    assert!(purpose(Purpose::Any).is_ok());
    assert_eq!(purpose(Purpose::IssueCertificates).unwrap_err().rule().id, "path-length");
    let root = Spec::ca("Root").self_signed();
    let leaf = root.issue(Spec::server("a.test"));
    let rejection = ask(&[&leaf], &[&root], |question| question.purpose = Purpose::IssueCertificates);
    assert_eq!(rejection.unwrap_err().rule().id, "issuer-is-ca");
}
