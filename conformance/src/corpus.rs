// SPDX-License-Identifier: MIT OR Apache-2.0
//! The corpora that a folder holds.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use x509::Time;

use crate::case::Case;
use crate::error::Error;
use crate::{bettertls, limbo, pkits};

/// The cases of one corpus.
pub(crate) struct Corpus {
    pub(crate) name: String,
    pub(crate) standing: Standing,
    pub(crate) cases: Vec<Case>,
}

/// What a disagreement with the corpus means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It fails the run, unless it is a known one.
    Binding,
    /// It is told: the cases are proposals.
    Proposed,
}

/// What a folder holds, and what was looked for in vain.
pub(crate) struct Found {
    pub(crate) corpora: Vec<Corpus>,
    pub(crate) missing: Vec<PathBuf>,
}

/// Reads every corpus below `folder`; `now` is the moment of cases that name none.
pub(crate) fn find(folder: &Path, now: Time) -> Result<Found, Error> {
    let mut found = Found { corpora: Vec::new(), missing: Vec::new() };
    for (file, name, standing) in [
        ("limbo.json.gz", "x509-limbo", Standing::Binding),
        ("limbo-candidates.json.gz", "x509-limbo-candidates", Standing::Proposed),
    ] {
        let path = folder.join("x509-limbo").join(file);
        let Some(path) = found.present(path) else { continue };
        let cases = limbo::load(&path)?.into_iter().map(|case| limbo::case(case, now)).collect();
        found.corpora.push(Corpus { name: name.to_owned(), standing, cases });
    }
    let bettertls = folder.join("bettertls");
    let files = found.all_in(&bettertls)?;
    for path in &files {
        found.corpora.extend(bettertls::load(path)?);
    }
    for suite in bettertls::SUITES.iter().filter(|_| !files.is_empty()) {
        if !found.corpora.iter().any(|corpus| corpus.name == bettertls::name(suite)) {
            found.missing.push(bettertls.join(format!("{suite}.json.gz")));
        }
    }
    if let Some(path) = found.present(folder.join("pkits/pkits.json")) {
        found.corpora.push(pkits::load(&path)?);
    }
    Ok(found)
}

impl Found {
    /// A file that is there; one that is not is noted.
    fn present(&mut self, path: PathBuf) -> Option<PathBuf> {
        if path.is_file() {
            return Some(path);
        }
        self.missing.push(path);
        None
    }

    /// The gzipped files of a folder, in the order of their names.
    fn all_in(&mut self, folder: &Path) -> Result<Vec<PathBuf>, Error> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.path()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.missing.push(folder.join("*.json.gz"));
                return Ok(Vec::new());
            }
            Err(error) => return Err(Error::at(folder)(error)),
        };
        let mut files: Vec<_> = entries.filter(|path| path.extension() == Some(OsStr::new("gz"))).collect();
        files.sort();
        if files.is_empty() {
            self.missing.push(folder.join("*.json.gz"));
        }
        Ok(files)
    }
}

/// Reads a JSON file, gzipped if its name says so.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let file = BufReader::new(File::open(path).map_err(Error::at(path))?);
    let reader: Box<dyn Read> = match path.extension() == Some(OsStr::new("gz")) {
        true => Box::new(BufReader::new(GzDecoder::new(file))),
        false => Box::new(file),
    };
    serde_json::from_reader(reader).map_err(|source| Error::corpus(path, source))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_missing_is_told_by_name() {
        let found = find(Path::new(env!("CARGO_MANIFEST_DIR")), Time::from_unix(0)).unwrap();
        assert!(found.corpora.is_empty());
        let names = found.missing.iter().filter_map(|path| path.file_name()?.to_str());
        let expect = ["limbo.json.gz", "limbo-candidates.json.gz", "*.json.gz", "pkits.json"];
        assert_eq!(names.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn a_corpus_that_is_no_corpus_is_an_error() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert!(matches!(read::<serde_json::Value>(&path), Err(Error::Corpus { .. })));
    }
}
