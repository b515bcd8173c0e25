// SPDX-License-Identifier: MIT OR Apache-2.0
//! `/api/v1/requests`: those that wait for somebody's approval, asked about by whoever asked, decided on by others.

use std::sync::Arc;

use authority::journal::HeldLine;
use authority::{
    Certified, Decider, Difference, Issuer, IssuerRecord, PlanDigest, Profile, Redrawn, RequestId,
    RequestQuery, RequestRecord, RequestState, Scope,
};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use x509::{SignatureVerifier, Time};

use super::answer::{self, json};
use super::problem::Problem;
use super::{Api, Asked, Terms};

/// A request, as it goes over the wire.
#[derive(Debug, Serialize)]
pub(super) struct RequestView {
    id: String,
    state: &'static str,
    asked_at: String,
    until: String,
    profile: String,
    /// Who would issue, its identifier.
    issuer: String,
    /// The SHA-256 of the key that would be certified, its SubjectPublicKeyInfo.
    key_sha256: Option<String>,
    requester: String,
    /// Why nothing is issued to it any more; `null` while its token is good.
    barred: Option<String>,
    /// The rules that ask for an approval.
    rules: Vec<String>,
    /// The digest of the plan: an approval names it.
    plan: String,
    /// The plan, as it was shown.
    lines: Vec<LineView>,
    decided_at: Option<String>,
    decided_by: Option<String>,
    reason: Option<String>,
    serial: Option<String>,
    /// The certificate, PEM, and the intermediates after it, without the root.
    chain: Option<String>,
}

#[derive(Debug, Serialize)]
struct LineView {
    field: String,
    asked: Option<String>,
    policy: String,
    issued: Option<String>,
}

/// What of a plan is not as it was shown.
#[derive(Debug, Serialize)]
pub(super) struct DifferenceView {
    before: Option<LineView>,
    after: Option<LineView>,
}

/// Why somebody denies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Denial {
    reason: String,
}

/// What somebody approves, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Approval {
    plan: String,
    reason: String,
}

impl LineView {
    fn of(line: &HeldLine) -> Self {
        let HeldLine { field, asked, policy, issued } = line.clone();
        Self { field, asked, policy, issued }
    }
}

impl DifferenceView {
    pub(super) fn of(difference: &Difference) -> Self {
        Self {
            before: difference.before.as_ref().map(LineView::of),
            after: difference.after.as_ref().map(LineView::of),
        }
    }
}

impl RequestView {
    /// As it stands, while nothing bars who asked.
    pub(super) fn of(record: &RequestRecord, now: Time, crypto: &dyn SignatureVerifier) -> Self {
        let RequestRecord { at, held, decided } = record;
        Self {
            id: held.id.to_string(),
            state: record.state(now).name(),
            asked_at: at.to_string(),
            until: held.until.to_string(),
            profile: held.profile.clone(),
            issuer: held.issuer.to_string(),
            key_sha256: record.key(crypto).map(|key| key.to_string()),
            requester: held.requester.to_string(),
            barred: None,
            rules: held.rules.clone(),
            plan: record.plan().to_string(),
            lines: held.lines.iter().map(LineView::of).collect(),
            decided_at: decided.as_ref().map(|decided| decided.at.to_string()),
            decided_by: decided.as_ref().map(|decided| decided.by.clone()),
            reason: decided.as_ref().map(|decided| decided.reason.clone()),
            serial: record.serial().map(|serial| serial.to_string()),
            chain: None,
        }
    }
}

impl Api {
    /// Those that nobody has decided on.
    pub(super) async fn requests(&self, asked: &Asked<'_>) -> Result<Response<Full<Bytes>>, Problem> {
        asked.require(Scope::Approve)?;
        let found = self.0.record.requests(RequestQuery::Undecided).await;
        let found = found.map_err(|error| Problem::record(&error))?;
        let mut views = Vec::new();
        for record in &found {
            views.push(self.seen(asked, record).await?);
        }
        Ok(json(StatusCode::OK, &serde_json::json!({ "requests": views })))
    }

    /// One of them: for whoever asked, and for those who may approve.
    pub(super) async fn request(
        &self,
        asked: &Asked<'_>,
        id: &str,
    ) -> Result<Response<Full<Bytes>>, Problem> {
        let record = self.find_request(asked, id).await?;
        self.told(asked, &record).await
    }

    /// Approves one, and issues its certificate; one whose plan is another now waits again.
    pub(super) async fn approve(
        &self,
        asked: &Asked<'_>,
        id: &str,
        body: &Bytes,
    ) -> Result<Response<Full<Bytes>>, Problem> {
        asked.require(Scope::Approve)?;
        let Approval { plan, reason } = read(body, r#"{"plan": "…", "reason": "…"}"#)?;
        let named = PlanDigest::parse(&plan).ok_or_else(|| Problem::no_plan(&plan))?;
        let decider = decider(asked, reason);
        let terms = asked.terms()?;
        let record = self.find_request(asked, id).await?;
        // Nor does one's own request, or one with another plan than was looked at, wait again at one's word.
        let is_so = record.require_another(&decider).and_then(|()| record.require_named(named));
        is_so.map_err(|error| Problem::decide(&error))?;
        let (profile, issuer) = issuer(terms, &record)?;
        let (held, crypto) = (&*self.0.record, &*self.0.crypto);
        let by = (profile, issuer, Arc::clone(&terms.policy));
        let redrawn = record.redraw(by, asked.now, held, crypto).await;
        let redrawn = redrawn.map_err(|error| Problem::decide(&error))?;
        if !redrawn.is_the_same() && redrawn.record().state(asked.now) == RequestState::Pending {
            return Err(self.again(asked, redrawn).await?);
        }
        let approved =
            redrawn.approve(named, &decider, asked.now).map_err(|error| Problem::decide(&error))?;
        let prepared = approved.prepare(&*self.0.random, crypto).map_err(|error| Problem::issue(&error))?;
        prepared.issue(held, crypto).await.map_err(|error| Problem::issue(&error))?;
        let record = self.find_request(asked, id).await?;
        self.told(asked, &record).await
    }

    /// Denies one.
    pub(super) async fn deny(
        &self,
        asked: &Asked<'_>,
        id: &str,
        body: &Bytes,
    ) -> Result<Response<Full<Bytes>>, Problem> {
        asked.require(Scope::Approve)?;
        let Denial { reason } = read(body, r#"{"reason": "…"}"#)?;
        let decider = decider(asked, reason);
        let record = self.find_request(asked, id).await?;
        let denied = record.deny(&decider, asked.now, &*self.0.record).await;
        denied.map_err(|error| Problem::decide(&error))?;
        let record = self.find_request(asked, id).await?;
        self.told(asked, &record).await
    }

    /// Has it wait again, and says what is not as it was shown.
    async fn again(&self, asked: &Asked<'_>, redrawn: Redrawn) -> Result<Problem, Problem> {
        let crypto = &*self.0.crypto;
        let differences = redrawn.differences(crypto).iter().map(DifferenceView::of).collect();
        let again = redrawn.wait_again(asked.now, &*self.0.record, crypto).await;
        let held = again.map_err(|error| Problem::decide(&error))?;
        Ok(Problem::another_plan(&held.id.to_string(), differences))
    }

    async fn find_request(&self, asked: &Asked<'_>, text: &str) -> Result<RequestRecord, Problem> {
        let none = || Problem::no_request(text);
        let id = RequestId::parse(text).ok_or_else(none)?;
        let found = self.0.record.requests(RequestQuery::One(id)).await;
        let found = found.map_err(|error| Problem::record(&error))?.into_iter().next().ok_or_else(none)?;
        // Of those of others nobody is told that they are there.
        let may_see = asked.bearer.may(Scope::Approve) || found.held.requester == asked.bearer.requester();
        if may_see { Ok(found) } else { Err(none()) }
    }

    async fn told(
        &self,
        asked: &Asked<'_>,
        record: &RequestRecord,
    ) -> Result<Response<Full<Bytes>>, Problem> {
        let certificate = record.decided.as_ref().and_then(|decided| decided.certificate.as_ref());
        let chain = match certificate {
            Some(certificate) => Some(self.chain(record, certificate).await?),
            None => None,
        };
        match chain {
            Some(chain) if answer::wants_pem(asked.parts) => Ok(answer::chain(StatusCode::OK, chain)),
            chain => {
                let is_pending = record.state(asked.now) == RequestState::Pending;
                let status = if is_pending { StatusCode::ACCEPTED } else { StatusCode::OK };
                Ok(json(status, &RequestView { chain, ..self.seen(asked, record).await? }))
            }
        }
    }

    /// As it stands.
    async fn seen(&self, asked: &Asked<'_>, record: &RequestRecord) -> Result<RequestView, Problem> {
        let barred = match record.state(asked.now) {
            RequestState::Pending => record.barred(asked.now, &*self.0.record).await,
            _ => Ok(None),
        };
        let barred = barred.map_err(|error| Problem::record(&error))?;
        Ok(RequestView { barred, ..RequestView::of(record, asked.now, &*self.0.crypto) })
    }

    /// What a server sends: the certificate that was issued, and the intermediates of its issuer.
    async fn chain(&self, record: &RequestRecord, certificate: &[u8]) -> Result<String, Problem> {
        let issuers = self.0.record.issuers().await.map_err(|error| Problem::record(&error))?;
        // A certificate that stands beside is for clients who trust another root.
        let is_its = |issuer: &&IssuerRecord| {
            issuer.added.id == record.held.issuer && issuer.added.certified != Certified::Beside
        };
        let issuer = issuers.iter().rev().find(is_its);
        let above = issuer.map_or(&[][..], |issuer| issuer.sent());
        let all = std::iter::once(certificate).chain(above.iter().map(Vec::as_slice));
        Ok(all.map(|der| x509::pem::encode("CERTIFICATE", der)).collect())
    }
}

/// Who issues what waits, and by which profile: nobody else than was asked.
fn issuer(terms: &Terms, record: &RequestRecord) -> Result<(Profile, Arc<Issuer>), Problem> {
    let held = &record.held;
    let by_profile = || terms.issuers.iter().filter(|(known, _)| known.name() == held.profile);
    let found = by_profile().find(|(_, issuer)| issuer.id() == held.issuer);
    found.cloned().ok_or_else(|| match by_profile().next() {
        Some(_) => Problem::issuer_elsewhere(&held.id.to_string(), held.issuer),
        None => Problem::profile_is_gone(&held.profile),
    })
}

/// What somebody decides, as it is asked for.
fn read<'a, T: Deserialize<'a>>(body: &'a Bytes, form: &str) -> Result<T, Problem> {
    serde_json::from_slice(body)
        .map_err(|error| Problem::bad_request(format!("a decision is asked for as {form}: {error}")))
}

fn decider(asked: &Asked<'_>, reason: String) -> Decider {
    Decider { by: asked.bearer.warrant(), program: Some(asked.bearer.requester()), reason }
}
