// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a program that shows a token may ask of the authority, over HTTPS.

mod answer;
mod certificates;
mod issue;
mod problem;
mod requests;
mod search;
mod view;

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use authority::{Bearer, Issuer, Policy, Profile, RandomSource, Record, Scope, Wait};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Body;
use hyper::header::{AUTHORIZATION, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use serde_json::json;
use x509::{SignatureVerifier, Time};

use answer::json;
use problem::Problem;

use crate::wire;

/// The document that describes it: OpenAPI 3.1.
pub const OPENAPI: &str = include_str!("v1/openapi.json");

/// Below which everything lies.
const BASE: &str = "/api/v1/";

/// Tells what time it is.
type Clock = Box<dyn Fn() -> Time + Send + Sync>;

/// By what is issued, and to whom.
#[derive(Debug)]
pub struct Terms {
    /// Who issues by each profile. Others are not to be had.
    pub issuers: Vec<(Profile, Arc<Issuer>)>,
    /// Who may have what.
    pub policy: Arc<Policy>,
    /// For how long requests wait for an approval.
    pub wait: Wait,
}

/// What is in force at a moment.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The terms, as they were said last.
    pub terms: Arc<Terms>,
    /// Why nothing may be issued by them; `None` while they are what is said now.
    pub suspended: Option<Suspended>,
}

/// Why nothing is issued: who may have what is said otherwise by now, and not yet known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspended {
    /// It is being written.
    BeingWritten,
    /// What was written cannot be read.
    Unreadable,
    /// It is gone.
    Gone,
}

/// What the API asks, and whom.
pub struct Office {
    /// The record.
    pub record: Arc<dyn Record>,
    /// By what is issued, and to whom, at a moment.
    pub terms: Box<dyn Fn(Time) -> InForce + Send + Sync>,
    /// Serial numbers come from there.
    pub random: Arc<dyn RandomSource>,
    /// Signatures are verified, and digests made, by it.
    pub crypto: Arc<dyn SignatureVerifier>,
    /// The time.
    pub clock: Clock,
}

/// The API, as a service. Cloning it shares everything.
#[derive(Clone)]
pub struct Api(Arc<Office>);

/// A request whose token is good.
struct Asked<'a> {
    parts: &'a Parts,
    bearer: Bearer,
    now: Time,
    /// As it is for all of this request.
    in_force: InForce,
}

impl Asked<'_> {
    /// Refuses who may not do that.
    fn require(&self, scope: Scope) -> Result<(), Problem> {
        if self.bearer.may(scope) { Ok(()) } else { Err(Problem::scope(scope)) }
    }

    /// The terms, to issue by.
    fn terms(&self) -> Result<&Terms, Problem> {
        match self.in_force.suspended {
            None => Ok(&self.in_force.terms),
            Some(suspended) => Err(Problem::suspended(suspended)),
        }
    }
}

impl Api {
    /// The API of an office.
    #[must_use]
    pub fn new(office: Office) -> Self {
        Self(Arc::new(office))
    }

    async fn route<B>(&self, request: &Parts, body: B) -> Response<Full<Bytes>>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let answered = self.asked(request, body).await;
        answered.unwrap_or_else(|problem| problem.answer(wire::request_id(request)))
    }

    async fn asked<B>(&self, parts: &Parts, body: B) -> Result<Response<Full<Bytes>>, Problem>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let method = &parts.method;
        let is_read = method == Method::GET || method == Method::HEAD;
        let path = parts.uri.path().strip_prefix(BASE).ok_or_else(Problem::nothing_here)?;
        let segments: Vec<&str> = path.split('/').collect();
        if segments == ["openapi.json"] {
            return if is_read {
                Ok(answer::text_of("application/json", OPENAPI))
            } else {
                Err(Problem::method("GET, HEAD"))
            };
        }
        // Whole before anything is judged: an answer to a request that is still on its way is lost on HTTP/2, and a
        // token may be taken back meanwhile.
        let body = answer::read(body).await?;
        let now = (self.0.clock)();
        let bearer = self.bearer(parts, now).await?;
        let asked = Asked { parts, bearer, now, in_force: (self.0.terms)(now) };
        match segments.as_slice() {
            ["profiles"] if is_read => Ok(self.profiles(&asked)),
            ["profiles"] => Err(Problem::method("GET, HEAD")),
            ["certificates"] if is_read => self.list(&asked).await,
            ["certificates"] if method == Method::POST => self.issue(&asked, body).await,
            ["certificates"] => Err(Problem::method("GET, HEAD, POST")),
            ["certificates", serial] if is_read => self.show(&asked, serial).await,
            ["certificates", _] => Err(Problem::method("GET, HEAD")),
            ["certificates", serial, "revoke"] if method == Method::POST => {
                self.revoke(&asked, serial, body).await
            }
            ["certificates", serial, "release"] if method == Method::POST => {
                self.release(&asked, serial).await
            }
            ["certificates", _, "revoke" | "release"] => Err(Problem::method("POST")),
            ["requests"] if is_read => self.requests(&asked).await,
            ["requests", id] if is_read => self.request(&asked, id).await,
            ["requests"] | ["requests", _] => Err(Problem::method("GET, HEAD")),
            ["requests", id, "approve"] if method == Method::POST => self.approve(&asked, id, &body).await,
            ["requests", id, "deny"] if method == Method::POST => self.deny(&asked, id, &body).await,
            ["requests", _, "approve" | "deny"] => Err(Problem::method("POST")),
            _ => Err(Problem::nothing_here()),
        }
    }

    /// Who asks.
    async fn bearer(&self, parts: &Parts, now: Time) -> Result<Bearer, Problem> {
        let shown = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        });
        let Some(shown) = shown else {
            // Whoever shows a token is who it says, whatever certificate there is beside it.
            return match parts.extensions.get::<http::Certificates>() {
                Some(certificates) if !parts.headers.contains_key(AUTHORIZATION) => {
                    require_own_will(parts)?;
                    self.certified(certificates, now).await
                }
                _ => Err(Problem::no_token()),
            };
        };
        let found = Bearer::of(shown, now, &*self.0.record, &*self.0.crypto).await;
        found.map_err(|error| Problem::record(&error))?.ok_or_else(Problem::bad_token)
    }

    /// Who asks, by the certificate that was shown in the handshake. It is judged for each request: a connection may
    /// last longer than what is true of it.
    async fn certified(&self, certificates: &http::Certificates, now: Time) -> Result<Bearer, Problem> {
        let chain: Vec<&[u8]> = certificates.iter().collect();
        let bearer = Bearer::of_certificate(&chain, now, &*self.0.record, &*self.0.crypto).await;
        bearer.map_err(|error| Problem::certificate(&error))
    }

    /// The profiles that the caller may have certificates issued by.
    fn profiles(&self, asked: &Asked<'_>) -> Response<Full<Bytes>> {
        let profile = |(profile, issuer): &(Profile, Arc<Issuer>)| {
            json!({
                "name": profile.name(),
                "issuer": issuer.name(),
                "default_days": profile.default_days(),
                "maximum_days": profile.maximum_days(),
                "permitted": asked.bearer.may_issue_by(profile.name()),
            })
        };
        let profiles: Vec<_> = asked.in_force.terms.issuers.iter().map(profile).collect();
        json(StatusCode::OK, &json!({ "profiles": profiles }))
    }
}

/// Refuses what a page has a browser ask: a browser shows its owner's certificate whoever wrote the page (cross-site
/// request forgery). It says so itself, in headers that no page can set or leave out (Fetch §3.2, Fetch Metadata §2.4);
/// pages of our own that ask the API there are none.
fn require_own_will(parts: &Parts) -> Result<(), Problem> {
    let site = parts.headers.get("sec-fetch-site").map(hyper::header::HeaderValue::as_bytes);
    if parts.headers.contains_key(ORIGIN) || site.is_some_and(|site| site != b"none") {
        return Err(Problem::of_a_page());
    }
    Ok(())
}

wire::service!(Api);

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}

impl fmt::Debug for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Office").finish_non_exhaustive()
    }
}
