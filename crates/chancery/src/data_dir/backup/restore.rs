// SPDX-License-Identifier: MIT OR Apache-2.0
//! Putting a backup back: checked beside the data directory, then moved into its place at once.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use authority::audit::Audit;
use authority::{Loss, wait};
use keys::AwsLc;
use rustix::fs::{CWD, RenameFlags};
use store::Sqlite;
use x509::Time;

use super::{
    Manifest, Staging, copied, files_of, folders_of, make_folder, sync_folders, sync_parent, unwritten,
};
use crate::data_dir::DataDir;
use crate::data_dir::failures::{open_failure, record_failure};
use crate::failure::{Failure, shell};

/// Other folders of a data directory: what is in them belongs to no record, and is carried over.
const FOLDERS: [&str; 3] = ["keys", "server", "api"];

/// The folder with one for each issuer whose OCSP answers somebody else signs.
const RESPONDERS: &str = "ocsp";

/// What was put back.
#[derive(Debug)]
pub(crate) struct Restored {
    pub(crate) manifest: Manifest,
    /// Where what was there before lies now.
    pub(crate) aside: Option<PathBuf>,
    /// What is known to have been committed since the backup.
    pub(crate) loss: Option<Loss>,
}

impl DataDir {
    /// Puts a backup into this directory: one that is empty, or, where that is wanted, in place of what is there, which
    /// is moved aside. Of that, the mark and what the backup has not (keys, above all) is carried over.
    pub(crate) fn restore(&self, backup: &Path, replace: bool, now: Time) -> Result<Restored, Failure> {
        let manifest = Manifest::read(backup)?;
        let has_any = fs::read_dir(self.path()).is_ok_and(|mut entries| entries.next().is_some());
        if has_any && !replace {
            let path = shell(self.path());
            return Err(Failure::refused(format!("there is something in {} already", self.path().display()))
                .hint(format!(
                    "look at it: ls -la {path}; or move it aside: chancery ca restore {} --force",
                    shell(backup)
                )));
        }
        Sqlite::require_unused(&self.record()).map_err(|error| {
            open_failure(self, &error)
                .hint("stop chancery up and chancery ca serve first, and start them again afterwards")
        })?;
        let parent = self.path().parent().unwrap_or(self.path());
        fs::create_dir_all(parent).map_err(|error| unwritten(parent, &error))?;
        let mut staging = Staging::beside(self.path())?;
        for file in &manifest.files {
            if file.name.starts_with("keys/") && !staging.path().join("keys").exists() {
                make_folder(&staging.path().join("keys"))?;
            }
            file.require(&copied(backup, staging.path(), &file.name)?, backup)?;
        }
        audit(&staging.path().join("authority.db"), &manifest, self)?;
        self.carry_over(staging.path())?;
        open_to_readers(staging.path())?;
        let aside = match has_any {
            true => Some(self.exchange(&mut staging, now)?),
            false => {
                staging.move_to(self.path())?;
                None
            }
        };
        let record =
            Sqlite::open(&self.record(), Arc::new(AwsLc)).map_err(|error| open_failure(self, &error))?;
        let loss = record.loss().map_err(|error| record_failure(&error, self))?;
        Ok(Restored { manifest, aside, loss })
    }

    /// Copies what was there and is not in the backup: what else is there stays aside.
    fn carry_over(&self, staging: &Path) -> Result<(), Failure> {
        for name in ["authority.head", "chancery.toml"] {
            if self.path().join(name).is_file() && !staging.join(name).exists() {
                copied(self.path(), staging, name)?;
            }
        }
        for folder in FOLDERS {
            self.carry_folder(folder, staging)?;
        }
        for below in folders_of(&self.path().join(RESPONDERS))? {
            if !staging.join(RESPONDERS).exists() {
                make_folder(&staging.join(RESPONDERS))?;
            }
            self.carry_folder(&format!("{RESPONDERS}/{below}"), staging)?;
        }
        Ok(())
    }

    fn carry_folder(&self, folder: &str, staging: &Path) -> Result<(), Failure> {
        for name in files_of(&self.path().join(folder))? {
            if !staging.join(folder).exists() {
                make_folder(&staging.join(folder))?;
            }
            if !staging.join(folder).join(&name).exists() {
                copied(self.path(), staging, &format!("{folder}/{name}"))?;
            }
        }
        Ok(())
    }

    /// Changes places with what is there, in one step where the file system can, and moves that aside.
    fn exchange(&self, staging: &mut Staging, now: Time) -> Result<PathBuf, Failure> {
        let name = self.path().file_name().unwrap_or_default().to_string_lossy();
        let stamp = now.to_string().replace(':', "");
        let free = |number: &u32| match number {
            0 => self.path().with_file_name(format!("{name}.old-{stamp}")),
            number => self.path().with_file_name(format!("{name}.old-{stamp}-{number}")),
        };
        let aside = (0..u32::MAX).map(|number| free(&number)).find(|path| path.symlink_metadata().is_err());
        let aside = aside.unwrap_or_else(|| free(&0));
        let moved = sync_folders(staging.path()).and_then(|()| self.change_places(staging, &aside));
        moved.map_err(|error| {
            let failure = unwritten(self.path(), &error);
            match error.raw_os_error() == Some(rustix::io::Errno::BUSY.raw_os_error()) {
                true => failure.hint(
                    "a file system is mounted there: restore into an empty directory in it: --data-dir DIR",
                ),
                false => failure,
            }
        })?;
        sync_parent(self.path()).map_err(|error| unwritten(self.path(), &error))?;
        Ok(aside)
    }

    /// What was there is never taken away: from the moment at which it lies in the staging's place, that is kept.
    fn change_places(&self, staging: &mut Staging, aside: &Path) -> io::Result<()> {
        let from = staging.path().to_owned();
        match rustix::fs::renameat_with(CWD, &from, CWD, self.path(), RenameFlags::EXCHANGE) {
            Ok(()) => {
                staging.forget();
                fs::rename(&from, aside)
            }
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
                fs::rename(self.path(), aside)?;
                fs::rename(&from, self.path()).inspect_err(|_| {
                    // As it was; where that fails too, it lies aside.
                    let _ = fs::rename(aside, self.path());
                })?;
                staging.forget();
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Audits a copy of the record: it must be as it was written, and end where the manifest says.
fn audit(path: &Path, manifest: &Manifest, directory: &DataDir) -> Result<(), Failure> {
    let record = Sqlite::open(path, Arc::new(AwsLc)).map_err(|error| open_failure(directory, &error))?;
    let audit = wait(Audit::of(&record, &AwsLc, &mut |_, _| {}));
    let audit = audit.map_err(|error| record_failure(&error, directory))?;
    if let Some(finding) = audit.findings.first() {
        return Err(Failure::could_not("the record in the backup is not as it was written")
            .because(&io::Error::other(finding.text.clone()))
            .hint("take another backup"));
    }
    match audit.head.map(|head| head.to_string()) {
        Some(head) if head == manifest.head => Ok(()),
        head => Err(Failure::could_not(format!(
            "the journal in the backup ends at {}, and its manifest says {}",
            head.unwrap_or_default(),
            manifest.head
        ))
        .hint("take another backup")),
    }
}

/// The modes that a data directory has.
fn open_to_readers(folder: &Path) -> Result<(), Failure> {
    for (name, mode) in [("", 0o755), ("root.pem", 0o644)] {
        let path = folder.join(name);
        if path.exists() {
            fs::set_permissions(&path, Permissions::from_mode(mode))
                .map_err(|error| unwritten(&path, &error))?;
        }
    }
    Ok(())
}
