// SPDX-License-Identifier: MIT OR Apache-2.0
//! What whoever keeps watch is told: numbers, and whether all is well.

use std::sync::Arc;
use std::time::Duration;

use api::{Metrics, Monitor};
use authority::journal::{CertificateRevoked, Entry, Event, RequestRefused};
use authority::{Batch, Record};
use hyper::header::{ALLOW, CONTENT_TYPE};
use hyper::{Method, StatusCode};
use x509::Certificate;
use x509::ext::ReasonCode;

use crate::office::{Office, Reply, request};

async fn ask(monitor: &Monitor, method: Method, path: &str) -> Reply {
    Reply::of(monitor, request(method, path, &[], "")).await
}

/// What `/metrics` says, line by line.
async fn numbers(monitor: &Monitor) -> Vec<String> {
    let reply = ask(monitor, Method::GET, "/metrics").await;
    assert_eq!(reply.status, StatusCode::OK);
    let media = reply.header(&CONTENT_TYPE).unwrap();
    assert!(media.starts_with("application/openmetrics-text; version=1.0.0"), "{media}");
    String::from_utf8(reply.content.to_vec()).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn what_happens_is_counted_and_what_is_published_is_measured() {
    let mut office = Office::new().await;
    let metrics = Arc::new(Metrics::new());
    let monitor = office.public.monitor(Arc::clone(&metrics));
    let crl = office.publish().await.unwrap();
    office.pass(90);
    let der = office.founded.intermediate.certificate().to_vec();
    let serial = Certificate::parse(&der).unwrap().tbs().serial().magnitude().to_vec();
    let issuer = office.root().id();
    let events = [
        Event::CertificateRevoked(CertificateRevoked {
            issuer,
            serial,
            reason: ReasonCode::Superseded,
            since: office.now(),
            invalid_from: None,
            by: "a test".into(),
        }),
        Event::RequestRefused(RequestRefused {
            issuer,
            profile: "server".into(),
            request: vec![0; 32],
            path: "API".into(),
            rule: "name-\"permitted".into(),
            reason: "no".into(),
        }),
    ];
    let batch = Batch::new(events.map(|event| Entry { at: office.now(), event }).into());
    metrics.committed(&batch, Duration::from_millis(3));
    metrics.signed(Duration::from_micros(50));
    metrics.not_committed();

    let lines = numbers(&monitor).await;
    let name = office.root().name();
    let links = office.record().head().await.unwrap().number;
    for expected in [
        "chancery_certificates_revoked_total{reason=\"superseded\"} 1".to_owned(),
        "chancery_requests_refused_total{path=\"API\",rule=\"name-\\\"permitted\"} 1".to_owned(),
        "chancery_commits_failed_total 1".to_owned(),
        "chancery_commit_seconds_count 1".to_owned(),
        "chancery_commit_seconds_bucket{le=\"0.0032\"} 1".to_owned(),
        "chancery_commit_seconds_bucket{le=\"0.0016\"} 0".to_owned(),
        "chancery_signature_seconds_bucket{le=\"0.0001\"} 1".to_owned(),
        format!("chancery_crl_number{{issuer=\"{name}\"}} {}", crl.number),
        format!("chancery_crl_entries{{issuer=\"{name}\"}} 0"),
        format!("chancery_crl_age_seconds{{issuer=\"{name}\"}} 90"),
        format!("chancery_crl_next_update_timestamp_seconds{{issuer=\"{name}\"}} {}", crl.next_update.unix()),
        "chancery_certificates_expiring{within=\"7d\"} 0".to_owned(),
        format!("chancery_journal_batches {links}"),
        "# EOF".to_owned(),
    ] {
        assert!(lines.contains(&expected), "{expected}\n{}", lines.join("\n"));
    }
}

#[tokio::test]
async fn health_says_when_nobody_looks_after_what_is_published() {
    let mut office = Office::new().await;
    office.publish().await.unwrap();
    let monitor = office.public.monitor(Arc::new(Metrics::new()));
    let health = || ask(&monitor, Method::GET, "/health");
    assert_eq!(health().await.status, StatusCode::OK);
    office.board.looked(Duration::ZERO);
    office.pass(120);
    assert_eq!(health().await.status, StatusCode::OK);
    office.pass(1);
    let sick = health().await;
    assert_eq!(sick.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(&sick.content[..], b"for 121 seconds no revocation could be looked for: see the log\n");
    office.board.looked(Duration::from_secs(121));
    assert_eq!(health().await.status, StatusCode::OK);
    office.board.lack(vec!["CN=Other is not taken up".into()]);
    let lacking = health().await;
    assert_eq!(lacking.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(lacking.content.ends_with(b"CN=Other is not taken up\n"));
    office.board.lack(Vec::new());
    assert_eq!(health().await.status, StatusCode::OK);
}

#[tokio::test]
async fn nothing_else_is_here() {
    let office = Office::new().await;
    let monitor = office.public.monitor(Arc::new(Metrics::new()));
    assert_eq!(ask(&monitor, Method::GET, "/").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(&monitor, Method::GET, &office.crl_path()).await.status, StatusCode::NOT_FOUND);
    let posted = ask(&monitor, Method::POST, "/metrics").await;
    assert_eq!((posted.status, posted.header(&ALLOW)), (StatusCode::METHOD_NOT_ALLOWED, Some("GET, HEAD")));
}
