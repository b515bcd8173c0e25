// SPDX-License-Identifier: MIT OR Apache-2.0
//! What every implementation of the record promises. A store joins by naming how a fresh one is made.

use authority::journal::Event;
use authority::{Batch, CertificateQuery, Head, Record, RecordError};

use crate::crypto::Fake;
use crate::samples::{approved, founding, id, issued};
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
            the_chain_can_be_followed
            many_at_once_all_get_their_answer
            an_answer_nobody_waits_for_is_committed_all_the_same
        }
    };
}
pub(crate) use promises;
