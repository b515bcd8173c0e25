// SPDX-License-Identifier: MIT OR Apache-2.0
//! The journal is append-only, and whoever alters the file all the same is found out.

use authority::{Batch, CertificateQuery, Head, Record, RecordError};
use rusqlite::Connection;
use store::Sqlite;
use tempfile::TempDir;

use crate::crypto::Fake;
use crate::files::fresh;
use crate::samples::issued;
use crate::wait;

/// A record with three batches, and another way to its file.
fn with_back_door() -> (Sqlite, Connection, TempDir) {
    let (record, directory) = fresh();
    for serial in 1..=3 {
        wait(record.commit(Batch::new(vec![issued(1, serial)]))).unwrap();
    }
    let back_door = Connection::open(directory.path().join("authority.db")).unwrap();
    (record, back_door, directory)
}

#[test]
fn the_journal_refuses_to_be_altered() {
    let (_record, back_door, _directory) = with_back_door();
    for statement in [
        "UPDATE journal SET at = 0",
        "DELETE FROM journal WHERE sequence = 1",
        "UPDATE batches SET number = 9 WHERE number = 3",
        "DELETE FROM batches",
    ] {
        let refused = back_door.execute(statement, []).unwrap_err().to_string();
        assert!(refused.contains("the journal is append-only"), "{statement}: {refused}");
    }
}

#[test]
fn an_altered_entry_breaks_the_chain() {
    let (record, back_door, _directory) = with_back_door();
    back_door
        .execute_batch(
            "DROP TRIGGER journal_is_never_altered;
             UPDATE journal SET entry = (SELECT entry FROM journal WHERE sequence = 1) WHERE sequence = 2;",
        )
        .unwrap();
    let links = wait(record.links(0, 10)).unwrap();
    assert_eq!(Head::GENESIS.follow(&links, &Fake).unwrap_err().expected, 2);
}

#[test]
fn an_entry_that_does_not_parse_is_damage_with_its_place() {
    let (record, back_door, _directory) = with_back_door();
    back_door
        .execute_batch(
            "DROP TRIGGER journal_is_never_altered; UPDATE journal SET entry = x'3000' WHERE sequence = 2;",
        )
        .unwrap();
    let read = wait(record.certificates(CertificateQuery::Serial(vec![0x40, 2])));
    let Err(RecordError::Corrupt { detail }) = read else { panic!("{read:?}") };
    assert!(detail.starts_with("journal entry 2: "), "{detail}");
}
