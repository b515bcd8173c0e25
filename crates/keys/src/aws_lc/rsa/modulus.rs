// SPDX-License-Identifier: MIT OR Apache-2.0
//! Moduli that are the work of a broken generator, found without factoring them.

use x509::SignatureError;

/// The modulus of `magnitude` by a small number.
fn remainder(magnitude: &[u8], divisor: u32) -> u32 {
    magnitude.iter().fold(0, |rest, &octet| ((rest << 8) | u32::from(octet)) % divisor)
}

/// The odd primes below `limit`.
fn odd_primes(limit: u32) -> impl Iterator<Item = u32> {
    let is_prime =
        |&number: &u32| (2..number).take_while(|d| d * d <= number).all(|d| !number.is_multiple_of(d));
    (3..limit).step_by(2).filter(is_prime)
}

/// No factor below 752 (SP 800-89 §5.3.3, the CA/Browser Forum's baseline §6.1.6).
pub(super) fn check_factors(modulus: &[u8]) -> Result<(), SignatureError> {
    match odd_primes(752).find(|&prime| remainder(modulus, prime) == 0) {
        Some(factor) => {
            Err(SignatureError::WeakKey { reason: format!("RSA modulus has the small factor {factor}") })
        }
        None => Ok(()),
    }
}

/// ROCA (CVE-2017-15361, the CA/Browser Forum's baseline §6.1.1.3): the primes of a broken generator are
/// powers of 65537 modulo every small prime, and so is their product. A sound modulus looks like that
/// once in 2^27.
pub(super) fn check_generator(modulus: &[u8]) -> Result<(), SignatureError> {
    let suspicious = |prime: u32| is_power_of_65537(remainder(modulus, prime), prime);
    if odd_primes(168).all(suspicious) {
        return Err(SignatureError::WeakKey {
            reason: "RSA modulus of the generator that ROCA breaks (CVE-2017-15361)".to_owned(),
        });
    }
    Ok(())
}

/// Whether `value` is in the group that 65537 generates modulo `prime`.
fn is_power_of_65537(value: u32, prime: u32) -> bool {
    let generator = 65_537 % prime;
    let mut power = 1;
    for _ in 0..prime {
        if power == value {
            return true;
        }
        power = power * generator % prime;
    }
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]
    use super::*;

    /// `factor` times the number whose octets are little-endian.
    fn times(octets: &mut Vec<u8>, factor: u32) {
        let mut carry = 0_u64;
        for octet in octets.iter_mut() {
            carry += u64::from(*octet) * u64::from(factor);
            *octet = carry as u8;
            carry >>= 8;
        }
        while carry > 0 {
            octets.push(carry as u8);
            carry >>= 8;
        }
    }

    fn power_of_65537(exponent: u32) -> Vec<u8> {
        let mut octets = vec![1];
        (0..exponent).for_each(|_| times(&mut octets, 65_537));
        octets
    }

    fn big_endian(mut octets: Vec<u8>) -> Vec<u8> {
        octets.reverse();
        octets
    }

    #[test]
    fn a_power_of_65537_is_taken_for_the_broken_generators() {
        let broken = power_of_65537(128);
        let refused = check_generator(&big_endian(broken.clone())).unwrap_err().to_string();
        assert_eq!(refused, "weak key: RSA modulus of the generator that ROCA breaks (CVE-2017-15361)");
        let mut sound = broken;
        // 3 is no power of 65537 modulo 11, 13, 17 and others.
        times(&mut sound, 3);
        assert_eq!(check_generator(&big_endian(sound)), Ok(()));
    }

    #[test]
    fn a_small_factor_is_found_and_named() {
        for factor in [3, 5, 7, 751] {
            let mut octets = power_of_65537(128);
            times(&mut octets, factor);
            assert_eq!(
                check_factors(&big_endian(octets)).unwrap_err().to_string(),
                format!("weak key: RSA modulus has the small factor {factor}")
            );
        }
        assert_eq!(check_factors(&big_endian(power_of_65537(128))), Ok(()));
        assert_eq!(odd_primes(752).count(), 132);
        assert_eq!(odd_primes(168).count(), 38);
    }

    #[test]
    fn remainders_are_those_of_the_whole_number() {
        assert_eq!(remainder(&[0x01, 0x00, 0x01], 256), 1);
        assert_eq!(remainder(&[0xff, 0xff, 0xff, 0xff], 751), u32::MAX % 751);
        assert_eq!(remainder(&[], 3), 0);
    }
}
