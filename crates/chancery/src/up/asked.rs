// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names that somebody has asked for with `--name`: kept beside the server's key, so that a start without the argument
//! does not forget them.

use std::path::{Path, PathBuf};

use keys::SubjectName;
use keys::file::Overwrite;

use crate::failure::{Failure, shell};
use crate::ui::Ui;
use crate::{input, output};

/// The most octets that the file may have.
const LIMIT: u64 = 64 << 10;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    names: Vec<SubjectName>,
    /// Those of the last start; `None` where it kept none.
    before: Option<Vec<SubjectName>>,
    file: PathBuf,
}

impl Asked {
    /// What was asked for now, which takes the place of all from before; where nothing was, that from before, which is
    /// told.
    pub(crate) fn of(now: &[SubjectName], file: PathBuf, ui: &mut Ui) -> Result<Self, Failure> {
        let before = read(&file)?;
        let names = if now.is_empty() { before.clone().unwrap_or_default() } else { now.to_vec() };
        if now.is_empty() && !names.is_empty() {
            let known: Vec<String> = names.iter().map(ToString::to_string).collect();
            ui.note(&format!(
                "known as {}, as was asked for before (--name says otherwise)",
                known.join(", ")
            ))?;
        }
        Ok(Self { names, before, file })
    }

    /// The names.
    pub(crate) fn names(&self) -> &[SubjectName] {
        &self.names
    }

    /// Keeps them for the next start. Call it once a certificate has them.
    pub(crate) fn keep(&self) -> Result<(), Failure> {
        if self.before.as_deref().unwrap_or_default() == self.names {
            return Ok(());
        }
        let lines: String = self.names.iter().map(|name| format!("{name}\n")).collect();
        output::public(&self.file, lines.as_bytes(), Overwrite::Replace)
    }
}

fn read(file: &Path) -> Result<Option<Vec<SubjectName>>, Failure> {
    if file.symlink_metadata().is_err() {
        return Ok(None);
    }
    let content = input::read(file, LIMIT)?;
    let wrong = |line: usize, reason: String| {
        Failure::could_not(format!("{}, line {line}: {reason}", file.display()))
            .hint(format!("take it away, and name them again with --name: rm {}", shell(file)))
    };
    let text = String::from_utf8(content).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        wrong(1, format!("octet {at} of the file is not UTF-8"))
    })?;
    let name = |(line, name): (usize, &str)| {
        SubjectName::parse(name.trim()).map_err(|error| wrong(line + 1, error.to_string()))
    };
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(name).collect::<Result<_, _>>().map(Some)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn asked(file: &Path, now: &[&str]) -> Result<Vec<String>, Failure> {
        let now: Vec<SubjectName> = now.iter().map(|name| SubjectName::parse(name).unwrap()).collect();
        let asked = Asked::of(&now, file.to_owned(), &mut Ui::unheard())?;
        asked.keep()?;
        Ok(asked.names().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_was_asked_for_stays_until_something_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("names");
        assert!(asked(&file, &[]).unwrap().is_empty());
        assert!(!file.exists(), "nothing was asked for");
        assert_eq!(asked(&file, &["a.internal", "10.0.0.7"]).unwrap(), ["a.internal", "10.0.0.7"]);
        assert_eq!(asked(&file, &[]).unwrap(), ["a.internal", "10.0.0.7"]);
        assert_eq!(asked(&file, &["b.internal"]).unwrap(), ["b.internal"]);
        assert_eq!(asked(&file, &[]).unwrap(), ["b.internal"]);
    }

    #[test]
    fn a_file_that_holds_no_names_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("names");
        for (content, line) in [(&b"a.internal\n\nno name\n"[..], "line 3: "), (b"\xff", "not UTF-8")] {
            std::fs::write(&file, content).unwrap();
            let failure = asked(&file, &[]).unwrap_err();
            assert!(failure.message.contains(line), "{}", failure.message);
            assert!(failure.hints.iter().any(|hint| hint.contains("rm ")), "{:?}", failure.hints);
            assert_eq!(asked(&file, &["b.internal"]).unwrap_err().message, failure.message);
        }
    }
}
