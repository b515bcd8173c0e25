// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates that are found alive, and are not in the record.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::home::Home;
use crate::support::office::{founded, listed, record, request, sign};
use crate::support::running::Running;
use crate::support::{Outcome, run};

fn json(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.out).unwrap_or_else(|_| panic!("{}\n{}", outcome.out, outcome.err))
}

/// An authority that goes on without the certificates of `site/lost-1.pem` and `site/deep/lost-2.pem`.
fn forgetful() -> Home {
    let home = founded([]);
    fs::create_dir_all(home.path("site/deep")).unwrap();
    sign(&home, request(&["kept.internal"]), &["--out", "site/kept.pem"]).expect_code(0);
    let copy = fs::read(record(&home)).unwrap();
    sign(&home, request(&["lost-1.internal"]), &["--out", "site/lost-1.pem"]).expect_code(0);
    sign(&home, request(&["lost-2.internal"]), &["--out", "site/deep/lost-2.pem"]).expect_code(0);
    fs::write(record(&home), copy).unwrap();
    // What is no certificate, is there twice, or is somebody else's.
    home.write("site/index.html", "<html>");
    home.write("site/noise.der", [0x30, 0x03, 1, 1, 0xff]);
    fs::copy(home.path("site/lost-1.pem"), home.path("site/again.pem")).unwrap();
    let other = founded([]);
    sign(&other, request(&["other.internal"]), &["--out", "other.pem"]).expect_code(0);
    fs::copy(other.path("other.pem"), home.path("site/other.pem")).unwrap();
    std::os::unix::fs::symlink("..", home.path("site/deep/loop")).unwrap();
    home
}

fn against(home: &Home, words: &[&str], code: i32) -> Value {
    let mut command = home.chancery(["ca", "audit", "--json", "--against", "site"]);
    json(&run(command.args(words)).expect_code(code))["against"].clone()
}

fn strays(against: &Value) -> Vec<&Value> {
    against["strays"].as_array().unwrap().iter().collect()
}

#[test]
fn what_is_found_alive_is_told_and_changes_nothing() {
    let home = forgetful();
    let before = fs::read(record(&home)).unwrap();
    let found = against(&home, &[], 1);
    let names: Vec<&str> = strays(&found).iter().map(|one| one["names"][0].as_str().unwrap()).collect();
    assert_eq!(names, ["lost-1.internal", "lost-2.internal"], "{found}");
    assert!(strays(&found).iter().all(|one| one["taken_in"] == false && one["revoked"] == false), "{found}");
    assert!(found["looked_at"].as_u64().unwrap() >= 5, "{found}");
    assert!(fs::read(record(&home)).unwrap() == before);
    // Nothing is recorded before the loss is accepted.
    let refused = run(&mut home.chancery(["ca", "audit", "--against", "site", "--take-in"])).expect_code(2);
    assert!(refused.err.contains("the record is older than what was issued"), "{}", refused.err);
}

#[test]
fn what_is_found_alive_is_taken_in_and_known_from_then_on() {
    let home = forgetful();
    run(&mut home.chancery(["ca", "accept-loss"])).expect_code(0);
    let found = against(&home, &["--take-in"], 1);
    assert!(strays(&found).iter().all(|one| one["taken_in"] == true && one["revoked"] == false), "{found}");
    let profiles: Vec<String> =
        listed(&home).iter().map(|one| one["profile"].as_str().unwrap().to_owned()).collect();
    assert_eq!(profiles.iter().filter(|profile| *profile == "found").count(), 2, "{profiles:?}");
    assert!(strays(&against(&home, &[], 0)).is_empty());
    run(&mut home.chancery(["cert", "revoke", "site/lost-1.pem"])).expect_code(0);
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
}

#[test]
fn what_is_found_alive_can_be_revoked_at_once() {
    let home = forgetful();
    run(&mut home.chancery(["ca", "accept-loss"])).expect_code(0);
    let found = against(&home, &["--revoke"], 1);
    assert!(strays(&found).iter().all(|one| one["taken_in"] == true && one["revoked"] == true), "{found}");
    let crls = json(&run(&mut home.chancery(["ca", "crl", "--json"])).expect_code(0));
    let entries: Vec<&Value> = crls["crls"].as_array().unwrap().iter().map(|crl| &crl["entries"]).collect();
    assert_eq!(entries, [&Value::from(0), &Value::from(2)]);
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
}

#[test]
fn one_whose_issuer_was_retired_is_told_and_the_others_are_taken_in() {
    let home = forgetful();
    run(&mut home.chancery(["ca", "accept-loss"])).expect_code(0);
    let list = json(&run(&mut home.chancery(["ca", "issuer", "list", "--json"])).expect_code(0));
    let first = list[1]["id"].as_str().unwrap();
    run(&mut home.chancery(["ca", "issuer", "new"])).expect_code(0);
    let copy = fs::read(record(&home)).unwrap();
    sign(&home, request(&["lost-3.internal"]), &["--out", "site/z.pem"]).expect_code(0);
    fs::write(record(&home), copy).unwrap();
    run(&mut home.chancery(["ca", "accept-loss"])).expect_code(0);
    run(&mut home.chancery(["ca", "issuer", "retire", first])).expect_code(0);
    let found = against(&home, &["--revoke"], 1);
    let told: Vec<(bool, bool)> =
        strays(&found).iter().map(|one| (one["taken_in"] == true, one["refused"].is_null())).collect();
    assert_eq!(told, [(false, false), (false, false), (true, true)], "{found}");
    let told = run(&mut home.chancery(["ca", "audit", "--against", "site", "--take-in"])).expect_code(1).out;
    assert!(told.contains("; its issuer issues no more: chancery ca issuer list"), "{told}");
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
}

#[test]
fn one_whose_number_is_another_ones_is_told_and_cannot_be_recorded() {
    let home = founded([]);
    sign(&home, request(&["kept.internal"]), &["--out", "kept.pem"]).expect_code(0);
    fs::create_dir(home.path("site")).unwrap();
    let serial = listed(&home)[0]["serial"].as_str().unwrap().to_owned();
    let forged = home.openssl_script(&format!(
        "sed -n '/BEGIN/,$p' kept.pem | awk '/BEGIN/ {{ n++ }} n == 2' > issuing.pem
         $O req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout f.key -subj /CN=forged -out f.csr
         $O x509 -req -in f.csr -CA issuing.pem -CAkey data/keys/issuing-*.pem -set_serial 0x{serial} -days 9 -out site/f.pem"
    ));
    if forged.is_none() {
        return;
    }
    let found = against(&home, &["--revoke"], 1);
    assert_eq!(strays(&found).len(), 1, "{found}");
    assert_eq!(
        (&found["strays"][0]["taken_in"], &found["strays"][0]["revoked"]),
        (&false.into(), &false.into())
    );
    let told = run(&mut home.chancery(["ca", "audit", "--against", "site", "--take-in"])).expect_code(1);
    assert!(told.out.contains("another one is recorded under its number"), "{}", told.out);
    assert_eq!(listed(&home)[0]["status"], "valid", "the one that was issued is as it was");
}

#[test]
fn hosts_are_asked_for_what_they_show() {
    let home = founded([]);
    let older = Home::empty();
    copy_folder(&home.data_dir(), &older.data_dir());
    fs::create_dir(home.path("served")).unwrap();
    let mut server = Running::start(&mut home.chancery(["up", "served", "--listen", "127.0.0.1:0"]));
    let port: u16 = server.wait_for("the address", |line| {
        let (_, rest) = line.split_once("https://localhost:")?;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    });
    let host = format!("127.0.0.1:{port}");
    let audit = |home: &Home, host: &str, code: i32| {
        json(&run(&mut home.chancery(["ca", "audit", "--json", "--against", host])).expect_code(code))["against"].clone()
    };
    let known = audit(&home, &host, 0);
    assert!(known["looked_at"].as_u64().unwrap() >= 2, "{known}");
    // The same keys, with a record that ends before the server got its certificate.
    let found = audit(&older, &host, 1);
    assert_eq!(strays(&found).len(), 1, "{found}");
    assert_eq!(found["strays"][0]["found_at"], host.as_str());
    let nobody = audit(&home, "127.0.0.1:1", 1);
    assert_eq!(nobody["unreached"][0], "127.0.0.1:1");
}

fn copy_folder(from: &Path, to: &Path) {
    assert_eq!(Command::new("cp").arg("-r").arg(from).arg(to).status().unwrap().code(), Some(0));
}
