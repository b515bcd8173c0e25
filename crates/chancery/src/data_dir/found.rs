// SPDX-License-Identifier: MIT OR Apache-2.0
//! Founding an authority: keys, record, `root.pem`, in this order.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::Metrics;
use authority::founding::{Founding, FoundingKey, short};
use authority::{BaseUrl, Constraints, FoundingError, Head, Issuer, Record};
use keys::file::Overwrite;
use keys::{AwsLc, KeyKind, Passphrase, PrivateKey};
use rustix::fs::FlockOperation;
use store::Sqlite;
use x509::{SubjectPublicKeyInfo, Time};

use super::failures::{no_authority, open_failure, record_failure};
use super::{Authority, DataDir};
use crate::custody::{Made, Places};
use crate::failure::{Failure, shell};
use crate::metered::MeteredSigner;
use crate::output;
use crate::random::SystemRandom;
use authority::wait;

/// What is to be founded.
#[derive(Debug)]
pub(crate) struct FoundSpec {
    /// The organisation in the certificates' names.
    pub(crate) organization: Option<String>,
    /// What the authority may speak for.
    pub(crate) constraints: Constraints,
    /// Where it will publish.
    pub(crate) base_url: Option<BaseUrl>,
    /// Where its keys will be.
    pub(crate) places: Places,
    /// Where the signatures of its issuers are counted.
    pub(crate) metrics: Option<Arc<Metrics>>,
}

/// What was founded.
#[derive(Debug)]
pub(crate) struct Founded {
    pub(crate) authority: Authority,
    /// The root, proven.
    pub(crate) root: Arc<Issuer>,
    /// The intermediate, proven.
    pub(crate) intermediate: Arc<Issuer>,
}

impl DataDir {
    /// Founds an authority in this directory. Key generation and encryption take a while: call it where blocking is
    /// allowed.
    pub(crate) fn found(
        &self,
        spec: FoundSpec,
        passphrase: Option<&Passphrase>,
        now: Time,
    ) -> Result<Founded, Failure> {
        self.make_folders()?;
        let _lock = self.lock()?;
        let had_record = self.record().metadata().is_ok_and(|found| found.len() > 0);
        let opened = Sqlite::create(&self.record(), Arc::new(AwsLc));
        let record = opened.map_err(|error| {
            if !had_record {
                self.sweep(&[]);
            }
            open_failure(self, &error)
        })?;
        if !wait(record.issuers()).map_err(|error| record_failure(&error, self))?.is_empty() {
            // As every verb does: a founding that was cut short before root.pem is made whole.
            self.with(record)?;
            return Err(self.exists_already());
        }
        // From here on the record is known to be empty, and the lock keeps it so.
        let mut made = Made::default();
        let founded = self.found_in(&record, spec, passphrase, now, &mut made);
        let (root, intermediate) = founded.inspect_err(|_| {
            if matches!(wait(record.head()), Ok(Head::GENESIS)) {
                self.sweep(&[]);
                made.undo();
            }
        })?;
        let authority = self.with(record).map_err(|failure| {
            failure.hint("the authority is founded; this writes root.pem again: chancery ca show")
        })?;
        let authority = authority.ok_or_else(|| no_authority(self))?;
        Ok(Founded { authority, root, intermediate })
    }

    /// Makes the keys and founds in a record that is empty. What is made is told as it comes.
    fn found_in(
        &self,
        record: &Sqlite,
        spec: FoundSpec,
        passphrase: Option<&Passphrase>,
        now: Time,
        made: &mut Made,
    ) -> Result<(Arc<Issuer>, Arc<Issuer>), Failure> {
        self.require_no_root_pem()?;
        let Places { root, intermediate } = spec.places;
        let root = made.key(self, root.as_ref(), ("root", KeyKind::P384), passphrase)?;
        let intermediate = made.key(self, intermediate.as_ref(), ("issuing", KeyKind::P256), passphrase)?;
        let [root, intermediate] = [root, intermediate].map(|key| match &spec.metrics {
            Some(metrics) => {
                let signer = Arc::new(MeteredSigner::new(key.signer, Arc::clone(metrics)));
                FoundingKey { signer, ..key }
            }
            None => key,
        });
        let founding = Founding::new(spec.organization, spec.constraints, root, intermediate)
            .publishing_at(spec.base_url);
        let founded = wait(founding.found(now, record, &SystemRandom, &AwsLc))
            .map_err(|error| self.founding_failure(&error))?;
        Ok((founded.root, founded.intermediate))
    }

    pub(super) fn make_folders(&self) -> Result<(), Failure> {
        let make = |path: &Path, mode| {
            DirBuilder::new().recursive(true).mode(mode).create(path).map_err(|error| {
                let parent = path.parent().unwrap_or(path);
                Failure::could_not(format!("cannot make the folder {}", path.display()))
                    .because(&error)
                    .hint(format!("ls -ld {}; or name another place: --data-dir DIR", shell(parent)))
            })
        };
        make(self.path(), 0o755)?;
        make(&self.keys(), 0o700)?;
        let mode = fs::metadata(self.keys()).map(|found| found.permissions().mode() & 0o077);
        match mode {
            Ok(0) => Ok(()),
            _ => fs::set_permissions(self.keys(), fs::Permissions::from_mode(0o700)).map_err(|error| {
                Failure::could_not(format!("cannot close {} to others", self.keys().display()))
                    .because(&error)
            }),
        }
    }

    /// One maker of keys at a time: the lock is on the folder of the keys, and ends with the process.
    pub(crate) fn lock(&self) -> Result<File, Failure> {
        let folder = File::open(self.keys()).map_err(|error| Failure::unreadable(&self.keys(), &error))?;
        rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive).map_err(|_held| {
            Failure::could_not(format!(
                "another process is making keys for the authority in {}",
                self.path().display()
            ))
            .hint("wait for it, then look: chancery ca show")
        })?;
        Ok(folder)
    }

    pub(super) fn require_no_root_pem(&self) -> Result<(), Failure> {
        let path = self.root_pem();
        if path.symlink_metadata().is_err() {
            return Ok(());
        }
        let (from, to) = (shell(&path), shell(&path.with_extension("pem.old")));
        Err(Failure::refused(format!(
            "{} exists, and its authority is not in the record here",
            path.display()
        ))
        .hint(format!("mv {from} {to}; or name another place: --data-dir DIR")))
    }

    /// Where the key of an authority is kept, below the directory: named for its role and its identifier.
    pub(crate) fn key_location(&self, role: &str, key: &SubjectPublicKeyInfo<'_>) -> String {
        format!("keys/{role}-{}.pem", short(key))
    }

    pub(crate) fn make_key(
        &self,
        role: &str,
        kind: KeyKind,
        passphrase: Option<&Passphrase>,
        key_files: &mut Vec<PathBuf>,
    ) -> Result<FoundingKey, Failure> {
        let key = PrivateKey::generate(kind)
            .map_err(|error| Failure::could_not("cannot make a key pair").because(&error))?;
        let public = SubjectPublicKeyInfo::parse(key.public_key_info())
            .map_err(|error| Failure::could_not("cannot read the new public key").because(&error))?;
        let location = self.key_location(role, &public);
        let path = self.path().join(&location);
        output::private_key(&path, &key, passphrase, Overwrite::Refuse)?;
        key_files.push(path);
        Ok(FoundingKey { signer: Arc::new(key), location })
    }

    fn founding_failure(&self, error: &FoundingError) -> Failure {
        match error {
            FoundingError::Exists => self.exists_already(),
            FoundingError::Name(_) => {
                Failure::refused(error.to_string()).hint("chancery ca init --name 'A shorter name'")
            }
            FoundingError::Record(source) => record_failure(source, self),
            _ => Failure::from_error(error),
        }
    }

    fn exists_already(&self) -> Failure {
        Failure::refused(format!("there is an authority in {} already", self.path().display()))
            .hint("look at it: chancery ca show; or make another one elsewhere: --data-dir DIR")
    }

    /// Takes away a record in which there is nothing, and then the keys that were made for it. Nobody else founds
    /// meanwhile: the lock is held.
    pub(super) fn sweep(&self, key_files: &[PathBuf]) {
        let record = self.record();
        let files = ["", "-wal", "-shm"].map(|end| {
            let mut path = record.clone().into_os_string();
            path.push(end);
            PathBuf::from(path)
        });
        // As far as it goes: the failure that led here is the one to tell.
        for path in files.iter().chain(key_files) {
            let _ = fs::remove_file(path);
        }
    }
}
