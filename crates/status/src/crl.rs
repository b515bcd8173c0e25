// SPDX-License-Identifier: MIT OR Apache-2.0
//! A CRL, made.

use std::time::Duration;

use authority::journal::CrlIssued;
use authority::{Batch, Event, Head, Issuer, Record, RecordError};
use x509::ext::{AuthorityKeyIdentifier, CrlNumber, JournalHead};
use x509::write::{ListFields, certificate_list};
use x509::{DigestAlgorithm, Extension, SignatureVerifier, Time, oid};

use crate::entries::Entries;
use crate::error::CrlError;

/// The largest number that every record can file.
const LARGEST: u64 = i64::MAX.unsigned_abs();

/// A CRL that is signed, verified, and whose number is in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crl {
    /// The CRL in DER.
    pub der: Vec<u8>,
    /// Its number.
    pub number: u64,
    /// When it was made.
    pub this_update: Time,
    /// By when there will be another.
    pub next_update: Time,
    /// How many entries it has.
    pub entries: usize,
}

/// How long a CRL is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime(pub Duration);

/// Makes the next CRL of an issuer: brings the entries up to date, signs, verifies, and commits the number before
/// it gives the CRL away.
///
/// The number is the seconds of Unix time, or the last number and one where that is more: it grows whatever the
/// clock does, and a clock that was ahead and is right again stops nothing. The authority key identifier is the
/// issuer's own subject key identifier (RFC 5280 §5.2.1). The list says where the journal ended ([`JournalHead`]), so
/// that a record that is put back from an older copy can be told by it.
///
/// # Errors
/// See [`CrlError`].
pub async fn issue(
    issuer: &Issuer,
    entries: &mut Entries,
    lifetime: Lifetime,
    now: Time,
    record: &dyn Record,
    crypto: &dyn SignatureVerifier,
) -> Result<Crl, CrlError> {
    loop {
        entries.bring_up_to_date(record, issuer.id()).await?;
        let last = record.last_crl(issuer.id()).await?;
        if let Some(ended) = ended(last.as_ref(), now, record).await? {
            if entries.lack(ended) {
                *entries = Entries::new();
                entries.bring_up_to_date(record, issuer.id()).await?;
            }
            entries.leave_out_ended(ended);
        }
        let number = next_number(last.as_ref(), now)?;
        let head = record.head().await?;
        let crl = make(issuer, entries, (number, now, lifetime), (head, None), crypto)?;
        let issued = issued(issuer, &crl, entries.through(), crypto);
        match record.commit(Batch::at(now, [Event::CrlIssued(issued)])).await {
            Ok(_receipt) => return Ok(crl),
            // Somebody else was faster: theirs is the number, and perhaps there is more to list.
            Err(RecordError::CrlNumber { .. } | RecordError::CrlBehind { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// When the CRL that is published was made: what had ended by then stood on it, and may be left out (RFC 5280 §3.3).
pub(crate) async fn ended(
    last: Option<&CrlIssued>,
    now: Time,
    record: &dyn Record,
) -> Result<Option<Time>, RecordError> {
    match last {
        Some(last) if last.this_update > now => {
            // It was made ahead of its time, and another one stands until then; or by a clock that was ahead, which has
            // ended nobody.
            let ahead = record.presigned_crl(last.issuer, now).await?;
            Ok(Some(ahead.map_or(now, |ahead| ahead.issued.this_update)))
        }
        last => Ok(last.map(|last| last.this_update)),
    }
}

/// What is recorded of a CRL that knows of the changes up to a place in the journal.
pub(crate) fn issued(issuer: &Issuer, crl: &Crl, through: u64, crypto: &dyn SignatureVerifier) -> CrlIssued {
    CrlIssued {
        issuer: issuer.id(),
        number: crl.number,
        this_update: crl.this_update,
        next_update: crl.next_update,
        through,
        digest: crypto.digest(DigestAlgorithm::Sha256, &crl.der).octets().to_vec(),
    }
}

pub(crate) fn next_number(last: Option<&CrlIssued>, now: Time) -> Result<u64, CrlError> {
    let last = last.map_or(0, |last| last.number);
    if last >= LARGEST {
        return Err(CrlError::NumbersUsedUp { last });
    }
    Ok(last.saturating_add(1).max(u64::try_from(now.unix()).unwrap_or_default()))
}

/// `point` is the value of issuingDistributionPoint where it is a part of the CRL.
pub(crate) fn make(
    issuer: &Issuer,
    entries: &Entries,
    (number, now, lifetime): (u64, Time, Lifetime),
    (head, point): (Head, Option<&[u8]>),
    crypto: &dyn SignatureVerifier,
) -> Result<Crl, CrlError> {
    let authority_key = AuthorityKeyIdentifier::encode(issuer.key_identifier());
    let encoded_number = CrlNumber::encode(&number.to_be_bytes());
    let journal = JournalHead { number: head.number, digest: head.digest }.encode();
    let next_update = now.plus(lifetime.0);
    let mut extensions = vec![
        Extension { oid: oid::AUTHORITY_KEY_IDENTIFIER, critical: false, value: &authority_key },
        Extension { oid: oid::CRL_NUMBER, critical: false, value: &encoded_number },
        Extension { oid: oid::JOURNAL_HEAD, critical: false, value: &journal },
    ];
    // RFC 5280 §5.2.5: critical.
    extensions.extend(point.map(|value| Extension {
        oid: oid::ISSUING_DISTRIBUTION_POINT,
        critical: true,
        value,
    }));
    let fields = ListFields {
        signature_algorithm: issuer.signature_algorithm(),
        issuer: issuer.subject(),
        this_update: now,
        next_update,
        entries: entries.encoded(),
        extensions: &extensions,
    };
    let der = certificate_list(&fields, |block| issuer.sign_status(block, crypto))?;
    Ok(Crl { der, number, this_update: now, next_update, entries: entries.len() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use authority::IssuerId;

    use super::*;

    #[test]
    fn numbers_grow_whatever_the_clock_says() {
        let last = |number| CrlIssued {
            issuer: IssuerId::from_octets([0; 32]),
            number,
            this_update: Time::from_unix(0),
            next_update: Time::from_unix(0),
            through: 0,
            digest: Vec::new(),
        };
        let next = |before: Option<u64>, now| {
            let last = before.map(last);
            next_number(last.as_ref(), Time::from_unix(now)).ok()
        };
        assert_eq!(next(None, 1_795_341_600), Some(1_795_341_600));
        assert_eq!(next(Some(7), 1_795_341_600), Some(1_795_341_600));
        assert_eq!(next(Some(1_795_341_600), 1_795_341_600), Some(1_795_341_601));
        assert_eq!(next(Some(1_795_341_700), 5), Some(1_795_341_701));
        assert_eq!(next(None, -5), Some(1));
        assert_eq!(next(Some(LARGEST - 1), 0), Some(LARGEST));
        assert_eq!(next(Some(LARGEST), 0), None);
    }
}
