// SPDX-License-Identifier: MIT OR Apache-2.0
//! The certificate's files, looked at again and again: what they hold anew is shown from then on, once it
//! has passed every check.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tls::Resolver;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::import::Source;
use crate::clock::Clock;
use crate::failure::Failure;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Keeps a resolver up to date with two files.
#[derive(Debug)]
pub(crate) struct Watch {
    source: Arc<Source>,
    names: Arc<[String]>,
    resolver: Arc<Resolver>,
    clock: Clock,
    /// As they were when they were last loaded.
    loaded: Stamp,
    /// As they were at the last look.
    seen: Stamp,
    looks: Interval,
    hang_up: Signal,
}

/// What changes when a file does, or when another takes its name.
type Stamp = [Option<[i128; 5]>; 2];

impl Watch {
    /// Watches from now on. Needs a runtime.
    pub(crate) fn new(
        source: Source,
        names: Vec<String>,
        resolver: Arc<Resolver>,
        clock: Clock,
    ) -> Result<Self, Failure> {
        let stamp = stamp(&source);
        let mut looks = interval(EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let hang_up = signal(SignalKind::hangup())
            .map_err(|error| Failure::could_not("cannot listen for signals").because(&error))?;
        let (source, names) = (Arc::new(source), names.into());
        Ok(Self { source, names, resolver, clock, loaded: stamp, seen: stamp, looks, hang_up })
    }

    /// Goes on until it is dropped. SIGHUP loads at once, whether the files have changed or not.
    pub(crate) async fn run(mut self) -> std::convert::Infallible {
        loop {
            let asked = tokio::select! {
                _ = self.looks.tick() => false,
                _ = self.hang_up.recv() => true,
            };
            let now = stamp(&self.source);
            // Two files are not changed in one step: wait until both have been left alone.
            let settled = now == self.seen && now != self.loaded;
            self.seen = now;
            if asked || settled {
                self.loaded = now;
                self.load().await;
            }
        }
    }

    async fn load(&self) {
        let (source, names, clock) = (Arc::clone(&self.source), Arc::clone(&self.names), self.clock.clone());
        let loading = tokio::task::spawn_blocking(move || source.load(&names, clock.now()));
        let imported = match loading.await {
            Ok(Ok(imported)) => imported,
            Ok(Err(failure)) => return keep(&failure),
            Err(error) => return tracing::error!(%error, "the certificate's files could not be read"),
        };
        for remark in &imported.remarks {
            tracing::warn!("{remark}");
        }
        let before = self.resolver.swap(imported.credentials);
        if before.leaf() != self.resolver.current().leaf() {
            tracing::info!("a new certificate is in use: valid until {}", imported.until);
        }
    }
}

fn keep(failure: &Failure) {
    let causes: String = failure.causes.iter().map(|cause| format!(": {cause}")).collect();
    tracing::warn!(
        "the certificate's files have changed, but {}{causes}; the old one stays in use",
        failure.message
    );
}

fn stamp(source: &Source) -> Stamp {
    let of = |path: &Path| {
        let found = fs::metadata(path).ok()?;
        let (size, ino, dev) = (i128::from(found.size()), i128::from(found.ino()), i128::from(found.dev()));
        Some([dev, ino, size, i128::from(found.mtime()), i128::from(found.mtime_nsec())])
    };
    [of(&source.chain), of(&source.key)]
}
