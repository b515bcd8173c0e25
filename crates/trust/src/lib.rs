// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where trust is kept: PEM bundles, the system's store, and what is installed into it.
//!
//! [`Gathered`] collects trust anchors from files, from the system's store and from the authority's data
//! directory, and says what it had to leave out. [`place`] puts a root where this machine's clients look.

mod error;
mod file;
pub mod place;

pub use error::Error;
pub use place::system::{Change, Presence, Receipt, SystemStore};

/// The file in the authority's data directory that holds its root.
pub const ROOT_FILE: &str = "root.pem";
