// SPDX-License-Identifier: MIT OR Apache-2.0
//! Debian's store, below a root directory of the test's own, rebuilt by Debian's own program.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use chancery_trust::{Change, Error, SystemStore};
use keys::AwsLc;

use crate::certificates::{Role, pem, self_signed};

const UPDATER: &str = "/usr/sbin/update-ca-certificates";

/// A machine with two certificates of its distribution.
struct Machine {
    root: tempfile::TempDir,
    store: SystemStore,
}

impl Machine {
    fn new() -> Self {
        Self::with_updater(Path::new(UPDATER))
    }

    fn with_updater(updater: &Path) -> Self {
        let root = tempfile::tempdir().unwrap();
        let store = SystemStore::below(root.path(), updater);
        for directory in
            [&store.distributed_certificates, &store.local_certificates, &store.installed, &store.hooks]
        {
            fs::create_dir_all(directory).unwrap();
        }
        // Two of them: a bundle of one certificate would be given a hash link of its own.
        for name in ["first.crt", "second.crt"] {
            let certificate = pem(&self_signed(name, Role::Authority));
            fs::write(store.distributed_certificates.join(name), certificate).unwrap();
        }
        fs::write(&store.configuration, "first.crt\nsecond.crt\n").unwrap();
        // Java's key store is kept in step by such a hook: it is told what came and what went.
        let script = root.path().join("script");
        fs::write(&script, format!("#!/bin/sh\ncat >> {}\n", root.path().join("told").display())).unwrap();
        // Another process makes the executable: a test that forks meanwhile cannot hold it open for writing.
        let hook = store.hooks.join("told");
        assert!(Command::new("install").args(["-m", "755"]).args([script, hook]).status().unwrap().success());
        let machine = Self { root, store };
        machine.update();
        machine
    }

    fn update(&self) {
        let store = &self.store;
        let status = Command::new(UPDATER)
            .args([Path::new("--certsconf"), &store.configuration, Path::new("--hooksdir"), &store.hooks])
            .args([Path::new("--certsdir"), &store.distributed_certificates])
            .args([Path::new("--localcertsdir"), &store.local_certificates])
            .args([Path::new("--etccertsdir"), &store.installed])
            .output()
            .unwrap_or_else(|error| {
                panic!("{UPDATER} is missing (apt-get install ca-certificates): {error}")
            });
        assert!(status.status.success(), "{status:?}");
    }

    /// Every path below the root, with what it holds; what the hooks were told apart.
    fn everything(&self) -> Vec<(PathBuf, String)> {
        fn walk(directory: &Path, found: &mut Vec<(PathBuf, String)>) {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                let kind = fs::symlink_metadata(&path).unwrap().file_type();
                if kind.is_dir() {
                    walk(&path, found);
                } else if kind.is_symlink() {
                    found.push((path.clone(), fs::read_link(&path).unwrap().display().to_string()));
                } else if !path.ends_with("told") {
                    found.push((path.clone(), fs::read_to_string(&path).unwrap()));
                }
            }
        }
        let mut found = Vec::new();
        walk(self.root.path(), &mut found);
        found.sort();
        found
    }

    fn told(&self) -> String {
        fs::read_to_string(self.root.path().join("told")).unwrap()
    }
}

#[test]
fn an_installed_root_is_seen_by_bundle_and_by_hash_link_and_leaves_without_a_trace() {
    let machine = Machine::new();
    let before = machine.everything();
    let root = self_signed("our root", Role::Authority);

    let receipt = machine.store.install(&root, &AwsLc).unwrap();
    assert_eq!(receipt.change, Change::Made);
    let short = receipt.fingerprint.get(..16).unwrap();
    assert_eq!(receipt.file, machine.store.local_certificates.join(format!("chancery-{short}.crt")));
    assert_eq!(fs::metadata(&receipt.file).unwrap().permissions().mode() & 0o777, 0o644);
    assert!(fs::read_to_string(&receipt.bundle).unwrap().contains(&pem(&root)));
    assert_eq!(fs::read_to_string(receipt.link.unwrap()).unwrap(), pem(&root));

    let after = machine.everything();
    assert_eq!(machine.store.install(&root, &AwsLc).unwrap().change, Change::AlreadySo);
    assert_eq!(machine.everything(), after);

    let receipt = machine.store.remove(&root, &AwsLc).unwrap();
    assert_eq!((receipt.change, receipt.link), (Change::Made, None));
    assert_eq!(machine.everything(), before);
    assert!(
        machine.told().ends_with(&format!("-{}/chancery-{short}.pem\n", machine.store.installed.display()))
    );

    assert_eq!(machine.store.remove(&root, &AwsLc).unwrap().change, Change::AlreadySo);
    assert_eq!(machine.everything(), before);
}

#[test]
fn two_roots_do_not_disturb_each_other() {
    let machine = Machine::new();
    let (one, other) = (self_signed("one", Role::Authority), self_signed("other", Role::Authority));
    machine.store.install(&one, &AwsLc).unwrap();
    let before = machine.everything();
    machine.store.install(&other, &AwsLc).unwrap();
    machine.store.remove(&other, &AwsLc).unwrap();
    assert_eq!(machine.everything(), before);
    assert_eq!(machine.store.install(&one, &AwsLc).unwrap().change, Change::AlreadySo);
}

#[test]
fn openssl_finds_the_installed_root_by_its_hash_link() {
    let machine = Machine::new();
    let root = self_signed("our root", Role::Authority);
    let path = machine.root.path().join("root.pem");
    fs::write(&path, pem(&root)).unwrap();
    let trusted = || {
        let mut openssl = Command::new("openssl");
        openssl
            .args(["verify", "-no-CAfile", "-no-CAstore", "-CApath"])
            .arg(&machine.store.installed)
            .arg(&path);
        openssl.output().unwrap().status.success()
    };
    assert!(!trusted());
    machine.store.install(&root, &AwsLc).unwrap();
    assert!(trusted());
    machine.store.remove(&root, &AwsLc).unwrap();
    assert!(!trusted());
}

#[test]
fn what_is_no_authority_is_not_installed() {
    let machine = Machine::new();
    let before = machine.everything();
    let leaf = machine.store.install(&self_signed("leaf", Role::Server), &AwsLc);
    assert!(matches!(leaf, Err(Error::NotAnAuthority { .. })), "{leaf:?}");
    let noise = machine.store.install(b"noise", &AwsLc);
    assert!(matches!(noise, Err(Error::NotACertificate { .. })), "{noise:?}");
    assert_eq!(machine.everything(), before);
}

#[test]
fn a_store_that_cannot_be_rebuilt_is_left_as_it_was() {
    let root = self_signed("our root", Role::Authority);
    let failing = Machine::with_updater(Path::new("/bin/false"));
    let before = failing.everything();
    let error = failing.store.install(&root, &AwsLc).unwrap_err();
    assert!(matches!(error, Error::UpdaterFailed { .. }), "{error:?}");
    assert_eq!(failing.everything(), before);

    let idle = Machine::with_updater(Path::new("/bin/true"));
    let before = idle.everything();
    let error = idle.store.install(&root, &AwsLc).unwrap_err();
    assert!(matches!(error, Error::NotShown { .. }), "{error:?}");
    assert_eq!(idle.everything(), before);

    let missing = Machine::with_updater(Path::new("/nonexistent/update-ca-certificates"));
    let before = missing.everything();
    let error = missing.store.install(&root, &AwsLc).unwrap_err();
    assert!(matches!(error, Error::NoUpdater { .. }), "{error:?}");
    assert_eq!(missing.everything(), before);
}

#[test]
fn a_root_that_somebody_else_installed_is_not_ours_to_remove() {
    let machine = Machine::new();
    let root = self_signed("our root", Role::Authority);
    fs::write(machine.store.local_certificates.join("by-hand.crt"), pem(&root)).unwrap();
    machine.update();
    let error = machine.store.remove(&root, &AwsLc).unwrap_err();
    assert!(matches!(error, Error::StillTrusted { .. }), "{error:?}");
}
