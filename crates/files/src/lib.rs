// SPDX-License-Identifier: MIT OR Apache-2.0
//! What it is for: a directory over HTTPS, with ranges, conditional requests and atomic uploads.
//!
//! ```text
//! Request ─ host ─ path ─┬─ GET, HEAD ─ root ─┬─ file: conditions, range ─ stream ─ Response
//!                        │                    └─ folder: index.html, or the listing (page, JSON)
//!                        └─ PUT ─ same origin ─ target ─ scratch ─ commit ─ Response
//! ```
//!
//! [`Files`] is a hyper service. Every open goes beneath the root ([`Files::open`]), and nothing but regular
//! files and folders is served. An upload is a file without a name until it is whole and on the disk.

mod body;
mod conditions;
mod config;
mod date;
mod error;
mod folder;
mod host;
mod linger;
mod listing;
mod media_type;
mod page;
mod path;
mod pool;
mod range;
mod read;
mod reply;
mod root;
mod same_origin;
mod scratch;
mod stream;
mod sweep;
mod upload;
mod validators;
mod writer;

pub use body::Body;
pub use config::{FilesConfig, HiddenFiles, Uploads};
pub use error::OpenError;
pub use folder::Files;
pub use host::HostNames;
