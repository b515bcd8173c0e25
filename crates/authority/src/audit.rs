// SPDX-License-Identifier: MIT OR Apache-2.0
//! The audit: the journal followed from its first batch to its last, and everything that was filed beside it
//! compared with what it says.
//!
//! | what | compared with |
//! |---|---|
//! | the chain | each batch's digest, made again of the one before it and its entries |
//! | a certificate | its issuer's key, which must have signed it; the approval of its plan, committed with it; the inventory, where it must stand once, as it was issued |
//! | each index of the inventory | what the certificate is to be found by: its names, issuer, profile, validity, fingerprint, key, time of issuance, and who approved it |
//! | a CRL | the one made before it, whose number is smaller |
//! | a revocation | the certificate, issued before it, and not revoked for good before |
//! | how certificates stand | the last revocation or release of each |
//! | issuers: their certificates, keys, retirement | what the journal makes of them, row by row |
//! | a certificate of an issuer | what was said before: that it is retired, or revoked, or that its key is away |
//! | CRLs, and from when on each is published | their entries: each where it belongs, and no other |
//! | a CRL that was made ahead of its time | the digest that was committed with it |
//! | keys that were compromised | the revocations that say so |
//! | tokens, and which were revoked | their entries: each where it belongs, and no other |
//! | a request, and the decision on it | their entries; the request must have waited then |
//! | the inventory | the certificates of the journal: as many, and no other; their names: as many, and no other part of one |

mod certificate;
mod issuers;
mod requests;
mod statuses;

use std::collections::{BTreeMap, BTreeSet};

use x509::{SignatureVerifier, Time};

use crate::error::RecordError;
use crate::issuer::IssuerId;
use crate::journal::{Entry, Event, Head, IntervalUnknown, Link, RequestApproved, RequestDenied};
use crate::record::{CertificateQuery, Record};
use issuers::Issuers;
use requests::Requests;
use statuses::Statuses;

/// The plans that were approved in a batch so far, and on whose word.
type Approvals = BTreeMap<Vec<u8>, String>;

/// How many batches are read at a time.
const PAGE: usize = 256;

/// How many findings are told one by one.
const TOLD: usize = 100;

/// What an audit looked at, and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// Where the chain ends, as far as it could be followed.
    pub head: Option<Head>,
    /// How many entries were read.
    pub entries: u64,
    /// How many certificates.
    pub certificates: u64,
    /// How many revocations and releases.
    pub changes: u64,
    /// How many CRLs.
    pub crls: u64,
    /// How many requests that were refused.
    pub refusals: u64,
    /// What is wrong, the first hundred; a record of which this is empty is as it was written.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub more: u64,
    /// What is odd, and wrong with nothing: a clock that was put back, an interval that is unknown.
    pub remarks: Vec<Finding>,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The number of the batch in the journal, where it is about one.
    pub batch: Option<u64>,
    /// In a sentence.
    pub text: String,
}

impl Audit {
    /// Audits a record; `progress` is told how many batches of how many were read.
    ///
    /// # Errors
    /// The record cannot be read. What it says wrongly is a finding.
    pub async fn of(
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<Self, RecordError> {
        let mut audit = Self::default();
        let filed_issuers = audit.read(None, record.issuers().await)?;
        let keys: BTreeMap<IssuerId, Vec<u8>> = filed_issuers
            .iter()
            .filter_map(|issuer| Some((issuer.added.id, issuer.added.chain.first()?.clone())))
            .collect();
        let own_certificates =
            filed_issuers.iter().filter_map(|issuer| issuer.added.chain.first().cloned()).collect();
        let mut walk = Walk {
            record,
            crypto,
            keys,
            own_certificates,
            issuers: Issuers::default(),
            statuses: Statuses::default(),
            requests: Requests::default(),
            audit,
            latest: None,
            before: Head::GENESIS,
            own: 0,
            names: 0,
        };
        walk.chain(progress).await?;
        let filed = walk.filed().await?;
        let Walk { statuses, mut audit, keys, own, names, .. } = walk;
        let inspection = audit.read(None, record.inspect().await)?;
        // What others commit meanwhile is filed, and was not read.
        let has_moved = audit.head != Some(record.head().await?);
        let filed = filed.saturating_add(own);
        if filed < audit.certificates || (filed > audit.certificates && !has_moved) {
            let issued = audit.certificates;
            audit.find(None, format!("{issued} certificates were issued, and {filed} are filed"));
        }
        inspection.findings.into_iter().for_each(|finding| audit.find(None, finding));
        if inspection.names < names || (inspection.names > names && !has_moved) {
            let text = format!("the certificates have {names} names, and {} are filed", inspection.names);
            audit.find(None, text);
        }
        statuses.compare(record, keys.keys().copied(), has_moved, (&mut audit, crypto)).await?;
        Ok(audit)
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// What was read; nothing where it is damaged, which is a finding.
    fn read<T: Default>(
        &mut self,
        batch: Option<u64>,
        answer: Result<T, RecordError>,
    ) -> Result<T, RecordError> {
        match answer {
            Err(RecordError::Corrupt { detail }) => {
                self.find(batch, format!("what is filed cannot be read: {detail}"));
                Ok(T::default())
            }
            answer => answer,
        }
    }

    fn remark(&mut self, batch: u64, text: String) {
        if self.remarks.len() < TOLD {
            self.remarks.push(Finding { batch: Some(batch), text });
        }
    }

    fn find(&mut self, batch: impl Into<Option<u64>>, text: impl Into<String>) {
        if self.findings.len() < TOLD {
            self.findings.push(Finding { batch: batch.into(), text: text.into() });
        } else {
            self.more = self.more.saturating_add(1);
        }
    }
}

/// An audit under way.
struct Walk<'w> {
    record: &'w dyn Record,
    crypto: &'w dyn SignatureVerifier,
    /// A certificate of each key that issues.
    keys: BTreeMap<IssuerId, Vec<u8>>,
    /// The certificates of all issuers.
    own_certificates: BTreeSet<Vec<u8>>,
    issuers: Issuers,
    statuses: Statuses,
    requests: Requests,
    audit: Audit,
    latest: Option<Time>,
    /// Where the chain ended before the batch that is looked at.
    before: Head,
    /// How many certificates are those of the issuers themselves.
    own: u64,
    /// How many names they have, each once for each certificate.
    names: u64,
}

impl Walk<'_> {
    async fn chain(&mut self, progress: &mut (dyn FnMut(u64, u64) + Send)) -> Result<(), RecordError> {
        let end = self.record.head().await?;
        let mut head = Head::GENESIS;
        loop {
            let links = self.record.links(head.number, PAGE).await?;
            if links.is_empty() {
                break;
            }
            for link in &links {
                if let Err(broken) = head.follow(std::slice::from_ref(link), self.crypto) {
                    self.audit.find(link.head.number, broken.to_string());
                }
                // What stands there is looked at all the same, and the next followed from it.
                head = link.head;
                self.link(link).await?;
                self.before = head;
            }
            progress(head.number, end.number);
        }
        // What others have committed meanwhile was read with the rest.
        if head.number < end.number {
            let text =
                format!("the journal ends at batch {}, and is said to end at {}", head.number, end.number);
            self.audit.find(None, text);
        }
        self.audit.head = Some(head);
        Ok(())
    }

    async fn link(&mut self, link: &Link) -> Result<(), RecordError> {
        let number = link.head.number;
        let mut approved = Approvals::new();
        for (place, der) in link.entries.iter().enumerate() {
            self.audit.entries = self.audit.entries.saturating_add(1);
            let entry = match Entry::decode(der) {
                Ok(entry) => entry,
                Err(error) => {
                    let place = place.saturating_add(1);
                    self.audit.find(number, format!("entry {place} cannot be read: {error}"));
                    continue;
                }
            };
            self.time(number, entry.at);
            match entry.event {
                Event::PlanApproved(plan) => drop(approved.insert(plan.plan, plan.warrant)),
                Event::CertificateIssued(issued) => {
                    self.standing(number, issued.issuer, "issued");
                    if self.issuers.is_below(issued.issuer, &self.statuses) {
                        self.below(number, issued.issuer, "issued");
                    }
                    self.key(number, issued.issuer);
                    self.certificate(number, (entry.at, &issued), &approved).await?;
                }
                Event::CertificateRevoked(revoked) => {
                    self.audit.changes = self.audit.changes.saturating_add(1);
                    self.statuses.revoke(number, &revoked, &mut self.audit);
                }
                Event::HoldReleased(released) => {
                    self.audit.changes = self.audit.changes.saturating_add(1);
                    self.statuses.release(number, &released, &mut self.audit);
                }
                Event::CrlIssued(issued) => {
                    self.audit.crls = self.audit.crls.saturating_add(1);
                    self.key(number, issued.issuer);
                    self.statuses.crl(number, &issued, &mut self.audit);
                }
                Event::CrlPresigned(presigned) => {
                    self.audit.crls = self.audit.crls.saturating_add(1);
                    self.statuses.presigned_crl(number, &presigned, (&mut self.audit, self.crypto));
                }
                Event::IssuerRetired(retired) => self.issuers.retire(&retired, entry.at),
                Event::KeyMoved(moved) => self.issuers.move_key(number, &moved, &mut self.audit),
                Event::RequestHeld(held) => self.requests.hold(number, &held, &mut self.audit),
                Event::RequestApproved(RequestApproved { id, plan, .. }) => {
                    self.requests.decide(number, (id, plan.as_deref()), entry.at, &mut self.audit);
                }
                Event::RequestDenied(RequestDenied { id, .. }) => {
                    self.requests.decide(number, (id, None), entry.at, &mut self.audit);
                }
                Event::BaseUrlSettled(_)
                | Event::CrlShardsSettled(_)
                | Event::TokenAdded(_)
                | Event::TokenRevoked(_) => {}
                Event::RequestRefused(_) => self.audit.refusals = self.audit.refusals.saturating_add(1),
                Event::IntervalUnknown(unknown) => self.interval(number, &unknown),
                Event::IssuerAdded(added) => {
                    if !self.keys.contains_key(&added.id) {
                        let text = format!("issuer {} is not among the issuers filed", added.id);
                        self.audit.find(number, text);
                    }
                    self.standing(number, added.id, "was certified");
                    if self.issuers.is_added_below(&added, &self.statuses, self.crypto) {
                        self.below(number, added.id, "was certified");
                    }
                    self.issuers.add(&added, self.crypto);
                }
            }
        }
        Ok(())
    }

    /// What is unknown begins where the journal was cut off.
    fn interval(&mut self, number: u64, unknown: &IntervalUnknown) {
        let IntervalUnknown { known, lost, since, until, by } = unknown;
        if *known != self.before {
            let text = format!(
                "the interval that is unknown begins at batch {}, not where the journal ended",
                known.number
            );
            self.audit.find(number, text);
        }
        let text = format!(
            "what was committed between {since} and {until} is unknown, up to batch {}: {by} went on without it",
            lost.number
        );
        self.audit.remark(number, text);
    }

    /// Nobody issues, or is certified again, who was retired or revoked.
    fn standing(&mut self, number: u64, issuer: IssuerId, did: &str) {
        if let Some(closed) = self.issuers.closed(issuer, &self.statuses) {
            self.audit.find(number, format!("issuer {issuer} {did} after it was {closed}"));
        }
    }

    /// Nor who stands below somebody who was revoked.
    fn below(&mut self, number: u64, issuer: IssuerId, did: &str) {
        self.audit.find(number, format!("issuer {issuer} {did} after an authority above it was revoked"));
    }

    /// Nothing is signed with a key that was taken away.
    fn key(&mut self, number: u64, issuer: IssuerId) {
        if self.issuers.is_away(issuer) {
            self.audit.find(number, format!("issuer {issuer} signed while its key was away"));
        }
    }

    /// Time goes on, unless somebody put the clock back.
    fn time(&mut self, number: u64, at: Time) {
        if let Some(latest) = self.latest.filter(|latest| at < *latest) {
            let text = format!("the clock was put back: {at} comes after {latest}");
            self.audit.remark(number, text);
        }
        self.latest = Some(at);
    }

    /// How many certificates are filed that were issued to others.
    async fn filed(&mut self) -> Result<u64, RecordError> {
        let (mut filed, mut sequence) = (0_u64, 0);
        loop {
            let page = self.record.certificates(CertificateQuery::After { sequence, limit: PAGE }).await;
            let page = self.audit.read(None, page)?;
            let Some(last) = page.last() else { return Ok(filed) };
            sequence = last.sequence;
            filed = filed.saturating_add(u64::try_from(page.len()).unwrap_or(u64::MAX));
        }
    }
}
