// SPDX-License-Identifier: MIT OR Apache-2.0
//! CRLs and certificates, and what caches are told of them.

use std::sync::Arc;

use api::Board;
use authority::{Issuer, publication};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, EXPIRES, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use hyper::{Method, StatusCode};
use keys::AwsLc;
use status::{Responder, Settings, request_for};

use crate::office::{DAY, Office, Reply, request};

#[tokio::test]
async fn a_crl_is_given_with_its_type_and_its_life() {
    let mut office = Office::new().await;
    let path = office.crl_path();
    assert_eq!(office.get(&path, &[]).await.status, StatusCode::NOT_FOUND, "none was made yet");
    let crl = office.publish().await.unwrap();
    office.pass(60);
    let reply = office.get(&path, &[]).await;
    assert_eq!((reply.status, &reply.content[..]), (StatusCode::OK, &crl.der[..]));
    let told = [CONTENT_TYPE, CACHE_CONTROL, LAST_MODIFIED, EXPIRES].map(|name| reply.headers[name].clone());
    assert_eq!(
        told,
        [
            "application/pkix-crl",
            "public, max-age=300, must-revalidate, no-transform",
            "Sun, 22 Nov 2026 10:00:00 GMT",
            "Wed, 23 Dec 2026 10:00:00 GMT"
        ]
    );
    let head = office.ask(request(Method::HEAD, &path, &[], "")).await;
    assert_eq!((head.status, head.headers), (reply.status, reply.headers));
    // Not longer than it is good for.
    office.pass(31 * i64::try_from(DAY).unwrap() - 60 - 7);
    let control = "public, max-age=7, must-revalidate, no-transform";
    assert_eq!(office.get(&path, &[]).await.header(&CACHE_CONTROL), Some(control));
}

#[tokio::test]
async fn who_has_the_last_crl_is_told_so_until_there_is_another() {
    let mut office = Office::new().await;
    let path = office.crl_path();
    office.publish().await.unwrap();
    let first = office.get(&path, &[]).await;
    let (tag, date) = (first.header(&ETAG).unwrap(), first.header(&LAST_MODIFIED).unwrap());
    let weak = format!("\"other\", W/{tag}");
    let conditions =
        [(IF_NONE_MATCH, tag), (IF_NONE_MATCH, &weak), (IF_NONE_MATCH, "*"), (IF_MODIFIED_SINCE, date)];
    for condition in &conditions {
        let known = office.get(&path, std::slice::from_ref(condition)).await;
        assert_eq!((known.status, known.content.len()), (StatusCode::NOT_MODIFIED, 0), "{condition:?}");
        assert_eq!((known.header(&ETAG), known.header(&CONTENT_TYPE)), (Some(tag), None));
    }
    for other in [
        (IF_NONE_MATCH, "\"other\""),
        (IF_MODIFIED_SINCE, "Sun, 22 Nov 2026 09:59:59 GMT"),
        // Behind a clock that was put back, a later date says nothing.
        (IF_MODIFIED_SINCE, "Sun, 22 Nov 2026 10:00:01 GMT"),
        (IF_MODIFIED_SINCE, "?"),
    ] {
        assert_eq!(office.get(&path, std::slice::from_ref(&other)).await.status, StatusCode::OK, "{other:?}");
    }
    assert!(office.publish().await.is_none());
    office.pass(1);
    office.revoke().await;
    assert_eq!(office.publish().await.unwrap().entries, 1);
    for condition in [(IF_NONE_MATCH, tag), (IF_MODIFIED_SINCE, date)] {
        let next = office.get(&path, &[condition]).await;
        assert_eq!(next.status, StatusCode::OK);
        assert_ne!(next.content, first.content);
    }
}

#[tokio::test]
async fn the_certificates_of_issuers_are_given() {
    let office = Office::new().await;
    for issuer in [&office.founded.root, &office.founded.intermediate] {
        let reply = office.get(&format!("/{}", publication::certificate(issuer.id())), &[]).await;
        assert_eq!((reply.status, &reply.content[..]), (StatusCode::OK, issuer.certificate()));
        assert_eq!(reply.header(&CONTENT_TYPE), Some("application/pkix-cert"));
    }
}

#[tokio::test]
async fn other_issuers_are_exchanged_for_those_from_before_as_a_whole() {
    let mut office = Office::new().await;
    office.publish().await.unwrap();
    let (root, intermediate) = (Arc::clone(&office.founded.root), Arc::clone(&office.founded.intermediate));
    let path = |issuer: &Issuer| format!("/{}", publication::certificate(issuer.id()));
    let others = [Arc::clone(&intermediate)];
    let responder = Responder::new(&others, Settings::default(), Arc::new(AwsLc)).unwrap();
    let monitor = office.public.monitor(Arc::default());
    office.public.exchange(Arc::new(Board::new(&others)), Arc::new(responder));
    assert_eq!(office.get(&path(&root), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.get(&office.crl_path(), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.get(&path(&intermediate), &[]).await.status, StatusCode::OK);
    // About what the root has issued, nobody answers any more, and whoever keeps watch is told of the same board.
    let asked = request_for(intermediate.certificate(), &[root], None, &AwsLc).unwrap().unwrap();
    let answered = office.ask(request(Method::POST, "/ocsp", &[], asked)).await;
    assert_eq!(&answered.content[..], [0x30, 0x03, 0x0a, 0x01, 0x06], "unauthorized");
    let health = Reply::of(&monitor, request(Method::GET, "/health", &[], "")).await;
    assert!(health.content.starts_with(b"no CRL of CN="), "{health:?}");
}

#[tokio::test]
async fn what_is_not_there_or_not_to_be_asked_so_is_refused() {
    let mut office = Office::new().await;
    office.publish().await.unwrap();
    let path = office.crl_path();
    let upper = path.to_uppercase();
    for missing in ["/crl/", "/crl/0000000000000000.crl", &upper, "/ca", "/ocspx", "/.well-known", "//"] {
        assert_eq!(office.get(missing, &[]).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
    for (method, path, allowed) in [
        (Method::POST, path.as_str(), "GET, HEAD"),
        (Method::DELETE, "/", "GET, HEAD"),
        (Method::PUT, "/ocsp", "GET, HEAD, POST"),
        (Method::GET, "/ocsp", "GET, HEAD, POST"),
        (Method::POST, "/ocsp/MA==", "GET, HEAD, POST"),
    ] {
        let reply = office.ask(request(method.clone(), path, &[], "")).await;
        assert_eq!(
            (reply.status, reply.header(&ALLOW)),
            (StatusCode::METHOD_NOT_ALLOWED, Some(allowed)),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn people_and_supervisors_are_told_how_it_stands() {
    let mut office = Office::new().await;
    let words = |reply: crate::office::Reply| String::from_utf8(reply.content.to_vec()).unwrap();
    assert!(words(office.get("/", &[]).await).contains("CRL          none"));
    let health = office.get("/health", &[]).await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(words(health).starts_with("no CRL of CN="));
    office.publish().await.unwrap();
    let page = words(office.get("/", &[]).await);
    assert!(
        page.contains(&office.crl_path()) && page.contains("0 revoked, the next by 2026-12-23"),
        "{page}"
    );
    let health = office.get("/health", &[]).await;
    assert_eq!((health.status, &health.content[..]), (StatusCode::OK, &b"ok\n"[..]));
    office.pass(-3_600);
    let health = office.get("/health", &[]).await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(words(health).contains("is good from 2026-11-22T10:00:00Z on"), "made by a clock that was ahead");
    office.pass(3_600 + 31 * i64::try_from(DAY).unwrap() + 1);
    let health = office.get("/health", &[]).await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(words(health).contains("was good until 2026-12-23T10:00:00Z"));
}
