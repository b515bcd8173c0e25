// SPDX-License-Identifier: MIT OR Apache-2.0
//! Running `update-ca-certificates`.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::Command;

use keys::file::{Overwrite, write_public};

use super::SystemStore;
use crate::error::Error;

/// Rebuilds the store from what lies in it.
pub(super) fn rebuild(store: &SystemStore) -> Result<(), Error> {
    run(store, &store.configuration)
}

/// Rebuilds the store after the file of the certificate called `name` was removed.
///
/// The updater notices a local file that appears, not one that goes: its link, its hash link and what its
/// hooks made of it would stay. A line `!NAME.crt` in the configuration makes it take them away; so it is
/// given a copy of the configuration with that line, for this one run.
pub(super) fn rebuild_without(store: &SystemStore, name: &str) -> Result<(), Error> {
    let mut lines = match fs::read(&store.configuration) {
        Ok(lines) => lines,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(source) => return Err(Error::Read { path: store.configuration.clone(), source }),
    };
    lines.extend_from_slice(format!("\n!{name}.crt\n").as_bytes());
    // Beside the certificates (where only the administrator writes), under a name that is not a certificate's.
    let copy = store.local_certificates.join(format!("{name}.removal"));
    let failed = |source| Error::Write { path: copy.clone(), source };
    write_public(&copy, &lines, Overwrite::Replace).map_err(|error| failed(error.into()))?;
    let rebuilt = run(store, &copy);
    fs::remove_file(&copy).map_err(failed)?;
    rebuilt
}

fn run(store: &SystemStore, configuration: &Path) -> Result<(), Error> {
    let outcome = Command::new(&store.updater)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("LC_ALL", "C")
        .arg("--certsconf")
        .arg(configuration)
        .arg("--certsdir")
        .arg(&store.distributed_certificates)
        .arg("--localcertsdir")
        .arg(&store.local_certificates)
        .arg("--certbundle")
        .arg(&store.bundle_name)
        .arg("--etccertsdir")
        .arg(&store.installed)
        .arg("--hooksdir")
        .arg(&store.hooks)
        .output();
    let output =
        outcome.map_err(|source: io::Error| Error::Updater { command: store.updater.clone(), source })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    Err(Error::UpdaterFailed {
        command: store.updater.clone(),
        status: output.status,
        output: last.trim().to_owned(),
    })
}
