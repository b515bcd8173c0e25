// SPDX-License-Identifier: MIT OR Apache-2.0
//! The inventory on the command line: lists that go on, serial numbers by their first digits, many revoked at once.

use std::sync::Arc;

use authority::journal::{CertificateIssued, Entry, Event};
use authority::{Batch, Record as _, wait};
use keys::AwsLc;
use serde_json::Value;
use store::Sqlite;
use x509::name::NameBuilder;
use x509::write::{TbsFields, signed, tbs_certificate};
use x509::{AlgorithmIdentifier, SubjectPublicKeyInfo, Time, oid};

use crate::support::home::Home;
use crate::support::office::{founded, record, request, sign};
use crate::support::{Outcome, run};

fn said(home: &Home, words: &[&str], code: i32) -> Outcome {
    run(&mut home.chancery(words)).expect_code(code)
}

fn rows(outcome: &Outcome) -> Vec<Value> {
    serde_json::from_str(&outcome.out).unwrap()
}

/// An authority that has issued five certificates.
fn office() -> Home {
    let home = founded([]);
    for number in 1..=5 {
        let name = format!("node-{number}.rack.internal");
        sign(&home, request(&[&name]), &["--out", &format!("{number}.pem")]).expect_code(0);
    }
    home
}

#[test]
fn a_list_that_was_cut_off_goes_on_where_it_says() {
    let home = office();
    for order in
        [&[][..], &["--newest"], &["--contains", "rack"], &["--name", "*.internal"], &["--by-expiry"]]
    {
        let list = [&["cert", "list", "--json"], order].concat();
        let whole = rows(&said(&home, &list, 0));
        assert_eq!(whole.len(), 5);
        let (mut seen, mut after) = (Vec::new(), Vec::new());
        loop {
            let page = [&list[..], &["--limit", "2"], &after.iter().map(String::as_str).collect::<Vec<_>>()]
                .concat();
            let page = said(&home, &page, 0);
            seen.extend(rows(&page));
            let Some((_, place)) = page.err.trim().split_once("there may be more: the same with --after ")
            else {
                break;
            };
            after = vec!["--after".to_owned(), place.to_owned()];
        }
        assert_eq!(seen, whole, "{order:?}");
    }
    let names = |words: &[&str]| {
        let rows = rows(&said(&home, &[&["cert", "list", "--json"], words].concat(), 0));
        rows.iter().map(|row| row["names"][0].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&["--newest", "--limit", "1"]), ["node-5.rack.internal"]);
    assert_eq!(names(&["--name", "node-3*", "--status", "good"]), ["node-3.rack.internal"]);
    assert_eq!(
        names(&["--contains", "e-4.r", "--by", "chancery sign", "--profile", "server"]),
        ["node-4.rack.internal"]
    );
    assert!(names(&["--expired"]).is_empty() && names(&["--profile", "client"]).is_empty());
    assert_eq!(names(&["--ends-from", "2100-01-01"]).len() + names(&["--ends-until", "2100-01-01"]).len(), 5);
    assert_eq!(names(&["--issued-from", "2000-01-01"]).len(), 5);
    let first = &rows(&said(&home, &["cert", "list", "--json", "--limit", "1"], 0))[0];
    assert_eq!(names(&["--fingerprint", first["sha256"].as_str().unwrap()]), ["node-1.rack.internal"]);
    assert!(first["warrant"].as_str().unwrap().starts_with("approved by uid "));
}

/// Commits a certificate with this serial number, which nobody signed, past every check.
fn plant(home: &Home, serial: &[u8]) {
    let record = Sqlite::open(&record(home), Arc::new(AwsLc)).unwrap();
    let issuer = wait(record.issuers()).unwrap().pop().unwrap().added.id;
    let algorithm = AlgorithmIdentifier::encode(oid::ED25519, None);
    let name = NameBuilder::new().common_name("planted").unwrap().build();
    let tbs = tbs_certificate(&TbsFields {
        serial,
        signature_algorithm: &algorithm,
        issuer: &name,
        not_before: Time::from_unix(1_795_341_600),
        not_after: Time::from_unix(4_000_000_000),
        subject: &name,
        subject_public_key_info: &SubjectPublicKeyInfo::encode(&algorithm, &[7; 32]),
        extensions: &[],
    });
    let certificate = signed(&tbs, &algorithm, &[0; 64]);
    let issued = CertificateIssued { issuer, profile: "server".into(), plan: Vec::new(), certificate };
    let at = Time::from_unix(1_795_341_600);
    wait(record.commit(Batch::new(vec![Entry { at, event: Event::CertificateIssued(issued) }]))).unwrap();
}

#[test]
fn the_first_digits_of_a_serial_number_stand_for_it_where_they_are_one_certificates() {
    let home = founded([]);
    for last in [1, 2] {
        plant(&home, &[0x4f, 0xab, 0xcd, 0xef, 0x01, last]);
    }
    plant(&home, &[0x4f, 0xab, 0xcd, 0xee, 0x01, 3]);
    for verb in [&["show"][..], &["export"], &["revoke", "--dry-run"], &["release"]] {
        let several = said(&home, &[&["cert"], verb, &["4fabcdef"]].concat(), 1);
        let expect = "several serial numbers begin with 4fabcdef: 4fabcdef0101, 4fabcdef0102\n";
        assert!(several.err.contains(expect), "{verb:?}: {}", several.err);
    }
    let few = said(&home, &["cert", "revoke", "4fabcde"], 1);
    assert!(few.err.contains("8 digits at least stand for more"), "{}", few.err);
    let none = said(&home, &["cert", "show", "4fabcdea"], 1);
    assert!(none.err.contains("no certificate with the serial number 4fabcdea is in the record"));
    let shown: Value =
        serde_json::from_str(&said(&home, &["cert", "show", "4f:AB:cd:ee", "--json"], 0).out).unwrap();
    assert_eq!(shown["serial"], "4fabcdee0103");
    said(&home, &["cert", "revoke", "4fabcdef0102"], 0);
    said(&home, &["cert", "revoke", "4fabcdee"], 0);
    let revoked = rows(&said(&home, &["cert", "list", "--status", "revoked", "--json"], 0));
    let serials: Vec<&str> = revoked.iter().map(|row| row["serial"].as_str().unwrap()).collect();
    assert_eq!(serials, ["4fabcdef0102", "4fabcdee0103"]);
    // The authority's own, by any of its digits.
    let issuer: Value = serde_json::from_str(&said(&home, &["ca", "show", "--json"], 0).out).unwrap();
    let own = issuer["issuers"][0]["serial"].as_str().unwrap();
    let found = rows(&said(
        &home,
        &["cert", "list", "--serial", &own.chars().take(10).collect::<String>(), "--json"],
        0,
    ));
    assert_eq!(found.len(), 1);
}

#[test]
fn many_are_revoked_at_once_and_doing_it_again_changes_nothing() {
    let home = office();
    said(&home, &["cert", "revoke", "1.pem", "--reason", "superseded"], 0);
    said(&home, &["cert", "revoke", "2.pem", "--reason", "hold"], 0);
    let sweep = |words: &[&str]| -> (u64, u64, u64) {
        let all = [&["cert", "revoke", "--contains", "rack", "--json"], words].concat();
        let told: Value = serde_json::from_str(&said(&home, &all, 0).out).unwrap();
        let number = |field: &str| told[field].as_u64().unwrap();
        (number("matched"), number("revoked"), number("revoked_before"))
    };
    assert_eq!(sweep(&["--dry-run"]), (5, 4, 1));
    assert_eq!(sweep(&["--reason", "hold", "--dry-run"]), (5, 3, 2));
    assert_eq!(rows(&said(&home, &["cert", "list", "--status", "revoked", "--json"], 0)).len(), 1);
    assert_eq!(sweep(&["--status", "on-hold", "--yes"]), (1, 1, 0));
    assert_eq!(sweep(&["--yes"]), (5, 3, 2));
    assert_eq!(sweep(&["--yes"]), (5, 0, 5));
    assert_eq!(rows(&said(&home, &["cert", "list", "--status", "revoked", "--json"], 0)).len(), 5);
    let audit: Value = serde_json::from_str(&said(&home, &["ca", "audit", "--json"], 0).out).unwrap();
    assert_eq!((&audit["clean"], &audit["revocations"]), (&true.into(), &6.into()));
    // The authority's own certificates are not among many.
    let own: Value = serde_json::from_str(&said(&home, &["ca", "show", "--json"], 0).out).unwrap();
    let own = own["issuers"][0]["serial"].as_str().unwrap();
    let none: Value =
        serde_json::from_str(&said(&home, &["cert", "revoke", "--serial", own, "--yes", "--json"], 0).out)
            .unwrap();
    assert_eq!(none["matched"], 0);
    for (words, code, expect) in [
        (&["--contains", "rack"][..], 2, "nothing is revoked before it is said twice"),
        (&["5.pem", "--contains", "rack"], 2, "one certificate is named, and options that name many"),
        (&["--dry-run"], 2, "no certificate is named"),
        (&["--yes"], 2, "no certificate is named"),
        (&["5.pem", "--yes"], 2, "cannot be used with"),
        (&["--contains", "rack", "--invalid-from", "2999-01-01", "--yes"], 1, "which is later than now"),
    ] {
        let outcome = said(&home, &[&["cert", "revoke"], words].concat(), code);
        assert!(outcome.err.contains(expect), "{words:?}: {}", outcome.err);
    }
}
