// SPDX-License-Identifier: MIT OR Apache-2.0
//! A record that was put back from an older copy: nothing is signed from it, everything can be looked at, and it goes on
//! only with a word about what it does not know.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::home::Home;
use crate::support::office::{founded, record, request, sign};
use crate::support::peer::peer;
use crate::support::{Outcome, run};

/// An authority whose record is older than the certificate `lost.pem` and the CRLs `lost.crl` that came from it.
fn put_back() -> Home {
    let home = founded([]);
    sign(&home, request(&["kept.internal"]), &["--out", "kept.pem"]).expect_code(0);
    let copy = fs::read(record(&home)).unwrap();
    sign(&home, request(&["lost.internal"]), &["--out", "lost.pem"]).expect_code(0);
    run(&mut home.chancery(["ca", "crl", "--out", "lost.crl"])).expect_code(0);
    fs::write(record(&home), copy).unwrap();
    home.write("request", request(&["next.internal"]));
    home
}

fn json(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.out).unwrap()
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

#[test]
fn an_older_copy_is_noticed_by_whatever_signs_or_records() {
    let home = put_back();
    let serial = {
        let list = run(&mut home.chancery(["cert", "list", "--json"])).expect_code(0);
        json(&list)[0]["serial"].as_str().unwrap().to_owned()
    };
    fs::create_dir(home.path("site")).unwrap();
    let keys = || fs::read_dir(home.data_dir().join("keys")).unwrap().count();
    let before = (fs::read(record(&home)).unwrap(), keys());
    let revoke = format!("cert revoke {serial}");
    for line in [
        "sign request --out next.pem",
        "up site --listen 127.0.0.1:0",
        "ca serve --http 127.0.0.1:0",
        "ca serve --http 127.0.0.1:0 --api 127.0.0.1:0",
        "ca crl --out next.crl",
        "ca ocsp --for kept.pem --out kept.ocsp",
        "ca issuer new",
        "ca root new --name Second",
        "ca token new --label deploy --scope issue",
        "ca url http://ca.internal:8480",
        &revoke,
    ] {
        let outcome = run(&mut home.chancery(words(line)));
        assert_eq!(outcome.code, Some(2), "{line}: {}\n{}", outcome.out, outcome.err);
        let error = "error: the record is older than what was issued: it ends at batch 2, and batch 5 was committed at ";
        assert!(outcome.err.contains(error), "{line}: {}", outcome.err);
        assert!(outcome.err.contains("chancery ca restore BACKUP --force"), "{line}: {}", outcome.err);
        assert!(outcome.err.contains("chancery ca accept-loss"), "{line}: {}", outcome.err);
    }
    for file in ["next.pem", "next.crl", "kept.ocsp"] {
        assert!(!home.path(file).exists(), "{file}");
    }
    assert!((fs::read(record(&home)).unwrap(), keys()) == before, "something was left behind");
}

#[test]
fn an_older_copy_can_be_looked_at() {
    let home = put_back();
    for line in ["ca show", "cert list", "ca issuer list", "ca token list", "request list"] {
        let outcome = run(&mut home.chancery(words(line))).expect_code(0);
        assert!(
            outcome.err.contains("note: the record is older than what was issued"),
            "{line}: {}",
            outcome.err
        );
    }
    let audit = json(&run(&mut home.chancery(["ca", "audit", "--json"])).expect_code(1));
    let finding = audit["findings"][0]["text"].as_str().unwrap();
    assert!(finding.contains("it ends at batch 2, and batch 5 was committed at"), "{finding}");
}

#[test]
fn the_loss_is_recorded_and_the_numbers_of_crls_go_on() {
    let home = put_back();
    let lost = home.path("lost.crl");
    let accepted =
        run(&mut home.chancery(["ca", "accept-loss", "--crl", "lost.crl", "--json"])).expect_code(0);
    let accepted = json(&accepted);
    assert_eq!((&accepted["known"], &accepted["intervals"][0]["lost"]), (&2.into(), &5.into()));
    assert_eq!(accepted["intervals"].as_array().unwrap().len(), 1, "{accepted}");
    let numbers: Vec<u64> =
        accepted["crls"].as_array().unwrap().iter().map(|crl| crl["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers.len(), 2);
    let next = json(&run(&mut home.chancery(["ca", "crl", "--json"])).expect_code(0));
    for (crl, lost) in next["crls"].as_array().unwrap().iter().zip(&numbers) {
        assert!(crl["number"].as_u64().unwrap() > *lost, "{crl}");
    }
    sign(&home, request(&["next.internal"]), &["--out", "next.pem"]).expect_code(0);
    let audit = run(&mut home.chancery(["ca", "audit", "--crl", lost.to_str().unwrap()])).expect_code(0);
    assert!(audit.err.contains("is unknown, up to batch 5"), "{}", audit.err);
    let again = run(&mut home.chancery(["ca", "accept-loss", "--crl", "lost.crl"])).expect_code(1);
    assert!(again.err.contains("nothing is known to be missing"), "{}", again.err);
}

#[test]
fn a_published_crl_tells_of_a_loss_that_nothing_here_remembers() {
    let home = put_back();
    // As when the whole folder was put back.
    fs::remove_file(home.data_dir().join("authority.head")).unwrap();
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
    let audit = json(&run(&mut home.chancery(["ca", "audit", "--crl", "lost.crl", "--json"])).expect_code(1));
    let findings: Vec<&str> = audit["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["text"].as_str().unwrap())
        .collect();
    assert!(
        findings.iter().any(|text| text.contains("after batch 4, which is not in the record")),
        "{findings:?}"
    );
    assert!(
        findings.iter().any(|text| text.contains("no CRL of its issuer is in the record")),
        "{findings:?}"
    );
    run(&mut home.chancery(["ca", "accept-loss", "--crl", "lost.crl"])).expect_code(0);
    run(&mut home.chancery(["ca", "audit", "--crl", "lost.crl"])).expect_code(0);
}

#[test]
fn a_crl_of_somebody_else_is_no_evidence() {
    let home = put_back();
    let other = founded([]);
    run(&mut other.chancery(["ca", "crl", "--out", "other.crl"])).expect_code(0);
    fs::copy(other.path("other.crl"), home.path("other.crl")).unwrap();
    for verb in ["audit", "accept-loss"] {
        let outcome = run(&mut home.chancery(["ca", verb, "--crl", "other.crl"])).expect_code(2);
        assert!(
            outcome.err.contains("other.crl is no CRL with a number that was signed by a key of"),
            "{}",
            outcome.err
        );
    }
}

#[test]
fn a_record_that_is_gone_is_not_founded_anew_beside_its_mark() {
    let home = put_back();
    fs::remove_file(record(&home)).unwrap();
    fs::remove_file(home.data_dir().join("root.pem")).unwrap();
    let outcome = run(&mut home.chancery(["ca", "init"])).expect_code(2);
    assert!(outcome.err.contains("it ends at batch 0, and batch 5 was committed"), "{}", outcome.err);
    assert!(outcome.err.contains("chancery ca restore BACKUP"), "{}", outcome.err);
    assert!(home.data_dir().join("authority.head").exists());
}

/// The same command where nothing can be written: the folder is another file system's, mounted read-only in a namespace
/// of its own; `None` where that may not be done, which is told.
fn on_a_read_only_disk(home: &Home, command: &Command) -> Option<Outcome> {
    let script = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";
    let can = run(peer("unshare")?.args(["--mount", "--map-root-user", "true"]));
    if can.code != Some(0) {
        // Not `eprintln!`, which the test harness keeps to itself when a test passes.
        writeln!(std::io::stderr(), "SKIP no namespaces here: {}", can.err).expect("standard error");
        return None;
    }
    let mut shell = peer("unshare")?;
    shell.args(["--mount", "--map-root-user", "sh", "-c", script]).arg(home.data_dir());
    shell.arg(command.get_program()).args(command.get_args()).current_dir(home.path(""));
    shell.env("CHANCERY_DATA_DIR", home.data_dir()).env("LC_ALL", "C.UTF-8").env("HOME", home.path(""));
    Some(run(&mut shell))
}

fn looks(home: &Home, how: impl Fn(&Home, &Command) -> Option<Outcome>) {
    for line in ["ca show", "cert list", "ca issuer list", "ca audit", "cert list --name kept.internal"] {
        let Some(outcome) = how(home, &home.chancery(words(line))) else { return };
        assert_eq!(outcome.code, Some(0), "{line}: {}\n{}", outcome.out, outcome.err);
        assert!(outcome.err.contains("note: the record is only read"), "{line}: {}", outcome.err);
    }
    let Some(outcome) = how(home, &home.chancery(["sign", "request", "--out", "next.pem"])) else { return };
    assert_eq!(outcome.code, Some(2), "{}", outcome.err);
    assert!(!home.path("next.pem").exists());
}

fn with_a_certificate() -> Home {
    let home = founded([]);
    sign(&home, request(&["kept.internal"]), &["--out", "kept.pem"]).expect_code(0);
    home
}

#[test]
fn what_is_on_a_read_only_disk_can_be_looked_at() {
    looks(&with_a_certificate(), on_a_read_only_disk);
}

#[test]
fn what_is_on_a_full_disk_can_be_looked_at() {
    looks(&with_a_certificate(), |home, command| {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"]).arg(command.get_program());
        shell.args(command.get_args()).current_dir(home.path("")).env("CHANCERY_DATA_DIR", home.data_dir());
        shell.env("LC_ALL", "C.UTF-8").env("HOME", Path::new("/nonexistent"));
        Some(run(&mut shell))
    });
}
