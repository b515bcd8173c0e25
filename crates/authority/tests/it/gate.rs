// SPDX-License-Identifier: MIT OR Apache-2.0
//! The gate: nothing leaves that is not judged, signed, verified and recorded.

use std::sync::Arc;

use authority::journal::Link;
use authority::journal::{CrlIssued, CrlPresigned, Event};
use authority::{
    Answer, BaseUrl, Batch, CertificateQuery, CertificateRecord, Entry, Filing, Head, Inspection, IssueError,
    Issuer, IssuerId, IssuerRecord, Order, Page, Plan, Profile, Receipt, Record, RecordError, Search,
    StatusRecord, TokenId, TokenRecord, Warrant,
};
use keys::{AwsLc, KeyKind, SignError, Signer, TlsScheme};
use verify::{NoTrace, PeerName, Question, TrustAnchors};
use x509::Certificate;

use crate::office::{Ask, Office, key, now, request, request_with, verified, wait};

/// A signer whose every signature is spoilt.
#[derive(Debug)]
struct Faulty(Arc<dyn Signer>);

impl Signer for Faulty {
    fn public_key_info(&self) -> &[u8] {
        self.0.public_key_info()
    }
    fn signature_algorithm(&self) -> &[u8] {
        self.0.signature_algorithm()
    }
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.0.sign(&[message, b"x"].concat())
    }
    fn tls_schemes(&self) -> &[TlsScheme] {
        self.0.tls_schemes()
    }
    fn sign_tls(&self, scheme: TlsScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.0.sign_tls(scheme, message)
    }
}

/// A record that takes nothing.
struct Full;

impl Record for Full {
    fn commit(&self, _: Batch) -> Answer<'_, Receipt> {
        Box::pin(async { Err(RecordError::Full) })
    }
    fn head(&self) -> Answer<'_, Head> {
        Box::pin(async { Ok(Head::GENESIS) })
    }
    fn issuers(&self) -> Answer<'_, Vec<IssuerRecord>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn certificates(&self, _: CertificateQuery) -> Answer<'_, Vec<CertificateRecord>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn search(&self, _: Search) -> Answer<'_, Page> {
        Box::pin(async { Ok(Page::default()) })
    }
    fn misfiled(&self, _: u64, _: Filing) -> Answer<'_, Vec<String>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn inspect(&self) -> Answer<'_, Inspection> {
        Box::pin(async { Ok(Inspection::default()) })
    }
    fn status(&self, _: IssuerId, _: Vec<u8>) -> Answer<'_, Option<StatusRecord>> {
        Box::pin(async { Ok(None) })
    }
    fn changes(&self, _: IssuerId, _: u64, _: usize) -> Answer<'_, Vec<StatusRecord>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn last_change(&self, _: IssuerId) -> Answer<'_, u64> {
        Box::pin(async { Ok(0) })
    }
    fn last_crl(&self, _: IssuerId) -> Answer<'_, Option<CrlIssued>> {
        Box::pin(async { Ok(None) })
    }
    fn presigned_crl(&self, _: IssuerId, _: x509::Time) -> Answer<'_, Option<CrlPresigned>> {
        Box::pin(async { Ok(None) })
    }
    fn count_expiring(&self, _: x509::Time, _: x509::Time) -> Answer<'_, u64> {
        Box::pin(async { Ok(0) })
    }
    fn compromised(&self, _: [u8; 32]) -> Answer<'_, Option<x509::Time>> {
        Box::pin(async { Ok(None) })
    }
    fn base_url(&self) -> Answer<'_, Option<BaseUrl>> {
        Box::pin(async { Ok(None) })
    }
    fn shardings(&self) -> Answer<'_, Vec<authority::Sharding>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn token(&self, _: TokenId) -> Answer<'_, Option<TokenRecord>> {
        Box::pin(async { Ok(None) })
    }
    fn tokens(&self) -> Answer<'_, Vec<TokenRecord>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn requests(&self, _: authority::RequestQuery) -> Answer<'_, Vec<authority::RequestRecord>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn links(&self, _: u64, _: usize) -> Answer<'_, Vec<Link>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

fn order(issuer: Arc<Issuer>) -> Order {
    Order {
        request: verified(&request(&["db.internal"])).unwrap(),
        profile: Profile::named("server").unwrap(),
        issuer,
        names: Vec::new(),
        days: None,
        warrant: Warrant::ApprovedBy("a test".into()),
        requester: authority::Requester::CommandLine,
        policy: Arc::default(),
    }
}

#[test]
fn what_is_issued_is_in_the_record_with_its_approval() {
    let office = Office::private();
    let issued = office.issue(Ask::server(request(&["db.internal"]))).unwrap();
    let query = CertificateQuery::Serial(issued.serial().octets().to_vec());
    let found = wait(office.record.certificates(query)).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].issued.certificate, issued.certificate());
    assert_eq!(found[0].issued.issuer, office.founded.intermediate.id());
    let links = wait(office.record.links(1, 10)).unwrap();
    let [link] = links.as_slice() else { panic!("{links:?}") };
    assert_eq!(link.head, issued.head());
    let events: Vec<Event> = link.entries.iter().map(|entry| Entry::decode(entry).unwrap().event).collect();
    let [Event::PlanApproved(approved), Event::CertificateIssued(recorded)] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(approved.warrant, "approved by a test");
    assert_eq!(approved.plan, recorded.plan);
}

#[test]
fn what_is_issued_is_accepted_with_the_root_alone() {
    let office = Office::private();
    for kind in [KeyKind::P256, KeyKind::P384, KeyKind::Ed25519, KeyKind::Rsa2048] {
        let csr = request_with(&*key(kind), &["db.internal", "10.0.0.1"]);
        let issued = office.issue(Ask::server(csr)).unwrap();
        let mut anchors = TrustAnchors::new();
        anchors.add_certificate(office.founded.root.certificate()).unwrap();
        let chain: Vec<&[u8]> = issued.chain().collect();
        assert_eq!(chain.len(), 2, "leaf and intermediate, no root");
        let name = PeerName::parse("10.0.0.1").unwrap();
        let mut question = Question::new(&chain, &anchors, now());
        question.name = Some(&name);
        let path = verify::decide(&question, &AwsLc, &mut NoTrace).unwrap();
        assert_eq!(path.certificates().count(), 3);
    }
}

#[test]
fn serial_numbers_have_sixteen_octets_and_the_top_bits_01() {
    let office = Office::private();
    let issued = office.issue(Ask::server(request(&["db.internal"]))).unwrap();
    let certificate = Certificate::parse(issued.certificate()).unwrap();
    let serial = certificate.tbs().serial();
    assert_eq!(serial.magnitude().len(), 16);
    assert_eq!(serial.magnitude()[0] >> 6, 1);
    assert_eq!(serial.to_string(), issued.serial().to_string());
}

#[test]
fn a_faulty_signer_reaches_nobody() {
    let signer = crate::office::fresh_key(KeyKind::P256);
    let office = Office::around(signer.clone());
    let chain = office.founded.intermediate.chain().to_vec();
    let faulty = Arc::new(Issuer::prove(chain, Arc::new(Faulty(signer)), &AwsLc).unwrap());
    let before = office.batches();
    let approved = Plan::draw(order(faulty), now()).approve().unwrap();
    let prepared = approved.prepare(&office.random, &AwsLc).unwrap();
    let refused = wait(prepared.issue(&office.record, &AwsLc));
    assert!(matches!(refused, Err(IssueError::FaultySigner(_))), "{refused:?}");
    assert_eq!(office.batches(), before);
}

#[test]
fn what_cannot_be_recorded_is_not_issued() {
    let office = Office::private();
    let approved = office.approve(Ask::server(request(&["db.internal"]))).unwrap();
    let prepared = approved.prepare(&office.random, &AwsLc).unwrap();
    let refused = wait(prepared.issue(&Full, &AwsLc));
    assert!(matches!(refused, Err(IssueError::Record(RecordError::Full))), "{refused:?}");
}

#[test]
fn a_serial_number_that_was_drawn_before_is_not_issued_again() {
    let office = Office::private();
    let issue = || {
        let approved = office.approve(Ask::server(request(&["db.internal"]))).unwrap();
        let prepared = approved.prepare(&crate::office::Counting::default(), &AwsLc).unwrap();
        wait(prepared.issue(&office.record, &AwsLc))
    };
    // The first number was the root's, which another issuer gave.
    issue().unwrap();
    let refused = issue();
    assert!(matches!(refused, Err(IssueError::Record(RecordError::SerialTaken { .. }))), "{refused:?}");
}

#[test]
fn futures_may_move_between_threads() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let office = Office::private();
    let approved = office.approve(Ask::server(request(&["db.internal"]))).unwrap();
    let prepared = approved.prepare(&office.random, &AwsLc).unwrap();
    wait(is_send(prepared.issue(&office.record, &AwsLc))).unwrap();
}
