// SPDX-License-Identifier: MIT OR Apache-2.0
//! The listeners at work, until they are told to stop.

use std::sync::Arc;

use bytes::Bytes;
use http::{Drained, Limits, Listener};
use hyper::body::{Body, Incoming};
use hyper::service::Service;
use hyper::{Request, Response};
use tls::{Resolver, WEB, server_config, server_config_asking};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::failure::Failure;
use crate::runtime::Shutdown;
use crate::ui::Ui;

/// Servers that run.
#[derive(Debug)]
pub(crate) struct Serving {
    tasks: JoinSet<Drained>,
    stop: watch::Sender<()>,
}

/// What protects the connections of a listener.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Over<'a> {
    /// Nothing: plain HTTP.
    Plain,
    /// TLS, with what this one holds.
    Tls(&'a Arc<Resolver>),
    /// The same, and callers may show certificates too.
    TlsAsking(&'a Arc<Resolver>),
}

impl Serving {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self { tasks: JoinSet::new(), stop: watch::channel(()).0 }
    }

    /// Serves `service` on every listener.
    pub(crate) fn add<S, B>(
        &mut self,
        listeners: Vec<Listener>,
        service: &S,
        limits: &Limits,
        over: Over<'_>,
    ) -> Result<(), Failure>
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: std::fmt::Display,
        S::Future: Send + 'static,
        B: Body<Data = Bytes> + Unpin + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let config = match over {
            Over::Plain => None,
            Over::Tls(resolver) => Some(server_config(Arc::clone(resolver), WEB)),
            Over::TlsAsking(resolver) => Some(server_config_asking(Arc::clone(resolver), WEB)),
        };
        let config = config.transpose();
        let config = config.map_err(|error| Failure::could_not("cannot set TLS up").because(&error))?;
        for listener in listeners {
            let mut stopped = self.stop.subscribe();
            let (service, limits) = (service.clone(), limits.clone());
            let listener = match &config {
                Some(config) => listener.with_tls(Arc::clone(config)),
                None => listener,
            };
            self.tasks.spawn(async move {
                let shutdown = async move {
                    // Also when the sender is gone.
                    let _ = stopped.changed().await;
                };
                listener.serve(service, limits, shutdown).await
            });
        }
        Ok(())
    }

    /// Ends at `signal`: lets nobody new in and those inside finish, and tells how it went. A second signal
    /// stops at once.
    pub(crate) async fn end(self, signal: &str, shutdown: &mut Shutdown, ui: &mut Ui) -> Result<(), Failure> {
        ui.event(&format!("{signal}: letting the last callers finish; once more stops at once"))?;
        tokio::select! {
            cut = self.drain() => ui.event(&match cut {
                0 => "stopped".to_owned(),
                1 => "stopped; one caller was cut off".to_owned(),
                cut => format!("stopped; {cut} callers were cut off"),
            }),
            _ = shutdown.requested() => ui.event("stopped at once: whoever was still served is cut off"),
        }
    }

    /// Lets nobody new in, lets those inside finish, and says how many had to be cut off.
    async fn drain(mut self) -> usize {
        drop(self.stop);
        let mut cut = 0;
        while let Some(ended) = self.tasks.join_next().await {
            cut += ended.map_or(0, |drained| drained.cut);
        }
        cut
    }
}
