// SPDX-License-Identifier: MIT OR Apache-2.0
//! The file under a server that runs: read again when it has changed. One that cannot be read, or is gone, changes
//! nothing.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;
use x509::Time;

use super::Config;

/// For how many seconds a file must have been left alone: who writes it may not be done.
const SETTLED: i64 = 2;

/// What is made of a file, as it was when it could last be read.
pub(crate) struct Watched<T> {
    path: PathBuf,
    make: Box<dyn Fn(Config) -> T + Send + Sync>,
    state: Mutex<State<T>>,
}

struct State<T> {
    made: Arc<T>,
    /// The file that it was made of; `None` where there was none.
    of: Option<Stamp>,
    /// The file that was told not to be taken up.
    told: Option<Option<Stamp>>,
    /// The second in which the file was looked at last.
    looked: i64,
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

impl<T> Watched<T> {
    /// What is made of the file at this path, which says `config` now.
    pub(crate) fn new(
        path: PathBuf,
        config: Config,
        make: impl Fn(Config) -> T + Send + Sync + 'static,
    ) -> Self {
        let made = Arc::new(make(config));
        let of = stamp(&path);
        let state = State { made, of, told: None, looked: i64::MIN };
        Self { path, make: Box::new(make), state: Mutex::new(state) }
    }

    /// What is made of it now. The file is looked at once a second at most.
    pub(crate) fn now(&self, now: Time) -> Arc<T> {
        let mut state = self.state.lock();
        if state.looked != now.unix() {
            state.looked = now.unix();
            self.look(&mut state, now);
        }
        Arc::clone(&state.made)
    }

    fn look(&self, state: &mut State<T>, now: Time) {
        let found = stamp(&self.path);
        if found == state.of {
            state.told = None;
            return;
        }
        let refused = match found {
            // Else whoever moves a file away would let everybody have everything.
            None => "the file is gone".to_owned(),
            Some(found) if !found.is_settled(now) => return,
            Some(_) if state.told == Some(found) => return,
            Some(_) => match Config::read(&self.path) {
                // It was written while it was read.
                _ if stamp(&self.path) != found => return,
                Ok(config) => {
                    (state.made, state.of, state.told) = (Arc::new((self.make)(config)), found, None);
                    tracing::info!(file = %self.path.display(), "was read again, and is in force");
                    return;
                }
                Err(failure) => failure.message,
            },
        };
        if state.told.replace(found) != Some(found) {
            tracing::warn!(
                file = %self.path.display(),
                reason = refused,
                "is not taken up: what it said before stays in force"
            );
        }
    }
}

fn stamp(path: &std::path::Path) -> Option<Stamp> {
    path.metadata().ok().map(|found| Stamp::of(&found))
}

impl<T> std::fmt::Debug for Watched<T> {
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
        watched: Watched<String>,
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
            let make = |config: Config| config.policy.rules().map(|rule| rule.id.clone()).collect::<String>();
            // The files are of the machine's clock, and this one is ahead of it.
            let now = crate::clock::Clock::system().now().plus(Duration::from_secs(1_000));
            Self { watched: Watched::new(path, config, make), folder, now }
        }

        fn write(&self, text: &str) {
            std::fs::write(self.folder.path().join("chancery.toml"), text).unwrap();
        }

        fn later(&mut self) -> String {
            self.now = self.now.plus(Duration::from_secs(1));
            self.watched.now(self.now).as_str().to_owned()
        }
    }

    #[test]
    fn a_file_that_changes_is_in_force_at_the_next_look() {
        let mut desk = Desk::with(Some(ONE));
        assert_eq!(desk.later(), "one");
        desk.write(TWO);
        assert_eq!(desk.watched.now(desk.now).as_str(), "one", "it was looked at in this second");
        assert_eq!(desk.later(), "two");
        let mut desk = Desk::with(None);
        assert_eq!(desk.later(), "");
        desk.write(TWO);
        assert_eq!(desk.later(), "two");
    }

    #[test]
    fn one_that_is_broken_or_gone_or_still_written_changes_nothing() {
        let mut desk = Desk::with(Some(ONE));
        desk.write("[[allow]]\nid = 7\n");
        assert_eq!((desk.later(), desk.later()), ("one".into(), "one".into()));
        std::fs::remove_file(desk.folder.path().join("chancery.toml")).unwrap();
        assert_eq!(desk.later(), "one");
        desk.write(TWO);
        let written = crate::clock::Clock::system().now();
        assert_eq!(desk.watched.now(written).as_str(), "one", "whoever writes it may not be done");
        assert_eq!(desk.later(), "two");
    }
}
