// SPDX-License-Identifier: MIT OR Apache-2.0
//! What stands between hyper and the service: the peer and the request's id go in; a panic, an error or a late answer
//! comes out as a response; and the connection's [`Activity`] learns when the request is over.

use std::convert::Infallible;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue};
use hyper::service::Service;
use hyper::{Request, Response, StatusCode, Version};

use crate::activity::{Activity, InFlight};
use crate::backlog::{Backlog, Share};
use crate::peer::{Certificates, Peer};
use crate::request_id::{REQUEST_ID, RequestId, RequestIds};

/// A service as one connection sees it.
#[derive(Debug)]
pub(crate) struct Guarded<S> {
    pub(crate) service: Arc<S>,
    pub(crate) peer: Peer,
    /// What the caller has shown of itself.
    pub(crate) certificates: Option<Certificates>,
    pub(crate) activity: Arc<Activity>,
    pub(crate) ids: RequestIds,
    /// Of HTTP/2 alone.
    pub(crate) backlog: Option<Arc<Backlog>>,
    pub(crate) time_out: Option<Duration>,
}

/// A response's body; the request is in flight until it is dropped.
#[derive(Debug)]
pub(crate) struct Answer<B> {
    content: Content<B>,
    share: Option<Share>,
    _in_flight: InFlight,
}

#[derive(Debug)]
enum Content<B> {
    Theirs(B),
    Ours(Full<Bytes>),
}

/// Why the service's own answer is not what is sent.
enum Failed<E> {
    Error(E),
    Panicked,
    Late,
    Hostless,
}

impl<S, B> Service<Request<Incoming>> for Guarded<S>
where
    S: Service<Request<Incoming>, Response = Response<B>>,
    S::Error: Display,
    S::Future: Send + 'static,
{
    type Response = Response<Answer<B>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let in_flight = self.activity.request(!request.body().is_end_stream());
        let (peer, id, time_out) = (self.peer, self.ids.draw(), self.time_out);
        request.extensions_mut().insert(peer);
        if let Some(certificates) = &self.certificates {
            request.extensions_mut().insert(certificates.clone());
        }
        request.extensions_mut().insert(id);
        let share = self.backlog.as_ref().map(Backlog::share);
        let has_host = !is_without_host(&request);
        // A service that panics while it makes its future is caught too.
        let future = has_host.then(|| catch_unwind(AssertUnwindSafe(|| self.service.call(request))));
        Box::pin(async move {
            let outcome = match future {
                Some(Ok(future)) => bounded(future, time_out).await,
                Some(Err(_panic)) => Err(Failed::Panicked),
                None => Err(Failed::Hostless),
            };
            let mut response = outcome.map_or_else(
                |failed| excuse(&failed, peer, id).map(Content::Ours),
                |response| response.map(Content::Theirs),
            );
            if let Some(value) = id.value() {
                response.headers_mut().insert(REQUEST_ID, value);
            }
            Ok(response.map(|content| Answer { content, share, _in_flight: in_flight }))
        })
    }
}

/// Whether a request of HTTP/1.1 does not say whom it is for, or says it twice (RFC 9112 §3.2).
fn is_without_host(request: &Request<Incoming>) -> bool {
    request.version() == Version::HTTP_11 && request.headers().get_all(HOST).iter().count() != 1
}

/// The service's answer, unless it panics, fails or is late.
async fn bounded<F, T, E>(future: F, time_out: Option<Duration>) -> Result<T, Failed<E>>
where
    F: Future<Output = Result<T, E>>,
{
    let mut future = pin!(future);
    let caught =
        std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll.map_err(Failed::Error),
            Err(_panic) => Poll::Ready(Err(Failed::Panicked)),
        });
    match time_out {
        None => caught.await,
        Some(limit) => tokio::time::timeout(limit, caught).await.unwrap_or(Err(Failed::Late)),
    }
}

/// What the caller is told instead. The reason goes to the log: it is not the caller's.
fn excuse<E: Display>(failed: &Failed<E>, peer: Peer, request: RequestId) -> Response<Full<Bytes>> {
    let (status, words) = match failed {
        Failed::Error(error) => {
            tracing::error!(peer = %peer.address, %request, %error, "the handler failed");
            (StatusCode::INTERNAL_SERVER_ERROR, "the server failed to answer this request\n")
        }
        Failed::Panicked => {
            tracing::error!(peer = %peer.address, %request, "the handler panicked");
            (StatusCode::INTERNAL_SERVER_ERROR, "the server failed to answer this request\n")
        }
        // The caller's own mistake.
        Failed::Hostless => {
            (StatusCode::BAD_REQUEST, "a request of HTTP/1.1 names its host, once (RFC 9112, section 3.2)\n")
        }
        Failed::Late => {
            tracing::warn!(peer = %peer.address, %request, "the handler was late");
            (StatusCode::SERVICE_UNAVAILABLE, "the server took too long to answer this request\n")
        }
    };
    let mut response = Response::new(Full::new(Bytes::from_static(words.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

impl<B: Body<Data = Bytes> + Unpin> Body for Answer<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = &mut *self;
        if let Some(share) = &this.share {
            ready!(share.poll_room(cx));
        }
        let frame = match &mut this.content {
            Content::Theirs(body) => Pin::new(body).poll_frame(cx),
            Content::Ours(body) => Pin::new(body).poll_frame(cx).map_err(|never| match never {}),
        };
        let Some(share) = &this.share else { return frame };
        frame.map_ok(|frame| frame.map_data(|bytes| share.hold(bytes)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Theirs(body) => body.is_end_stream(),
            Content::Ours(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Theirs(body) => body.size_hint(),
            Content::Ours(body) => body.size_hint(),
        }
    }
}
