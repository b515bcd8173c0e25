// SPDX-License-Identifier: MIT OR Apache-2.0
//! Programs of others that the tests speak to. One that is missing is told loudly, and in continuous integration
//! fails the test.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

/// The peer's program, ready for arguments; none when this machine lacks it:
/// `let Some(mut openssl) = peer("openssl") else { return };`
///
/// # Panics
/// When the peer is missing and `CI=true`.
pub fn peer(program: &str) -> Option<Command> {
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    let found = find(program);
    if found.is_none() {
        let line = format!("SKIP peer missing: {program}");
        assert!(!is_ci, "{line}; `cargo xtask setup` installs it");
        // Not `eprintln!`, which the test harness keeps to itself when a test passes.
        writeln!(std::io::stderr(), "{line}").expect("standard error");
    }
    found.map(Command::new)
}

/// Servers' programs lie where only root's PATH leads, those from PyPI where `cargo xtask setup` puts them.
fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/peers/pkilint/bin");
    let others = ["/usr/sbin", "/sbin", own].map(PathBuf::from);
    std::env::split_paths(&path).chain(others).map(|folder| folder.join(program)).find(|file| file.is_file())
}

#[test]
fn a_peer_is_found_by_its_programs_name() {
    let outcome = super::run(peer("sh").expect("a shell").args(["-c", "exit 7"]));
    assert_eq!(outcome.code, Some(7));
    assert_eq!(find("no-such-program-anywhere"), None);
}
