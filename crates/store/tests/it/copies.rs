// SPDX-License-Identifier: MIT OR Apache-2.0
//! Copies of a record that is in use.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use authority::{Batch, Head, Record, RecordError};
use store::{OpenError, Sqlite};

use crate::crypto::Fake;
use crate::files::fresh;
use crate::samples::{founding, issued};
use crate::wait;

#[test]
fn a_copy_is_whole_while_others_commit() {
    let (record, folder) = fresh();
    wait(record.commit(founding(1))).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for serial in 10..210 {
                wait(record.commit(Batch::new(vec![issued(1, serial)]))).unwrap();
            }
        });
        for round in 0..10 {
            let path = folder.path().join(format!("copy-{round}"));
            let before = wait(record.head()).unwrap();
            record.copy_to(&path).unwrap();
            let copy = Sqlite::open_to_read(&path, Arc::new(Fake)).unwrap();
            let head = wait(copy.head()).unwrap();
            let links = wait(copy.links(0, 1_000)).unwrap();
            assert_eq!(Head::GENESIS.follow(&links, &Fake).unwrap(), head);
            assert!(head.number >= before.number, "what was committed before is in it");
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    });
    let others = fs::read_dir(folder.path()).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name().into_string().unwrap();
        name.starts_with("copy-") && name.len() > "copy-0".len()
    });
    assert_eq!(others.count(), 0, "a copy is one file");
    let taken = record.copy_to(&folder.path().join("copy-0"));
    assert!(matches!(taken, Err(OpenError::File { .. })), "{taken:?}");
}

#[test]
fn a_copy_takes_batches_again() {
    let (record, folder) = fresh();
    wait(record.commit(founding(1))).unwrap();
    let path = folder.path().join("copy.db");
    record.copy_to(&path).unwrap();
    let copy = Sqlite::open(&path, Arc::new(Fake)).unwrap();
    wait(copy.commit(Batch::new(vec![issued(1, 1)]))).unwrap();
    assert_eq!(wait(copy.head()).unwrap().number, 2);
    assert_eq!(wait(record.head()).unwrap().number, 1);
}

#[test]
fn a_record_that_is_only_read_takes_nothing() {
    let (record, folder) = fresh();
    wait(record.commit(founding(1))).unwrap();
    let path = folder.path().join("copy.db");
    record.copy_to(&path).unwrap();
    let copy = Sqlite::open_to_read(&path, Arc::new(Fake)).unwrap();
    let refused = wait(copy.commit(Batch::new(vec![issued(1, 1)])));
    assert!(matches!(refused, Err(RecordError::ReadOnly)));
}

#[test]
fn a_record_that_is_open_is_in_use() {
    let (record, folder) = fresh();
    let path = folder.path().join("authority.db");
    let used = Sqlite::require_unused(&path);
    assert!(matches!(used, Err(OpenError::Open { source: RecordError::Locked, .. })), "{used:?}");
    drop(record);
    Sqlite::require_unused(&path).unwrap();
    fs::write(&path, b"damaged beyond reading").unwrap();
    Sqlite::require_unused(&path).unwrap();
    fs::remove_file(&path).unwrap();
    Sqlite::require_unused(&path).unwrap();
    assert!(!path.exists(), "asking makes nothing");
}
