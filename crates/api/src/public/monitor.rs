// SPDX-License-Identifier: MIT OR Apache-2.0
//! What whoever keeps watch may ask: on a listener of its own, since how much is issued is nobody else's business.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use authority::RecordError;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Body;
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};

use super::reply::text;
use super::{Public, Shared, method_not_allowed};
use crate::metrics::{Measured, Metrics, OPENMETRICS, WINDOWS};
use crate::wire;

/// `/metrics` and `/health`. Cloning it shares everything.
#[derive(Clone)]
pub struct Monitor {
    shared: Arc<Shared>,
    metrics: Arc<Metrics>,
}

impl Public {
    /// The service that tells of this one, and of what is counted.
    #[must_use]
    pub fn monitor(&self, metrics: Arc<Metrics>) -> Monitor {
        Monitor { shared: Arc::clone(&self.0), metrics }
    }
}

impl Monitor {
    async fn route<B>(&self, request: &Parts, _body: B) -> Response<Full<Bytes>>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        if request.method != Method::GET && request.method != Method::HEAD {
            return method_not_allowed("GET, HEAD");
        }
        match request.uri.path() {
            "/metrics" => self.metrics().await,
            "/health" => self.shared.health().await,
            _ => text(StatusCode::NOT_FOUND, "there are /metrics and /health here\n".to_owned()),
        }
    }

    async fn metrics(&self) -> Response<Full<Bytes>> {
        match self.measured().await {
            Ok(measured) => wire::content(OPENMETRICS, self.metrics.page(measured).into()),
            Err(error) => {
                text(StatusCode::SERVICE_UNAVAILABLE, format!("the record does not answer: {error}\n"))
            }
        }
    }

    async fn measured(&self) -> Result<Measured, RecordError> {
        let (now, record) = ((self.shared.clock)().now, &self.shared.record);
        let mut expiring = Vec::new();
        for window in WINDOWS {
            expiring.push((window, record.count_expiring(now, now.plus(window.duration())).await?));
        }
        let batches = record.head().await?.number;
        Ok(Measured { now, lists: self.shared.board().listed(), expiring, batches })
    }
}

wire::service!(Monitor);

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").field("metrics", &self.metrics).finish_non_exhaustive()
    }
}
