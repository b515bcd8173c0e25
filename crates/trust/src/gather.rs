// SPDX-License-Identifier: MIT OR Apache-2.0
//! Trust anchors, gathered from the places that keep them.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use verify::{NotACertificate, TrustAnchors};

use crate::error::Error;
use crate::file::read_bounded;

/// Where systems keep their bundle: Debian and most others, Fedora, openSUSE, Alpine and the BSDs.
const SYSTEM_BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The file in the authority's data directory that holds its root.
pub const ROOT_FILE: &str = "root.pem";

/// Anchors from one or more files, which file each came from, and what could not be used.
#[derive(Debug, Default)]
pub struct Gathered {
    anchors: TrustAnchors,
    sources: Vec<Source>,
    skipped: Vec<Skipped>,
}

/// A file that anchors were read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub path: PathBuf,
    /// The anchors found in it, as DER.
    pub certificates: Vec<Vec<u8>>,
}

/// A certificate that was left out.
#[derive(Debug)]
pub struct Skipped {
    /// The file it stands in.
    pub path: PathBuf,
    /// Which of that file's blocks it is, from 1.
    pub position: usize,
    /// Why it was left out.
    pub because: SkippedBecause,
}

/// Why a certificate cannot be an anchor.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SkippedBecause {
    /// The block is not PEM.
    #[error(transparent)]
    Pem(#[from] x509::pem::PemError),
    /// The block is PEM of something else.
    #[error("it is a {label}, not a CERTIFICATE")]
    OtherThing {
        /// What its label says.
        label: String,
    },
    /// `verify` cannot use it.
    #[error(transparent)]
    Anchor(#[from] NotACertificate),
}

impl Gathered {
    /// Nothing is trusted yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds every usable certificate of a file: PEM, or one certificate in DER.
    ///
    /// # Errors
    /// The file cannot be read, or nothing in it can be used.
    pub fn add_file(&mut self, path: &Path) -> Result<&Source, Error> {
        let content = read_bounded(path)?;
        let mut certificates = Vec::new();
        for (position, found) in (1..).zip(blocks(&content)) {
            let added = found.and_then(|der| Ok(self.anchors.add_certificate(&der).map(|()| der)?));
            match added {
                Ok(der) => certificates.push(der),
                Err(because) => self.skipped.push(Skipped { path: path.to_path_buf(), position, because }),
            }
        }
        if certificates.is_empty() {
            return Err(Error::Empty { path: path.to_path_buf() });
        }
        Ok(self.sources.push_mut(Source { path: path.to_path_buf(), certificates }))
    }

    /// Adds the system's store: the file that `SSL_CERT_FILE` names when the caller found it set, else the
    /// first of the usual bundles that exists.
    ///
    /// # Errors
    /// As [`Gathered::add_file`], or no bundle was found.
    pub fn add_system(&mut self, ssl_cert_file: Option<&Path>) -> Result<&Source, Error> {
        let usual = || SYSTEM_BUNDLES.iter().map(Path::new).find(|path| path.exists());
        match ssl_cert_file.or_else(usual) {
            Some(path) => self.add_file(path),
            None => Err(Error::NoSystemStore { looked: SYSTEM_BUNDLES.iter().map(PathBuf::from).collect() }),
        }
    }

    /// Adds the root of the authority whose data directory this is; `None` when it has none yet.
    ///
    /// # Errors
    /// As [`Gathered::add_file`].
    pub fn add_own_root(&mut self, data_directory: &Path) -> Result<Option<&Source>, Error> {
        match self.add_file(&data_directory.join(ROOT_FILE)) {
            Ok(_) => Ok(self.sources.last()),
            Err(Error::Read { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The anchors.
    #[must_use]
    pub fn anchors(&self) -> &TrustAnchors {
        &self.anchors
    }

    /// The files they came from, in the order they were added.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// What was left out, and why.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// The file that an anchor (DER) came from.
    #[must_use]
    pub fn source_of(&self, anchor: &[u8]) -> Option<&Path> {
        let holds = |source: &&Source| source.certificates.iter().any(|certificate| certificate == anchor);
        self.sources.iter().find(holds).map(|source| source.path.as_path())
    }
}

fn blocks(content: &[u8]) -> Box<dyn Iterator<Item = Result<Vec<u8>, SkippedBecause>> + '_> {
    // A DER certificate is a SEQUENCE; a PEM file cannot begin with '0' and a length octet over 0x7f.
    if content.first() == Some(&0x30) {
        return Box::new(std::iter::once(Ok(content.to_vec())));
    }
    Box::new(x509::pem::blocks(content).map(|block| match block {
        Ok(block) if block.label == "CERTIFICATE" => Ok(block.der),
        Ok(block) => Err(SkippedBecause::OtherThing { label: block.label }),
        Err(error) => Err(error.into()),
    }))
}
