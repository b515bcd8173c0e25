// SPDX-License-Identifier: MIT OR Apache-2.0
//! What every implementation of the record promises. A store joins by naming how a fresh one is made.

use authority::journal::{Event, RequestApproved};
use authority::{
    Batch, CertificateQuery, Entry, Head, Reach, Record, RecordError, RequestQuery, Revoked, Standing,
    Status, TokenId,
};
use x509::ext::ReasonCode::{self, CertificateHold, KeyCompromise, Superseded};
use x509::{Certificate, DigestAlgorithm, SignatureVerifier as _, Time};

use crate::crypto::Fake;
use crate::samples;
use crate::samples::{
    added, admitted, approved, below, beside, certified, denied, endorsed, founding, held, id, issued,
    listed, listed_through, moved, now, presigned, released, retired, revoked, settled, sharded, token,
    token_revoked,
};
pub use crate::searches::{
    a_page_ends_where_its_work_is_done, every_filter_finds_what_it_names,
    every_order_is_kept_and_another_refused, pages_meet_while_others_issue,
};
use crate::wait;

fn all(record: &dyn Record) -> Vec<u64> {
    let query = CertificateQuery::After { sequence: 0, limit: 1000 };
    wait(record.certificates(query)).unwrap().into_iter().map(|found| found.sequence).collect()
}

pub fn an_empty_record_is_empty(record: &dyn Record) {
    assert_eq!(wait(record.head()).unwrap(), Head::GENESIS);
    assert!(wait(record.issuers()).unwrap().is_empty());
    assert!(wait(record.links(0, 10)).unwrap().is_empty());
    assert!(all(record).is_empty());
}

pub fn what_is_committed_is_read_back(record: &dyn Record) {
    let entry = issued(1, 1);
    let receipt = wait(record.commit(Batch::new(vec![approved(), entry.clone()]))).unwrap();
    assert_eq!(receipt.head, wait(record.head()).unwrap());
    let found = wait(record.certificates(CertificateQuery::Serial(vec![0x40, 1]))).unwrap();
    let [found] = found.as_slice() else { panic!("one expected: {found:?}") };
    assert_eq!(Event::CertificateIssued(found.issued.clone()), entry.event);
    assert_eq!(found.at, entry.at);
    assert_eq!(all(record), [found.sequence]);
}

pub fn no_serial_number_is_committed_twice(record: &dyn Record) {
    wait(record.commit(Batch::new(vec![issued(1, 1)]))).unwrap();
    let before = wait(record.head()).unwrap();
    let again = wait(record.commit(Batch::new(vec![approved(), issued(1, 2), issued(1, 1)])));
    assert!(matches!(again, Err(RecordError::SerialTaken { serial }) if serial == "4001"));
    assert_eq!(wait(record.head()).unwrap(), before, "nothing of the batch was committed");
    assert_eq!(all(record).len(), 1);
    wait(record.commit(Batch::new(vec![issued(2, 1)]))).unwrap();
    wait(record.commit(Batch::new(vec![issued(1, 2)]))).unwrap();
    assert_eq!(all(record).len(), 3, "the same number under another issuer is another number");
}

pub fn a_batch_for_another_head_is_refused(record: &dyn Record) {
    wait(record.commit(founding(1).only_at(Head::GENESIS))).unwrap();
    let late = wait(record.commit(founding(2).only_at(Head::GENESIS)));
    assert!(matches!(late, Err(RecordError::Moved { expected: 0, found: 1 })), "{late:?}");
    assert_eq!(wait(record.issuers()).unwrap().len(), 1);
    let head = wait(record.head()).unwrap();
    wait(record.commit(founding(2).only_at(head))).unwrap();
}

pub fn issuers_are_rows_and_their_own_certificates_are_not_among_the_issued(record: &dyn Record) {
    for key in [1, 2] {
        wait(record.commit(founding(key))).unwrap();
    }
    wait(record.commit(Batch::new(vec![issued(1, 1)]))).unwrap();
    let issuers = wait(record.issuers()).unwrap();
    assert_eq!(issuers.iter().map(|issuer| issuer.added.id).collect::<Vec<_>>(), [id(1), id(2)]);
    assert_eq!(issuers[0].added.key, "keys/a.pem");
    assert_eq!(all(record).len(), 1);
    let own = wait(record.certificates(CertificateQuery::Serial(vec![0x40, 7]))).unwrap();
    assert_eq!(own.len(), 2, "asked for by number they are found");
}

pub fn certificates_come_in_pages(record: &dyn Record) {
    for serial in 1..=5 {
        wait(record.commit(Batch::new(vec![approved(), issued(1, serial)]))).unwrap();
    }
    let everything = all(record);
    let mut seen = Vec::new();
    let mut sequence = 0;
    loop {
        let page = wait(record.certificates(CertificateQuery::After { sequence, limit: 2 })).unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 2);
        sequence = last.sequence;
        seen.extend(page.iter().map(|found| found.sequence));
    }
    assert_eq!(seen, everything);
    assert_eq!(seen.len(), 5);
}

fn commit(record: &dyn Record, entry: Entry) -> Result<(), RecordError> {
    wait(record.commit(Batch::new(vec![entry]))).map(drop)
}

/// How a certificate of the first issuer stands.
fn status(record: &dyn Record, serial: u8) -> Option<Status> {
    wait(record.status(id(1), vec![0x40, serial])).unwrap().map(|found| found.status)
}

fn because(reason: ReasonCode) -> Option<Status> {
    Some(Status::Revoked(Revoked { reason, since: now(), invalid_from: Time::parse("2026-11-20") }))
}

pub fn a_certificate_is_good_until_it_is_revoked_and_then_for_good(record: &dyn Record) {
    assert_eq!(status(record, 1), None);
    let never = commit(record, revoked(1, 1, KeyCompromise));
    assert!(matches!(never, Err(RecordError::NotIssued { serial }) if serial == "4001"));
    commit(record, issued(1, 1)).unwrap();
    assert_eq!(status(record, 1), Some(Status::Good));
    assert!(matches!(commit(record, revoked(2, 1, KeyCompromise)), Err(RecordError::NotIssued { .. })));
    commit(record, revoked(1, 1, KeyCompromise)).unwrap();
    assert_eq!(status(record, 1), because(KeyCompromise));
    let again = commit(record, revoked(1, 1, Superseded));
    let Err(RecordError::AlreadyRevoked { serial, since, reason }) = again else { panic!("{again:?}") };
    assert_eq!((serial.as_str(), since, reason), ("4001", now(), KeyCompromise));
    assert!(matches!(commit(record, released(1, 1)), Err(RecordError::NotOnHold { .. })));
    assert_eq!(status(record, 1), because(KeyCompromise));
}

pub fn no_issuer_has_the_name_of_another(record: &dyn Record) {
    wait(record.commit(founding(1))).unwrap();
    let taken = commit(record, added(2, vec![samples::certificate_called("Authority  1", 20, 2)]));
    let Err(RecordError::NameTaken { name, id: whose }) = taken else { panic!("{taken:?}") };
    assert_eq!((name.as_str(), whose), ("CN=Authority  1", id(1).to_string()));
    // Nor is it certified for somebody else, who is to be an authority.
    let certified = |certificate| {
        let mut entry = issued(1, 21);
        let Event::CertificateIssued(issued) = &mut entry.event else { panic!("a certificate") };
        issued.certificate = certificate;
        commit(record, entry)
    };
    let taken = certified(samples::authority_called("authority 1", 21, 2));
    assert!(matches!(taken, Err(RecordError::NameTaken { .. })), "{taken:?}");
    // A leaf is nobody's issuer, and another certificate of the same key may have its name.
    certified(samples::certificate_called("authority 1", 22, 2)).unwrap();
    certified(samples::authority_called("authority 1", 23, 1)).unwrap();
    certified(samples::authority_called("authority 2", 24, 2)).unwrap();
    wait(record.commit(samples::certified(1, 25))).unwrap();
    wait(record.commit(beside(1, 26))).unwrap();
}

pub fn nobody_issues_below_an_issuer_that_was_revoked(record: &dyn Record) {
    // 2 below 1; 3 below 2; 4 below 8, which is no issuer here, and was certified by 2; 5 below 1 and not in its way.
    wait(record.commit(founding(1))).unwrap();
    wait(record.commit(below(2, 20, &[(1, 7)]))).unwrap();
    wait(record.commit(below(3, 30, &[(2, 20), (1, 7)]))).unwrap();
    let mut eighth = issued(2, 80);
    let Event::CertificateIssued(issuance) = &mut eighth.event else { panic!("a certificate") };
    issuance.certificate = samples::own_certificate(80, 8);
    commit(record, eighth).unwrap();
    commit(record, admitted(4, 40, &[(8, 80), (2, 20), (1, 7)])).unwrap();
    wait(record.commit(below(5, 50, &[(1, 7)]))).unwrap();
    let standing = |key| {
        let issuers = wait(record.issuers()).unwrap();
        issuers.into_iter().rev().find(|issuer| issuer.added.id == id(key)).unwrap().standing
    };
    let refused = |entry, key, expected: u8| {
        let refused = commit(record, entry);
        let Err(RecordError::IssuerBelow { id: own, above, .. }) = refused else {
            panic!("{key}: {refused:?}")
        };
        assert_eq!((own, above), (id(key).to_string(), id(expected).to_string()));
    };
    for key in [3, 4, 5] {
        commit(record, issued(key, 1)).unwrap();
        assert_eq!(standing(key), Standing::InUse);
    }
    // The certificate of somebody who is no issuer here.
    let hold = |issuer, serial| commit(record, revoked(issuer, serial, CertificateHold)).unwrap();
    hold(2, 80);
    refused(issued(4, 2), 4, 8);
    commit(record, issued(3, 2)).unwrap();
    commit(record, released(2, 80)).unwrap();
    commit(record, issued(4, 2)).unwrap();
    // The one above all of them, while it is on hold.
    hold(1, 7);
    for key in [2, 3, 4, 5] {
        refused(issued(key, 3), key, 1);
        assert!(matches!(standing(key), Standing::Below(above, _) if above == id(1)), "{key}");
    }
    commit(record, released(1, 7)).unwrap();
    // The one between, for good.
    commit(record, revoked(1, 20, Superseded)).unwrap();
    assert!(matches!(standing(2), Standing::Revoked(_)));
    for key in [3, 4] {
        refused(issued(key, 3), key, 2);
        refused(admitted(key, 33, &[(2, 20), (1, 7)]), key, 2);
    }
    refused(admitted(6, 60, &[(2, 20), (1, 7)]), 6, 2);
    commit(record, issued(5, 3)).unwrap();
    // It still tells how what it has issued stands.
    commit(record, revoked(3, 1, Superseded)).unwrap();
    commit(record, listed(3, 1)).unwrap();
    // Another certifies it.
    wait(record.commit(below(3, 31, &[(5, 50), (1, 7)]))).unwrap();
    assert_eq!(standing(3), Standing::InUse);
    commit(record, issued(3, 3)).unwrap();
}

pub fn an_issuer_that_was_retired_or_revoked_issues_nothing_more(record: &dyn Record) {
    for key in [1, 2, 3] {
        wait(record.commit(founding(key))).unwrap();
    }
    let standing = |key| {
        let issuers = wait(record.issuers()).unwrap();
        issuers.into_iter().rev().find(|issuer| issuer.added.id == id(key)).unwrap().standing
    };
    let closed = |key, serial, expected| {
        let refused = commit(record, issued(key, serial));
        assert!(
            matches!(refused, Err(RecordError::IssuerClosed { what, .. }) if what == expected),
            "{refused:?}"
        );
    };
    // A hold, until it is lifted.
    commit(record, issued(1, 1)).unwrap();
    commit(record, revoked(1, 7, CertificateHold)).unwrap();
    assert!(matches!(standing(1), Standing::Revoked(Revoked { reason: CertificateHold, .. })));
    closed(1, 2, "revoked");
    commit(record, released(1, 7)).unwrap();
    commit(record, issued(1, 2)).unwrap();
    // Retired, and what it issued can still be taken back and listed.
    commit(record, retired(1)).unwrap();
    assert_eq!(standing(1), Standing::Retired(now()));
    closed(1, 3, "retired");
    commit(record, revoked(1, 1, Superseded)).unwrap();
    commit(record, listed(1, 7)).unwrap();
    for nobody in [1, 9] {
        assert!(matches!(commit(record, retired(nobody)), Err(RecordError::NoIssuer { .. })));
    }
    // Certified again: the last certificate counts, and one whose key was compromised.
    for key in [2, 3] {
        wait(record.commit(certified(key, 9))).unwrap();
    }
    commit(record, revoked(2, 7, Superseded)).unwrap();
    assert_eq!(standing(2), Standing::InUse);
    commit(record, issued(2, 1)).unwrap();
    commit(record, revoked(2, 9, Superseded)).unwrap();
    closed(2, 2, "revoked");
    commit(record, revoked(3, 7, KeyCompromise)).unwrap();
    closed(3, 1, "revoked");
    // Nor does another certificate of its key bring it back.
    for key in [1, 2, 3] {
        let again = certified(key, 30).entries()[1].clone();
        assert!(matches!(commit(record, again), Err(RecordError::IssuerClosed { .. })), "{key}");
    }
    // Nothing else in the batch is committed either.
    let links = wait(record.head()).unwrap();
    assert!(wait(record.commit(Batch::new(vec![issued(4, 1), issued(3, 1)]))).is_err());
    assert_eq!((wait(record.head()).unwrap(), status(record, 1).is_some()), (links, true));
}

pub fn a_key_that_was_compromised_is_certified_no_more(record: &dyn Record) {
    // Every certificate here is for the same key.
    let certificate = samples::certificate(1, 99);
    let certificate = Certificate::parse(&certificate).unwrap();
    let digest = Fake.digest(DigestAlgorithm::Sha256, certificate.tbs().subject_public_key_info().raw());
    let key = *digest.octets().first_chunk().unwrap();
    let known = || wait(record.compromised(key)).unwrap();
    for serial in [1, 2] {
        commit(record, issued(1, serial)).unwrap();
    }
    commit(record, revoked(1, 1, Superseded)).unwrap();
    commit(record, issued(1, 3)).unwrap();
    assert_eq!(known(), None);
    commit(record, revoked(1, 2, KeyCompromise)).unwrap();
    assert_eq!(known(), Some(now()));
    let refused = commit(record, issued(1, 4));
    assert!(matches!(refused, Err(RecordError::KeyCompromised { since }) if since == now()), "{refused:?}");
    assert_eq!(status(record, 4), None);
    // For the same reason the others can still be taken back.
    commit(record, revoked(1, 3, KeyCompromise)).unwrap();
    assert_eq!(wait(record.compromised([0; 32])).unwrap(), None);
}

pub fn a_hold_is_lifted_or_made_final(record: &dyn Record) {
    for serial in [1, 2] {
        commit(record, issued(1, serial)).unwrap();
        assert!(matches!(commit(record, released(1, serial)), Err(RecordError::NotOnHold { .. })));
        commit(record, revoked(1, serial, CertificateHold)).unwrap();
        assert_eq!(status(record, serial), because(CertificateHold));
        let twice = commit(record, revoked(1, serial, CertificateHold));
        assert!(matches!(twice, Err(RecordError::AlreadyRevoked { .. })));
    }
    commit(record, released(1, 1)).unwrap();
    assert_eq!(status(record, 1), Some(Status::Good));
    commit(record, revoked(1, 1, CertificateHold)).unwrap();
    commit(record, revoked(1, 2, Superseded)).unwrap();
    assert_eq!((status(record, 1), status(record, 2)), (because(CertificateHold), because(Superseded)));
}

pub fn those_that_end_soon_are_counted_without_the_revoked_and_the_authoritys_own(record: &dyn Record) {
    wait(record.commit(founding(1))).unwrap();
    for serial in 1..=4 {
        commit(record, issued(1, serial)).unwrap();
    }
    commit(record, revoked(1, 1, KeyCompromise)).unwrap();
    commit(record, revoked(1, 2, CertificateHold)).unwrap();
    commit(record, released(1, 2)).unwrap();
    // All of them end now.
    let count = |after: i64, until: i64| {
        let at = |seconds| Time::from_unix(now().unix() + seconds);
        wait(record.count_expiring(at(after), at(until))).unwrap()
    };
    assert_eq!([count(-1, 0), count(0, 1), count(-2, -1), count(-100, 100)], [3, 0, 0, 3]);
}

pub fn changes_of_status_come_in_pages_each_certificate_once(record: &dyn Record) {
    for serial in 1..=4 {
        commit(record, issued(1, serial)).unwrap();
        commit(record, issued(2, serial)).unwrap();
        commit(record, revoked(1, serial, CertificateHold)).unwrap();
    }
    commit(record, revoked(2, 1, Superseded)).unwrap();
    commit(record, released(1, 2)).unwrap();
    commit(record, revoked(1, 1, KeyCompromise)).unwrap();
    let changes = |after, limit| wait(record.changes(id(1), after, limit)).unwrap();
    let all = changes(0, 100);
    let told: Vec<_> = all.iter().map(|change| (change.serial[1], change.status)).collect();
    let [hold, key] = [CertificateHold, KeyCompromise].map(|reason| because(reason).unwrap());
    assert_eq!(told, [(3, hold), (4, hold), (2, Status::Good), (1, key)]);
    assert!(all.is_sorted_by_key(|change| change.sequence));
    assert_eq!(changes(all[1].sequence, 1), all[2..3]);
    assert!(changes(all[3].sequence, 100).is_empty());
    let last = |issuer| wait(record.last_change(id(issuer))).unwrap();
    assert_eq!((last(1), last(9)), (all[3].sequence, 0));
}

pub fn the_numbers_of_crls_only_grow(record: &dyn Record) {
    let last = |issuer| wait(record.last_crl(id(issuer))).unwrap().map(|last| last.number);
    assert_eq!(last(1), None);
    commit(record, listed(1, 7)).unwrap();
    commit(record, listed(2, 5)).unwrap();
    for number in [0, 6, 7] {
        let refused = commit(record, listed(1, number));
        assert!(matches!(refused, Err(RecordError::CrlNumber { last: 7, .. })), "{refused:?}");
    }
    assert!(matches!(commit(record, listed(1, u64::MAX)), Err(RecordError::CrlNumber { .. })));
    commit(record, listed(1, 9)).unwrap();
    assert_eq!((last(1), last(2)), (Some(9), Some(5)));
    // A list that knows less than the one before it is not the next one, whatever its number.
    commit(record, listed_through(1, 10, 40)).unwrap();
    let behind = commit(record, listed_through(1, 11, 39));
    assert!(matches!(behind, Err(RecordError::CrlBehind { through: 39, last: 40 })), "{behind:?}");
    commit(record, listed_through(1, 11, 40)).unwrap();
}

pub fn a_list_made_ahead_stands_from_its_time_on_until_another_is_made(record: &dyn Record) {
    let at = |seconds: i64| now().plus(std::time::Duration::from_secs(seconds.unsigned_abs()));
    let found = |seconds| {
        let found = wait(record.presigned_crl(id(1), at(seconds))).unwrap();
        found.map(|found| (found.issued.number, found.crl))
    };
    commit(record, listed(1, 7)).unwrap();
    assert_eq!(found(0), None);
    for (number, from) in [(8, 10), (9, 20), (10, 30)] {
        commit(record, presigned(1, number, at(from))).unwrap();
    }
    assert_eq!(wait(record.last_crl(id(1))).unwrap().unwrap().number, 10);
    let numbers = [9, 10, 19, 20, 29, 30, 1_000].map(|seconds| found(seconds).map(|(number, _)| number));
    assert_eq!(numbers, [None, Some(8), Some(8), Some(9), Some(9), Some(10), Some(10)]);
    assert_eq!(found(10).unwrap().1, [0x30, 8]);
    assert_eq!(wait(record.presigned_crl(id(2), at(10))).unwrap(), None);
    let again = commit(record, presigned(1, 10, at(40)));
    assert!(matches!(again, Err(RecordError::CrlNumber { last: 10, .. })), "{again:?}");
    // Made ahead once more: the newer ones stand, each from its own time on.
    for (number, from) in [(11, 15), (12, 25)] {
        commit(record, presigned(1, number, at(from))).unwrap();
    }
    assert_eq!([14, 15, 30].map(|seconds| found(seconds).unwrap().0), [8, 11, 12]);
    commit(record, listed(1, 13)).unwrap();
    assert_eq!([14, 15, 30].map(found), [None, None, None]);
}

pub fn the_key_of_an_issuer_is_where_the_journal_says_last(record: &dyn Record) {
    wait(record.commit(founding(1))).unwrap();
    wait(record.commit(certified(1, 9))).unwrap();
    let keys = || wait(record.issuers()).unwrap().into_iter().map(|issuer| issuer.key).collect::<Vec<_>>();
    assert_eq!(keys(), ["keys/a.pem", "keys/a.pem"]);
    commit(record, moved(1, "elsewhere", Reach::Away)).unwrap();
    assert_eq!(keys(), ["elsewhere", "elsewhere"]);
    assert!(matches!(commit(record, moved(2, "elsewhere", Reach::Away)), Err(RecordError::NoIssuer { .. })));
    // Whoever still holds it signs nothing that is kept.
    for signed in [issued(1, 1), listed(1, 7), presigned(1, 8, now())] {
        assert!(matches!(commit(record, signed), Err(RecordError::KeyAway { .. })));
    }
    // Of one that was retired too: its CRLs go on.
    commit(record, retired(1)).unwrap();
    commit(record, moved(1, "keys/a.pem", Reach::Here)).unwrap();
    assert_eq!(keys(), ["keys/a.pem", "keys/a.pem"]);
    commit(record, listed(1, 7)).unwrap();
}

pub fn a_certificate_beside_the_others_of_its_key_closes_nothing_when_it_is_revoked(record: &dyn Record) {
    let standing = || wait(record.issuers()).unwrap().last().unwrap().standing;
    wait(record.commit(founding(1))).unwrap();
    wait(record.commit(beside(1, 9))).unwrap();
    commit(record, revoked(1, 9, Superseded)).unwrap();
    assert_eq!(standing(), Standing::InUse);
    commit(record, issued(1, 1)).unwrap();
    commit(record, revoked(1, 7, Superseded)).unwrap();
    assert!(matches!(standing(), Standing::Revoked(_)));
}

pub fn the_base_url_is_the_one_that_was_settled_last(record: &dyn Record) {
    let base = || wait(record.base_url()).unwrap().map(|base| base.to_string());
    assert_eq!(base(), None);
    for url in
        [Some("http://ca.internal:8480"), Some("http://pki.test/ca"), None, Some("http://ca.internal:8480")]
    {
        commit(record, settled(url)).unwrap();
        commit(record, issued(1, wait(record.head()).unwrap().number.try_into().unwrap())).unwrap();
        assert_eq!(base().as_deref(), url);
    }
}

pub fn where_certificates_have_said_that_crls_are_is_known(record: &dyn Record) {
    let told = || -> Vec<String> {
        let told = wait(record.shardings()).unwrap();
        told.into_iter().map(|one| format!("{} {}", one.base, one.count)).collect()
    };
    commit(record, sharded(4)).unwrap();
    assert!(told().is_empty(), "nobody says where");
    commit(record, settled(Some("http://old.test"))).unwrap();
    assert_eq!(told(), ["http://old.test 4"]);
    for entry in [sharded(8), settled(None), sharded(0), settled(Some("http://new.test")), sharded(8)] {
        commit(record, entry).unwrap();
    }
    let all = ["http://old.test 4", "http://old.test 8", "http://new.test 0", "http://new.test 8"];
    assert_eq!(told(), all);
    // As they say now last.
    commit(record, sharded(0)).unwrap();
    assert_eq!(told().last().unwrap(), "http://new.test 0");
}

pub fn tokens_are_known_by_their_identifiers_and_revoked_once(record: &dyn Record) {
    let found = |id: u8| wait(record.token(TokenId::from_octets([id; 8]))).unwrap();
    assert_eq!(found(1), None);
    assert!(
        matches!(commit(record, token_revoked(1)), Err(RecordError::NoToken { id }) if id == "0101010101010101")
    );
    commit(record, token(2)).unwrap();
    commit(record, token(1)).unwrap();
    assert!(matches!(commit(record, token(1)), Err(RecordError::TokenTaken { .. })));
    let one = found(1).unwrap();
    assert_eq!((Event::TokenAdded(one.added), one.at, one.revoked), (token(1).event, now(), None));
    commit(record, token_revoked(1)).unwrap();
    assert!(matches!(commit(record, token_revoked(1)), Err(RecordError::NoToken { .. })));
    assert!(matches!(commit(record, token(1)), Err(RecordError::TokenTaken { .. })), "not even then");
    let all = wait(record.tokens()).unwrap();
    let all: Vec<_> = all.iter().map(|token| (token.added.id.octets()[0], token.revoked)).collect();
    assert_eq!(all, [(2, None), (1, Some(now()))]);
}

pub fn a_refused_revocation_takes_nothing_else_with_it(record: &dyn Record) {
    commit(record, issued(1, 1)).unwrap();
    let before = wait(record.head()).unwrap();
    let batch = Batch::new(vec![issued(1, 2), revoked(1, 9, KeyCompromise)]);
    assert!(matches!(wait(record.commit(batch)), Err(RecordError::NotIssued { .. })));
    assert_eq!((wait(record.head()).unwrap(), status(record, 2)), (before, None));
    // What was issued in the same batch may be taken back in it.
    wait(record.commit(Batch::new(vec![issued(1, 3), revoked(1, 3, Superseded)]))).unwrap();
    assert_eq!(status(record, 3), because(Superseded));
}

pub fn the_chain_can_be_followed(record: &dyn Record) {
    wait(record.commit(founding(1))).unwrap();
    for serial in 1..=4 {
        wait(record.commit(Batch::new(vec![approved(), issued(1, serial)]))).unwrap();
    }
    let head = wait(record.head()).unwrap();
    let links = wait(record.links(0, 100)).unwrap();
    assert_eq!(Head::GENESIS.follow(&links, &Fake).unwrap(), head);
    let rest = wait(record.links(links[1].head.number, 100)).unwrap();
    assert_eq!(links[1].head.follow(&rest, &Fake).unwrap(), head);
    assert_eq!(wait(record.links(0, 2)).unwrap(), links[..2]);
}

pub fn many_at_once_all_get_their_answer(record: &dyn Record) {
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|thread| {
                scope.spawn(move || {
                    let commit = |serial| wait(record.commit(Batch::new(vec![issued(thread, serial)])));
                    (0..16).map(commit).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(outcomes.len(), 128);
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(all(record).len(), 128);
    let links = wait(record.links(0, 1000)).unwrap();
    assert_eq!(Head::GENESIS.follow(&links, &Fake).unwrap(), wait(record.head()).unwrap());
    assert_eq!(links.iter().map(|link| link.entries.len()).sum::<usize>(), 128);
}

pub fn an_answer_nobody_waits_for_is_committed_all_the_same(record: &dyn Record) {
    drop(record.commit(Batch::new(vec![issued(1, 1)])));
    wait(record.commit(Batch::new(vec![issued(1, 2)]))).unwrap();
    assert_eq!(all(record).len(), 2);
}

pub fn a_request_waits_and_is_decided_on_once_and_in_time(record: &dyn Record) {
    wait(record.commit(founding(1))).unwrap();
    let refused = |entries: Vec<Entry>| wait(record.commit(Batch::new(entries))).unwrap_err();
    assert!(matches!(refused(vec![denied(1)]), RecordError::NotPending { .. }));
    for number in [1, 2, 3] {
        wait(record.commit(Batch::new(vec![held(number)]))).unwrap();
    }
    // One that waits again stays in its place.
    wait(record.commit(Batch::new(vec![held(1)]))).unwrap();
    let numbers = |query| -> Vec<u8> {
        wait(record.requests(query)).unwrap().iter().map(|found| found.held.id.octets()[0]).collect()
    };
    assert_eq!(numbers(RequestQuery::Undecided), [1, 2, 3]);
    assert_eq!(numbers(RequestQuery::Last(2)), [2, 3]);
    assert_eq!(numbers(RequestQuery::UndecidedOf([2; 32])), [2]);

    // What is approved is what waits, and nothing else.
    let Event::RequestApproved(named) = endorsed(1, 9).event else { panic!("an approval") };
    for plan in [Some(vec![9; 32]), Some(Vec::new()), None] {
        let entry =
            Entry { at: now(), event: Event::RequestApproved(RequestApproved { plan, ..named.clone() }) };
        assert!(matches!(refused(vec![entry, approved(), issued(1, 9)]), RecordError::AnotherPlan { .. }));
    }

    let mut late = denied(2);
    late.at = late.at.plus(std::time::Duration::from_secs(1));
    assert!(matches!(refused(vec![late]), RecordError::NotPending { .. }));
    wait(record.commit(Batch::new(vec![endorsed(1, 9), approved(), issued(1, 9)]))).unwrap();
    wait(record.commit(Batch::new(vec![denied(2)]))).unwrap();
    for entries in [vec![denied(1)], vec![held(2)], vec![endorsed(2, 8), approved(), issued(1, 8)]] {
        assert!(matches!(refused(entries), RecordError::NotPending { .. }));
    }
    assert_eq!(
        wait(record.certificates(CertificateQuery::Serial(vec![0x40, 8]))).unwrap(),
        [],
        "nothing of it"
    );
    assert_eq!(numbers(RequestQuery::Undecided), [3]);
    let found = wait(record.requests(RequestQuery::Last(9))).unwrap();
    let decided: Vec<Option<bool>> = found
        .iter()
        .map(|found| found.decided.as_ref().map(|decided| decided.certificate.is_some()))
        .collect();
    assert_eq!(decided, [Some(true), Some(false), None]);
}

/// Writes a test for every promise; `$make` gives a fresh record and what keeps it alive.
macro_rules! promises {
    ($make:path: $($promise:ident)*) => {
        $(#[test]
        fn $promise() {
            let (record, _kept) = $make();
            crate::suite::$promise(&record);
        })*
    };
    ($make:path) => {
        crate::suite::promises! { $make:
            an_empty_record_is_empty
            what_is_committed_is_read_back
            no_serial_number_is_committed_twice
            a_batch_for_another_head_is_refused
            issuers_are_rows_and_their_own_certificates_are_not_among_the_issued
            certificates_come_in_pages
            a_certificate_is_good_until_it_is_revoked_and_then_for_good
            an_issuer_that_was_retired_or_revoked_issues_nothing_more
            nobody_issues_below_an_issuer_that_was_revoked
            no_issuer_has_the_name_of_another
            a_key_that_was_compromised_is_certified_no_more
            a_hold_is_lifted_or_made_final
            those_that_end_soon_are_counted_without_the_revoked_and_the_authoritys_own
            changes_of_status_come_in_pages_each_certificate_once
            a_refused_revocation_takes_nothing_else_with_it
            the_numbers_of_crls_only_grow
            a_list_made_ahead_stands_from_its_time_on_until_another_is_made
            the_key_of_an_issuer_is_where_the_journal_says_last
            a_certificate_beside_the_others_of_its_key_closes_nothing_when_it_is_revoked
            the_base_url_is_the_one_that_was_settled_last
            where_certificates_have_said_that_crls_are_is_known
            tokens_are_known_by_their_identifiers_and_revoked_once
            every_filter_finds_what_it_names
            every_order_is_kept_and_another_refused
            pages_meet_while_others_issue
            a_page_ends_where_its_work_is_done
            a_request_waits_and_is_decided_on_once_and_in_time
            the_chain_can_be_followed
            many_at_once_all_get_their_answer
            an_answer_nobody_waits_for_is_committed_all_the_same
        }
    };
}
pub(crate) use promises;
