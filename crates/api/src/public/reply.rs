// SPDX-License-Identifier: MIT OR Apache-2.0
//! Responses, and what caches are told of them.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, EXPIRES, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED,
};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use status::Freshness;
use x509::Time;

use crate::wire;

/// How long a cache may give away a CRL or an answer without asking again: that long a revocation may stay unseen
/// behind it.
const CACHED: Duration = Duration::from_secs(300);
/// The same of an issuer's certificate, which changes when it is issued again.
const CERTIFICATE_CACHED: Duration = Duration::from_secs(3_600);

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// RFC 2585 §4.2.
    Crl,
    /// RFC 2585 §4.1.
    Certificate,
    /// RFC 6960 appendix A.2.
    OcspResponse,
    Text,
}

impl Media {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Crl => "application/pkix-crl",
            Self::Certificate => "application/pkix-cert",
            Self::OcspResponse => "application/ocsp-response",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}

/// Content of which no cache keeps a copy, unless it is told more.
pub(super) fn content(media: Media, content: Bytes) -> Response<Full<Bytes>> {
    wire::content(media.media_type(), content)
}

/// Words for people.
pub(super) fn text(status: StatusCode, words: String) -> Response<Full<Bytes>> {
    let mut response = content(Media::Text, words.into());
    *response.status_mut() = status;
    response
}

/// What caches are told of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fresh {
    tag: String,
    since: Time,
    /// Until when it may be relied on, where that has an end.
    until: Option<Time>,
    cached: Duration,
    /// Whether its date alone tells it from what was there before: not of answers, of which there may be several in a
    /// second, good and revoked.
    dated: bool,
}

impl Fresh {
    pub(super) fn of_crl(life: Freshness, number: u64) -> Self {
        let tag = format!("\"{number:x}\"");
        Self { tag, since: life.this_update, until: Some(life.next_update), cached: CACHED, dated: true }
    }

    pub(super) fn of_answer(life: Freshness, der: &[u8]) -> Self {
        Self {
            tag: tag(der),
            since: life.this_update,
            until: Some(life.next_update),
            cached: CACHED,
            dated: false,
        }
    }

    pub(super) fn of_certificate(not_before: Time, der: &[u8]) -> Self {
        Self { tag: tag(der), since: not_before, until: None, cached: CERTIFICATE_CACHED, dated: true }
    }

    /// The response with what caches are told (RFC 5019 §6.2), or that the caller has it already.
    pub(super) fn reply(
        &self,
        request: &Parts,
        now: Time,
        response: Response<Full<Bytes>>,
    ) -> Response<Full<Bytes>> {
        let mut response = response;
        if self.is_known_to(request) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.body_mut() = Full::default();
            response.headers_mut().remove(CONTENT_TYPE);
        }
        let left = self.until.map_or(Duration::MAX, |until| until.since(now).unwrap_or_default());
        let seconds = self.cached.min(left).as_secs();
        set(&mut response, ETAG, self.tag.clone());
        set(&mut response, LAST_MODIFIED, date(self.since));
        if let Some(until) = self.until {
            set(&mut response, EXPIRES, date(until));
        }
        let control = format!("public, max-age={seconds}, must-revalidate, no-transform");
        set(&mut response, CACHE_CONTROL, control);
        response
    }

    /// RFC 9110 §13.2.2, of the conditions that a reader sets.
    fn is_known_to(&self, request: &Parts) -> bool {
        let mut tags = request.headers.get_all(IF_NONE_MATCH).iter().peekable();
        if tags.peek().is_some() {
            let mut said = tags.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
            return said.any(|tag| {
                let tag = tag.trim();
                tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.tag
            });
        }
        let since = request.headers.get(IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
        let since = since.and_then(|since| httpdate::parse_http_date(since).ok());
        let since = since.and_then(|since| since.duration_since(UNIX_EPOCH).ok());
        // The very date: behind a clock that was put back, a later one says nothing.
        let own = u64::try_from(self.since.unix()).ok().filter(|_| self.dated);
        since.is_some_and(|since| own == Some(since.as_secs()))
    }
}

/// A name for these octets: the same as long as they are.
fn tag(octets: &[u8]) -> String {
    format!("\"{:016x}\"", BuildHasherDefault::<DefaultHasher>::default().hash_one(octets))
}

/// A date of HTTP, whose years have four digits.
fn date(time: Time) -> String {
    const LAST: u64 = 253_402_300_799;
    let seconds = u64::try_from(time.unix()).unwrap_or_default().min(LAST);
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

fn set(response: &mut Response<Full<Bytes>>, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
}
