// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ten ways in which the chains of x509-limbo are wrong, each explained from the first certificate looked
//! at to what is to be done.
//!
//! Signatures are believed ([`Gullible`]). What differs from one edition of the corpus to the next, serial
//! numbers and the numbers in names, is left out.

use explain::{Asked, Case, Verdict};
use insta::{assert_snapshot, with_settings};
use serde_json::Value;
use verify::{PeerName, Purpose, Question, Ruleset, Trace, TrustAnchors, decide};
use x509::Time;

use crate::limbo::{cases, certificates, skipped};
use crate::support::{Gullible, now, told};

/// The case with this id, explained; `None`, and said so, without it.
fn explained(id: &str) -> Option<String> {
    let cases = cases()?;
    let Some(case) = cases.iter().find(|case| case["id"] == id) else {
        skipped(&format!("this edition of x509-limbo has no case {id}"));
        return None;
    };
    Some(told(&verdict(case).explained_text()))
}

fn verdict(case: &Value) -> Verdict {
    let leaf = certificates(&case["peer_certificate"]);
    let others = certificates(&case["untrusted_intermediates"]);
    let sent = [leaf, others].concat();
    let chain: Vec<&[u8]> = sent.iter().map(Vec::as_slice).collect();
    let mut anchors = TrustAnchors::new();
    for root in certificates(&case["trusted_certs"]) {
        drop(anchors.add_certificate(&root));
    }
    let at = case["validation_time"].as_str().and_then(Time::parse).unwrap_or_else(now);
    let name = case["expected_peer_name"]["value"].as_str().and_then(|name| PeerName::parse(name).ok());
    let mut question = Question::new(&chain, &anchors, at);
    question.name = name.as_ref();
    if case["id"].as_str().is_some_and(|id| id.starts_with("webpki::")) {
        question.ruleset = Ruleset::Webpki;
    }
    let mut trace = Trace::new();
    let rejection = decide(&question, &Gullible, &mut trace).expect_err("a case that must be refused");
    Verdict::of(&Case {
        chain: &chain,
        intermediates: &[],
        anchors: &anchors,
        sources: &[],
        at,
        name: name.as_ref(),
        purpose: Purpose::ServerAuth,
        revocation: None,
        policies: None,
        ruleset: question.ruleset,
        outcome: Err(&rejection),
        trace: &trace,
        asked: Asked {
            command: "chancery verify chain.pem",
            name_option: "--host",
            name: None,
            roots: " --roots root.pem",
            at: false,
        },
        crypto: &Gullible,
    })
}

/// A certificate's full name and its serial number, over as many lines as they take.
const IDENTITY: &str = r"(?m)^ +(CN=|an empty name,)[^✓✗·!]*?serial\s+number\s+[0-9a-f]+";

macro_rules! explained {
    ($($test:ident: $id:literal;)*) => {
        $(
            #[test]
            fn $test() {
                let Some(text) = explained($id) else { return };
                with_settings!({ filters => vec![(IDENTITY, "  [full name, serial number]")], description => $id }, {
                    assert_snapshot!(stringify!($test), text);
                });
            }
        )*
    };
}

explained! {
    a_leaf_that_is_over: "rfc5280::validity::expired-5-seconds";
    an_intermediate_that_is_over: "rfc5280::validity::expired-intermediate";
    a_name_that_the_root_excludes: "rfc5280::nc::excluded-dns-match-second";
    an_intermediate_that_does_not_say_who_signed_it: "rfc5280::aki::intermediate-missing-aki";
    an_extension_that_nobody_knows: "rfc5280::unknown-critical-extension-ee";
    a_clients_certificate_for_a_server: "rfc5280::eku::ee-wrong-eku";
    one_intermediate_too_many: "pathlen::intermediate-violates-pathlen-0";
    an_empty_subject: "rfc5280::san::noncritical-with-empty-subject";
    two_authorities_that_sign_each_other: "pathological::intermediate-cycle-distinct-cas-max-depth";
    a_root_that_nobody_trusts: "rfc5280::chain-untrusted-root";
    a_wildcard_for_more_than_one_label: "webpki::san::wildcard-match-across-labels-san";
    a_leaf_that_cannot_be_read: "rfc5280::duplicate-extensions";
}
