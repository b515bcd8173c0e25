// SPDX-License-Identifier: MIT OR Apache-2.0
//! A folder's listing, as a page and as JSON.

use std::ffi::OsStr;

use askama::Template;
use hyper::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    VARY,
};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use serde::Serialize;

use crate::body::Body;
use crate::config::{HiddenFiles, Uploads};
use crate::folder::Shared;
use crate::listing::{Column, Entry, Kind, Order};
use crate::path::{RequestPath, encode, is_askable};
use crate::{date, reply};

/// Where the page's own parts are: below a name that is hidden, so that no file that is served is shadowed.
const ASSETS: &str = ".chancery";
const STYLE: &str = include_str!("../assets/listing.css");
const SCRIPT: &str = include_str!("../assets/listing.js");

/// Nothing but our own style, script and requests; nobody may frame it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
    img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page's own parts, by their path.
pub(crate) fn asset(path: &RequestPath) -> Option<Response<Body>> {
    let mut names = path.names();
    if names.next() != Some(OsStr::new(ASSETS)) || path.folder {
        return None;
    }
    let (content, media_type) = match names.next()?.to_str()? {
        "listing.css" => (STYLE, "text/css; charset=utf-8"),
        "listing.js" => (SCRIPT, "text/javascript; charset=utf-8"),
        _ => return None,
    };
    if names.next().is_some() {
        return None;
    }
    let mut response = Response::new(Body::from(content));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=86400"));
    Some(response)
}

/// The listing in the form that the request prefers.
pub(crate) fn answer(
    shared: &Shared,
    request: &Parts,
    path: &RequestPath,
    mut entries: Vec<Entry>,
) -> Response<Body> {
    let query = request.uri.query().unwrap_or_default();
    let order = Order::parse(query);
    order.apply(&mut entries);
    let mut response =
        if wants_json(request, query) { json(path, &entries) } else { page(shared, path, &entries, order) };
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("Accept"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// `?json`, or an Accept that names JSON and no page.
fn wants_json(request: &Parts, query: &str) -> bool {
    let accepts = |media_type: &str| {
        request.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).any(|list| {
            list.split(',')
                .filter_map(|range| range.split(';').next())
                .any(|range| range.trim().eq_ignore_ascii_case(media_type))
        })
    };
    query.split('&').any(|pair| pair == "json" || pair == "json=")
        || (accepts("application/json") && !accepts("text/html"))
}

#[derive(Serialize)]
struct JsonListing {
    path: String,
    entries: Vec<JsonEntry>,
}

#[derive(Serialize)]
struct JsonEntry {
    /// Bytes that are not UTF-8 are replaced: `href` has them all.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    modified: String,
}

fn json(path: &RequestPath, entries: &[Entry]) -> Response<Body> {
    let entries = entries.iter().map(|entry| JsonEntry {
        name: entry.name.to_string_lossy().into_owned(),
        href: href(entry),
        kind: if entry.kind == Kind::Folder { "folder" } else { "file" },
        size: size(entry),
        modified: date::rfc3339(entry.modified),
    });
    let listing = JsonListing { path: path.to_url(true), entries: entries.collect() };
    match serde_json::to_vec(&listing) {
        Ok(text) => with_type(text, "application/json"),
        Err(error) => reply::refused(&crate::error::Refusal::Internal(error.into()), ""),
    }
}

#[derive(Template)]
#[template(path = "listing.html")]
struct Page {
    title: String,
    crumbs: Vec<Crumb>,
    rows: Vec<Row>,
    columns: Vec<Heading>,
    summary: String,
    uploads: bool,
    largest: Option<Largest>,
    parent: bool,
    hidden: bool,
}

struct Largest {
    bytes: u64,
    readable: String,
}

struct Crumb {
    name: String,
    /// `None`: the folder that is shown.
    href: Option<String>,
}

struct Row {
    name: String,
    href: Option<String>,
    folder: bool,
    size: String,
    exact: String,
    modified: String,
    machine: String,
}

struct Heading {
    title: &'static str,
    class: &'static str,
    href: &'static str,
    /// For `aria-sort`.
    sorted: &'static str,
}

fn page(shared: &Shared, path: &RequestPath, entries: &[Entry], order: Order) -> Response<Body> {
    let (uploads, largest) = match shared.config.uploads {
        Uploads::Refused => (false, None),
        Uploads::Accepted { largest } => {
            (true, largest.map(|bytes| Largest { bytes, readable: human(bytes) }))
        }
    };
    let page = Page {
        title: readable(path.last().unwrap_or(OsStr::new("/"))),
        crumbs: crumbs(path),
        rows: entries.iter().map(row).collect(),
        columns: [Column::Name, Column::Size, Column::Modified].map(|by| heading(by, order)).into(),
        summary: summary(entries),
        uploads,
        largest,
        parent: path.last().is_some(),
        hidden: shared.config.hidden == HiddenFiles::Refused,
    };
    match page.render() {
        Ok(text) => with_type(text.into_bytes(), "text/html; charset=utf-8"),
        Err(error) => reply::refused(&crate::error::Refusal::Internal(std::io::Error::other(error)), ""),
    }
}

fn with_type(content: Vec<u8>, media_type: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(content));
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

fn crumbs(path: &RequestPath) -> Vec<Crumb> {
    let depth = path.names().count();
    let up = |levels: usize| (levels > 0).then(|| "../".repeat(levels));
    let root = Crumb { name: "home".to_owned(), href: up(depth) };
    let names = path.names().enumerate().map(|(index, name)| Crumb {
        name: readable(name),
        href: up(depth.saturating_sub(index).saturating_sub(1)),
    });
    std::iter::once(root).chain(names).collect()
}

fn row(entry: &Entry) -> Row {
    Row {
        name: readable(&entry.name),
        href: href(entry),
        folder: entry.kind == Kind::Folder,
        size: size(entry).map(human).unwrap_or_default(),
        exact: size(entry).map(|size| format!("{size} bytes")).unwrap_or_default(),
        modified: date::minutes(entry.modified),
        machine: date::rfc3339(entry.modified),
    }
}

/// A column's title is a link: to its own order, or to the reverse when it is the one in force.
fn heading(by: Column, order: Order) -> Heading {
    let in_force = by == order.by;
    let reverse = in_force && !order.descending;
    let (title, class, href) = match (by, reverse) {
        (Column::Name, false) => ("Name", "name", "?sort=name"),
        (Column::Name, true) => ("Name", "name", "?sort=name&order=desc"),
        (Column::Size, false) => ("Size", "size", "?sort=size"),
        (Column::Size, true) => ("Size", "size", "?sort=size&order=desc"),
        (Column::Modified, false) => ("Modified (UTC)", "modified", "?sort=modified"),
        (Column::Modified, true) => ("Modified (UTC)", "modified", "?sort=modified&order=desc"),
    };
    let sorted = match (in_force, order.descending) {
        (false, _) => "none",
        (true, false) => "ascending",
        (true, true) => "descending",
    };
    Heading { title, class, href, sorted }
}

fn summary(entries: &[Entry]) -> String {
    let folders = entries.iter().filter(|entry| entry.kind == Kind::Folder).count();
    let files = entries.len().saturating_sub(folders);
    let bytes = entries.iter().filter_map(size).fold(0u64, u64::saturating_add);
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    format!("{}, {}, {}", count(folders, "folder"), count(files, "file"), human(bytes))
}

/// Relative to the folder; `None` for a name that no URL may have.
fn href(entry: &Entry) -> Option<String> {
    let slash = if entry.kind == Kind::Folder { "/" } else { "" };
    is_askable(&entry.name).then(|| encode(&entry.name) + slash)
}

fn size(entry: &Entry) -> Option<u64> {
    match entry.kind {
        Kind::Folder => None,
        Kind::File { size } => Some(size),
    }
}

/// `1.5 MiB`.
fn human(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut shown = format!("{bytes} B");
    let mut tenths = u128::from(bytes) * 10;
    for unit in UNITS {
        if tenths < 10_240 {
            break;
        }
        tenths /= 1024;
        shown = format!("{}.{} {unit}", tenths / 10, tenths % 10);
    }
    shown
}

/// A name as text: what would act on the page instead of standing in it (control characters, and those that
/// turn the direction of writing) is written out.
fn readable(name: &OsStr) -> String {
    let mut text = String::new();
    for character in name.to_string_lossy().chars() {
        match character {
            '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2066}'..='\u{2069}' => {
                text.extend(character.escape_unicode());
            }
            control if control.is_control() => text.extend(control.escape_default()),
            plain => text.push(plain),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_down_to_a_tenth() {
        let check = |bytes, expect: &str| assert_eq!(human(bytes), expect);
        check(0, "0 B");
        check(1023, "1023 B");
        check(1024, "1.0 KiB");
        check(1_572_864, "1.5 MiB");
        check(1_048_575, "1023.9 KiB");
        check(u64::MAX, "15.9 EiB");
    }

    #[test]
    fn a_name_cannot_act_on_the_page() {
        let check = |name: &str, expect: &str| assert_eq!(readable(OsStr::new(name)), expect);
        check("a\nb\u{7f}", "a\\nb\\u{7f}");
        check("photo\u{202e}gpj.exe", "photo\\u{202e}gpj.exe");
        check("Grüße 你好", "Grüße 你好");
    }
}
