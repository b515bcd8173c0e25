// SPDX-License-Identifier: MIT OR Apache-2.0
//! A token that is logged in to, and its sessions.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::MechanismType;
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Limit, Slot};
use cryptoki::types::RawAuthPin;
use parking_lot::Mutex;

use super::error::{PinTries, TokenError, is_lost, reason};
use super::module::{Module, TokenInfo, tries};
use super::pool::{Full, Limits, Pool};
use super::uri::Pkcs11Uri;
use crate::passphrase::Passphrase;

/// Whether the last try before a token locks may be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Risk {
    /// Somebody typed the PIN and knows.
    TheLastTry,
    /// The PIN was kept somewhere, and a service that is started again and again must not lock the token with it.
    NotTheLastTry,
}

/// What a token can do of what is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mechanisms {
    /// CKM_ECDSA: sign with P-256 and P-384.
    pub ecdsa: bool,
    /// CKM_EC_KEY_PAIR_GEN: make such keys.
    pub ec_key_pairs: bool,
    /// CKM_RSA_PKCS: sign with RSA.
    pub rsa: bool,
    /// CKM_RSA_PKCS_KEY_PAIR_GEN: make such keys.
    pub rsa_key_pairs: bool,
}

/// A token that was found; its keys can be used once [`Token::log_in`] has been called. Cloned, it is the same token.
#[derive(Clone)]
pub struct Token {
    inner: Arc<Inner>,
}

struct Inner {
    module: Module,
    /// What it is found by again when it was away.
    wanted: Pkcs11Uri,
    info: TokenInfo,
    has_pad: bool,
    pool: Pool<Session>,
    seat: Mutex<Seat>,
}

/// Where the token is, and as whom we speak to it.
struct Seat {
    slot: Slot,
    /// Kept open, since the login ends with the last session.
    anchor: Option<Session>,
    pin: Pin,
    /// How often it was logged in to.
    generation: u64,
}

enum Pin {
    /// None was given.
    Unknown,
    /// The token refused it, and will not be shown it again.
    Refused,
    Known(RawAuthPin),
    /// It is typed at the token itself.
    Pad,
}

/// What went wrong while a session was used.
pub(super) enum Trouble {
    /// Session, login or token are gone.
    Lost(String),
    /// Anything else.
    Token(TokenError),
}

impl Token {
    /// Finds the token that a URI means, by the module that it names.
    ///
    /// # Errors
    /// The module cannot be loaded, or no one token is meant.
    pub fn find(wanted: &Pkcs11Uri, limits: Limits) -> Result<Self, TokenError> {
        let no_module = || TokenError::NoModule { uri: wanted.to_string() };
        let module = Module::load(wanted.module_path().ok_or_else(no_module)?)?;
        let (slot, info) = module.find(wanted)?;
        let described = module.library().get_token_info(slot);
        let described = described
            .map_err(|error| TokenError::Module { path: module.path().to_owned(), reason: reason(&error) })?;
        // One session is the anchor.
        let sessions = match described.max_session_count() {
            Limit::Max(most) => {
                usize::try_from(most).unwrap_or(usize::MAX).saturating_sub(1).clamp(1, limits.sessions)
            }
            Limit::Unavailable | Limit::Infinite => limits.sessions,
        };
        let inner = Inner {
            wanted: wanted.clone(),
            info,
            has_pad: described.protected_authentication_path(),
            pool: Pool::new(Limits { sessions, ..limits }),
            seat: Mutex::new(Seat { slot, anchor: None, pin: Pin::Unknown, generation: 0 }),
            module,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What it said of itself when it was found.
    #[must_use]
    pub fn info(&self) -> &TokenInfo {
        &self.inner.info
    }

    /// Its label.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.inner.info.label
    }

    /// The library that reaches it.
    #[must_use]
    pub fn module_path(&self) -> &Path {
        self.inner.module.path()
    }

    /// What it was found by.
    #[must_use]
    pub fn wanted(&self) -> &Pkcs11Uri {
        &self.inner.wanted
    }

    /// Whether the PIN is typed at the token itself, and none is to be given.
    #[must_use]
    pub fn has_pad(&self) -> bool {
        self.inner.has_pad
    }

    /// Whether it is logged in to.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.inner.seat.lock().anchor.is_some()
    }

    /// Whether it is in its slot now.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.inner.module.find(&self.inner.wanted).is_ok()
    }

    /// What it can do.
    ///
    /// # Errors
    /// It does not say.
    pub fn mechanisms(&self) -> Result<Mechanisms, TokenError> {
        let slot = self.inner.seat.lock().slot;
        let listed = self.inner.module.library().get_mechanism_list(slot);
        let listed = listed.map_err(|error| self.failure("listing its mechanisms", &error))?;
        let has = |wanted: MechanismType| listed.contains(&wanted);
        Ok(Mechanisms {
            ecdsa: has(MechanismType::ECDSA),
            ec_key_pairs: has(MechanismType::ECC_KEY_PAIR_GEN),
            rsa: has(MechanismType::RSA_PKCS),
            rsa_key_pairs: has(MechanismType::RSA_PKCS_KEY_PAIR_GEN),
        })
    }

    /// Logs in as the token's user: with one attempt, and none when it is open already. A PIN that is refused is
    /// forgotten.
    ///
    /// # Errors
    /// The PIN is not set, wrong or locked, or the last try is not to be risked; the token failed.
    pub fn log_in(&self, pin: Option<&Passphrase>, risk: Risk) -> Result<(), TokenError> {
        let mut seat = self.inner.seat.lock();
        if seat.anchor.is_some() {
            return Ok(());
        }
        seat.pin = match pin {
            _ if self.inner.has_pad => Pin::Pad,
            Some(pin) => Pin::Known(RawAuthPin::new(Box::new(pin.octets().to_vec()))),
            None => Pin::Unknown,
        };
        self.sit_down(&mut seat, risk)
    }

    /// Opens the anchor session and logs in.
    fn sit_down(&self, seat: &mut Seat, risk: Risk) -> Result<(), TokenError> {
        let library = self.inner.module.library();
        let token = || self.label().to_owned();
        let described = library.get_token_info(seat.slot).map_err(|error| self.gone(&error))?;
        if !described.user_pin_initialized() {
            return Err(TokenError::PinUnset { token: token() });
        }
        match (tries(&described), risk) {
            (PinTries::None, _) => return Err(TokenError::PinLocked { token: token() }),
            (PinTries::One, Risk::NotTheLastTry) => return Err(TokenError::LastTry { token: token() }),
            _ => {}
        }
        // To make keys, a session must be able to write; where none may, one that reads will do.
        let anchor = library.open_rw_session(seat.slot).or_else(|error| match error {
            Error::Pkcs11(RvError::TokenWriteProtected, _) => library.open_ro_session(seat.slot),
            error => Err(error),
        });
        let anchor = anchor.map_err(|error| self.failure("opening a session", &error))?;
        let logged_in = match &seat.pin {
            Pin::Known(pin) => anchor.login_with_raw(UserType::User, pin),
            Pin::Pad => anchor.login(UserType::User, None),
            Pin::Unknown => return Err(TokenError::PinNeeded { token: token() }),
            Pin::Refused => return Err(self.refused(seat.slot)),
        };
        match logged_in {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _)) => {
                // Never shown again: the next wrong one may lock the token.
                seat.pin = Pin::Refused;
                return Err(self.refused(seat.slot));
            }
            Err(Error::Pkcs11(RvError::PinLocked, _)) => {
                seat.pin = Pin::Refused;
                return Err(TokenError::PinLocked { token: token() });
            }
            Err(error) => return Err(self.failure("logging in", &error)),
        }
        seat.anchor = Some(anchor);
        seat.generation = seat.generation.saturating_add(1);
        Ok(())
    }

    fn refused(&self, slot: Slot) -> TokenError {
        let described = self.inner.module.library().get_token_info(slot);
        let tries = described.map_or(PinTries::Untold, |described| tries(&described));
        TokenError::PinWrong { token: self.label().to_owned(), tries }
    }

    /// How often it was logged in to: handles of objects hold until it changes.
    pub(super) fn generation(&self) -> u64 {
        self.inner.seat.lock().generation
    }

    /// Has a session do something. When session, login or token turn out to be gone, logs in again, once, with the PIN that
    /// was right before, and tries once more.
    pub(super) fn with_session<R>(
        &self,
        work: impl Fn(&Session, u64) -> Result<R, Trouble>,
    ) -> Result<R, TokenError> {
        let generation = self.generation();
        let first = self.lend(generation, &work);
        match first {
            Ok(done) => Ok(done),
            Err(Trouble::Token(error)) => Err(error),
            Err(Trouble::Lost(_)) => {
                self.come_back(generation)?;
                self.lend(self.generation(), &work).map_err(|trouble| match trouble {
                    Trouble::Lost(reason) => TokenError::Gone { token: self.label().to_owned(), reason },
                    Trouble::Token(error) => error,
                })
            }
        }
    }

    fn lend<R>(
        &self,
        generation: u64,
        work: impl Fn(&Session, u64) -> Result<R, Trouble>,
    ) -> Result<R, Trouble> {
        let open = || {
            let slot = self.inner.seat.lock().slot;
            let opened = self.inner.module.library().open_ro_session(slot);
            opened.map_err(|error| self.trouble("opening a session", &error).into())
        };
        let lent = self.inner.pool.lend(open, |session| work(session, generation).map_err(Lent::Trouble));
        lent.map_err(|lent| match lent {
            Lent::Trouble(trouble) => trouble,
            Lent::Full => {
                let Limits { sessions, waiting, .. } = self.inner.pool.limits();
                Trouble::Token(TokenError::Busy { token: self.label().to_owned(), sessions, waiting })
            }
        })
    }

    /// Has the session that is logged in, which can write, do something that is not done often.
    pub(super) fn with_anchor<R>(
        &self,
        work: impl FnOnce(&Session) -> Result<R, TokenError>,
    ) -> Result<R, TokenError> {
        let seat = self.inner.seat.lock();
        match &seat.anchor {
            Some(anchor) => work(anchor),
            None => Err(TokenError::PinNeeded { token: self.label().to_owned() }),
        }
    }

    /// Finds the token again and logs in again, unless somebody has done so since `generation`.
    fn come_back(&self, generation: u64) -> Result<(), TokenError> {
        let mut seat = self.inner.seat.lock();
        if seat.generation != generation && seat.anchor.is_some() {
            return Ok(());
        }
        seat.anchor = None;
        self.inner.pool.clear();
        let (slot, _) = self.inner.module.find(&self.inner.wanted).map_err(|error| TokenError::Gone {
            token: self.label().to_owned(),
            reason: error.to_string(),
        })?;
        seat.slot = slot;
        self.sit_down(&mut seat, Risk::NotTheLastTry)
    }

    pub(super) fn trouble(&self, action: &'static str, error: &Error) -> Trouble {
        match is_lost(error) {
            true => Trouble::Lost(reason(error)),
            false => Trouble::Token(self.failure(action, error)),
        }
    }

    pub(super) fn failure(&self, action: &'static str, error: &Error) -> TokenError {
        match is_lost(error) {
            true => self.gone(error),
            false => TokenError::Failed { token: self.label().to_owned(), action, reason: reason(error) },
        }
    }

    fn gone(&self, error: &Error) -> TokenError {
        TokenError::Gone { token: self.label().to_owned(), reason: reason(error) }
    }
}

/// Why a session was not lent, or did not do it.
enum Lent {
    Full,
    Trouble(Trouble),
}

impl From<Full> for Lent {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

impl From<Trouble> for Lent {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<TokenError> for Trouble {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

/// What it is; no PIN.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.inner.wanted)
    }
}
