// SPDX-License-Identifier: MIT OR Apache-2.0
//! The file under a server that runs: looked at whenever somebody asks, and read again when it has changed. While one is
//! being written, cannot be read, or is gone, what it said before is known, and that it is said no more.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use api::v1::Suspended;
use parking_lot::Mutex;
use x509::Time;

use super::Config;
use crate::data_dir::DataDir;
use crate::failure::Failure;

/// For how many seconds a file must have been left alone: who writes it may not be done.
const SETTLED: i64 = 2;

/// What a file said when it could last be read.
pub(crate) struct Watched {
    path: PathBuf,
    state: Mutex<State>,
}

/// What it said, and whether it says so now.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) config: Arc<Config>,
    pub(crate) suspended: Option<Suspended>,
}

struct State {
    said: Said,
    /// The file that said it; `None` where there was none.
    by: Option<Stamp>,
    /// The file that was told not to be taken up.
    told: Option<Option<Stamp>>,
}

/// By which a file that was written again is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    file: (u64, u64, u64),
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(found: &Metadata) -> Self {
        Self {
            file: (found.dev(), found.ino(), found.size()),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
        }
    }

    const fn is_settled(&self, now: Time) -> bool {
        let age = now.unix().saturating_sub(self.modified.0);
        // A file from the future is one that nobody is writing.
        age < 0 || age >= SETTLED
    }
}

impl Watched {
    /// The file of this directory, read.
    pub(crate) fn open(directory: &DataDir) -> Result<Self, Failure> {
        let path = directory.config_file();
        // Before it is read: what is written in between is another file.
        let by = stamp(&path);
        Ok(Self::new(path, by, directory.config()?))
    }

    fn new(path: PathBuf, by: Option<Stamp>, config: Config) -> Self {
        let said = Said { config: Arc::new(config), suspended: None };
        Self { path, state: Mutex::new(State { said, by, told: None }) }
    }

    /// What it says now, as far as that is known.
    pub(crate) fn now(&self, now: Time) -> Said {
        let mut state = self.state.lock();
        self.look(&mut state, now);
        state.said.clone()
    }

    fn look(&self, state: &mut State, now: Time) {
        let found = stamp(&self.path);
        if found == state.by {
            (state.told, state.said.suspended) = (None, None);
            return;
        }
        let (suspended, reason) = match found {
            // Else whoever moves a file away would let everybody have everything.
            None => (Suspended::Gone, "the file is gone".to_owned()),
            Some(_) if state.told == Some(found) => return,
            Some(stamp) if !stamp.is_settled(now) => {
                state.said.suspended = Some(Suspended::BeingWritten);
                return;
            }
            Some(_) => match Config::read(&self.path) {
                // It was written while it was read.
                _ if stamp(&self.path) != found => {
                    state.said.suspended = Some(Suspended::BeingWritten);
                    return;
                }
                Ok(config) => {
                    state.said = Said { config: Arc::new(config), suspended: None };
                    (state.by, state.told) = (found, None);
                    tracing::info!(file = %self.path.display(), "was read again, and is in force");
                    return;
                }
                Err(failure) => (Suspended::Unreadable, failure.message),
            },
        };
        state.said.suspended = Some(suspended);
        if state.told.replace(found) != Some(found) {
            tracing::warn!(
                file = %self.path.display(),
                reason,
                "is not taken up: programs are issued nothing until it is mended"
            );
        }
    }
}

fn stamp(path: &std::path::Path) -> Option<Stamp> {
    path.metadata().ok().map(|found| Stamp::of(&found))
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watched").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::time::Duration;

    use super::*;

    const ONE: &str = "[[allow]]\nid = \"one\"\n";
    const TWO: &str = "[[allow]]\nid = \"two\"\n";

    struct Desk {
        folder: tempfile::TempDir,
        watched: Watched,
        now: Time,
    }

    impl Desk {
        fn with(text: Option<&str>) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("chancery.toml");
            let config = text.map_or_else(Config::default, |text| {
                std::fs::write(&path, text).unwrap();
                Config::read(&path).unwrap()
            });
            let by = stamp(&path);
            // The files are of the machine's clock, and this one is ahead of it.
            let now = crate::clock::Clock::system().now().plus(Duration::from_secs(1_000));
            Self { watched: Watched::new(path, by, config), folder, now }
        }

        fn write(&self, text: &str) {
            std::fs::write(self.folder.path().join("chancery.toml"), text).unwrap();
        }

        /// The rules that it has, and whether they are said no more.
        fn at(&self, now: Time) -> (String, Option<Suspended>) {
            let Said { config, suspended } = self.watched.now(now);
            (config.policy.rules().map(|rule| rule.id.clone()).collect(), suspended)
        }

        fn now(&self) -> (String, Option<Suspended>) {
            self.at(self.now)
        }
    }

    #[test]
    fn a_file_that_changes_is_in_force_at_once() {
        let desk = Desk::with(Some(ONE));
        assert_eq!(desk.now(), ("one".into(), None));
        desk.write(TWO);
        assert_eq!(desk.now(), ("two".into(), None));
        let desk = Desk::with(None);
        assert_eq!(desk.now(), (String::new(), None));
        desk.write(TWO);
        assert_eq!(desk.now(), ("two".into(), None));
    }

    #[test]
    fn by_one_that_is_broken_or_gone_or_still_written_nothing_is_said() {
        let desk = Desk::with(Some(ONE));
        desk.write("[[allow]]\nid = 7\n");
        for _ in 0..2 {
            assert_eq!(desk.now(), ("one".into(), Some(Suspended::Unreadable)));
        }
        std::fs::remove_file(desk.folder.path().join("chancery.toml")).unwrap();
        assert_eq!(desk.now(), ("one".into(), Some(Suspended::Gone)));
        desk.write(TWO);
        let written = crate::clock::Clock::system().now();
        let being_written = ("one".into(), Some(Suspended::BeingWritten));
        assert_eq!(desk.at(written), being_written, "whoever writes it may not be done");
        assert_eq!(desk.now(), ("two".into(), None));
        desk.write(ONE);
        assert_eq!(desk.now(), ("one".into(), None));
    }

    #[test]
    fn what_is_put_back_as_it_was_is_said_again() {
        let desk = Desk::with(Some(ONE));
        let (file, aside) = (desk.folder.path().join("chancery.toml"), desk.folder.path().join("aside.toml"));
        std::fs::hard_link(&file, &aside).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(desk.now(), ("one".into(), Some(Suspended::Gone)));
        std::fs::rename(&aside, &file).unwrap();
        assert_eq!(desk.now(), ("one".into(), None));
    }
}
