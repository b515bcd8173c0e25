// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a file is, by its name.

use std::ffi::OsStr;
use std::path::Path;

use hyper::header::HeaderValue;

/// Names without an extension that are known to be text.
const TEXTS: [&str; 10] = [
    "README",
    "LICENSE",
    "COPYING",
    "AUTHORS",
    "CHANGELOG",
    "NEWS",
    "TODO",
    "Makefile",
    "Dockerfile",
    "Caddyfile",
];

/// The Content-Type of a file of this name. Browsers are told not to guess another.
pub(crate) fn of(name: &OsStr) -> HeaderValue {
    let known = match mime_guess::from_path(Path::new(name)).first_raw() {
        Some(known) => known,
        None if TEXTS.iter().any(|text| name == *text) => "text/plain",
        None => "application/octet-stream",
    };
    let value = if known.starts_with("text/") {
        HeaderValue::try_from(format!("{known}; charset=utf-8"))
    } else {
        HeaderValue::try_from(known)
    };
    value.unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_go_by_the_extension_and_text_has_a_charset() {
        let check = |name: &str, expect: &str| assert_eq!(of(OsStr::new(name)), expect, "{name}");
        check("a.txt", "text/plain; charset=utf-8");
        check("a.HTML", "text/html; charset=utf-8");
        check("a.js", "text/javascript; charset=utf-8");
        check("a.png", "image/png");
        check("a.tar.gz", "application/gzip");
        check("a.pdf", "application/pdf");
        check("LICENSE", "text/plain; charset=utf-8");
        check("a", "application/octet-stream");
        check("a.unheard-of", "application/octet-stream");
    }
}
