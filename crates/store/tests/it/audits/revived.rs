// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whoever was shut out, and is let in again behind the record's back, is found.

use authority::journal::Reach;
use authority::{Batch, Record, RecordError};
use rusqlite::Connection;
use store::Sqlite;
use tempfile::TempDir;
use x509::ext::ReasonCode::Superseded;

use super::{audit, without_guards};
use crate::files::fresh;
use crate::samples::{
    admitted, approved, below, beside, certified, denied, founding, held, id, issued, listed, moved, now,
    presigned, retired, revoked, token, token_revoked,
};
use crate::wait;

/// A record with an issuer whose last certificate was revoked, one that was retired, one that issues, one whose key is
/// away, CRLs, tokens and requests.
fn office() -> (Sqlite, Connection, TempDir) {
    let (record, directory) = fresh();
    for batch in [
        founding(1),
        certified(1, 8),
        beside(1, 9),
        founding(2),
        founding(3),
        founding(4),
        Batch::new(vec![revoked(1, 8, Superseded)]),
        Batch::new(vec![retired(2)]),
        Batch::new(vec![listed(3, 1)]),
        Batch::new(vec![listed(3, 2)]),
        Batch::new(vec![presigned(4, 1, now()), presigned(4, 2, now()), moved(4, "keys/b.pem", Reach::Away)]),
        Batch::new(vec![token(1), token(2)]),
        Batch::new(vec![token_revoked(1)]),
        Batch::new(vec![held(1), held(2), held(3), held(1)]),
        Batch::new(vec![denied(1)]),
    ] {
        wait(record.commit(batch)).unwrap();
    }
    let back_door = without_guards(&directory);
    (record, back_door, directory)
}

/// Alters a record, and looks for what the audit must find then.
fn check(alter: &str, expect: &[&str]) {
    let (record, back_door, _directory) = office();
    assert_eq!(audit(&record).findings, []);
    back_door.execute_batch(alter).unwrap();
    let findings = audit(&record).findings;
    let found: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
    for (found, expect) in found.iter().zip(expect) {
        assert!(found.contains(expect), "{alter}: {found:?} where {expect:?} belongs");
    }
    assert_eq!(found.len(), expect.len(), "{alter}: {found:?}");
}

#[test]
fn an_issuer_that_was_closed_and_issues_again_is_found() {
    let of = |key: u8, what: &str| format!("issuer {} is filed with what is not its own: {what}", id(key));
    check(
        "UPDATE issuers SET certificate = CASE certificate WHEN 3 THEN 5 WHEN 5 THEN 3 ELSE certificate END",
        &[&of(1, "its certificate"), &of(1, "its certificate")],
    );
    check(
        "UPDATE issuers SET certificate = NULL WHERE certificate = 3",
        &["6 certificates were issued, and 7 are filed", &of(1, "its certificate")],
    );
    check(
        "UPDATE issuers SET beside = 1 WHERE certificate = 3",
        &[&of(1, "whether it stands beside the others")],
    );
    check("UPDATE issuers SET retired = NULL", &[&of(2, "when it was retired")]);
    check("UPDATE issuers SET retired = 0 WHERE certificate = 9", &[&of(3, "when it was retired")]);
    check("UPDATE issuers SET away = 0", &[&of(4, "whether its key is away")]);
    check("UPDATE issuers SET key = 'x' WHERE certificate = 9", &[&of(3, "its key")]);
    check("DELETE FROM issuers WHERE certificate = 3", &[&format!("a certificate of issuer {}", id(1))]);
}

#[test]
fn what_was_issued_below_an_issuer_that_was_revoked_is_found() {
    let (record, directory) = fresh();
    let commit = |batch| wait(record.commit(batch)).unwrap();
    for batch in [founding(1), below(2, 20, &[(1, 7)]), below(3, 30, &[(1, 7)])] {
        commit(batch);
    }
    commit(Batch::new(vec![approved(), issued(2, 1)]));
    commit(Batch::new(vec![revoked(1, 7, Superseded)]));
    assert_eq!(audit(&record).findings, []);
    let back_door = without_guards(&directory);
    back_door.execute_batch("CREATE TABLE kept AS SELECT * FROM statuses; DELETE FROM statuses").unwrap();
    commit(Batch::new(vec![approved(), issued(2, 2)]));
    commit(Batch::new(vec![admitted(4, 40, &[(3, 30), (1, 7)])]));
    back_door.execute_batch("INSERT INTO statuses SELECT * FROM kept").unwrap();
    let findings = audit(&record).findings;
    let found: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
    let of =
        |key: u8, what: &str| format!("issuer {} {what} after an authority above it was revoked", id(key));
    assert_eq!(found, [of(2, "issued"), of(4, "was certified")]);
}

#[test]
fn what_an_issuer_issued_after_it_was_closed_is_found() {
    let (record, back_door, _directory) = office();
    let commit = |batch| wait(record.commit(batch));
    let refused = commit(Batch::new(vec![approved(), issued(1, 20)]));
    assert!(matches!(refused, Err(RecordError::IssuerClosed { .. })), "{refused:?}");
    back_door
        .execute_batch(
            "CREATE TABLE kept AS SELECT * FROM statuses; DELETE FROM statuses;
             CREATE TABLE since AS SELECT sequence, retired FROM issuers; UPDATE issuers SET retired = NULL",
        )
        .unwrap();
    commit(Batch::new(vec![approved(), issued(1, 20)])).unwrap();
    commit(Batch::new(vec![approved(), issued(2, 21)])).unwrap();
    commit(certified(1, 22)).unwrap();
    back_door
        .execute_batch(
            "INSERT INTO statuses SELECT * FROM kept;
             UPDATE issuers SET retired = (SELECT retired FROM since WHERE since.sequence = issuers.sequence)",
        )
        .unwrap();
    let findings = audit(&record).findings;
    let found: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
    let of = |key: u8, what: &str| format!("issuer {} {what}", id(key));
    let expect = [
        of(1, "issued after it was revoked"),
        of(2, "issued after it was retired"),
        of(1, "issued after it was revoked"),
        of(1, "was certified after it was revoked"),
    ];
    assert_eq!(found, expect);
}

#[test]
fn a_token_that_was_revoked_and_is_good_again_is_found() {
    check(
        "UPDATE tokens SET revoked = NULL",
        &["token 0101010101010101 is filed otherwise than it was revoked"],
    );
    check("UPDATE tokens SET revoked = 0 WHERE revoked IS NULL", &["1 tokens were revoked, and 2 are filed"]);
    check(
        "DELETE FROM tokens WHERE revoked IS NULL",
        &["token 0202020202020202 is filed otherwise than it was added"],
    );
    check(
        "INSERT INTO tokens SELECT x'0909090909090909', sequence, NULL FROM tokens WHERE revoked IS NULL",
        &["2 tokens were added, and 3 are filed"],
    );
}

#[test]
fn a_crl_that_is_filed_as_another_is_found() {
    let of = |key: u8, number: u64| {
        format!("CRL {number} of issuer {} is filed otherwise than it was made", id(key))
    };
    check("UPDATE crls SET presigned = 1 WHERE number = 2", &[&of(3, 2), &of(4, 2)]);
    check("UPDATE crls SET presigned = NULL", &[&of(4, 1), &of(4, 2)]);
    check("DELETE FROM crls WHERE number = 1", &[&of(3, 1), &of(4, 1)]);
    check(
        "INSERT INTO crls SELECT issuer, 0, sequence, NULL FROM crls WHERE number = 1",
        &["4 CRLs were made, and 6 are filed"],
    );
}

#[test]
fn a_request_that_nobody_could_decide_on_is_found() {
    let of = "request 02020202020202020202020202020202 is filed otherwise than it waited, or was decided on";
    for set in ["until = 0", "requester = 'x'", "plan = x'00'", "at = 0"] {
        check(&format!("UPDATE requests SET {set} WHERE id = x'02020202020202020202020202020202'"), &[of]);
    }
    check(
        "UPDATE requests SET first = 1 WHERE id = x'02020202020202020202020202020202'",
        &["2 requests waited, and 3 are filed"],
    );
    check(
        "INSERT INTO requests SELECT x'09090909090909090909090909090909', first, sequence, at, until, requester, plan,
         decided FROM requests WHERE id = x'02020202020202020202020202020202'",
        &["3 requests waited, and 4 are filed"],
    );
}

#[test]
fn a_revocation_that_is_filed_in_another_place_is_found() {
    for by in ["- 1", "+ 1"] {
        check(
            &format!("UPDATE statuses SET sequence = sequence {by}"),
            &["1 changes of certificates are filed in another place than their own"],
        );
    }
}

#[test]
fn an_entry_that_is_hidden_under_another_kind_is_found() {
    check(
        "UPDATE journal SET kind = 'x' WHERE kind = 'token-revoked'; UPDATE tokens SET revoked = NULL",
        &[
            "1 journal entries are filed under another kind or time than their own",
            "token 0101010101010101 is filed otherwise than it was revoked",
        ],
    );
}
