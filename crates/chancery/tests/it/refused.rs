// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bad input to the authority: a reason in one line, a hint, exit 1 or 2, no partial file, nothing in the record.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use x509::ext::{BasicConstraints, KeyUsage, SubjectAltName};
use x509::{Extension, GeneralName, Oid, oid};

use crate::support::home::Home;
use crate::support::office::{audited, founded, record, request, request_with, sign};
use crate::support::peer::peer;
use crate::support::{Outcome, run};

/// Everything below a folder, with its content.
fn snapshot(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() {
                return snapshot(&path);
            }
            vec![(path.display().to_string(), fs::read(&path).unwrap())]
        })
        .collect();
    found.sort();
    found
}

/// The one line of the reason, and that there is a hint.
#[track_caller]
fn reason(outcome: &Outcome, code: i32) -> String {
    assert_eq!(outcome.code, Some(code), "{}\n{}", outcome.out, outcome.err);
    let errors: Vec<&str> = outcome.err.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(errors.len(), 1, "{}", outcome.err);
    assert!(outcome.err.lines().any(|line| line.starts_with("hint: ")), "no hint: {}", outcome.err);
    errors[0].to_owned()
}

/// Signs what must be refused with these words, and looks that nothing changed.
#[track_caller]
fn refused(home: &Home, csr: &[u8], words: &str) {
    refused_with(home, csr, 1, words);
}

#[track_caller]
fn refused_with(home: &Home, csr: &[u8], code: i32, words: &str) {
    home.write("request", csr);
    let before = snapshot(&home.path(""));
    let outcome = sign(home, csr, &["--out", "leaf.pem"]);
    let reason = reason(&outcome, code);
    assert!(reason.contains(words), "{words:?} is not in: {reason}");
    assert!(!outcome.out.contains("BEGIN CERTIFICATE"));
    assert!(snapshot(&home.path("")) == before, "{words}: something changed");
}

/// As [`refused`], where the refusal is the authority's own: the record says so, and holds no certificate more.
#[track_caller]
fn refused_by_policy(home: &Home, csr: &[u8], words: &str) {
    home.write("request", csr);
    let files = || {
        let mut files = snapshot(&home.path(""));
        // The record, and the mark that says how far it has come.
        files.retain(|(path, _)| Path::new(path).with_extension("db") != record(home));
        files
    };
    let refusals = || {
        let said = run(&mut home.chancery(["ca", "audit", "--json"])).expect_code(0);
        let document: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        document["refusals"].as_u64().unwrap()
    };
    let before = (files(), audited(home), refusals());
    let outcome = sign(home, csr, &["--out", "leaf.pem"]);
    let reason = reason(&outcome, 1);
    assert!(reason.contains(words), "{words:?} is not in: {reason}");
    assert!(!outcome.out.contains("BEGIN CERTIFICATE"));
    assert!(files() == before.0, "{words}: a file changed");
    assert_eq!((audited(home), refusals()), (before.1, before.2 + 1), "{words}");
}

fn ext<'a>(oid: Oid<'a>, critical: bool, value: &'a [u8]) -> Extension<'a> {
    Extension { oid, critical, value }
}

#[test]
fn requests_that_prove_nothing_or_are_not_well_formed() {
    let home = founded([]);
    let sound = request_with(&[]);
    let mut broken = sound.clone();
    let at = broken.windows(11).position(|window| window == b"db.internal").unwrap();
    broken[at] ^= 1;
    refused(&home, &broken, "the request's own signature is refused: the signature does not match");
    refused(&home, &[&sound[..], &[0]].concat(), "1 trailing bytes");
    refused(&home, &sound[..sound.len() - 1], "the request is malformed");

    let usage = KeyUsage::DIGITAL_SIGNATURE.encode();
    let twice = [ext(oid::KEY_USAGE, true, &usage); 2];
    refused(&home, &request_with(&twice), "the same extension appears twice");
    let unknown = Oid::from_content(&[0x2a, 3, 4]).unwrap();
    let unknown = request_with(&[ext(unknown, true, &[5, 0])]);
    refused(&home, &unknown, "critical extension 1.2.3.4, which is not known here");
    let text = format!("{}internal", "a.".repeat(500_000));
    let names = SubjectAltName::encode(&[GeneralName::Dns(&text)]);
    let large = request_with(&[ext(oid::SUBJECT_ALT_NAME, false, &names)]);
    refused_with(&home, &large, 2, "too large");
    refused_with(&home, x509::pem::encode("CERTIFICATE REQUEST", &large).as_bytes(), 2, "too large");
    refused(
        &home,
        &request_with(&[ext(oid::SUBJECT_ALT_NAME, false, &names[..70_000])]),
        "at most 65536 are read",
    );

    let two = request(&["a.internal"]) + &request(&["b.internal"]);
    refused(&home, two.as_bytes(), "this holds 2 requests, exactly one is expected");
    refused(&home, b"", "the request is empty");
    refused(&home, b"hello\n", "neither PEM nor DER");
    let root = fs::read(home.data_dir().join("root.pem")).unwrap();
    refused(&home, &root, "this holds CERTIFICATE, a CERTIFICATE REQUEST is expected");
    run(&mut home.chancery(["key", "new"])).expect_code(0);
    let key = fs::read(home.path("key.pem")).unwrap();
    refused(&home, &key, "this holds a private key");
}

#[test]
fn requests_that_policy_does_not_allow() {
    let home = founded(["--host", "buildhost"]);
    refused_by_policy(&home, request(&["8.8.8.8"]).as_bytes(), "8.8.8.8 is outside the name constraints");
    refused_by_policy(
        &home,
        request(&["db.example.com"]).as_bytes(),
        "db.example.com is outside the name constraints",
    );
    refused_by_policy(&home, request(&["ann@internal"]).as_bytes(), "profile server issues no email address");
    let value = BasicConstraints { ca: true, path_length: None }.encode();
    let authority = request_with(&[ext(oid::BASIC_CONSTRAINTS, true, &value)]);
    refused_by_policy(
        &home,
        &authority,
        "asks to become an authority (CA:TRUE), profile server issues leaves only",
    );
    let sound = request(&["db.internal"]);
    for (days, words) in [("0", "a lifetime of 0 days"), ("398", "398 days were asked for")] {
        let outcome = sign(&home, &sound, &["--days", days, "--out", "leaf.pem"]);
        assert!(reason(&outcome, 1).contains(words), "{}", outcome.err);
    }
    let hint = sign(&home, request(&["db.example.com"]), &[]).err;
    assert!(hint.contains("db.internal") && hint.contains("ca init --permit db.example.com"), "{hint}");
}

#[test]
fn a_weak_key_is_named_with_its_size() {
    let home = founded([]);
    let Some(mut openssl) = peer("openssl") else { return };
    let words = "req -new -newkey rsa:1024 -noenc -keyout weak.key -subj /CN=db.internal -out weak.csr";
    run(openssl.args(words.split(' ')).current_dir(home.path(""))).expect_code(0);
    let weak = fs::read(home.path("weak.csr")).unwrap();
    refused(&home, &weak, "1024 bits");
}

#[test]
fn a_record_that_is_damaged_or_from_the_future_is_left_alone() {
    let home = founded([]);
    sign(&home, request(&["db.internal"]), &["--out", "first.pem"]).expect_code(0);
    let sound = fs::read(record(&home)).unwrap();
    let future = {
        let mut file = sound.clone();
        // SQLite's file format §1.3: the user version.
        file[60..64].copy_from_slice(&99_u32.to_be_bytes());
        file
    };
    let check = |content: &[u8], words: &str| {
        fs::write(record(&home), content).unwrap();
        for verb in [&["sign", "request", "--out", "leaf.pem"][..], &["cert", "list"], &["ca", "show"]] {
            let outcome = run(&mut home.chancery(verb));
            reason(&outcome, 2);
            assert!(outcome.err.contains(words), "{words:?} is not in: {}", outcome.err);
        }
        assert!(fs::read(record(&home)).unwrap() == content, "{words}: looking changed it");
        assert!(!home.path("leaf.pem").exists());
    };
    check(&future, "schema version 99");
    check(&vec![b'x'; 8192], "damaged");
    check(b"", "is empty");
    let again = run(&mut home.chancery(["ca", "init"]));
    assert_ne!(again.code, Some(0), "root.pem is there, so something was: {}", again.out);
    fs::write(record(&home), sound).unwrap();
    assert_eq!(audited(&home).len(), 3);
}

#[test]
fn where_there_is_no_authority_the_hint_makes_one() {
    let home = Home::empty();
    home.write("request", request(&["db.internal"]));
    for verb in [&["sign", "request"][..], &["cert", "list"], &["ca", "show"], &["cert", "show", "4f00"]] {
        let outcome = run(&mut home.chancery(verb));
        assert!(reason(&outcome, 2).contains("there is no authority in"), "{}", outcome.err);
        assert!(outcome.err.contains("chancery ca init"), "{}", outcome.err);
    }
    assert!(!home.data_dir().exists(), "looking makes nothing");
}

/// The command as a shell runs it after `prelude`.
fn after(prelude: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{prelude}; exec \"$@\""), "sh"]).arg(command.get_program());
    shell.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell
}

/// Files end at this many half-kibibytes, as on a disk that is full.
fn on_a_full_disk(blocks: usize, command: &Command) -> Command {
    after(&format!("trap '' XFSZ; ulimit -f {blocks}"), command)
}

#[test]
fn a_founding_on_a_full_disk_leaves_nothing_and_can_be_done_again() {
    // Small steps, so that every file in turn is the one that does not fit.
    for blocks in (0..8).chain((8..130).step_by(11)) {
        let home = Home::empty();
        let outcome = run(&mut on_a_full_disk(blocks, &home.chancery(["ca", "init"])));
        if outcome.code == Some(0) {
            continue;
        }
        reason(&outcome, 2);
        let left = if home.data_dir().exists() { snapshot(&home.data_dir()) } else { Vec::new() };
        assert!(
            left.is_empty(),
            "{blocks} blocks: {:?}",
            left.iter().map(|file| &file.0).collect::<Vec<_>>()
        );
        run(&mut home.chancery(["ca", "init"])).expect_code(0);
        assert_eq!(audited(&home).len(), 2);
    }
}

#[test]
fn signing_on_a_full_disk_issues_nothing() {
    let home = founded([]);
    home.write("request", request(&["db.internal"]));
    let before = audited(&home);
    let outcome = run(&mut on_a_full_disk(8, &home.chancery(["sign", "request", "--out", "leaf.pem"])));
    reason(&outcome, 2);
    assert!(!home.path("leaf.pem").exists());
    assert!(!outcome.out.contains("BEGIN CERTIFICATE"));
    assert_eq!(audited(&home), before);
    sign(&home, request(&["db.internal"]), &["--out", "leaf.pem"]).expect_code(0);
}

#[test]
fn a_data_directory_that_may_not_be_written_is_named() {
    let home = founded([]);
    home.write("request", request(&["db.internal"]));
    let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    open(&home.path(""), 0o755);
    let before = audited(&home);
    let command = home.chancery(["sign", "request"]);
    let mut command = if is_root() {
        // Root may write everywhere, so somebody else tries, with a copy of the program that they can reach.
        let program = home.path("chancery");
        fs::copy(command.get_program(), &program).unwrap();
        let mut nobody = Command::new("setpriv");
        nobody.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program);
        nobody.args(command.get_args()).current_dir(home.path("")).env("CHANCERY_DATA_DIR", home.data_dir());
        nobody
    } else {
        open(&record(&home), 0o400);
        open(&home.data_dir(), 0o500);
        command
    };
    let outcome = run(&mut command);
    reason(&outcome, 2);
    assert!(outcome.err.contains("hint: ls -ld "), "{}", outcome.err);
    open(&home.data_dir(), 0o755);
    open(&record(&home), 0o600);
    assert_eq!(audited(&home), before);
}

fn is_root() -> bool {
    run(Command::new("id").arg("-u")).out.trim() == "0"
}

#[test]
fn a_reader_who_leaves_early_changes_nothing_of_what_is_done_and_answered() {
    let home = founded([]);
    home.write("request", request(&["db.internal"]));
    let closed = |arguments: &[&str]| {
        let mut command = home.chancery(arguments);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        command.stdout(writer).stderr(std::process::Stdio::null()).status().unwrap().code()
    };
    assert_eq!(closed(&["sign", "request", "--out", "web.pem"]), Some(0));
    assert!(home.path("web.pem").exists(), "signed, and written");
    let root = home.data_dir().join("root.pem");
    let verify =
        |host: &str| closed(&["verify", "web.pem", "--host", host, "--roots", root.to_str().unwrap()]);
    assert_eq!((verify("db.internal"), verify("other.internal")), (Some(0), Some(1)));
}
