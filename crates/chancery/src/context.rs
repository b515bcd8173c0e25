// SPDX-License-Identifier: MIT OR Apache-2.0
//! What every verb is given: where the data is, what time it is, and how to speak.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::Metrics;
use keys::Passphrase;
use keys::pkcs11::Token;

use crate::args::Environment;
use crate::clock::Clock;
use crate::failure::Failure;
use crate::input;
use crate::ui::Ui;

/// Whether there is somebody to be asked for a passphrase or a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attendance {
    /// If there is a terminal.
    Attended,
    /// A server runs, and asks nobody.
    Unattended,
}

/// The surroundings of one run.
#[derive(Debug)]
pub(crate) struct Context {
    /// Where output goes.
    pub(crate) ui: Ui,
    /// The time.
    pub(crate) clock: Clock,
    /// The environment variables that count.
    pub(crate) environment: Environment,
    /// What somebody has typed to open a key, to be tried on the next one before they are asked again.
    pub(crate) typed: Vec<Passphrase>,
    /// The file that holds the PIN of tokens.
    pub(crate) pin_file: Option<PathBuf>,
    /// The tokens that were logged in to.
    pub(crate) tokens: Vec<Token>,
    /// The tokens that refused a PIN: it is not shown to them again.
    pub(crate) refused: Vec<Token>,
    /// Whether there is somebody to be asked.
    pub(crate) attendance: Attendance,
    /// Where the signatures of issuers are counted.
    pub(crate) metrics: Option<Arc<Metrics>>,
    data_dir: Option<PathBuf>,
}

impl Context {
    /// The surroundings of this process.
    pub(crate) fn new(data_dir: Option<PathBuf>, environment: Environment, mut ui: Ui) -> Self {
        ui.carry(data_dir.as_deref());
        Self {
            ui,
            clock: Clock::system(),
            environment,
            typed: Vec::new(),
            pin_file: None,
            tokens: Vec::new(),
            refused: Vec::new(),
            attendance: Attendance::Attended,
            metrics: None,
            data_dir,
        }
    }

    /// The same for a thread of a server: with what opened keys until now, and nobody to be asked or told.
    pub(crate) fn unattended(&self) -> Self {
        Self {
            ui: Ui::unheard(),
            clock: self.clock.clone(),
            environment: self.environment.clone(),
            typed: self.typed.clone(),
            pin_file: self.pin_file.clone(),
            tokens: self.tokens.clone(),
            refused: self.refused.clone(),
            attendance: Attendance::Unattended,
            metrics: self.metrics.clone(),
            data_dir: self.data_dir.clone(),
        }
    }

    /// Refuses where a server would have to ask somebody for what opens a key.
    pub(crate) fn require_somebody(&self, what: &str) -> Result<(), Failure> {
        match self.attendance {
            Attendance::Attended => Ok(()),
            Attendance::Unattended => {
                Err(Failure::could_not(format!("{what} is needed, and a server that runs asks nobody"))
                    .hint("start it again, where somebody can be asked"))
            }
        }
    }

    /// The data directory as an absolute path, so that what is told of it holds elsewhere; it need not exist yet.
    ///
    /// `--data-dir`, else `CHANCERY_DATA_DIR`, else `/var/lib/chancery` for root, else
    /// `$XDG_DATA_HOME/chancery` (usually `~/.local/share/chancery`).
    pub(crate) fn data_dir(&self) -> Result<PathBuf, Failure> {
        let named = self.data_dir.as_deref().or(self.environment.data_dir.as_deref());
        let found =
            resolve(named, &self.environment, rustix::process::geteuid().is_root()).ok_or_else(|| {
                Failure::could_not("no place for the data directory: neither HOME nor XDG_DATA_HOME is set")
                    .hint("name one: chancery --data-dir DIR …")
            })?;
        input::absolute(&found)
    }
}

fn resolve(named: Option<&Path>, environment: &Environment, root: bool) -> Option<PathBuf> {
    // XDG Base Directory specification: a relative path here is invalid and to be ignored.
    let xdg = environment.xdg_data_home.as_ref().filter(|path| path.is_absolute()).cloned();
    match named {
        Some(named) => Some(named.to_path_buf()),
        None if root => Some(PathBuf::from("/var/lib/chancery")),
        None => xdg
            .or_else(|| Some(environment.home.as_ref()?.join(".local/share")))
            .map(|share| share.join("chancery")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_directory_is_found_in_the_documented_order() {
        let home = Environment { home: Some("/home/a".into()), ..Environment::default() };
        let xdg = Environment { xdg_data_home: Some("/x".into()), ..home.clone() };
        let relative = Environment { xdg_data_home: Some("x".into()), ..home.clone() };
        let at = |path: &str| Some(PathBuf::from(path));
        assert_eq!(resolve(Some(Path::new("d")), &xdg, true), at("d"));
        assert_eq!(resolve(None, &xdg, true), at("/var/lib/chancery"));
        assert_eq!(resolve(None, &xdg, false), at("/x/chancery"));
        assert_eq!(resolve(None, &home, false), at("/home/a/.local/share/chancery"));
        assert_eq!(resolve(None, &relative, false), at("/home/a/.local/share/chancery"));
        assert_eq!(resolve(None, &Environment::default(), false), None);
    }
}
