// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ca issuer`: an intermediate that is taken back or retired issues nothing more, and another one takes over.

use std::fs;

use serde_json::Value;

use crate::support::home::Home;
use crate::support::office::{founded, request, sign};
use crate::support::{Outcome, run};

fn said(home: &Home, arguments: &[&str], code: i32) -> Outcome {
    run(&mut home.chancery(arguments)).expect_code(code)
}

fn issuers(home: &Home) -> Vec<Value> {
    let listed = said(home, &["ca", "issuer", "list", "--json"], 0).out;
    serde_json::from_str(&listed).unwrap()
}

fn statuses(home: &Home) -> Vec<String> {
    issuers(home).iter().map(|row| row["status"].as_str().unwrap().to_owned()).collect()
}

/// Whether a client with the root and the CRLs accepts a leaf: ours, and OpenSSL.
fn accepted(home: &Home, file: &str) {
    let root = home.data_dir().join("root.pem");
    let root = root.to_str().unwrap();
    said(home, &["ca", "crl", "--out", "crl.pem", "--force"], 0);
    said(home, &["verify", file, "--host", "db.internal", "--crl", "crl.pem", "--roots", root], 0);
    home.openssl_script(&format!(
        "\"$O\" verify -crl_check_all -CAfile {root} -untrusted {file} -CRLfile crl.pem {file}"
    ));
}

#[test]
fn an_intermediate_whose_key_was_stolen_is_taken_back_and_another_takes_over() {
    let home = founded([]);
    sign(&home, request(&["db.internal"]), &["--out", "before.pem"]).expect_code(0);
    let pem = fs::read_to_string(home.path("before.pem")).unwrap();
    home.write("intermediate.pem", pem.split_inclusive("-----END CERTIFICATE-----\n").nth(1).unwrap());
    said(&home, &["cert", "revoke", "intermediate.pem", "--reason", "key-compromise"], 0);
    assert_eq!(statuses(&home), ["in-use", "revoked"]);

    let refused = sign(&home, request(&["db.internal"]), &["--out", "no.pem"]).expect_code(1);
    assert!(
        refused.err.contains("was revoked at ") && refused.err.contains("(keyCompromise)"),
        "{}",
        refused.err
    );
    assert!(
        refused.err.contains("hint: ") && refused.err.contains("chancery ca issuer new"),
        "{}",
        refused.err
    );
    assert!(!home.path("no.pem").exists());
    // Nor is it certified again where it publishes elsewhere, which would make it good once more.
    let moved = said(&home, &["ca", "url", "http://ca.internal:8480", "--json"], 0).out;
    let moved: Value = serde_json::from_str(&moved).unwrap();
    assert_eq!(moved["reissued"].as_array().unwrap().len(), 0);

    let made = said(&home, &["ca", "issuer", "new"], 0).out;
    assert!(made.starts_with("✓ made an intermediate"), "{made}");
    assert_eq!(statuses(&home), ["in-use", "revoked", "issuing"]);
    sign(&home, request(&["db.internal"]), &["--out", "after.pem"]).expect_code(0);
    accepted(&home, "after.pem");
    let root = home.data_dir().join("root.pem");
    let before = ["verify", "before.pem", "--host", "db.internal", "--crl", "crl.pem", "--roots"];
    said(&home, &[&before[..], &[root.to_str().unwrap()]].concat(), 1);
    said(&home, &["ca", "audit"], 0);
}

#[test]
fn every_certificate_of_a_key_that_was_compromised_is_taken_back() {
    let home = founded(["--url", "http://ca.internal:8480"]);
    sign(&home, request(&["db.internal"]), &["--out", "old.pem"]).expect_code(0);
    said(&home, &["ca", "url", "http://pki.internal:8480"], 0);
    sign(&home, request(&["db.internal"]), &["--out", "new.pem"]).expect_code(0);
    let serial =
        issuers(&home).into_iter().find(|row| row["role"] == "intermediate").unwrap()["serial"].clone();
    let serial = serial.as_str().unwrap();
    // For another reason, the other certificate stays, and that is said.
    let dry = said(&home, &["cert", "revoke", serial, "--reason", "superseded", "--dry-run"], 0);
    assert!(dry.err.contains("another certificate of the same key, stays good"), "{}", dry.err);
    let revoked = said(&home, &["cert", "revoke", serial, "--reason", "key-compromise"], 0);
    assert!(revoked.err.contains("another certificate of the same key"), "{}", revoked.err);
    let root = home.data_dir().join("root.pem");
    said(&home, &["ca", "crl", "--out", "crl.pem"], 0);
    for file in ["old.pem", "new.pem"] {
        let ask =
            ["verify", file, "--host", "db.internal", "--crl", "crl.pem", "--roots", root.to_str().unwrap()];
        assert!(said(&home, &ask, 1).out.contains("was revoked at"), "{file}");
    }
    let audit: Value = serde_json::from_str(&said(&home, &["ca", "audit", "--json"], 0).out).unwrap();
    assert_eq!(audit["revocations"], 2);
}

#[test]
fn a_retired_intermediate_leaves_what_it_issued_valid() {
    let home = founded([]);
    sign(&home, request(&["db.internal"]), &["--out", "before.pem"]).expect_code(0);
    said(&home, &["ca", "issuer", "new"], 0);
    let first = issuers(&home)[1]["id"].as_str().unwrap().to_owned();
    said(&home, &["ca", "issuer", "retire", first.get(..8).unwrap()], 0);
    assert_eq!(statuses(&home), ["in-use", "retired", "issuing"]);
    accepted(&home, "before.pem");
    let table = said(&home, &["ca", "issuer", "list"], 0).out;
    assert!(table.contains("retired") && table.contains(first.get(..16).unwrap()), "{table}");

    let second = issuers(&home)[2]["id"].as_str().unwrap().to_owned();
    let last = said(&home, &["ca", "issuer", "retire", &second], 0);
    assert!(last.err.contains("nobody issues"), "{}", last.err);
    sign(&home, request(&["db.internal"]), &["--out", "no.pem"]).expect_code(1);
    for (id, code, words) in [
        (&*second, 1, "was retired before"),
        (second.get(..7).unwrap(), 2, "too short"),
        ("00000000", 1, "there is no issuer"),
    ] {
        let refused = said(&home, &["ca", "issuer", "retire", id], code);
        assert!(refused.err.contains(words), "{}", refused.err);
    }
    said(&home, &["ca", "audit"], 0);
}

#[test]
fn without_the_roots_key_no_intermediate_is_made_and_nothing_is_left_behind() {
    let home = founded([]);
    let keys = home.data_dir().join("keys");
    let root = issuers(&home)[0]["key"].as_str().unwrap().to_owned();
    fs::rename(&root, home.path("root.key")).unwrap();
    let refused = said(&home, &["ca", "issuer", "new"], 2);
    assert!(refused.err.contains("is not here") && refused.err.contains("hint: bring"), "{}", refused.err);
    assert_eq!(fs::read_dir(&keys).unwrap().count(), 1);
    assert_eq!(issuers(&home)[0]["key_present"], false);
}

#[test]
fn a_request_for_an_intermediate_is_named_after_the_authority_that_there_is() {
    let home = founded(["--url", "none", "--name", "Example Org"]);
    let subject = |more: &[&str]| -> String {
        let words = ["ca", "issuer", "csr", "--json"].iter().chain(more);
        let said = run(&mut home.chancery(words)).expect_code(0).out;
        let document: serde_json::Value = serde_json::from_str(&said).unwrap();
        document["subject"].as_str().unwrap().to_owned()
    };
    assert!(subject(&[]).ends_with("O=Example Org"), "{}", subject(&[]));
    assert!(subject(&["--name", "Other"]).ends_with("O=Other"));
}
