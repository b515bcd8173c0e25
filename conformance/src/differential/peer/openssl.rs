// SPDX-License-Identifier: MIT OR Apache-2.0
//! OpenSSL, as `openssl verify`: a process for each mutant.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{Cause, Verdict};
use crate::differential::mutant::Mutant;
use crate::error::Error;

/// The program, and a folder to hand it files in.
pub(crate) struct OpenSsl {
    version: String,
    folder: TempDir,
}

/// Whether the profile of RFC 5280 is asked for as well (`-x509_strict`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    Plain,
    Strict,
}

impl OpenSsl {
    /// The program, if this machine has it.
    pub(crate) fn find() -> Result<Option<Self>, Error> {
        let Ok(output) = Command::new("openssl").arg("version").stdin(Stdio::null()).output() else {
            return Ok(None);
        };
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let folder = tempfile::tempdir().map_err(Error::at(Path::new("a temporary folder")))?;
        Ok(output.status.success().then_some(Self { version, folder }))
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn judge(&self, mutant: &Mutant, strictness: Strictness) -> Result<Verdict, Error> {
        let file = |name: &str, text: String| {
            let path = self.folder.path().join(name);
            fs::write(&path, text).map_err(Error::at(&path)).map(|()| path)
        };
        let leaf = file("leaf.pem", mutant.leaf_pem())?;
        let others = file("others.pem", mutant.others_pem())?;
        let anchors = file("anchors.pem", mutant.anchors_pem())?;
        let mut command = Command::new("openssl");
        command.args(["verify", "-purpose", "sslserver", "-partial_chain"]);
        // Any policy will do; without one OpenSSL takes an explicit one for missing.
        command.args(["-policy", "2.5.29.32.0", "-attime"]).arg(mutant.at.unix().to_string());
        let is_address = mutant.host.parse::<std::net::IpAddr>().is_ok();
        command.arg(if is_address { "-verify_ip" } else { "-verify_hostname" }).arg(&mutant.host);
        if strictness == Strictness::Strict {
            command.arg("-x509_strict");
        }
        command.args(["-no-CApath", "-no-CAstore"]);
        if mutant.anchors.is_empty() {
            command.arg("-no-CAfile");
        } else {
            command.arg("-CAfile").arg(anchors);
        }
        if mutant.sent.len() > 1 {
            command.arg("-untrusted").arg(others);
        }
        let output =
            command.arg(leaf).stdin(Stdio::null()).output().map_err(Error::at(Path::new("openssl")))?;
        Ok(read(output.status.success(), &String::from_utf8_lossy(&output.stderr)))
    }
}

/// What it said: `error 20 at 0 depth lookup: unable to get local issuer certificate`, or that a file cannot be read.
fn read(is_success: bool, said: &str) -> Verdict {
    if is_success {
        return Verdict::Accepted;
    }
    let line = said.lines().find(|line| line.starts_with("error ") && line.contains(" depth lookup"));
    let code = line.and_then(|line| line.split_whitespace().nth(1)).unwrap_or("unreadable");
    let words = line.or_else(|| said.lines().next()).unwrap_or_default();
    Verdict::Refused(Cause::new(code, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_a_number_or_that_a_file_cannot_be_read() {
        let refused = |code: &str, words: &str| Verdict::Refused(Cause::new(code, words));
        let line = "error 20 at 0 depth lookup: unable to get local issuer certificate";
        assert_eq!(
            read(false, &format!("CN = a\n{line}\nerror leaf.pem: verification failed\n")),
            refused("20", line)
        );
        assert_eq!(
            read(false, "Unable to load certificate\n"),
            refused("unreadable", "Unable to load certificate")
        );
        assert_eq!(read(true, ""), Verdict::Accepted);
    }
}
