// SPDX-License-Identifier: MIT OR Apache-2.0
//! What both services have in common: content of which nobody keeps a copy, and bodies that have an end.

use std::error::Error;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::Response;
use hyper::body::Body;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::http::request::Parts;

/// Makes a type that can be cloned, and has `async fn route(&self, &Parts, body) -> Response`, a service that tells of
/// each request.
macro_rules! service {
    ($service:ty) => {
        impl<B> hyper::service::Service<hyper::Request<B>> for $service
        where
            B: hyper::body::Body<Data = bytes::Bytes> + Send + 'static,
            B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        {
            type Response = hyper::Response<http_body_util::Full<bytes::Bytes>>;
            type Error = std::convert::Infallible;
            type Future = std::pin::Pin<
                Box<dyn std::future::Future<Output = Result<Self::Response, Self::Error>> + Send>,
            >;

            fn call(&self, request: hyper::Request<B>) -> Self::Future {
                let service = self.clone();
                Box::pin(async move {
                    let (request, body) = request.into_parts();
                    let response = service.route(&request, body).await;
                    http::access::tell(&request, response.status());
                    Ok(response)
                })
            }
        }
    };
}
pub(crate) use service;

/// By what the log and the caller mean the same request.
pub(crate) fn request_id(request: &Parts) -> Option<http::RequestId> {
    request.extensions.get().copied()
}

/// Content of which no cache keeps a copy, unless it is told more.
pub(crate) fn content(media_type: &'static str, content: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(content));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is larger than it may be.
    TooLarge,
    /// It did not come whole.
    Cut,
}

/// A body, whole, of at most `most` octets.
pub(crate) async fn read<B>(body: B, most: usize) -> Result<Bytes, Unread>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    match Limited::new(body, most).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Err(_) => Err(Unread::Cut),
    }
}
