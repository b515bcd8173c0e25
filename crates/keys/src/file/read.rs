// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading a key file.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use zeroize::Zeroizing;

use super::error::FileError;
use crate::container;
use crate::passphrase::Passphrase;
use crate::private_key::PrivateKey;

/// Something about a key file that its owner should know; it was read all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remark {
    /// Others than its owner may read or change it.
    OpenToOthers {
        /// Its permission bits.
        mode: u32,
    },
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenToOthers { mode } => {
                write!(f, "others than its owner may read or change it (mode {mode:04o}, 0600 is enough)")
            }
        }
    }
}

/// A key file as it was read, not yet opened.
pub struct KeyFile {
    path: PathBuf,
    content: Zeroizing<Vec<u8>>,
    remarks: Vec<Remark>,
}

impl KeyFile {
    /// Whether a passphrase is needed.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        container::is_encrypted(&self.content)
    }

    /// What its owner should know about the file.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The key; a passphrase that is not needed is not used.
    ///
    /// # Errors
    /// [`FileError::Key`].
    pub fn open(&self, passphrase: Option<&Passphrase>) -> Result<PrivateKey, FileError> {
        PrivateKey::from_pem(&self.content, passphrase)
            .map_err(|source| FileError::Key { path: self.path.clone(), source })
    }
}

/// The path alone.
impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFile({})", self.path.display())
    }
}

/// Reads a key file of at most 64 KiB, PEM or DER, without opening the key in it.
///
/// # Errors
/// The file cannot be read, is too long, or is no regular file: a pipe is not waited for.
pub fn read_private_key(path: &Path) -> Result<KeyFile, FileError> {
    let refused = |action| move |source| FileError::Io { action, path: path.to_owned(), source };
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let opened = rustix::fs::open(path, flags, Mode::empty());
    let file = File::from(opened.map_err(|errno| refused("open")(errno.into()))?);
    let metadata = file.metadata().map_err(refused("read"))?;
    if !metadata.is_file() {
        return Err(FileError::NotRegular { path: path.to_owned() });
    }
    let limit = u64::try_from(container::LIMIT).unwrap_or(u64::MAX);
    if metadata.len() > limit {
        return Err(FileError::TooLong { path: path.to_owned(), limit });
    }
    // One allocation: a buffer that grows leaves the key behind.
    let mut content = Zeroizing::new(Vec::with_capacity(container::LIMIT.saturating_add(1)));
    file.take(limit.saturating_add(1)).read_to_end(&mut content).map_err(refused("read"))?;
    if content.len() > container::LIMIT {
        return Err(FileError::TooLong { path: path.to_owned(), limit });
    }
    let mode = metadata.mode() & 0o7777;
    let remarks = if mode & 0o077 == 0 { Vec::new() } else { vec![Remark::OpenToOthers { mode }] };
    Ok(KeyFile { path: path.to_owned(), content, remarks })
}
