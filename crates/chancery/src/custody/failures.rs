// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is wrong with a token, and the command that mends it.

use std::path::Path;

use keys::SignError;
use keys::pkcs11::{Pkcs11Uri, TokenError};

use crate::failure::{Failure, shell};

/// A token or a key on it cannot be used.
pub(crate) fn token_failure(error: &TokenError, uri: &Pkcs11Uri) -> Failure {
    let failure = Failure::could_not(error.to_string());
    let module = uri.module_path().map_or_else(|| "MODULE".to_owned(), shell);
    let tool = |rest: &str| format!("pkcs11-tool --module {module} {rest}");
    let of_token = |token: &str| format!("--token-label {}", shell(Path::new(token)));
    match error {
        TokenError::Module { path, .. } => failure.hint(format!("ls -l {}", shell(path))),
        TokenError::NoModule { .. } => {
            let example = uri.with_module(Path::new("/usr/lib/softhsm/libsofthsm2.so"));
            failure.hint(format!("name it: '{example}'"))
        }
        TokenError::NoToken { .. } => {
            failure.hint(format!("see what there is: chancery ca hsm check --module {module}"))
        }
        TokenError::SeveralTokens { .. } => failure.hint(format!(
            "see their serial numbers, and name one (pkcs11:serial=…): chancery ca hsm check --module {module}"
        )),
        TokenError::PinUnset { token } => {
            failure.hint(tool(&format!("{} --login --login-type so --init-pin", of_token(token))))
        }
        TokenError::PinWrong { .. } => {
            failure.hint("it was shown once, and is not shown again by itself; the right one: --pin-file FILE")
        }
        TokenError::PinLocked { token } => failure.hint(format!(
            "its security officer gives it another one: {}",
            tool(&format!("{} --login --login-type so --init-pin", of_token(token)))
        )),
        TokenError::LastTry { token } => {
            failure.hint(format!("type it yourself: {}", tool(&format!("{} --login --list-objects", of_token(token)))))
        }
        TokenError::NoKey { token, .. }
        | TokenError::SeveralKeys { token, .. }
        | TokenError::NoPublicKey { token, .. } => failure.hint(format!(
            "see what keys there are: {}",
            tool(&format!("{} --login --list-objects", of_token(token)))
        )),
        TokenError::Busy { .. } => failure.hint("try again"),
        _ => failure.hint(format!("chancery ca hsm check --module {module}")),
    }
}

/// Adds what mends a signer that did not sign.
pub(crate) fn with_sign_hint(failure: Failure, error: &SignError) -> Failure {
    match error {
        busy if busy.is_busy() => failure.hint("try again"),
        SignError::Token(_) => failure.hint("chancery ca hsm check"),
        _ => failure,
    }
}
