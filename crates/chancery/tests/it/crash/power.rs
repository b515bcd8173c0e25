// SPDX-License-Identifier: MIT OR Apache-2.0
//! Power that goes: at a random write, truncation or sync, a random half of the sectors that nobody had asked the
//! disk to keep is as it was before (see `power.c`). What was printed is in the record, whatever is left opens, and
//! its audit is clean.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use keys::AwsLc;
use store::Sqlite;

use super::{Moments, all_are_revoked, number, run_until, say, was_revoked};
use crate::support::home::Home;
use crate::support::office::{audited, founded, listed, record, request, serial, sign};
use crate::support::run;
use std::time::Duration;

/// More calls than signing makes: in a few of the rounds the power stays.
const CALLS: u64 = 90;

/// The library, built beside the home; `None` without a C compiler, which is told.
fn library(home: &Home) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/crash/power.c");
    let library = home.path("power.so");
    let mut compiler = crate::support::peer::peer("cc")?;
    compiler
        .args(["-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(source)
        .arg("-ldl");
    run(&mut compiler).expect_code(0);
    Some(library)
}

/// A command that loses its power at a call.
fn without_power(home: &Home, library: &Path, words: &[&str], call: u64, seed: u64) -> Command {
    let mut command = home.chancery(words);
    command.env("LD_PRELOAD", library).env("POWER_FOLDER", home.data_dir());
    command.env("POWER_CALL", call.to_string()).env("POWER_SEED", seed.to_string());
    command
}

#[test]
fn whatever_was_printed_before_the_power_went_is_in_the_record() {
    let rounds = number("CHANCERY_CRASH_ROUNDS").unwrap_or(1000).div_ceil(5);
    let home = founded([]);
    let Some(library) = library(&home) else { return };
    home.write("csr", request(&["db.internal", "10.0.0.7"]));
    let mut moments = Moments::new("power");
    let (mut printed, mut lost_power) = (Vec::new(), 0_u64);
    let (mut to_revoke, mut revoked): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let (call, seed) = (moments.number(CALLS) + 1, moments.number(u64::MAX));
        let taken = if round % 2 == 1 { to_revoke.pop() } else { None };
        let words = match &taken {
            Some(serial) => ["cert", "revoke", serial].to_vec(),
            None => ["sign", "csr"].to_vec(),
        };
        let mut command = without_power(&home, &library, &words, call, seed);
        let ended = run_until(&mut command, Duration::from_secs(60));
        assert!(!ended.killed, "round {round}: it did not end");
        let came = serial(&ended.out);
        let answered = was_revoked(&ended.out) || came.is_some();
        lost_power += u64::from(!answered);
        revoked.extend(taken.filter(|_| answered));
        to_revoke.extend(came.clone());
        printed.extend(came);
        let behind = Sqlite::open(&record(&home), Arc::new(AwsLc)).unwrap().loss().unwrap();
        assert_eq!(behind, None, "round {round}: the mark is ahead of what is durable");
        if round % 10 == 9 {
            let audit = run(&mut home.chancery(["ca", "audit"]));
            assert_eq!(audit.code, Some(0), "round {round}: {}{}", audit.out, audit.err);
        }
    }
    let recorded = audited(&home);
    let distinct: HashSet<&String> = recorded.iter().collect();
    assert_eq!(distinct.len(), recorded.len(), "a serial number stands twice");
    let lost: Vec<&String> = printed.iter().filter(|serial| !distinct.contains(serial)).collect();
    assert!(lost.is_empty(), "{} of {} were printed and are not in the record", lost.len(), printed.len());
    assert_eq!(listed(&home).len() + 2, recorded.len(), "list and journal agree");
    all_are_revoked(&home, &revoked);
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
    say(&format!(
        "power: {rounds} rounds, {lost_power} without an answer, {} printed, {} revoked",
        printed.len(),
        revoked.len()
    ));
    assert!(
        rounds < 50 || (lost_power > 0 && !printed.is_empty() && !revoked.is_empty()),
        "the power goes too early, or never"
    );
    sign(&home, request(&["after.internal"]), &["--out", "after.pem"]).expect_code(0);
}

#[test]
fn a_founding_whose_power_went_is_whole_or_can_be_done_again() {
    let rounds = number("CHANCERY_CRASH_ROUNDS").unwrap_or(1000).div_ceil(20);
    let tools = Home::empty();
    let Some(library) = library(&tools) else { return };
    let mut moments = Moments::new("power at ca init");
    let (mut whole, mut again) = (0, 0);
    for round in 0..rounds {
        let home = Home::empty();
        let (call, seed) = (moments.number(CALLS) + 1, moments.number(u64::MAX));
        run(&mut without_power(&home, &library, &["ca", "init"], call, seed));
        let second = run(&mut home.chancery(["ca", "init"]));
        match second.code {
            Some(0) => again += 1,
            Some(1) => whole += 1,
            _ => panic!("round {round}: call {call}, seed {seed}: {}\n{}", second.out, second.err),
        }
        sign(&home, request(&["db.internal"]), &["--out", "leaf.pem"]).expect_code(0);
        run(&mut home.chancery(["ca", "audit"])).expect_code(0);
    }
    say(&format!("power at ca init: {rounds} rounds, {whole} were whole, {again} done again"));
}
