// SPDX-License-Identifier: MIT OR Apache-2.0
//! CRLs made ahead of their time, of an issuer whose key is about to be taken away.

use std::time::Duration;

use authority::journal::{CrlIssued, CrlPresigned};
use authority::{Batch, Entry, Event, Issuer, IssuerId, Record, RecordError};
use x509::{CertificateList, SignatureVerifier, Time};

use crate::crl::{Crl, Lifetime, ended, issued, make, next_number};
use crate::entries::Entries;
use crate::error::CrlError;

/// How long before the end of one CRL the next begins: clocks differ, and a server may be down for an hour.
const OVERLAP: Duration = Duration::from_secs(86_400);
/// The most octets of CRLs that are made ahead at once.
const MOST: usize = 64 << 20;

/// How many CRLs are made ahead, and how long each is good for; the next begins a day before it ends, or, where it is
/// good for less than two days, halfway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// How many.
    pub count: u16,
    /// How long each is good for.
    pub lifetime: Lifetime,
}

/// Twenty-four of 31 days: two years.
impl Default for Schedule {
    fn default() -> Self {
        Self { count: 24, lifetime: Lifetime(Duration::from_secs(31 * 86_400)) }
    }
}

impl Schedule {
    /// From the beginning of one to that of the next.
    fn stride(self) -> Duration {
        let life = self.lifetime.0;
        life.saturating_sub(OVERLAP).max(life / 2)
    }
}

/// Makes the CRLs of an issuer for the time to come, all with what is revoked now, and commits them together with
/// `beside`: all or nothing. The numbers go on from the last one by one.
///
/// # Errors
/// See [`CrlError`].
pub async fn presign(
    issuer: &Issuer,
    schedule: Schedule,
    beside: &[Entry],
    now: Time,
    record: &dyn Record,
    crypto: &dyn SignatureVerifier,
) -> Result<Vec<Crl>, CrlError> {
    loop {
        let crls = made(issuer, schedule, now, record, crypto).await?;
        let presigned = crls.iter().map(|(crl, through)| {
            let event = CrlPresigned { issued: issued(issuer, crl, *through, crypto), crl: crl.der.clone() };
            Entry { at: now, event: Event::CrlPresigned(event) }
        });
        let entries = presigned.chain(beside.iter().cloned()).collect();
        match record.commit(Batch::new(entries)).await {
            Ok(_receipt) => return Ok(crls.into_iter().map(|(crl, _)| crl).collect()),
            // Somebody else was faster.
            Err(RecordError::CrlNumber { .. } | RecordError::CrlBehind { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Each with the last change that it knows of.
async fn made(
    issuer: &Issuer,
    schedule: Schedule,
    now: Time,
    record: &dyn Record,
    crypto: &dyn SignatureVerifier,
) -> Result<Vec<(Crl, u64)>, CrlError> {
    let mut entries = Entries::new();
    entries.bring_up_to_date(record, issuer.id()).await?;
    let last = record.last_crl(issuer.id()).await?;
    let mut number = next_number(last.as_ref(), now)?;
    let mut ended = ended(last.as_ref(), now, record).await?;
    let head = record.head().await?;
    let (mut at, mut crls) = (now, Vec::new());
    for _ in 0..schedule.count {
        if let Some(ended) = ended {
            entries.leave_out_ended(ended);
        }
        let crl = make(issuer, &entries, (number, at, schedule.lifetime), (head, None), crypto)?;
        // None is longer than the first: all that happens is that entries are left out.
        let octets = crl.der.len();
        if octets.saturating_mul(usize::from(schedule.count)) > MOST {
            return Err(CrlError::TooMuchAhead { count: schedule.count, octets, most: MOST });
        }
        crls.push((crl, entries.through()));
        ended = Some(at);
        at = at.plus(schedule.stride());
        number = number.checked_add(1).ok_or(CrlError::NumbersUsedUp { last: number })?;
    }
    Ok(crls)
}

/// Whether somebody was taken back, or released, since the CRLs of an issuer were made ahead: none of them says so.
///
/// # Errors
/// The record did not answer.
pub async fn is_behind(issuer: IssuerId, now: Time, record: &dyn Record) -> Result<bool, RecordError> {
    let Some(ahead) = record.presigned_crl(issuer, now).await? else { return Ok(false) };
    Ok(record.last_change(issuer).await? > ahead.issued.through)
}

/// The CRL that was made ahead for this moment.
///
/// # Errors
/// There is none, since the last one is over or another was made since; or the record did not answer.
pub async fn presigned(issuer: &Issuer, now: Time, record: &dyn Record) -> Result<Crl, CrlError> {
    let found = record.presigned_crl(issuer.id(), now).await?;
    let none = || CrlError::NoneAhead { issuer: issuer.name().to_owned(), now };
    let CrlPresigned { issued, crl } =
        found.filter(|found| found.issued.next_update >= now).ok_or_else(none)?;
    let CrlIssued { number, this_update, next_update, .. } = issued;
    let entries = CertificateList::parse(&crl).map(|list| list.tbs().revoked().iter().count());
    let entries =
        entries.map_err(|error| RecordError::Corrupt { detail: format!("CRL {number}: {error}") })?;
    Ok(Crl { der: crl, number, this_update, next_update, entries })
}
