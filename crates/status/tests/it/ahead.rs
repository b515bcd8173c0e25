// SPDX-License-Identifier: MIT OR Apache-2.0
//! CRLs made ahead of their time.

use std::sync::Arc;
use std::time::Duration;

use authority::audit::Audit;
use authority::{Issuer, Record as _};
use keys::{AbsentKey, AwsLc};
use status::{CrlError, Entries, Lifetime, Publisher, Schedule, presign};
use x509::ext::ReasonCode;
use x509::{Certificate, Time};

use crate::crls::listed;
use crate::office::{Office, WEEK, at, now, wait};

const DAY: Duration = Duration::from_secs(86_400);

/// The office's intermediate, its key taken away.
fn without_key(office: &Office) -> Arc<Issuer> {
    let issuer = office.issuer();
    let own = Certificate::parse(issuer.certificate()).unwrap();
    let key = own.tbs().subject_public_key_info().raw().to_vec();
    let absent = AbsentKey::new(key, issuer.signature_algorithm().to_vec());
    Arc::new(Issuer::prove(issuer.chain().to_vec(), Arc::new(absent), &AwsLc).unwrap())
}

fn ahead(office: &Office, schedule: Schedule, at: Time) -> Result<Vec<status::Crl>, CrlError> {
    wait(presign(office.issuer(), schedule, &[], at, &office.record, &AwsLc))
}

#[test]
fn two_years_are_covered_and_each_list_is_published_in_its_time() {
    let office = Office::new();
    let (bad, good) = (office.issue(397), office.issue(397));
    office.revoke(&bad, ReasonCode::KeyCompromise);
    let before = office.crl(&mut Entries::new(), now()).unwrap();
    let crls = ahead(&office, Schedule::default(), now()).unwrap();
    assert_eq!(crls.len(), 24);
    let numbers: Vec<u64> = crls.iter().map(|crl| crl.number).collect();
    assert_eq!(numbers, (before.number + 1..before.number + 25).collect::<Vec<_>>());
    assert_eq!((crls[0].this_update, crls[0].next_update), (now(), now().plus(31 * DAY)));
    for pair in crls.windows(2) {
        assert_eq!(pair[0].next_update, pair[1].this_update.plus(DAY), "no gap");
    }
    let mut publisher = Publisher::new(without_key(&office), WEEK);
    let mut publish = |at| wait(publisher.publish(at, &office.record, &AwsLc));
    for crl in &crls[..12] {
        for time in [crl.this_update, crl.next_update.minus(DAY + Duration::from_secs(1))] {
            let published = publish(time).unwrap();
            assert_eq!(published.as_deref(), (time == crl.this_update).then_some(crl));
            assert_eq!(office.judged(&good, crl, time), Ok(()));
            assert_eq!(office.judged(&bad, crl, time), Err("not-revoked".to_owned()));
        }
    }
    let audit = wait(Audit::of(&office.record, &AwsLc, &mut |_, _| {})).unwrap();
    assert_eq!(audit.findings, []);
}

#[test]
fn a_list_made_with_the_key_takes_their_place() {
    let office = Office::new();
    let crls = ahead(&office, Schedule { count: 3, ..Schedule::default() }, now()).unwrap();
    let issued = office.issue(397);
    office.revoke(&issued, ReasonCode::KeyCompromise);
    let later = now().plus(40 * DAY);
    let made = office.crl(&mut Entries::new(), later).unwrap();
    assert!(made.number > crls[2].number);
    assert_eq!(listed(&made.der), [issued.serial().to_string()]);
    let mut publisher = Publisher::new(without_key(&office), WEEK);
    let none = wait(publisher.publish(later, &office.record, &AwsLc));
    assert!(matches!(none, Err(CrlError::NoneAhead { .. })), "{none:?}");
    // Taken away again, once more ahead: all of them know of it.
    let again = ahead(&office, Schedule { count: 2, ..Schedule::default() }, later).unwrap();
    assert!(again.iter().all(|crl| listed(&crl.der) == listed(&made.der)));
    let published = wait(publisher.publish(later, &office.record, &AwsLc)).unwrap();
    assert_eq!(published.as_deref(), again.first());
}

#[test]
fn what_has_ended_leaves_one_list_late_ahead_too() {
    let office = Office::new();
    let short = office.issue(40);
    office.revoke(&short, ReasonCode::Superseded);
    let crls = ahead(&office, Schedule { count: 4, ..Schedule::default() }, now()).unwrap();
    // Made on days 0, 30, 60 and 90: the certificate ends on day 40, and stands on the list of day 60.
    let entries: Vec<usize> = crls.iter().map(|crl| crl.entries).collect();
    assert_eq!(entries, [1, 1, 1, 0]);
    // The key comes back on day 50: on the list that stands then the certificate had not ended.
    let back = office.crl(&mut Entries::new(), now().plus(50 * DAY)).unwrap();
    assert_eq!(back.entries, 1);
}

#[test]
fn short_lives_overlap_by_half_and_too_much_is_refused() {
    let office = Office::new();
    let day = Schedule { count: 3, lifetime: Lifetime(DAY) };
    let crls = ahead(&office, day, now()).unwrap();
    assert_eq!(crls[1].this_update, now().plus(DAY / 2));
    for _ in 0..30 {
        office.revoke(&office.issue(40), ReasonCode::Superseded);
    }
    let beyond = Schedule { count: u16::MAX, lifetime: Lifetime(DAY) };
    let refused = ahead(&office, beyond, at("2026-11-23"));
    assert!(matches!(refused, Err(CrlError::TooMuchAhead { count: u16::MAX, .. })), "{refused:?}");
    assert_eq!(wait(office.record.last_crl(office.issuer().id())).unwrap().unwrap().number, crls[2].number);
}
