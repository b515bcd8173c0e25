// SPDX-License-Identifier: MIT OR Apache-2.0
//! `POST /api/v1/certificates`: a request, read and verified, planned, and issued through the gate.

use std::sync::Arc;

use authority::{
    Batch, Issued, Issuer, Order, Plan, Profile, RequestRecord, Scope, SubjectName, VerifiedRequest,
};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{HeaderValue, LOCATION};
use hyper::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use x509::DigestAlgorithm;

use super::answer::{self, json};
use super::problem::Problem;
use super::requests::RequestView;
use super::view::PlanView;
use super::{Api, Asked, BASE, Office};

/// What is asked for: as JSON, or a bare request with the rest as parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The request, PEM.
    csr: String,
    /// Without it, the only one of the token, or `server`.
    #[serde(default)]
    profile: Option<String>,
    #[serde(default)]
    days: Option<u32>,
    /// Names beside those in the request.
    #[serde(default)]
    names: Vec<String>,
    /// Whether to plan and to sign nothing.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Debug, Serialize)]
struct Planned {
    plan: PlanView,
    /// `null` in a dry run.
    issued: Option<IssuedView>,
    /// What public servers' rules have against it.
    remarks: Vec<String>,
    /// What waits for somebody's approval; `null` where nobody has to approve.
    request: Option<RequestView>,
}

#[derive(Debug, Serialize)]
struct IssuedView {
    serial: String,
    names: Vec<String>,
    not_before: String,
    not_after: String,
    renew_after: String,
    sha256: String,
    /// The certificate, PEM, and the intermediates after it, without the root.
    chain: String,
}

impl Api {
    pub(super) async fn issue(
        &self,
        asked: &Asked<'_>,
        body: Bytes,
    ) -> Result<Response<Full<Bytes>>, Problem> {
        asked.require(Scope::Issue)?;
        let terms = asked.terms()?;
        let (request, wanted) = wanted(asked, body)?;
        let only = match asked.bearer.profiles() {
            [only] => only.as_str(),
            _ => "server",
        };
        let (profile, issuer) = issuer(asked, wanted.profile.as_deref().unwrap_or(only))?;
        let crypto = &*self.0.crypto;
        let request = VerifiedRequest::read(&request, crypto).map_err(|error| Problem::request(&error))?;
        let request = request.looked_up(&*self.0.record, crypto).await;
        let request = request.map_err(|error| Problem::record(&error))?;
        let request = request.looked_up_for(&profile, &*self.0.record).await;
        let request = request.map_err(|error| Problem::record(&error))?;
        let names = wanted.names.iter().map(|name| {
            SubjectName::parse(name)
                .map_err(|error| Problem::bad_request(format!("the name {name:?}: {error}")))
        });
        let names = names.collect::<Result<Vec<_>, _>>()?;
        let (warrant, requester) = (asked.bearer.warrant(), asked.bearer.requester());
        let policy = Arc::clone(&terms.policy);
        let days = wanted.days;
        let order = Order { request, profile, issuer, names, days, warrant, requester, policy };
        let plan = Plan::draw(order, asked.now);
        let told = PlanView::of(&plan);
        if let Some(entry) = plan.refusal("API", crypto).filter(|_| !wanted.dry_run) {
            let recorded = self.0.record.commit(Batch::new(vec![entry])).await;
            recorded.map_err(|error| Problem::record(&error))?;
        }
        if plan.awaits_approval() {
            let (issued, remarks, request) = (None, Vec::new(), None);
            return match wanted.dry_run {
                true => Ok(json(StatusCode::OK, &Planned { plan: told, issued, remarks, request })),
                false => self.hold(asked, &plan, told).await,
            };
        }
        let approved = match plan.approve() {
            Ok(approved) => approved,
            Err(refused) => return Err(Problem::refused(&refused, told)),
        };
        let prepared = approved.prepare(&*self.0.random, crypto).map_err(|error| Problem::issue(&error))?;
        let remarks = prepared.remarks().to_vec();
        if wanted.dry_run {
            return Ok(json(StatusCode::OK, &Planned { plan: told, issued: None, remarks, request: None }));
        }
        let issued = prepared.issue(&*self.0.record, crypto).await.map_err(|error| Problem::issue(&error))?;
        let serial = issued.serial().to_string();
        let chain = issued.chain_pem();
        let mut response = match answer::wants_pem(asked.parts) {
            true => answer::chain(StatusCode::CREATED, chain),
            false => {
                let issued = Some(self.issued(&issued, chain));
                json(StatusCode::CREATED, &Planned { plan: told, issued, remarks, request: None })
            }
        };
        if let Ok(location) = HeaderValue::try_from(format!("{BASE}certificates/{serial}")) {
            response.headers_mut().insert(LOCATION, location);
        }
        Ok(response)
    }

    /// Has it wait for somebody; says where to ask again.
    async fn hold(
        &self,
        asked: &Asked<'_>,
        plan: &Plan,
        told: PlanView,
    ) -> Result<Response<Full<Bytes>>, Problem> {
        let Office { record, random, crypto, .. } = &*self.0;
        let held = plan.hold(asked.in_force.terms.wait, &**record, &**random, &**crypto).await;
        let held = held.map_err(|error| Problem::hold(&error))?;
        let location = format!("{BASE}requests/{}", held.id);
        let waiting = RequestRecord { at: asked.now, held, decided: None };
        let request = Some(RequestView::of(&waiting, asked.now, &**crypto));
        let waits = Planned { plan: told, issued: None, remarks: Vec::new(), request };
        let mut response = json(StatusCode::ACCEPTED, &waits);
        if let Ok(location) = HeaderValue::try_from(location) {
            response.headers_mut().insert(LOCATION, location);
        }
        Ok(response)
    }

    fn issued(&self, issued: &Issued, chain: String) -> IssuedView {
        let period = issued.period();
        IssuedView {
            serial: issued.serial().to_string(),
            names: issued.names().iter().map(ToString::to_string).collect(),
            not_before: period.not_before.to_string(),
            not_after: period.not_after.to_string(),
            renew_after: period.renewal().to_string(),
            sha256: self.0.crypto.digest(DigestAlgorithm::Sha256, issued.certificate()).to_string(),
            chain,
        }
    }
}

/// Who issues by a profile that the token may use.
fn issuer(asked: &Asked<'_>, name: &str) -> Result<(Profile, Arc<Issuer>), Problem> {
    let found = asked.in_force.terms.issuers.iter().find(|(profile, _)| profile.name() == name);
    let permitted = || Problem::profile(name, asked.bearer.profiles());
    let (profile, issuer) = found.filter(|_| asked.bearer.may_issue_by(name)).ok_or_else(permitted)?;
    Ok((profile.clone(), Arc::clone(issuer)))
}

/// The request, PEM or DER, and what is wanted of it.
fn wanted(asked: &Asked<'_>, body: Bytes) -> Result<(Bytes, Wanted), Problem> {
    let parameters = answer::parameters(asked.parts, &["profile", "days", "name", "dry_run"])?;
    if answer::is_json(asked.parts) {
        if !parameters.is_empty() {
            return Err(Problem::bad_request("what is asked in JSON has no parameters beside it"));
        }
        let mut wanted: Wanted = serde_json::from_slice(&body)
            .map_err(|error| Problem::bad_request(format!("the JSON cannot be read: {error}")))?;
        return Ok((std::mem::take(&mut wanted.csr).into(), wanted));
    }
    let mut wanted =
        Wanted { csr: String::new(), profile: None, days: None, names: Vec::new(), dry_run: false };
    for (name, value) in parameters {
        match name.as_str() {
            "profile" => wanted.profile = Some(value),
            "days" => {
                let days = value
                    .parse()
                    .map_err(|_error| Problem::bad_request(format!("days={value} is no number of days")))?;
                wanted.days = Some(days);
            }
            "name" => wanted.names.push(value),
            _ => {
                wanted.dry_run = match value.as_str() {
                    "" | "true" => true,
                    "false" => false,
                    other => {
                        return Err(Problem::bad_request(format!(
                            "dry_run={other} is neither true nor false"
                        )));
                    }
                }
            }
        }
    }
    Ok((body, wanted))
}
