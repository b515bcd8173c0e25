// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCSP requests as HTTP carries them (RFC 6960 appendix A.1).

use std::error::Error;

use base64ct::{Base64Unpadded, Encoding as _};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Body;
use hyper::{Response, StatusCode};
use percent_encoding::percent_decode_str;
use x509::OcspRequest;

use super::reply::text;
use crate::wire::{self, Unread};

/// The largest request in octets: a hundred certificates take about 12 KiB.
const LARGEST: usize = 64 << 10;

/// The longest path: a request about one certificate takes about 120 characters (RFC 5019 §5 draws its line at 255).
const LONGEST: usize = 4 << 10;

/// At how many places of a path a slash may have been lost.
const LOST: usize = 32;

/// A request from a body.
pub(super) async fn read<B>(body: B) -> Result<Bytes, Response<Full<Bytes>>>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    wire::read(body, LARGEST).await.map_err(|unread| match unread {
        Unread::TooLarge => {
            let words = format!("an OCSP request has {LARGEST} octets at most\n");
            text(StatusCode::PAYLOAD_TOO_LARGE, words)
        }
        Unread::Cut => text(StatusCode::BAD_REQUEST, "the request's body did not come whole\n".to_owned()),
    })
}

/// A request from the end of a path: base64 in URL encoding, or what clients and proxies have made of it. Plus signs
/// may have become spaces; the alphabet may be that of URLs; the padding may be missing; slashes at the front are the
/// path's, since no request begins so; and where two slashes stood, a proxy may have left one.
pub(super) fn decode(encoded: &str) -> Option<Vec<u8>> {
    if encoded.len() > LONGEST {
        return None;
    }
    let text: Vec<u8> = percent_decode_str(encoded).collect();
    let text: Vec<u8> =
        text.into_iter().filter(|octet| !matches!(octet, b'\r' | b'\n')).map(standard).collect();
    let text = trim(&text);
    let request = plain(text);
    if request.as_deref().is_some_and(is_request) {
        return request;
    }
    let slashes = text.iter().enumerate().filter(|(_, octet)| **octet == b'/').take(LOST);
    let mut mended = slashes.filter_map(|(at, _)| {
        let (front, back) = text.split_at_checked(at)?;
        plain(&[front, b"/", back].concat()).filter(|request| is_request(request))
    });
    mended.next().or(request)
}

fn plain(text: &[u8]) -> Option<Vec<u8>> {
    Base64Unpadded::decode_vec(str::from_utf8(text).ok()?).ok()
}

fn is_request(octets: &[u8]) -> bool {
    OcspRequest::parse(octets).is_ok()
}

/// A character of the standard alphabet for one of that for URLs, or for what a decoder of forms has made of it.
const fn standard(octet: u8) -> u8 {
    match octet {
        b'-' | b' ' => b'+',
        b'_' => b'/',
        other => other,
    }
}

/// Without slashes in front, and without padding.
fn trim(text: &[u8]) -> &[u8] {
    let front = text.iter().take_while(|octet| **octet == b'/').count();
    let back = text.iter().rev().take_while(|octet| **octet == b'=').count();
    text.get(front..text.len().saturating_sub(back)).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use base64ct::Base64;
    use x509::ocsp::{CertId, write};
    use x509::{AlgorithmIdentifier, Serial, oid};

    use super::*;

    /// A request whose base64 has a plus sign, a slash and two slashes together, and is padded.
    fn request() -> Vec<u8> {
        let algorithm = AlgorithmIdentifier::encode(oid::SHA1, None);
        let id = CertId {
            hash_algorithm: AlgorithmIdentifier::parse(&algorithm).unwrap(),
            issuer_name_hash: &[0xff; 20],
            issuer_key_hash: &[0xfb; 20],
            serial: Serial::from_content(&[1, 2]),
        };
        write::request(&[id], None)
    }

    #[test]
    fn every_way_to_write_it_is_read() {
        let request = request();
        let text = Base64::encode_string(&request);
        assert!(text.contains('+') && text.contains("//") && text.ends_with('='), "{text}");
        let check = |written: &str| assert_eq!(decode(written).as_deref(), Some(&request[..]), "{written}");
        check(&text);
        check(text.trim_end_matches('='));
        check(&format!("/{text}"));
        check(&text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"));
        check(&text.replace('+', "%2b").replace('/', "%2f").replace('=', "%3d"));
        check(&text.replace('+', "%20"));
        check(&text.replace('+', "-").replace('/', "_"));
        let (front, back) = text.split_at(64);
        check(&format!("{front}%0D%0A{back}"));
    }

    #[test]
    fn a_slash_that_a_proxy_has_dropped_is_found_again() {
        let algorithm = AlgorithmIdentifier::encode(oid::SHA1, None);
        let id = |key: &[u8]| {
            let id = CertId {
                hash_algorithm: AlgorithmIdentifier::parse(&algorithm).unwrap(),
                issuer_name_hash: &[0x11; 20],
                issuer_key_hash: key,
                serial: Serial::from_content(&[1, 2]),
            };
            write::request(&[id], None)
        };
        // Two slashes together, once.
        let with_two = (0..18).find_map(|at| {
            let mut hash = [0x11; 20];
            hash.iter_mut().skip(at).take(2).for_each(|octet| *octet = 0xff);
            let request = id(&hash);
            let text = Base64::encode_string(&request);
            (text.matches("//").count() == 1).then_some((request, text))
        });
        let (request, text) = with_two.unwrap();
        assert_eq!(decode(&text.replace("//", "/")).as_deref(), Some(&request[..]), "{text}");
        assert_eq!(decode(&text).as_deref(), Some(&request[..]));
    }

    #[test]
    fn what_is_no_request_is_none() {
        assert_eq!(decode("%"), None);
        assert_eq!(decode("!!!!"), None);
        assert_eq!(decode("MA"), Some(vec![0x30]));
        assert!(decode(&"/".repeat(10_000)).is_none_or(|octets| octets.is_empty()));
        assert!(!decode(&format!("M{}", "/".repeat(10_000))).is_some_and(|octets| is_request(&octets)));
    }
}
