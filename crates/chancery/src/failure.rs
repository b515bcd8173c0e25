// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one error type at the edge: what happened, why, and the command that mends it.

use std::error::Error;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// What a verb that ran to its end answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Done, or trusted: exit 0.
    Yes,
    /// The answer is no, and it has been told in full: exit 1.
    No,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Yes => Self::SUCCESS,
            Verdict::No => Self::from(1),
        }
    }
}

/// Why a verb stopped; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A rule says no: exit 1.
    Refused,
    /// It could not be done: unreadable, locked, full, corrupt, wrong passphrase: exit 2.
    CouldNot,
    /// Whoever read our output has gone: exit 0, nothing to say.
    ReaderGone,
}

/// A verb's failure: `error:`, `caused by:` and `hint:` lines, and an exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    pub(crate) message: String,
    pub(crate) causes: Vec<String>,
    pub(crate) hints: Vec<String>,
}

impl Failure {
    /// Refused by a rule (exit 1).
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Kind::Refused, message.into())
    }

    /// Could not be done (exit 2).
    pub(crate) fn could_not(message: impl Into<String>) -> Self {
        Self::new(Kind::CouldNot, message.into())
    }

    /// Could not read a file; says which, and what to do about it.
    pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Self {
        let failure = Self::could_not(format!("cannot read {}", path.display())).because(error);
        match error.kind() {
            io::ErrorKind::NotFound if path.is_absolute() => {
                failure.hint(format!("ls -l {}", shell(path.parent().unwrap_or(path))))
            }
            io::ErrorKind::NotFound => failure.hint("check the path: relative paths start where you are"),
            io::ErrorKind::PermissionDenied => failure.hint(format!("ls -l {}", shell(path))),
            _ => failure,
        }
    }

    /// What happened, and what it was caused by, in one line.
    pub(crate) fn in_one_line(&self) -> String {
        let parts = std::iter::once(&self.message).chain(&self.causes);
        parts.map(String::as_str).collect::<Vec<_>>().join(": ")
    }

    /// An error that says itself what could not be done (exit 2); what it was caused by follows.
    pub(crate) fn from_error(error: &(dyn Error + 'static)) -> Self {
        let failure = Self::could_not(error.to_string());
        match error.source() {
            Some(source) => failure.because(source),
            None => failure,
        }
    }

    fn new(kind: Kind, message: String) -> Self {
        Self { kind, message, causes: Vec::new(), hints: Vec::new() }
    }

    /// Adds an error, and everything that it was caused by, as causes.
    pub(crate) fn because(mut self, error: &(dyn Error + 'static)) -> Self {
        self.causes
            .extend(std::iter::successors(Some(error), |&error| error.source()).map(ToString::to_string));
        self
    }

    /// Adds a hint: a command to run, wherever one exists.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// What became of writing to the caller.
    pub(crate) fn output(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(Kind::ReaderGone, String::new()),
            _ => Self::could_not("cannot write to standard output").because(error),
        }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Refused => 1,
            Kind::CouldNot => 2,
            Kind::ReaderGone => 0,
        }
    }
}

/// A path as a shell reads it, for hints that are commands.
pub(crate) fn shell(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,=".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the outer")]
    struct Outer(#[source] io::Error);

    #[test]
    fn every_cause_of_a_cause_is_told_once() {
        let failure = Failure::could_not("no").because(&Outer(io::Error::other("the inner")));
        assert_eq!(failure.causes, ["the outer", "the inner"]);
    }

    #[test]
    fn a_reader_who_left_is_no_error() {
        let failure = Failure::output(&io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(failure.exit_code(), 0);
        assert_eq!(Failure::output(&io::Error::from(io::ErrorKind::StorageFull)).exit_code(), 2);
    }

    #[test]
    fn a_path_in_a_hint_survives_the_shell() {
        assert_eq!(shell(Path::new("/a/b-c.pem")), "/a/b-c.pem");
        assert_eq!(shell(Path::new("it's here")), r"'it'\''s here'");
    }
}
