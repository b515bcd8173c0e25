// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether a request that writes comes from our own page, or from no page at all: a browser sends our cookies
//! and client certificate along whoever asks it to.

use hyper::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use hyper::http::request::Parts;

use crate::error::Refusal;

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuse what a page of another origin sent. `scheme` is that of the connection.
pub(crate) fn check(request: &Parts, scheme: &str) -> Result<(), Refusal> {
    for site in request.headers.get_all(&SEC_FETCH_SITE) {
        if site != "same-origin" {
            return Err(Refusal::CrossOrigin { from: "another site".to_owned() });
        }
    }
    for origin in request.headers.get_all(ORIGIN) {
        if !is_ours(origin, request, scheme) {
            let from = origin.to_str().unwrap_or("an origin that is not ASCII").to_owned();
            return Err(Refusal::CrossOrigin { from });
        }
    }
    Ok(())
}

/// Scheme, host and port are the same [RFC 6454 §5].
fn is_ours(origin: &HeaderValue, request: &Parts, scheme: &str) -> bool {
    let host = || request.headers.get(HOST).and_then(|host| host.to_str().ok());
    let Some(ours) = request.uri.authority().map(|authority| authority.as_str()).or_else(host) else {
        return false;
    };
    let Some((theirs_scheme, theirs)) = origin.to_str().ok().and_then(|origin| origin.split_once("://"))
    else {
        return false;
    };
    theirs_scheme.eq_ignore_ascii_case(scheme)
        && without_default_port(theirs, scheme).eq_ignore_ascii_case(without_default_port(ours, scheme))
}

fn without_default_port<'a>(authority: &'a str, scheme: &str) -> &'a str {
    let port = if scheme == "https" { ":443" } else { ":80" };
    authority.strip_suffix(port).unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use hyper::Request;

    #[test]
    fn only_our_own_pages_and_no_page_at_all_may_write() {
        let check = |headers: &[(&str, &str)], expect: bool| {
            let mut request = Request::put("/a").header(HOST, "files.example:8443");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let parts = request.body(()).unwrap().into_parts().0;
            assert_eq!(super::check(&parts, "https").is_ok(), expect, "{headers:?}");
        };
        check(&[], true);
        check(&[("origin", "https://files.example:8443")], true);
        check(&[("origin", "https://FILES.example:8443"), ("sec-fetch-site", "same-origin")], true);
        check(&[("origin", "http://files.example:8443")], false);
        check(&[("origin", "https://files.example")], false);
        check(&[("origin", "https://files.example:8443.evil.example")], false);
        check(&[("origin", "https://evil.example")], false);
        check(&[("origin", "null")], false);
        check(&[("origin", "")], false);
        check(&[("origin", "https://files.example:8443"), ("origin", "https://evil.example")], false);
        for site in ["cross-site", "same-site", "none", "", "Same-Origin"] {
            check(&[("sec-fetch-site", site)], false);
        }
    }

    #[test]
    fn a_default_port_may_be_left_out() {
        let request = Request::put("https://files.example:443/a").header(ORIGIN, "https://files.example");
        assert!(check(&request.body(()).unwrap().into_parts().0, "https").is_ok());
    }
}
