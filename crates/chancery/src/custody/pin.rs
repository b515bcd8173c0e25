// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the PIN of a token comes from: a file, a systemd credential, somebody at a terminal, or the token's own keys.
//! Never an argument, and never the URI.

use std::path::PathBuf;

use keys::Passphrase;
use keys::pkcs11::{Pkcs11Uri, Risk, Token};

use crate::context::Context;
use crate::failure::Failure;
use crate::passphrase::{credential, prompt, read};

/// The name of the systemd credential.
const CREDENTIAL: &str = "chancery.pin";
/// What is asked for, and the option that names a file with it.
const FILE: (&str, &str) = ("PIN", "--pin-file");

/// The arguments of verbs that may need a key on a token.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct PinArgs {
    /// Read the PIN of the token that keeps the authority's keys from this file (its first line)
    ///
    /// Without it: the file that the URI names as pin-source, else the systemd credential "chancery.pin" when there is one,
    /// else a prompt when there is a terminal.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) pin_file: Option<PathBuf>,
}

/// The PIN, and whether the last try before the token locks may be spent on it: by whoever types it, and by no file.
/// `None` when it is typed at the token.
pub(super) fn obtain(
    token: &Token,
    uri: &Pkcs11Uri,
    context: &mut Context,
) -> Result<(Option<Passphrase>, Risk), Failure> {
    if token.has_pad() {
        context.require_somebody(&format!("the PIN of the token {}", token.label()))?;
        context.ui.note(&format!("type the PIN of the token {} at the token", token.label()))?;
        return Ok((None, Risk::TheLastTry));
    }
    let named = context.pin_file.clone().or_else(|| uri.pin_source().map(PathBuf::from));
    match named.or_else(|| credential(CREDENTIAL, context)) {
        Some(path) => Ok((Some(read(&path, FILE.0)?), Risk::NotTheLastTry)),
        None => {
            context.require_somebody(&format!("the PIN of the token {}", token.label()))?;
            let typed = prompt(&format!("PIN of the token {}: ", token.label()), FILE)?;
            Ok((Some(typed.into()), Risk::TheLastTry))
        }
    }
}
