// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the integration tests stand on: the built binary, a home for it, peers, and children that are waited for.

pub mod authority;
pub mod home;
pub mod office;
pub mod peer;
pub mod running;
pub mod served;
pub mod softhsm;

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Stdio};

/// What a command that ran to its end said.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs a command to its end, without a standard input.
pub fn run(command: &mut Command) -> Outcome {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Outcome { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// A port of this machine that nothing listens on. For peers that cannot choose one themselves; our own servers
/// are given port 0 and say which they took.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("a bound address").port()
}

impl Outcome {
    /// Fails the test, and shows everything that was said, unless the command ended with this code.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\nstdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }
}

#[test]
fn what_a_command_says_and_its_code_are_kept_apart() {
    let outcome = run(Command::new("sh").args(["-c", "echo out; echo err >&2; exit 2"])).expect_code(2);
    assert_eq!((outcome.out.as_str(), outcome.err.as_str()), ("out\n", "err\n"));
}

#[test]
fn a_free_port_can_be_listened_on() {
    TcpListener::bind((Ipv4Addr::LOCALHOST, free_port())).unwrap();
}
