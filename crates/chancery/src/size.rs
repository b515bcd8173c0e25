// SPDX-License-Identifier: MIT OR Apache-2.0
//! A number of bytes as people write it.

use std::fmt;
use std::str::FromStr;

/// A number of bytes: `500000`, `20M`, `2GiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(u64);

const UNITS: [&str; 5] = ["", "k", "m", "g", "t"];

impl Size {
    pub(crate) fn bytes(self) -> u64 {
        self.0
    }
}

impl FromStr for Size {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        const SHAPE: &str = "write it as 500000, 20M or 2GiB";
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at_checked(digits).ok_or(SHAPE)?;
        let unit = unit.trim().to_ascii_lowercase();
        let (unit, step) = match unit.strip_suffix("ib") {
            Some(unit) => (unit, 1024u64),
            None => match unit.strip_suffix('b') {
                Some(unit) => (unit, 1000),
                None => (unit.as_str(), 1024),
            },
        };
        let power = UNITS.iter().position(|known| *known == unit).ok_or(SHAPE)?;
        let number: u64 = number.parse().map_err(|_not_a_number| SHAPE)?;
        let times = step.pow(u32::try_from(power).unwrap_or(u32::MAX));
        number.checked_mul(times).map(Self).ok_or("that is more than any disk holds")
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tenths = u128::from(self.0) * 10;
        let mut unit = "bytes";
        for larger in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
            if tenths < 10_240 {
                break;
            }
            tenths /= 1024;
            unit = larger;
        }
        match (unit, tenths % 10) {
            (_, 0) => write!(f, "{} {unit}", tenths / 10),
            (_, tenth) => write!(f, "{}.{tenth} {unit}", tenths / 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_and_without_units() {
        let check = |text: &str, expect: Option<u64>| {
            assert_eq!(text.parse::<Size>().ok().map(Size::bytes), expect, "{text}");
        };
        check("0", Some(0));
        check("500000", Some(500_000));
        check("20M", Some(20 << 20));
        check("20 MiB", Some(20 << 20));
        check("20mb", Some(20_000_000));
        check("2GiB", Some(2 << 30));
        check("1T", Some(1 << 40));
        for text in ["", "M", "-1", "1.5G", "20X", "20MiBi", "99999999999999999999", "99999999999T", "é"] {
            check(text, None);
        }
    }

    #[test]
    fn sizes_are_told_in_the_largest_unit() {
        let check = |bytes, expect: &str| assert_eq!(Size(bytes).to_string(), expect);
        check(10, "10 bytes");
        check(2 << 30, "2 GiB");
        check(1536, "1.5 KiB");
    }
}
