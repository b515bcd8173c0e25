// SPDX-License-Identifier: MIT OR Apache-2.0
//! Removing what a crash left of unfinished uploads.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::Arc;

use rustix::fs::{AtFlags, Dir, FileType, FlockOperation, Mode, OFlags, flock, openat, statat, unlinkat};
use rustix::io::Errno;

use crate::folder::Shared;
use crate::path::{RequestPath, UNFINISHED};

/// Look through the whole folder on a thread of its own.
pub(crate) fn start(shared: Arc<Shared>) {
    let started = std::thread::Builder::new().name("files-sweep".to_owned()).spawn(move || {
        let removed = sweep(&shared);
        if removed > 0 {
            tracing::info!(removed, "unfinished uploads of an earlier run were removed");
        }
    });
    if let Err(error) = started {
        tracing::warn!(%error, "unfinished uploads of an earlier run are not looked for");
    }
}

/// Remove every unfinished upload that no process holds. How many there were.
pub(crate) fn sweep(shared: &Shared) -> usize {
    let mut removed = 0usize;
    let Ok(root) = RequestPath::parse("/") else { return 0 };
    let mut folders = vec![root];
    while let Some(path) = folders.pop() {
        // What cannot be read is passed over: it is looked at again at the next start.
        let Ok(folder) = shared.root.open_folder(&path) else { continue };
        let Ok(items) = Dir::read_from(&folder) else { continue };
        for item in items.flatten() {
            let name = OsStr::from_bytes(item.file_name().to_bytes());
            if name == "." || name == ".." {
                continue;
            }
            let is_unfinished = name.as_bytes().starts_with(UNFINISHED.as_bytes());
            match kind(&folder, name, item.file_type()) {
                FileType::Directory => folders.push(path.child(name)),
                FileType::RegularFile if is_unfinished && remove(&folder, name).is_ok() => {
                    removed = removed.saturating_add(1);
                }
                _ => {}
            }
        }
    }
    removed
}

fn kind(folder: &OwnedFd, name: &OsStr, told: FileType) -> FileType {
    if told != FileType::Unknown {
        return told;
    }
    statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)
        .map_or(FileType::Unknown, |stat| FileType::from_raw_mode(stat.st_mode))
}

fn remove(folder: &OwnedFd, name: &OsStr) -> Result<(), Errno> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = openat(folder, name, flags, Mode::empty())?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    unlinkat(folder, name, AtFlags::empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::config::FilesConfig;
    use crate::root::Root;
    use crate::scratch::{Naming, Scratch};

    #[test]
    fn what_a_crash_left_goes_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        for path in [folder.path().join(".chancery-upload-1-1"), deep.join(".chancery-upload-1-2")] {
            std::fs::write(path, "left").unwrap();
        }
        std::fs::write(deep.join("kept"), "x").unwrap();
        let shared = Shared {
            root: Root::open(folder.path()).unwrap(),
            config: FilesConfig::default(),
            pool: Arc::default(),
            places: tokio::sync::Semaphore::new(1),
            naming: Naming::Named,
            commit: parking_lot::Mutex::default(),
        };
        let mut held = Scratch::create(std::fs::File::open(&deep).unwrap().into(), Naming::Named).unwrap();
        assert_eq!(sweep(&shared), 2);
        held.place(OsStr::new("held")).unwrap();
        let mut names: Vec<_> =
            std::fs::read_dir(&deep).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["held", "kept"]);
        assert_eq!(sweep(&shared), 0);
    }
}
