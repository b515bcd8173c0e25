// SPDX-License-Identifier: MIT OR Apache-2.0
//! A folder that stands for a user's machine: nothing outside it is read or written.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::peer::peer;
use super::run;

/// A temporary home with a data directory in it, gone with the test.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
}

impl Home {
    /// An empty home, where nothing has been made yet.
    pub fn empty() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder") }
    }

    /// A path in this home.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the binary keeps what it makes. It makes the folder itself.
    pub fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    /// Writes a file in this home and gives its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        path
    }

    /// Has a shell run a script here in which `$O` is OpenSSL; `None` without it.
    pub fn openssl_script(&self, script: &str) -> Option<()> {
        let openssl = peer("openssl")?.get_program().to_owned();
        let mut shell = Command::new("sh");
        shell.args(["-e", "-c", script]).env("O", openssl).current_dir(self.folder.path());
        run(&mut shell).expect_code(0);
        Some(())
    }

    /// The built `chancery`, at home here, in a plain terminal's language.
    pub fn chancery<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("CHANCERY_DATA_DIR", self.data_dir())
            .env("LC_ALL", "C.UTF-8")
            .env_remove("XDG_DATA_HOME");
        command
    }
}

#[test]
fn the_binary_says_its_version_from_an_empty_home() {
    let home = Home::empty();
    let outcome = super::run(&mut home.chancery(["--version"])).expect_code(0);
    assert_eq!(outcome.out, format!("chancery {}\n", env!("CARGO_PKG_VERSION")));
    assert!(!home.data_dir().exists());
}

#[test]
fn a_file_written_at_home_is_there() {
    let home = Home::empty();
    assert_eq!(std::fs::read(home.write("a", b"b")).unwrap(), b"b");
}
