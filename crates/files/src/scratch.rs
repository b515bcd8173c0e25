// SPDX-License-Identifier: MIT OR Apache-2.0
//! An upload that is not finished: a file that has no name, or one that is never shown, until it takes its
//! place in one step.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{
    AtFlags, CWD, FlockOperation, Mode, OFlags, RenameFlags, flock, linkat, openat, renameat, renameat_with,
    unlinkat,
};
use rustix::io::Errno;

use crate::path::UNFINISHED;

/// What the caller's umask leaves of it.
const MODE: Mode = Mode::from_raw_mode(0o666);

/// Names that are taken by what a crash left are passed over, up to this many.
const ATTEMPTS: usize = 10_000;

/// How the served folder keeps what is unfinished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// `O_TMPFILE`: gone with the process, whatever happens.
    Nameless,
    /// Under a name of [`UNFINISHED`], where the file system or a confinement allows no other way.
    Named,
}

/// A file that is being written, and goes away unless it is placed.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: OwnedFd,
    file: Arc<File>,
    name: Option<String>,
}

impl Naming {
    /// Try it out in `folder`.
    pub(crate) fn probe(folder: BorrowedFd<'_>) -> io::Result<Self> {
        let scratch = Scratch::create(folder.try_clone_to_owned()?, Self::Nameless)?;
        if scratch.name.is_some() {
            return Ok(Self::Named);
        }
        Ok(match scratch.give_unshown_name() {
            Ok(name) => {
                unlinkat(folder, name, AtFlags::empty())?;
                Self::Nameless
            }
            Err(_needs_a_name_from_the_start) => Self::Named,
        })
    }
}

impl Scratch {
    pub(crate) fn create(folder: OwnedFd, naming: Naming) -> Result<Self, Errno> {
        let flags = OFlags::WRONLY | OFlags::CLOEXEC;
        if naming == Naming::Nameless {
            match openat(&folder, ".", flags | OFlags::TMPFILE, MODE) {
                Ok(file) => return Ok(Self { folder, file: Arc::new(file.into()), name: None }),
                // This file system, which may be another than the root's, has no nameless files.
                Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOENT) => {}
                Err(other) => return Err(other),
            }
        }
        let flags = flags | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
        let (name, file) = with_unshown_name(|name| openat(&folder, name, flags, MODE))?;
        // Held as long as it is open: what nobody holds is what a crash left.
        let scratch = Self { folder, file: Arc::new(file.into()), name: Some(name) };
        flock(&*scratch.file, FlockOperation::NonBlockingLockExclusive)?;
        Ok(scratch)
    }

    pub(crate) fn file(&self) -> &Arc<File> {
        &self.file
    }

    pub(crate) fn folder(&self) -> BorrowedFd<'_> {
        self.folder.as_fd()
    }

    /// Take the name `target`; `EXIST` when something has it.
    pub(crate) fn place(&mut self, target: &OsStr) -> Result<(), Errno> {
        let Some(name) = &self.name else { return self.give_name(target) };
        match renameat_with(&self.folder, name, &self.folder, target, RenameFlags::NOREPLACE) {
            // Not all file systems can; the caller has looked, and holds the lock.
            Err(Errno::INVAL | Errno::NOSYS) => renameat(&self.folder, name, &self.folder, target)?,
            other => other?,
        }
        self.name = None;
        Ok(())
    }

    /// Take the name `target` from what has it.
    pub(crate) fn replace(&mut self, target: &OsStr) -> Result<(), Errno> {
        let name = match self.name.take() {
            Some(name) => name,
            None => self.give_unshown_name()?,
        };
        let outcome = renameat(&self.folder, &name, &self.folder, target);
        if outcome.is_err() {
            self.name = Some(name);
        }
        outcome
    }

    fn give_unshown_name(&self) -> Result<String, Errno> {
        flock(&*self.file, FlockOperation::NonBlockingLockExclusive)?;
        Ok(with_unshown_name(|name| self.give_name(OsStr::new(name)))?.0)
    }

    /// Through its descriptor, or, where that is a privilege, through /proc.
    fn give_name(&self, name: &OsStr) -> Result<(), Errno> {
        match linkat(&*self.file, "", &self.folder, name, AtFlags::EMPTY_PATH) {
            Err(Errno::NOENT | Errno::PERM | Errno::INVAL) => {
                let file = format!("/proc/self/fd/{}", self.file.as_raw_fd());
                linkat(CWD, file, &self.folder, name, AtFlags::SYMLINK_FOLLOW)
            }
            other => other,
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(name) = &self.name
            && let Err(error) = unlinkat(&self.folder, name, AtFlags::empty())
        {
            tracing::warn!(%error, name, "what is left of an upload cannot be removed");
        }
    }
}

/// Do something with the first unshown name that is free.
fn with_unshown_name<T>(mut make: impl FnMut(&str) -> Result<T, Errno>) -> Result<(String, T), Errno> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let process = std::process::id();
    for _ in 0..ATTEMPTS {
        let name = format!("{UNFINISHED}{process}-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        match make(&name) {
            Ok(made) => return Ok((name, made)),
            Err(Errno::EXIST) => {}
            Err(other) => return Err(other),
        }
    }
    Err(Errno::EXIST)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use std::io::Write as _;
    use std::path::Path;

    fn scratch(folder: &Path, naming: Naming, content: &str) -> Scratch {
        let scratch = Scratch::create(File::open(folder).unwrap().into(), naming).unwrap();
        (&**scratch.file()).write_all(content.as_bytes()).unwrap();
        scratch
    }

    fn names(folder: &Path) -> Vec<String> {
        let names = std::fs::read_dir(folder).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn named_or_not_it_takes_its_place_once_and_leaves_nothing() {
        for naming in [Naming::Nameless, Naming::Named] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path();
            drop(scratch(path, naming, "dropped"));
            assert_eq!(names(path), Vec::<String>::new(), "{naming:?}");
            scratch(path, naming, "1").place(OsStr::new("a")).unwrap();
            assert_eq!(scratch(path, naming, "2").place(OsStr::new("a")), Err(Errno::EXIST), "{naming:?}");
            assert_eq!(std::fs::read_to_string(path.join("a")).unwrap(), "1");
            scratch(path, naming, "3").replace(OsStr::new("a")).unwrap();
            assert_eq!(std::fs::read_to_string(path.join("a")).unwrap(), "3");
            assert_eq!(names(path), ["a"], "{naming:?}");
        }
    }

    #[test]
    fn a_folder_tells_how_it_can_be_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let opened = File::open(folder.path()).unwrap();
        Naming::probe(opened.as_fd()).unwrap();
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }
}
