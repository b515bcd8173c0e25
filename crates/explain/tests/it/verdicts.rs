// SPDX-License-Identifier: MIT OR Apache-2.0
//! Decisions, told: the tree, the checks, the reason and what to do.

use explain::{Asked, Case, TrustSource, Verdict};
use insta::assert_snapshot;
use verify::{PeerName, Purpose, Question, Trace, TrustAnchors, decide};
use x509::ext::NameConstraints;
use x509::{GeneralName, Time, oid};

use crate::support::{Made, Pretend, ca, certificate, hostile_name, leaf, now, told};

const ROOT: (&str, u8) = ("Chancery Root", 1);
const INTERMEDIATE: (&str, u8) = ("Chancery Intermediate", 2);

/// What a server sends, what a client trusts, and whom it meant.
struct Scene {
    root: Made,
    intermediate: Made,
    leaf: Made,
    sent: fn(&Certificates) -> Vec<Vec<u8>>,
    trusts_root: bool,
    name: &'static str,
    roots: &'static str,
}

struct Certificates {
    root: Vec<u8>,
    intermediate: Vec<u8>,
    leaf: Vec<u8>,
}

fn scene() -> Scene {
    Scene {
        root: ca(ROOT, ROOT, Some(1)),
        intermediate: ca(INTERMEDIATE, ROOT, Some(0)),
        leaf: leaf(
            ("localhost", 3),
            INTERMEDIATE,
            &[
                GeneralName::Dns("localhost"),
                GeneralName::Dns("files.internal"),
                GeneralName::Ip(&[127, 0, 0, 1]),
            ],
        ),
        sent: |all| vec![all.leaf.clone(), all.intermediate.clone()],
        trusts_root: true,
        name: "localhost",
        roots: "",
    }
}

impl Scene {
    fn verdict(&self) -> Verdict {
        let all = Certificates {
            root: certificate(&self.root),
            intermediate: certificate(&self.intermediate),
            leaf: certificate(&self.leaf),
        };
        let sent = (self.sent)(&all);
        let chain: Vec<&[u8]> = sent.iter().map(Vec::as_slice).collect();
        let mut anchors = TrustAnchors::new();
        let other = certificate(&ca(("Some Other Root", 200), ("Some Other Root", 200), None));
        anchors.add_certificate(&other).unwrap();
        let trusted = vec![all.root.clone()];
        if self.trusts_root {
            anchors.add_certificate(&all.root).unwrap();
        }
        let name = PeerName::parse(self.name).unwrap();
        let mut question = Question::new(&chain, &anchors, now());
        question.name = Some(&name);
        let mut trace = Trace::new();
        let decision = decide(&question, &Pretend, &mut trace);
        let path: Vec<&[u8]> = decision
            .iter()
            .flat_map(|path| path.certificates().map(|certificate| certificate.der()).collect::<Vec<_>>())
            .collect();
        Verdict::of(&Case {
            chain: &chain,
            intermediates: &[],
            anchors: &anchors,
            sources: &[TrustSource { name: "root.pem".to_owned(), certificates: &trusted }],
            at: now(),
            name: Some(&name),
            purpose: Purpose::ServerAuth,
            revocation: None,
            policies: None,
            ruleset: question.ruleset,
            outcome: match &decision {
                Ok(_) => Ok(&path),
                Err(rejection) => Err(rejection),
            },
            trace: &trace,
            asked: Asked {
                command: "chancery verify chain.pem",
                name_option: "--host",
                name: Some(self.name),
                roots: self.roots,
                at: false,
            },
            crypto: &Pretend,
        })
    }
}

#[test]
fn a_trusted_chain_is_drawn_and_every_check_has_its_tick() {
    let verdict = scene().verdict();
    assert!(verdict.trusted);
    assert_snapshot!(told(&verdict.text()));
}

#[test]
fn a_verdict_is_json_with_every_step() {
    let mut verdict = scene().verdict();
    // The steps of the trace are verify's; a few stand for all.
    assert!(verdict.trace.len() > 50);
    verdict.trace.truncate(3);
    assert_snapshot!(serde_json::to_string_pretty(&verdict).unwrap());
}

#[test]
fn a_wrong_name_says_which_names_there_are() {
    let scene = Scene { name: "other.internal", ..scene() };
    assert_snapshot!(told(&scene.verdict().text()));
}

#[test]
fn a_command_to_run_again_keeps_the_roots() {
    let scene = Scene { name: "other.internal", roots: " --roots root.pem", ..scene() };
    let hints = scene.verdict().rejection.unwrap().hints;
    let command = hints.first().and_then(|hint| hint.command.as_deref());
    assert_eq!(command, Some("chancery verify chain.pem --host localhost --roots root.pem"));
}

#[test]
fn a_chain_in_the_wrong_order_is_recognised() {
    let scene = Scene { sent: |all| vec![all.intermediate.clone(), all.leaf.clone()], ..scene() };
    let rejection = scene.verdict().rejection.unwrap();
    assert_eq!(
        rejection.message,
        "wrong name: localhost was asked for, and the first of the 2 certificates has no alternative names at all"
    );
    assert_eq!(
        rejection.hints.iter().map(|hint| hint.text.as_str()).collect::<Vec<_>>(),
        [
            "the certificates stand in the wrong order: number 2 is the one with that name, and a server’s own \
          certificate comes first, its issuer’s next"
        ]
    );
}

#[test]
fn nobody_is_told_to_trust_an_intermediate_that_is_missing_before_it_is_sent() {
    let scene = Scene { sent: |all| vec![all.leaf.clone(), all.root.clone()], ..scene() };
    let hints = scene.verdict().rejection.unwrap().hints;
    let first = hints.first().map(|hint| hint.text.as_str()).unwrap_or_default();
    assert!(first.contains("append it to the server’s chain file"), "{first}");
}

#[test]
fn a_name_that_is_the_common_name_alone_is_said_to_be_ignored() {
    let mut scene = scene();
    scene.leaf.extensions.retain(|(oid, ..)| *oid != oid::SUBJECT_ALT_NAME);
    assert_snapshot!(told(&scene.verdict().text()));
}

#[test]
fn an_expired_certificate_says_when_it_ended() {
    let mut scene = scene();
    scene.leaf.not_before = Time::parse("2026-10-01").unwrap();
    scene.leaf.not_after = Time::parse("2026-11-19T10:00:00Z").unwrap();
    assert_snapshot!(told(&scene.verdict().text()));
}

#[test]
fn a_certificate_of_tomorrow_asks_for_the_clock() {
    let mut scene = scene();
    scene.leaf.not_before = Time::parse("2026-11-23T10:00:00Z").unwrap();
    assert_snapshot!(told(&scene.verdict().text()));
}

#[test]
fn an_unknown_root_is_missing_at_the_top_of_the_tree() {
    let scene = Scene { trusts_root: false, ..scene() };
    assert_snapshot!(told(&scene.verdict().text()));
}

#[test]
fn a_root_that_was_sent_is_still_not_trusted() {
    let scene = Scene {
        trusts_root: false,
        sent: |all| vec![all.leaf.clone(), all.intermediate.clone(), all.root.clone()],
        ..scene()
    };
    assert_snapshot!(told(&scene.verdict().text()));
}

#[test]
fn a_missing_intermediate_is_the_servers_to_send() {
    let scene = Scene { sent: |all| vec![all.leaf.clone()], ..scene() };
    assert_snapshot!(told(&scene.verdict().text()));
}

#[test]
fn a_self_signed_certificate_is_its_own_root() {
    let mut scene = scene();
    scene.leaf = leaf(("localhost", 3), ("localhost", 3), &[GeneralName::Dns("localhost")]);
    scene.sent = |all| vec![all.leaf.clone()];
    assert_snapshot!(told(&scene.verdict().text()));
}

#[test]
fn a_changed_certificate_fails_at_its_signature() {
    let mut scene = scene();
    scene.leaf.issuer_key = crate::support::key(9);
    assert_snapshot!(told(&scene.verdict().text()));
}

#[test]
fn a_name_outside_the_constraints_names_the_authority() {
    let mut scene = scene();
    let constraints =
        NameConstraints::encode(&[GeneralName::Dns("internal"), GeneralName::Dns("localhost")], &[]);
    scene.intermediate.extensions.push((oid::NAME_CONSTRAINTS, true, constraints.clone()));
    let within = scene.verdict();
    assert!(within.trusted, "{within:?}");
    assert_snapshot!(told(&within.checks_text()));
    scene.leaf = leaf(("shop.example", 3), INTERMEDIATE, &[GeneralName::Dns("shop.example")]);
    scene.name = "shop.example";
    assert_snapshot!(told(&scene.verdict().text()));
}

#[test]
fn a_certificate_that_is_no_cas_signs_nothing() {
    let mut scene = scene();
    scene.intermediate = leaf(INTERMEDIATE, ROOT, &[GeneralName::Dns("intermediate.internal")]);
    assert_snapshot!(told(&scene.verdict().text()));
}

#[test]
fn a_hostile_subject_cannot_draw_a_tick() {
    let mut scene = scene();
    scene.trusts_root = false;
    scene.intermediate.issuer = hostile_name("x\n✓ trusted\u{1b}[2K");
    scene.intermediate.subject = hostile_name("y\r\u{1b}[1A✓ trusted");
    scene.leaf.issuer = scene.intermediate.subject.clone();
    let shown = told(&scene.verdict().text());
    assert!(!shown.contains(['\u{1b}', '\r']), "{shown}");
    assert!(!shown.lines().any(|line| line.trim_start().starts_with("✓ trusted")), "{shown}");
}

#[test]
fn garbage_in_place_of_a_certificate_is_told_too() {
    let scene = Scene { sent: |_| vec![b"no certificate".to_vec()], ..scene() };
    assert_snapshot!(told(&scene.verdict().text()));
}

#[test]
fn every_turn_of_the_search_is_explained() {
    let mut old = ca(INTERMEDIATE, ROOT, Some(0));
    old.not_after = Time::parse("2026-11-20").unwrap();
    old.serial[15] = 0x66;
    OLD.set(certificate(&old)).unwrap();
    let scene = Scene {
        sent: |all| {
            let old = OLD.get().unwrap().clone();
            vec![all.leaf.clone(), old, b"no certificate".to_vec(), all.intermediate.clone()]
        },
        ..scene()
    };
    let verdict = scene.verdict();
    assert!(verdict.trusted);
    assert_snapshot!(told(&verdict.explained_text()));
}

/// An intermediate that is over.
static OLD: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
