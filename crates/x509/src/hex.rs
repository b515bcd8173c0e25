// SPDX-License-Identifier: MIT OR Apache-2.0
//! Octets in hexadecimal, as people and protocols write them: two digits each, in lower case, with nothing between.

use std::fmt::{self, Write as _};

/// Octets that are written in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| {
            f.write_char(digit(octet >> 4))?;
            f.write_char(digit(octet & 0x0f))
        })
    }
}

impl fmt::Debug for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hex({self})")
    }
}

/// The octets in hexadecimal.
#[must_use]
pub fn encode(octets: &[u8]) -> String {
    Hex(octets).to_string()
}

/// The octets that are written so, in either case; `None` where anything else stands there.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let octet = |pair: &[u8]| match pair {
        [high, low] => Some((value(*high)? << 4) | value(*low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(octet).collect()
}

fn digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or_default()
}

fn value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn octets_are_two_digits_each_and_nothing_else_is_read() {
        let check =
            |text: &str, expect: Option<&[u8]>| assert_eq!(decode(text).as_deref(), expect, "{text:?}");
        assert_eq!(encode(&[0x00, 0x0f, 0xa0, 0xff]), "000fa0ff");
        check("000fa0ff", Some(&[0x00, 0x0f, 0xa0, 0xff]));
        check("0FaB", Some(&[0x0f, 0xab]));
        check("", Some(&[]));
        for text in ["0", "0x00", "00:00", "+1", "-1", " 00", "0g", "00\n", "é", "٠٠"] {
            check(text, None);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(octets: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&octets)), Some(octets));
        }

        #[test]
        fn whatever_is_read_is_written_so(text: String) {
            if let Some(octets) = decode(&text) {
                prop_assert_eq!(encode(&octets), text.to_ascii_lowercase());
            }
        }
    }
}
