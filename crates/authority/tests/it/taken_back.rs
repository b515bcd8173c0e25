// SPDX-License-Identifier: MIT OR Apache-2.0
//! Revocations, releases and refusals, with real keys: what is recorded, and that the audit finds it sound.

use authority::audit::Audit;
use authority::journal::Event;
use authority::revoke::{REASONS, Sweep, Swept, release};
use authority::search::StandsAs;
use authority::{
    Entry, Found, Issued, Question, Record, RecordError, Revocation, RevokeError, Revoked, Search, Status,
    Warrant,
};
use keys::{AwsLc, KeyKind};
use x509::Time;
use x509::ext::ReasonCode;

use crate::office::{Ask, Office, fresh_key, now, request, request_with, wait};

fn warrant() -> Warrant {
    Warrant::ApprovedBy("a test".into())
}

fn revocation(office: &Office, issued: &Issued, reason: ReasonCode) -> Revocation {
    Revocation {
        issuer: office.founded.intermediate.id(),
        serial: issued.serial().octets().to_vec(),
        reason,
        invalid_from: None,
        warrant: warrant(),
    }
}

fn status(office: &Office, issued: &Issued) -> Status {
    let serial = issued.serial().octets().to_vec();
    wait(office.record.status(office.founded.intermediate.id(), serial)).unwrap().unwrap().status
}

fn is_clean(office: &Office) -> bool {
    let audit = wait(Audit::of(&office.record, &AwsLc, &mut |_, _| {})).unwrap();
    assert_eq!(audit.findings, []);
    audit.is_clean()
}

#[test]
fn a_certificate_is_taken_back_for_each_of_the_reasons() {
    let office = Office::private();
    for reason in REASONS {
        // Each for a key of its own: one that was compromised is certified no more.
        let csr = request_with(&*fresh_key(KeyKind::P256), &["db.internal"]);
        let issued = office.issue(Ask::server(csr)).unwrap();
        let invalid_from = Time::parse("2026-11-20");
        let revocation = Revocation { invalid_from, ..revocation(&office, &issued, reason) };
        wait(revocation.commit(now(), &office.record)).unwrap();
        assert_eq!(status(&office, &issued), Status::Revoked(Revoked { reason, since: now(), invalid_from }));
    }
    assert!(is_clean(&office));
}

#[test]
fn many_are_taken_back_in_one_batch_and_whoever_was_faster_takes_none_from_the_rest() {
    let office = Office::private();
    let issued: Vec<Issued> =
        (0..4).map(|_| office.issue(Ask::server(request(&["db.internal"]))).unwrap()).collect();
    let search = || Search::new(Question::default(), None, now()).unwrap();
    let found = wait(office.record.search(search())).unwrap().found;
    assert!(found.iter().all(|found| found.requester.starts_with("approved by ")));
    let sweep = Sweep { reason: ReasonCode::Superseded, invalid_from: None, warrant: warrant() };
    assert_eq!(sweep.check(&found, now()).unwrap(), Swept { revoked: 4, before: 0 });
    // Between the search and the sweep.
    wait(revocation(&office, &issued[2], ReasonCode::KeyCompromise).commit(now(), &office.record)).unwrap();
    let before = office.batches();
    let swept = |found: &[Found]| wait(sweep.commit(found, now(), &office.record)).unwrap();
    assert_eq!(swept(&found), Swept { revoked: 3, before: 1 });
    assert_eq!(office.batches(), before + 3, "each for itself");
    let found = wait(office.record.search(search())).unwrap().found;
    assert_eq!(swept(&found), Swept { revoked: 0, before: 4 });
    assert_eq!(office.batches(), before + 3);
    for (number, one) in issued.iter().enumerate() {
        let reason = if number == 2 { ReasonCode::KeyCompromise } else { ReasonCode::Superseded };
        assert_eq!(
            status(&office, one),
            Status::Revoked(Revoked { reason, since: now(), invalid_from: None })
        );
    }
    let held =
        (0..3).map(|_| office.issue(Ask::server(request_with(&*fresh_key(KeyKind::P256), &["a.internal"]))));
    held.for_each(|issued| {
        let hold = revocation(&office, &issued.unwrap(), ReasonCode::CertificateHold);
        wait(hold.commit(now(), &office.record)).unwrap();
    });
    let on_hold = Question { standing: Some(StandsAs::OnHold), ..Question::default() };
    let found = wait(office.record.search(Search::new(on_hold, None, now()).unwrap())).unwrap().found;
    let before = office.batches();
    assert_eq!(swept(&found), Swept { revoked: 3, before: 0 });
    assert_eq!(office.batches(), before + 1, "all of them at once");
    let senseless = Sweep { reason: ReasonCode::RemoveFromCrl, ..sweep.clone() };
    assert!(matches!(senseless.check(&found, now()), Err(RevokeError::Reason { .. })));
    assert!(is_clean(&office));
}

#[test]
fn what_is_no_revocation_changes_nothing() {
    let office = Office::private();
    let issued = office.issue(Ask::server(request(&["db.internal"]))).unwrap();
    let before = office.batches();
    let refused = |revocation: Revocation| wait(revocation.commit(now(), &office.record)).unwrap_err();
    for reason in [ReasonCode::RemoveFromCrl, ReasonCode::AaCompromise] {
        let error = refused(revocation(&office, &issued, reason));
        assert!(matches!(error, RevokeError::Reason { .. }), "{error}");
    }
    let later = Time::parse("2026-11-23");
    let error = refused(Revocation {
        invalid_from: later,
        ..revocation(&office, &issued, ReasonCode::KeyCompromise)
    });
    assert!(matches!(error, RevokeError::InvalidFromLater { .. }), "{error}");
    let error =
        refused(Revocation { serial: vec![0x4f], ..revocation(&office, &issued, ReasonCode::KeyCompromise) });
    assert!(matches!(error, RevokeError::Record(RecordError::NotIssued { .. })), "{error}");
    assert_eq!((office.batches(), status(&office, &issued)), (before, Status::Good));
}

#[test]
fn the_authoritys_own_intermediate_can_be_taken_back_by_its_root() {
    let office = Office::private();
    let own = x509::Certificate::parse(office.founded.intermediate.certificate()).unwrap();
    let serial = own.tbs().serial().magnitude().to_vec();
    let revocation = Revocation {
        issuer: office.founded.root.id(),
        serial: serial.clone(),
        reason: ReasonCode::CaCompromise,
        invalid_from: None,
        warrant: warrant(),
    };
    wait(revocation.commit(now(), &office.record)).unwrap();
    let found = wait(office.record.status(office.founded.root.id(), serial)).unwrap().unwrap();
    assert!(matches!(found.status, Status::Revoked(_)));
    assert!(is_clean(&office));
}

#[test]
fn a_hold_is_lifted() {
    let office = Office::private();
    let issued = office.issue(Ask::server(request(&["db.internal"]))).unwrap();
    let (issuer, serial) = (office.founded.intermediate.id(), issued.serial().octets().to_vec());
    let lift = || wait(release(issuer, serial.clone(), &warrant(), now(), &office.record));
    assert!(matches!(lift(), Err(RevokeError::Record(RecordError::NotOnHold { .. }))));
    wait(revocation(&office, &issued, ReasonCode::CertificateHold).commit(now(), &office.record)).unwrap();
    lift().unwrap();
    assert_eq!(status(&office, &issued), Status::Good);
    assert!(is_clean(&office));
}

#[test]
fn a_plan_that_is_refused_says_what_the_journal_is_to_keep() {
    let office = Office::private();
    let plan = office.plan(Ask::server(request(&["db.internal"])));
    assert_eq!(plan.refusal("a test", &AwsLc), None);
    let csr = request(&["db.example.com", "8.8.8.8"]);
    let plan = office.plan(Ask::server(csr.clone()));
    let entry = plan.refusal("a test", &AwsLc).unwrap();
    assert_eq!(Entry::decode(&entry.encode()).unwrap(), entry);
    let Event::RequestRefused(refused) = entry.event else { panic!("{entry:?}") };
    let digest = x509::SignatureVerifier::digest(&AwsLc, x509::DigestAlgorithm::Sha256, &csr);
    assert_eq!((refused.request.as_slice(), refused.path.as_str()), (digest.octets(), "a test"));
    let reasons: Vec<String> = plan.approve().unwrap_err().refusals().map(ToString::to_string).collect();
    assert_eq!((refused.reason, reasons.len()), (reasons.join("; "), 2));
}
