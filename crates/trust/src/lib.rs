// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where trust is kept: PEM bundles, the system's store, and what is installed into it.
//!
//! [`Gathered`] collects trust anchors from files, from the system's store and from the authority's data
//! directory, and says what it had to leave out. [`place`] puts a root where this machine's clients look.

mod error;
mod file;
mod gather;
pub mod place;

pub use error::Error;
pub use gather::{Gathered, ROOT_FILE, Skipped, SkippedBecause, Source};
pub use place::system::{Change, Presence, Receipt, SystemStore};
