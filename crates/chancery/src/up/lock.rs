// SPDX-License-Identifier: MIT OR Apache-2.0
//! One `up` for each data directory. Other verbs may run beside it.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::server_key::make_folder;
use crate::failure::{Failure, shell};

const LOCK_FILE: &str = "up.lock";

/// Held while `up` runs; the kernel lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
    /// The data directory, when it was made for this run and nothing worth keeping is in it yet.
    fresh: Option<PathBuf>,
}

impl Lock {
    /// Takes the lock of a data directory, or says which process holds it.
    pub(crate) fn take(data_directory: &Path) -> Result<Self, Failure> {
        let path = data_directory.join(LOCK_FILE);
        let failed = |error: &std::io::Error| {
            Failure::could_not(format!("cannot lock the data directory {}", data_directory.display()))
                .because(error)
                .hint(format!("ls -ld {0}; df -h {0}", shell(data_directory)))
                .hint("or keep the data elsewhere: --data-dir DIR")
        };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&path).map_err(|error| failed(&error))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(held(data_directory, &mut file)),
            Err(error) => return Err(failed(&error.into())),
        }
        // A courtesy to whoever finds the lock taken: on a full disk it is left out.
        let holder = format!("{}\n", std::process::id());
        let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(holder.as_bytes()));
        Ok(Self { _file: file, fresh: None })
    }

    /// Makes a data directory and takes its lock. Unless it is [kept](Self::keep), it goes when the lock goes.
    pub(crate) fn take_new(data_directory: &Path) -> Result<Self, Failure> {
        make_folder(data_directory, 0o755)?;
        let taken = Self::take(data_directory).inspect_err(|_| drop(fs::remove_dir(data_directory)));
        let mut lock = taken?;
        lock.fresh = Some(data_directory.to_path_buf());
        Ok(lock)
    }

    /// There is something in the data directory now that must stay.
    pub(crate) fn keep(&mut self) {
        self.fresh = None;
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(data_directory) = &self.fresh {
            // Only what is empty goes; the lock is still held.
            let _ = fs::remove_file(data_directory.join(LOCK_FILE));
            let _ = fs::remove_dir(data_directory.join("keys"));
            let _ = fs::remove_dir(data_directory);
        }
    }
}

fn held(data_directory: &Path, file: &mut File) -> Failure {
    let mut holder = String::new();
    // The number is a courtesy: without it the refusal stands.
    let _ = file.take(32).read_to_string(&mut holder);
    let process = holder.trim().parse::<u32>().ok();
    let whose = process.map_or_else(String::new, |process| format!(" (process {process})"));
    let message =
        format!("another chancery up{whose} is running on the data directory {}", data_directory.display());
    let failure = Failure::could_not(message);
    match process {
        Some(process) => {
            failure.hint(format!("stop it: kill {process}; or give this one its own: --data-dir DIR"))
        }
        None => failure.hint("give this one its own: --data-dir DIR"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_and_told_who_holds_it() {
        let data = tempfile::tempdir().unwrap();
        let first = Lock::take(data.path()).unwrap();
        let refused = Lock::take(data.path()).unwrap_err();
        assert!(refused.message.contains(&format!("process {}", std::process::id())), "{}", refused.message);
        drop(first);
        Lock::take(data.path()).unwrap();
    }

    #[test]
    fn a_directory_that_was_made_for_nothing_goes_again() {
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("data");
        drop(Lock::take_new(&data).unwrap());
        assert!(!data.exists());
        Lock::take_new(&data).unwrap().keep();
        assert!(data.exists());
    }
}
