// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCSP as HTTP carries it.

use base64ct::{Base64, Encoding as _};
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, EXPIRES, IF_NONE_MATCH, LAST_MODIFIED};
use x509::OcspResponse;
use x509::ocsp::{CertStatus, ResponseStatus};

use crate::office::{Office, Reply};

fn status(reply: &Reply) -> CertStatus {
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header(&CONTENT_TYPE), Some("application/ocsp-response"));
    let response = OcspResponse::parse(&reply.content).unwrap();
    response.basic().unwrap().data().responses().iter().next().unwrap().status
}

fn error(reply: &Reply) -> ResponseStatus {
    assert_eq!((reply.status, reply.header(&CACHE_CONTROL)), (StatusCode::OK, Some("no-store")));
    OcspResponse::parse(&reply.content).unwrap().status()
}

#[tokio::test]
async fn posted_or_got_the_answer_is_one_and_caches_keep_what_is_got() {
    let office = Office::new().await;
    let asked = office.asked(None);
    let posted = office.post("/ocsp", asked.clone()).await;
    assert_eq!(status(&posted), CertStatus::Good);
    assert_eq!(posted.header(&CACHE_CONTROL), Some("no-store"));
    assert_eq!(office.post("/ocsp/", asked.clone()).await.content, posted.content);
    let path = format!("/ocsp/{}", Base64::encode_string(&asked));
    office.pass(10);
    let got = office.get(&path, &[]).await;
    assert_eq!(got.content, posted.content);
    let told = [CACHE_CONTROL, LAST_MODIFIED, EXPIRES].map(|name| got.headers[name].clone());
    assert_eq!(
        told,
        [
            "public, max-age=300, must-revalidate, no-transform",
            "Sun, 22 Nov 2026 10:00:00 GMT",
            "Mon, 23 Nov 2026 10:00:00 GMT"
        ]
    );
    let known = [(IF_NONE_MATCH, got.header(&ETAG).unwrap())];
    assert_eq!(office.get(&path, &known).await.status, StatusCode::NOT_MODIFIED);
    office.revoke().await;
    office.pass(1);
    let revoked = office.get(&path, &known).await;
    assert!(matches!(status(&revoked), CertStatus::Revoked { .. }));
}

#[tokio::test]
async fn what_is_for_one_client_is_kept_by_nobody() {
    let office = Office::new().await;
    let asked = office.asked(Some(&[9; 32]));
    for reply in [
        office.post("/ocsp", asked.clone()).await,
        office.get(&format!("/ocsp/{}", Base64::encode_string(&asked)), &[]).await,
    ] {
        assert_eq!(status(&reply), CertStatus::Good);
        assert_eq!((reply.header(&CACHE_CONTROL), reply.header(&ETAG)), (Some("no-store"), None));
    }
}

#[tokio::test]
async fn what_is_no_request_is_told_so_and_what_is_too_large_is_not_read() {
    let office = Office::new().await;
    for content in ["", "0", "what?"] {
        assert_eq!(error(&office.post("/ocsp", content).await), ResponseStatus::MalformedRequest);
    }
    for path in ["/ocsp/x", "/ocsp/!!!!", "/ocsp/%", "/ocsp/MA=="] {
        assert_eq!(error(&office.get(path, &[]).await), ResponseStatus::MalformedRequest, "{path}");
    }
    let long = format!("/ocsp/{}", "M".repeat(5_000));
    assert_eq!(error(&office.get(&long, &[]).await), ResponseStatus::MalformedRequest);
    let large = office.post("/ocsp", vec![0x30; (64 << 10) + 1]).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
}
