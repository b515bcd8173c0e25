// SPDX-License-Identifier: MIT OR Apache-2.0
//! What tells one state of a file from another [RFC 9110 §8.8].

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::header::HeaderValue;
use rustix::fs::Stat;

/// A file's strong entity tag and its date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Validators {
    /// With its quotes.
    etag: String,
    /// Whole seconds since 1970: dates in HTTP have no more.
    modified: u64,
}

impl Validators {
    /// Of a file as it is now: which one it is, how long it is and when it was written.
    pub(crate) fn of(stat: &Stat) -> Self {
        let etag = format!(
            "\"{:x}-{:x}-{:x}-{:x}.{:x}\"",
            stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime, stat.st_mtime_nsec
        );
        Self { etag, modified: u64::try_from(stat.st_mtime).unwrap_or(0) }
    }

    pub(crate) fn etag(&self) -> &str {
        &self.etag
    }

    pub(crate) fn etag_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.etag).ok()
    }

    /// Seconds since 1970.
    pub(crate) fn modified(&self) -> u64 {
        self.modified
    }

    /// `None`: a date past what a date in HTTP can say.
    pub(crate) fn modified_header(&self) -> Option<HeaderValue> {
        // Past the year 9999 httpdate panics.
        if self.modified >= 253_402_300_800 {
            return None;
        }
        let time: SystemTime = UNIX_EPOCH.checked_add(Duration::from_secs(self.modified))?;
        HeaderValue::from_str(&httpdate::fmt_http_date(time)).ok()
    }
}

#[cfg(test)]
impl Validators {
    pub(crate) fn fake(etag: &str, modified: u64) -> Self {
        Self { etag: etag.to_owned(), modified }
    }
}
