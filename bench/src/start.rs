// SPDX-License-Identifier: MIT OR Apache-2.0
//! `start`: from the process's start to its first answer over HTTPS, and what it holds when idle,
//! beside Pebble (memory only, no record on disk).

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::scratch::Scratch;
use crate::{client, process, table};

/// Measures `rounds` (20 when not given) interleaved starts of each.
pub(crate) fn run(rounds: Option<&str>) -> Result<String, String> {
    let rounds = table::rounds(rounds)?;
    let folder = Scratch::new()?;
    let chancery = process::binary()?;
    let (data, served) = (folder.path().join("data"), folder.path().join("served"));
    std::fs::create_dir_all(&served).map_err(|error| error.to_string())?;
    let ours = |port: u16| {
        let mut command = Command::new(&chancery);
        command.arg("up").arg(&served).arg("--data-dir").arg(&data);
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        command
    };
    let client = client::config()?;
    let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
    // The first start makes the authority; it is not measured.
    let port = process::free_port()?;
    process::measure(ours(port), &client, at(port), "/")?;
    let (mut own, mut pebble) = (Vec::new(), Vec::new());
    let peer = Pebble::prepare(folder.path(), &chancery)?;
    for _ in 0..rounds {
        let port = process::free_port()?;
        own.push(process::measure(ours(port), &client, at(port), "/")?);
        let port = process::free_port()?;
        pebble.push(process::measure(peer.command(port)?, &client, at(port), "/dir")?);
    }
    let row = |who: &str, starts: &[process::Start]| {
        let column = |value: fn(&process::Start) -> f64| table::median(starts.iter().map(value).collect());
        (
            who.to_owned(),
            vec![
                column(|start| start.first_answer.as_secs_f64() * 1_000.0),
                column(|start| start.processor.as_secs_f64() * 1_000.0),
                column(|start| kib_to_mib(start.idle_memory)),
            ],
        )
    };
    let columns = ["first answer, ms", "CPU until then, ms", "idle memory, MiB"];
    let title = format!("start, median of {rounds}, interleaved");
    Ok(table::ratios(&title, &columns, &[row("chancery", &own), row("pebble", &pebble)]))
}

fn kib_to_mib(kib: u64) -> f64 {
    u32::try_from(kib).map_or(f64::INFINITY, f64::from) / 1_024.0
}

/// Debian's Pebble, with a certificate of its own for its listener.
struct Pebble {
    folder: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

impl Pebble {
    fn prepare(folder: &Path, chancery: &Path) -> Result<Self, String> {
        let (certificate, key) = (folder.join("pebble.pem"), folder.join("pebble.key"));
        let run = |arguments: &[&std::ffi::OsStr]| {
            let output =
                Command::new(chancery).args(arguments).output().map_err(|error| error.to_string())?;
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            if output.status.success() { Ok(()) } else { Err(told) }
        };
        run(&["key".as_ref(), "new".as_ref(), "--out".as_ref(), key.as_ref()])?;
        let name = ["--name".as_ref(), "localhost".as_ref(), "--out".as_ref(), certificate.as_ref()];
        run(&[&["cert".as_ref(), "self-sign".as_ref(), "--key".as_ref(), key.as_ref()], &name[..]].concat())?;
        Ok(Self { folder: folder.to_owned(), certificate, key })
    }

    fn command(&self, port: u16) -> Result<Command, String> {
        let management = process::free_port()?;
        let config = self.folder.join(format!("pebble-{port}.json"));
        let (certificate, key) = (self.certificate.display(), self.key.display());
        let text = format!(
            "{{\"pebble\":{{\"listenAddress\":\"127.0.0.1:{port}\",\"managementListenAddress\":\"127.0.0.1:{management}\",\
             \"certificate\":\"{certificate}\",\"privateKey\":\"{key}\",\"httpPort\":5002,\"tlsPort\":5001}}}}"
        );
        std::fs::write(&config, text).map_err(|error| error.to_string())?;
        let mut command = Command::new("pebble");
        command.arg("-config").arg(config);
        Ok(command)
    }
}
