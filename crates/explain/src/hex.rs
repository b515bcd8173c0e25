// SPDX-License-Identifier: MIT OR Apache-2.0
//! Octets for the eye.

/// Lower-case hexadecimal without separators.
pub use x509::hex::encode as hex;

/// Hexadecimal in which all but the first and last eight octets are left out: `0466…19ab`.
#[must_use]
pub fn short(octets: &[u8]) -> String {
    const ENDS: usize = 8;
    match (octets.first_chunk::<ENDS>(), octets.last_chunk::<ENDS>()) {
        (Some(first), Some(last)) if octets.len() > 2 * ENDS + 2 => format!("{}…{}", hex(first), hex(last)),
        _ => hex(octets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_long_is_shortened() {
        assert_eq!(short(&[]), "");
        assert_eq!(short(&[0xab; 18]), "ab".repeat(18));
        assert_eq!(short(&[0xab; 32]), "abababababababab…abababababababab");
    }
}
