// SPDX-License-Identifier: MIT OR Apache-2.0
//! What anybody may ask.

mod board;
mod monitor;
mod ocsp;
mod reply;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use authority::{Record, publication};
use bytes::Bytes;
use http::Limits;
use http_body_util::Full;
use hyper::body::Body;
use hyper::header::{ALLOW, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use parking_lot::RwLock;
use status::{Moment, OcspAnswer, Responder};

use crate::wire;

pub use board::Board;
pub use monitor::Monitor;
use reply::{Fresh, Media, text};

/// How long a request may take, its body included: the largest is small.
const REQUEST: Duration = Duration::from_secs(10);

/// Tells what time it is.
type Clock = Box<dyn Fn() -> Moment + Send + Sync>;

/// CRLs, OCSP and the certificates of issuers, over HTTP. Cloning it shares everything.
#[derive(Clone)]
pub struct Public(Arc<Shared>);

struct Shared {
    /// Exchanged as a whole: no request sees half of it.
    given: RwLock<Given>,
    record: Arc<dyn Record>,
    clock: Clock,
}

/// What is posted, and who answers, for the same issuers.
struct Given {
    board: Arc<Board>,
    responder: Arc<Responder>,
}

/// What a listener of this service grants its callers: requests that are small and soon over.
#[must_use]
pub fn limits(limits: Limits) -> Limits {
    let mut limits = limits;
    limits.request = Some(REQUEST);
    limits.stall = limits.stall.min(REQUEST);
    limits
}

impl Public {
    /// Gives what is posted on the board, and asks the responder.
    #[must_use]
    pub fn new(
        board: Arc<Board>,
        responder: Arc<Responder>,
        record: Arc<dyn Record>,
        clock: impl Fn() -> Moment + Send + Sync + 'static,
    ) -> Self {
        let given = RwLock::new(Given { board, responder });
        Self(Arc::new(Shared { given, record, clock: Box::new(clock) }))
    }

    /// Gives what is posted on this board from now on, and asks this responder: there are other issuers. A request that has
    /// begun is answered as before.
    pub fn exchange(&self, board: Arc<Board>, responder: Arc<Responder>) {
        *self.0.given.write() = Given { board, responder };
    }

    async fn route<B>(&self, request: &Parts, body: B) -> Response<Full<Bytes>>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        // To HEAD the listener sends the head alone.
        self.0.route(request, body).await
    }
}

impl Shared {
    fn responder(&self) -> Arc<Responder> {
        Arc::clone(&self.given.read().responder)
    }

    fn board(&self) -> Arc<Board> {
        Arc::clone(&self.given.read().board)
    }

    async fn route<B>(&self, request: &Parts, body: B) -> Response<Full<Bytes>>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let is_read = request.method == Method::GET || request.method == Method::HEAD;
        let path = request.uri.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        if let Some(asked) = path.strip_prefix(publication::OCSP) {
            let now = (self.clock)();
            match (asked.strip_prefix('/'), is_read) {
                (Some(encoded), true) if !encoded.is_empty() => {
                    return self.ocsp_get(request, encoded, now).await;
                }
                (None | Some(""), false) if request.method == Method::POST && asked.len() < 2 => {
                    return self.ocsp_post(request, body, now).await;
                }
                (None, _) if !asked.is_empty() => return not_found(),
                _ => return method_not_allowed("GET, HEAD, POST"),
            }
        }
        let found = match path {
            "" => text(StatusCode::OK, self.board().in_words()),
            "health" => self.health().await,
            _ => {
                let Some(posted) = self.board().find(path) else { return not_found() };
                posted.reply(request, (self.clock)().now)
            }
        };
        if is_read { found } else { method_not_allowed("GET, HEAD") }
    }

    /// Whether the record answers, and every CRL is one that clients may still rely on.
    async fn health(&self) -> Response<Full<Bytes>> {
        let mut wrong = self.board().overdue((self.clock)());
        if let Err(error) = self.record.head().await {
            wrong.push(format!("the record does not answer: {error}"));
        }
        match wrong.is_empty() {
            true => text(StatusCode::OK, "ok\n".to_owned()),
            false => text(StatusCode::SERVICE_UNAVAILABLE, wrong.join("\n") + "\n"),
        }
    }

    async fn ocsp_post<B>(&self, request: &Parts, body: B, now: Moment) -> Response<Full<Bytes>>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        match ocsp::read(body).await {
            Ok(asked) => given(self.ocsp(request, &asked, now).await),
            Err(refused) => refused,
        }
    }

    /// Through caches, where the answer is for anybody (RFC 5019 §6).
    async fn ocsp_get(&self, request: &Parts, encoded: &str, now: Moment) -> Response<Full<Bytes>> {
        // What is no base64 is no request either.
        let asked = ocsp::decode(encoded).unwrap_or_default();
        let answer = self.ocsp(request, &asked, now).await;
        match answer.reusable.map(|reusable| Fresh::of_answer(reusable, &answer.der)) {
            Some(fresh) => fresh.reply(request, now.now, given(answer)),
            None => given(answer),
        }
    }

    async fn ocsp(&self, request: &Parts, asked: &[u8], now: Moment) -> OcspAnswer {
        self.responder().answer(asked, now, &*self.record).await.unwrap_or_else(|error| {
            let request = wire::request_id(request).map(tracing::field::display);
            tracing::error!(request, error = %chain(&error), "an OCSP request could not be answered");
            Responder::failed()
        })
    }
}

fn given(answer: OcspAnswer) -> Response<Full<Bytes>> {
    reply::content(Media::OcspResponse, Bytes::from_owner(answer.der))
}

wire::service!(Public);

impl fmt::Debug for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Public").field("board", &self.0.board()).finish_non_exhaustive()
    }
}

/// An error and its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn not_found() -> Response<Full<Bytes>> {
    text(StatusCode::NOT_FOUND, "there is nothing here; / lists what there is\n".to_owned())
}

fn method_not_allowed(allowed: &'static str) -> Response<Full<Bytes>> {
    let mut response =
        text(StatusCode::METHOD_NOT_ALLOWED, format!("this can be asked with {allowed} alone\n"));
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}
