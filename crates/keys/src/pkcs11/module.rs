// SPDX-License-Identifier: MIT OR Apache-2.0
//! The library that reaches tokens, loaded once a process.

use std::fmt;
use std::path::{Path, PathBuf};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::slot::{Slot, TokenInfo as Described};
use parking_lot::Mutex;

use super::error::{PinTries, TokenError, reason};
use super::uri::Pkcs11Uri;

/// What is loaded, for as long as the process lives: a library is initialised once a process, whoever uses it, and takes
/// its threads and what it allocated with it when it is unloaded.
static LOADED: Mutex<Vec<Module>> = Mutex::new(Vec::new());

/// A PKCS #11 library.
#[derive(Clone)]
pub struct Module {
    path: PathBuf,
    library: Pkcs11,
}

/// What a module says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleInfo {
    /// What it is: `Implementation of PKCS11`.
    pub description: String,
    /// Who made it: `SoftHSM`.
    pub manufacturer: String,
    /// Its version: `2.6`.
    pub version: String,
    /// The version of PKCS #11 that it speaks: `2.40`.
    pub cryptoki: String,
}

/// A place for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotInfo {
    /// Its number.
    pub id: u64,
    /// What it is.
    pub description: String,
    /// The token in it.
    pub token: Option<TokenInfo>,
}

/// A token, as it describes itself to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenInfo {
    /// Its label; empty before it is initialised.
    pub label: String,
    /// Its serial number.
    pub serial: String,
    /// What it is.
    pub model: String,
    /// Who made it.
    pub manufacturer: String,
    /// Whether somebody has given it a label and a security officer.
    pub is_initialised: bool,
    /// Whether its user has a PIN.
    pub has_pin: bool,
    /// How many wrong PINs it still bears.
    pub tries: PinTries,
}

impl Module {
    /// Loads a library, unless it is loaded already, and initialises it.
    ///
    /// # Errors
    /// [`TokenError::Module`].
    pub fn load(path: &Path) -> Result<Self, TokenError> {
        let mut loaded = LOADED.lock();
        if let Some(module) = loaded.iter().find(|module| module.path == path) {
            return Ok(module.clone());
        }
        let failed = |error: &Error| TokenError::Module { path: path.to_owned(), reason: reason(error) };
        let library = Pkcs11::new(path).map_err(|error| failed(&error))?;
        match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(failed(&error)),
        }
        let module = Self { path: path.to_owned(), library };
        loaded.push(module.clone());
        Ok(module)
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says of itself.
    ///
    /// # Errors
    /// [`TokenError::Module`].
    pub fn info(&self) -> Result<ModuleInfo, TokenError> {
        let info = self.library.get_library_info().map_err(|error| self.failure(&error))?;
        Ok(ModuleInfo {
            description: info.library_description().trim().to_owned(),
            manufacturer: info.manufacturer_id().trim().to_owned(),
            version: info.library_version().to_string(),
            cryptoki: info.cryptoki_version().to_string(),
        })
    }

    /// Its slots, and what is in them now.
    ///
    /// # Errors
    /// [`TokenError::Module`].
    pub fn slots(&self) -> Result<Vec<SlotInfo>, TokenError> {
        let slots = self.library.get_all_slots().map_err(|error| self.failure(&error))?;
        let described = slots.into_iter().map(|slot| {
            let info = self.library.get_slot_info(slot).map_err(|error| self.failure(&error))?;
            Ok(SlotInfo {
                id: slot.id(),
                description: info.slot_description().trim().to_owned(),
                // One that was taken out meanwhile is not there.
                token: self.library.get_token_info(slot).ok().as_ref().map(TokenInfo::of),
            })
        });
        described.collect()
    }

    /// The one initialised token that a URI means: all that it names of the token is as it says.
    pub(super) fn find(&self, wanted: &Pkcs11Uri) -> Result<(Slot, TokenInfo), TokenError> {
        let slots = self.library.get_slots_with_token().map_err(|error| self.failure(&error))?;
        let described = slots.into_iter().filter_map(|slot| {
            let info = TokenInfo::of(&self.library.get_token_info(slot).ok()?);
            info.is_initialised.then_some((slot, info))
        });
        let there: Vec<_> = described.collect();
        let mut meant = there.iter().filter(|(_, info)| info.is_meant_by(wanted));
        match (meant.next(), meant.count()) {
            (Some(one), 0) => Ok(one.clone()),
            (Some(_), others) => {
                Err(TokenError::SeveralTokens { wanted: wanted.to_string(), count: others.saturating_add(1) })
            }
            (None, _) => Err(TokenError::NoToken {
                wanted: wanted.to_string(),
                found: there.into_iter().map(|(_, info)| info.label).collect(),
            }),
        }
    }

    pub(super) const fn library(&self) -> &Pkcs11 {
        &self.library
    }

    fn failure(&self, error: &Error) -> TokenError {
        TokenError::Module { path: self.path.clone(), reason: reason(error) }
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Module({})", self.path.display())
    }
}

impl TokenInfo {
    fn of(described: &Described) -> Self {
        Self {
            label: described.label().trim_end().to_owned(),
            serial: described.serial_number().trim_end().to_owned(),
            model: described.model().trim_end().to_owned(),
            manufacturer: described.manufacturer_id().trim_end().to_owned(),
            is_initialised: described.token_initialized(),
            has_pin: described.user_pin_initialized(),
            tries: tries(described),
        }
    }

    fn is_meant_by(&self, wanted: &Pkcs11Uri) -> bool {
        let is_so = |wanted: Option<&str>, found: &str| wanted.is_none_or(|wanted| wanted == found);
        is_so(wanted.token(), &self.label)
            && is_so(wanted.serial(), &self.serial)
            && is_so(wanted.model(), &self.model)
            && is_so(wanted.manufacturer(), &self.manufacturer)
    }
}

pub(super) fn tries(described: &Described) -> PinTries {
    if described.user_pin_locked() {
        PinTries::None
    } else if described.user_pin_final_try() {
        PinTries::One
    } else if described.user_pin_count_low() {
        PinTries::Fewer
    } else {
        PinTries::Untold
    }
}
