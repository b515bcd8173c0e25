// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the owner of a folder allows.

/// What the owner of a folder allows. The default: reading, of files that are not hidden.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct FilesConfig {
    /// Whether files may be put.
    pub uploads: Uploads,
    /// Whether names that begin with a dot are there.
    pub hidden: HiddenFiles,
}

/// Whether files may be put.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Uploads {
    /// No file is ever written.
    #[default]
    Refused,
    /// PUT writes files.
    Accepted {
        /// The largest file taken, in bytes.
        largest: Option<u64>,
    },
}

/// Whether names that begin with a dot are there. `.well-known` always is [RFC 8615], and unfinished
/// uploads never are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HiddenFiles {
    /// They are not listed, not served and not written.
    #[default]
    Refused,
    /// They are as any other.
    Served,
}
