// SPDX-License-Identifier: MIT OR Apache-2.0
//! The server's key pair: made once, and never sent anywhere.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use keys::file::Overwrite;
use keys::{KeyKind, Passphrase, PrivateKey};

use super::story::Step;
use crate::context::Context;
use crate::failure::{Failure, shell};
use crate::passphrase::PassphraseArgs;
use crate::{input, output};

/// The server's own files in the data directory.
#[derive(Debug, Clone)]
pub(crate) struct ServerFiles {
    pub(crate) key: PathBuf,
    pub(crate) chain: PathBuf,
    /// The names that were asked for.
    pub(crate) names: PathBuf,
}

impl ServerFiles {
    /// Their places.
    pub(crate) fn of(data_directory: &Path) -> Self {
        Self::in_folder(&data_directory.join("server"))
    }

    /// Their places in a folder.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { key: folder.join("key.pem"), chain: folder.join("chain.pem"), names: folder.join("names") }
    }
}

/// Makes a folder of this mode, and those above it; one that exists is left as it is.
pub(crate) fn make_folder(folder: &Path, mode: u32) -> Result<(), Failure> {
    fs::DirBuilder::new().recursive(true).mode(mode).create(folder).map_err(|error| {
        let parent = shell(folder.parent().unwrap_or(folder));
        let failure =
            Failure::could_not(format!("cannot make the folder {}", folder.display())).because(&error);
        let look = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => format!("df -h {parent}"),
            _ => format!("ls -ld {parent}"),
        };
        failure.hint(look).hint("or keep the data elsewhere: --data-dir DIR")
    })
}

/// The key that is there, or a new one.
pub(crate) fn find_or_make(
    files: &ServerFiles,
    new_passphrase: Option<&Passphrase>,
    existing: &PassphraseArgs,
    context: &mut Context,
) -> Result<(PrivateKey, Step), Failure> {
    let path = &files.key;
    let shown = path.display().to_string();
    if path.exists() {
        let key = input::private_key(path, existing, context)?;
        let step = Step::reused("key", format!("{}, as before: {shown}", key.description()));
        return Ok((key, step));
    }
    if let Some(folder) = path.parent() {
        make_folder(folder, 0o700)?;
    }
    let key = PrivateKey::generate(KeyKind::default())
        .map_err(|error| Failure::could_not("cannot make a key pair").because(&error))?;
    output::private_key(path, &key, new_passphrase, Overwrite::Refuse)?;
    let protection =
        if new_passphrase.is_some() { "encrypted, mode 0600" } else { "not encrypted, mode 0600" };
    let step = Step::made(
        "key",
        format!("made a key pair, {}; the private key never leaves this machine", key.description()),
    )
    .detail(format!("{shown} ({protection})"));
    Ok((key, step))
}
