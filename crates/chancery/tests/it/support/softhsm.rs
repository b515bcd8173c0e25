// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tokens of SoftHSM, in a home of their own: its settings are in the environment of the children alone.

use std::ffi::OsStr;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::home::Home;
use super::peer::peer;
use super::{Outcome, run};

/// Where Debian puts the library.
pub const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// The PIN of every token here.
pub const PIN: &str = "8312-5207";

/// A home with a token `chancery`, and the file `pin`.
#[derive(Debug)]
pub struct SoftHsm {
    home: Home,
}

impl SoftHsm {
    /// Makes the token; none where SoftHSM is missing.
    pub fn new() -> Option<Self> {
        let home = Home::empty();
        std::fs::create_dir(home.path("tokens")).unwrap();
        let tokens = home.path("tokens");
        home.write("softhsm2.conf", format!("directories.tokendir = {}\n", tokens.display()));
        let softhsm = Self { home };
        softhsm.add_token("chancery")?;
        softhsm.write_pin("pin", PIN);
        Some(softhsm)
    }

    /// Makes another token.
    pub fn add_token(&self, label: &str) -> Option<()> {
        let mut tool = peer("softhsm2-util")?;
        tool.args(["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "99887766"]);
        run(self.with_conf(&mut tool)).expect_code(0);
        Some(())
    }

    /// Where it lives.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Writes a file for its owner alone.
    pub fn write_pin(&self, name: &str, pin: &str) -> PathBuf {
        let path = self.home.write(name, format!("{pin}\n"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// The built `chancery`, which reaches the token and knows its PIN.
    pub fn chancery<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.without_pin(arguments);
        command.args(["--pin-file", "pin"]);
        command
    }

    /// The same without the PIN.
    pub fn without_pin<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.home.chancery(arguments);
        self.with_conf(&mut command);
        command
    }

    /// An authority with both keys on the token.
    pub fn founded(&self) -> Outcome {
        let uri = uri("chancery");
        run(&mut self.chancery(["ca", "init", "--url", "none", "--pkcs11", &uri])).expect_code(0)
    }

    /// What pkcs11-tool says, logged in; none without it.
    pub fn tool(&self, arguments: &[&str]) -> Option<Outcome> {
        let mut tool = peer("pkcs11-tool")?;
        tool.args(["--module", MODULE, "--token-label", "chancery", "--login", "--pin", PIN]).args(arguments);
        Some(run(self.with_conf(&mut tool)))
    }

    /// Has a command see the tokens.
    pub fn with_conf<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("SOFTHSM2_CONF", self.home.path("softhsm2.conf")).current_dir(self.home.path(""))
    }
}

/// The URI of a token.
pub fn uri(label: &str) -> String {
    format!("pkcs11:token={label}?module-path={MODULE}")
}

/// OpenSC's module that writes down what is asked of another one; none, loudly, where it is missing.
pub fn spy() -> Option<PathBuf> {
    peer("pkcs11-tool")?;
    let found = ["x86_64-linux-gnu", "aarch64-linux-gnu", ""].into_iter().find_map(|folder| {
        let path = Path::new("/usr/lib").join(folder).join("pkcs11-spy.so");
        path.is_file().then_some(path)
    });
    if found.is_none() {
        let line = "SKIP peer missing: pkcs11-spy.so";
        assert!(!std::env::var("CI").is_ok_and(|value| value == "true"), "{line}");
        writeln!(std::io::stderr(), "{line}").expect("standard error");
    }
    found
}
