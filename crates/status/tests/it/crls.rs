// SPDX-License-Identifier: MIT OR Apache-2.0
//! CRLs from the first to the last.

use std::sync::Arc;
use std::time::Duration;

use authority::Record;
use authority::audit::Audit;
use keys::AwsLc;
use status::{Entries, Publisher};
use x509::CertificateList;
use x509::ext::{AuthorityKeyIdentifier, CrlNumber, ReasonCode};

use crate::office::{Office, WEEK, at, now, wait};

/// The serial numbers that a CRL lists.
pub fn listed(der: &[u8]) -> Vec<String> {
    let list = CertificateList::parse(der).unwrap();
    list.tbs()
        .revoked()
        .into_iter()
        .flat_map(|revoked| revoked.iter())
        .map(|entry| entry.serial.to_string())
        .collect()
}

#[test]
fn a_client_that_insists_on_the_status_gets_it() {
    let office = Office::new();
    let (good, bad, held) = (office.issue(47), office.issue(47), office.issue(47));
    let mut entries = Entries::new();
    let first = office.crl(&mut entries, now()).unwrap();
    assert_eq!((first.entries, listed(&first.der)), (0, vec![]));
    for issued in [&good, &bad, &held] {
        assert_eq!(office.judged(issued, &first, now()), Ok(()));
    }
    office.revoke(&bad, ReasonCode::KeyCompromise);
    office.revoke(&held, ReasonCode::CertificateHold);
    let second = office.crl(&mut entries, now()).unwrap();
    assert_eq!(office.judged(&good, &second, now()), Ok(()));
    for issued in [&bad, &held] {
        assert_eq!(office.judged(issued, &second, now()), Err("not-revoked".to_owned()));
    }
    office.release(&held);
    let third = office.crl(&mut entries, now()).unwrap();
    assert_eq!(office.judged(&held, &third, now()), Ok(()));
    assert_eq!(listed(&third.der), [bad.serial().to_string()]);
    assert!(first.number < second.number && second.number < third.number);
}

#[test]
fn it_says_who_signed_it_with_which_key_and_which_number_it_has() {
    let office = Office::new();
    let crl = office.crl(&mut Entries::new(), now()).unwrap();
    let list = CertificateList::parse(&crl.der).unwrap();
    let tbs = list.tbs();
    assert_eq!(tbs.issuer().raw(), office.issuer().subject());
    assert_eq!(
        (tbs.this_update().time, tbs.next_update().unwrap().time),
        (now(), at("2026-11-29T10:00:00Z"))
    );
    let authority = tbs.extensions().decode::<AuthorityKeyIdentifier<'_>>().unwrap().unwrap();
    assert_eq!(authority.value.key_identifier, Some(office.issuer().key_identifier()));
    let number = tbs.extensions().decode::<CrlNumber<'_>>().unwrap().unwrap();
    assert_eq!(number.value.to_string(), crl.number.to_string());
    assert_eq!(crl.number, 1_795_341_600, "the seconds of Unix time");
}

#[test]
fn entries_that_were_kept_are_those_that_are_read_anew() {
    let office = Office::new();
    let mut kept = Entries::new();
    for round in 0..4 {
        let issued: Vec<_> = (0..4).map(|_| office.issue(47)).collect();
        office.revoke(&issued[0], ReasonCode::Superseded);
        office.revoke(&issued[1], ReasonCode::CertificateHold);
        office.revoke(&issued[2], ReasonCode::CertificateHold);
        let before = office.crl(&mut kept, now()).unwrap();
        office.release(&issued[1]);
        office.revoke(&issued[2], ReasonCode::KeyCompromise);
        let after = office.crl(&mut kept, now()).unwrap();
        assert_eq!(before.entries, after.entries + 1);
        let mut anew = Entries::new();
        let again = office.crl(&mut anew, now()).unwrap();
        assert_eq!(listed(&again.der), listed(&after.der), "round {round}");
        assert_eq!((anew.encoded(), anew.through()), (kept.encoded(), kept.through()), "round {round}");
    }
}

#[test]
fn an_entry_stands_on_one_list_made_after_its_certificate_ended() {
    let office = Office::new();
    let (short, long) = (office.issue(2), office.issue(40));
    office.revoke(&short, ReasonCode::Superseded);
    office.revoke(&long, ReasonCode::Superseded);
    let (mut kept, both) = (Entries::new(), [short.serial().to_string(), long.serial().to_string()]);
    assert_eq!(listed(&office.crl(&mut kept, now()).unwrap().der), both);
    assert_eq!(
        listed(&office.crl(&mut kept, at("2026-11-25")).unwrap().der),
        both,
        "the first after its end"
    );
    let last = [long.serial().to_string()];
    assert_eq!(listed(&office.crl(&mut kept, at("2026-11-26")).unwrap().der), last);
    assert_eq!(listed(&office.crl(&mut Entries::new(), at("2026-11-26")).unwrap().der), last);
}

#[test]
fn a_clock_that_was_ahead_and_is_right_again_stops_no_list_and_loses_nobody() {
    let office = Office::new();
    let (short, long) = (office.issue(2), office.issue(40));
    office.revoke(&short, ReasonCode::Superseded);
    let mut kept = Entries::new();
    assert_eq!(office.crl(&mut kept, now()).unwrap().entries, 1);
    // Thirty days ahead, twice: the short one has ended, and stands on one list more.
    let ahead = at("2026-12-22");
    assert_eq!(office.crl(&mut kept, ahead).unwrap().entries, 1);
    let last = office.crl(&mut kept, ahead.plus(Duration::from_secs(1))).unwrap();
    assert_eq!(last.entries, 0);
    office.revoke(&long, ReasonCode::KeyCompromise);
    let right = now().plus(Duration::from_secs(60));
    let both = [short.serial().to_string(), long.serial().to_string()];
    for mut entries in [kept, Entries::new()] {
        let next = office.crl(&mut entries, right).unwrap();
        assert_eq!((next.this_update, listed(&next.der)), (right, both.to_vec()));
        assert!(next.number > last.number);
    }
    let audit = wait(Audit::of(&office.record, &AwsLc, &mut |_, _| {})).unwrap();
    assert_eq!(audit.findings, []);
}

#[test]
fn whoever_is_slower_makes_the_next_one() {
    let office = Office::new();
    let crls: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    (0..5).map(|_| office.crl(&mut Entries::new(), now()).unwrap().number).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let mut numbers = crls.clone();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 20, "no number twice: {crls:?}");
    let last = wait(office.record.last_crl(office.issuer().id())).unwrap().unwrap();
    assert_eq!(Some(&last.number), numbers.last());
    let audit = wait(Audit::of(&office.record, &AwsLc, &mut |_, _| {})).unwrap();
    assert_eq!((audit.findings, audit.crls), (vec![], 20));
}

#[test]
fn a_publisher_makes_the_next_one_when_something_has_changed_or_half_of_its_life_is_over() {
    let office = Office::new();
    let issued = office.issue(47);
    let mut publisher = Publisher::new(Arc::clone(&office.founded.intermediate), WEEK);
    let mut publish = |at| wait(publisher.publish(at, &office.record, &AwsLc));
    let first = publish(now()).unwrap().unwrap();
    assert!(publish(now()).unwrap().is_none());
    office.revoke(&issued, ReasonCode::KeyCompromise);
    let second = publish(now()).unwrap().unwrap();
    assert_eq!((first.entries, listed(&second.der)), (0, vec![issued.serial().to_string()]));
    let half = now().plus(WEEK.0 / 2);
    assert!(publish(half.minus(Duration::from_secs(1))).unwrap().is_none());
    let third = publish(half).unwrap().unwrap();
    assert_eq!((third.this_update, third.entries), (half, 1));
    // The clock is put back: nobody can use a list from the future, so there is another, and that one stands.
    let fourth = publish(now()).unwrap().unwrap();
    assert_eq!((fourth.this_update, fourth.entries), (now(), 1));
    assert!(fourth.number > third.number);
    assert!(publish(now()).unwrap().is_none());
    let other = office.issue(47);
    office.revoke(&other, ReasonCode::KeyCompromise);
    assert_eq!(publish(now()).unwrap().unwrap().entries, 2);
}
