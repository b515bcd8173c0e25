// SPDX-License-Identifier: MIT OR Apache-2.0
//! Responses that are short.

use hyper::header::{ALLOW, CONTENT_RANGE, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};

use crate::body::Body;
use crate::error::Refusal;

/// A response without content.
pub(crate) fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// What the caller is told when a request is refused: one line, in plain words.
pub(crate) fn refused(refusal: &Refusal, allow: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{refusal}\n")));
    *response.status_mut() = refusal.status();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    match refusal {
        Refusal::Method { .. } | Refusal::UploadsRefused => {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        Refusal::Busy => {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        Refusal::Range { length } => set(&mut response, CONTENT_RANGE, format!("bytes */{length}")),
        Refusal::Internal(error) => tracing::error!(%error, "a request failed"),
        _ => {}
    }
    response
}

/// Set a header to text made of ASCII that we made ourselves.
pub(crate) fn set(response: &mut Response<Body>, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
}
