// SPDX-License-Identifier: MIT OR Apache-2.0
//! Responses and bodies. Nothing of what goes over this wire is kept by a cache.

use std::error::Error;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Body;
use hyper::header::{ACCEPT, CONTENT_TYPE};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use serde::Serialize;

use super::problem::Problem;
use crate::wire::{self, Unread};

/// PEM certificates, one after the other (RFC 8555 §9.1).
const CHAIN: &str = "application/pem-certificate-chain";
/// The largest body in octets: a request of the largest size, in JSON.
const LARGEST: usize = 256 << 10;

pub(super) fn json(status: StatusCode, document: &impl Serialize) -> Response<Full<Bytes>> {
    json_of("application/json", status, document)
}

/// JSON of a type of its own.
pub(super) fn json_of(
    media_type: &'static str,
    status: StatusCode,
    document: &impl Serialize,
) -> Response<Full<Bytes>> {
    // What is written has no maps with keys that are no text, and nothing else can fail.
    let content = serde_json::to_vec(document).unwrap_or_default();
    let mut response = wire::content(media_type, content.into());
    *response.status_mut() = status;
    response
}

pub(super) fn text_of(media_type: &'static str, text: &'static str) -> Response<Full<Bytes>> {
    wire::content(media_type, Bytes::from_static(text.as_bytes()))
}

/// Certificates as PEM.
pub(super) fn chain(status: StatusCode, pem: String) -> Response<Full<Bytes>> {
    let mut response = wire::content(CHAIN, pem.into());
    *response.status_mut() = status;
    response
}

/// Whether the caller would rather have PEM than JSON.
pub(super) fn wants_pem(parts: &Parts) -> bool {
    let accept = parts.headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.split(',').any(|part| part.split(';').next().is_some_and(|media| media.trim() == CHAIN))
}

/// Whether what is sent is said to be JSON.
pub(super) fn is_json(parts: &Parts) -> bool {
    let said = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}

/// A body, whole.
pub(super) async fn read<B>(body: B) -> Result<Bytes, Problem>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    wire::read(body, LARGEST).await.map_err(|unread| match unread {
        Unread::TooLarge => Problem::too_large(LARGEST),
        Unread::Cut => Problem::bad_request("the request's body did not come whole"),
    })
}

/// The parameters behind the question mark, decoded; each may be one of those that are known.
pub(super) fn parameters(parts: &Parts, known: &[&str]) -> Result<Vec<(String, String)>, Problem> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        let decoded = percent_encoding::percent_decode_str(&text).decode_utf8().map(|text| text.into_owned());
        decoded.map_err(|_error| Problem::bad_request("a parameter is not UTF-8"))
    };
    let query = parts.uri.query().unwrap_or_default();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut parameters = Vec::new();
    for pair in pairs {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        if !known.contains(&name.as_str()) {
            return Err(Problem::bad_request(format!(
                "there is no parameter {name:?}: it may be one of {}",
                known.join(", ")
            )));
        }
        parameters.push((name, value));
    }
    Ok(parameters)
}
