// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ca audit`: what was recorded is as it was written, and whoever altered it is found out.

use std::fs;

use crate::support::home::Home;
use crate::support::office::{founded, record, request, sign};
use crate::support::run;

fn audit(home: &Home, code: i32) -> serde_json::Value {
    let said = run(&mut home.chancery(["ca", "audit", "--json"])).expect_code(code);
    serde_json::from_str(&said.out).unwrap()
}

#[test]
fn everything_that_happened_is_in_the_journal_refusals_included() {
    let home = founded([]);
    sign(&home, request(&["db.internal"]), &["--out", "leaf.pem"]).expect_code(0);
    let outside = request(&["db.example.com"]);
    sign(&home, &outside, &["--dry-run"]).expect_code(1);
    assert_eq!(audit(&home, 0)["refusals"], 0, "a dry run changes nothing");
    sign(&home, &outside, &["--out", "no.pem"]).expect_code(1);
    sign(&home, "no request", &["--out", "no.pem"]).expect_code(1);
    let document = audit(&home, 0);
    assert_eq!(document["clean"], true);
    // Founding: a place to publish, two certificates and two issuers. Then an approval and a certificate, and a refusal.
    let counts = ["batches", "entries", "certificates", "revocations", "refusals"].map(|key| &document[key]);
    assert_eq!(counts, [3, 8, 3, 0, 1]);
    let text = run(&mut home.chancery(["ca", "audit"])).expect_code(0);
    assert!(text.out.starts_with("✓ the record is as it was written\n"), "{}", text.out);
}

#[test]
fn what_was_altered_is_told_with_its_place() {
    let home = founded([]);
    sign(&home, request(&["db.internal"]), &["--out", "leaf.pem"]).expect_code(0);
    // The last octets of the certificate as they stand in the journal: its signature.
    let leaf = fs::read_to_string(home.path("leaf.pem")).unwrap();
    let leaf = x509::pem::decode(leaf.as_bytes()).unwrap().into_iter().next().unwrap().der;
    let end = &leaf[leaf.len() - 24..];
    let mut database = fs::read(record(&home)).unwrap();
    let places: Vec<usize> =
        (0..database.len() - end.len()).filter(|at| &database[*at..*at + end.len()] == end).collect();
    for place in places {
        database[place] ^= 1;
    }
    fs::write(record(&home), database).unwrap();
    let document = audit(&home, 1);
    assert_eq!(document["clean"], false);
    let text = run(&mut home.chancery(["ca", "audit"])).expect_code(1);
    assert!(
        text.out.contains("✗ batch 2: the journal's chain is broken")
            && text.out.contains("was not signed with"),
        "{}",
        text.out
    );
}

#[test]
fn a_key_that_is_nobodys_is_remarked_on() {
    let home = founded([]);
    let stranger = home.data_dir().join("keys/root-00000000.pem");
    fs::write(&stranger, "").unwrap();
    let document = audit(&home, 0);
    let remark = document["remarks"][0]["text"].as_str().unwrap();
    assert!(remark.contains("root-00000000.pem is the key of nobody in this record"), "{remark}");
}
