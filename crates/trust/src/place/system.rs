// SPDX-License-Identifier: MIT OR Apache-2.0
//! Debian's system store: a file of our own beside the administrator's, a rebuild by
//! `update-ca-certificates`, and a look through the eyes of its clients to see that it worked.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use keys::file::{Overwrite, write_public};
use x509::ext::BasicConstraints;
use x509::{Certificate, DigestAlgorithm, SignatureVerifier};

use crate::error::Error;

mod readback;
mod update;

/// The paths of the store and of the program that rebuilds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemStore {
    /// Where the administrator's own certificates are put, one a file.
    pub local_certificates: PathBuf,
    /// Where the distribution's certificates are.
    pub distributed_certificates: PathBuf,
    /// Which of the distribution's certificates are trusted.
    pub configuration: PathBuf,
    /// Where clients look: the bundle and the hash links.
    pub installed: PathBuf,
    /// The bundle's file name in there.
    pub bundle_name: String,
    /// What is run after a change (Java's key store is kept in step by one of these).
    pub hooks: PathBuf,
    /// The program that rebuilds the store.
    pub updater: PathBuf,
}

/// What an installation or a removal did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was done now.
    Made,
    /// It was so before.
    AlreadySo,
}

/// What was done, and where it can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Whether anything had to be done.
    pub change: Change,
    /// The certificate's SHA-256 fingerprint, lower-case hexadecimal.
    pub fingerprint: String,
    /// Our file in the store.
    pub file: PathBuf,
    /// The bundle that clients read.
    pub bundle: PathBuf,
    /// The hash link by which OpenSSL finds the certificate (absent after a removal).
    pub link: Option<PathBuf>,
}

/// Where the store shows a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Our file is there, and holds it.
    pub in_file: Option<PathBuf>,
    /// The bundle holds it.
    pub in_bundle: Option<PathBuf>,
    /// A hash link leads to it.
    pub by_link: Option<PathBuf>,
}

impl Presence {
    fn is_complete(&self) -> bool {
        self.in_file.is_some() && self.in_bundle.is_some() && self.by_link.is_some()
    }
}

impl SystemStore {
    /// The store of this machine.
    #[must_use]
    pub fn debian() -> Self {
        Self::below(Path::new("/"), Path::new("/usr/sbin/update-ca-certificates"))
    }

    /// The same below another root directory; `updater` runs on the machine itself.
    #[must_use]
    pub fn below(root: &Path, updater: &Path) -> Self {
        Self {
            local_certificates: root.join("usr/local/share/ca-certificates"),
            distributed_certificates: root.join("usr/share/ca-certificates"),
            configuration: root.join("etc/ca-certificates.conf"),
            installed: root.join("etc/ssl/certs"),
            bundle_name: "ca-certificates.crt".to_owned(),
            hooks: root.join("etc/ca-certificates/update.d"),
            updater: updater.to_path_buf(),
        }
    }

    /// The bundle that clients read.
    #[must_use]
    pub fn bundle(&self) -> PathBuf {
        self.installed.join(&self.bundle_name)
    }

    /// Puts an authority's certificate (DER) into the store, and proves that the store shows it. Doing it
    /// twice changes nothing; a failure on the way is undone.
    ///
    /// # Errors
    /// It is not a certificate authority's certificate, the store may not be changed, or the store does
    /// not show it afterwards.
    pub fn install(&self, certificate: &[u8], digests: &dyn SignatureVerifier) -> Result<Receipt, Error> {
        require_an_authority(certificate)?;
        let entry = Entry::of(self, certificate, digests);
        if self.presence(certificate, digests)?.is_complete() {
            return self.receipt(Change::AlreadySo, entry, certificate);
        }
        self.require_updater()?;
        fs::create_dir_all(&self.local_certificates)
            .map_err(|source| Error::Write { path: self.local_certificates.clone(), source })?;
        write_public(
            &entry.file,
            x509::pem::encode("CERTIFICATE", certificate).as_bytes(),
            Overwrite::Replace,
        )
        .map_err(|error| Error::Write { path: entry.file.clone(), source: error.into() })?;
        let shown = update::rebuild(self).and_then(|()| self.prove_shown(certificate, digests));
        if let Err(error) = shown {
            // The first failure is what the caller must hear of; the store is left as it was found.
            let _ = self.take_out(&entry);
            return Err(error);
        }
        self.receipt(Change::Made, entry, certificate)
    }

    /// Takes a certificate (DER) out of the store again, and proves that nothing of it is left.
    ///
    /// # Errors
    /// The store may not be changed, or still shows the certificate (through somebody else's file).
    pub fn remove(&self, certificate: &[u8], digests: &dyn SignatureVerifier) -> Result<Receipt, Error> {
        let entry = Entry::of(self, certificate, digests);
        let before = self.presence(certificate, digests)?;
        if before.in_file.is_none() && !entry.file.exists() && fs::symlink_metadata(&entry.link).is_err() {
            return match before.in_bundle {
                Some(place) => Err(Error::StillTrusted { place }),
                None => self.receipt(Change::AlreadySo, entry, certificate),
            };
        }
        self.require_updater()?;
        self.take_out(&entry)?;
        let after = self.presence(certificate, digests)?;
        match after.in_bundle.or(after.by_link) {
            Some(place) => Err(Error::StillTrusted { place }),
            None => self.receipt(Change::Made, entry, certificate),
        }
    }

    /// Where the store shows this certificate (DER).
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn presence(&self, certificate: &[u8], digests: &dyn SignatureVerifier) -> Result<Presence, Error> {
        let entry = Entry::of(self, certificate, digests);
        let bundle = self.bundle();
        Ok(Presence {
            in_file: readback::holds(&entry.file, certificate)?.then_some(entry.file),
            by_link: readback::hash_link(&self.installed, certificate)?,
            in_bundle: readback::holds(&bundle, certificate)?.then_some(bundle),
        })
    }

    fn prove_shown(&self, certificate: &[u8], digests: &dyn SignatureVerifier) -> Result<(), Error> {
        let presence = self.presence(certificate, digests)?;
        if presence.in_bundle.is_none() {
            return Err(Error::NotShown { place: self.bundle() });
        }
        match presence.by_link {
            Some(_) => Ok(()),
            None => Err(Error::NotShown { place: self.installed.clone() }),
        }
    }

    fn take_out(&self, entry: &Entry) -> Result<(), Error> {
        match fs::remove_file(&entry.file) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                Err(Error::Write { path: entry.file.clone(), source })
            }
            _ => update::rebuild_without(self, &entry.name),
        }
    }

    fn require_updater(&self) -> Result<(), Error> {
        if self.updater.exists() { Ok(()) } else { Err(Error::NoUpdater { command: self.updater.clone() }) }
    }

    fn receipt(&self, change: Change, entry: Entry, certificate: &[u8]) -> Result<Receipt, Error> {
        let link = readback::hash_link(&self.installed, certificate)?;
        Ok(Receipt { change, fingerprint: entry.fingerprint, file: entry.file, bundle: self.bundle(), link })
    }
}

/// The names that a certificate has in the store.
struct Entry {
    fingerprint: String,
    /// Without a suffix.
    name: String,
    file: PathBuf,
    /// The link that the updater makes to the file.
    link: PathBuf,
}

impl Entry {
    fn of(store: &SystemStore, certificate: &[u8], digests: &dyn SignatureVerifier) -> Self {
        let fingerprint = digests.digest(DigestAlgorithm::Sha256, certificate).to_string();
        let name: String = "chancery-".chars().chain(fingerprint.chars().take(16)).collect();
        let file = store.local_certificates.join(format!("{name}.crt"));
        let link = store.installed.join(format!("{name}.pem"));
        Self { fingerprint, name, file, link }
    }
}

fn require_an_authority(certificate: &[u8]) -> Result<(), Error> {
    let not_one = |source| Error::NotACertificate { source };
    let parsed = Certificate::parse(certificate).map_err(not_one)?;
    let constraints = parsed.tbs().extensions().decode::<BasicConstraints>().map_err(not_one)?;
    match constraints {
        Some(constraints) if constraints.value.ca => Ok(()),
        _ => Err(Error::NotAnAuthority { subject: parsed.tbs().subject().to_string() }),
    }
}
