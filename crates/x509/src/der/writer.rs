// SPDX-License-Identifier: MIT OR Apache-2.0
//! DER, written.

use super::Tag;
use crate::oid::Oid;

/// Writes DER into a growing buffer; nesting is a closure, lengths fill themselves in.
///
/// ```
/// let mut writer = chancery_x509::der::Writer::new();
/// writer.sequence(|sequence| sequence.unsigned(&[0x05]));
/// assert_eq!(writer.finish(), [0x30, 0x03, 0x02, 0x01, 0x05]);
/// ```
#[derive(Debug, Default, Clone)]
pub struct Writer {
    buffer: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    #[must_use]
    pub const fn new() -> Self {
        Self { buffer: Vec::new() }
    }

    /// The bytes written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.buffer
    }

    /// The bytes that `body` writes.
    #[must_use]
    pub fn build(body: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut writer = Self::new();
        body(&mut writer);
        writer.finish()
    }

    /// Appends bytes that are DER already.
    pub fn raw(&mut self, der: &[u8]) {
        self.buffer.extend_from_slice(der);
    }

    /// Writes an element with this tag around what `body` writes.
    pub fn nest(&mut self, tag: Tag, body: impl FnOnce(&mut Self)) {
        let mut inner = Self::new();
        body(&mut inner);
        self.element(tag, &inner.buffer);
    }

    /// Writes an element with this tag and content.
    pub fn element(&mut self, tag: Tag, content: &[u8]) {
        self.buffer.push(tag.octet());
        self.length(content.len());
        self.buffer.extend_from_slice(content);
    }

    /// The tag and the length of an element, without its content.
    #[must_use]
    pub fn header(tag: Tag, length: usize) -> Vec<u8> {
        let mut writer = Self::new();
        writer.buffer.push(tag.octet());
        writer.length(length);
        writer.buffer
    }

    /// Writes a SEQUENCE.
    pub fn sequence(&mut self, body: impl FnOnce(&mut Self)) {
        self.nest(Tag::SEQUENCE, body);
    }

    /// Writes a SET OF: the members, each DER, in ascending order (X.690 §11.6).
    pub fn set_of(&mut self, mut members: Vec<Vec<u8>>) {
        members.sort();
        self.element(Tag::SET, &members.concat());
    }

    /// Writes a BOOLEAN.
    pub fn boolean(&mut self, value: bool) {
        self.element(Tag::BOOLEAN, &[if value { 0xff } else { 0x00 }]);
    }

    /// Writes a non-negative INTEGER from its magnitude, most significant octet first.
    pub fn unsigned(&mut self, magnitude: &[u8]) {
        self.element(Tag::INTEGER, &unsigned_content(magnitude));
    }

    /// Writes a non-negative INTEGER.
    pub fn integer(&mut self, value: u32) {
        self.unsigned(&value.to_be_bytes());
    }

    /// Writes an OBJECT IDENTIFIER.
    pub fn oid(&mut self, oid: Oid<'_>) {
        self.element(Tag::OBJECT_IDENTIFIER, oid.content());
    }

    /// Writes an OCTET STRING.
    pub fn octet_string(&mut self, content: &[u8]) {
        self.element(Tag::OCTET_STRING, content);
    }

    /// Writes a BIT STRING of whole octets.
    pub fn bit_string(&mut self, octets: &[u8]) {
        self.buffer.push(Tag::BIT_STRING.octet());
        self.length(octets.len().saturating_add(1));
        self.buffer.push(0);
        self.buffer.extend_from_slice(octets);
    }

    /// Writes a BIT STRING of named bits: bit 0 is the highest bit of `bits`; trailing zeros are
    /// dropped (X.690 §11.2.2).
    pub fn named_bits(&mut self, bits: u16) {
        let octets = bits.to_be_bytes();
        let used = match octets {
            [0, 0] => 0,
            [_, 0] => 1,
            _ => 2,
        };
        let unused = if bits == 0 { 0 } else { (bits.trailing_zeros() % 8).to_be_bytes()[3] };
        let mut content = vec![unused];
        content.extend(octets.iter().take(used));
        self.element(Tag::BIT_STRING, &content);
    }

    /// Writes a NULL.
    pub fn null(&mut self) {
        self.element(Tag::NULL, &[]);
    }

    fn length(&mut self, length: usize) {
        let octets = length.to_be_bytes();
        let significant: Vec<u8> = octets.into_iter().skip_while(|&octet| octet == 0).collect();
        match (significant.as_slice(), u8::try_from(significant.len())) {
            ([], _) => self.buffer.push(0),
            (&[short], _) if short < 0x80 => self.buffer.push(short),
            (long, Ok(count)) => {
                self.buffer.push(0x80 | count);
                self.buffer.extend_from_slice(long);
            }
            // A usize has at most eight octets.
            (_, Err(_)) => {}
        }
    }
}

/// A magnitude as the content of an INTEGER: leading zeros dropped, one put back where the top bit is set.
fn unsigned_content(magnitude: &[u8]) -> Vec<u8> {
    let mut content: Vec<u8> = magnitude.iter().copied().skip_while(|&octet| octet == 0).collect();
    if content.first().is_none_or(|first| first & 0x80 != 0) {
        content.insert(0, 0);
    }
    content
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn integers_and_lengths_are_minimal() {
        let check = |magnitude: &[u8], expect: &[u8]| {
            assert_eq!(Writer::build(|writer| writer.unsigned(magnitude)), expect, "{magnitude:02x?}");
        };
        check(&[], &[2, 1, 0]);
        check(&[0, 0], &[2, 1, 0]);
        check(&[0x7f], &[2, 1, 0x7f]);
        check(&[0x80], &[2, 2, 0, 0x80]);
        check(&[0, 0, 1, 0], &[2, 2, 1, 0]);
        let long = Writer::build(|writer| writer.octet_string(&[0; 300]));
        assert_eq!(long.get(..4).unwrap(), [4, 0x82, 0x01, 0x2c]);
    }

    #[test]
    fn named_bits_drop_trailing_zeros() {
        let check = |bits: u16, expect: &[u8]| {
            assert_eq!(Writer::build(|writer| writer.named_bits(bits)), expect, "{bits:016b}");
        };
        check(0, &[3, 1, 0]);
        check(0x8000, &[3, 2, 7, 0x80]);
        check(0x0600, &[3, 2, 1, 0x06]);
        check(0x0080, &[3, 3, 7, 0x00, 0x80]);
        check(0x8080, &[3, 3, 7, 0x80, 0x80]);
    }
}
