// SPDX-License-Identifier: MIT OR Apache-2.0
//! The served folder: every open goes beneath it, by the kernel's own rule where it has one.

use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, ResolveFlags, Stat, fstat, fstatfs, openat, openat2, statat,
};
use rustix::io::Errno;

use crate::error::{OpenError, Refusal};
use crate::path::RequestPath;

/// Never wait for a FIFO's other end, and never become a terminal's process.
const READ: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// `..` is refused before; links may lead anywhere beneath, and nowhere else.
const BENEATH: ResolveFlags = ResolveFlags::BENEATH.union(ResolveFlags::NO_MAGICLINKS);
/// What can be opened without waiting for a disk or a network.
const AT_ONCE: ResolveFlags = BENEATH.union(ResolveFlags::CACHED).union(ResolveFlags::NO_XDEV);

/// The kernel says EAGAIN when something was renamed while it resolved a path.
const ATTEMPTS: usize = 16;

/// File systems that answer from memory what is in memory: ext2/3/4, XFS, Btrfs, tmpfs, overlayfs, F2FS.
const LOCAL: [i128; 6] = [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0xF2F5_2010];

/// The served folder.
#[derive(Debug)]
pub(crate) struct Root {
    fd: OwnedFd,
    resolution: Resolution,
    local: bool,
}

/// Who keeps a path beneath the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resolution {
    /// `openat2`: links are followed as long as they stay beneath.
    Kernel,
    /// An old or a confined kernel has none: name by name, following no link at all.
    Walk,
}

/// What a path led to.
#[derive(Debug)]
pub(crate) enum Opened {
    File(OwnedFd, Stat),
    Folder(OwnedFd),
}

impl Root {
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        let fd = rustix::fs::open(path, FOLDER, Mode::empty()).map_err(|errno| match errno {
            Errno::NOENT => OpenError::NotFound { path: path.to_owned() },
            Errno::NOTDIR => OpenError::NotAFolder { path: path.to_owned() },
            other => OpenError::Unreadable { path: path.to_owned(), source: other.into() },
        })?;
        let probe = openat2(&fd, ".", OFlags::PATH | OFlags::CLOEXEC, Mode::empty(), BENEATH);
        let resolution = if probe.is_ok() { Resolution::Kernel } else { Resolution::Walk };
        let local = fstatfs(&fd).is_ok_and(|found| LOCAL.contains(&i128::from(found.f_type)));
        Ok(Self { fd, resolution, local })
    }

    #[cfg(test)]
    pub(crate) fn with_resolution(self, resolution: Resolution) -> Self {
        Self { resolution, ..self }
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// Whether reads that would wait can be told from those that would not.
    pub(crate) fn is_local(&self) -> bool {
        self.local
    }

    /// Open what `path` leads to, if that takes no waiting.
    pub(crate) fn open_at_once(&self, path: &RequestPath) -> Option<Result<Opened, Refusal>> {
        if !self.local || self.resolution != Resolution::Kernel {
            return None;
        }
        match openat2(&self.fd, path.beneath(), READ, Mode::empty(), AT_ONCE) {
            Ok(fd) => Some(Opened::new(fd)),
            // Not in memory, on another file system, or a kernel before 5.12: the slow way will tell.
            Err(Errno::AGAIN | Errno::XDEV | Errno::INVAL) => None,
            Err(errno) => Some(Err(errno.into())),
        }
    }

    /// Open what `path` leads to. May wait for a disk.
    pub(crate) fn open_path(&self, path: &RequestPath) -> Result<Opened, Refusal> {
        Opened::new(self.resolve(path, READ)?)
    }

    /// Open the folder that `path` leads to.
    pub(crate) fn open_folder(&self, path: &RequestPath) -> Result<OwnedFd, Errno> {
        self.resolve(path, FOLDER)
    }

    /// What `path` leads to, without opening it.
    pub(crate) fn stat(&self, path: &RequestPath) -> Result<Stat, Errno> {
        fstat(self.resolve(path, OFlags::PATH | OFlags::CLOEXEC)?)
    }

    fn resolve(&self, path: &RequestPath, flags: OFlags) -> Result<OwnedFd, Errno> {
        if self.resolution == Resolution::Walk {
            return self.walk(path, flags);
        }
        let mut outcome = Err(Errno::AGAIN);
        for _ in 0..ATTEMPTS {
            outcome = openat2(&self.fd, path.beneath(), flags, Mode::empty(), BENEATH);
            if !matches!(outcome, Err(Errno::AGAIN)) {
                break;
            }
        }
        outcome
    }

    /// Name by name, each without following a link.
    fn walk(&self, path: &RequestPath, flags: OFlags) -> Result<OwnedFd, Errno> {
        let mut at = openat(&self.fd, ".", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
        let Some(last) = path.last() else { return openat(at, ".", flags, Mode::empty()) };
        for name in path.parent().iter().flat_map(RequestPath::names) {
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            at = match openat(&at, name, flags, Mode::empty()) {
                Err(Errno::NOTDIR) if is_link(&at, Path::new(name)) => return Err(Errno::LOOP),
                other => other?,
            };
        }
        // With O_PATH a link is opened itself.
        if flags.contains(OFlags::PATH) && is_link(&at, Path::new(last)) {
            return Err(Errno::LOOP);
        }
        openat(at, last, flags | OFlags::NOFOLLOW, Mode::empty())
    }
}

fn is_link(folder: &OwnedFd, name: &Path) -> bool {
    statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink)
}

impl Opened {
    fn new(fd: OwnedFd) -> Result<Self, Refusal> {
        let stat = fstat(&fd)?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Ok(Self::File(fd, stat)),
            FileType::Directory => Ok(Self::Folder(fd)),
            _ => Err(Refusal::NotAFile),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn without_openat2_no_link_is_followed_and_everything_else_is_as_with_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
        std::fs::write(folder.path().join("a/b/c"), "x").unwrap();
        symlink("a", folder.path().join("link")).unwrap();
        symlink("a/b/c", folder.path().join("file-link")).unwrap();
        let kernel = Root::open(folder.path()).unwrap();
        let walk = Root::open(folder.path()).unwrap().with_resolution(Resolution::Walk);
        let check = |root: &Root, path: &str, expect: Result<&str, Errno>| {
            let path = RequestPath::parse(path).unwrap();
            let kind = |stat: Stat| match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => "file",
                FileType::Directory => "folder",
                _ => "other",
            };
            assert_eq!(root.stat(&path).map(kind), expect, "stat {path:?}");
            let opened = root.open_path(&path).map(|opened| match opened {
                Opened::File(..) => "file",
                Opened::Folder(_) => "folder",
            });
            assert_eq!(opened.ok(), expect.ok(), "open {path:?}");
        };
        for root in [&kernel, &walk] {
            check(root, "/", Ok("folder"));
            check(root, "/a/b", Ok("folder"));
            check(root, "/a/b/c", Ok("file"));
            check(root, "/a/missing", Err(Errno::NOENT));
            check(root, "/a/b/c/d", Err(Errno::NOTDIR));
        }
        check(&walk, "/link", Err(Errno::LOOP));
        check(&walk, "/link/b/c", Err(Errno::LOOP));
        check(&walk, "/file-link", Err(Errno::LOOP));
        check(&kernel, "/link/b/c", Ok("file"));
        check(&kernel, "/file-link", Ok("file"));
    }

    #[test]
    fn what_is_in_memory_is_opened_at_once_or_the_slow_way_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "x").unwrap();
        let root = Root::open(folder.path()).unwrap();
        let path = RequestPath::parse("/a").unwrap();
        root.open_path(&path).unwrap();
        assert!(matches!(root.open_at_once(&path), None | Some(Ok(Opened::File(..)))));
        let slow = root.with_resolution(Resolution::Walk);
        assert!(slow.open_at_once(&path).is_none());
    }
}
