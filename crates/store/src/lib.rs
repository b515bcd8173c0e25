// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where it is kept: the authority's record in SQLite, append-only and durable.
//!
//! [`Sqlite`] implements [`authority::Record`]. One thread writes: it takes every batch that waits, commits them in
//! one transaction with one fsync, and answers each of them afterwards. Reads have a connection of their own and
//! never wait for the writer (write-ahead log). Several processes may open one file.
//!
//! Nothing here decides what may be signed, and nothing outside knows that there is SQL.

mod error;
mod promise;
mod sqlite;

pub use error::OpenError;
pub use sqlite::Sqlite;
