// SPDX-License-Identifier: MIT OR Apache-2.0
//! OpenSSL and Go: programs of their own, which run for as long as a line on their standard input says.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::hierarchy::Hierarchy;
use super::{AT, HOST};
use crate::cpu::Slice;
use crate::race::Contestant;
use crate::scratch::Scratch;

/// The peers that this machine can build.
pub(crate) struct Peers {
    pub programs: Vec<Peer>,
    /// A line for each that it cannot.
    pub skipped: Vec<String>,
}

/// A program that judges chains.
pub(crate) struct Peer {
    name: &'static str,
    program: PathBuf,
}

/// Builds them.
pub(crate) fn built(scratch: &Scratch) -> Result<Peers, String> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    let mut peers = Peers { programs: Vec::new(), skipped: Vec::new() };

    let openssl = scratch.path().join("openssl-verify");
    let mut cc = Command::new("cc");
    cc.args(["-O2", "-o"]).arg(&openssl).arg(sources.join("openssl_verify.c")).arg("-lcrypto");
    peers.add("OpenSSL", "libssl-dev and gcc", openssl, cc)?;

    let go = scratch.path().join("go-verify");
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&go).arg(sources.join("verify.go"));
    build.env("GOTOOLCHAIN", "local").env("GOFLAGS", "");
    peers.add("Go", "golang-go", go, build)?;
    Ok(peers)
}

impl Peers {
    fn add(
        &mut self,
        name: &'static str,
        packages: &str,
        program: PathBuf,
        mut build: Command,
    ) -> Result<(), String> {
        let reason = match build.output() {
            Ok(output) if output.status.success() => {
                self.programs.push(Peer { name, program });
                return Ok(());
            }
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => error.to_string(),
            Err(error) => return Err(format!("{}: {error}", build.get_program().display())),
        };
        let first = reason.lines().next().unwrap_or_default();
        self.skipped.push(format!("SKIPPED {name} (apt-get install {packages}): {first}"));
        Ok(())
    }
}

impl Peer {
    /// The program at work on a chain.
    pub(crate) fn contestant<'w>(
        &self,
        hierarchy: &Hierarchy,
        scratch: &Scratch,
    ) -> Result<Contestant<'w>, String> {
        let mut command = Command::new(&self.program);
        for (name, der) in [
            ("leaf.der", &hierarchy.leaf),
            ("intermediate.der", &hierarchy.intermediate),
            ("root.der", &hierarchy.root),
        ] {
            command.arg(scratch.write(name, der)?);
        }
        command.arg(HOST).arg(AT.to_string());
        let mut running = Running::start(command)?;
        Ok(Contestant::new(self.name, move |span| running.slice(span)))
    }
}

/// A peer's process, ended when the measurement is over.
struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Running {
    /// Starts it, and waits until it has read its files.
    fn start(mut command: Command) -> Result<Self, String> {
        let told = |error: std::io::Error| error.to_string();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(told)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipes".to_owned());
        };
        let mut running = Self { child, input, output: BufReader::new(output) };
        running.slice(Duration::from_nanos(1)).map(|_warm| running)
    }

    /// Says for how many nanoseconds to run; the answer is how many chains, in how many nanoseconds.
    fn slice(&mut self, span: Duration) -> Result<Slice, String> {
        writeln!(self.input, "{}", span.as_nanos()).map_err(|error| error.to_string())?;
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|error| error.to_string())?;
        let mut numbers = line.split_whitespace().map(str::parse::<u64>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(count)), Some(Ok(spent))) => Ok(Slice { count, spent: Duration::from_nanos(spent) }),
            _ => Err(format!("it answered {:?}", line.trim())),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _status = self.child.wait();
    }
}
