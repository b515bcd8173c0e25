// SPDX-License-Identifier: MIT OR Apache-2.0
//! The clock and the environment, read here alone.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use x509::Time;

/// The corpora: the folder asked for, else `CHANCERY_VECTORS`, else `../shared/vectors` beside the workspace.
pub(crate) fn vectors(asked: Option<PathBuf>) -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    asked.or_else(|| variable("CHANCERY_VECTORS").map(PathBuf::from)).unwrap_or_else(beside)
}

/// Whether this is a run in continuous integration, where a skip is a failure.
pub(crate) fn is_ci() -> bool {
    variable("CI").is_some_and(|value| value == "true" || value == "1")
}

/// The present moment, which is what a case without a time asks for.
#[expect(clippy::disallowed_methods, reason = "the one place where the vectors' `now` is read")]
pub(crate) fn now() -> Time {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |span| span.as_secs());
    Time::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
}

#[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
