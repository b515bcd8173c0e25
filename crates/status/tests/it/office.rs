// SPDX-License-Identifier: MIT OR Apache-2.0
//! A small authority.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use authority::founding::{Founding, FoundingKey};
use authority::revoke::release;
use authority::{
    Constraints, Founded, IncomingRequest, Issued, Issuer, Order, Plan, Profile, ProfileError, RandomError,
    RandomSource, Revocation, VerifiedRequest, Warrant,
};
use keys::csr::{self, RequestSpec};
use keys::{AwsLc, KeyKind, PrivateKey, SubjectName};
use status::{Crl, CrlError, Entries, Lifetime};
use store::Sqlite;
use tempfile::TempDir;
use verify::{NoTrace, Question, Revocation as Asked, TrustAnchors, decide};
use x509::Time;
use x509::ext::ReasonCode;

pub use authority::wait;

/// Serial numbers that a test can tell apart.
#[derive(Default)]
pub struct Counting(AtomicU8);

impl RandomSource for Counting {
    fn fill(&self, octets: &mut [u8]) -> Result<(), RandomError> {
        octets.fill(self.0.fetch_add(1, Ordering::SeqCst));
        Ok(())
    }
}

pub fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

pub fn now() -> Time {
    at("2026-11-22T10:00:00Z")
}

pub const WEEK: Lifetime = Lifetime(Duration::from_secs(7 * 86_400));

pub struct Office {
    pub founded: Founded,
    pub record: Sqlite,
    random: Counting,
    _folder: TempDir,
}

fn warrant() -> Warrant {
    Warrant::ApprovedBy("a test".into())
}

impl Office {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let record = Sqlite::create(&folder.path().join("authority.db"), Arc::new(AwsLc)).unwrap();
        let key = |name: &str| FoundingKey {
            signer: Arc::new(PrivateKey::generate(KeyKind::P256).unwrap()),
            location: name.to_owned(),
        };
        let constraints = Constraints::private(&[]).unwrap();
        let founding = Founding::new(None, constraints, key("root"), key("issuing"));
        let random = Counting::default();
        let founded = wait(founding.found(now(), &record, &random, &AwsLc)).unwrap();
        Self { founded, record, random, _folder: folder }
    }

    pub fn issuer(&self) -> &Issuer {
        &self.founded.intermediate
    }

    /// A certificate that lives so many days.
    pub fn issue(&self, days: u32) -> Issued {
        let key = PrivateKey::generate(KeyKind::P256).unwrap();
        let names = vec![SubjectName::parse("db.internal").unwrap()];
        self.certified(&key, &RequestSpec { common_name: None, names }, Profile::named("server"), Some(days))
    }

    /// Somebody who answers for the intermediate, and its key.
    pub fn delegate(&self) -> (Issued, Arc<PrivateKey>) {
        let key = PrivateKey::generate(KeyKind::P256).unwrap();
        let spec = RequestSpec { common_name: Some("OCSP responder".into()), names: Vec::new() };
        let issued = self.certified(&key, &spec, Profile::responder(), None);
        (issued, Arc::new(key))
    }

    /// A certificate for this key.
    pub fn certified(
        &self,
        key: &PrivateKey,
        spec: &RequestSpec,
        profile: Result<Profile, ProfileError>,
        days: Option<u32>,
    ) -> Issued {
        let der = csr::make(key, spec).unwrap();
        let order = Order {
            request: VerifiedRequest::verify(IncomingRequest::read(&der).unwrap(), &AwsLc).unwrap(),
            profile: profile.unwrap(),
            issuer: Arc::clone(&self.founded.intermediate),
            names: Vec::new(),
            days,
            warrant: warrant(),
            requester: authority::Requester::CommandLine,
            policy: Arc::default(),
        };
        let approved = Plan::draw(order, now()).approve().unwrap();
        wait(approved.prepare(&self.random, &AwsLc).unwrap().issue(&self.record, &AwsLc)).unwrap()
    }

    pub fn revoke(&self, issued: &Issued, reason: ReasonCode) {
        let revocation = Revocation {
            issuer: self.issuer().id(),
            serial: issued.serial().octets().to_vec(),
            reason,
            invalid_from: None,
            warrant: warrant(),
        };
        wait(revocation.commit(now(), &self.record)).unwrap();
    }

    pub fn release(&self, issued: &Issued) {
        let serial = issued.serial().octets().to_vec();
        wait(release(self.issuer().id(), serial, &warrant(), now(), &self.record)).unwrap();
    }

    pub fn crl(&self, entries: &mut Entries, at: Time) -> Result<Crl, CrlError> {
        wait(status::issue(self.issuer(), entries, WEEK, at, &self.record, &AwsLc))
    }

    /// What a client that insists on the status decides, by this CRL and an empty one of the root.
    pub fn judged(&self, issued: &Issued, crl: &Crl, at: Time) -> Result<(), String> {
        let root = &self.founded.root;
        let of_root = wait(status::issue(root, &mut Entries::new(), WEEK, at, &self.record, &AwsLc)).unwrap();
        let mut anchors = TrustAnchors::new();
        anchors.add_certificate(root.certificate()).unwrap();
        let chain: Vec<&[u8]> = issued.chain().collect();
        let lists: [&[u8]; 2] = [&crl.der, &of_root.der];
        let mut question = Question::new(&chain, &anchors, at);
        question.revocation = Some(Asked::new(&lists, &[]));
        decide(&question, &AwsLc, &mut NoTrace).map(drop).map_err(|rejection| rejection.rule().id.to_owned())
    }
}
