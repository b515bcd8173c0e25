// SPDX-License-Identifier: MIT OR Apache-2.0
//! A backup: a folder with the record as it stood at one moment, what belongs to it, and a manifest of it all.
//!
//! ```text
//! BACKUP/               0700
//!   backup.json         0600  what it is: the end of the journal, when, the version, size and SHA-256 of each file
//!   authority.db        0600  the record, whole without a log
//!   root.pem, chancery.toml
//!   keys/               0700  where they were asked for
//! ```

mod manifest;
mod restore;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use authority::{Head, Record as _, wait};
use keys::file::{Overwrite, read_private_key};
use keys::{AwsLc, RunningDigest};
use rustix::fs::{CWD, RenameFlags};
use store::Sqlite;
use x509::Time;

pub(crate) use manifest::{FileEntry, Manifest};
pub(crate) use restore::Restored;

use super::failures::{open_failure, record_failure};
use super::{Authority, DataDir};
use crate::failure::{Failure, shell};
use crate::output::folder_of;

/// How many batches are read at a time.
const PAGE: usize = 256;

/// Whether the private keys go into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    Taken,
    Left,
}

/// A backup that was made and read back.
#[derive(Debug)]
pub(crate) struct BackedUp {
    pub(crate) manifest: Manifest,
    /// The keys in it that nothing protects but the modes of files.
    pub(crate) plain_keys: Vec<String>,
}

impl Authority {
    /// Makes a backup in a folder that does not exist yet, or takes the place of another backup: everything beside it
    /// first, read back and synced, then moved into place at once. Where it fails, nothing is left, and what was there is
    /// as it was.
    pub(crate) fn back_up(
        &self,
        folder: &Path,
        keys: Keys,
        overwrite: Overwrite,
        now: Time,
    ) -> Result<BackedUp, Failure> {
        let has_any = folder.symlink_metadata().is_ok();
        if has_any {
            match overwrite {
                Overwrite::Refuse => {
                    let failure = Failure::could_not(format!("{} exists already", folder.display()));
                    return Err(failure.hint("name another folder; or replace a backup: --force"));
                }
                // Nothing but a backup is ever taken away.
                Overwrite::Replace => Manifest::read(folder)?.require_alone(folder)?,
            }
        }
        let staging = Staging::beside(folder)?;
        let made = self.fill(staging.path(), keys, now)?;
        match has_any {
            true => staging.replace(folder)?,
            false => staging.move_to(folder)?,
        }
        Ok(made)
    }

    fn fill(&self, folder: &Path, keys: Keys, now: Time) -> Result<BackedUp, Failure> {
        let directory = self.directory();
        let record = folder.join("authority.db");
        self.record().copy_to(&record).map_err(|error| open_failure(directory, &error))?;
        let head = followed(&record, directory)?;
        let mut files = vec![entry_of(folder, "authority.db")?];
        for name in ["root.pem", "chancery.toml"] {
            if directory.path().join(name).exists() {
                files.push(copied(directory.path(), folder, name)?);
            }
        }
        let mut plain_keys = Vec::new();
        if keys == Keys::Taken {
            make_folder(&folder.join("keys"))?;
            for name in files_of(&directory.keys())? {
                let name = format!("keys/{name}");
                let is_plain = |path: &Path| read_private_key(path).is_ok_and(|key| !key.is_encrypted());
                if is_plain(&directory.path().join(&name)) {
                    plain_keys.push(name.clone());
                }
                files.push(copied(directory.path(), folder, &name)?);
            }
        }
        let manifest = Manifest::new(head, now, files);
        let path = folder.join(manifest::FILE);
        let written = new_file(&path).and_then(|mut file| {
            file.write_all(&manifest.encode())?;
            file.sync_all()
        });
        written.map_err(|error| unwritten(&path, &error))?;
        manifest.verify(folder)?;
        Ok(BackedUp { manifest, plain_keys })
    }
}

/// Where the journal of a copy ends, after every batch was found to follow from the one before it.
fn followed(path: &Path, directory: &DataDir) -> Result<Head, Failure> {
    let failed = |error| record_failure(&error, directory);
    let record =
        Sqlite::open_to_read(path, Arc::new(AwsLc)).map_err(|error| open_failure(directory, &error))?;
    let end = wait(record.head()).map_err(failed)?;
    let mut head = Head::GENESIS;
    loop {
        let links = wait(record.links(head.number, PAGE)).map_err(failed)?;
        if links.is_empty() {
            break;
        }
        head = head.follow(&links, &AwsLc).map_err(|error| {
            Failure::could_not("the record is not as it was written")
                .because(&error)
                .hint("chancery ca audit")
        })?;
    }
    match head == end {
        true => Ok(head),
        false => Err(Failure::could_not(format!("the journal ends at {head}, and is said to end at {end}"))
            .hint("chancery ca audit")),
    }
}

/// A folder that is filled beside its place, and taken away again unless it is moved there.
#[derive(Debug)]
struct Staging {
    path: Option<PathBuf>,
}

impl Staging {
    fn beside(place: &Path) -> Result<Self, Failure> {
        let name = place.file_name().ok_or_else(|| {
            Failure::could_not(format!("{} names no folder", place.display())).hint("name a new folder")
        })?;
        let name = format!(".{}-{}.tmp", name.to_string_lossy(), std::process::id());
        let path = place.with_file_name(name);
        make_folder(&path)?;
        Ok(Self { path: Some(path) })
    }

    fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(""))
    }

    /// Moves it to a place where nothing is, or an empty folder.
    fn move_to(mut self, place: &Path) -> Result<(), Failure> {
        let moved = sync_folders(self.path()).and_then(|()| fs::rename(self.path(), place));
        moved.map_err(|error| unwritten(place, &error))?;
        self.path = None;
        sync_parent(place).map_err(|error| unwritten(place, &error))
    }

    /// Changes places with another folder, which is then taken away.
    fn replace(self, place: &Path) -> Result<(), Failure> {
        let exchanged = sync_folders(self.path()).and_then(|()| {
            rustix::fs::renameat_with(CWD, self.path(), CWD, place, RenameFlags::EXCHANGE)?;
            sync_parent(place)
        });
        exchanged.map_err(|error| unwritten(place, &error).hint("or name another folder"))
    }

    /// That it is somewhere else by now.
    fn forget(&mut self) {
        self.path = None;
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // As far as it goes: the failure that led here is the one to tell.
            let _ = fs::remove_dir_all(path);
        }
    }
}

fn sync_folders(folder: &Path) -> io::Result<()> {
    for below in fs::read_dir(folder)? {
        let below = below?;
        // Whoever is a link was not made here.
        if below.file_type()?.is_dir() {
            sync_folders(&below.path())?;
        }
    }
    File::open(folder)?.sync_all()
}

fn sync_parent(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

fn make_folder(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(path).map_err(|error| unwritten(path, &error))
}

fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// The names of the files in a folder, in order; none where there is no such folder.
fn files_of(folder: &Path) -> Result<Vec<String>, Failure> {
    names_of(folder, Path::is_file)
}

/// The names of the folders in a folder, in their order; none where there is no folder.
fn folders_of(folder: &Path) -> Result<Vec<String>, Failure> {
    names_of(folder, Path::is_dir)
}

fn names_of(folder: &Path, wanted: fn(&Path) -> bool) -> Result<Vec<String>, Failure> {
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Failure::unreadable(folder, &error)),
    };
    let files = listed.filter_map(Result::ok).filter(|entry| wanted(&entry.path()));
    let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}

/// Copies a file from one folder to another, durably.
fn copied(from: &Path, to: &Path, name: &str) -> Result<FileEntry, Failure> {
    let (source, target) = (from.join(name), to.join(name));
    let mut read = File::open(&source).map_err(|error| Failure::unreadable(&source, &error))?;
    let written = new_file(&target).and_then(|mut file| {
        let copied = digested(&mut read, &mut file)?;
        file.sync_all().map(|()| copied)
    });
    let (size, sha256) = written.map_err(|error| unwritten(&target, &error))?;
    Ok(FileEntry { name: name.to_owned(), size, sha256 })
}

fn entry_of(folder: &Path, name: &str) -> Result<FileEntry, Failure> {
    let path = folder.join(name);
    let read = File::open(&path).and_then(|mut file| digested(&mut file, &mut io::sink()));
    let (size, sha256) = read.map_err(|error| Failure::unreadable(&path, &error))?;
    Ok(FileEntry { name: name.to_owned(), size, sha256 })
}

/// Copies, and gives how much it was and its SHA-256.
fn digested(from: &mut impl Read, to: &mut impl Write) -> io::Result<(u64, String)> {
    let (mut digest, mut size, mut piece) = (RunningDigest::new(), 0_u64, vec![0; 1 << 16]);
    loop {
        let read = match from.read(&mut piece) {
            Ok(0) => return Ok((size, digest.finish())),
            Ok(read) => piece.get(..read).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        digest.write_all(read)?;
        to.write_all(read)?;
        size = size.saturating_add(u64::try_from(read.len()).unwrap_or(u64::MAX));
    }
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::could_not(format!("cannot write {}", path.display())).because(error);
    failure.hint(format!("ls -ld {0}; df -h {0}", shell(folder_of(path))))
}
