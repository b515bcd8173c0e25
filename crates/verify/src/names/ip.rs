// SPDX-License-Identifier: MIT OR Apache-2.0
//! Addresses as octets.

/// Whether an address lies in a range: an address and a mask of the same length (RFC 5280 §4.2.1.10).
/// IPv4 and IPv6 never meet.
pub(crate) fn lies_within(address: &[u8], range: &[u8]) -> bool {
    let Some((base, mask)) = range.split_at_checked(range.len() / 2) else { return false };
    let matches = |((octet, base), mask): ((&u8, &u8), &u8)| octet & mask == base & mask;
    address.len() == base.len() && address.iter().zip(base).zip(mask).all(matches)
}

/// Whether whoever is sent to an address may end up in a range: one of IPv6 that maps one of IPv4
/// (RFC 4291 §2.5.5.2) leads there.
pub(crate) fn may_lie_within(address: &[u8], range: &[u8]) -> bool {
    let mapped = address.strip_prefix(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
    lies_within(address, range) || mapped.is_some_and(|address| lies_within(address, range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_maps_another_may_lie_where_that_does() {
        let ten = [10, 0, 0, 0, 255, 0, 0, 0];
        let mapped = |last: u8| [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, last, 0, 0, 1];
        assert!(may_lie_within(&mapped(10), &ten) && !lies_within(&mapped(10), &ten));
        assert!(!may_lie_within(&mapped(11), &ten));
        assert!(!may_lie_within(&[0; 16], &ten));
        assert!(may_lie_within(&[10, 0, 0, 1], &ten));
        // To exclude IPv6 altogether is not to exclude IPv4.
        assert!(!may_lie_within(&[10, 0, 0, 1], &[0; 32]));
    }

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
