// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a backup says of itself.

use std::fs;
use std::path::{Component, Path};

use authority::Head;
use serde::{Deserialize, Serialize};
use x509::Time;

use super::entry_of;
use crate::failure::{Failure, shell};
use crate::input;

/// Its file.
pub(super) const FILE: &str = "backup.json";

/// How large it may be, and how many files it may name.
const LARGEST: u64 = 1 << 20;

const FORMAT: u32 = 1;

/// The manifest of a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    format: u32,
    /// The version that made it.
    pub(crate) version: String,
    pub(crate) made_at: String,
    /// The end of the journal, `number:digest`.
    pub(crate) head: String,
    pub(crate) batches: u64,
    pub(crate) files: Vec<FileEntry>,
}

/// A file in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) sha256: String,
}

impl Manifest {
    pub(super) fn new(head: Head, now: Time, files: Vec<FileEntry>) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            made_at: now.to_string(),
            head: head.to_string(),
            batches: head.number,
            files,
        }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// Reads that of a folder: of a format that is known, with a record, and nothing that lies elsewhere.
    pub(super) fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Err(Failure::could_not(format!(
                "{} is no backup: there is no {FILE} in it",
                folder.display()
            ))
            .hint(format!("ls -l {}; a backup is made by: chancery ca backup DIR", shell(folder))));
        }
        let damaged = |reason: String| {
            Failure::could_not(format!("{} is not what chancery ca backup writes: {reason}", path.display()))
                .hint("take another backup")
        };
        let manifest: Self = serde_json::from_slice(&input::read(&path, LARGEST)?)
            .map_err(|error| damaged(error.to_string()))?;
        if manifest.format != FORMAT {
            return Err(damaged(format!("format {}, and {FORMAT} is known", manifest.format)));
        }
        if let Some(stranger) = manifest.files.iter().find(|file| !is_ours(&file.name)) {
            return Err(damaged(format!("a file named {:?}", stranger.name)));
        }
        if !manifest.files.iter().any(|file| file.name == "authority.db") {
            return Err(damaged("no authority.db".to_owned()));
        }
        Ok(manifest)
    }

    /// Reads every file back.
    pub(super) fn verify(&self, folder: &Path) -> Result<(), Failure> {
        for file in &self.files {
            file.require(&entry_of(folder, &file.name)?, folder)?;
        }
        Ok(())
    }

    /// Refuses a folder in which there is more than the backup.
    pub(super) fn require_alone(&self, folder: &Path) -> Result<(), Failure> {
        for (below, prefix) in [("", ""), ("keys", "keys/")] {
            let below = folder.join(below);
            let Ok(entries) = fs::read_dir(&below) else { continue };
            for entry in entries {
                let entry = entry.map_err(|error| Failure::unreadable(&below, &error))?;
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                let is_known =
                    name == FILE || name == "keys" || self.files.iter().any(|file| file.name == name);
                if !is_known {
                    let message = format!("{} is not of the backup in {}", name, folder.display());
                    return Err(Failure::refused(message).hint("name another folder"));
                }
            }
        }
        Ok(())
    }

    /// How many private keys are in it.
    pub(crate) fn keys(&self) -> usize {
        self.files.iter().filter(|file| file.name.starts_with("keys/")).count()
    }
}

impl FileEntry {
    /// Refuses a file that is not what was backed up.
    pub(super) fn require(&self, found: &Self, folder: &Path) -> Result<(), Failure> {
        if self == found {
            return Ok(());
        }
        let path = folder.join(&self.name);
        let message = format!(
            "{} is not what was backed up: {} octets with the SHA-256 {}, and {} with {} were written",
            path.display(),
            found.size,
            found.sha256,
            self.size,
            self.sha256
        );
        Err(Failure::could_not(message).hint("take another backup"))
    }
}

/// Whether a backup has files of this name.
fn is_ours(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    match (name, name.strip_prefix("keys/")) {
        ("authority.db" | "root.pem" | "chancery.toml", _) => true,
        (_, Some(key)) => {
            parts.all(|part| matches!(part, Component::Normal(_))) && !key.is_empty() && !key.contains('/')
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_lies_elsewhere() {
        for name in ["authority.db", "root.pem", "chancery.toml", "keys/root-1.pem"] {
            assert!(is_ours(name), "{name}");
        }
        for name in
            ["", "keys", "keys/", "keys/..", "keys/../a", "/etc/passwd", "../a", "keys/a/b", "keys//a", "a"]
        {
            assert!(!is_ours(name), "{name}");
        }
    }
}
