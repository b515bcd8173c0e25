// SPDX-License-Identifier: MIT OR Apache-2.0
//! The files that verbs write: whole or not at all, and never over another without being told to.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use keys::file::{self, FileError, Overwrite};
use keys::{AwsLc, Passphrase, PrivateKey};
use x509::{DigestAlgorithm, SignatureVerifier as _};

use crate::failure::{Failure, shell};

/// Where a verb puts what it makes, when that is for everybody to read.
#[derive(Debug, clap::Args)]
pub(crate) struct OutputArgs {
    /// The file to write it to, as PEM; without it, standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    /// Replace the file when it exists
    #[arg(long, requires = "out")]
    force: bool,
}

impl OutputArgs {
    /// Refuses early what [`OutputArgs::write`] would refuse late.
    pub(crate) fn require_free(&self) -> Result<(), Failure> {
        self.out.as_ref().map_or(Ok(()), |out| require_free(out, overwrite(self.force)))
    }

    /// Writes the file, mode 0644, if one was named.
    pub(crate) fn write(&self, content: &[u8]) -> Result<(), Failure> {
        self.out.as_ref().map_or(Ok(()), |out| public(out, content, overwrite(self.force)))
    }

    /// The file, as JSON names it.
    pub(crate) fn file(&self) -> Option<String> {
        self.out.as_ref().map(|out| out.display().to_string())
    }
}

/// What `--force` means.
pub(crate) fn overwrite(force: bool) -> Overwrite {
    if force { Overwrite::Replace } else { Overwrite::Refuse }
}

/// Refuses early what writing would refuse late.
pub(crate) fn require_free(path: &Path, overwrite: Overwrite) -> Result<(), Failure> {
    match overwrite {
        Overwrite::Refuse if path.symlink_metadata().is_ok() => Err(exists(path)),
        _ => Ok(()),
    }
}

/// Writes a private key as PKCS#8 PEM with mode 0600, encrypted when there is a passphrase.
pub(crate) fn private_key(
    path: &Path,
    key: &PrivateKey,
    passphrase: Option<&Passphrase>,
    overwrite: Overwrite,
) -> Result<(), Failure> {
    let pem = match passphrase {
        Some(passphrase) => key
            .to_encrypted_pkcs8_pem(passphrase)
            .map_err(|error| Failure::could_not("cannot encrypt the key").because(&error))?,
        None => key.to_pkcs8_pem(),
    };
    file::write_private_key(path, &pem, overwrite).map_err(|error| unwritten(path, &error))
}

/// Writes what everybody may read, mode 0644.
pub(crate) fn public(path: &Path, content: &[u8], overwrite: Overwrite) -> Result<(), Failure> {
    file::write_public(path, content, overwrite).map_err(|error| unwritten(path, &error))
}

fn exists(path: &Path) -> Failure {
    Failure::could_not(format!("{} exists already", path.display()))
        .hint(format!("name another file, or replace it: --out {} --force", shell(path)))
}

/// What became of a file that could not be written.
fn unwritten(path: &Path, error: &FileError) -> Failure {
    let (action, source) = match error {
        FileError::Exists { .. } => return exists(path),
        FileError::Io { action, source, .. } => (action, source),
        _ => return Failure::from_error(error),
    };
    let failure = Failure::could_not(format!("cannot {action} {}", path.display())).because(source);
    let folder = folder_of(path);
    match source.kind() {
        ErrorKind::NotFound => failure.hint(format!("mkdir -p {}", shell(folder))),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => failure.hint(format!("df -h {}", shell(folder))),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            failure.hint(format!("ls -ld {}", shell(folder)))
        }
        _ => failure,
    }
}

/// SHA-256, lower-case hexadecimal.
pub(crate) fn fingerprint(der: &[u8]) -> String {
    AwsLc.digest(DigestAlgorithm::Sha256, der).to_string()
}

/// The folder that a file or a folder is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
