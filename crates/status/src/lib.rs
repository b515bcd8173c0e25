// SPDX-License-Identifier: MIT OR Apache-2.0
//! What was taken back: CRLs and OCSP answers, made of what the record knows, signed, and bytes in the end. Checking
//! them is `verify`'s.
//!
//! [`Entries`] are the entries of an issuer's CRL, encoded, and kept from one CRL to the next: after one more
//! revocation, its entry, the digest and the signature are what is left to do. [`issue`] brings them up to date from
//! the record, signs, verifies, and commits the CRL's number before anybody sees the CRL; a [`Publisher`] does so whenever
//! it is time. A [`Responder`] takes OCSP
//! requests, hostile or not, and gives the response to each, from what it has kept where that is still so.
//!
//! No I/O and no clock here: the record, the time and the signer are arguments.
#![warn(clippy::wildcard_enum_match_arm)]

mod ahead;
mod crl;
mod entries;
mod error;
mod ocsp;
mod publisher;

pub use ahead::{Schedule, is_behind, presign, presigned};
pub use crl::{Crl, Lifetime, issue};
pub use entries::Entries;
pub use error::{CrlError, OcspError};
pub use ocsp::{Freshness, Moment, OcspAnswer, Rate, Responder, Settings, request_for};
pub use publisher::Publisher;
