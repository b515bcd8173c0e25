// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys that never leave a token: a hardware security module, a smart card, SoftHSM, through PKCS #11.
//!
//! ```text
//! Pkcs11Uri ─► Module::load ─► Token::find ─► Token::log_in ─► Pkcs11Signer::open | ::generate ─►  a Signer
//!                 once a process                 one attempt       digests in software, CKM_ECDSA or CKM_RSA_PKCS
//! ```
//!
//! A token is shared: its sessions are a bounded pool, and who comes when all of them are taken and enough wait already is
//! told so ([`TokenError::Busy`]). A PIN that the token refuses is forgotten and never shown to it again, since a few wrong
//! ones lock it.

#[cfg(feature = "signing")]
mod encoding;
#[cfg(feature = "signing")]
mod error;
#[cfg(feature = "signing")]
mod module;
#[cfg(feature = "signing")]
mod object;
#[cfg(feature = "signing")]
mod pool;
#[cfg(feature = "signing")]
mod signer;
#[cfg(feature = "signing")]
mod token;
mod uri;

#[cfg(feature = "signing")]
pub use error::{PinTries, TokenError};
#[cfg(feature = "signing")]
pub use module::{Module, ModuleInfo, SlotInfo, TokenInfo};
#[cfg(feature = "signing")]
pub use pool::Limits;
#[cfg(feature = "signing")]
pub use signer::Pkcs11Signer;
#[cfg(feature = "signing")]
pub use token::{Mechanisms, Risk, Token};
pub use uri::{Pkcs11Uri, UriError};
