// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the authority asks of the place where it is kept. No SQL, and no runtime: an answer is a future that
//! whatever keeps the record completes.

use std::future::Future;
use std::pin::Pin;

use x509::Time;
use x509::ext::ReasonCode;

use crate::error::RecordError;
use crate::filing::Filing;
use crate::issuer::IssuerId;
use crate::journal::{
    CertificateIssued, CrlIssued, CrlPresigned, Entry, Event, Head, IssuerAdded, Link, Reach, TokenAdded,
};
use crate::pending::{RequestQuery, RequestRecord};
use crate::publication::{BaseUrl, Sharding};
use crate::search::{Page, Search};
use crate::token::TokenId;

/// An answer that comes when it comes.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, RecordError>> + Send + 'a>>;

/// The authority's memory.
///
/// What every implementation promises:
/// - A batch is committed whole or not at all, and durable before [`Record::commit`] answers.
/// - No serial number is committed twice under one issuer.
/// - The numbers of an issuer's CRLs only grow, and none knows of fewer changes than the one before it.
/// - Nobody issues who was retired or revoked, who stands below somebody who was revoked, or whose key was taken away, and no key is certified again that was compromised.
/// - No two issuers have one name and two keys, nor has an authority that they certify the name of one.
/// - Nobody is revoked who was not issued, nor twice; a hold may be made final, or released.
/// - A request is decided on once, in time, and no requester has more than [`PENDING_LIMIT`](crate::pending::PENDING_LIMIT) of them waiting.
/// - Entries are never altered or removed; batches form the chain of [`Head`].
/// - Several processes may use one record: chain and serial numbers are read and written in one transaction.
pub trait Record: Send + Sync {
    /// Commits a batch. Batches that wait at the same time may share one link of the chain.
    ///
    /// # Errors
    /// Nothing was committed, unless it is [`RecordError::Failed`].
    fn commit(&self, batch: Batch) -> Answer<'_, Receipt>;

    /// Where the chain ends.
    fn head(&self) -> Answer<'_, Head>;

    /// The issuers, in the order in which they were added.
    fn issuers(&self) -> Answer<'_, Vec<IssuerRecord>>;

    /// Certificates, in the order in which they were issued.
    fn certificates(&self, query: CertificateQuery) -> Answer<'_, Vec<CertificateRecord>>;

    /// A page of the answer to a question about the certificates that were issued to others. Its work is bounded: it
    /// may end before it is full (see [`Page`]).
    fn search(&self, search: Search) -> Answer<'_, Page>;

    /// What is filed otherwise than this of the certificate at a place in the journal, in words: `names`. Nothing of
    /// one that is filed as it should be.
    fn misfiled(&self, sequence: u64, filing: Filing) -> Answer<'_, Vec<String>>;

    /// Compares whatever is kept to find certificates, as a whole, with the journal.
    fn inspect(&self) -> Answer<'_, Inspection>;

    /// How the certificate of this issuer and serial number (its magnitude) stands; `None` when it was never issued.
    fn status(&self, issuer: IssuerId, serial: Vec<u8>) -> Answer<'_, Option<StatusRecord>>;

    /// The last change of each certificate of an issuer that changed behind this place in the journal, in the order
    /// of the changes, at most `limit`.
    fn changes(&self, issuer: IssuerId, after: u64, limit: usize) -> Answer<'_, Vec<StatusRecord>>;

    /// The place in the journal of the last change of a certificate of an issuer; 0 when none ever changed.
    fn last_change(&self, issuer: IssuerId) -> Answer<'_, u64>;

    /// The CRL of an issuer that was made last, be it ahead of its time.
    fn last_crl(&self, issuer: IssuerId) -> Answer<'_, Option<CrlIssued>>;

    /// The CRL of an issuer that was made ahead of its time for this moment; `None` when there is none, or when
    /// another one was made since.
    fn presigned_crl(&self, issuer: IssuerId, at: Time) -> Answer<'_, Option<CrlPresigned>>;

    /// How many certificates, of those that were issued to others and are not revoked, end after `after` and no later
    /// than `until`.
    fn count_expiring(&self, after: Time, until: Time) -> Answer<'_, u64>;

    /// Since when a key is compromised, of which this is the SHA-256 of the SubjectPublicKeyInfo: a certificate for it
    /// was revoked because of that.
    fn compromised(&self, key: [u8; 32]) -> Answer<'_, Option<Time>>;

    /// The base of the URLs that go into certificates, as it was settled last; `None` when there is none.
    fn base_url(&self) -> Answer<'_, Option<BaseUrl>>;

    /// Where certificates have said that CRLs are, and in how many parts, each once and in the order in which they
    /// began to: as they say now last.
    fn shardings(&self) -> Answer<'_, Vec<Sharding>>;

    /// A token; `None` when there never was one.
    fn token(&self, id: TokenId) -> Answer<'_, Option<TokenRecord>>;

    /// The tokens, in the order in which they were made, those that were revoked included.
    fn tokens(&self) -> Answer<'_, Vec<TokenRecord>>;

    /// Requests that wait for somebody's approval, and those that have.
    fn requests(&self, query: RequestQuery) -> Answer<'_, Vec<RequestRecord>>;

    /// The batches behind number `after`, at most `limit`.
    fn links(&self, after: u64, limit: usize) -> Answer<'_, Vec<Link>>;
}

/// Entries that are committed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    entries: Vec<Entry>,
    only_at: Option<Head>,
}

impl Batch {
    /// A batch of these entries.
    #[must_use]
    pub const fn new(entries: Vec<Entry>) -> Self {
        Self { entries, only_at: None }
    }

    /// A batch of what happened at one time.
    #[must_use]
    pub fn at(now: Time, events: impl IntoIterator<Item = Event>) -> Self {
        Self::new(events.into_iter().map(|event| Entry { at: now, event }).collect())
    }

    /// The same batch, to be committed only while the chain ends there; `None`: wherever it ends.
    #[must_use]
    pub fn only_at(self, head: impl Into<Option<Head>>) -> Self {
        Self { only_at: head.into(), ..self }
    }

    /// Its entries.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Where the chain must end for it to be committed.
    #[must_use]
    pub const fn expected(&self) -> Option<Head> {
        self.only_at
    }
}

/// Proof that a batch is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The end of the chain with it.
    pub head: Head,
}

/// An issuer as it is kept: to be proven before it issues (see [`Issuer::prove`](crate::Issuer::prove)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerRecord {
    /// When it was added.
    pub at: Time,
    /// What was added.
    pub added: IssuerAdded,
    /// Where its private key is kept now.
    pub key: String,
    /// Whether it can be used there.
    pub reach: Reach,
    /// When it was retired.
    pub retired: Option<Time>,
    /// Whether it issues: one that was revoked may have been retired too.
    pub standing: Standing,
}

impl IssuerRecord {
    /// The certificates that a server sends after one that it issued: the chain without the root.
    #[must_use]
    pub fn sent(&self) -> &[Vec<u8>] {
        self.added.chain.split_last().map_or(&[], |(_, sent)| sent)
    }
}

/// Whether an issuer issues.
///
/// An issuer is a key, which may have been certified several times. It is revoked when the last of its certificates
/// is, or any of them because its key, or the authority above it, was compromised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    InUse,
    /// It was retired: it tells the status of what it issued, and issues no more.
    Retired(Time),
    /// It was taken back, or is on hold: what it issues nobody should accept.
    Revoked(Revoked),
    /// It stands below this authority, which was taken back, or is on hold: nobody should accept what it issues either,
    /// unless it is certified by another.
    Below(IssuerId, Revoked),
}

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// When it was made.
    pub at: Time,
    /// What was made.
    pub added: TokenAdded,
    /// When it was taken back.
    pub revoked: Option<Time>,
}

/// Which certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateQuery {
    /// Those with this serial number (its magnitude), those of the authority itself included.
    Serial(Vec<u8>),
    /// Those that were issued to others, behind this place in the journal, at most `limit`.
    After {
        /// The place: 0 to begin with.
        sequence: u64,
        /// How many at most.
        limit: usize,
    },
}

/// What an inspection of the indexes saw.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inspection {
    /// How many names are filed, each once for each certificate that has it.
    pub names: u64,
    /// What is wrong, in words.
    pub findings: Vec<String>,
}

/// How a certificate stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusRecord {
    /// The place in the journal of its last change; of one that never changed, of its issuance.
    pub sequence: u64,
    /// The magnitude of its serial number.
    pub serial: Vec<u8>,
    /// Its last second.
    pub not_after: Time,
    /// Good, never having been revoked or no longer being on hold; or not.
    pub status: Status,
}

/// Whether a certificate was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was not.
    Good,
    /// It was.
    Revoked(Revoked),
}

/// That a certificate was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// Why.
    pub reason: ReasonCode,
    /// Since when.
    pub since: Time,
    /// Since when its key was not to be relied on, where that was earlier.
    pub invalid_from: Option<Time>,
}

/// A certificate as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRecord {
    /// Its place in the journal.
    pub sequence: u64,
    /// When it was issued.
    pub at: Time,
    /// What was issued.
    pub issued: CertificateIssued,
}
