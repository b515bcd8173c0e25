// SPDX-License-Identifier: MIT OR Apache-2.0
//! The identifier of a key.

use aws_lc_rs::digest::{SHA256, digest};
use x509::SubjectPublicKeyInfo;

/// The identifier of a public key: the leftmost 160 bits of the SHA-256 of the octets of its BIT
/// STRING ([RFC 7093 §2], method 1). SHA-1, which RFC 5280 §4.2.1.2 gives as an example, would make
/// the same size and is kept out of what we issue.
#[must_use]
pub fn key_identifier(key: &SubjectPublicKeyInfo<'_>) -> [u8; 20] {
    let hash = digest(&SHA256, key.key_bits());
    hash.as_ref().first_chunk().copied().unwrap_or_default()
}
