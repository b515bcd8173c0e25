// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCSP over HTTP: the processor time that a server spends on an answer.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{against, middle};
use crate::process::{self, Running};
use crate::scratch::Scratch;

const ROUNDS: usize = 5;
/// Connections at one time, as with any server that is worth measuring.
const CONNECTIONS: usize = 8;
/// Answers in a round; those that are signed while one waits have a rate that this stays below.
const KEPT: usize = 20_000;
const LIVE: usize = 600;
const OPENSSL: usize = 1_000;

/// Ours, and OpenSSL's responder.
pub(super) fn measured(scratch: &Scratch) -> Result<String, String> {
    let folder = scratch.path();
    let chancery = process::binary()?;
    let port = process::free_port()?;
    let data = folder.join("data");
    let ours = |words: &str| {
        let mut command = Command::new(&chancery);
        command.arg("--data-dir").arg(&data).args(words.split(' ')).current_dir(folder);
        command
    };
    for words in [
        "ca init --url none",
        "key new --out web.key",
        "csr new --key web.key --name web.internal --out web.csr",
        "sign web.csr --out web.pem",
    ] {
        done(&mut ours(words))?;
    }
    let script = "awk '/BEGIN/{n++} {print > (n == 1 ? \"leaf.pem\" : \"issuer.pem\")}' web.pem\n\
        openssl ocsp -issuer issuer.pem -cert leaf.pem -no_nonce -reqout plain.der\n\
        openssl ocsp -issuer issuer.pem -cert leaf.pem -reqout nonce.der\n";
    done(Command::new("sh").args(["-ec", script]).current_dir(folder))?;
    let read = |name: &str| std::fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}"));
    let (plain, nonce) = (read("plain.der")?, read("nonce.der")?);

    let server = Running::start(&mut ours(&format!("ca serve --http 127.0.0.1:{port}")))?;
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    answered(|| asked_on_one(at, &plain, 1))?;
    let peer_port = process::free_port()?;
    let peer = openssl(folder, peer_port, &data)?;
    let peer_at = SocketAddr::from(([127, 0, 0, 1], peer_port));
    answered(|| asked_each(peer_at, &nonce, 1))?;
    let (mut kept, mut live, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        kept.push(spent(&server, KEPT, || asked_on_several(at, &plain, KEPT))?);
        live.push(spent(&server, LIVE, || asked_on_several(at, &nonce, LIVE))?);
        theirs.push(spent(&peer, OPENSSL, || asked_each(peer_at, &nonce, OPENSSL))?);
    }
    let (kept, live, theirs) = (middle(kept), middle(live), middle(theirs));
    let lines = [
        format!(
            "authority: OCSP by POST, CPU time of the server for an answer, median of {ROUNDS} rounds in turn"
        ),
        against(&format!("kept, on {CONNECTIONS} connections that last"), kept, 14.0, "µs"),
        against("signed live for a nonce, on as many", live, 40.0, "µs"),
        format!(
            "  openssl ocsp -port, which has no connections that last: {theirs:.0} µs; ours takes {:.3} of it kept, {:.3} live",
            kept / theirs,
            live / theirs
        ),
    ];
    Ok(lines.join("\n"))
}

/// Microseconds of the server's processor time for each of `count` answers.
fn spent(server: &Running, count: usize, ask: impl FnOnce() -> Result<(), String>) -> Result<f64, String> {
    let before = server.processor_time()?;
    ask()?;
    let spent = server.processor_time()?.saturating_sub(before);
    Ok(spent.as_secs_f64() * 1e6 / count as f64)
}

/// OpenSSL's responder, with an index that knows the certificate.
fn openssl(folder: &Path, port: u16, data: &Path) -> Result<Running, String> {
    let script = "serial=$(openssl x509 -in leaf.pem -noout -serial | cut -d= -f2)\n\
        printf 'V\\t270101000000Z\\t\\t%s\\tunknown\\t/CN=web\\n' \"$serial\" > ocsp.txt\n\
        cp \"$1\"/keys/issuing-*.pem issuer.key\n";
    done(Command::new("sh").args(["-ec", script, "sh"]).arg(data).current_dir(folder))?;
    let mut command = Command::new("openssl");
    command.args([
        "ocsp",
        "-index",
        "ocsp.txt",
        "-CA",
        "issuer.pem",
        "-rsigner",
        "issuer.pem",
        "-rkey",
        "issuer.key",
    ]);
    command.args(["-ndays", "1", "-port", &port.to_string()]).current_dir(folder);
    Running::start(&mut command)
}

/// Asks the same again and again on some connections at once.
fn asked_on_several(at: SocketAddr, request: &[u8], count: usize) -> Result<(), String> {
    std::thread::scope(|scope| {
        let each = || asked_on_one(at, request, count / CONNECTIONS);
        let clients: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(each)).collect();
        clients
            .into_iter()
            .try_for_each(|client| client.join().unwrap_or_else(|_| Err("a client panicked".to_owned())))
    })
}

/// Asks the same again and again on one connection.
fn asked_on_one(at: SocketAddr, request: &[u8], count: usize) -> Result<(), String> {
    let mut stream = TcpStream::connect(at).map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let head = format!(
        "POST /ocsp HTTP/1.1\r\nHost: {at}\r\nContent-Type: application/ocsp-request\r\nContent-Length: {}\r\n\r\n",
        request.len()
    );
    let message = [head.as_bytes(), request].concat();
    let mut buffer = vec![0; 16 << 10];
    for _ in 0..count {
        stream.write_all(&message).map_err(|error| error.to_string())?;
        let mut have = 0;
        loop {
            let room = buffer.get_mut(have..).unwrap_or_default();
            let read = stream.read(room).map_err(|error| error.to_string())?;
            have += read;
            let answer = buffer.get(..have).unwrap_or_default();
            if read == 0 {
                return Err("the server closed the connection".to_owned());
            }
            if is_whole(answer)? {
                break;
            }
        }
    }
    Ok(())
}

/// Whether an answer is all there, and is one.
fn is_whole(answer: &[u8]) -> Result<bool, String> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(false) };
    let head = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).to_ascii_lowercase();
    if !head.starts_with("http/1.1 200 ") {
        return Err(head);
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    let length = length.ok_or("an answer without a length")?;
    // An error of OCSP has five octets: that is not what is measured.
    if length < 50 {
        return Err("the responder refuses".to_owned());
    }
    Ok(answer.len() >= end + 4 + length)
}

/// Asks on a connection for each.
fn asked_each(at: SocketAddr, request: &[u8], count: usize) -> Result<(), String> {
    for _ in 0..count {
        let mut stream = TcpStream::connect(at).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).map_err(|error| error.to_string())?;
        let head = format!(
            "POST / HTTP/1.0\r\nContent-Type: application/ocsp-request\r\nContent-Length: {}\r\n\r\n",
            request.len()
        );
        stream.write_all(&[head.as_bytes(), request].concat()).map_err(|error| error.to_string())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map_err(|error| error.to_string())?;
        if answer.len() < 200 {
            return Err("OpenSSL's responder refuses".to_owned());
        }
    }
    Ok(())
}

/// Waits for the first answer. A connection without a request would not do: OpenSSL's responder never gets over it.
fn answered(ask: impl Fn() -> Result<(), String>) -> Result<(), String> {
    let mut outcome = ask();
    for _ in 0..500 {
        if outcome.is_ok() {
            break;
        }
        process::rest(Duration::from_millis(10));
        outcome = ask();
    }
    outcome
}

fn done(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(format!("{command:?}: {told}")) }
}
