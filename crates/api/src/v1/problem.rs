// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is said when something is not done: problem details (RFC 9457).

use authority::{
    CertificateProblem, DecideError, HoldError, IssueError, IssuerId, PlanRefused, RecordError, RequestError,
    RevokeError, Scope,
};
use bytes::Bytes;
use http::RequestId;
use http_body_util::Full;
use hyper::header::{ALLOW, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use hyper::{Response, StatusCode};
use serde::Serialize;

use super::Suspended;
use super::answer::json_of;
use super::requests::DifferenceView;
use super::view::PlanView;

/// A problem, as the caller is told.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    header: Option<(HeaderName, &'static str)>,
    document: Box<Document>,
    /// What the log is told, since it is not the caller's.
    cause: Option<String>,
}

/// RFC 9457 §3.1, and what we add.
#[derive(Debug, Serialize)]
struct Document {
    /// `urn:chancery:problem:` and a word that programs can go by.
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    /// `urn:chancery:request:` and what the log calls the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// The parameter that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// Everything that stands in the way, the first of which is the detail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<String>,
    /// What is not as it was shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<DifferenceView>,
    /// The plan that is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<PlanView>,
}

impl Problem {
    fn new(status: StatusCode, kind: &str, title: &'static str, detail: impl Into<String>) -> Self {
        let document = Document {
            r#type: format!("urn:chancery:problem:{kind}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            instance: None,
            parameter: None,
            reasons: Vec::new(),
            plan: None,
            differences: Vec::new(),
        };
        Self { status, header: None, document: Box::new(document), cause: None }
    }

    fn with(self, name: HeaderName, value: &'static str) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    /// For the log: what went wrong exactly.
    fn because(self, error: &dyn std::error::Error) -> Self {
        Self { cause: Some(error.to_string()), ..self }
    }

    pub(super) fn answer(mut self, request: Option<RequestId>) -> Response<Full<Bytes>> {
        if let Some(cause) = self.cause {
            let request = request.map(tracing::field::display);
            tracing::error!(request, error = cause, "{}", self.document.detail);
        }
        self.document.instance = request.map(|request| format!("urn:chancery:request:{request}"));
        let mut response = json_of("application/problem+json", self.status, &self.document);
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }

    pub(super) fn nothing_here() -> Self {
        let detail = "there is nothing at this path; GET /api/v1/openapi.json says what there is";
        Self::new(StatusCode::NOT_FOUND, "nothing-here", "nothing is here", detail)
    }

    pub(super) fn method(allowed: &'static str) -> Self {
        let detail = format!("this can be asked with {allowed} alone");
        let problem =
            Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", "the method is not allowed", detail);
        problem.with(ALLOW, allowed)
    }

    pub(super) fn no_token() -> Self {
        let detail = "show a token (Authorization: Bearer TOKEN), or a client certificate whose key is one: chancery ca token new makes either";
        Self::new(StatusCode::UNAUTHORIZED, "no-token", "no token was shown", detail)
            .with(WWW_AUTHENTICATE, "Bearer realm=\"chancery\"")
    }

    pub(super) fn bad_token() -> Self {
        let detail =
            "the token is none of this authority's, is over, or was revoked (chancery ca token list)";
        Self::new(StatusCode::UNAUTHORIZED, "bad-token", "the token is not good", detail)
            .with(WWW_AUTHENTICATE, "Bearer realm=\"chancery\", error=\"invalid_token\"")
    }

    /// Nobody is let in by the certificate.
    pub(super) fn certificate(error: &CertificateProblem) -> Self {
        let mend = match error {
            CertificateProblem::Record(error) => return Self::record(error),
            CertificateProblem::NoToken { .. } | CertificateProblem::Barred { .. } => {
                "chancery ca token new --certificate FILE"
            }
            _ => "one that is good comes from chancery sign --profile client",
        };
        let detail = format!("the client certificate: {error} ({mend})");
        Self::new(StatusCode::FORBIDDEN, "certificate", "the client certificate lets nobody in", detail)
    }

    /// A page had a browser ask.
    pub(super) fn of_a_page() -> Self {
        let detail = "a page has a browser ask this (Origin, Sec-Fetch-Site), and a client certificate is shown whoever wrote the page: pages show a token (chancery ca token new)";
        Self::new(StatusCode::FORBIDDEN, "certificate", "the client certificate does not count here", detail)
    }

    pub(super) fn scope(scope: Scope) -> Self {
        let detail =
            format!("the token does not have the scope {scope} (chancery ca token new --scope {scope})");
        Self::new(StatusCode::FORBIDDEN, "scope", "the token does not allow this", detail)
    }

    pub(super) fn profile(profile: &str, permitted: &[String]) -> Self {
        let permitted = if permitted.is_empty() { "none".to_owned() } else { permitted.join(", ") };
        let detail =
            format!("the token may not have certificates issued by profile {profile:?}, but by {permitted}");
        Self::new(StatusCode::FORBIDDEN, "profile", "the token does not allow this profile", detail)
    }

    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "the request cannot be read", detail)
    }

    /// Who may have what is not known at the moment. What is wrong with the file is for the log.
    pub(super) fn suspended(suspended: Suspended) -> Self {
        let detail = match suspended {
            Suspended::BeingWritten => "the policy (chancery.toml) was written a moment ago: try again",
            Suspended::Unreadable => {
                "the policy (chancery.toml) was changed and cannot be read: nothing is issued until it is mended; chancery policy check says what is wrong"
            }
            Suspended::Gone => {
                "the policy (chancery.toml) is gone: nothing is issued until it is back, or the server is started again"
            }
        };
        let problem =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "policy", "the authority cannot do it now", detail);
        problem.with(RETRY_AFTER, "2")
    }

    /// A parameter behind the question mark that makes no sense.
    pub(super) fn parameter(name: &str, detail: impl std::fmt::Display) -> Self {
        let mut problem = Self::bad_request(format!("{name}: {detail}"));
        problem.document.parameter = Some(name.to_owned());
        problem
    }

    /// A question that would take the whole inventory.
    pub(super) fn no_index(detail: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "no-index", "no index answers this", detail);
        problem.document.parameter = Some("order".to_owned());
        problem
    }

    pub(super) fn too_large(limit: usize) -> Self {
        let detail = format!("a body has {limit} octets at most");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "the request is too large", detail)
    }

    pub(super) fn request(error: &RequestError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "csr", "the certificate request is refused", error.to_string())
    }

    /// A plan that policy refuses, with the whole of it.
    pub(super) fn refused(refused: &PlanRefused, plan: PlanView) -> Self {
        let reasons: Vec<String> = refused.refusals().map(ToString::to_string).collect();
        let detail = reasons.first().cloned().unwrap_or_default();
        let mut problem =
            Self::new(StatusCode::FORBIDDEN, "refused", "the certificate is not issued", detail);
        (problem.document.reasons, problem.document.plan) = (reasons, Some(plan));
        problem
    }

    /// It could not be held.
    pub(super) fn hold(error: &HoldError) -> Self {
        match error {
            HoldError::Record(error @ RecordError::TooManyRequests { .. }) => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                "too many requests wait",
                error.to_string(),
            ),
            HoldError::Record(error) => Self::record(error),
            error => Self::internal(error),
        }
    }

    /// Nothing was decided.
    pub(super) fn decide(error: &DecideError) -> Self {
        let (status, kind, title) = match error {
            DecideError::Record(error) if !error.is_refusal() => return Self::record(error),
            DecideError::Reason { .. } => return Self::bad_request(error.to_string()),
            DecideError::OwnRequest { .. } => {
                (StatusCode::FORBIDDEN, "own-request", "nobody approves their own request")
            }
            DecideError::NotNamed { .. } => {
                (StatusCode::CONFLICT, "another-plan", "the request waits with another plan")
            }
            DecideError::Refused(_)
            | DecideError::Barred { .. }
            | DecideError::Request(_)
            | DecideError::Name(_) => (StatusCode::FORBIDDEN, "refused", "the certificate is not issued"),
            _ => (StatusCode::CONFLICT, "state", "the request does not stand so"),
        };
        Self::new(status, kind, title, error.to_string())
    }

    /// What would be issued is not what was shown.
    pub(super) fn another_plan(id: &str, differences: Vec<DifferenceView>) -> Self {
        let detail = format!(
            "what would be issued for request {id} is not what was shown: it waits again, with the plan of today"
        );
        let mut problem =
            Self::new(StatusCode::CONFLICT, "another-plan", "what would be issued has changed", detail);
        problem.document.differences = differences;
        problem
    }

    pub(super) fn profile_is_gone(profile: &str) -> Self {
        let detail = format!("nobody issues by profile {profile:?} any more");
        Self::new(StatusCode::CONFLICT, "state", "the request does not stand so", detail)
    }

    /// This server does not sign with the key of who was asked.
    pub(super) fn issuer_elsewhere(id: &str, issuer: IssuerId) -> Self {
        let detail = format!(
            "this server does not issue with {issuer}, who was asked; at the authority's own machine: chancery request show {id}"
        );
        Self::new(StatusCode::CONFLICT, "state", "the request does not stand so", detail)
    }

    pub(super) fn no_plan(plan: &str) -> Self {
        let detail = format!("plan {plan:?} is no digest of a plan, which has 64 hexadecimal digits");
        Self::bad_request(detail)
    }

    pub(super) fn no_request(id: &str) -> Self {
        let detail = format!("there is no request {id:?}");
        Self::new(StatusCode::NOT_FOUND, "not-found", "there is no such request", detail)
    }

    pub(super) fn not_found(serial: &str) -> Self {
        let detail = format!("no certificate with the serial number {serial:?} was issued here");
        Self::new(StatusCode::NOT_FOUND, "not-found", "there is no such certificate", detail)
    }

    pub(super) fn several(serial: &str) -> Self {
        let detail = format!("certificates of several issuers have the serial number {serial:?}");
        Self::new(StatusCode::CONFLICT, "several", "the serial number is not enough", detail)
    }

    pub(super) fn own_authority() -> Self {
        let detail = "the certificates of the authority itself are taken back at its own machine: chancery cert revoke";
        Self::new(StatusCode::FORBIDDEN, "own-authority", "this is a certificate of the authority", detail)
    }

    pub(super) fn issue(error: &IssueError) -> Self {
        match error {
            IssueError::Record(
                error @ (RecordError::IssuerClosed { .. } | RecordError::IssuerBelow { .. }),
            ) => {
                let detail =
                    format!("{error}: another one that is made is taken up at once (chancery ca issuer new)");
                Self::new(StatusCode::CONFLICT, "issuer-closed", "the issuer issues no more", detail)
            }
            IssueError::Record(
                error @ (RecordError::KeyCompromised { .. }
                | RecordError::NameTaken { .. }
                | RecordError::RequesterBarred { .. }),
            ) => Self::new(
                StatusCode::FORBIDDEN,
                "refused",
                "the certificate is not issued",
                error.to_string(),
            ),
            IssueError::Record(error @ RecordError::NotPending { .. }) => {
                Self::new(StatusCode::CONFLICT, "state", "the request does not stand so", error.to_string())
            }
            IssueError::Record(error @ RecordError::AnotherPlan { .. }) => {
                let title = "the request waits with another plan";
                Self::new(StatusCode::CONFLICT, "another-plan", title, error.to_string())
            }
            IssueError::Record(error) => Self::record(error),
            IssueError::Sign(error) if error.is_busy() => {
                Self::busy("too many wait for signatures: try again")
            }
            IssueError::Sign(error) => {
                let detail = "the authority's key cannot be reached: nothing was issued; the log says why";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "signer", "the authority cannot do it now", detail)
                    .because(error)
            }
            IssueError::Judged { .. } | IssueError::Webpki { .. } => Self::new(
                StatusCode::FORBIDDEN,
                "refused",
                "the certificate is not issued",
                error.to_string(),
            ),
            _ => Self::internal(error),
        }
    }

    pub(super) fn revoke(error: &RevokeError) -> Self {
        match error {
            RevokeError::Record(error) if error.is_refusal() => Self::new(
                StatusCode::CONFLICT,
                "state",
                "the certificate does not stand so",
                error.to_string(),
            ),
            RevokeError::Record(error) => Self::record(error),
            _ => Self::bad_request(error.to_string()),
        }
    }

    /// The record did not take it, or did not answer. What it is exactly is for the log.
    pub(super) fn record(error: &RecordError) -> Self {
        match error {
            RecordError::Busy { .. } => Self::busy("too much waits to be recorded: try again"),
            RecordError::Locked => Self::busy("another process holds the record: try again"),
            error => {
                let detail = match error {
                    RecordError::Failed { .. } => {
                        "the record failed, and whether this was recorded is not known: look before asking again"
                    }
                    _ => "the record cannot be written or read: nothing was issued or changed",
                };
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "record", "the authority cannot do it now", detail)
                    .because(error)
            }
        }
    }

    fn busy(detail: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "the authority cannot do it now", detail)
            .with(RETRY_AFTER, "1")
    }

    fn internal(error: &dyn std::error::Error) -> Self {
        let detail = "the authority failed; its log says how";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the authority failed", detail)
            .because(error)
    }
}
