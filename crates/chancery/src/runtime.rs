// SPDX-License-Identifier: MIT OR Apache-2.0
//! The Tokio runtime of the verbs that open sockets, and the signals that end them.

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// A runtime with a thread for each processor.
pub(crate) fn start() -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::could_not("cannot start the runtime").because(&error))
}

/// Ctrl-C and the supervisor's request to stop, listened for from the moment this is made.
#[derive(Debug)]
pub(crate) struct Shutdown {
    interrupt: Signal,
    terminate: Signal,
}

impl Shutdown {
    /// Listens from now on. Needs a runtime.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind).map_err(|error| Failure::could_not("cannot listen for signals").because(&error))
        };
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// Returns at the next SIGINT or SIGTERM, with its name.
    pub(crate) async fn requested(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}

/// Ctrl-C and the supervisor's request to stop, put off while something is done that must be whole or not at all.
#[derive(Debug)]
pub(crate) struct Deferred {
    shutdown: Shutdown,
    runtime: Runtime,
}

impl Deferred {
    /// Puts them off from now on.
    pub(crate) fn start() -> Result<Self, Failure> {
        // A thread of its own sees the signals come.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime =
            runtime.map_err(|error| Failure::could_not("cannot start the runtime").because(&error))?;
        let shutdown = runtime.block_on(async { Shutdown::listen() })?;
        Ok(Self { shutdown, runtime })
    }

    /// Refuses to go on where somebody has asked to stop: what was done is to be undone.
    pub(crate) fn require_unasked(&mut self) -> Result<(), Failure> {
        let shutdown = &mut self.shutdown;
        let asked = self.runtime.block_on(async {
            tokio::select! {
                biased;
                signal = shutdown.requested() => Some(signal),
                () = std::future::ready(()) => None,
            }
        });
        match asked {
            None => Ok(()),
            Some(signal) => Err(Failure::could_not(format!("interrupted ({signal}): nothing was changed"))),
        }
    }
}
