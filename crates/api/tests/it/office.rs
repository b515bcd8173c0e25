// SPDX-License-Identifier: MIT OR Apache-2.0
//! An authority that publishes: its root has issued one certificate, that of the intermediate.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::Duration;

use api::{Board, Public};
use authority::founding::{Founding, FoundingKey};
use authority::{
    Constraints, Founded, Issuer, RandomError, RandomSource, Record, Revocation, Warrant, publication,
};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::header::{HeaderMap, HeaderName};
use hyper::service::Service;
use hyper::{Method, Request, Response, StatusCode};
use keys::{AwsLc, KeyKind, PrivateKey};
use status::{Crl, Lifetime, Moment, Publisher, Responder, Settings, request_for};
use store::Sqlite;
use tempfile::TempDir;
use x509::ext::{OcspNonce, ReasonCode};
use x509::{Certificate, Time};

#[derive(Default)]
pub struct Counting(AtomicU8);

impl Counting {
    pub fn beginning_at(first: u8) -> Self {
        Self(AtomicU8::new(first))
    }
}

impl RandomSource for Counting {
    fn fill(&self, octets: &mut [u8]) -> Result<(), RandomError> {
        octets.fill(self.0.fetch_add(1, Ordering::SeqCst));
        Ok(())
    }
}

pub const DAY: u64 = 86_400;

/// Seconds of Unix time: 2026-11-22T10:00:00Z.
pub const START: i64 = 1_795_341_600;

pub struct Office {
    pub founded: Founded,
    pub public: Public,
    pub board: Arc<Board>,
    clock: Arc<AtomicI64>,
    record: Arc<Sqlite>,
    publishers: [Publisher; 2],
    _folder: TempDir,
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub content: Bytes,
}

impl Reply {
    /// What a service says to a request.
    pub async fn of<S>(service: &S, request: Request<Full<Bytes>>) -> Self
    where
        S: Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>, Error = Infallible>,
    {
        let Ok(response) = service.call(request).await;
        let (parts, body) = response.into_parts();
        let content = body.collect().await.unwrap().to_bytes();
        Self { status: parts.status, headers: parts.headers, content }
    }

    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Office {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let record = Sqlite::create(&folder.path().join("authority.db"), Arc::new(AwsLc)).unwrap();
        let record = Arc::new(record);
        let key = |name: &str| FoundingKey {
            signer: Arc::new(PrivateKey::generate(KeyKind::P256).unwrap()),
            location: name.to_owned(),
        };
        let founding = Founding::new(None, Constraints::unconstrained(), key("root"), key("issuing"));
        let random = Counting::default();
        let founded = founding.found(Time::from_unix(START), &*record, &random, &AwsLc).await.unwrap();
        let issuers = [Arc::clone(&founded.root), Arc::clone(&founded.intermediate)];
        let board = Arc::new(Board::new(&issuers));
        let responder = Responder::new(&issuers, Settings::default(), Arc::new(AwsLc)).unwrap().into();
        let clock = Arc::new(AtomicI64::new(START));
        let moment = {
            let clock = Arc::clone(&clock);
            move || {
                let now = clock.load(Ordering::SeqCst);
                let uptime = Duration::from_secs(now.abs_diff(START));
                Moment { now: Time::from_unix(now), uptime }
            }
        };
        let public = Public::new(Arc::clone(&board), responder, Arc::clone(&record) as _, moment);
        let lifetime = Lifetime(Duration::from_secs(31 * DAY));
        let publishers = issuers.map(|issuer| Publisher::new(issuer, lifetime));
        Self { founded, public, board, clock, record, publishers, _folder: folder }
    }

    pub fn root(&self) -> &Arc<Issuer> {
        &self.founded.root
    }

    /// Lets so much time pass.
    pub fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn now(&self) -> Time {
        Time::from_unix(self.clock.load(Ordering::SeqCst))
    }

    /// Publishes the next CRL of each issuer, if it is time; the root's.
    pub async fn publish(&mut self) -> Option<Arc<Crl>> {
        let (now, root) = (self.now(), self.founded.root.id());
        let mut roots = None;
        for publisher in &mut self.publishers {
            let made = publisher.publish(now, &*self.record, &AwsLc).await.unwrap();
            if let Some(crl) = &made {
                self.board.post(publisher.issuer().id(), crl);
            }
            roots = if publisher.issuer().id() == root { made } else { roots };
        }
        roots
    }

    /// Takes the intermediate's certificate back.
    pub async fn revoke(&self) {
        let intermediate = Certificate::parse(self.founded.intermediate.certificate()).unwrap();
        let revocation = Revocation {
            issuer: self.root().id(),
            serial: intermediate.tbs().serial().magnitude().to_vec(),
            reason: ReasonCode::KeyCompromise,
            invalid_from: None,
            warrant: Warrant::ApprovedBy("a test".into()),
        };
        revocation.commit(self.now(), &*self.record as &dyn Record).await.unwrap();
    }

    /// The OCSP request about the intermediate.
    pub fn asked(&self, nonce: Option<&[u8]>) -> Vec<u8> {
        let issuers = [Arc::clone(self.root())];
        let nonce = nonce.and_then(OcspNonce::new);
        request_for(self.founded.intermediate.certificate(), &issuers, nonce, &AwsLc).unwrap().unwrap()
    }

    pub fn crl_path(&self) -> String {
        format!("/{}", publication::crl(self.root().id()))
    }

    pub async fn ask(&self, request: Request<Full<Bytes>>) -> Reply {
        Reply::of(&self.public, request).await
    }

    pub fn record(&self) -> Arc<Sqlite> {
        Arc::clone(&self.record)
    }

    /// Tells the office's time.
    pub fn clock(&self) -> Box<dyn Fn() -> Time + Send + Sync> {
        let clock = Arc::clone(&self.clock);
        Box::new(move || Time::from_unix(clock.load(Ordering::SeqCst)))
    }

    pub async fn get(&self, path: &str, headers: &[(HeaderName, &str)]) -> Reply {
        self.ask(request(Method::GET, path, headers, Bytes::new())).await
    }

    pub async fn post(&self, path: &str, content: impl Into<Bytes>) -> Reply {
        self.ask(request(Method::POST, path, &[], content)).await
    }
}

pub fn request(
    method: Method,
    path: &str,
    headers: &[(HeaderName, &str)],
    content: impl Into<Bytes>,
) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    request.body(Full::new(content.into())).unwrap()
}
