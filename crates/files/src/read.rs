// SPDX-License-Identifier: MIT OR Apache-2.0
//! GET and HEAD.

use std::ops::Range;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use hyper::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderValue,
    LAST_MODIFIED, LOCATION, RANGE,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use rustix::fs::Stat;

use crate::body::Body;
use crate::conditions::{self, Access, Outcome};
use crate::error::Refusal;
use crate::folder::Shared;
use crate::path::RequestPath;
use crate::range::{self, Asked};
use crate::root::Opened;
use crate::stream::{FileStream, small_at_once};
use crate::validators::Validators;
use crate::{listing, media_type, page, reply};

/// Files up to this size are read at once when they are in memory.
const SMALL: u64 = 64 * 1024;

/// What the folder itself shows, if it has it.
const INDEX: &str = "index.html";

/// Answer a GET or a HEAD of `path`.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    request: &Parts,
    path: RequestPath,
) -> Result<Response<Body>, Refusal> {
    if let Some(asset) = page::asset(&path) {
        return Ok(asset);
    }
    match open(shared, path.clone()).await? {
        Opened::File(..) if path.folder => Err(Refusal::NotFound),
        Opened::File(file, stat) => serve_file(shared, request, &path, file, &stat),
        Opened::Folder(_) if !path.folder => Ok(to_folder(request, &path)),
        Opened::Folder(folder) => {
            let index = path.child(INDEX.as_ref());
            if let Ok(Opened::File(file, stat)) = open(shared, index.clone()).await {
                return serve_file(shared, request, &index, file, &stat);
            }
            let (reader, within) = (Arc::clone(shared), path.clone());
            let entries =
                tokio::task::spawn_blocking(move || listing::read(&reader, &within, &folder)).await??;
            Ok(page::answer(shared, request, &path, entries))
        }
    }
}

/// At once if that takes no waiting, else on a blocking thread.
async fn open(shared: &Arc<Shared>, path: RequestPath) -> Result<Opened, Refusal> {
    if !shared.shows(&path) {
        return Err(Refusal::NotFound);
    }
    match shared.root.open_at_once(&path) {
        Some(outcome) => outcome,
        None => {
            let shared = Arc::clone(shared);
            tokio::task::spawn_blocking(move || shared.root.open_path(&path)).await?
        }
    }
}

/// A folder's path ends in a slash: relative links within it depend on it.
fn to_folder(request: &Parts, path: &RequestPath) -> Response<Body> {
    let query = request.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = reply::empty(StatusCode::MOVED_PERMANENTLY);
    reply::set(&mut response, LOCATION, path.to_url(true) + &query);
    response
}

fn serve_file(
    shared: &Shared,
    request: &Parts,
    path: &RequestPath,
    file: OwnedFd,
    stat: &Stat,
) -> Result<Response<Body>, Refusal> {
    let validators = Validators::of(stat);
    let length = u64::try_from(stat.st_size).unwrap_or(0);
    let mut response = match conditions::evaluate(&request.headers, Access::Read, Some(&validators)) {
        Outcome::Failed => return Err(Refusal::Precondition),
        Outcome::NotModified => reply::empty(StatusCode::NOT_MODIFIED),
        Outcome::Proceed => {
            let mut response = content(shared, request, file, length, &validators)?;
            let name = path.last().unwrap_or_default();
            response.headers_mut().insert(CONTENT_TYPE, media_type::of(name));
            response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
            response
        }
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Some(etag) = validators.etag_header() {
        headers.insert(ETAG, etag);
    }
    if let Some(modified) = validators.modified_header() {
        headers.insert(LAST_MODIFIED, modified);
    }
    Ok(response)
}

/// The file's bytes, or the part of them that a range asks for.
fn content(
    shared: &Shared,
    request: &Parts,
    file: OwnedFd,
    length: u64,
    validators: &Validators,
) -> Result<Response<Body>, Refusal> {
    let part = match asked(request, length, validators) {
        Asked::Unsatisfiable => return Err(Refusal::Range { length }),
        Asked::Whole => None,
        Asked::Part(part) => Some(part),
    };
    let bytes = part.clone().unwrap_or(0..length);
    let size = bytes.end.saturating_sub(bytes.start);
    let mut response =
        Response::new(if request.method == Method::HEAD { Body::empty() } else { body(shared, file, bytes) });
    if let Some(Range { start, end }) = part {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let last = end.saturating_sub(1);
        reply::set(&mut response, CONTENT_RANGE, format!("bytes {start}-{last}/{length}"));
    }
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(size));
    Ok(response)
}

/// Range is of GET alone [RFC 9110 §14.2].
fn asked(request: &Parts, length: u64, validators: &Validators) -> Asked {
    let mut values = request.headers.get_all(RANGE).iter();
    match (values.next().and_then(|value| value.to_str().ok()), values.next()) {
        (Some(value), None)
            if request.method == Method::GET && conditions::range_applies(&request.headers, validators) =>
        {
            range::parse(value, length)
        }
        _ => Asked::Whole,
    }
}

fn body(shared: &Shared, file: OwnedFd, bytes: Range<u64>) -> Body {
    let local = shared.root.is_local();
    if local
        && bytes.end.saturating_sub(bytes.start) <= SMALL
        && let Some(content) = small_at_once(&file, &bytes)
    {
        return Body::from(content);
    }
    Body::file(FileStream::new(Arc::new(file), bytes, Arc::clone(&shared.pool), local))
}
