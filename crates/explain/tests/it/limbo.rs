// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every chain of x509-limbo told: hostile, broken or sound, the telling holds its promises.
//!
//! The signatures are judged by [`Pretend`], which believes none of them: what is tried here is the
//! telling, over every way in which certificates can be wrong.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;

use explain::{Asked, Case, CertificateFacts, Verdict};
use serde_json::Value;
use verify::{PeerName, Purpose, Question, Trace, TrustAnchors, decide};
use x509::{Certificate, Time};

use crate::support::{Pretend, now, told};

#[expect(clippy::disallowed_methods, reason = "where the vectors are is for the environment to say")]
pub fn cases() -> Option<Vec<Value>> {
    let folder = std::env::var_os("CHANCERY_VECTORS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors")),
        PathBuf::from,
    );
    let path = folder.join("x509-limbo/limbo.json.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        skipped(&format!("vectors missing: {}", path.display()));
        return None;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    Some(document["testcases"].as_array_mut().unwrap().drain(..).collect())
}

/// Says loudly that a test is left out, and why; where everything must run, that is a failure.
#[expect(clippy::disallowed_methods, reason = "whether everything must run is for the environment to say")]
pub fn skipped(why: &str) {
    let line = format!("SKIP {why}");
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{line}");
    // Not `eprintln!`, which the test harness keeps to itself when a test passes.
    writeln!(std::io::stderr(), "{line}").expect("standard error");
}

pub fn certificates(pem: &Value) -> Vec<Vec<u8>> {
    let texts: Vec<&str> = match pem {
        Value::String(text) => vec![text],
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let blocks = texts.iter().flat_map(|text| x509::pem::decode(text.as_bytes()).unwrap_or_default());
    blocks.map(|block| block.der).collect()
}

#[test]
fn every_chain_is_told_in_80_columns_and_every_refusal_has_a_hint() {
    let Some(cases) = cases() else { return };
    let mut refused = 0;
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let sent = [certificates(&case["peer_certificate"]), certificates(&case["untrusted_intermediates"])]
            .concat();
        let chain: Vec<&[u8]> = sent.iter().map(Vec::as_slice).collect();
        let mut anchors = TrustAnchors::new();
        for root in certificates(&case["trusted_certs"]) {
            drop(anchors.add_certificate(&root));
        }
        let at = case["validation_time"].as_str().and_then(Time::parse).unwrap_or_else(now);
        let name = case["expected_peer_name"]["value"].as_str().and_then(|name| PeerName::parse(name).ok());
        let mut question = Question::new(&chain, &anchors, at);
        question.name = name.as_ref();
        let mut trace = Trace::new();
        let decision = decide(&question, &Pretend, &mut trace);
        // Only a path of one, a leaf that is itself trusted, needs no signature.
        let path: Vec<&[u8]> = decision.iter().flat_map(|_| chain.first().copied()).collect();
        let verdict = Verdict::of(&Case {
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
            outcome: decision.as_ref().map(|_| path.as_slice()),
            trace: &trace,
            asked: Asked {
                command: "chancery verify chain.pem",
                name_option: "--host",
                name: None,
                roots: " --roots root.pem",
                at: false,
            },
            crypto: &Pretend,
        });
        let shown = told(&verdict.text());
        assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{id}: {shown:?}");
        if let Some(rejection) = &verdict.rejection {
            refused += 1;
            assert!(!rejection.hints.is_empty(), "{id}");
            assert!(verdict.checks.iter().any(|check| check.check == rejection.check), "{id}");
        }
        for der in &sent {
            if let Ok(certificate) = Certificate::parse(der) {
                told(&CertificateFacts::of(&certificate, at, &Pretend).text());
            }
        }
    }
    assert!(refused > 100, "{refused} of {} refused", cases.len());
}
