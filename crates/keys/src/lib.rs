// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who can sign: private keys, their files, and the signatures they make and check.
//!
//! This is the one crate that touches a private key. [`PrivateKey`] is made by generating one or by
//! reading a container and proving it: a weak key, or one whose halves do not belong together,
//! never becomes a value. Everything else signs through [`Signer`], and checks signatures through
//! [`AwsLc`], the implementation of [`x509::SignatureVerifier`].
//!
//! A key that is kept on a token signs through [`pkcs11`].
//!
//! Secrets are zeroised when dropped, and appear in no `Debug`, error or log. No clock here; the
//! files are read and written by [`mod@file`] alone.

#[cfg(feature = "signing")]
mod absent;
#[cfg(feature = "signing")]
mod aws_lc;
#[cfg(feature = "signing")]
mod container;
#[cfg(feature = "signing")]
pub mod csr;
#[cfg(feature = "signing")]
mod curve;
#[cfg(feature = "signing")]
mod error;
#[cfg(feature = "signing")]
pub mod file;
#[cfg(feature = "signing")]
mod identifier;
#[cfg(feature = "signing")]
mod kind;
#[cfg(feature = "signing")]
mod passphrase;
pub mod pkcs11;
#[cfg(feature = "signing")]
mod private_key;
#[cfg(feature = "signing")]
mod running_digest;
#[cfg(feature = "signing")]
mod signer;
#[cfg(feature = "signing")]
mod subject_name;
#[cfg(feature = "signing")]
mod tls_scheme;

#[cfg(feature = "signing")]
pub use absent::AbsentKey;
#[cfg(feature = "signing")]
pub use aws_lc::AwsLc;
#[cfg(feature = "signing")]
pub use error::KeyError;
#[cfg(feature = "signing")]
pub use identifier::key_identifier;
#[cfg(feature = "signing")]
pub use kind::{KeyKind, UnknownKeyKind};
#[cfg(feature = "signing")]
pub use passphrase::Passphrase;
#[cfg(feature = "signing")]
pub use private_key::PrivateKey;
#[cfg(feature = "signing")]
pub use running_digest::RunningDigest;
#[cfg(feature = "signing")]
pub use signer::{SignError, Signer};
#[cfg(feature = "signing")]
pub use subject_name::{NameProblem, SubjectName, SubjectNameError};
#[cfg(feature = "signing")]
pub use tls_scheme::{TlsScheme, TlsVersion};
