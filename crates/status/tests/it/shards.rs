// SPDX-License-Identifier: MIT OR Apache-2.0
//! CRLs in parts.

use std::sync::Arc;
use std::time::Duration;

use authority::{Issued, Shard, Sharding};
use keys::AwsLc;
use status::{Crl, Publisher};
use x509::ext::{DistributionPointName, IssuingDistributionPoint, ReasonCode};
use x509::{CertificateList, Time};

use crate::office::{Office, WEEK, now, wait};

fn sharding(base: &str, count: u16) -> Sharding {
    Sharding { base: base.parse().unwrap(), count }
}

fn publisher(office: &Office, shardings: &[Sharding]) -> Publisher {
    Publisher::new(Arc::clone(&office.founded.intermediate), WEEK).in_shards(shardings)
}

fn parts(publisher: &Publisher) -> Vec<(Shard, Arc<Crl>)> {
    publisher.shards().map(|(shard, crl)| (shard, Arc::clone(crl))).collect()
}

fn publish(office: &Office, publisher: &mut Publisher, at: Time) -> Option<Arc<Crl>> {
    wait(publisher.publish(at, &office.record, &AwsLc)).unwrap()
}

fn shard(issued: &Issued, count: u16) -> Shard {
    Shard::of(issued.serial().octets(), count).unwrap()
}

/// The URLs in the issuingDistributionPoint, which has to be critical.
fn points(crl: &Crl) -> Vec<String> {
    let list = CertificateList::parse(&crl.der).unwrap();
    let found = list.tbs().extensions().decode::<IssuingDistributionPoint<'_>>().unwrap().unwrap();
    assert!(found.critical);
    let Some(DistributionPointName::FullName(names)) = found.value.name else { panic!("no full name") };
    names.iter().map(|name| name.to_string()).collect()
}

#[test]
fn each_part_lists_its_own_and_the_whole_lists_all() {
    let office = Office::new();
    let mut publisher = publisher(&office, &[sharding("http://ca.internal", 4)]);
    let issued: Vec<Issued> = (0..8).map(|_| office.issue(47)).collect();
    office.revoke(&issued[0], ReasonCode::Superseded);
    office.revoke(&issued[5], ReasonCode::Superseded);
    let whole = publish(&office, &mut publisher, now()).unwrap();
    let made = parts(&publisher);
    assert_eq!((whole.entries, made.len()), (2, 4));
    for (index, (part, crl)) in made.iter().enumerate() {
        let revoked = [&issued[0], &issued[5]].into_iter().filter(|one| shard(one, 4) == *part).count();
        assert_eq!((crl.number, crl.entries), (whole.number, revoked), "part {part}");
        let path = part.path(office.issuer().id());
        assert!(path.ends_with(&format!("-4-{index}.crl")), "{path}");
        let points = points(crl);
        assert!(points.len() == 1 && points[0].contains(&format!("http://ca.internal/{path}")), "{points:?}");
    }
}

#[test]
fn only_the_part_that_lists_others_is_made_again_and_all_of_them_in_time() {
    let office = Office::new();
    let mut publisher = publisher(&office, &[sharding("http://ca.internal", 4)]);
    publish(&office, &mut publisher, now()).unwrap();
    let before = parts(&publisher);
    let issued = office.issue(47);
    office.revoke(&issued, ReasonCode::CertificateHold);
    let later = now().plus(Duration::from_secs(60));
    let whole = publish(&office, &mut publisher, later).unwrap();
    for ((part, before), (_, after)) in before.iter().zip(parts(&publisher)) {
        let is_its = *part == shard(&issued, 4);
        assert_eq!(*before != after, is_its, "part {part}");
        assert!(!is_its || (after.number, after.entries) == (whole.number, 1));
    }
    office.release(&issued);
    publish(&office, &mut publisher, later.plus(Duration::from_secs(1))).unwrap();
    assert!(parts(&publisher).iter().all(|(_, crl)| crl.entries == 0));
    // Half of the life of those that were not made again is over before that of the whole.
    let half = now().plus(WEEK.0 / 2);
    assert!(publish(&office, &mut publisher, half).is_some());
    assert!(parts(&publisher).iter().all(|(_, crl)| crl.next_update >= half.plus(WEEK.0 / 2)));
    assert!(publish(&office, &mut publisher, half).is_none());
}

#[test]
fn what_has_ended_leaves_its_part_one_list_late() {
    let office = Office::new();
    let mut publisher = publisher(&office, &[sharding("http://ca.internal", 2)]);
    let issued = office.issue(1);
    office.revoke(&issued, ReasonCode::Superseded);
    let mut entries = |days: u64| {
        publish(&office, &mut publisher, now().plus(Duration::from_secs(days * 86_400)));
        parts(&publisher).iter().map(|(_, crl)| crl.entries).sum::<usize>()
    };
    assert_eq!([0, 4, 8].map(&mut entries), [1, 1, 0]);
}

#[test]
fn a_part_names_every_place_where_certificates_look_for_it() {
    let office = Office::new();
    let old = sharding("http://old.internal", 2);
    let shardings = [old, sharding("http://new.internal", 2), sharding("http://new.internal", 3)];
    let mut moved = publisher(&office, &shardings);
    publish(&office, &mut moved, now()).unwrap();
    let made = parts(&moved);
    assert_eq!(made.len(), 5);
    assert_eq!(made.iter().map(|(_, crl)| points(crl).len()).collect::<Vec<_>>(), [2, 2, 1, 1, 1]);
    // A root's CRL is whole: it may be made ahead of its time.
    let root = Publisher::new(Arc::clone(&office.founded.root), WEEK).in_shards(&shardings);
    let mut root = root;
    publish(&office, &mut root, now()).unwrap();
    assert_eq!(parts(&root).len(), 0);
}
