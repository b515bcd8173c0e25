// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing a file whole or not at all: a temporary file beside it, synced, then moved into place.

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::rand;
use rustix::fs::{CWD, RenameFlags};
use rustix::io::Errno;

use super::error::FileError;

/// Whether an existing file may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// An existing file is left alone, and that is an error.
    Refuse,
    /// An existing file is replaced, at once and whole.
    Replace,
}

/// Writes a private key with mode 0600: whole and durable, or not at all.
///
/// # Errors
/// The file exists and is not to be replaced, or the system refused; then no file is left behind,
/// and an existing one is as it was.
pub fn write_private_key(path: &Path, pem: &str, overwrite: Overwrite) -> Result<(), FileError> {
    write(path, pem.as_bytes(), 0o600, overwrite)
}

/// Writes what everyone may read with mode 0644: whole and durable, or not at all.
///
/// # Errors
/// As [`write_private_key`].
pub fn write_public(path: &Path, content: &[u8], overwrite: Overwrite) -> Result<(), FileError> {
    write(path, content, 0o644, overwrite)
}

fn write(path: &Path, content: &[u8], mode: u32, overwrite: Overwrite) -> Result<(), FileError> {
    let refused = |action| move |source| FileError::Io { action, path: path.to_owned(), source };
    // Said before the work; the move below is what holds against a file that appears meanwhile.
    if overwrite == Overwrite::Refuse && path.symlink_metadata().is_ok() {
        return Err(FileError::Exists { path: path.to_owned() });
    }
    let (directory, temporary) = beside(path).map_err(refused("write"))?;
    let mut file = create(&temporary).map_err(refused("write"))?;
    let guard = RemoveOnDrop(&temporary);
    // The umask has no say: 0600 is all that a key gets, and 0644 is what a certificate needs.
    file.set_permissions(Permissions::from_mode(mode)).map_err(refused("set the mode of"))?;
    file.write_all(content).map_err(refused("write"))?;
    file.sync_all().map_err(refused("write"))?;
    drop(file);
    match overwrite {
        Overwrite::Replace => fs::rename(&temporary, path).map_err(refused("replace"))?,
        Overwrite::Refuse => move_to_free(&temporary, path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => FileError::Exists { path: path.to_owned() },
            _ => refused("write")(error),
        })?,
    }
    drop(guard);
    // The name is durable when its directory is.
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(refused("sync the directory of"))
}

/// The directory of `path`, and a name in it that nobody guesses.
fn beside(path: &Path) -> io::Result<(PathBuf, PathBuf)> {
    let no_name = || io::Error::new(io::ErrorKind::InvalidInput, "it names no file");
    path.file_name().ok_or_else(no_name)?;
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut random = [0_u8; 8];
    rand::fill(&mut random).map_err(|_unspecified| io::Error::other("no random octets"))?;
    let temporary = directory.join(format!(".chancery-{:016x}.tmp", u64::from_be_bytes(random)));
    Ok((directory.to_owned(), temporary))
}

fn create(temporary: &Path) -> io::Result<File> {
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(temporary)
}

/// Moves a file to a name that must be free; two that race for it do not both win.
fn move_to_free(from: &Path, to: &Path) -> io::Result<()> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // File systems without it have hard links, whose making fails on an existing name too.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => fs::hard_link(from, to),
        other => other.map_err(io::Error::from),
    }
}

/// Removes a temporary file, wherever writing ended; after the move there is none.
struct RemoveOnDrop<'a>(&'a Path);

impl Drop for RemoveOnDrop<'_> {
    fn drop(&mut self) {
        // Nothing to tell when it fails: it is gone, or its directory is.
        let _ = fs::remove_file(self.0);
    }
}
