// SPDX-License-Identifier: MIT OR Apache-2.0
//! How far the journal had come, as something beside the record remembers it: a record that ends before that is an
//! older copy, and has forgotten what was issued since.

use x509::ext::{CrlNumber, JournalHead};
use x509::{Certificate, CertificateList, DigestAlgorithm, SignatureVerifier, Time};

use crate::error::RecordError;
use crate::journal::{CrlIssued, Event, Head, IntervalUnknown};
use crate::record::{Batch, IssuerRecord, Record};

/// An end of the chain that was durable, and when it was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The end of the chain.
    pub head: Head,
    /// When, by the authority's clock.
    pub at: Time,
}

/// What a record does not know of what is known to have been committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// Where the record ends.
    pub found: Head,
    /// When its last entry was made; `None` when nothing is in it.
    pub since: Option<Time>,
    /// What is known.
    pub mark: Mark,
}

impl Loss {
    /// As the record refuses to go on: batches are missing, or others stand in their place.
    #[must_use]
    pub const fn refusal(&self) -> RecordError {
        let (number, found, until) = (self.mark.head.number, self.found.number, self.mark.at);
        if found < number {
            RecordError::Behind { found, number, until }
        } else {
            RecordError::Diverged { number, until }
        }
    }
}

/// A CRL that was published, by a key of this authority: it says how far the journal had come when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// What is recorded of a CRL, as far as it can be seen from outside.
    pub issued: CrlIssued,
    /// Where the journal ended; `None` in those of other programs, and of earlier versions.
    pub mark: Option<Mark>,
}

/// What a record does not know of a published CRL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// The end of the chain that is not in it, where there is one.
    pub mark: Option<Mark>,
    /// The number of the last CRL that it knows of, where that is smaller.
    pub last: Option<u64>,
}

impl Published {
    /// Reads a CRL; `None` when no key of these issuers has signed it, or it has no number that can be filed.
    ///
    /// # Errors
    /// It is no CRL.
    pub fn of(
        der: &[u8],
        issuers: &[IssuerRecord],
        crypto: &dyn SignatureVerifier,
    ) -> Result<Option<Self>, x509::Error> {
        let list = CertificateList::parse(der)?;
        let tbs = list.tbs();
        let has_signed = |issuer: &&IssuerRecord| {
            let own = issuer.added.chain.first().and_then(|own| Certificate::parse(own).ok());
            own.is_some_and(|own| {
                let key = own.tbs().subject_public_key_info();
                let signed = (&list.signature_algorithm(), tbs.raw(), list.signature_value());
                own.tbs().subject().raw() == tbs.issuer().raw()
                    && crypto.verify(&key, signed.0, signed.1, signed.2).is_ok()
            })
        };
        let Some(issuer) = issuers.iter().find(has_signed) else { return Ok(None) };
        let number = tbs.extensions().decode::<CrlNumber<'_>>()?;
        let Some(number) = number.and_then(|number| number.value.to_string().parse().ok()) else {
            return Ok(None);
        };
        let this_update = tbs.this_update().time;
        let head = tbs.extensions().decode::<JournalHead>()?.map(|found| found.value);
        let mark = head
            .map(|JournalHead { number, digest }| Mark { head: Head { number, digest }, at: this_update });
        let issued = CrlIssued {
            issuer: issuer.added.id,
            number,
            this_update,
            next_update: tbs.next_update().map_or(this_update, |next| next.time),
            through: 0,
            digest: crypto.digest(DigestAlgorithm::Sha256, der).octets().to_vec(),
        };
        Ok(Some(Self { issued, mark }))
    }

    /// What a record lacks of it; nothing of what it says itself to be unknown.
    ///
    /// # Errors
    /// The record cannot be read.
    pub async fn missing_from(
        &self,
        record: &dyn Record,
        intervals: &[IntervalUnknown],
    ) -> Result<Missing, RecordError> {
        let last = record.last_crl(self.issued.issuer).await?.map_or(0, |last| last.number);
        let last = Some(last).filter(|last| *last < self.issued.number);
        let Some(mark) = self.mark else { return Ok(Missing { mark: None, last }) };
        let Head { number, .. } = mark.head;
        let is_there = match number.checked_sub(1) {
            Some(before) => record.links(before, 1).await?.first().is_some_and(|link| link.head == mark.head),
            None => mark.head == Head::GENESIS,
        };
        let is_unknown =
            |interval: &IntervalUnknown| interval.known.number < number && number <= interval.lost.number;
        let is_accounted_for = is_there || intervals.iter().any(is_unknown);
        Ok(Missing { mark: Some(mark).filter(|_| !is_accounted_for), last })
    }
}

/// The batch by which a record goes on without what is known to be lost, and with the numbers of the CRLs that were
/// made meanwhile.
///
/// # Errors
/// The record cannot be read.
pub async fn acceptance(
    losses: &[Loss],
    crls: Vec<CrlIssued>,
    by: &str,
    now: Time,
    record: &dyn Record,
) -> Result<Batch, RecordError> {
    let mut events = Vec::new();
    for Loss { found, since, mark } in losses {
        events.push(Event::IntervalUnknown(IntervalUnknown {
            known: *found,
            lost: mark.head,
            since: since.unwrap_or(mark.at),
            until: mark.at,
            by: by.to_owned(),
        }));
    }
    for mut crl in crls {
        // It knows of as much as the last one that is known.
        crl.through = record.last_crl(crl.issuer).await?.map_or(0, |last| last.through);
        events.push(Event::CrlIssued(crl));
    }
    let found = losses.first().map(|loss| loss.found);
    Ok(Batch::at(now, events).only_at(found))
}
