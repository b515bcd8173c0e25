// SPDX-License-Identifier: MIT OR Apache-2.0
//! One certificate of a list.

use authority::lifetime::Period;
use authority::{Found, Status};
use explain::CertificateFacts;
use keys::AwsLc;
use serde::Serialize;
use x509::{Certificate, Time};

use crate::failure::Failure;

/// One element of what `--json` prints.
#[derive(Serialize)]
pub(in crate::commands::cert) struct Row {
    pub(super) serial: String,
    pub(super) names: Vec<String>,
    pub(super) status: &'static str,
    pub(super) profile: String,
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) issued_at: String,
    pub(super) not_before: String,
    pub(super) not_after: String,
    pub(super) renew_after: String,
    pub(super) sha256: String,
    /// On whose word its plan was approved.
    pub(super) warrant: Option<String>,
    /// Since when it is taken back or on hold.
    pub(super) revoked_at: Option<String>,
    /// Why, as RFC 5280 names it.
    pub(super) reason: Option<String>,
    #[serde(skip)]
    pub(super) ends: Time,
}

impl Row {
    pub(in crate::commands::cert) fn of(found: &Found, now: Time) -> Result<Self, Failure> {
        let record = &found.record;
        let certificate = Certificate::parse(&record.issued.certificate).map_err(|error| {
            Failure::could_not(format!("journal entry {} holds a damaged certificate", record.sequence))
                .because(&error)
        })?;
        let facts = CertificateFacts::of(&certificate, now, &AwsLc);
        let revoked = match found.status {
            Status::Revoked(revoked) => Some(revoked),
            Status::Good => None,
        };
        let period = Period::from(certificate.tbs().validity());
        Ok(Self {
            serial: facts.serial,
            names: facts.names,
            status: found.status.in_a_word(period, now),
            profile: record.issued.profile.clone(),
            subject: facts.subject,
            issuer: facts.issuer,
            issued_at: record.at.to_string(),
            not_before: period.not_before.to_string(),
            not_after: period.not_after.to_string(),
            renew_after: period.renewal().to_string(),
            sha256: facts.sha256,
            warrant: Some(found.requester.clone()).filter(|warrant| !warrant.is_empty()),
            revoked_at: revoked.map(|revoked| revoked.since.to_string()),
            reason: revoked.map(|revoked| revoked.reason.to_string()),
            ends: period.not_after,
        })
    }
}
