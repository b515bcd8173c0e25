// SPDX-License-Identifier: MIT OR Apache-2.0
//! Looking at the store as its clients do: GnuTLS, curl and Go read the bundle, OpenSSL follows a link
//! named by the hash of the subject.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::file::read_bounded;

/// Whether the PEM file at `path` holds this certificate; a file that is not there holds nothing.
pub(super) fn holds(path: &Path, certificate: &[u8]) -> Result<bool, Error> {
    let text = match read_bounded(path) {
        Ok(text) => text,
        Err(Error::Read { source, .. }) if source.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    Ok(x509::pem::blocks(&text).flatten().any(|block| block.der == certificate))
}

/// The hash link (`d6325660.0`) that leads to this certificate.
pub(super) fn hash_link(directory: &Path, certificate: &[u8]) -> Result<Option<PathBuf>, Error> {
    let unreadable = |source| Error::Read { path: directory.to_path_buf(), source };
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(unreadable(source)),
    };
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        if is_hash_link(&path) && holds(&path, certificate)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Eight hexadecimal digits, a dot and a number, as `openssl rehash` names its links.
fn is_hash_link(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.split_once('.').is_some_and(|(hash, number)| {
        hash.len() == 8
            && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            && !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_openssls_links_count() {
        for (name, expect) in [
            ("d6325660.0", true),
            ("d6325660.12", true),
            ("d6325660.r0", false),
            ("D6325660.0", false),
            ("ca-certificates.crt", false),
            ("d632566.0", false),
            ("d6325660.", false),
        ] {
            assert_eq!(is_hash_link(Path::new(name)), expect, "{name}");
        }
    }
}
