// SPDX-License-Identifier: MIT OR Apache-2.0
//! Installs the programs that the tests speak to. With everything there it looks and does nothing.

mod pypi;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{say, workspace};

/// A program the tests call, and the Debian package that brings it.
struct Need {
    program: &'static str,
    package: &'static str,
    purpose: &'static str,
}

const NEEDS: [Need; 18] = [
    need("g++", "g++", "links the fuzz targets"),
    need("openssl", "openssl", "makes and checks certificates in the interop tests"),
    need("certtool", "gnutls-bin", "GnuTLS checks our chains"),
    need("curl", "curl", "fetches from our server"),
    need("nginx", "nginx-light", "a server for `connect`"),
    need("certutil", "libnss3-tools", "puts our root into Chromium's store"),
    need("chromium", "chromium", "a browser that must show no warning"),
    need("chromedriver", "chromium-driver", "speaks to the browser"),
    need("keytool", "default-jdk-headless", "Java's requests and stores"),
    need("javac", "default-jdk-headless", "Java checks our chains"),
    need("pebble", "pebble", "the peer in `bench start`"),
    need("cfssl", "golang-cfssl", "the peer in `bench authority`"),
    need("/usr/share/easy-rsa/easyrsa", "easy-rsa", "an authority to be taken over"),
    need("mkcert", "mkcert", "another one"),
    need("softhsm2-util", "softhsm2", "tokens that keep keys, in software"),
    need("pkcs11-tool", "opensc", "looks at those tokens, and writes down what is asked of them"),
    need("python3", "python3-minimal", "is the terminal of somebody who types"),
    need("update-ca-certificates", "ca-certificates", "the system's trust store"),
];

const fn need(program: &'static str, package: &'static str, purpose: &'static str) -> Need {
    Need { program, package, purpose }
}

/// Installs what is missing, or says what to run. True when nothing is missing afterwards.
pub(crate) fn run() -> Result<bool, String> {
    let debian = debian()?;
    if pypi::is_there() {
        return Ok(debian);
    }
    if pypi::is_possible() && pypi::install()? {
        return Ok(debian);
    }
    say::error("no pkilint, which reads what is signed: it could not be installed from PyPI");
    Ok(false)
}

/// Installs what is missing in one call of apt.
fn debian() -> Result<bool, String> {
    let packages = missing();
    if packages.is_empty() {
        say::line(format_args!("setup: all {} programs are here", NEEDS.len()));
        return Ok(true);
    }
    let line = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    if !find("apt-get") {
        say::error("this machine has no apt-get");
        say::aside(format_args!("hint: install what these Debian packages hold: {}", packages.join(" ")));
        return Ok(false);
    }
    if !is_root()? {
        say::error("setup may not install packages: not root");
        say::aside(format_args!("hint: sudo apt-get update && sudo {line}"));
        return Ok(false);
    }
    say::line(format_args!("setup: {line}"));
    // Fresh images come without package lists, and old lists name packages that are gone.
    let is_installed = (has_lists() && apt(&install(&packages))?)
        || (apt(&["update".to_owned()])? && apt(&install(&packages))?);
    let still: Vec<_> = NEEDS.iter().filter(|need| !find(need.program)).collect();
    for need in &still {
        say::error(format_args!("still no `{}` ({}): {}", need.program, need.package, need.purpose));
    }
    Ok(is_installed && still.is_empty())
}

/// The packages of the programs that are not here, each once.
fn missing() -> Vec<&'static str> {
    let mut packages = Vec::new();
    for need in NEEDS.iter().filter(|need| !find(need.program)) {
        if !packages.contains(&need.package) {
            say::line(format_args!("setup: no `{}`, which {}", need.program, need.purpose));
            packages.push(need.package);
        }
    }
    if !pypi::is_there() && !pypi::is_possible() {
        say::line(format_args!("setup: no environments of Python, in which pkilint is installed"));
        packages.push(pypi::VENV);
    }
    packages
}

fn find(program: &str) -> bool {
    let path = workspace::variable("PATH").unwrap_or_default();
    // A server's program lies where only root's PATH leads.
    let sbin = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(sbin).any(|folder| folder.join(program).is_file())
}

/// The effective user, from the kernel: the second number of the line `Uid:`.
fn is_root() -> Result<bool, String> {
    let status = std::fs::read_to_string("/proc/self/status")
        .map_err(|error| format!("/proc/self/status: {error}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    Ok(line.and_then(|ids| ids.split_whitespace().nth(1)) == Some("0"))
}

fn has_lists() -> bool {
    let lists = Path::new("/var/lib/apt/lists").read_dir();
    lists
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
}

fn install(packages: &[&str]) -> Vec<String> {
    let fixed = ["install", "-y", "--no-install-recommends"];
    fixed.iter().chain(packages).map(|&argument| argument.to_owned()).collect()
}

fn apt(arguments: &[String]) -> Result<bool, String> {
    let status = Command::new("apt-get")
        .args(["-q", "-o", "DPkg::Lock::Timeout=300"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        // The servers among the packages are for the tests to start, not for the system.
        .env("RUNLEVEL", "1")
        .stdin(std::process::Stdio::null())
        .status();
    Ok(status.map_err(|error| format!("apt-get: {error}"))?.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_on_the_path_alone() {
        assert!(find("sh"));
        assert!(!find("no-such-program-anywhere"));
    }

    #[test]
    fn one_package_is_asked_for_once() {
        let arguments = install(&["a", "b"]);
        assert_eq!(arguments, ["install", "-y", "--no-install-recommends", "a", "b"]);
    }
}
