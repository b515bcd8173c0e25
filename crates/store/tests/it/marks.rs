// SPDX-License-Identifier: MIT OR Apache-2.0
//! The mark beside the database: a copy that is older than what was committed is noticed, and nothing else is.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use authority::journal::IntervalUnknown;
use authority::{Batch, Entry, Event, Head, Loss, Record, RecordError};
use store::Sqlite;
use tempfile::TempDir;

use crate::crypto::Fake;
use crate::samples::{founding, issued, now};
use crate::wait;

/// A record with three batches, closed.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let record = Sqlite::create(&place.path(), Arc::new(Fake)).unwrap();
        wait(record.commit(founding(1))).unwrap();
        place.issue(&record, 1);
        place
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("authority.db")
    }

    fn mark(&self) -> PathBuf {
        self.folder.path().join("authority.head")
    }

    fn open(&self) -> Sqlite {
        Sqlite::open(&self.path(), Arc::new(Fake)).unwrap()
    }

    fn issue(&self, record: &Sqlite, serial: u8) {
        wait(record.commit(Batch::new(vec![issued(1, serial)]))).unwrap();
    }

    /// What the database is now, to be put back later.
    fn copy(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }

    fn put_back(&self, copy: &[u8]) -> Sqlite {
        for end in ["-wal", "-shm"] {
            let _ = fs::remove_file(self.folder.path().join(format!("authority.db{end}")));
        }
        fs::write(self.path(), copy).unwrap();
        self.open()
    }
}

fn refusal(record: &Sqlite) -> RecordError {
    wait(record.commit(Batch::new(vec![issued(1, 99)]))).unwrap_err()
}

fn unknown(loss: &Loss, lost: Head) -> Batch {
    let event = IntervalUnknown {
        known: loss.found,
        lost,
        since: loss.since.unwrap(),
        until: loss.mark.at,
        by: "a test".into(),
    };
    Batch::new(vec![Entry { at: now(), event: Event::IntervalUnknown(event) }])
}

#[test]
fn an_older_copy_takes_nothing_until_it_is_said_what_is_unknown() {
    let place = Place::new();
    let copy = place.copy();
    let record = place.open();
    (2..5).for_each(|serial| place.issue(&record, serial));
    let end = wait(record.head()).unwrap();
    drop(record);
    let record = place.put_back(&copy);
    let loss = record.loss().unwrap().unwrap();
    assert_eq!((loss.found.number, loss.mark.head, loss.mark.at), (2, end, now()));
    assert!(matches!(refusal(&record), RecordError::Behind { found: 2, number: 5, .. }));
    assert_eq!(wait(record.links(0, 10)).unwrap().len(), 2, "it can be read");
    let another = Head { number: 5, digest: [9; 32] };
    let refused = wait(record.commit(unknown(&loss, another)));
    assert!(matches!(refused, Err(RecordError::Behind { .. })), "that is not what is lost");
    wait(record.commit(unknown(&loss, end))).unwrap();
    assert_eq!(record.loss().unwrap(), None);
    place.issue(&record, 2);
    drop(record);
    assert_eq!(place.open().loss().unwrap(), None);
}

#[test]
fn another_history_is_told_from_this_one() {
    let place = Place::new();
    let copy = place.copy();
    let record = place.open();
    place.issue(&record, 2);
    drop(record);
    let mark = fs::read(place.mark()).unwrap();
    fs::remove_file(place.mark()).unwrap();
    // What knows of no mark goes on.
    let record = place.put_back(&copy);
    (3..6).for_each(|serial| place.issue(&record, serial));
    drop(record);
    fs::write(place.mark(), mark).unwrap();
    assert!(matches!(refusal(&place.open()), RecordError::Diverged { number: 3, .. }));
}

#[test]
fn a_database_without_its_log_is_noticed() {
    let place = Place::new();
    let record = place.open();
    place.issue(&record, 2);
    // As somebody copies it who knows of no log: the last commit is there alone.
    let copy = place.copy();
    let whole = wait(record.head()).unwrap();
    drop(record);
    let record = place.put_back(&copy);
    let loss = record.loss().unwrap().unwrap();
    assert_eq!((loss.mark.head, loss.found.number), (whole, whole.number - 1));
}

#[test]
fn a_log_that_was_cut_off_is_noticed() {
    let place = Place::new();
    let record = place.open();
    (2..6).for_each(|serial| place.issue(&record, serial));
    let log = place.folder.path().join("authority.db-wal");
    let (copy, wal) = (place.copy(), fs::read(&log).unwrap());
    let end = wait(record.head()).unwrap();
    drop(record);
    for cut in [0, 1, wal.len() / 3, wal.len() - 1] {
        drop(place.put_back(&copy));
        fs::write(place.path(), &copy).unwrap();
        fs::write(&log, &wal[..cut]).unwrap();
        let record = place.open();
        let loss = record.loss().unwrap().unwrap();
        assert!(loss.found.number < end.number && loss.mark.head == end, "cut at {cut}");
        assert!(matches!(refusal(&record), RecordError::Behind { .. }), "cut at {cut}");
    }
    drop(place.put_back(&copy));
    fs::write(place.path(), &copy).unwrap();
    fs::write(&log, &wal).unwrap();
    assert_eq!(place.open().loss().unwrap(), None, "whole, it is not");
}

#[test]
fn a_mark_that_is_damaged_or_missing_is_none_and_the_next_commit_writes_it() {
    let place = Place::new();
    let mark = fs::read(place.mark()).unwrap();
    assert_eq!(mark.len(), 140);
    let damaged = (0..mark.len()).map(|at| {
        let mut damaged = mark.clone();
        damaged[at] ^= 1;
        damaged
    });
    let cut = [vec![], mark[..70].to_vec(), vec![0; 140]];
    for damaged in damaged.chain(cut) {
        fs::write(place.mark(), &damaged).unwrap();
        assert_eq!(place.open().loss().unwrap(), None, "{:?}", String::from_utf8_lossy(&damaged));
    }
    fs::remove_file(place.mark()).unwrap();
    let record = place.open();
    assert_eq!(record.loss().unwrap(), None);
    place.issue(&record, 2);
    let head = wait(record.head()).unwrap();
    assert!(
        fs::read_to_string(place.mark())
            .unwrap()
            .starts_with(&format!("chancery-head 1 {:020} ", head.number))
    );
}

#[test]
fn a_mark_that_lags_behind_is_no_loss() {
    let place = Place::new();
    let mark = fs::read(place.mark()).unwrap();
    let record = place.open();
    place.issue(&record, 2);
    fs::write(place.mark(), mark).unwrap();
    assert_eq!(record.loss().unwrap(), None);
    place.issue(&record, 3);
}

#[test]
fn whoever_commits_at_the_same_time_is_no_loss() {
    let place = Place::new();
    let path: &Path = &place.path();
    std::thread::scope(|scope| {
        for one in 0..4_u8 {
            scope.spawn(move || {
                let record = Sqlite::open(path, Arc::new(Fake)).unwrap();
                for serial in 0..20 {
                    wait(record.commit(Batch::new(vec![issued(1, 10 + one * 20 + serial)]))).unwrap();
                    assert_eq!(record.loss().unwrap(), None);
                }
            });
        }
    });
}
