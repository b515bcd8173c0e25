// SPDX-License-Identifier: MIT OR Apache-2.0
//! Programs from PyPI, in an environment of their own below `target`.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::{say, workspace};

/// The linter of certificates, CRLs and OCSP responses: what it finds is listed in the tests, version by version.
const PACKAGE: &str = "pkilint==0.13.3";
const PROGRAM: &str = "lint_pkix_cert";

/// The Debian package without which Python makes no environments.
pub(super) const VENV: &str = "python3-venv";

/// Where the environment is. A file in it tells the version, so that another one is installed afresh.
fn environment() -> PathBuf {
    workspace::root().join("target/peers/pkilint")
}

/// Whether the program is there, in the version that the tests are written for.
pub(super) fn is_there() -> bool {
    let marker = std::fs::read_to_string(environment().join("package"));
    environment().join("bin").join(PROGRAM).is_file() && marker.is_ok_and(|package| package == PACKAGE)
}

/// Whether Python is here and can make environments.
pub(super) fn is_possible() -> bool {
    let asked = Command::new("python3").args(["-c", "import ensurepip, venv"]).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Makes the environment, and installs into it.
pub(super) fn install() -> Result<bool, String> {
    let environment = environment();
    say::line(format_args!("setup: {PACKAGE} from PyPI, into {}", environment.display()));
    let _of_another_version = std::fs::remove_dir_all(&environment);
    if !done(Command::new("python3").args(["-m", "venv"]).arg(&environment))? {
        return Ok(false);
    }
    let pip = environment.join("bin/pip");
    let arguments = ["install", "--quiet", "--disable-pip-version-check", PACKAGE];
    if !done(Command::new(pip).args(arguments))? {
        return Ok(false);
    }
    let marker = environment.join("package");
    std::fs::write(&marker, PACKAGE).map_err(|error| format!("{}: {error}", marker.display()))?;
    Ok(true)
}

fn done(command: &mut Command) -> Result<bool, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("{program}: {error}"))?;
    Ok(status.success())
}
