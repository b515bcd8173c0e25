// SPDX-License-Identifier: MIT OR Apache-2.0
//! SQLite keeps the promises, and says what is wrong with a file.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use authority::audit::Audit;
use authority::search::StandsAs;
use authority::{Batch, CertificateQuery, Head, Question, Record, RecordError, Search, Status};
use store::{OpenError, Sqlite};
use tempfile::TempDir;
use x509::ext::ReasonCode;

use crate::crypto::Fake;
use crate::samples::{approved, founding, id, issued, revoked};
use crate::suite::promises;
use crate::wait;

pub fn fresh() -> (Sqlite, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let record = Sqlite::create(&directory.path().join("authority.db"), Arc::new(Fake)).unwrap();
    (record, directory)
}

fn path(directory: &TempDir) -> PathBuf {
    directory.path().join("authority.db")
}

fn refused(path: &std::path::Path) -> OpenError {
    Sqlite::open(path, Arc::new(Fake)).unwrap_err()
}

promises!(fresh);

#[test]
fn the_file_is_for_its_owner_alone() {
    let (record, directory) = fresh();
    wait(record.commit(founding(1))).unwrap();
    for file in fs::read_dir(directory.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
}

#[test]
fn what_was_committed_is_there_after_opening_again() {
    let (record, directory) = fresh();
    wait(record.commit(founding(1))).unwrap();
    let head = wait(record.head()).unwrap();
    drop(record);
    let record = Sqlite::open(&path(&directory), Arc::new(Fake)).unwrap();
    assert_eq!(wait(record.head()).unwrap(), head);
    drop(record);
    let record = Sqlite::create(&path(&directory), Arc::new(Fake)).unwrap();
    assert_eq!(wait(record.head()).unwrap(), head);
}

#[test]
fn two_who_use_one_file_see_each_other() {
    let (one, directory) = fresh();
    let two = Sqlite::open(&path(&directory), Arc::new(Fake)).unwrap();
    wait(one.commit(Batch::new(vec![issued(1, 1)]))).unwrap();
    let taken = wait(two.commit(Batch::new(vec![issued(1, 1)])));
    assert!(matches!(taken, Err(RecordError::SerialTaken { .. })));
    wait(two.commit(Batch::new(vec![issued(1, 2)]))).unwrap();
    let found = wait(one.certificates(CertificateQuery::After { sequence: 0, limit: 10 })).unwrap();
    assert_eq!(found.len(), 2);
    let links = wait(one.links(0, 10)).unwrap();
    assert_eq!(Head::GENESIS.follow(&links, &Fake).unwrap(), wait(two.head()).unwrap());
}

#[test]
fn two_who_make_one_file_at_the_same_time_both_succeed() {
    let directory = tempfile::tempdir().unwrap();
    let path = path(&directory);
    std::thread::scope(|scope| {
        for serial in 0..8 {
            let path = &path;
            scope.spawn(move || {
                let record = Sqlite::create(path, Arc::new(Fake)).unwrap();
                wait(record.commit(Batch::new(vec![issued(1, serial)]))).unwrap();
            });
        }
    });
    let record = Sqlite::open(&path, Arc::new(Fake)).unwrap();
    assert_eq!(wait(record.links(0, 100)).unwrap().len(), 8);
}

#[test]
fn a_record_that_is_not_there_is_not_made_by_looking() {
    let directory = tempfile::tempdir().unwrap();
    assert!(matches!(refused(&path(&directory)), OpenError::Missing { .. }));
    assert!(!path(&directory).exists());
    fs::write(path(&directory), b"").unwrap();
    assert!(matches!(refused(&path(&directory)), OpenError::Empty { .. }));
}

#[test]
fn what_is_no_record_is_named() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(path(&directory), vec![b'x'; 8192]).unwrap();
    let error = refused(&path(&directory));
    assert!(matches!(&error, OpenError::Open { source: RecordError::Corrupt { .. }, .. }), "{error:?}");
    fs::remove_file(path(&directory)).unwrap();
    let other = rusqlite::Connection::open(path(&directory)).unwrap();
    other.execute_batch("CREATE TABLE songs (title TEXT)").unwrap();
    drop(other);
    assert!(matches!(refused(&path(&directory)), OpenError::NotOurs { .. }));
    let made = Sqlite::create(&path(&directory), Arc::new(Fake));
    assert!(matches!(made, Err(OpenError::NotOurs { .. })), "it is left alone");
}

#[test]
fn a_record_of_every_earlier_version_is_brought_up_to_date() {
    let directory = tempfile::tempdir().unwrap();
    let old = rusqlite::Connection::open(path(&directory)).unwrap();
    old.execute_batch(include_str!("earlier/0001.sql")).unwrap();
    drop(old);
    let record = Sqlite::open(&path(&directory), Arc::new(Fake)).unwrap();
    let links = wait(record.links(0, 10)).unwrap();
    assert_eq!(Head::GENESIS.follow(&links, &Fake).unwrap(), wait(record.head()).unwrap());
    assert_eq!(wait(record.issuers()).unwrap().len(), 1);
    let good = wait(record.status(id(1), vec![0x40, 1])).unwrap().unwrap();
    assert_eq!(good.status, Status::Good);
    wait(record.commit(Batch::new(vec![revoked(1, 1, ReasonCode::KeyCompromise)]))).unwrap();
    drop(record);
    let again = Sqlite::open(&path(&directory), Arc::new(Fake)).unwrap();
    assert_eq!(wait(again.changes(id(1), 0, 10)).unwrap().len(), 1);
}

/// The first schema with its entries, brought to a later one as the versions in between did; from 10 on, programs file
/// what SQL alone cannot.
fn of_schema(version: i64, path: &std::path::Path) {
    let old = rusqlite::Connection::open(path).unwrap();
    old.execute_batch(include_str!("earlier/0001.sql")).unwrap();
    for step in 2..=version {
        let schema = format!("{}/src/sqlite/schema/{step:04}.sql", env!("CARGO_MANIFEST_DIR"));
        old.execute_batch(&fs::read_to_string(schema).unwrap()).unwrap();
    }
    old.pragma_update(None, "user_version", version).unwrap();
}

#[test]
fn a_record_of_every_schema_in_between_is_brought_up_to_date_with_nothing_lost() {
    let mut heads = Vec::new();
    for version in 1..=9 {
        let directory = tempfile::tempdir().unwrap();
        of_schema(version, &path(&directory));
        let record = Sqlite::open(&path(&directory), Arc::new(Fake)).unwrap();
        let inspection = wait(record.inspect()).unwrap();
        assert_eq!(inspection.findings, [""; 0], "schema {version}");
        let links = wait(record.links(0, 10)).unwrap();
        heads.push(Head::GENESIS.follow(&links, &Fake).unwrap());
        assert_eq!(record.loss().unwrap(), None, "schema {version}: it has no mark yet");
        wait(record.commit(Batch::new(vec![revoked(1, 1, ReasonCode::Superseded)]))).unwrap();
        assert!(directory.path().join("authority.head").exists(), "schema {version}");
    }
    assert!(heads.iter().all(|head| *head == heads[0] && head.number > 0));
}

#[test]
fn an_older_schema_that_may_not_be_written_is_named_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    of_schema(9, &path(&directory));
    let before = fs::read(path(&directory)).unwrap();
    let error = Sqlite::open_to_read(&path(&directory), Arc::new(Fake)).unwrap_err();
    assert!(matches!(error, OpenError::Older { found: 9, .. }), "{error:?}");
    assert!(fs::read(path(&directory)).unwrap() == before);
}

#[test]
fn revocations_that_were_filed_before_keep_their_place_and_get_the_end_of_their_certificates() {
    let directory = tempfile::tempdir().unwrap();
    let old = rusqlite::Connection::open(path(&directory)).unwrap();
    old.execute_batch(include_str!("earlier/0001.sql")).unwrap();
    for step in [
        include_str!("../../src/sqlite/schema/0002.sql"),
        include_str!("../../src/sqlite/schema/0003.sql"),
        include_str!("../../src/sqlite/schema/0004.sql"),
        include_str!("../../src/sqlite/schema/0005.sql"),
    ] {
        old.execute_batch(step).unwrap();
    }
    // Schema 5 with a certificate that is on hold, and one whose hold was lifted.
    let compromised = revoked(1, 7, ReasonCode::KeyCompromise).encode();
    old.execute(
        "INSERT INTO journal (batch, kind, at, entry) VALUES (1, 'certificate-revoked', 0, ?1)",
        [&compromised],
    )
    .unwrap();
    old.execute_batch(
        "INSERT INTO statuses (issuer, serial, sequence, reason, since)
         SELECT issuer, serial, sequence, 6, 7 FROM certificates WHERE serial = x'4001';
         INSERT INTO statuses (issuer, serial, sequence)
         SELECT issuer, serial, sequence FROM certificates WHERE serial = x'4007';",
    )
    .unwrap();
    old.pragma_update(None, "user_version", 5).unwrap();
    drop(old);
    let record = Sqlite::open(&path(&directory), Arc::new(Fake)).unwrap();
    let filed = wait(record.changes(id(1), 0, 10)).unwrap();
    let serials: Vec<&[u8]> = filed.iter().map(|change| &*change.serial).collect();
    assert_eq!(serials, [&[0x40, 7][..], &[0x40, 1]]);
    for change in &filed {
        let own = wait(record.status(id(1), change.serial.clone())).unwrap().unwrap();
        assert_eq!((&own, change.not_after), (change, crate::samples::now()));
    }
    assert!(matches!(filed[1].status, Status::Revoked(found) if found.is_hold()));
    assert_eq!(filed[0].status, Status::Good);
    // What the journal says of keys that were compromised is noted, though nobody noted it then.
    let own = crate::samples::id(1);
    assert_eq!(wait(record.compromised(*own.octets())).unwrap(), Some(crate::samples::now()));
}

#[test]
fn certificates_that_were_filed_before_are_found_by_all_that_is_searched_for() {
    let directory = tempfile::tempdir().unwrap();
    let old = rusqlite::Connection::open(path(&directory)).unwrap();
    old.execute_batch(include_str!("earlier/0008.sql")).unwrap();
    drop(old);
    let record = Sqlite::open(&path(&directory), Arc::new(Fake)).unwrap();
    let found = |question: Question| {
        let search = Search::new(question, None, crate::samples::now()).unwrap();
        let found = wait(record.search(search)).unwrap().found;
        found.iter().map(|found| found.record.sequence).collect::<Vec<_>>()
    };
    let name = |pattern: &str| Question { names: vec![pattern.parse().unwrap()], ..Question::default() };
    for pattern in ["db.internal", "db.*", "*.internal", "*tern*", "10.0.0.1", "ANN@internal"] {
        assert_eq!(found(name(pattern)), [4, 6, 8], "{pattern}");
    }
    let by = |part: &str| Question { requester: Some(part.into()), ..Question::default() };
    assert_eq!((found(by("a test")), found(by("nobody"))), (vec![4, 6, 8], vec![]));
    for (standing, expect) in [(StandsAs::Revoked, 4), (StandsAs::OnHold, 6), (StandsAs::Valid, 8)] {
        assert_eq!(found(Question { standing: Some(standing), ..Question::default() }), [expect]);
    }
    // As if it had been filed so from the beginning; but for the signatures, which nobody made.
    let findings = wait(Audit::of(&record, &Fake, &mut |_, _| {})).unwrap().findings;
    assert_eq!(findings.len(), 4, "{findings:?}");
    assert!(findings.iter().all(|finding| finding.text.ends_with("was not signed with its issuer's key")));
}

#[test]
fn more_than_can_wait_is_refused_and_what_waits_is_committed() {
    let (record, directory) = fresh();
    let back_door = rusqlite::Connection::open(path(&directory)).unwrap();
    back_door.execute_batch("BEGIN IMMEDIATE").unwrap();
    let entry = issued(1, 1);
    let mut waiting = Vec::new();
    let refused = loop {
        let mut answer = record.commit(Batch::new(vec![entry.clone()]));
        match answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => waiting.push(answer),
            Poll::Ready(answer) => break answer.unwrap_err(),
        }
    };
    assert!(matches!(refused, RecordError::Busy { waiting: 4096 }), "{refused:?}");
    back_door.execute_batch("ROLLBACK").unwrap();
    let answers: Vec<_> = waiting.into_iter().map(wait).collect();
    assert!(answers.len() >= 4096);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "the serial number is taken once");
}

#[test]
fn batches_that_wait_together_share_one_transaction_and_nobody_is_answered_before_it() {
    let (record, directory) = fresh();
    let back_door = rusqlite::Connection::open(path(&directory)).unwrap();
    back_door.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut answers: Vec<_> =
        (0..200).map(|serial| record.commit(Batch::new(vec![issued(1, serial)]))).collect();
    let mut context = Context::from_waker(Waker::noop());
    assert!(answers.iter_mut().all(|answer| answer.as_mut().poll(&mut context).is_pending()));
    back_door.execute_batch("ROLLBACK").unwrap();
    let heads: Vec<Head> = answers.into_iter().map(|answer| wait(answer).unwrap().head).collect();
    // Those that had come when the first was taken, and all that waited behind them.
    let links = wait(record.links(0, 10)).unwrap();
    assert!(links.len() <= 2, "{} transactions", links.len());
    assert!(heads.iter().all(|head| links.iter().any(|link| link.head == *head)));
}

#[test]
fn of_batches_that_wait_together_the_refused_ones_take_nothing_with_them_and_leave_nothing_behind() {
    let (record, directory) = fresh();
    let back_door = rusqlite::Connection::open(path(&directory)).unwrap();
    back_door.execute_batch("BEGIN IMMEDIATE").unwrap();
    // Every second one issues two, of which the last has a serial number that is taken.
    let batch = |number: u8| match number % 2 {
        0 => Batch::new(vec![issued(1, number)]),
        _ => Batch::new(vec![approved(), issued(1, number), issued(1, number - 1)]),
    };
    let answers: Vec<_> = (0..100).map(|number| record.commit(batch(number))).collect();
    back_door.execute_batch("ROLLBACK").unwrap();
    for (number, answer) in answers.into_iter().enumerate() {
        match (number % 2, wait(answer)) {
            (0, Ok(_)) | (1, Err(RecordError::SerialTaken { .. })) => {}
            (_, other) => panic!("{number}: {other:?}"),
        }
    }
    let links = wait(record.links(0, 100)).unwrap();
    assert!(links.len() <= 2, "{} transactions", links.len());
    assert_eq!(Head::GENESIS.follow(&links, &Fake).unwrap(), wait(record.head()).unwrap());
    assert_eq!(links.iter().map(|link| link.entries.len()).sum::<usize>(), 50);
    let found = wait(record.certificates(CertificateQuery::After { sequence: 0, limit: 200 })).unwrap();
    assert_eq!(found.len(), 50);
}

#[test]
fn a_record_from_the_future_is_left_alone() {
    let (record, directory) = fresh();
    drop(record);
    let future = rusqlite::Connection::open(path(&directory)).unwrap();
    future.pragma_update(None, "user_version", 99).unwrap();
    drop(future);
    let error = refused(&path(&directory));
    assert!(matches!(&error, OpenError::Newer { found: 99, known: 14, .. }), "{error:?}");
    assert!(error.to_string().ends_with("has schema version 99, this version knows up to 14"), "{error}");
}

#[test]
fn a_record_that_a_newer_version_brought_up_to_date_is_not_written_any_more() {
    let (record, directory) = fresh();
    wait(record.commit(founding(1))).unwrap();
    let head = wait(record.head()).unwrap();
    let newer = rusqlite::Connection::open(path(&directory)).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    let together = [issued(1, 1), issued(1, 2)].map(|entry| record.commit(Batch::new(vec![entry])));
    for answer in together {
        let refused = wait(answer).unwrap_err();
        assert!(matches!(refused, RecordError::Newer { found: 99, known: 14 }), "{refused:?}");
    }
    assert_eq!(wait(record.head()).unwrap(), head);
}

/// What the version before schema 10 writes, which does not ask by whom the record was brought up to date.
#[test]
fn a_version_of_before_that_still_runs_files_a_revocation_whole_and_a_certificate_not_at_all() {
    let (record, directory) = fresh();
    wait(record.commit(founding(1))).unwrap();
    wait(record.commit(Batch::new(vec![approved(), issued(1, 1)]))).unwrap();
    let before = rusqlite::Connection::open(path(&directory)).unwrap();
    let filed = before.execute(
        "INSERT INTO certificates (sequence, issuer, serial, profile, subject, not_before, not_after, fingerprint)
         SELECT sequence - 1, issuer, x'4099', profile, subject, not_before, not_after, fingerprint FROM certificates
         WHERE serial = x'4001'",
        [],
    );
    let refused = filed.unwrap_err().to_string();
    assert!(refused.contains("brought up to date by a newer version: start this one again"), "{refused}");
    before
        .execute_batch(
            "INSERT OR REPLACE INTO statuses (sequence, issuer, serial, not_after, reason, since)
             SELECT sequence, issuer, serial, not_after, 4, 7 FROM certificates WHERE serial = x'4001'",
        )
        .unwrap();
    let revoked = Question { standing: Some(StandsAs::Revoked), ..Question::default() };
    let search = Search::new(revoked, None, crate::samples::now()).unwrap();
    assert_eq!(wait(record.search(search)).unwrap().found.len(), 1);
}

#[test]
fn revocations_that_were_half_filed_are_filed_whole() {
    let (record, directory) = fresh();
    wait(record.commit(founding(1))).unwrap();
    wait(record.commit(Batch::new(vec![approved(), issued(1, 1)]))).unwrap();
    wait(record.commit(Batch::new(vec![revoked(1, 1, ReasonCode::Superseded)]))).unwrap();
    drop(record);
    let old = rusqlite::Connection::open(path(&directory)).unwrap();
    old.execute_batch(
        "DROP TRIGGER IF EXISTS statuses_are_filed_whole; DROP TRIGGER IF EXISTS certificates_are_filed_whole;
         UPDATE statuses SET certificate = NULL; PRAGMA user_version = 12",
    )
    .unwrap();
    drop(old);
    let record = Sqlite::open(&path(&directory), Arc::new(Fake)).unwrap();
    assert_eq!(wait(record.inspect()).unwrap().findings, [""; 0]);
}

#[test]
fn a_truncated_file_is_an_error_and_not_an_answer() {
    let (record, directory) = fresh();
    for serial in 0..50 {
        wait(record.commit(Batch::new(vec![issued(1, serial)]))).unwrap();
    }
    drop(record);
    let whole = fs::read(path(&directory)).unwrap();
    fs::write(path(&directory), &whole[..whole.len() / 3]).unwrap();
    let found = Sqlite::open(&path(&directory), Arc::new(Fake)).map_err(|error| match error {
        OpenError::Open { source, .. } => source,
        other => panic!("{other}"),
    });
    let query = CertificateQuery::After { sequence: 0, limit: 100 };
    let answer = found.and_then(|record| wait(record.certificates(query)));
    assert!(matches!(answer, Err(RecordError::Corrupt { .. })), "{answer:?}");
}
