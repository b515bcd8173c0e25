// SPDX-License-Identifier: MIT OR Apache-2.0
//! Anchors from files.

use std::fs;
use std::path::PathBuf;

use chancery_trust::{Error, Gathered, SkippedBecause};

use crate::certificates::{Role, pem, self_signed};

fn file(directory: &tempfile::TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = directory.path().join(name);
    fs::write(&path, content).unwrap();
    path
}

#[test]
fn what_cannot_be_used_is_skipped_and_reported_and_the_rest_is_trusted() {
    let place = tempfile::tempdir().unwrap();
    let (first, second) = (self_signed("first", Role::Authority), self_signed("second", Role::Authority));
    let bundle = [
        "# a comment\n".to_owned(),
        pem(&first),
        x509::pem::encode("CERTIFICATE", b"not a certificate"),
        "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n".to_owned(),
        x509::pem::encode("TRUSTED CERTIFICATE", &second),
        pem(&second),
    ];
    let path = file(&place, "bundle.pem", bundle.concat());
    let mut gathered = Gathered::new();
    let source = gathered.add_file(&path).unwrap();
    assert_eq!(source.certificates, [first, second.clone()]);
    assert_eq!(gathered.anchors().len(), 2);
    assert_eq!(gathered.source_of(&second), Some(path.as_path()));
    let skipped: Vec<_> =
        gathered.skipped().iter().map(|skipped| (skipped.position, &skipped.because)).collect();
    assert!(
        matches!(
            skipped[..],
            [
                (2, SkippedBecause::Anchor(_)),
                (3, SkippedBecause::Pem(_)),
                (4, SkippedBecause::OtherThing { .. })
            ]
        ),
        "{skipped:?}"
    );
}

#[test]
fn one_certificate_in_der_is_a_bundle_too() {
    let place = tempfile::tempdir().unwrap();
    let root = self_signed("root", Role::Authority);
    let mut gathered = Gathered::new();
    gathered.add_file(&file(&place, "root.der", &root)).unwrap();
    assert_eq!(gathered.sources()[0].certificates, [root]);
}

#[test]
fn a_file_without_any_anchor_is_an_error() {
    let place = tempfile::tempdir().unwrap();
    for content in ["", "hello", "-----BEGIN CERTIFICATE-----\n"] {
        let found = Gathered::new().add_file(&file(&place, "empty.pem", content)).map(|_| ());
        assert!(matches!(found, Err(Error::Empty { .. })), "{found:?}");
    }
    let found = Gathered::new().add_file(&place.path().join("missing")).map(|_| ());
    assert!(matches!(found, Err(Error::Read { .. })), "{found:?}");
}

#[test]
fn the_systems_store_is_the_file_that_ssl_cert_file_names() {
    let place = tempfile::tempdir().unwrap();
    let path = file(&place, "own.pem", pem(&self_signed("root", Role::Authority)));
    let mut gathered = Gathered::new();
    assert_eq!(gathered.add_system(Some(&path)).unwrap().path, path);
}

#[test]
fn an_authority_that_is_not_there_yet_adds_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut gathered = Gathered::new();
    assert!(gathered.add_own_root(data.path()).unwrap().is_none());
    file(&data, "root.pem", pem(&self_signed("root", Role::Authority)));
    assert!(gathered.add_own_root(data.path()).unwrap().is_some());
}
