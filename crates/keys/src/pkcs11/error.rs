// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is wrong with a token, its library or a key on it.

use std::fmt;
use std::path::PathBuf;

use cryptoki::error::{Error, RvError};

/// How many wrong PINs a token still bears, as far as it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PinTries {
    /// It says nothing.
    Untold,
    /// A wrong one was shown since the last right one.
    Fewer,
    /// The next wrong one locks it.
    One,
    /// It is locked.
    None,
}

impl fmt::Display for PinTries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Untold => "the token does not say how many tries are left",
            Self::Fewer => "fewer tries are left than before",
            Self::One => "one try is left before it locks",
            Self::None => "it is locked now",
        })
    }
}

/// Why a token does not do what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The library cannot be loaded.
    #[error("the PKCS #11 module {} cannot be loaded: {reason}", path.display())]
    Module {
        /// Its path.
        path: PathBuf,
        /// What the loader or the module says.
        reason: String,
    },
    /// A URI that names no library.
    #[error("{uri} does not say which module reaches the token")]
    NoModule {
        /// The URI.
        uri: String,
    },
    /// No such token is there.
    #[error("the token {wanted} is not there; {}", there(found))]
    NoToken {
        /// What was looked for.
        wanted: String,
        /// The labels of those that are.
        found: Vec<String>,
    },
    /// More than one such token is there.
    #[error("{count} tokens are meant by {wanted}")]
    SeveralTokens {
        /// What was looked for.
        wanted: String,
        /// How many there are.
        count: usize,
    },
    /// A token that nobody has given a PIN.
    #[error("the token {token} has no user PIN yet")]
    PinUnset {
        /// Its label.
        token: String,
    },
    /// No PIN was given.
    #[error("the token {token} asks for a PIN")]
    PinNeeded {
        /// Its label.
        token: String,
    },
    /// The wrong PIN. It was shown once.
    #[error("the token {token} refuses the PIN; {tries}")]
    PinWrong {
        /// Its label.
        token: String,
        /// How many tries are left.
        tries: PinTries,
    },
    /// Too many wrong PINs.
    #[error("the PIN of the token {token} is locked")]
    PinLocked {
        /// Its label.
        token: String,
    },
    /// One try is left, and nobody is there who could be asked whether the PIN is the right one.
    #[error("one try is left before the token {token} locks, and it is not spent on a PIN that was kept")]
    LastTry {
        /// Its label.
        token: String,
    },
    /// No such key is on the token.
    #[error("the token {token} holds no key {wanted}")]
    NoKey {
        /// Its label.
        token: String,
        /// What was looked for.
        wanted: String,
    },
    /// More than one such key is on the token.
    #[error("the token {token} holds {count} keys {wanted}")]
    SeveralKeys {
        /// Its label.
        token: String,
        /// What was looked for.
        wanted: String,
        /// How many there are.
        count: usize,
    },
    /// A key without the public half beside it.
    #[error("the token {token} holds no public key beside the private key {wanted}")]
    NoPublicKey {
        /// Its label.
        token: String,
        /// What was looked for.
        wanted: String,
    },
    /// A key that is not used, or cannot be made there.
    #[error("the key on the token {token} is not one to sign with: {reason}")]
    Unusable {
        /// Its label.
        token: String,
        /// Why.
        reason: String,
    },
    /// All sessions are taken, and enough wait for one.
    #[error("all {sessions} sessions with the token {token} are taken, and {waiting} wait for one")]
    Busy {
        /// Its label.
        token: String,
        /// How many sessions there may be.
        sessions: usize,
        /// How many wait at most.
        waiting: usize,
    },
    /// What was signed is wrong.
    #[error("the token {token} made a signature that does not verify with its own public key")]
    Faulty {
        /// Its label.
        token: String,
    },
    /// The token was taken out, or its sessions were ended.
    #[error("the token {token} is gone: {reason}")]
    Gone {
        /// Its label.
        token: String,
        /// What it said.
        reason: String,
    },
    /// Anything else.
    #[error("{action} failed on the token {token}: {reason}")]
    Failed {
        /// Its label.
        token: String,
        /// What it was to do.
        action: &'static str,
        /// What it said.
        reason: String,
    },
}

fn there(found: &[String]) -> String {
    match found {
        [] => "no token is".to_owned(),
        found => format!("there are: {}", found.join(", ")),
    }
}

impl TokenError {
    /// Whether it passes by itself.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }
}

/// What a module said, by the name that the standard has for it: `C_Login: CKR_PIN_INCORRECT`.
pub(super) fn reason(error: &Error) -> String {
    match error {
        Error::Pkcs11(code, function) => format!("C_{function:?}: {}", name(*code)),
        Error::LibraryLoading(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// `PinIncorrect` is `CKR_PIN_INCORRECT`.
fn name(code: RvError) -> String {
    match code {
        RvError::VendorDefined(code) | RvError::UnknownErrorCode(code) => format!("error 0x{code:08x}"),
        code => {
            let words = format!("{code:?}");
            let snake = words.chars().flat_map(|c| {
                let between = c.is_ascii_uppercase().then_some('_');
                between.into_iter().chain([c.to_ascii_uppercase()])
            });
            "CKR".chars().chain(snake).collect()
        }
    }
}

/// Whether the session, the login or the token itself is gone, so that all of it has to begin anew.
pub(super) const fn is_lost(error: &Error) -> bool {
    use RvError as Rv;
    matches!(
        error,
        Error::Pkcs11(
            Rv::SessionHandleInvalid
                | Rv::SessionClosed
                | Rv::UserNotLoggedIn
                | Rv::DeviceRemoved
                | Rv::DeviceError
                | Rv::TokenNotPresent
                | Rv::TokenNotRecognized
                | Rv::SlotIdInvalid
                | Rv::KeyHandleInvalid
                | Rv::ObjectHandleInvalid,
            _
        )
    )
}

#[cfg(test)]
mod tests {
    use cryptoki::context::Function;

    use super::*;

    #[test]
    fn a_code_is_told_by_its_name_in_the_standard() {
        let check = |code, expect: &str| {
            assert_eq!(reason(&Error::Pkcs11(code, Function::Login)), expect);
        };
        check(RvError::PinIncorrect, "C_Login: CKR_PIN_INCORRECT");
        check(RvError::SlotIdInvalid, "C_Login: CKR_SLOT_ID_INVALID");
        check(RvError::VendorDefined(0x8000_0001), "C_Login: error 0x80000001");
    }
}
