// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys for authorities, made where they are to be kept.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use authority::founding::FoundingKey;
use keys::pkcs11::{Pkcs11Signer, Pkcs11Uri, Token};
use keys::{KeyKind, Passphrase};

use super::argument::UriArg;
use super::failures::token_failure;
use super::tokens::open_token;
use crate::context::Context;
use crate::data_dir::DataDir;
use crate::failure::Failure;

/// The tokens on which a founding makes its keys; without one, a key is a file.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// For the root's.
    pub(crate) root: Option<Token>,
    /// For the intermediate's.
    pub(crate) intermediate: Option<Token>,
}

/// The arguments of a verb that founds an authority on tokens.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct CustodyArgs {
    /// Make the keys on this token, which does not give them away: pkcs11:token=LABEL?module-path=FILE
    ///
    /// "chancery ca hsm check" looks whether it is ready. The record keeps the URI, and where it names a file with the PIN
    /// (pin-source) that too, but no PIN.
    #[arg(long, value_name = "URI")]
    pkcs11: Option<UriArg>,

    /// Make the root's key on this token, and not on that of --pkcs11
    #[arg(long, value_name = "URI", requires = "pkcs11")]
    root_pkcs11: Option<UriArg>,

    /// Keep the root's key in a file all the same, to be taken elsewhere
    #[arg(long, requires = "pkcs11", conflicts_with = "root_pkcs11")]
    root_in_file: bool,
}

impl CustodyArgs {
    /// The tokens, logged in to.
    pub(crate) fn places(&self, context: &mut Context) -> Result<Places, Failure> {
        let root = match self.root_in_file {
            true => None,
            false => self.root_pkcs11.as_ref().or(self.pkcs11.as_ref()),
        };
        let mut open = |uri: Option<&UriArg>| uri.map(|uri| for_new_keys(&uri.uri()?, context)).transpose();
        Ok(Places { root: open(root)?, intermediate: open(self.pkcs11.as_ref())? })
    }
}

/// A token on which keys are to be made, logged in to.
pub(crate) fn for_new_keys(uri: &Pkcs11Uri, context: &mut Context) -> Result<Token, Failure> {
    if uri.names_key() {
        return Err(Failure::refused(
            "a new key is given its own label and identifier: object and id are not asked for",
        )
        .hint(format!("name the token alone: '{}'", uri.token_alone())));
    }
    open_token(uri, context)
}

/// What was made so far, to be taken away again when it comes to nothing.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// The files of keys.
    pub(crate) files: Vec<PathBuf>,
    keys: Vec<Arc<Pkcs11Signer>>,
}

impl Made {
    /// Takes it away, as far as it goes: the failure that led here is the one to tell.
    pub(crate) fn undo(&self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for key in &self.keys {
            let _ = key.destroy();
        }
    }

    /// Makes a key for an authority, on the token when there is one.
    pub(crate) fn key(
        &mut self,
        directory: &DataDir,
        token: Option<&Token>,
        (role, kind): (&str, KeyKind),
        passphrase: Option<&Passphrase>,
    ) -> Result<FoundingKey, Failure> {
        let Some(token) = token else {
            return directory.make_key(role, kind, passphrase, &mut self.files);
        };
        let made = Pkcs11Signer::generate(token, kind, role);
        let key = Arc::new(made.map_err(|error| token_failure(&error, token.wanted()))?);
        self.keys.push(Arc::clone(&key));
        Ok(FoundingKey { location: key.location().to_string(), signer: key })
    }
}
