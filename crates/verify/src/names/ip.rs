// SPDX-License-Identifier: MIT OR Apache-2.0
//! Addresses as octets.

/// Whether an address lies in a range: an address and a mask of the same length (RFC 5280 §4.2.1.10).
/// IPv4 and IPv6 never meet.
pub(crate) fn lies_within(address: &[u8], range: &[u8]) -> bool {
    let Some((base, mask)) = range.split_at_checked(range.len() / 2) else { return false };
    let matches = |((octet, base), mask): ((&u8, &u8), &u8)| octet & mask == base & mask;
    address.len() == base.len() && address.iter().zip(base).zip(mask).all(matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_own_kind() {
        let ten = [10, 0, 0, 0, 255, 0, 0, 0];
        assert!(lies_within(&[10, 1, 2, 3], &ten));
        assert!(!lies_within(&[11, 1, 2, 3], &ten));
        assert!(lies_within(&[11, 1, 2, 3], &[0; 8]));
        assert!(!lies_within(&[0; 16], &[0; 8]));
        assert!(lies_within(&[0xfc; 16], &[0; 32]));
        // Bits of the base outside the mask do not count.
        assert!(lies_within(&[10, 9, 9, 9], &[10, 1, 2, 3, 255, 0, 0, 0]));
    }
}
