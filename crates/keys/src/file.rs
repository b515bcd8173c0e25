// SPDX-License-Identifier: MIT OR Apache-2.0
//! Key files: read with a bound, written whole or not at all.

mod error;
mod read;
mod write;

pub use error::FileError;
pub use read::{KeyFile, Remark, read_private_key};
pub use write::{Overwrite, write_private_key, write_public};
