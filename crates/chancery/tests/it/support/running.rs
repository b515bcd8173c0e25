// SPDX-License-Identifier: MIT OR Apache-2.0
//! A child that runs beside the test: its lines are waited for, never the clock, and it is gone with the test.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// How long a line may be waited for before the test gives up. Nothing that works comes near it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A started program and the lines of both its streams.
#[derive(Debug)]
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Running {
    /// Starts the command without a standard input.
    pub fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (sender, lines) = channel();
        forward(child.stdout.take().expect("a piped stdout"), sender.clone());
        forward(child.stderr.take().expect("a piped stderr"), sender);
        Self { child, lines, seen: Vec::new() }
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line that `read` makes something of, such as an address out of `listening on …`.
    ///
    /// # Panics
    /// With everything said so far, when the child ends or is silent too long.
    #[track_caller]
    pub fn wait_for<T>(&mut self, what: &str, read: impl Fn(&str) -> Option<T>) -> T {
        loop {
            let line = match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => line,
                Err(error) => panic!("waited for {what}, {error}; it said:\n{}", self.seen.join("\n")),
            };
            let found = read(&line);
            self.seen.push(line);
            if let Some(found) = found {
                return found;
            }
        }
    }

    /// Sends a signal by its name, such as `INT` or `TERM`.
    pub fn signal(&self, name: &str) {
        let id = self.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &id]).status();
        assert!(sent.expect("a shell").success(), "signal {name} to {id}");
    }

    /// Ends it as a power cut would, with kill −9, and waits until it is gone.
    pub fn kill(&mut self) -> ExitStatus {
        self.child.kill().expect("a child to kill");
        self.child.wait().expect("a child to reap")
    }

    /// Waits for its end, and gives how it ended and every line it said.
    pub fn finish(mut self) -> (ExitStatus, Vec<String>) {
        // Both streams close when it ends.
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            self.seen.push(line);
        }
        let Some(status) = self.child.try_wait().expect("a child").or_else(|| self.child.wait().ok()) else {
            panic!("a child that cannot be waited for; it said:\n{}", self.seen.join("\n"));
        };
        (status, std::mem::take(&mut self.seen))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn forward(pipe: impl Read + Send + 'static, sender: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            if sender.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_err() {
                return;
            }
        }
    });
}

#[test]
fn a_line_is_waited_for_and_read() {
    let mut child = Running::start(Command::new("sh").args(["-c", "echo one; echo at 17; exec sleep 600"]));
    let port: u16 = child.wait_for("its port", |line| line.strip_prefix("at ")?.parse().ok());
    assert_eq!(port, 17);
    assert!(!child.kill().success());
}

#[test]
fn a_signal_arrives_and_the_end_is_told() {
    let script = "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 1; done";
    let mut child = Running::start(Command::new("sh").args(["-c", script]));
    child.wait_for("the trap", |line| (line == "ready").then_some(()));
    child.signal("TERM");
    let (status, lines) = child.finish();
    assert_eq!(status.code(), Some(5));
    assert_eq!(lines, ["ready", "bye"]);
}
