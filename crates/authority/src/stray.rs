// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates that are alive somewhere, were signed with a key of this authority, and are not in its record: it was put
//! back from an older copy, or somebody else has the key.

use std::collections::BTreeSet;

use x509::ext::ReasonCode;
use x509::{Certificate, SignatureVerifier, Time};

use crate::error::RecordError;
use crate::issuer::IssuerId;
use crate::journal::{CertificateIssued, CertificateRevoked, Event, Reach};
use crate::record::{Batch, CertificateQuery, IssuerRecord, Record, Standing};
use crate::succession::is_signed;

/// The name of the profile of what was found.
pub const PROFILE: &str = "found";

/// How many certificates are committed at a time.
const AT_ONCE: usize = 500;

/// A certificate of ours that the record does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// Whose key has signed it.
    pub issuer: IssuerId,
    /// The magnitude of its serial number.
    pub serial: Vec<u8>,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// What the record has under its serial number, and whether it would take it.
    pub standing: SerialStanding,
}

/// What the record has under the serial number of a stray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SerialStanding {
    /// Nothing.
    Free,
    /// Another certificate: this one cannot be recorded.
    Taken,
    /// Nothing, and the record takes nothing more of its issuer: that was retired or revoked, or stands below one that was
    /// revoked.
    Closed,
    /// Nothing, and the record takes nothing of its issuer while its key is away.
    Away,
}

/// Those of some certificates that are strays, each once. What is no certificate is none.
///
/// # Errors
/// The record cannot be read.
pub async fn strays(
    certificates: &[Vec<u8>],
    issuers: &[IssuerRecord],
    record: &dyn Record,
    crypto: &dyn SignatureVerifier,
) -> Result<Vec<Stray>, RecordError> {
    let own: Vec<(IssuerId, Certificate<'_>)> = issuers
        .iter()
        .filter_map(|issuer| Some((issuer.added.id, Certificate::parse(issuer.added.chain.first()?).ok()?)))
        .collect();
    let (mut seen, mut strays) = (BTreeSet::new(), Vec::new());
    for der in certificates {
        let Ok(certificate) = Certificate::parse(der) else { continue };
        let is_own = issuers.iter().any(|issuer| issuer.added.chain.contains(der));
        if is_own || !seen.insert(der) {
            continue;
        }
        let named =
            own.iter().filter(|(_, own)| own.tbs().subject().raw() == certificate.tbs().issuer().raw());
        let Some(issuer) = named.into_iter().find(|(_, own)| is_signed(&certificate, own, crypto)) else {
            continue;
        };
        let serial = certificate.tbs().serial().magnitude().to_vec();
        let filed = record.certificates(CertificateQuery::Serial(serial.clone())).await?;
        let standing = match filed.iter().find(|filed| filed.issued.issuer == issuer.0) {
            Some(filed) if filed.issued.certificate == *der => continue,
            Some(_) => SerialStanding::Taken,
            None => standing_of(issuers, issuer.0),
        };
        strays.push(Stray { issuer: issuer.0, serial, certificate: der.clone(), standing });
    }
    Ok(strays)
}

/// Whether the record would take a certificate of this issuer.
fn standing_of(issuers: &[IssuerRecord], issuer: IssuerId) -> SerialStanding {
    let Some(record) = issuers.iter().find(|record| record.added.id == issuer) else {
        return SerialStanding::Free;
    };
    match (record.standing, record.reach) {
        (Standing::Retired(_) | Standing::Revoked(_) | Standing::Below(..), _) => SerialStanding::Closed,
        (Standing::InUse, Reach::Away) => SerialStanding::Away,
        (Standing::InUse, Reach::Here) => SerialStanding::Free,
    }
}

/// Records those that can be, and, given a reason, revokes them in the same batch. Gives how many it were.
///
/// # Errors
/// The record does not take a batch: an issuer may have been retired since. What was recorded before stays.
pub async fn take_in(
    strays: &[Stray],
    revoked: Option<ReasonCode>,
    by: &str,
    now: Time,
    record: &dyn Record,
) -> Result<usize, RecordError> {
    let free: Vec<&Stray> = strays.iter().filter(|stray| stray.standing == SerialStanding::Free).collect();
    for some in free.chunks(AT_ONCE) {
        let mut events = Vec::new();
        for stray in some {
            let issued = CertificateIssued {
                issuer: stray.issuer,
                profile: PROFILE.to_owned(),
                plan: Vec::new(),
                certificate: stray.certificate.clone(),
            };
            events.push(Event::CertificateIssued(issued));
            if let Some(reason) = revoked {
                let revoked = CertificateRevoked {
                    issuer: stray.issuer,
                    serial: stray.serial.clone(),
                    reason,
                    since: now,
                    invalid_from: None,
                    by: by.to_owned(),
                };
                events.push(Event::CertificateRevoked(revoked));
            }
        }
        record.commit(Batch::at(now, events)).await?;
    }
    Ok(free.len())
}
