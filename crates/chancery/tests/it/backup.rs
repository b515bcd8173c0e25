// SPDX-License-Identifier: MIT OR Apache-2.0
//! Backups: whole or not there, and put back as they were or not at all.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use keys::AwsLc;
use serde_json::Value;
use store::Sqlite;

use crate::support::home::Home;
use crate::support::office::{audited, founded, record, request, sign};
use crate::support::{Outcome, run};

fn with_a_certificate() -> Home {
    let home = founded([]);
    sign(&home, request(&["kept.internal"]), &["--out", "kept.pem"]).expect_code(0);
    home
}

fn json(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.out).unwrap_or_else(|_| panic!("{}\n{}", outcome.out, outcome.err))
}

/// A verb with another data directory.
fn elsewhere(home: &Home, words: &[&str]) -> Command {
    let mut command = home.chancery(words);
    command.env("CHANCERY_DATA_DIR", home.path("other"));
    command
}

fn head(outcome: &Outcome) -> Value {
    json(outcome)["head"].clone()
}

/// What is below a folder, without what is in it.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_was_backed_up_is_put_back_and_goes_on() {
    let home = with_a_certificate();
    home.write("data/chancery.toml", "[[allow]]\nid = \"a\"\nnames = [\".internal\"]\n");
    let made = run(&mut home.chancery(["ca", "backup", "copy", "--with-keys", "--json"])).expect_code(0);
    assert!(made.err.contains("2 of the keys in it are not encrypted"), "{}", made.err);
    let made = json(&made);
    assert_eq!(made["files"].as_array().unwrap().len(), 5, "{made}");
    assert_eq!(
        names(&home.path("copy")),
        ["authority.db", "backup.json", "chancery.toml", "keys", "root.pem"]
    );
    let mode = |name: &str| fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(["copy", "copy/keys"].map(mode), [0o700; 2]);
    assert_eq!(["copy/authority.db", "copy/backup.json"].map(mode), [0o600; 2]);
    let put_back = json(&run(&mut elsewhere(&home, &["ca", "restore", "copy", "--json"])).expect_code(0));
    assert_eq!((&put_back["head"], &put_back["lost"]), (&made["head"], &Value::Null));
    assert_eq!(put_back["missing_keys"].as_array().unwrap().len(), 0);
    let audits = [
        run(&mut home.chancery(["ca", "audit", "--json"])).expect_code(0),
        run(&mut elsewhere(&home, &["ca", "audit", "--json"])).expect_code(0),
    ];
    assert_eq!(head(&audits[0]), head(&audits[1]));
    assert_eq!(head(&audits[0]), made["head"]);
    for (name, expect) in [("other", 0o755), ("other/root.pem", 0o644), ("other/authority.db", 0o600)] {
        assert_eq!(mode(name), expect, "{name}");
    }
    home.write("request", request(&["next.internal"]));
    run(&mut elsewhere(&home, &["sign", "request", "--out", "next.pem"])).expect_code(0);
    let again = run(&mut elsewhere(&home, &["ca", "restore", "copy"])).expect_code(1);
    assert!(again.err.contains("there is something in"), "{}", again.err);
}

#[test]
fn who_answers_ocsp_for_an_issuer_is_carried_over() {
    let home = with_a_certificate();
    let answer =
        ["ca", "ocsp", "--for", "kept.pem", "--responder", "delegated", "--out", "answer.der", "--force"];
    run(&mut home.chancery(answer)).expect_code(0);
    run(&mut home.chancery(["ca", "backup", "copy", "--with-keys"])).expect_code(0);
    let folder = home.path("data/ocsp");
    let below = names(&folder);
    let key = |below: &str| fs::read(folder.join(below).join("key.pem")).unwrap();
    let before: Vec<Vec<u8>> = below.iter().map(|below| key(below)).collect();
    assert!(!before.is_empty());
    run(&mut home.chancery(["ca", "restore", "copy", "--force"])).expect_code(0);
    assert_eq!(names(&folder), below);
    assert_eq!(below.iter().map(|below| key(below)).collect::<Vec<_>>(), before);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!([&folder, &folder.join(&below[0])].map(|path| mode(path)), [0o700; 2]);
    assert_eq!(mode(&folder.join(&below[0]).join("key.pem")), 0o600);
    run(&mut home.chancery(answer)).expect_code(0);
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
}

#[test]
fn keys_stay_out_of_a_backup_unless_they_are_asked_for() {
    let home = with_a_certificate();
    let made = run(&mut home.chancery(["ca", "backup", "copy"])).expect_code(0);
    assert!(made.out.contains("none: keep the folder keys elsewhere"), "{}", made.out);
    assert_eq!(names(&home.path("copy")), ["authority.db", "backup.json", "root.pem"]);
    let put_back = run(&mut elsewhere(&home, &["ca", "restore", "copy"])).expect_code(0);
    assert_eq!(put_back.err.matches("note: bring back the key keys/").count(), 2, "{}", put_back.err);
    home.write("request", request(&["next.internal"]));
    run(&mut elsewhere(&home, &["sign", "request", "--out", "next.pem"])).expect_code(2);
}

#[test]
fn an_older_backup_does_not_make_forget_what_was_issued() {
    let home = with_a_certificate();
    run(&mut home.chancery(["ca", "backup", "copy"])).expect_code(0);
    sign(&home, request(&["lost.internal"]), &["--out", "lost.pem"]).expect_code(0);
    let before = audited(&home);
    let put_back =
        json(&run(&mut home.chancery(["ca", "restore", "copy", "--force", "--json"])).expect_code(0));
    assert_eq!(put_back["lost"], 3);
    assert_eq!(put_back["missing_keys"].as_array().unwrap().len(), 0, "they were carried over");
    let aside = PathBuf::from(put_back["aside"].as_str().unwrap());
    let kept = Sqlite::open(&aside.join("authority.db"), Arc::new(AwsLc)).unwrap();
    assert_eq!(kept.loss().unwrap(), None, "what was there is whole");
    assert_eq!(before.len(), 4);
    let refused = sign(&home, request(&["next.internal"]), &["--out", "next.pem"]).expect_code(2);
    assert!(refused.err.contains("the record is older than what was issued"), "{}", refused.err);
    run(&mut home.chancery(["ca", "accept-loss"])).expect_code(0);
    sign(&home, request(&["next.internal"]), &["--out", "next.pem"]).expect_code(0);
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
    assert_eq!(audited(&home).len(), 4);
}

#[test]
fn a_backup_that_is_not_what_was_made_is_not_put_back() {
    let home = with_a_certificate();
    run(&mut home.chancery(["ca", "backup", "copy", "--with-keys"])).expect_code(0);
    let refused = |words: &str| {
        let outcome = run(&mut elsewhere(&home, &["ca", "restore", "copy"])).expect_code(2);
        assert!(outcome.err.contains(words), "{words:?} is not in: {}", outcome.err);
        assert!(!home.path("other").exists(), "{words}");
        assert!(names(&home.path("")).iter().all(|name| !name.ends_with(".tmp")), "{words}");
    };
    let key = format!("keys/{}", names(&home.path("copy/keys"))[0]);
    for name in ["authority.db", "root.pem", &key] {
        let path = home.path("copy").join(name);
        let sound = fs::read(&path).unwrap();
        let mut damaged = sound.clone();
        damaged[sound.len() / 2] ^= 1;
        for content in [&damaged[..], &sound[..sound.len() - 1], b""] {
            fs::write(&path, content).unwrap();
            refused("is not what was backed up");
        }
        fs::remove_file(&path).unwrap();
        refused("cannot read");
        fs::write(&path, sound).unwrap();
    }
    let manifest = fs::read_to_string(home.path("copy/backup.json")).unwrap();
    for (text, words) in [
        (manifest.replace("\"root.pem\"", "\"../escaped\""), "a file named \"../escaped\""),
        (manifest.replace("\"root.pem\"", "\"/etc/hostname\""), "a file named \"/etc/hostname\""),
        (manifest.replace("\"format\": 1", "\"format\": 2"), "format 2, and 1 is known"),
        (manifest.replace("\"head\": \"2:", "\"head\": \"3:"), "the journal in the backup ends at 2:"),
        (manifest.split_at(manifest.len() / 2).0.to_owned(), "is not what chancery ca backup writes"),
        (String::new(), "is not what chancery ca backup writes"),
    ] {
        home.write("copy/backup.json", text);
        refused(words);
    }
    fs::remove_file(home.path("copy/backup.json")).unwrap();
    refused("is no backup: there is no backup.json in it");
    home.write("copy/backup.json", manifest);
    run(&mut elsewhere(&home, &["ca", "restore", "copy"])).expect_code(0);
}

#[test]
fn nothing_is_put_in_the_place_of_a_record_that_is_in_use() {
    let home = with_a_certificate();
    run(&mut home.chancery(["ca", "backup", "copy"])).expect_code(0);
    let held = Sqlite::open(&record(&home), Arc::new(AwsLc)).unwrap();
    let refused = run(&mut home.chancery(["ca", "restore", "copy", "--force"])).expect_code(2);
    assert!(refused.err.contains("the record is locked by another process"), "{}", refused.err);
    assert!(refused.err.contains("hint: stop chancery up and chancery ca serve first"), "{}", refused.err);
    drop(held);
    run(&mut home.chancery(["ca", "restore", "copy", "--force"])).expect_code(0);
}

#[test]
fn a_backup_on_a_full_disk_leaves_nothing_behind() {
    let home = with_a_certificate();
    let before = names(&home.path(""));
    let mut refused = 0;
    for blocks in (0..8).chain((8..700).step_by(50)) {
        let command = home.chancery(["ca", "backup", "copy", "--with-keys"]);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh"]);
        shell.arg(command.get_program()).args(command.get_args()).current_dir(home.path(""));
        shell.env("CHANCERY_DATA_DIR", home.data_dir()).env("LC_ALL", "C.UTF-8");
        let outcome = run(&mut shell);
        if outcome.code == Some(0) {
            break;
        }
        refused += 1;
        assert_eq!(outcome.code, Some(2), "{blocks} blocks: {}", outcome.err);
        assert!(outcome.err.contains("hint: "), "{blocks} blocks: {}", outcome.err);
        assert_eq!(names(&home.path("")), before, "{blocks} blocks: {}", outcome.err);
    }
    assert!(refused > 8);
    let taken = run(&mut home.chancery(["ca", "backup", "copy"])).expect_code(2);
    assert!(taken.err.contains("copy exists already"), "{}", taken.err);
}

#[test]
fn a_backup_takes_the_place_of_another_backup_and_of_nothing_else() {
    let home = with_a_certificate();
    let first =
        json(&run(&mut home.chancery(["ca", "backup", "copy", "--with-keys", "--json"])).expect_code(0));
    sign(&home, request(&["next.internal"]), &["--out", "next.pem"]).expect_code(0);
    let second = json(&run(&mut home.chancery(["ca", "backup", "copy", "--force", "--json"])).expect_code(0));
    assert_eq!((&first["batches"], &second["batches"]), (&2.into(), &3.into()));
    assert_eq!(names(&home.path("copy")), ["authority.db", "backup.json", "root.pem"]);
    assert!(names(&home.path("")).iter().all(|name| !name.ends_with(".tmp")));
    home.write("copy/notes", "mine");
    let refused = run(&mut home.chancery(["ca", "backup", "copy", "--force"])).expect_code(1);
    assert!(refused.err.contains("notes is not of the backup in"), "{}", refused.err);
    assert_eq!(fs::read(home.path("copy/notes")).unwrap(), b"mine");
    fs::create_dir(home.path("photos")).unwrap();
    home.write("photos/one", "one");
    for place in ["photos", "next.pem"] {
        let refused = run(&mut home.chancery(["ca", "backup", place, "--force"])).expect_code(2);
        assert!(refused.err.contains("is no backup: there is no backup.json in it"), "{}", refused.err);
    }
    assert_eq!(fs::read(home.path("photos/one")).unwrap(), b"one");
}
