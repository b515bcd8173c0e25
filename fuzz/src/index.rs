// SPDX-License-Identifier: MIT OR Apache-2.0
//! The index of OpenSSL's `ca`.

use x509::index::lines;

/// Every line is read or refused, and one that is read is whole.
pub fn read(data: &[u8]) {
    for indexed in lines(data).flatten() {
        assert_ne!(indexed.serial.first(), Some(&0), "the magnitude of a serial number");
        assert!(indexed.revoked.is_none_or(|revoked| revoked.reason.number() != 8), "removeFromCRL");
    }
}
