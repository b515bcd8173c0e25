// SPDX-License-Identifier: MIT OR Apache-2.0
//! The audit finds whatever was altered behind the record's back, and nothing where nothing was.

mod revived;

use authority::audit::Audit;
use authority::journal::IntervalUnknown;
use authority::{Batch, Entry, Event, Head, Record};
use rusqlite::Connection;
use store::Sqlite;
use tempfile::TempDir;
use x509::ext::ReasonCode::{CertificateHold, KeyCompromise, Superseded};
use x509::{
    AlgorithmIdentifier, Digest, DigestAlgorithm, KeyStrength, SignatureError, SignatureVerifier,
    SubjectPublicKeyInfo,
};

use crate::crypto::Fake;
use crate::files::fresh;
use crate::samples::{approved, denied, endorsed, founding, held, issued, now, released, revoked};
use crate::wait;

/// A record with an issuer, four certificates of which two were revoked and one was on hold, and another way to
/// its file.
fn office() -> (Sqlite, Connection, TempDir) {
    let (record, directory) = fresh();
    wait(record.commit(founding(1))).unwrap();
    for serial in 1..=4 {
        wait(record.commit(Batch::new(vec![approved(), issued(1, serial)]))).unwrap();
    }
    for entry in [held(1), held(2), held(3), denied(1)] {
        wait(record.commit(Batch::new(vec![entry]))).unwrap();
    }
    wait(record.commit(Batch::new(vec![endorsed(2, 5), approved(), issued(1, 5)]))).unwrap();
    for entry in [
        revoked(1, 1, KeyCompromise),
        revoked(1, 2, CertificateHold),
        revoked(1, 3, CertificateHold),
        released(1, 3),
    ] {
        wait(record.commit(Batch::new(vec![entry]))).unwrap();
    }
    let back_door = without_guards(&directory);
    (record, back_door, directory)
}

/// Another way to the file of a record, past what keeps the journal from being altered.
fn without_guards(directory: &TempDir) -> Connection {
    let back_door = Connection::open(directory.path().join("authority.db")).unwrap();
    back_door.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA recursive_triggers = OFF;").unwrap();
    let triggers = [
        "journal_is_never_altered",
        "journal_is_never_shortened",
        "batches_are_never_altered",
        "batches_are_never_removed",
    ];
    for trigger in triggers {
        back_door.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    back_door
}

fn audit(record: &Sqlite) -> Audit {
    wait(Audit::of(record, &Trusting, &mut |_, _| {})).unwrap()
}

/// Makes digests as [`Fake`] does, and finds that every signature holds.
struct Trusting;

impl SignatureVerifier for Trusting {
    fn verify(
        &self,
        _: &SubjectPublicKeyInfo<'_>,
        _: &AlgorithmIdentifier<'_>,
        _: &[u8],
        _: &[u8],
    ) -> Result<(), SignatureError> {
        Ok(())
    }

    fn check_key(&self, key: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        Fake.check_key(key)
    }

    fn digest(&self, algorithm: DigestAlgorithm, data: &[u8]) -> Digest {
        Fake.digest(algorithm, data)
    }
}

#[test]
fn a_certificate_that_its_issuer_did_not_sign_is_found() {
    let (record, _back_door, _directory) = office();
    let findings = wait(Audit::of(&record, &Fake, &mut |_, _| {})).unwrap().findings;
    assert_eq!(findings.len(), 6);
    assert!(findings.iter().all(|finding| finding.text.ends_with("was not signed with its issuer's key")));
}

#[test]
fn a_sound_record_is_read_whole_and_nothing_is_found() {
    let (record, _back_door, _directory) = office();
    let audit = audit(&record);
    assert_eq!(audit.findings, []);
    assert_eq!(audit.remarks, []);
    assert_eq!((audit.entries, audit.certificates, audit.changes, audit.refusals), (21, 6, 4, 0));
    assert_eq!(audit.head, Some(wait(record.head()).unwrap()));
    let (empty, _directory) = fresh();
    assert_eq!(wait(Audit::of(&empty, &Fake, &mut |_, _| {})).unwrap().head, Some(Head::GENESIS));
}

/// Alters a record, and looks for what the audit must find then.
fn check(alter: &str, expect: &[&str]) {
    let (record, back_door, _directory) = office();
    back_door.execute_batch(alter).unwrap();
    let findings = audit(&record).findings;
    let found: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
    for (found, expect) in found.iter().zip(expect) {
        assert!(found.contains(expect), "{alter}: {found:?} where {expect:?} belongs");
    }
    assert_eq!(found.len(), expect.len(), "{alter}: {found:?}");
}

#[test]
fn whatever_is_altered_is_found() {
    let entry =
        "(SELECT sequence FROM journal WHERE kind = 'certificate-issued' ORDER BY sequence LIMIT 1 OFFSET 1)";
    check(
        &format!("UPDATE journal SET entry = x'3000' WHERE sequence = {entry}"),
        &[
            "the journal's chain is broken: batch 2",
            "entry 2 cannot be read",
            "what is filed cannot be read: journal entry 4",
            "5 certificates were issued, and 1 are filed",
            "parts of the names in journal entries 0 to 1023 are filed otherwise than they are",
            "the certificates have 15 names, and 18 are filed",
        ],
    );
    check(
        "UPDATE journal SET kind = 'x', batch = 3 WHERE batch = 2",
        &[
            "the journal's chain is broken",
            "the journal's chain is broken",
            "2 journal entries are filed under another kind or time than their own",
        ],
    );
    check(
        "DELETE FROM batches WHERE number = 14",
        &["certificate 4003 is filed otherwise than it was revoked"],
    );
    check(
        "DELETE FROM certificates WHERE serial = x'4004'",
        &["certificate 4004 is not filed", "6 certificates were issued, and 5 are filed"],
    );
    check(
        "INSERT INTO certificates SELECT 1000, issuer, x'4099', profile, subject, not_before, not_after, fingerprint,
         origin, issued, key FROM certificates WHERE serial = x'4001';
         INSERT INTO journal SELECT 1000, 1, kind, at, entry FROM journal WHERE kind = 'certificate-issued' LIMIT 1",
        &[
            "the journal's chain is broken: batch 1",
            "7 certificates were issued, and 8 are filed",
            "parts of the names in journal entries 0 to 1023 are filed otherwise than they are",
            "the certificates have 21 names, and 18 are filed",
        ],
    );
    check(
        "DELETE FROM statuses WHERE serial = x'4001'",
        &["the revocation of certificate 4001 is not filed"],
    );
    check(
        "UPDATE statuses SET reason = NULL, since = NULL, invalid_from = NULL WHERE serial = x'4001'",
        &["certificate 4001 is filed otherwise than it was revoked"],
    );
    check(
        "UPDATE statuses SET reason = 1, since = 0 WHERE serial = x'4003'",
        &["certificate 4003 is filed otherwise than it was revoked"],
    );
    check(
        "INSERT INTO statuses VALUES (7, (SELECT issuer FROM statuses LIMIT 1), x'4004', (SELECT not_after FROM statuses LIMIT 1), 1, 0, NULL,
         (SELECT sequence FROM certificates WHERE serial = x'4004'))",
        &["1 changes of certificates are filed in another place than their own", "certificate 4004 is filed otherwise than it was revoked"],
    );
    check(
        "UPDATE statuses SET not_after = not_after - 1 WHERE serial = x'4001'",
        &["certificate 4001 is filed with another end than its own"],
    );
    check(
        "DELETE FROM compromised_keys",
        &["the key of certificate 4001 was compromised, and is not filed as such"],
    );
    check(
        "INSERT INTO compromised_keys VALUES (randomblob(32), 0)",
        &["is filed as compromised, and no revocation says so"],
    );
    check(
        "UPDATE compromised_keys SET since = since + 1",
        &["is filed as compromised since 2026-11-22T10:00:01Z, and was since 2026-11-22T10:00:00Z"],
    );
}

#[test]
fn issuers_that_are_not_filed_any_more_are_found() {
    check(
        "DELETE FROM issuers",
        &[
            "certificate 4007 is of an issuer that is not filed",
            "is not among the issuers filed",
            "certificate 4001 is of an issuer that is not filed",
            "certificate 4002 is of an issuer that is not filed",
            "certificate 4003 is of an issuer that is not filed",
            "certificate 4004 is of an issuer that is not filed",
            "certificate 4005 is of an issuer that is not filed",
            "is not filed as one",
            "the revocation of certificate 4001 is not filed",
            "the revocation of certificate 4002 is not filed",
            "the revocation of certificate 4003 is not filed",
        ],
    );
}

#[test]
fn an_index_that_does_not_say_what_the_journal_says_is_found() {
    let own = "certificate 4002 is filed with what is not its own: ";
    for (set, what) in [
        ("profile = 'client'", "its profile"),
        ("subject = 'CN=x'", "its subject"),
        ("not_before = not_before - 1", "its validity"),
        ("fingerprint = zeroblob(32)", "its fingerprint"),
        ("issued = issued + 1", "the time of its issuance"),
        ("key = zeroblob(32)", "its key"),
        ("key = NULL", "its key"),
        ("origin = NULL", "its issuer, its profile, who approved it"),
        ("origin = 1", "its profile, who approved it"),
    ] {
        let alter = format!("UPDATE certificates SET {set} WHERE serial = x'4002'");
        check(&alter, &[&format!("{own}{what}")]);
    }
    check(
        "UPDATE certificates SET not_after = not_after + 1 WHERE serial = x'4004'",
        &["certificate 4004 is filed with what is not its own: its validity"],
    );
    let of = "certificate = (SELECT sequence FROM certificates WHERE serial = x'4002')";
    check(
        &format!("DELETE FROM names WHERE name = 'db.internal' AND {of}"),
        &[
            &format!("{own}its names"),
            "17 names are filed by their beginnings, and 18 by their ends",
            "the certificates have 18 names, and 17 are filed",
        ],
    );
    check(
        &format!("UPDATE names SET name = 'x' WHERE name = 'db.internal' AND {of}"),
        &[&format!("{own}its names")],
    );
    check(
        &format!("UPDATE name_ends SET reversed = 'x' WHERE reversed = 'lanretni.bd' AND {of}"),
        &[&format!("{own}the ends of its names")],
    );
    check(
        "INSERT INTO names VALUES ('x', 1); INSERT INTO name_ends VALUES ('x', 1)",
        &["the certificates have 18 names, and 19 are filed"],
    );
    let parts = "parts of the names in journal entries 0 to 1023 are filed otherwise than they are";
    check(
        "INSERT INTO name_parts (rowid, names) VALUES (9999, 'x.internal')",
        &["parts of the names in journal entries 9216 to 10239 are filed otherwise than they are"],
    );
    check("INSERT INTO name_parts (name_parts) VALUES ('delete-all')", &[parts]);
    check(
        "UPDATE statuses SET certificate = 1 WHERE serial = x'4001'",
        &["1 revocations are filed for another certificate than their own"],
    );
}

#[test]
fn a_request_that_is_filed_otherwise_is_found() {
    check(
        "DELETE FROM requests WHERE id = x'03030303030303030303030303030303'",
        &["request 03030303030303030303030303030303 is filed otherwise than it waited"],
    );
    check(
        "UPDATE requests SET decided = NULL WHERE id = x'01010101010101010101010101010101'",
        &["request 01010101010101010101010101010101 is filed otherwise than it waited, or was decided on"],
    );
    check(
        "UPDATE requests SET at = at - 1 WHERE id = x'02020202020202020202020202020202'",
        &["request 02020202020202020202020202020202 is filed otherwise than it waited"],
    );
    check(
        "UPDATE requests SET decided = sequence WHERE id = x'03030303030303030303030303030303'",
        &["2 requests were decided on, and 3 are filed"],
    );
}

#[test]
fn an_interval_that_is_unknown_is_remarked_on_and_begins_where_the_journal_ended() {
    let (record, _back_door, _directory) = office();
    let end = wait(record.head()).unwrap();
    let unknown = |known| {
        let lost = Head { number: end.number + 7, digest: [7; 32] };
        let by = "uid 7".to_owned();
        let event = IntervalUnknown { known, lost, since: now(), until: now(), by };
        Batch::new(vec![Entry { at: now(), event: Event::IntervalUnknown(event) }])
    };
    wait(record.commit(unknown(end))).unwrap();
    let said = audit(&record);
    assert!(said.is_clean(), "{:?}", said.findings);
    let text = &said.remarks.last().unwrap().text;
    assert!(text.contains(&format!("is unknown, up to batch {}: uid 7 went on", end.number + 7)), "{text}");
    wait(record.commit(unknown(end))).unwrap();
    let said = audit(&record);
    let text = &said.findings[0].text;
    assert!(text.contains(&format!("begins at batch {}, not where the journal ended", end.number)), "{text}");
}

#[test]
fn a_clock_that_was_put_back_is_remarked_on() {
    let (record, _back_door, _directory) = office();
    let mut late = revoked(1, 4, Superseded);
    late.at = x509::Time::parse("2026-11-01").unwrap();
    wait(record.commit(Batch::new(vec![late]))).unwrap();
    let audit = audit(&record);
    assert_eq!(audit.findings, []);
    let [remark] = audit.remarks.as_slice() else { panic!("{:?}", audit.remarks) };
    assert_eq!(remark.text, "the clock was put back: 2026-11-01T00:00:00Z comes after 2026-11-22T10:00:00Z");
}
