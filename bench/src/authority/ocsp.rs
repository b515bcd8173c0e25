// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCSP over HTTP: the processor time that a server spends on an answer.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::{against, answered, done, middle};
use crate::exchange::{self, Exchange};
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
    let ours = |words: &str| super::ours(&chancery, &data, folder, words);
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
    let stream = TcpStream::connect(at).map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let message =
        exchange::post(&at.to_string(), "/ocsp", "Content-Type: application/ocsp-request\r\n", request);
    let mut exchange = Exchange::new(stream);
    for _ in 0..count {
        // An error of OCSP has five octets: that is not what is measured.
        if exchange.ask(&message)?.len() < 50 {
            return Err("the responder refuses".to_owned());
        }
    }
    Ok(())
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
