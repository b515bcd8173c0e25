// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ed25519 public keys.

use x509::SignatureError;

/// Checks the length, that y is below the field's prime (RFC 8032 §5.1.3), and that the point is
/// none of the eight whose order is small: under those, signatures that match anything are made
/// without a private key.
pub(super) fn check(octets: &[u8]) -> Result<(), SignatureError> {
    let Ok(key) = <[u8; 32]>::try_from(octets) else {
        return Err(SignatureError::MalformedKey {
            reason: format!("Ed25519 key of {} octets, 32 expected", octets.len()),
        });
    };
    let [first, middle @ .., last] = key;
    let y_last = last & 0x7f;
    if first >= 0xed && y_last == 0x7f && middle.iter().all(|&octet| octet == 0xff) {
        return Err(SignatureError::MalformedKey {
            reason: "Ed25519 key whose y is not below 2^255 - 19 (RFC 8032 §5.1.3)".to_owned(),
        });
    }
    let mut y = key;
    if let Some(octet) = y.last_mut() {
        *octet = y_last;
    }
    if SMALL_ORDER.contains(&y) {
        return Err(SignatureError::WeakKey { reason: "Ed25519 key is a point of small order".to_owned() });
    }
    Ok(())
}

/// The y coordinates, little-endian, of the points of order 1, 2, 4 and 8.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ],
    [0; 32],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn points_of_small_order_and_y_over_the_prime_are_refused() {
        for y in SMALL_ORDER {
            for sign in [0x00, 0x80] {
                let mut key = y;
                *key.last_mut().unwrap() |= sign;
                assert!(matches!(check(&key), Err(SignatureError::WeakKey { .. })), "{key:02x?}");
            }
        }
        for first in 0xed..=0xff {
            let mut key = [0xff; 32];
            key[0] = first;
            assert!(matches!(check(&key), Err(SignatureError::MalformedKey { .. })), "{key:02x?}");
        }
        assert!(check(&[7; 31]).is_err());
        assert!(check(&[7; 33]).is_err());
        assert!(check(&[7; 32]).is_ok());
    }
}
