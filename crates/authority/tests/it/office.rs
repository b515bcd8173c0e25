// SPDX-License-Identifier: MIT OR Apache-2.0
//! An authority to test with: founded in a temporary folder, at a fixed moment.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use authority::founding::{Founded, Founding, FoundingKey};
use authority::{
    Approved, Constraints, IncomingRequest, IssueError, Issued, Issuer, Order, Plan, PlanRefused, Profile,
    RandomError, RandomSource, Record, SubjectName, VerifiedRequest, Warrant,
};
use keys::csr::{self, RequestSpec};
use keys::{AwsLc, KeyKind, PrivateKey, Signer};
use store::Sqlite;
use tempfile::TempDir;
use x509::Time;

pub use authority::wait;

/// Numbers that are never the same twice: serial numbers ask for no more in a test.
#[derive(Debug, Default)]
pub struct Counting(AtomicU64);

impl Counting {
    /// Beginning with this number.
    pub const fn from(number: u64) -> Self {
        Self(AtomicU64::new(number))
    }
}

impl RandomSource for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        let number = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        buffer.fill(0);
        buffer.iter_mut().rev().zip(number.iter().rev()).for_each(|(octet, digit)| *octet = *digit);
        Ok(())
    }
}

pub fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

pub fn now() -> Time {
    at("2026-11-22T10:00:00Z")
}

/// A key of this kind, the same in the whole run: RSA keys take their time.
pub fn key(kind: KeyKind) -> Arc<PrivateKey> {
    static KEYS: LazyLock<Vec<(KeyKind, Arc<PrivateKey>)>> = LazyLock::new(|| {
        [KeyKind::P256, KeyKind::P384, KeyKind::Ed25519, KeyKind::Rsa2048]
            .map(|kind| (kind, Arc::new(PrivateKey::generate(kind).unwrap())))
            .into()
    });
    let found = KEYS.iter().find(|(found, _)| *found == kind);
    Arc::clone(&found.unwrap().1)
}

/// A key that nobody else has.
pub fn fresh_key(kind: KeyKind) -> Arc<dyn Signer> {
    Arc::new(PrivateKey::generate(kind).unwrap())
}

pub fn founding_key(kind: KeyKind) -> FoundingKey {
    FoundingKey { signer: fresh_key(kind), location: format!("keys/{kind}.pem") }
}

pub fn founding(constraints: Constraints) -> Founding {
    founding_around(constraints, fresh_key(KeyKind::P256))
}

fn founding_around(constraints: Constraints, signer: Arc<dyn Signer>) -> Founding {
    let issuing = FoundingKey { signer, location: "keys/issuing.pem".into() };
    Founding::new(Some("Test Org".into()), constraints, founding_key(KeyKind::P384), issuing)
}

/// An authority and its record.
pub struct Office {
    pub founded: Founded,
    pub record: Sqlite,
    pub random: Counting,
    _folder: TempDir,
}

pub fn record() -> (Sqlite, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let record = Sqlite::create(&folder.path().join("authority.db"), Arc::new(AwsLc)).unwrap();
    (record, folder)
}

/// What a test asks for.
pub struct Ask {
    pub csr: Vec<u8>,
    pub profile: &'static str,
    pub names: Vec<SubjectName>,
    pub days: Option<u32>,
    pub at: Time,
}

impl Ask {
    pub fn server(csr: Vec<u8>) -> Self {
        Self { csr, profile: "server", names: Vec::new(), days: None, at: now() }
    }
}

impl Office {
    /// The default authority of the machine `buildhost`.
    pub fn private() -> Self {
        Self::within(Constraints::private(&["buildhost"]).unwrap())
    }

    pub fn within(constraints: Constraints) -> Self {
        Self::founded(founding(constraints))
    }

    /// An authority whose intermediate has this key.
    pub fn around(signer: Arc<dyn Signer>) -> Self {
        Self::founded(founding_around(Constraints::private(&[]).unwrap(), signer))
    }

    /// One that publishes there.
    pub fn publishing_at(base_url: &str) -> Self {
        let founding = founding(Constraints::private(&[]).unwrap());
        Self::founded(founding.publishing_at(Some(base_url.parse().unwrap())))
    }

    pub fn founded(founding: Founding) -> Self {
        let (record, folder) = record();
        let random = Counting::default();
        let founded = wait(founding.found(now(), &record, &random, &AwsLc)).unwrap();
        Self { founded, record, random, _folder: folder }
    }

    pub fn issuer(&self, profile: &Profile) -> Arc<Issuer> {
        let is_leaf = matches!(profile.role(), authority::profile::Role::Leaf);
        Arc::clone(if is_leaf { &self.founded.intermediate } else { &self.founded.root })
    }

    pub fn plan(&self, ask: Ask) -> Plan {
        let request = verified(&ask.csr).unwrap();
        let profile = Profile::named(ask.profile).unwrap();
        let order = Order {
            issuer: self.issuer(&profile),
            request,
            profile,
            names: ask.names,
            days: ask.days,
            warrant: Warrant::ApprovedBy("a test".into()),
            requester: authority::Requester::CommandLine,
            policy: Arc::default(),
        };
        Plan::draw(order, ask.at)
    }

    pub fn approve(&self, ask: Ask) -> Result<Approved, PlanRefused> {
        self.plan(ask).approve()
    }

    pub fn issue(&self, ask: Ask) -> Result<Issued, IssueError> {
        let approved = self.approve(ask).expect("approved");
        wait(approved.prepare(&self.random, &AwsLc)?.issue(&self.record, &AwsLc))
    }

    /// How many batches the record has.
    pub fn batches(&self) -> u64 {
        wait(self.record.head()).unwrap().number
    }
}

pub fn verified(csr: &[u8]) -> Result<VerifiedRequest, authority::RequestError> {
    VerifiedRequest::verify(IncomingRequest::read(csr)?, &AwsLc)
}

pub fn names(texts: &[&str]) -> Vec<SubjectName> {
    texts.iter().map(|text| SubjectName::parse(text).unwrap()).collect()
}

/// A request for these names, with a P-256 key.
pub fn request(texts: &[&str]) -> Vec<u8> {
    request_with(&*key(KeyKind::P256), texts)
}

pub fn request_with(signer: &dyn Signer, texts: &[&str]) -> Vec<u8> {
    csr::make(signer, &RequestSpec { common_name: None, names: names(texts) }).unwrap()
}
