// SPDX-License-Identifier: MIT OR Apache-2.0
//! The listeners at work, until they are told to stop.

use std::sync::Arc;

use files::Files;
use http::{Drained, Listener};
use tls::{Resolver, WEB, server_config};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::descriptors;
use crate::failure::Failure;
use crate::runtime::Shutdown;
use crate::ui::Ui;

/// Servers that run.
#[derive(Debug)]
pub(crate) struct Serving {
    tasks: JoinSet<Drained>,
    stop: watch::Sender<()>,
}

impl Serving {
    /// Serves `files` on every listener with what `resolver` holds; without one, over plain HTTP.
    pub(crate) fn start(
        listeners: Vec<Listener>,
        files: &Files,
        resolver: Option<&Arc<Resolver>>,
    ) -> Result<Self, Failure> {
        let config = resolver
            .map(|resolver| server_config(Arc::clone(resolver), WEB))
            .transpose()
            .map_err(|error| Failure::could_not("cannot set TLS up").because(&error))?;
        let limits = descriptors::limits();
        let (stop, stopped) = watch::channel(());
        let mut tasks = JoinSet::new();
        for listener in listeners {
            let mut stopped = stopped.clone();
            let (service, limits) = (files.clone(), limits.clone());
            let listener = match &config {
                Some(config) => listener.with_tls(Arc::clone(config)),
                None => listener,
            };
            tasks.spawn(async move {
                let shutdown = async move {
                    // Also when the sender is gone.
                    let _ = stopped.changed().await;
                };
                listener.serve(service, limits, shutdown).await
            });
        }
        Ok(Self { tasks, stop })
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
