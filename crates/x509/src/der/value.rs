// SPDX-License-Identifier: MIT OR Apache-2.0
//! Values of the universal types, each by its strict rules.

use super::{Element, Reader, Tag};
use crate::error::{Error, Problem};
use crate::oid::Oid;

/// A BIT STRING: whole octets, of which the last may have unused bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BitString<'a> {
    /// Unused bits at the end of the last octet, 0 to 7.
    pub unused: u8,
    /// The octets.
    pub octets: &'a [u8],
}

impl<'a> BitString<'a> {
    /// The octets, when no bit is unused.
    #[must_use]
    pub const fn whole_octets(&self) -> Option<&'a [u8]> {
        if self.unused == 0 { Some(self.octets) } else { None }
    }

    /// Reads the content of a BIT STRING, whatever its tag.
    pub(crate) fn from_element(element: &Element<'a>) -> Result<Self, Error> {
        let Some((&unused, octets)) = element.content.split_first() else {
            return Err(element.error(Problem::WrongLength { what: "BIT STRING", length: 0 }));
        };
        let padding = match octets.last() {
            _ if unused > 7 => unused,
            None => unused,
            Some(last) => last & !(u8::MAX << unused),
        };
        if padding == 0 { Ok(Self { unused, octets }) } else { Err(element.error(Problem::BitStringPadding)) }
    }
}

impl<'a> Reader<'a> {
    /// Reads a BOOLEAN.
    ///
    /// # Errors
    /// An octet other than 00 and FF (X.690 §11.1).
    pub fn boolean(&mut self) -> Result<bool, Error> {
        let element = self.expect(Tag::BOOLEAN)?;
        match *element.content {
            [0x00] => Ok(false),
            [0xff] => Ok(true),
            [value] => Err(element.error(Problem::BooleanValue { value })),
            ref other => Err(element.error(Problem::WrongLength { what: "BOOLEAN", length: other.len() })),
        }
    }

    /// Reads a `[number] IMPLICIT BOOLEAN DEFAULT FALSE`, as [`Reader::boolean_default_false`] does.
    ///
    /// # Errors
    /// Anything but an encoded TRUE, when it is there.
    pub fn tagged_boolean_default_false(&mut self, number: u8) -> Result<bool, Error> {
        let Some(element) = self.optional(Tag::context(number))? else { return Ok(false) };
        match *element.content {
            [0x00] => Err(element.error(Problem::DefaultEncoded)),
            [0xff] => Ok(true),
            [value] => Err(element.error(Problem::BooleanValue { value })),
            ref other => Err(element.error(Problem::WrongLength { what: "BOOLEAN", length: other.len() })),
        }
    }

    /// Reads a `BOOLEAN DEFAULT FALSE`: absent is false, and false may not be encoded (X.690 §11.5).
    ///
    /// # Errors
    /// As [`Reader::boolean`], or an encoded FALSE.
    pub fn boolean_default_false(&mut self) -> Result<bool, Error> {
        if self.peek() != Some(Tag::BOOLEAN) {
            return Ok(false);
        }
        let at = *self;
        if self.boolean()? { Ok(true) } else { Err(at.error(Problem::DefaultEncoded)) }
    }

    /// Reads an INTEGER as its two's-complement octets, most significant first, at least one.
    ///
    /// # Errors
    /// An empty INTEGER or one with superfluous leading octets (X.690 §8.3.2).
    pub fn integer(&mut self) -> Result<&'a [u8], Error> {
        let element = self.expect(Tag::INTEGER)?;
        integer_content(element.content).map_err(|problem| element.error(problem))
    }

    /// Reads a non-negative INTEGER as its magnitude: no leading zero octet, except for zero itself.
    ///
    /// # Errors
    /// As [`Reader::integer`], or a negative value.
    pub fn unsigned_integer(&mut self) -> Result<&'a [u8], Error> {
        let at = *self;
        match self.integer()? {
            [0x00, rest @ ..] if !rest.is_empty() => Ok(rest),
            [first, ..] if first & 0x80 != 0 => Err(at.error(Problem::IntegerNegative)),
            octets => Ok(octets),
        }
    }

    /// Reads a non-negative INTEGER that fits 32 bits.
    ///
    /// # Errors
    /// As [`Reader::unsigned_integer`], or a larger value.
    pub fn small_integer(&mut self) -> Result<u32, Error> {
        let at = *self;
        let octets = self.unsigned_integer()?;
        small_integer(octets).ok_or_else(|| at.error(Problem::IntegerTooLarge { limit: u32::MAX }))
    }

    /// Reads `[number] IMPLICIT INTEGER OPTIONAL`, non-negative and of at most 32 bits.
    ///
    /// # Errors
    /// As [`Reader::small_integer`].
    pub fn optional_small_integer(&mut self, number: u8) -> Result<Option<u32>, Error> {
        let Some(element) = self.optional(Tag::context(number))? else { return Ok(None) };
        let magnitude = match integer_content(element.content) {
            Ok([first, ..]) if first & 0x80 != 0 => Err(Problem::IntegerNegative),
            Ok([0x00, rest @ ..]) => Ok(rest),
            other => other,
        };
        let number = magnitude.and_then(|magnitude| {
            small_integer(magnitude).ok_or(Problem::IntegerTooLarge { limit: u32::MAX })
        });
        number.map(Some).map_err(|problem| element.error(problem))
    }

    /// Reads an ENUMERATED whose values fit an octet and are not negative.
    ///
    /// # Errors
    /// Another type, or a larger value.
    pub fn enumerated(&mut self) -> Result<u8, Error> {
        let element = self.expect(Tag::ENUMERATED)?;
        match *integer_content(element.content).map_err(|problem| element.error(problem))? {
            [value] if value < 0x80 => Ok(value),
            _ => {
                Err(element.error(Problem::WrongLength { what: "ENUMERATED", length: element.content.len() }))
            }
        }
    }

    /// Reads an OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// An empty, cut-off or padded identifier (X.690 §8.19).
    pub fn oid(&mut self) -> Result<Oid<'a>, Error> {
        let element = self.expect(Tag::OBJECT_IDENTIFIER)?;
        Oid::from_content(element.content).ok_or_else(|| element.error(Problem::ObjectIdentifier))
    }

    /// Reads an OCTET STRING's content.
    ///
    /// # Errors
    /// As [`Reader::expect`].
    pub fn octet_string(&mut self) -> Result<&'a [u8], Error> {
        self.expect(Tag::OCTET_STRING).map(|element| element.content)
    }

    /// Reads a BIT STRING.
    ///
    /// # Errors
    /// More than 7 unused bits, or unused bits that are not zero (X.690 §11.2.1).
    pub fn bit_string(&mut self) -> Result<BitString<'a>, Error> {
        let element = self.expect(Tag::BIT_STRING)?;
        BitString::from_element(&element)
    }

    /// Reads a BIT STRING that ends at a whole octet, as keys and signatures do.
    ///
    /// # Errors
    /// As [`Reader::bit_string`], or unused bits.
    pub fn bit_string_octets(&mut self) -> Result<&'a [u8], Error> {
        let at = *self;
        self.bit_string()?.whole_octets().ok_or_else(|| at.error(Problem::BitStringNotOctets))
    }

    /// Reads a `[number] IMPLICIT BIT STRING OPTIONAL` that ends at a whole octet.
    ///
    /// # Errors
    /// As [`Reader::bit_string_octets`].
    pub fn optional_bit_string_octets(&mut self, number: u8) -> Result<Option<&'a [u8]>, Error> {
        let Some(element) = self.optional(Tag::context(number))? else { return Ok(None) };
        let string = BitString::from_element(&element)?;
        string.whole_octets().map(Some).ok_or_else(|| element.error(Problem::BitStringNotOctets))
    }

    /// Reads a NULL.
    ///
    /// # Errors
    /// A NULL with content.
    pub fn null(&mut self) -> Result<(), Error> {
        let element = self.expect(Tag::NULL)?;
        if element.content.is_empty() { Ok(()) } else { Err(element.error(Problem::NullContent)) }
    }
}

/// The bits of a BIT STRING that lists at most 16 by name, the first the highest. `what` goes into the
/// error.
pub(crate) fn named_bits(element: &Element<'_>, what: &'static str) -> Result<u16, Error> {
    let bits = BitString::from_element(element)?;
    // X.690 §11.2.2: the last bit kept is a one.
    let last_used = bits.octets.last().map(|last| (last >> bits.unused) & 1);
    if last_used == Some(0) {
        return Err(element.error(Problem::NamedBitsTrailingZero));
    }
    match *bits.octets {
        [] => Ok(0),
        [first] => Ok(u16::from_be_bytes([first, 0])),
        [first, second] => Ok(u16::from_be_bytes([first, second])),
        ref longer => Err(element.error(Problem::WrongLength { what, length: longer.len() })),
    }
}

/// Checks an INTEGER's content octets for DER.
pub(crate) fn integer_content(content: &[u8]) -> Result<&[u8], Problem> {
    match content {
        [] => Err(Problem::WrongLength { what: "INTEGER", length: 0 }),
        [0x00, next, ..] if next & 0x80 == 0 => Err(Problem::IntegerNotMinimal),
        [0xff, next, ..] if next & 0x80 != 0 => Err(Problem::IntegerNotMinimal),
        _ => Ok(content),
    }
}

/// A magnitude of at most four octets as a number.
fn small_integer(octets: &[u8]) -> Option<u32> {
    (octets.len() <= 4).then(|| octets.iter().fold(0_u32, |sum, &octet| (sum << 8) | u32::from(octet)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn integers_are_minimal_and_in_range() {
        let check = |input: &[u8], expect: Result<u32, Problem>| {
            let found = Reader::new(input).small_integer().map_err(|error| error.problem());
            assert_eq!(found, expect, "{input:02x?}");
        };
        check(&[0x02, 0x01, 0x00], Ok(0));
        check(&[0x02, 0x01, 0x7f], Ok(127));
        check(&[0x02, 0x02, 0x00, 0x80], Ok(128));
        check(&[0x02, 0x05, 0x00, 0xff, 0xff, 0xff, 0xff], Ok(u32::MAX));
        check(&[0x02, 0x05, 0x01, 0, 0, 0, 0], Err(Problem::IntegerTooLarge { limit: u32::MAX }));
        check(&[0x02, 0x00], Err(Problem::WrongLength { what: "INTEGER", length: 0 }));
        check(&[0x02, 0x02, 0x00, 0x7f], Err(Problem::IntegerNotMinimal));
        check(&[0x02, 0x02, 0xff, 0x80], Err(Problem::IntegerNotMinimal));
        check(&[0x02, 0x01, 0x80], Err(Problem::IntegerNegative));
    }

    #[test]
    fn bit_strings_keep_their_padding_zero() {
        let check = |content: &[u8], good: bool| {
            let der = [&[0x03, u8::try_from(content.len()).unwrap()], content].concat();
            assert_eq!(Reader::new(&der).bit_string().is_ok(), good, "{content:02x?}");
        };
        check(&[0x00], true);
        check(&[0x07, 0x80], true);
        check(&[0x00, 0xff], true);
        check(&[], false);
        check(&[0x01], false);
        check(&[0x08, 0x00], false);
        check(&[0x07, 0x81], false);
        check(&[0x03, 0xf4], false);
    }

    #[test]
    fn an_optional_bit_string_is_told_by_its_tag_and_ends_at_an_octet() {
        let check = |input: &[u8], expect: Result<Option<&[u8]>, Problem>| {
            let found = Reader::new(input).optional_bit_string_octets(1);
            assert_eq!(found.map_err(|error| error.problem()), expect, "{input:02x?}");
        };
        check(&[0x81, 0x02, 0x00, 0xaa], Ok(Some(&[0xaa])));
        check(&[0x82, 0x02, 0x00, 0xaa], Ok(None));
        check(&[], Ok(None));
        check(&[0x81, 0x02, 0x01, 0xaa], Err(Problem::BitStringNotOctets));
        check(&[0x81, 0x02, 0x01, 0xab], Err(Problem::BitStringPadding));
    }

    #[test]
    fn booleans_are_00_or_ff_and_a_default_is_left_out() {
        assert!(Reader::new(&[0x01, 0x01, 0xff]).boolean().unwrap());
        assert!(!Reader::new(&[0x01, 0x01, 0x00]).boolean().unwrap());
        assert!(Reader::new(&[0x01, 0x01, 0x01]).boolean().is_err());
        assert!(Reader::new(&[0x01, 0x02, 0xff, 0xff]).boolean().is_err());
        assert!(Reader::new(&[0x01, 0x01, 0x00]).boolean_default_false().is_err());
        assert!(!Reader::new(&[0x02, 0x01, 0x00]).boolean_default_false().unwrap());
    }
}
