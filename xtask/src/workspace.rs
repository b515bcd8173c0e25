// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the repository is, where its vectors are, and what the environment says.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The workspace's root folder: the parent of this package's.
pub(crate) fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The corpora: what was asked for, else `CHANCERY_VECTORS`, else `../shared/vectors`.
pub(crate) fn vectors(asked: Option<&Path>) -> PathBuf {
    asked
        .map(Path::to_path_buf)
        .or_else(|| variable("CHANCERY_VECTORS").map(PathBuf::from))
        .unwrap_or_else(|| root().join("../shared/vectors"))
}

/// Whether this is a run in continuous integration, where a skip is a failure.
pub(crate) fn is_ci() -> bool {
    variable("CI").is_some_and(|value| value == "true" || value == "1")
}

/// An environment variable, when it is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the one place where these tools read the environment")]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
