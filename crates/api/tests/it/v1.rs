// SPDX-License-Identifier: MIT OR Apache-2.0
//! The API for programs: tokens, certificates issued, listed and taken back, and every way to say no.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use api::v1::{Api, InForce, OPENAPI, Office as Asks, Suspended, Terms};
use authority::founding::FoundingKey;
use authority::policy::{Effect, RuleConfig};
use authority::{
    CertificateQuery, Constraints, CrossCertification, FurtherRoot, Issuer, NewToken, Policy, PolicyConfig,
    Profile, ProfileConfig, Record, Scope, Wait, Warrant, succession, token,
};
use bytes::Bytes;
use hyper::body::{Body, Frame};
use hyper::header::{
    ACCEPT, ALLOW, AUTHORIZATION, CONTENT_TYPE, HeaderName, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use hyper::service::Service as _;
use hyper::{Method, StatusCode};
use keys::csr::{self, RequestSpec};
use keys::pkcs11::TokenError;
use keys::{AwsLc, KeyKind, PrivateKey, SignError, Signer, SubjectName, TlsScheme};
use serde_json::{Value, json};
use x509::{Certificate, Time};

use crate::office::{Counting, Office, Reply, request};

/// The same terms whenever somebody asks.
fn terms(
    issuers: Vec<(Profile, Arc<Issuer>)>,
    policy: Arc<Policy>,
) -> Box<dyn Fn(Time) -> InForce + Send + Sync> {
    let terms = Arc::new(Terms { issuers, policy, wait: Wait::default() });
    Box::new(move |_| InForce { terms: Arc::clone(&terms), suspended: None })
}

/// An office and its API.
struct Desk {
    office: Office,
    api: Api,
}

/// A request for these names, PEM.
fn csr(names: &[&str]) -> String {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let names = names.iter().map(|name| SubjectName::parse(name).unwrap()).collect();
    let der = csr::make(&key, &RequestSpec { common_name: None, names }).unwrap();
    x509::pem::encode("CERTIFICATE REQUEST", &der)
}

fn document(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.content).unwrap()
}

/// The word by which programs know a problem, and the status.
fn problem(reply: &Reply) -> (u16, String) {
    assert_eq!(reply.header(&CONTENT_TYPE), Some("application/problem+json"), "{reply:?}");
    let document = document(reply);
    assert_eq!(document["status"], reply.status.as_u16());
    assert!(!document["detail"].as_str().unwrap().is_empty());
    let kind = document["type"].as_str().unwrap().strip_prefix("urn:chancery:problem:").unwrap();
    (reply.status.as_u16(), kind.to_owned())
}

impl Desk {
    async fn new() -> Self {
        Self::under(Arc::default()).await
    }

    /// One that issues by this policy.
    async fn under(policy: Arc<Policy>) -> Self {
        let office = Office::new().await;
        let issuer = Arc::clone(&office.founded.intermediate);
        Self::of(office, &issuer, policy)
    }

    /// With another signer, which is given the issuer and its public key.
    async fn signing_with(signer: impl FnOnce(Arc<Issuer>, Vec<u8>) -> Arc<dyn Signer>) -> Self {
        let office = Office::new().await;
        let issuer = Arc::clone(&office.founded.intermediate);
        let own = Certificate::parse(issuer.certificate()).unwrap();
        let signer = signer(Arc::clone(&issuer), own.tbs().subject_public_key_info().raw().to_vec());
        let issuer = Issuer::prove(issuer.chain().to_vec(), signer, &AwsLc).unwrap();
        Self::of(office, &Arc::new(issuer), Arc::default())
    }

    fn of(office: Office, issuer: &Arc<Issuer>, policy: Arc<Policy>) -> Self {
        let issuers = ["server", "client"].map(|name| (Profile::named(name).unwrap(), Arc::clone(issuer)));
        let api = Api::new(Asks {
            record: office.record(),
            terms: terms(issuers.into(), policy),
            random: Arc::new(Counting::beginning_at(100)),
            crypto: Arc::new(AwsLc),
            clock: office.clock(),
        });
        Self { office, api }
    }

    /// A token with these scopes, for profile `server`.
    async fn token(&self, scopes: &[Scope], not_after: Option<Time>) -> String {
        let token = NewToken {
            label: "a test".into(),
            scopes: scopes.to_vec(),
            profiles: vec!["server".into()],
            not_after,
            by: Warrant::ApprovedBy("a test".into()),
        };
        let record = self.office.record();
        let random = Counting::beginning_at(u8::try_from(scopes.len()).unwrap() * 16);
        token.commit(self.office.now(), &*record, &random, &AwsLc).await.unwrap().reveal().to_string()
    }

    async fn ask(
        &self,
        token: &str,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        content: impl Into<bytes::Bytes>,
    ) -> Reply {
        let authorization = format!("Bearer {token}");
        let mut all = vec![(AUTHORIZATION, authorization.as_str())];
        all.extend_from_slice(headers);
        Reply::of(&self.api, request(method, path, &all, content)).await
    }

    async fn get(&self, token: &str, path: &str) -> Reply {
        self.ask(token, Method::GET, path, &[], "").await
    }

    async fn post(&self, token: &str, path: &str, document: &Value) -> Reply {
        self.ask(token, Method::POST, path, &[(CONTENT_TYPE, "application/json")], document.to_string()).await
    }

    /// Has one issued, and gives its serial number.
    async fn issued(&self, token: &str) -> String {
        let reply = self.post(token, "/api/v1/certificates", &json!({ "csr": csr(&["db.internal"]) })).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{reply:?}");
        document(&reply)["issued"]["serial"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_certificate_is_issued_shown_listed_revoked_and_released() {
    let desk = Desk::new().await;
    let token = desk.token(&Scope::ALL, None).await;
    let wanted = json!({ "csr": csr(&["db.internal"]), "names": ["db2.internal"], "days": 30 });
    let reply = desk.post(&token, "/api/v1/certificates", &wanted).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{reply:?}");
    let told = document(&reply);
    assert_eq!(told["issued"]["names"], json!(["db.internal", "db2.internal"]));
    let chain = x509::pem::decode(told["issued"]["chain"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!(chain[1].der, desk.office.founded.intermediate.certificate());
    assert!(told["plan"]["names_are_true_because"].as_str().unwrap().contains("(a test)"));
    let serial = told["issued"]["serial"].as_str().unwrap();
    let path = format!("/api/v1/certificates/{serial}");
    assert_eq!(reply.header(&LOCATION), Some(path.as_str()));
    let shown = document(&desk.get(&token, &path).await);
    assert_eq!((&shown["status"], &shown["profile"]), (&json!("valid"), &json!("server")));
    let pem =
        desk.ask(&token, Method::GET, &path, &[(ACCEPT, "application/pem-certificate-chain")], "").await;
    assert_eq!(x509::pem::decode(&pem.content).unwrap()[0].der, chain[0].der);
    let why = json!({ "reason": "certificateHold" });
    let revoked = document(&desk.post(&token, &format!("{path}/revoke"), &why).await);
    assert_eq!((&revoked["status"], &revoked["reason"]), (&json!("on-hold"), &json!("certificateHold")));
    let released = document(&desk.ask(&token, Method::POST, &format!("{path}/release"), &[], "").await);
    assert_eq!(released["status"], "valid");
    let gone = document(&desk.ask(&token, Method::POST, &format!("{path}/revoke"), &[], "").await);
    assert_eq!((&gone["status"], &gone["reason"]), (&json!("revoked"), &json!("unspecified")));
    let again = desk.ask(&token, Method::POST, &format!("{path}/revoke"), &[], "").await;
    assert_eq!(problem(&again), (409, "state".into()));
    for _ in 0..2 {
        desk.issued(&token).await;
    }
    let mut seen = Vec::new();
    let mut after = "0".to_owned();
    loop {
        let page = document(&desk.get(&token, &format!("/api/v1/certificates?limit=2&after={after}")).await);
        seen.extend(page["certificates"].as_array().unwrap().iter().map(|one| one["status"].clone()));
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, ["revoked", "valid", "valid"]);
}

#[tokio::test]
async fn certificates_are_found_by_whatever_is_known_of_them() {
    let desk = Desk::new().await;
    let token = desk.token(&Scope::ALL, None).await;
    for (names, days) in [(&["web.a.internal", "a.internal"], 10), (&["db.a.internal", "b.internal"], 30)] {
        let wanted = json!({ "csr": csr(names), "days": days });
        desk.post(&token, "/api/v1/certificates", &wanted).await;
    }
    let list =
        async |query: &str| document(&desk.get(&token, &format!("/api/v1/certificates?{query}")).await);
    let found = async |query: &str| {
        let names = list(query).await["certificates"].as_array().unwrap().clone();
        names.iter().map(|one| one["names"][0].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (web, db) = ("web.a.internal", "db.a.internal");
    let whole = list("").await;
    let one = |field: &str| whole["certificates"][1][field].as_str().unwrap().to_owned();
    let issuer = desk.office.founded.intermediate.id();
    for (query, expect) in [
        ("name=web.a.internal", &[web][..]),
        ("name=db.*", &[db]),
        ("name=*.a.internal", &[db, web]),
        ("name=*.internal&name=b.internal", &[db]),
        ("contains=a.int", &[web, db]),
        ("contains=a.int&order=newest", &[db, web]),
        ("contains=nothere", &[]),
        (&format!("serial={}", one("serial").chars().take(9).collect::<String>()), &[db]),
        (&format!("fingerprint={}", one("sha256")), &[db]),
        (&format!("issuer={issuer}&profile=server"), &[web, db]),
        ("profile=client", &[]),
        ("by=A+Test", &[web, db]),
        ("status=valid&order=newest", &[db, web]),
        ("expiring=14d", &[web]),
        ("ends_from=2026-12-05&ends_until=2027-01-01", &[db]),
        ("issued_from=2026-11-22&issued_until=2026-11-23&order=newest", &[db, web]),
        ("order=expiry&limit=1", &[web]),
    ] {
        assert_eq!(found(query).await, expect, "{query}");
    }
    let key = "0".repeat(64);
    assert!(found(&format!("key={key}")).await.is_empty());
    assert!(one("warrant").starts_with("approved by token "));
    let next = list("order=expiry&limit=1").await["next"].as_str().unwrap().to_owned();
    let rest = list(&format!("order=expiry&limit=1&after={next}")).await;
    assert_eq!((&rest["certificates"][0]["names"][0], &rest["next"]), (&json!(db), &Value::Null));
    for (query, parameter) in [
        ("contains=ab", "contains"),
        ("name=a*b", "name"),
        ("name=", "name"),
        ("serial=xyz", "serial"),
        ("fingerprint=ab", "fingerprint"),
        ("key=ab", "key"),
        ("issuer=-", "issuer"),
        ("status=fine", "status"),
        ("expiring=14", "expiring"),
        ("ends_from=soon", "ends_from"),
        ("issued_until=never", "issued_until"),
        ("order=random", "order"),
        ("limit=many", "limit"),
        (&format!("after={next}"), "after"),
        ("after=1-x", "after"),
    ] {
        let reply = desk.get(&token, &format!("/api/v1/certificates?{query}")).await;
        assert_eq!(problem(&reply), (400, "bad-request".into()), "{query}");
        assert_eq!(document(&reply)["parameter"], parameter, "{query}");
    }
    let reply = desk.get(&token, "/api/v1/certificates?name=db.*&order=newest").await;
    assert_eq!(problem(&reply), (400, "no-index".into()));
    assert_eq!(document(&reply)["parameter"], "order");
}

#[tokio::test]
async fn a_bare_request_is_taken_with_parameters_and_a_chain_given_back() {
    let desk = Desk::new().await;
    let token = desk.token(&[Scope::Issue], None).await;
    let pem = csr(&["db.internal"]);
    let der = x509::pem::decode(pem.as_bytes()).unwrap()[0].der.clone();
    let accept = (ACCEPT, "application/pem-certificate-chain");
    for (media, content) in
        [("application/x-pem-file", pem.into_bytes()), ("application/pkcs10", der.clone())]
    {
        let path = "/api/v1/certificates?days=7&name=db2.internal";
        let reply =
            desk.ask(&token, Method::POST, path, &[(CONTENT_TYPE, media), accept.clone()], content).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{reply:?}");
        assert_eq!(x509::pem::decode(&reply.content).unwrap().len(), 2);
    }
    let before = desk.office.record().head().await.unwrap();
    let dry = desk.ask(&token, Method::POST, "/api/v1/certificates?dry_run", &[], der).await;
    assert_eq!((dry.status, &document(&dry)["issued"]), (StatusCode::OK, &Value::Null));
    assert_eq!(desk.office.record().head().await.unwrap(), before);
}

#[tokio::test]
async fn without_a_good_token_nothing_is_told() {
    let desk = Desk::new().await;
    let end = Time::parse("2026-11-23").unwrap();
    let token = desk.token(&Scope::ALL, Some(end)).await;
    let (front, last) = token.split_at(token.len() - 2);
    let other = format!("{front}{}", if last == "AA" { "BB" } else { "AA" });
    for bad in ["", "chancery_", other.as_str(), &token.replace("chancery", "Chancery")] {
        let reply = desk.get(bad, "/api/v1/certificates").await;
        assert_eq!(problem(&reply), (401, "bad-token".into()), "{bad}");
    }
    let none = Reply::of(&desk.api, request(Method::GET, "/api/v1/certificates", &[], "")).await;
    assert_eq!(problem(&none), (401, "no-token".into()));
    assert!(none.header(&WWW_AUTHENTICATE).unwrap().starts_with("Bearer "));
    assert_eq!(desk.get(&token, "/api/v1/certificates").await.status, StatusCode::OK);
    desk.office.pass(15 * 3_600);
    assert_eq!(problem(&desk.get(&token, "/api/v1/certificates").await).1, "bad-token", "it is over");
    let lasting = desk.token(&[Scope::Read, Scope::Revoke], None).await;
    assert_eq!(desk.get(&lasting, "/api/v1/certificates").await.status, StatusCode::OK);
    let id = authority::TokenSecret::parse(&lasting).unwrap().id();
    let by = Warrant::ApprovedBy("a test".into());
    authority::token::revoke(id, &by, desk.office.now(), &*desk.office.record()).await.unwrap();
    assert_eq!(problem(&desk.get(&lasting, "/api/v1/certificates").await).1, "bad-token", "it was revoked");
}

#[tokio::test]
async fn a_token_allows_what_it_says_and_no_more() {
    let desk = Desk::new().await;
    let all = desk.token(&Scope::ALL, None).await;
    let serial = desk.issued(&all).await;
    let issue = json!({ "csr": csr(&["db.internal"]) });
    let read = desk.token(&[Scope::Read], None).await;
    assert_eq!(problem(&desk.post(&read, "/api/v1/certificates", &issue).await), (403, "scope".into()));
    for verb in ["revoke", "release"] {
        let path = format!("/api/v1/certificates/{serial}/{verb}");
        assert_eq!(problem(&desk.post(&read, &path, &json!({})).await), (403, "scope".into()));
    }
    let profiles = document(&desk.get(&read, "/api/v1/profiles").await);
    assert_eq!(profiles["profiles"][0]["permitted"], false);
    for profile in ["client", "intermediate", "root", ""] {
        let wanted = json!({ "csr": csr(&["db.internal"]), "profile": profile });
        assert_eq!(problem(&desk.post(&all, "/api/v1/certificates", &wanted).await), (403, "profile".into()));
    }
    // The certificates of the authority itself are not a program's to take back.
    let own = x509::Certificate::parse(desk.office.founded.intermediate.certificate()).unwrap();
    let path = format!("/api/v1/certificates/{}/revoke", own.tbs().serial());
    assert_eq!(problem(&desk.post(&all, &path, &json!({})).await), (403, "own-authority".into()));
}

#[tokio::test]
async fn what_is_refused_says_why_with_the_whole_plan_and_is_in_the_journal() {
    let desk = Desk::new().await;
    let token = desk.token(&Scope::ALL, None).await;
    let before = desk.office.record().head().await.unwrap().number;
    let wanted = json!({ "csr": csr(&["db.internal"]), "days": 4_000 });
    let reply = desk.post(&token, "/api/v1/certificates", &wanted).await;
    assert_eq!(problem(&reply), (403, "refused".into()));
    let told = document(&reply);
    assert_eq!(told["detail"], told["reasons"][0]);
    let refused =
        told["plan"]["lines"].as_array().unwrap().iter().find(|line| line["outcome"] == "refused").unwrap();
    assert_eq!(refused["rule"], "plan-lifetime-limit");
    assert_eq!(desk.office.record().head().await.unwrap().number, before + 1);
}

/// A body during which a token is taken back.
struct Meanwhile<F>(Option<(F, Bytes)>);

impl<F: FnOnce() + Unpin> Body for Meanwhile<F> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let content = self.0.take().map(|(happens, content)| {
            happens();
            Ok(Frame::data(content))
        });
        Poll::Ready(content)
    }
}

#[tokio::test]
async fn a_token_that_is_revoked_while_the_body_comes_issues_nothing() {
    let desk = Desk::new().await;
    let secret = desk.token(&Scope::ALL, None).await;
    let record = desk.office.record();
    let id = record.tokens().await.unwrap()[0].added.id;
    let (now, by) = (desk.office.now(), Warrant::ApprovedBy("a test".into()));
    let revoke = move || authority::wait(token::revoke(id, &by, now, &*record)).unwrap();
    let body = Meanwhile(Some((revoke, csr(&["db.internal"]).into())));
    let asked = hyper::Request::post("/api/v1/certificates")
        .header(AUTHORIZATION, format!("Bearer {secret}"))
        .header(CONTENT_TYPE, "application/x-pem-file");
    let Ok(response) = desk.api.call(asked.body(body).unwrap()).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(
        desk.office
            .record()
            .certificates(CertificateQuery::After { sequence: 0, limit: 9 })
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn an_issuer_that_was_closed_meanwhile_issues_nothing_more() {
    let desk = Desk::new().await;
    let token = desk.token(&Scope::ALL, None).await;
    desk.issued(&token).await;
    let (issuer, by) = (desk.office.founded.intermediate.id(), Warrant::ApprovedBy("a test".into()));
    succession::retire(issuer, &by, desk.office.now(), &*desk.office.record()).await.unwrap();
    let reply = desk.post(&token, "/api/v1/certificates", &json!({ "csr": csr(&["db.internal"]) })).await;
    assert_eq!(problem(&reply), (409, "issuer-closed".into()));
    assert!(document(&reply)["detail"].as_str().unwrap().contains("was retired at 2026-11-22"), "{reply:?}");
}

/// A signer that always fails so.
#[derive(Debug)]
struct Failing(Arc<Issuer>, Vec<u8>, SignError);

impl Signer for Failing {
    fn public_key_info(&self) -> &[u8] {
        &self.1
    }

    fn signature_algorithm(&self) -> &[u8] {
        self.0.signature_algorithm()
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignError> {
        Err(self.2.clone())
    }

    fn tls_schemes(&self) -> &[TlsScheme] {
        &[]
    }

    fn sign_tls(&self, _: TlsScheme, _: &[u8]) -> Result<Vec<u8>, SignError> {
        Err(self.2.clone())
    }
}

#[tokio::test]
async fn a_signer_that_is_busy_or_gone_is_told_so_and_issues_nothing() {
    let gone = || SignError::Token(TokenError::Gone { token: "chancery".into(), reason: "taken out".into() });
    for (error, kind, again) in [
        (SignError::Busy { limit: 64 }, "busy", Some("1")),
        (
            SignError::Token(TokenError::Busy { token: "chancery".into(), sessions: 4, waiting: 32 }),
            "busy",
            Some("1"),
        ),
        (gone(), "signer", None),
    ] {
        let desk = Desk::signing_with(|issuer, info| Arc::new(Failing(issuer, info, error.clone()))).await;
        let token = desk.token(&Scope::ALL, None).await;
        let reply = desk.post(&token, "/api/v1/certificates", &json!({ "csr": csr(&["db.internal"]) })).await;
        assert_eq!(problem(&reply), (503, kind.into()));
        assert_eq!(reply.header(&RETRY_AFTER), again);
        assert!(!String::from_utf8_lossy(&reply.content).contains("taken out"), "that is for the log");
        let listed = document(&desk.get(&token, "/api/v1/certificates").await);
        assert_eq!(listed["certificates"].as_array().map(Vec::len), Some(0), "{listed}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_or_is_not_there_is_told_so() {
    let desk = Desk::new().await;
    let token = desk.token(&Scope::ALL, None).await;
    let issue = "/api/v1/certificates";
    for (body, kind) in [
        (json!({}), "bad-request"),
        (json!({ "csr": "", "more": 1 }), "bad-request"),
        (json!({ "csr": csr(&["a.internal"]), "names": ["a b"] }), "bad-request"),
        (json!({ "csr": "" }), "csr"),
        (
            json!({ "csr": "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n" }),
            "csr",
        ),
    ] {
        assert_eq!(problem(&desk.post(&token, issue, &body).await), (400, kind.into()), "{body}");
    }
    for path in ["?days=x", "?dry_run=maybe", "?other=1", "?name=%ff"] {
        let reply = desk.ask(&token, Method::POST, &format!("{issue}{path}"), &[], "x").await;
        assert_eq!(problem(&reply), (400, "bad-request".into()), "{path}");
    }
    let large = desk.ask(&token, Method::POST, issue, &[], vec![0; (256 << 10) + 1]).await;
    assert_eq!(problem(&large), (413, "too-large".into()));
    for path in [
        "/",
        "/api",
        "/api/v1/",
        "/api/v1/certificates/",
        "/api/v1/certificates/4f00",
        "/api/v1/certificates/x/revoke/y",
    ] {
        let reply = desk.get(&token, path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/api/v1/certificates?limit=x", "/api/v1/certificates?after=-1"] {
        assert_eq!(problem(&desk.get(&token, path).await), (400, "bad-request".into()));
    }
    let serial = desk.issued(&token).await;
    for body in [
        json!({ "reason": "boredom" }),
        json!({ "invalid_from": "yesterday" }),
        json!({ "invalid_from": "2030-01-01" }),
        json!([1]),
    ] {
        let reply = desk.post(&token, &format!("{issue}/{serial}/revoke"), &body).await;
        assert_eq!(problem(&reply), (400, "bad-request".into()), "{body}");
    }
    let wrong = desk.ask(&token, Method::DELETE, issue, &[], "").await;
    assert_eq!((problem(&wrong), wrong.header(&ALLOW)), ((405, "method".into()), Some("GET, HEAD, POST")));
}

/// Every field of a document is one of the schema's, and every field that the schema requires is there.
fn require_described(document: &Value, schema: &Value, whole: &Value, at: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => whole.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices.iter().find(|choice| (choice["type"] == "null") == document.is_null()).unwrap();
        if !document.is_null() {
            require_described(document, fitting, whole, at);
        }
        return;
    }
    match document {
        Value::Object(fields) => {
            let known =
                schema["properties"].as_object().unwrap_or_else(|| panic!("{at} is no object: {schema}"));
            for (name, value) in fields {
                let field = known.get(name).unwrap_or_else(|| panic!("{at}.{name} is not described"));
                require_described(value, field, whole, &format!("{at}.{name}"));
            }
            for required in schema["required"].as_array().into_iter().flatten() {
                assert!(fields.contains_key(required.as_str().unwrap()), "{at} has no {required}");
            }
        }
        Value::Array(items) => {
            items
                .iter()
                .for_each(|item| require_described(item, &schema["items"], whole, &format!("{at}[]")));
        }
        _ => {}
    }
}

#[tokio::test]
async fn the_description_is_true() {
    let desk = Desk::under(waiting()).await;
    let token = desk.token(&Scope::ALL, None).await;
    let described =
        document(&Reply::of(&desk.api, request(Method::GET, "/api/v1/openapi.json", &[], "")).await);
    assert_eq!(described, serde_json::from_str::<Value>(OPENAPI).unwrap());
    let serial = desk.issued(&token).await;
    let asks = desk.token(&[Scope::Issue], None).await;
    let held = held(&desk, &asks).await;
    let id = held.rsplit('/').next().unwrap();
    let mut operations = BTreeSet::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations.insert(operation["operationId"].as_str().unwrap().to_owned());
            let uri = path.replace("{serial}", &serial).replace("{id}", id);
            let content = if method == "post" && path.ends_with("certificates") {
                json!({ "csr": csr(&["db.internal"]) }).to_string()
            } else if path.contains("{id}") {
                json!({ "reason": "as agreed" }).to_string()
            } else {
                String::new()
            };
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let reply = desk.ask(&token, method, &uri, &[(CONTENT_TYPE, "application/json")], content).await;
            let answered = &operation["responses"][reply.status.as_str()];
            assert!(!answered.is_null(), "{path}: {} is not described", reply.status);
            let answered = match answered["$ref"].as_str() {
                Some(reference) => described.pointer(reference.trim_start_matches('#')).unwrap(),
                None => answered,
            };
            let media = reply.header(&CONTENT_TYPE).unwrap();
            let schema = &answered["content"][media]["schema"];
            assert!(!schema.is_null(), "{path}: {media} is not described");
            if !path.ends_with("openapi.json") {
                require_described(&document(&reply), schema, &described, path);
            }
        }
    }
    assert_eq!(operations.len(), 11);
    // A refusal too, with its plan.
    let refused = desk
        .post(&token, "/api/v1/certificates", &json!({ "csr": csr(&["a.internal"]), "days": 4_000 }))
        .await;
    require_described(
        &document(&refused),
        &described["components"]["schemas"]["Problem"],
        &described,
        "refused",
    );
}

#[tokio::test]
async fn a_policy_decides_by_the_token_and_says_which_rule() {
    let rule = |id: &str, names: &str, who: &str| RuleConfig {
        names: Some(vec![names.parse().unwrap()]),
        who: Some(vec![who.parse().unwrap()]),
        ..RuleConfig::new(id, "chancery.toml:1", Effect::Allow)
    };
    // The label of the token is `a test`.
    let rules = vec![rule("shop", ".shop.internal", "token:a test"), rule("hand", ".internal", "cli")];
    let policy = Policy::from_config(PolicyConfig { rules }).unwrap();
    let desk = Desk::under(Arc::new(policy)).await;
    let token = desk.token(&[Scope::Issue], None).await;
    let ask = |name: &str| json!({ "csr": csr(&[name]), "dry_run": true });
    let issued = desk.post(&token, "/api/v1/certificates", &ask("www.shop.internal")).await;
    assert_eq!(issued.status, StatusCode::OK, "{issued:?}");
    let lines = document(&issued)["plan"]["lines"].as_array().unwrap().clone();
    let line = lines.iter().find(|line| line["field"] == "policy").unwrap();
    assert_eq!(line["rule"], "plan-policy-allows");
    assert!(line["policy"].as_str().unwrap().starts_with("rule shop allows it to token "), "{line}");

    let refused = desk.post(&token, "/api/v1/certificates", &ask("db.internal")).await;
    assert_eq!(problem(&refused), (403, "refused".to_owned()));
    let detail = document(&refused)["detail"].as_str().unwrap().to_owned();
    assert!(detail.starts_with("no rule allows db.internal to token "), "{detail}");
    assert!(detail.ends_with("rule hand (chancery.toml:1) comes nearest, and is for cli"), "{detail}");
}

/// What lies below `vault.internal` waits for an approval.
fn waiting() -> Arc<Policy> {
    let rule = RuleConfig {
        names: Some(vec![".vault.internal".parse().unwrap()]),
        ..RuleConfig::new("vault", "chancery.toml:1", Effect::AllowOnceApproved)
    };
    let rest = RuleConfig {
        names: Some(vec!["db.internal".parse().unwrap()]),
        ..RuleConfig::new("rest", "chancery.toml:9", Effect::Allow)
    };
    Arc::new(Policy::from_config(PolicyConfig { rules: vec![rule, rest] }).unwrap())
}

/// Asks for what waits; gives where to ask again.
async fn held(desk: &Desk, token: &str) -> String {
    let ask = json!({ "csr": csr(&["db.vault.internal"]) });
    let reply = desk.post(token, "/api/v1/certificates", &ask).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{reply:?}");
    let told = document(&reply);
    assert_eq!((&told["request"]["state"], &told["issued"]), (&"pending".into(), &Value::Null));
    let location = reply.header(&LOCATION).unwrap().to_owned();
    assert!(location.ends_with(told["request"]["id"].as_str().unwrap()));
    location
}

/// The approval of what was seen.
fn agreed(seen: &Value) -> Value {
    json!({ "plan": seen["plan"], "reason": "as agreed" })
}

#[tokio::test]
async fn a_request_waits_is_approved_by_another_token_and_fetched_by_the_one_that_asked() {
    let desk = Desk::under(waiting()).await;
    let asks = desk.token(&[Scope::Issue], None).await;
    let approves = desk.token(&[Scope::Issue, Scope::Approve], None).await;
    let dry = json!({ "csr": csr(&["db.vault.internal"]), "dry_run": true });
    let planned = desk.post(&asks, "/api/v1/certificates", &dry).await;
    assert_eq!((planned.status, &document(&planned)["request"]), (StatusCode::OK, &Value::Null));
    let location = held(&desk, &asks).await;
    assert_eq!(desk.get(&asks, &location).await.status, StatusCode::ACCEPTED);
    let list = document(&desk.get(&approves, "/api/v1/requests").await);
    assert_eq!(list["requests"][0]["rules"], json!(["vault"]));
    assert_eq!(list["requests"].as_array().unwrap().len(), 1, "a dry run does not wait");
    assert_eq!(problem(&desk.get(&asks, "/api/v1/requests").await), (403, "scope".to_owned()));

    let why = agreed(&list["requests"][0]);
    let approve = format!("{location}/approve");
    assert_eq!(problem(&desk.post(&asks, &approve, &why).await), (403, "scope".to_owned()));
    for unclear in
        [json!({}), json!({ "reason": "as agreed" }), json!({ "plan": "x", "reason": "as agreed" })]
    {
        let reply = desk.post(&approves, &approve, &unclear).await;
        assert_eq!(problem(&reply), (400, "bad-request".to_owned()), "{unclear}");
    }
    let other = json!({ "plan": "0".repeat(64), "reason": "as agreed" });
    let reply = desk.post(&approves, &approve, &other).await;
    assert_eq!(problem(&reply), (409, "another-plan".to_owned()));
    assert!(document(&reply)["detail"].as_str().unwrap().contains(why["plan"].as_str().unwrap()));
    let reply = desk.post(&approves, &approve, &why).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    let told = document(&reply);
    assert_eq!((&told["state"], &told["reason"]), (&"approved".into(), &"as agreed".into()));
    let pem = [(ACCEPT, "application/pem-certificate-chain")];
    let fetched = desk.ask(&asks, Method::GET, &location, &pem, "").await;
    assert_eq!(fetched.status, StatusCode::OK);
    assert_eq!(fetched.content, told["chain"].as_str().unwrap());
    assert_eq!(told["chain"].as_str().unwrap().matches("BEGIN CERTIFICATE").count(), 2);
    assert_eq!(problem(&desk.post(&approves, &approve, &why).await), (409, "state".to_owned()));
}

#[tokio::test]
async fn a_request_is_denied_and_nobody_approves_their_own_or_sees_those_of_others() {
    let desk = Desk::under(waiting()).await;
    let asks = desk.token(&[Scope::Issue], None).await;
    let other = desk.token(&[Scope::Issue, Scope::Read, Scope::Revoke], None).await;
    let both = desk.token(&[Scope::Issue, Scope::Approve], None).await;
    let why = json!({ "reason": "not ours" });
    let own = held(&desk, &both).await;
    let approval = agreed(&document(&desk.get(&both, &own).await));
    let refused = desk.post(&both, &format!("{own}/approve"), &approval).await;
    assert_eq!(problem(&refused), (403, "own-request".to_owned()));

    let location = held(&desk, &asks).await;
    assert_eq!(problem(&desk.get(&other, &location).await), (404, "not-found".to_owned()));
    for nothing in ["/api/v1/requests/x", "/api/v1/requests/00000000000000000000000000000000"] {
        assert_eq!(problem(&desk.get(&both, nothing).await), (404, "not-found".to_owned()));
    }
    let reply = desk.post(&both, &format!("{location}/deny"), &why).await;
    assert_eq!((reply.status, &document(&reply)["state"]), (StatusCode::OK, &"denied".into()));
    let told = document(&desk.get(&asks, &location).await);
    assert_eq!((&told["state"], &told["reason"]), (&"denied".into(), &"not ours".into()));
    assert_eq!(told["chain"], Value::Null);
    let late = desk.post(&both, &format!("{location}/approve"), &agreed(&told)).await;
    assert_eq!(problem(&late), (409, "state".to_owned()));
}

#[tokio::test]
async fn a_request_whose_plan_has_changed_waits_again_and_says_how() {
    let mut desk = Desk::under(waiting()).await;
    let asks = desk.token(&[Scope::Issue], None).await;
    let approves = desk.token(&[Scope::Issue, Scope::Approve], None).await;
    let location = held(&desk, &asks).await;
    let issuer = Arc::clone(&desk.office.founded.intermediate);
    let config = ProfileConfig { default_days: 20, ..ProfileConfig::of("server").unwrap() };
    desk.api = Api::new(Asks {
        record: desk.office.record(),
        terms: terms(vec![(Profile::from_config(config).unwrap(), issuer)], waiting()),
        random: Arc::new(Counting::beginning_at(150)),
        crypto: Arc::new(AwsLc),
        clock: desk.office.clock(),
    });
    let seen = document(&desk.get(&approves, &location).await);
    let why = agreed(&seen);
    let approve = format!("{location}/approve");
    let changed = desk.post(&approves, &approve, &why).await;
    assert_eq!(problem(&changed), (409, "another-plan".to_owned()));
    let first = document(&changed)["differences"][0].clone();
    assert_eq!(
        (&first["before"]["issued"], &first["after"]["issued"]),
        (&"47 days".into(), &"20 days".into())
    );
    // Whoever has not looked again approves nothing.
    let unseen = desk.post(&approves, &approve, &why).await;
    assert_eq!(problem(&unseen), (409, "another-plan".to_owned()));
    let again = document(&desk.get(&approves, &location).await);
    assert_ne!(again["plan"], seen["plan"]);
    let reply = desk.post(&approves, &approve, &agreed(&again)).await;
    assert_eq!((reply.status, &document(&reply)["state"]), (StatusCode::OK, &"approved".into()), "{reply:?}");
}

#[tokio::test]
async fn what_was_asked_of_another_issuer_is_not_issued_by_this_one() {
    let mut desk = Desk::under(waiting()).await;
    let asks = desk.token(&[Scope::Issue], None).await;
    let approves = desk.token(&[Scope::Issue, Scope::Approve], None).await;
    let location = held(&desk, &asks).await;
    let seen = document(&desk.get(&approves, &location).await);
    let (asked, other) = (&desk.office.founded.intermediate, Arc::clone(&desk.office.founded.root));
    assert_eq!(seen["issuer"], asked.id().to_string());
    assert_eq!(seen["key_sha256"].as_str().unwrap().len(), 64);
    let config = ProfileConfig::of("server").unwrap();
    desk.api = Api::new(Asks {
        record: desk.office.record(),
        terms: terms(vec![(Profile::from_config(config).unwrap(), other)], waiting()),
        random: Arc::new(Counting::beginning_at(150)),
        crypto: Arc::new(AwsLc),
        clock: desk.office.clock(),
    });
    let refused = desk.post(&approves, &format!("{location}/approve"), &agreed(&seen)).await;
    assert_eq!(problem(&refused), (409, "state".to_owned()));
    assert!(document(&refused)["detail"].as_str().unwrap().contains(seen["issuer"].as_str().unwrap()));
    assert_eq!(document(&desk.get(&approves, &location).await), seen, "it waits as it did");
}

#[tokio::test]
async fn what_a_token_asked_for_that_was_revoked_since_is_not_approved() {
    let desk = Desk::under(waiting()).await;
    let asks = desk.token(&[Scope::Issue], None).await;
    let approves = desk.token(&[Scope::Issue, Scope::Approve], None).await;
    let location = held(&desk, &asks).await;
    let seen = document(&desk.get(&approves, &location).await);
    assert_eq!(seen["barred"], Value::Null);
    let id = authority::TokenSecret::parse(&asks).unwrap().id();
    let by = Warrant::ApprovedBy("a test".into());
    authority::token::revoke(id, &by, desk.office.now(), &*desk.office.record()).await.unwrap();
    let again = document(&desk.get(&approves, &location).await);
    assert!(again["barred"].as_str().unwrap().contains("revoked at"), "{again}");
    let refused = desk.post(&approves, &format!("{location}/approve"), &agreed(&seen)).await;
    assert_eq!(problem(&refused), (403, "refused".to_owned()));
    assert!(document(&refused)["detail"].as_str().unwrap().contains("revoked at"));
}

#[tokio::test]
async fn while_the_policy_is_not_known_nothing_is_issued_and_all_else_goes_on() {
    let mut desk = Desk::under(waiting()).await;
    let asks = desk.token(&[Scope::Issue, Scope::Read], None).await;
    let approves = desk.token(&[Scope::Approve], None).await;
    let location = held(&desk, &asks).await;
    let issuer = Arc::clone(&desk.office.founded.intermediate);
    let issuers = vec![(Profile::named("server").unwrap(), issuer)];
    let known = Arc::new(Terms { issuers, policy: waiting(), wait: Wait::default() });
    let wanted = json!({ "csr": csr(&["db.internal"]) });
    let approval = agreed(&document(&desk.get(&approves, &location).await));
    for (suspended, word) in [
        (Suspended::BeingWritten, "was written a moment ago"),
        (Suspended::Unreadable, "cannot be read"),
        (Suspended::Gone, "is gone"),
    ] {
        let in_force = InForce { terms: Arc::clone(&known), suspended: Some(suspended) };
        desk.api = Api::new(Asks {
            record: desk.office.record(),
            terms: Box::new(move |_| in_force.clone()),
            random: Arc::new(Counting::beginning_at(150)),
            crypto: Arc::new(AwsLc),
            clock: desk.office.clock(),
        });
        let approve = format!("{location}/approve");
        for refused in [
            desk.post(&asks, "/api/v1/certificates", &wanted).await,
            desk.post(&asks, "/api/v1/certificates?dry_run=true", &wanted).await,
            desk.post(&approves, &approve, &approval).await,
        ] {
            assert_eq!(problem(&refused), (503, "policy".to_owned()));
            assert_eq!(refused.header(&RETRY_AFTER), Some("2"));
            assert!(document(&refused)["detail"].as_str().unwrap().contains(word), "{refused:?}");
        }
        for read in ["/api/v1/profiles", "/api/v1/certificates"] {
            assert_eq!(desk.get(&asks, read).await.status, StatusCode::OK, "{read}");
        }
        assert_eq!(desk.get(&asks, &location).await.status, StatusCode::ACCEPTED);
    }
    let why = json!({ "reason": "not ours" });
    let denied = desk.post(&approves, &format!("{location}/deny"), &why).await;
    assert_eq!(denied.status, StatusCode::OK);
}

#[tokio::test]
async fn the_chain_of_a_request_stays_when_its_issuer_is_certified_below_another_root_too() {
    let desk = Desk::under(waiting()).await;
    let asks = desk.token(&[Scope::Issue], None).await;
    let approves = desk.token(&[Scope::Issue, Scope::Approve], None).await;
    let location = held(&desk, &asks).await;
    let why = agreed(&document(&desk.get(&approves, &location).await));
    let approved = document(&desk.post(&approves, &format!("{location}/approve"), &why).await);
    let (now, record) = (desk.office.now(), desk.office.record());
    let key = FoundingKey {
        signer: Arc::new(PrivateKey::generate(KeyKind::P256).unwrap()),
        location: "other".into(),
    };
    let constraints = Constraints::unconstrained();
    let root = FurtherRoot { organization: Some("Other".into()), constraints, key, base_url: None };
    let above = root.commit(now, &*record, &Counting::beginning_at(170), &AwsLc).await.unwrap();
    let issuer = Arc::clone(&desk.office.founded.intermediate);
    let cross = CrossCertification { issuer, location: "issuing".into(), above };
    cross.commit(now, &*record, &Counting::beginning_at(190), &AwsLc).await.unwrap();
    let fetched = document(&desk.get(&asks, &location).await);
    assert_eq!((&fetched["state"], &fetched["chain"]), (&"approved".into(), &approved["chain"]));
}
