// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who can sign: private keys, their files, and the signatures they make and check.
//!
//! This is the one crate that touches a private key. [`PrivateKey`] is made by generating one or by
//! reading a container and proving it: a weak key, or one whose halves do not belong together,
//! never becomes a value. Everything else signs through [`Signer`], and checks signatures through
//! [`AwsLc`], the implementation of [`x509::SignatureVerifier`].
//!
//! Secrets are zeroised when dropped, and appear in no `Debug`, error or log. No clock here; the
//! files are read and written by [`mod@file`] alone.

mod absent;
mod aws_lc;
mod container;
pub mod csr;
mod curve;
mod error;
pub mod file;
mod identifier;
mod kind;
mod passphrase;
mod private_key;
mod signer;
mod subject_name;
mod tls_scheme;

pub use absent::AbsentKey;
pub use aws_lc::AwsLc;
pub use error::KeyError;
pub use identifier::key_identifier;
pub use kind::{KeyKind, UnknownKeyKind};
pub use passphrase::Passphrase;
pub use private_key::PrivateKey;
pub use signer::{SignError, Signer};
pub use subject_name::{NameProblem, SubjectName, SubjectNameError};
pub use tls_scheme::{TlsScheme, TlsVersion};
