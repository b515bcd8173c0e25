// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything that tidy looks at, read once: the packages and the text files.

use std::path::Path;

use crate::metadata::{self, Package};
use crate::workspace;

/// What holds nothing of ours; in a second work tree `.git` is a file.
const FOREIGN: [&str; 4] = [".git", "target", "corpus", "artifacts"];

/// A text file of the repository.
#[derive(Debug)]
pub(super) struct File {
    /// From the root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

/// The repository.
#[derive(Debug, Default)]
pub(super) struct House {
    pub(super) packages: Vec<Package>,
    pub(super) files: Vec<File>,
}

impl House {
    /// Reads the repository and asks cargo what it is built from.
    pub(super) fn open() -> Result<Self, String> {
        let root = workspace::root();
        let mut house = Self { packages: metadata::read()?, files: Vec::new() };
        house.walk(root, root).map_err(|error| format!("{}: {error}", root.display()))?;
        house.files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(house)
    }

    fn walk(&mut self, root: &Path, folder: &Path) -> std::io::Result<()> {
        for entry in folder.read_dir()? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if FOREIGN.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            if kind.is_dir() {
                self.walk(root, &path)?;
            } else if kind.is_file()
                && let Ok(text) = String::from_utf8(std::fs::read(&path)?)
            {
                let path = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
                self.files.push(File { path, text });
            }
        }
        Ok(())
    }

    /// The Rust sources.
    pub(super) fn sources(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// The packages of the workspace.
    pub(super) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.is_member)
    }

    /// Whether a file, or a folder that holds one, is there.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let is_it = |file: &File| {
            file.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.files.iter().any(is_it)
    }

    /// The first line of the file that holds the text, counted from 1.
    pub(super) fn line_of(&self, path: &str, text: &str) -> Option<usize> {
        let file = self.files.iter().find(|file| file.path == path)?;
        file.text.lines().position(|line| line.contains(text)).map(|at| at + 1)
    }
}

impl File {
    /// The lines before the unit tests, with their numbers.
    pub(super) fn lines_before_tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
        lines.enumerate().map(|(at, line)| (at + 1, line))
    }

    /// All lines, with their numbers.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line))
    }
}

/// What the checks' own tests build: a house of a few files.
#[cfg(test)]
pub(super) mod sample {
    use super::*;
    use crate::metadata::{Dependency, Kind};

    pub(in crate::tidy) fn files(files: &[(&str, &str)]) -> House {
        let file = |&(path, text): &(&str, &str)| File { path: path.to_owned(), text: text.to_owned() };
        House { packages: Vec::new(), files: files.iter().map(file).collect() }
    }

    pub(in crate::tidy) fn package(name: &str, version: &str, license: Option<&str>) -> Package {
        Package {
            name: name.to_owned(),
            version: version.to_owned(),
            license: license.map(str::to_owned),
            is_member: false,
            dependencies: Vec::new(),
        }
    }

    pub(in crate::tidy) fn member(name: &str, dependencies: &[(&str, Kind)]) -> Package {
        let dependency = |&(package, kind): &(&str, Kind)| Dependency { package: package.to_owned(), kind };
        Package {
            is_member: true,
            dependencies: dependencies.iter().map(dependency).collect(),
            ..package(name, "0.1.0", Some("MIT OR Apache-2.0"))
        }
    }
}
