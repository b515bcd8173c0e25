// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a request to a certificate over the API, durable before it is answered: beside cfssl with SQLite.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;

use super::{answered, done, middle, ours};
use crate::client;
use crate::exchange::{self, Exchange};
use crate::process::{self, Running};
use crate::race::{Asked, bar};
use crate::scratch::Scratch;

const ROUNDS: usize = 5;
/// Clients at one time, each on a connection of its own.
const CLIENTS: usize = 8;
/// Certificates of ours in a round, and of cfssl.
const OURS: usize = 4_000;
const THEIRS: usize = 800;

/// cfssl's tables, as its migrations make them.
const CFSSL_TABLES: &str = "CREATE TABLE certificates (serial_number blob NOT NULL, \
    authority_key_identifier blob NOT NULL, ca_label blob, status blob NOT NULL, reason int, expiry timestamp, \
    revoked_at timestamp, pem blob NOT NULL, PRIMARY KEY(serial_number, authority_key_identifier));\
    CREATE TABLE ocsp_responses (serial_number blob NOT NULL, authority_key_identifier blob NOT NULL, \
    body blob NOT NULL, expiry timestamp, PRIMARY KEY(serial_number, authority_key_identifier), \
    FOREIGN KEY(serial_number, authority_key_identifier) \
    REFERENCES certificates(serial_number, authority_key_identifier));";

/// What a round of one server took.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    /// Milliseconds of the server's processor time for a certificate.
    pub(super) processor: Vec<f64>,
    /// Certificates a second.
    pub(super) throughput: Vec<f64>,
    /// Milliseconds from request to answer that 99 in 100 stay below.
    pub(super) slow: Vec<f64>,
}

/// A server, and the question that it answers with a certificate.
pub(super) struct Server {
    process: Running,
    at: SocketAddr,
    message: Vec<u8>,
}

/// Ours, and cfssl's.
pub(super) fn measured(scratch: &Scratch) -> Result<String, String> {
    let config = client::config()?;
    let us = chancery(scratch.path(), &config, &|| Ok(()))?;
    let them = cfssl(scratch.path(), &config)?;
    let (mut own, mut theirs) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        round(&us, OURS, &config, &mut own)?;
        if let Some(them) = &them {
            round(them, THEIRS, &config, &mut theirs)?;
        }
    }
    let told = |name: &str, rounds: Rounds| {
        let (processor, throughput, slow) =
            (middle(rounds.processor), middle(rounds.throughput), middle(rounds.slow));
        let line = format!(
            "  {name:<18}{processor:>8.3} ms CPU of the server each, {throughput:>6.0} a second, 99 in 100 within {slow:.1} ms"
        );
        (line, processor, throughput)
    };
    let (line, processor, throughput) = told("chancery", own);
    let mut lines = vec![
        format!(
            "authority: a request signed over HTTPS, durable, {CLIENTS} clients, P-256, median of {ROUNDS} rounds in turn"
        ),
        line,
    ];
    lines.push(bar("milliseconds of CPU a certificate", processor, Asked::AtMost(0.30)));
    if them.is_some() {
        let (line, peer, pace) = told("cfssl, SQLite", theirs);
        lines.insert(2, line);
        lines.push(bar("throughput, times cfssl's", throughput / pace, Asked::AtLeast(5.0)));
        lines.push(format!("  of cfssl's CPU time ours takes {:.3}", processor / peer));
    } else {
        lines.push("  skipped: no cfssl here to compare with".to_owned());
    }
    Ok(lines.join("\n"))
}

/// Asks for `count` certificates, by all clients at once.
pub(super) fn round(
    server: &Server,
    count: usize,
    config: &Arc<ClientConfig>,
    rounds: &mut Rounds,
) -> Result<(), String> {
    let before = server.process.processor_time()?;
    let began = Instant::now();
    let waits = std::thread::scope(|scope| {
        let each = || asked(server, count / CLIENTS, config);
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(each)).collect();
        let joined = clients
            .into_iter()
            .map(|client| client.join().unwrap_or_else(|_| Err("a client panicked".to_owned())));
        joined.collect::<Result<Vec<_>, _>>()
    })?;
    let elapsed = began.elapsed();
    let spent = server.process.processor_time()?.saturating_sub(before);
    let mut waits: Vec<f64> = waits.into_iter().flatten().map(|wait| wait.as_secs_f64() * 1e3).collect();
    waits.sort_by(f64::total_cmp);
    rounds.processor.push(spent.as_secs_f64() * 1e3 / count as f64);
    rounds.throughput.push(count as f64 / elapsed.as_secs_f64());
    rounds.slow.push(waits.get(waits.len() * 99 / 100).copied().unwrap_or(f64::NAN));
    Ok(())
}

/// How long each of `count` answers took, one after the other on one connection.
fn asked(server: &Server, count: usize, config: &Arc<ClientConfig>) -> Result<Vec<Duration>, String> {
    let mut exchange = Exchange::new(client::connect(config, server.at)?);
    let once = |exchange: &mut Exchange<_>| {
        let began = Instant::now();
        let answer = exchange.ask(&server.message)?;
        let is_certificate = answer.windows(16).any(|part| part == b"BEGIN CERTIFICAT");
        if is_certificate { Ok(began.elapsed()) } else { Err(String::from_utf8_lossy(answer).into_owned()) }
    };
    (0..count).map(|_| once(&mut exchange)).collect()
}

/// Ours: an authority, a token, a request. Before it is served, `prepare` may do something to its record.
pub(super) fn chancery(
    folder: &Path,
    config: &Arc<ClientConfig>,
    prepare: &dyn Fn() -> Result<(), String>,
) -> Result<Server, String> {
    let chancery = process::binary()?;
    let data = folder.join("data");
    let run = |words: &str| done(&mut ours(&chancery, &data, folder, words));
    run("ca init --url none")?;
    run("key new --out web.key")?;
    run("csr new --key web.key --name web.internal --out web.csr")?;
    let token = run("ca token new --label bench --scope issue")?;
    prepare()?;
    let (api, http) = (process::free_port()?, process::free_port()?);
    let words = format!("ca serve --http 127.0.0.1:{http} --api 127.0.0.1:{api}");
    let process = Running::start(&mut ours(&chancery, &data, folder, &words))?;
    let csr = std::fs::read(folder.join("web.csr")).map_err(|error| format!("web.csr: {error}"))?;
    let headers = format!("Authorization: Bearer {}\r\nContent-Type: application/pkcs10\r\n", token.trim());
    let message = exchange::post("localhost", "/api/v1/certificates", &headers, &csr);
    let server = Server { process, at: SocketAddr::from(([127, 0, 0, 1], api)), message };
    answered(|| asked(&server, 1, config)).map_err(|error| format!("chancery: {error}"))?;
    Ok(server)
}

/// cfssl with a database, over HTTPS too; `None` when it is not here.
fn cfssl(folder: &Path, config: &Arc<ClientConfig>) -> Result<Option<Server>, String> {
    if Command::new("cfssl").arg("version").output().is_err() {
        return Ok(None);
    }
    let folder = folder.join("cfssl");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    rusqlite::Connection::open(folder.join("certs.db"))
        .and_then(|database| database.execute_batch(CFSSL_TABLES))
        .map_err(|error| format!("cfssl's database: {error}"))?;
    let script = "\
        printf '%s' '{\"driver\":\"sqlite3\",\"data_source\":\"certs.db\"}' > db.json\n\
        printf '%s' '{\"signing\":{\"default\":{\"expiry\":\"1128h\",\"usages\":[\"digital signature\",\"server auth\"]}}}' > config.json\n\
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
            -subj /CN=bench -days 3650 2> /dev/null\n\
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out tls.pem \
            -subj /CN=localhost -days 30 2> /dev/null\n";
    done(Command::new("sh").args(["-ec", script]).current_dir(&folder))?;
    let port = process::free_port()?;
    let mut command = Command::new("cfssl");
    command.args(["serve", "-loglevel=5", "-address=127.0.0.1", &format!("-port={port}")]);
    command.args(["-ca=ca.pem", "-ca-key=ca.key", "-config=config.json", "-db-config=db.json"]);
    command.args(["-tls-cert=tls.pem", "-tls-key=tls.key"]).current_dir(&folder);
    let process = Running::start(&mut command)?;
    let csr = std::fs::read_to_string(folder.with_file_name("web.csr")).map_err(|error| error.to_string())?;
    let body = format!("{{\"certificate_request\":\"{}\"}}", csr.replace('\n', "\\n"));
    let headers = "Content-Type: application/json\r\n";
    let message = exchange::post("localhost", "/api/v1/cfssl/sign", headers, body.as_bytes());
    let server = Server { process, at: SocketAddr::from(([127, 0, 0, 1], port)), message };
    answered(|| asked(&server, 1, config)).map_err(|error| format!("cfssl: {error}"))?;
    Ok(Some(server))
}
