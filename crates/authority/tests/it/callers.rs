// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who is let in by a client certificate, and every way not to be.

use std::time::Duration;

use authority::{
    Bearer, CertificateProblem, Constraints, Issued, NewToken, Record, Revocation, Scope, TokenId,
    TokenProblem, TokenSecret, Warrant, revoke, token,
};
use keys::{AwsLc, KeyKind, Signer};
use x509::ext::ReasonCode;
use x509::{Certificate, Time};

use crate::office::{Ask, Office, fresh_key, now, request_with, wait};

fn issued(office: &Office, key: &dyn Signer, profile: &'static str) -> Issued {
    office.issue(Ask { profile, ..Ask::server(request_with(key, &["db.internal"])) }).unwrap()
}

fn new() -> NewToken {
    NewToken {
        label: "laptop".into(),
        scopes: vec![Scope::Read],
        profiles: Vec::new(),
        not_after: Some(now().plus(Duration::from_secs(3_600))),
        by: Warrant::ApprovedBy("a test".into()),
    }
}

fn grant(office: &Office, key: &dyn Signer, at: Time) -> Result<TokenId, TokenProblem> {
    wait(NewToken { not_after: Some(at.plus(Duration::from_secs(3_600))), ..new() }.commit_for_key(
        key.public_key_info(),
        at,
        &office.record,
        &AwsLc,
    ))
}

fn shown(office: &Office, chain: &[&[u8]], at: Time) -> Result<Bearer, CertificateProblem> {
    wait(Bearer::of_certificate(chain, at, &office.record, &AwsLc))
}

fn caller(office: &Office, issued: &Issued, at: Time) -> Result<Bearer, CertificateProblem> {
    shown(office, &issued.chain().collect::<Vec<_>>(), at)
}

#[test]
fn whoever_has_the_key_is_let_in_with_any_good_certificate_for_it() {
    let office = Office::private();
    let key = fresh_key(KeyKind::P256);
    let issued_first = issued(&office, &*key, "client");
    let id = grant(&office, &*key, now()).unwrap();
    let bearer = caller(&office, &issued_first, now()).unwrap();
    assert!(bearer.may(Scope::Read) && !bearer.may(Scope::Issue));
    assert_eq!(bearer.warrant(), Warrant::ApprovedBy(format!("token {id} (laptop)")));
    // Without the intermediate, which is on record; with the root, which nobody needs.
    assert!(shown(&office, &[issued_first.certificate()], now()).is_ok());
    let whole: Vec<&[u8]> = issued_first.chain().chain([office.founded.root.certificate()]).collect();
    assert!(shown(&office, &whole, now()).is_ok());
    // Renewed on the same key.
    assert!(caller(&office, &issued(&office, &*key, "client"), now()).is_ok());
    // Another key is another caller.
    let other = issued(&office, &*fresh_key(KeyKind::P256), "client");
    assert!(matches!(caller(&office, &other, now()), Err(CertificateProblem::NoToken { .. })));
    // Nor is a key shown as a secret, or a secret's digest as a key.
    let secret = wait(new().commit(now(), &office.record, &office.random, &AwsLc)).unwrap();
    assert_ne!(secret.id(), id);
    let of_key = format!("chancery_{id}_{}", "A".repeat(43));
    assert!(TokenSecret::parse(&of_key).is_some());
    assert_eq!(wait(Bearer::of(&of_key, now(), &office.record, &AwsLc)).unwrap(), None);
}

#[test]
fn a_certificate_that_no_client_should_have_lets_nobody_in() {
    let office = Office::private();
    let key = fresh_key(KeyKind::P256);
    let for_ever = NewToken { not_after: None, ..new() };
    wait(for_ever.commit_for_key(key.public_key_info(), now(), &office.record, &AwsLc)).unwrap();
    let untrusted = |chain: &[&[u8]], at: Time| match shown(&office, chain, at) {
        Err(CertificateProblem::Untrusted { reason }) => reason,
        other => panic!("{other:?}"),
    };
    let good = issued(&office, &*key, "client");
    let good: Vec<&[u8]> = good.chain().collect();
    assert!(shown(&office, &good, now()).is_ok());
    let server = issued(&office, &*key, "server");
    let reason = untrusted(&server.chain().collect::<Vec<_>>(), now());
    assert!(reason.contains("clientAuth"), "{reason}");
    let year = Duration::from_secs(400 * 86_400);
    assert!(untrusted(&good, now().plus(year)).contains("expired"));
    assert!(untrusted(&good, now().minus(year)).contains("not valid"));
    // Of an authority of the same name, with other keys.
    let foreign = Office::within(Constraints::private(&["buildhost"]).unwrap());
    let theirs = issued(&foreign, &*key, "client");
    untrusted(&theirs.chain().collect::<Vec<_>>(), now());
    let with_root: Vec<&[u8]> = theirs.chain().chain([foreign.founded.root.certificate()]).collect();
    untrusted(&with_root, now());
    // The authority's own certificates are nobody's.
    for own in [office.founded.root.certificate(), office.founded.intermediate.certificate()] {
        assert!(shown(&office, &[own], now()).is_err());
    }
    for unreadable in [&[][..], &[0x30, 0x00], &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]] {
        assert!(matches!(shown(&office, &[unreadable], now()), Err(CertificateProblem::Unreadable)));
    }
    assert!(matches!(shown(&office, &[], now()), Err(CertificateProblem::Unreadable)));
}

#[test]
fn whoever_was_taken_back_is_let_in_no_more_and_again_once_released() {
    let office = Office::private();
    let key = fresh_key(KeyKind::P256);
    let issued = issued(&office, &*key, "client");
    grant(&office, &*key, now()).unwrap();
    let revocation = |reason| Revocation {
        issuer: office.founded.intermediate.id(),
        serial: issued.serial().octets().to_vec(),
        reason,
        invalid_from: None,
        warrant: Warrant::ApprovedBy("a test".into()),
    };
    wait(revocation(ReasonCode::CertificateHold).commit(now(), &office.record)).unwrap();
    assert!(matches!(
        caller(&office, &issued, now()),
        Err(CertificateProblem::Revoked { reason: ReasonCode::CertificateHold, .. })
    ));
    let (issuer, serial) = (office.founded.intermediate.id(), issued.serial().octets().to_vec());
    let by = Warrant::ApprovedBy("a test".into());
    wait(revoke::release(issuer, serial, &by, now(), &office.record)).unwrap();
    assert!(caller(&office, &issued, now()).is_ok());
    wait(revocation(ReasonCode::Superseded).commit(now(), &office.record)).unwrap();
    assert!(matches!(caller(&office, &issued, now()), Err(CertificateProblem::Revoked { .. })));
}

#[test]
fn a_key_that_was_compromised_lets_nobody_in_with_any_certificate_for_it() {
    let office = Office::private();
    let key = fresh_key(KeyKind::P256);
    let (older, newer) = (issued(&office, &*key, "client"), issued(&office, &*key, "client"));
    let id = grant(&office, &*key, now()).unwrap();
    assert!(caller(&office, &older, now()).is_ok());
    let revocation = Revocation {
        issuer: office.founded.intermediate.id(),
        serial: newer.serial().octets().to_vec(),
        reason: ReasonCode::KeyCompromise,
        invalid_from: None,
        warrant: Warrant::ApprovedBy("a test".into()),
    };
    wait(revocation.commit(now(), &office.record)).unwrap();
    for shown in [&older, &newer] {
        assert!(matches!(caller(&office, shown, now()), Err(CertificateProblem::KeyCompromised { .. })));
    }
    wait(token::revoke(id, &Warrant::ApprovedBy("a test".into()), now(), &office.record)).unwrap();
    assert!(matches!(grant(&office, &*key, now()), Err(TokenProblem::KeyCompromised { .. })));
}

#[test]
fn below_an_authority_that_was_taken_back_nobody_is_let_in() {
    let office = Office::private();
    let key = fresh_key(KeyKind::P256);
    let issued = issued(&office, &*key, "client");
    grant(&office, &*key, now()).unwrap();
    assert!(caller(&office, &issued, now()).is_ok());
    let own = Certificate::parse(office.founded.intermediate.certificate()).unwrap();
    let revocation = Revocation {
        issuer: office.founded.root.id(),
        serial: own.tbs().serial().magnitude().to_vec(),
        reason: ReasonCode::CaCompromise,
        invalid_from: None,
        warrant: Warrant::ApprovedBy("a test".into()),
    };
    wait(revocation.commit(now(), &office.record)).unwrap();
    assert!(matches!(caller(&office, &issued, now()), Err(CertificateProblem::IssuerRevoked { .. })));
}

#[test]
fn what_is_not_on_record_lets_nobody_in_though_its_signature_is_good() {
    let office = Office::private();
    let key = fresh_key(KeyKind::P256);
    let issued = issued(&office, &*key, "client");
    grant(&office, &*key, now()).unwrap();
    // The same authority in a record that has lost the certificate.
    let (record, _folder) = crate::office::record();
    for record_of in wait(office.record.issuers()).unwrap() {
        let event = authority::journal::Event::IssuerAdded(record_of.added);
        wait(record.commit(authority::Batch::at(now(), [event]))).unwrap();
    }
    wait(new().commit_for_key(key.public_key_info(), now(), &record, &AwsLc)).unwrap();
    let chain: Vec<&[u8]> = issued.chain().collect();
    let refused = wait(Bearer::of_certificate(&chain, now(), &record, &AwsLc)).unwrap_err();
    assert!(matches!(refused, CertificateProblem::NotOnRecord), "{refused}");
}

#[test]
fn a_key_is_one_token_at_a_time() {
    let office = Office::private();
    let key = fresh_key(KeyKind::P256);
    let issued = issued(&office, &*key, "client");
    let first = grant(&office, &*key, now()).unwrap();
    assert!(matches!(grant(&office, &*key, now()), Err(TokenProblem::KeyKnown { id }) if id == first));
    wait(token::revoke(first, &Warrant::ApprovedBy("a test".into()), now(), &office.record)).unwrap();
    match caller(&office, &issued, now()) {
        Err(CertificateProblem::Barred { id, because }) => {
            assert!(id == first && because.contains("revoked at"), "{because}");
        }
        other => panic!("{other:?}"),
    }
    let second = grant(&office, &*key, now()).unwrap();
    assert_ne!(first, second);
    assert!(caller(&office, &issued, now()).is_ok());
    // Its time goes by.
    let later = now().plus(Duration::from_secs(3_601));
    assert!(matches!(caller(&office, &issued, later), Err(CertificateProblem::Barred { .. })));
    grant(&office, &*key, later).unwrap();
    assert!(caller(&office, &issued, later).is_ok());
    let tokens = wait(office.record.tokens()).unwrap();
    assert_eq!(tokens.len(), 3);
}
