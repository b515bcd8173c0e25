// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one place that prints. A reader that went away is not an error.

use std::fmt::Display;
use std::io::Write;

/// Prints a line to standard output.
pub(crate) fn line(text: impl Display) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{text}"));
    drop(out.flush());
}

/// Prints a line to standard error, where cargo prints its progress.
pub(crate) fn aside(text: impl Display) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// Prints `error: …` to standard error.
pub(crate) fn error(text: impl Display) {
    aside(format_args!("error: {text}"));
}
