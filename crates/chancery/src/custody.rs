// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the keys of issuers are kept: in files of the data directory, or on a PKCS #11 token. The one place that makes a
//! signer of what the record says.

mod argument;
mod failures;
mod making;
mod patient;
mod pin;
mod tokens;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use keys::Signer;
use keys::pkcs11::{Limits, Pkcs11Signer, Pkcs11Uri, Token};
use x509::KeyStrength;

use crate::context::Context;
use crate::data_dir::DataDir;
use crate::failure::{Failure, shell};
use crate::input;
use crate::passphrase::PassphraseArgs;
pub(crate) use argument::UriArg;
pub(crate) use failures::{token_failure, with_sign_hint};
pub(crate) use making::{CustodyArgs, Made, Places, for_new_keys};
use patient::Patient;
pub(crate) use pin::PinArgs;
pub(crate) use tokens::open_token;

/// Where a key is kept, as the record says it.
#[derive(Debug)]
pub(crate) enum Location {
    /// In a file.
    File(PathBuf),
    /// On a token.
    Token(Pkcs11Uri),
}

impl Location {
    /// What the record says of a key.
    pub(crate) fn of(directory: &DataDir, recorded: &str) -> Result<Self, Failure> {
        if !Pkcs11Uri::is_meant(recorded) {
            return Ok(Self::File(directory.path().join(recorded)));
        }
        Pkcs11Uri::parse(recorded).map(Self::Token).map_err(|error| {
            Failure::could_not(format!("the record does not say where the key is: {recorded}"))
                .because(&error)
                .hint("put back the record that belongs here; chancery ca audit says what is wrong with it")
        })
    }

    /// Why the key cannot be reached, before anybody is asked for a passphrase or a PIN; `None` when nothing is known
    /// against it.
    pub(crate) fn absent(&self) -> Option<Failure> {
        match self {
            Self::File(path) if path.symlink_metadata().is_ok() => None,
            Self::File(path) => {
                let failure = Failure::could_not(format!("the issuer's key is not here: {}", path.display()));
                Some(failure.hint(format!("bring it back: mv KEY {}", shell(path))))
            }
            Self::Token(uri) => {
                Token::find(uri, Limits::default()).err().map(|error| token_failure(&error, uri))
            }
        }
    }

    /// The key, ready to sign.
    pub(crate) fn signer(
        &self,
        passphrase: &PassphraseArgs,
        context: &mut Context,
    ) -> Result<Arc<dyn Signer>, Failure> {
        match self {
            Self::File(path) => {
                let key = input::private_key(path, passphrase, context)?;
                Ok(match key.strength() {
                    // A signature takes milliseconds, for which nobody else is to wait.
                    KeyStrength::Rsa { .. } => Arc::new(Patient::new(Arc::new(key))),
                    _ => Arc::new(key),
                })
            }
            Self::Token(uri) => {
                let token = open_token(uri, context)?;
                let key = Pkcs11Signer::open(&token, uri).map_err(|error| token_failure(&error, uri))?;
                Ok(Arc::new(Patient::new(Arc::new(key))))
            }
        }
    }
}

/// A path, or the URI of a key on a token.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Token(uri) => write!(f, "{uri}"),
        }
    }
}
