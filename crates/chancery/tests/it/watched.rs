// SPDX-License-Identifier: MIT OR Apache-2.0
//! What whoever keeps watch sees: of `chancery up` too, and while ten thousand callers say nothing.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::support::home::Home;
use crate::support::office::founded;
use crate::support::running::Running;

/// How many callers say nothing.
const IDLE: usize = 10_000;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The answer to a request.
fn get(at: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect_timeout(&at, PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The address in the first word that begins and ends so.
fn address(line: &str, begin: &str, end: &str) -> Option<SocketAddr> {
    let word = line.split_whitespace().find(|word| word.starts_with(begin) && word.ends_with(end))?;
    let at = word.strip_prefix(begin)?.strip_suffix(end)?;
    at.replace("localhost", "127.0.0.1").parse().ok()
}

#[test]
fn up_tells_whoever_keeps_watch() {
    let home = Home::empty();
    std::fs::create_dir(home.path("site")).unwrap();
    for signatures in [3, 1] {
        let line = ["up", "site", "--listen", "0", "--metrics", "127.0.0.1:0"];
        let mut up = Running::start(&mut home.chancery(line));
        let at = up.wait_for("the address", |line| address(line, "http://", "/metrics"));
        up.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
        let told = get(at, "/metrics");
        let count = told.lines().find_map(|line| line.strip_prefix("chancery_signature_seconds_count "));
        assert!(count.unwrap().parse::<u32>().unwrap() >= signatures, "{told}");
        let issued = "chancery_certificates_issued_total{profile=\"server\"} 1";
        assert_eq!(told.contains(issued), signatures == 3, "{told}");
        assert!(told.contains("chancery_crl_number{issuer="), "{told}");
        assert!(get(at, "/health").ends_with("\r\n\r\nok\n"));
        up.signal("INT");
        let (status, lines) = up.finish();
        assert_eq!(status.code(), Some(0), "{lines:#?}");
    }
}

/// The most descriptors that this process may have.
fn descriptors() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap_or(usize::MAX)
}

#[test]
fn ten_thousand_who_say_nothing_keep_nobody_from_an_answer() {
    let allowed = descriptors();
    if allowed < IDLE + 500 {
        let line = format!("SKIP descriptors: {allowed} are allowed, {} are wanted: ulimit -n", IDLE + 500);
        assert!(std::env::var_os("CI").is_none(), "{line}");
        // Not `eprintln!`, which the test harness keeps to itself when a test passes.
        writeln!(std::io::stderr(), "{line}").unwrap();
        return;
    }
    let home = founded(["--url", "none"]);
    let line = ["ca", "serve", "--http", "127.0.0.1:0", "--api", "127.0.0.1:0", "--metrics", "127.0.0.1:0"];
    let mut serve = Running::start(&mut home.chancery(line));
    let http = serve.wait_for("where it publishes", |line| address(line, "http://", "/"));
    let api = serve.wait_for("where programs call", |line| address(line, "https://", "/api/v1/"));
    let metrics = serve.wait_for("who keeps watch", |line| address(line, "http://", "/metrics"));
    serve.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
    for flooded in [http, api, metrics] {
        let mut idle = Vec::with_capacity(IDLE);
        for number in 1..=IDLE {
            idle.push(TcpStream::connect_timeout(&flooded, PATIENCE).unwrap());
            if number % 100 == 0 {
                // Whoever is answered stood behind all of them: nobody is sent away at a full door, to come again later.
                get(flooded, "/health");
            }
            if number % 2_500 == 0 {
                for asked in [http, metrics] {
                    let answer = get(asked, "/health");
                    assert!(answer.ends_with("\r\n\r\nok\n"), "{asked} with {number} at {flooded}: {answer}");
                }
            }
        }
    }
    serve.signal("INT");
    let (status, lines) = serve.finish();
    assert_eq!(status.code(), Some(0), "{:#?}", lines.last());
}
