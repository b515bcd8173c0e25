// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates of the record: listed, shown, taken back and released.

use authority::revoke::{REASONS, release};
use authority::{CertificateQuery, CertificateRecord, Found, Revocation, Scope, Status};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Response, StatusCode};
use serde::Deserialize;
use serde_json::json;
use x509::ext::ReasonCode;
use x509::{Certificate, Serial, Time};

use super::answer::{self, json};
use super::problem::Problem;
use super::view::{CertificateView, Listed};
use super::{Api, Asked, search};

/// What is said of a revocation.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Why {
    /// As RFC 5280 §5.3.1 names it: `keyCompromise`.
    reason: Option<String>,
    /// Since when the key is not to be relied on.
    invalid_from: Option<String>,
}

impl Api {
    /// A page of the certificates that are asked for.
    pub(super) async fn list(&self, asked: &Asked<'_>) -> Result<Response<Full<Bytes>>, Problem> {
        asked.require(Scope::Read)?;
        let search = search::of(asked.parts, asked.now)?;
        let page = self.0.record.search(search).await.map_err(|error| Problem::record(&error))?;
        let mut certificates = Vec::with_capacity(page.found.len());
        for Found { record, status, requester } in &page.found {
            let view = CertificateView::of(record, *status, asked.now, &*self.0.crypto);
            let view = view.map_err(|error| unreadable(record, &error))?;
            certificates.push(Listed::new(view, requester));
        }
        let next = page.next.map(|next| next.to_string());
        let document = json!({ "certificates": certificates, "next": next, "looked_at": page.looked_at });
        Ok(json(StatusCode::OK, &document))
    }

    pub(super) async fn show(
        &self,
        asked: &Asked<'_>,
        serial: &str,
    ) -> Result<Response<Full<Bytes>>, Problem> {
        asked.require(Scope::Read)?;
        let (record, _) = self.find(serial).await?;
        let view = self.view(&record, asked.now).await?;
        Ok(match answer::wants_pem(asked.parts) {
            true => answer::chain(StatusCode::OK, view.pem()),
            false => json(StatusCode::OK, &view),
        })
    }

    pub(super) async fn revoke(
        &self,
        asked: &Asked<'_>,
        serial: &str,
        body: Bytes,
    ) -> Result<Response<Full<Bytes>>, Problem> {
        asked.require(Scope::Revoke)?;
        let why: Why = match body.trim_ascii() {
            [] => Why::default(),
            text => serde_json::from_slice(text)
                .map_err(|error| Problem::bad_request(format!("the JSON cannot be read: {error}")))?,
        };
        let (record, magnitude) = self.find(serial).await?;
        require_not_our_own(&record)?;
        let revocation = Revocation {
            issuer: record.issued.issuer,
            serial: magnitude,
            reason: reason(why.reason.as_deref())?,
            invalid_from: why.invalid_from.as_deref().map(time).transpose()?,
            warrant: asked.bearer.warrant(),
        };
        let revoked = revocation.commit(asked.now, &*self.0.record).await;
        revoked.map_err(|error| Problem::revoke(&error))?;
        Ok(json(StatusCode::OK, &self.view(&record, asked.now).await?))
    }

    pub(super) async fn release(
        &self,
        asked: &Asked<'_>,
        serial: &str,
    ) -> Result<Response<Full<Bytes>>, Problem> {
        asked.require(Scope::Revoke)?;
        let (record, magnitude) = self.find(serial).await?;
        require_not_our_own(&record)?;
        let (issuer, warrant) = (record.issued.issuer, asked.bearer.warrant());
        let released = release(issuer, magnitude, &warrant, asked.now, &*self.0.record).await;
        released.map_err(|error| Problem::revoke(&error))?;
        Ok(json(StatusCode::OK, &self.view(&record, asked.now).await?))
    }

    /// The one certificate with this serial number, and its magnitude.
    async fn find(&self, text: &str) -> Result<(CertificateRecord, Vec<u8>), Problem> {
        let serial = Serial::magnitude_of(text).ok_or_else(|| Problem::not_found(text))?;
        let found = self.0.record.certificates(CertificateQuery::Serial(serial.clone())).await;
        let mut found = found.map_err(|error| Problem::record(&error))?.into_iter();
        match (found.next(), found.next()) {
            (Some(one), None) => Ok((one, serial)),
            (Some(_), Some(_)) => Err(Problem::several(text)),
            (None, _) => Err(Problem::not_found(text)),
        }
    }

    async fn view(&self, record: &CertificateRecord, now: Time) -> Result<CertificateView, Problem> {
        let unreadable = |error| unreadable(record, &error);
        let certificate = Certificate::parse(&record.issued.certificate).map_err(unreadable)?;
        let serial = certificate.tbs().serial().magnitude().to_vec();
        let status = self.0.record.status(record.issued.issuer, serial).await;
        let status =
            status.map_err(|error| Problem::record(&error))?.map_or(Status::Good, |found| found.status);
        CertificateView::of(record, status, now, &*self.0.crypto).map_err(unreadable)
    }
}

/// What is in the record is no certificate.
fn unreadable(record: &CertificateRecord, error: &x509::Error) -> Problem {
    let detail = format!("journal entry {}: {error}", record.sequence);
    Problem::record(&authority::RecordError::Corrupt { detail })
}

/// The root and the intermediates that were founded with it: nobody drew a plan for them.
fn require_not_our_own(record: &CertificateRecord) -> Result<(), Problem> {
    if record.issued.plan.is_empty() { Err(Problem::own_authority()) } else { Ok(()) }
}

fn reason(named: Option<&str>) -> Result<ReasonCode, Problem> {
    let Some(named) = named else { return Ok(ReasonCode::Unspecified) };
    REASONS.into_iter().find(|reason| reason.to_string() == named).ok_or_else(|| {
        let known: Vec<String> = REASONS.iter().map(ToString::to_string).collect();
        Problem::bad_request(format!("{named:?} is no reason: it may be one of {}", known.join(", ")))
    })
}

fn time(text: &str) -> Result<Time, Problem> {
    Time::parse(text).ok_or_else(|| {
        Problem::bad_request(format!("{text:?} is no time: write it as 2026-11-22 or 2026-11-22T10:00:00Z"))
    })
}
