// SPDX-License-Identifier: MIT OR Apache-2.0
//! Servers under measurement: started, watched through /proc, and ended.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;

use crate::client;

/// What one start cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    /// From the call that starts the process to the first byte of its first answer.
    pub first_answer: Duration,
    /// Processor time that the server used until then, in clock ticks of 10 ms.
    pub processor: Duration,
    /// Resident memory once it has been idle, in KiB.
    pub idle_memory: u64,
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    Ok(listener.local_addr().map_err(|error| error.to_string())?.port())
}

/// The release build of the product, beside this program's own.
pub(crate) fn binary() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let candidates =
        own.ancestors().flat_map(|folder| [folder.join("chancery"), folder.join("release/chancery")]);
    let release =
        candidates.into_iter().find(|path| path.is_file() && path.to_string_lossy().contains("release"));
    release.ok_or_else(|| "no release build of chancery: run `cargo build --release` first".to_owned())
}

/// Where there may be a Python with the packages of the peers: the first on the path, and the one that `cargo xtask
/// setup` makes.
pub(crate) fn pythons() -> Vec<PathBuf> {
    let own = std::env::current_exe().unwrap_or_default();
    let made = own.ancestors().map(|folder| folder.join("peers/pkilint/bin/python3"));
    std::iter::once(PathBuf::from("python3")).chain(made.filter(|path| path.is_file())).collect()
}

/// Starts `command`, waits for its first answer, lets it rest, reads its memory, and ends it.
pub(crate) fn measure(
    mut command: Command,
    client: &Arc<ClientConfig>,
    address: SocketAddr,
    path: &str,
) -> Result<Start, String> {
    let began = Instant::now();
    let mut child = Running::start(&mut command)?;
    while client::ask(client, address, path).is_none() {
        if began.elapsed() > Duration::from_secs(20) {
            return Err(format!("{} did not answer within 20 s", command.get_program().display()));
        }
        if let Ok(Some(status)) = child.0.try_wait() {
            return Err(format!("{} ended at once: {status}", command.get_program().display()));
        }
        rest(Duration::from_micros(200));
    }
    let first_answer = began.elapsed();
    let processor = child.processor_time()?;
    rest(Duration::from_secs(1));
    let idle_memory = child.resident_kib()?;
    Ok(Start { first_answer, processor, idle_memory })
}

#[expect(clippy::disallowed_methods, reason = "a measurement waits for the server it measures")]
pub(crate) fn rest(span: Duration) {
    std::thread::sleep(span);
}

/// A child that is killed when the measurement is over.
pub(crate) struct Running(Child);

impl Running {
    /// Starts it, without streams.
    pub(crate) fn start(command: &mut Command) -> Result<Self, String> {
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        spawned.map(Self).map_err(|error| format!("{}: {error}", command.get_program().display()))
    }

    fn proc_file(&self, name: &str) -> Result<String, String> {
        let path = format!("/proc/{}/{name}", self.0.id());
        std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))
    }

    pub(crate) fn processor_time(&self) -> Result<Duration, String> {
        // The first field of schedstat: nanoseconds on a processor, of the main thread alone; so
        // every thread is asked.
        let tasks = format!("/proc/{}/task", self.0.id());
        let entries = std::fs::read_dir(&tasks).map_err(|error| format!("{tasks}: {error}"))?;
        let nanoseconds: u64 = entries
            .filter_map(Result::ok)
            .filter_map(|entry| std::fs::read_to_string(entry.path().join("schedstat")).ok())
            .filter_map(|text| text.split_whitespace().next().and_then(|field| field.parse::<u64>().ok()))
            .sum();
        Ok(Duration::from_nanos(nanoseconds))
    }

    fn resident_kib(&self) -> Result<u64, String> {
        let status = self.proc_file("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|text| text.split_whitespace().next()?.parse().ok())
            .ok_or_else(|| "no VmRSS".to_owned())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _already_gone = self.0.kill();
        let _status = self.0.wait();
    }
}
