// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every seed kept in this repository read by its target, on any compiler: what was once found stays found.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

type Read = fn(&[u8]);

const TARGETS: [(&str, Read); 9] = [
    ("certificate", fuzz::certificate::read),
    ("crl", fuzz::crl::read),
    ("hello", fuzz::hello::read),
    ("index", fuzz::index::read),
    ("ocsp", fuzz::ocsp::read),
    ("path", fuzz::path::read),
    ("pem", fuzz::pem::read),
    ("request", fuzz::request::read),
    ("token", fuzz::token::read),
];

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> =
        folder.read_dir().into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_seed_is_read() {
    for (name, read) in TARGETS {
        for seed in files(&format!("seeds/{name}")) {
            read(&fs::read(&seed).unwrap());
        }
    }
    for name in ["crl", "hello", "index", "ocsp", "token"] {
        assert!(!files(&format!("seeds/{name}")).is_empty(), "{name}");
    }
}

#[test]
fn every_target_is_here() {
    let stem = |path: &PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    let targets: Vec<_> = files("targets").iter().map(stem).collect();
    assert_eq!(targets, TARGETS.map(|(name, _)| name));
}
