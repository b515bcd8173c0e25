// SPDX-License-Identifier: MIT OR Apache-2.0
//! Authorities that are taken over: what collides is told and left out, whose time is over issues no more, and whoever was
//! revoked has issued what it has issued.

use std::sync::Arc;

use authority::audit::Audit;
use authority::founding::{Founded, Founding, FoundingKey};
use authority::takeover::{Inheritance, Inherited, TakenOver, Takeover, Unlisted};
use authority::{
    CertificateQuery, Constraints, IssueError, Record, RecordError, Revoked, Standing, TakeoverError,
};
use keys::{AwsLc, KeyKind, Signer};
use store::Sqlite;
use x509::Time;
use x509::ext::ReasonCode;

use crate::office::{Ask, Counting, Office, at, fresh_key, now, record, request, wait};

/// An authority that somebody else keeps, and its keys.
struct Elsewhere {
    office: Office,
    keys: [Arc<dyn Signer>; 2],
}

impl Elsewhere {
    fn with(issuing: Arc<dyn Signer>) -> Self {
        let keys = [fresh_key(KeyKind::P256), issuing];
        let [root, intermediate] = keys.clone().map(|signer| FoundingKey { signer, location: String::new() });
        let constraints = Constraints::private(&[]).unwrap();
        let founding = Founding::new(Some("Elsewhere".into()), constraints, root, intermediate);
        Self { office: Office::founded(founding), keys }
    }

    fn new() -> Self {
        Self::with(fresh_key(KeyKind::P256))
    }

    fn leaf(&self) -> Inheritance {
        let issued = self.office.issue(Ask::server(request(&["db.internal"]))).unwrap();
        Inheritance { certificate: issued.certificate().to_vec(), revoked: None }
    }

    /// Takes it over with these certificates.
    fn taken_over(
        &self,
        certificates: Vec<Inheritance>,
        now: Time,
        record: &Sqlite,
    ) -> Result<TakenOver, TakeoverError> {
        let Founded { root, intermediate } = &self.office.founded;
        let issuers = [root, intermediate].into_iter().zip(&self.keys);
        let issuers = issuers.map(|(issuer, signer)| Inherited {
            chain: issuer.chain().to_vec(),
            signer: Arc::clone(signer),
            location: "keys/taken.pem".into(),
            crl: None,
            crl_number: None,
        });
        let (issuers, unlisted, by) = (issuers.collect(), Unlisted::Refuse, "a test".to_owned());
        let takeover = Takeover { issuers, certificates, unlisted, base_url: None, by };
        wait(takeover.commit(now, record, &AwsLc))
    }
}

fn audited(record: &Sqlite) {
    let audit = wait(Audit::of(record, &AwsLc, &mut |_, _| {})).unwrap();
    assert!(audit.is_clean(), "{:?}", audit.findings);
}

fn standings(record: &Sqlite) -> Vec<Standing> {
    wait(record.issuers()).unwrap().iter().map(|issuer| issuer.standing).collect()
}

#[test]
fn a_certificate_whose_number_another_one_has_is_told_and_left_out() {
    let signer = fresh_key(KeyKind::P256);
    // The same key, which has given the same numbers twice.
    let (first, second) = (Elsewhere::with(Arc::clone(&signer)), Elsewhere::with(signer));
    let (own, other) = (first.leaf(), second.leaf());
    let (record, _folder) = record();
    let taken = first.taken_over(vec![own.clone(), other.clone()], now(), &record).unwrap();
    assert_eq!((taken.certificates, taken.known, taken.collisions.len()), (1, 0, 1), "{taken:?}");
    assert!(taken.collisions[0].starts_with("CN=db.internal ("), "{taken:?}");
    // Done again, by whichever of them comes first: the one in the record stays.
    let again = first.taken_over(vec![other, own.clone()], now(), &record).unwrap();
    assert_eq!((again.added, again.certificates, again.known, again.collisions.len()), (0, 0, 1, 1));
    let all = wait(record.certificates(CertificateQuery::After { sequence: 0, limit: 9 })).unwrap();
    assert_eq!(all.into_iter().map(|one| one.issued.certificate).collect::<Vec<_>>(), [own.certificate]);
    // Its issuer's key is that of another chain here.
    let refused = second.taken_over(Vec::new(), now(), &record);
    assert!(matches!(refused, Err(TakeoverError::Otherwise { .. })), "{refused:?}");
    audited(&record);
}

#[test]
fn an_issuer_whose_time_is_over_is_retired() {
    let elsewhere = Elsewhere::new();
    let leaf = elsewhere.leaf();
    let (record, _folder) = record();
    // The intermediate has had its five years, the root is half through its ten.
    let later = at("2032-06-01");
    elsewhere.taken_over(vec![leaf], later, &record).unwrap();
    assert_eq!(standings(&record), [Standing::InUse, Standing::Retired(later)]);
    // Once is enough.
    elsewhere.taken_over(Vec::new(), later, &record).unwrap();
    audited(&record);
}

#[test]
fn what_a_revoked_issuer_has_issued_is_taken_over_all_the_same() {
    let elsewhere = Elsewhere::new();
    let since = at("2026-11-20");
    let revoked = Some(Revoked { reason: ReasonCode::Superseded, since, invalid_from: None });
    let certificate = elsewhere.office.founded.intermediate.certificate().to_vec();
    // More than are committed at a time, and the issuer's own before them.
    let leaves = (0..501).map(|_| elsewhere.leaf());
    let certificates: Vec<_> = [Inheritance { certificate, revoked }].into_iter().chain(leaves).collect();
    let (record, _folder) = record();
    let taken = elsewhere.taken_over(certificates, now(), &record).unwrap();
    assert_eq!((taken.certificates, taken.revocations, taken.collisions.len()), (501, 1, 0));
    assert!(matches!(standings(&record)[..], [Standing::InUse, Standing::Revoked(_)]));
    audited(&record);
    // From here on it issues nothing.
    let approved = elsewhere.office.approve(Ask::server(request(&["db.internal"]))).unwrap();
    let prepared = approved.prepare(&Counting::from(10_000), &AwsLc).unwrap();
    let refused = wait(prepared.issue(&record, &AwsLc));
    assert!(
        matches!(refused, Err(IssueError::Record(RecordError::IssuerClosed { what: "revoked", .. }))),
        "{refused:?}"
    );
}
