// SPDX-License-Identifier: MIT OR Apache-2.0
//! DER, written.

use super::Tag;
use crate::oid::Oid;

/// How many octets there is room for from the beginning, where something is built.
const USUAL: usize = 128;

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
        let mut writer = Self { buffer: Vec::with_capacity(USUAL) };
        body(&mut writer);
        writer.finish()
    }

    /// Appends bytes that are DER already.
    pub fn raw(&mut self, der: &[u8]) {
        self.buffer.extend_from_slice(der);
    }

    /// Writes an element with this tag around what `body` writes.
    pub fn nest(&mut self, tag: Tag, body: impl FnOnce(&mut Self)) {
        self.buffer.push(tag.octet());
        let at = self.buffer.len();
        // One octet for the length, which is nearly always enough; what follows makes room where it is not.
        self.buffer.push(0);
        body(self);
        let content = self.buffer.len().saturating_sub(at).saturating_sub(1);
        self.buffer.splice(at..=at, length(content));
    }

    /// Writes an element with this tag and content.
    pub fn element(&mut self, tag: Tag, content: &[u8]) {
        self.buffer.push(tag.octet());
        self.buffer.extend(length(content.len()));
        self.buffer.extend_from_slice(content);
    }

    /// The tag and the length of an element, without its content.
    #[must_use]
    pub fn header(tag: Tag, length: usize) -> Vec<u8> {
        std::iter::once(tag.octet()).chain(self::length(length)).collect()
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
        self.buffer.extend(length(octets.len().saturating_add(1)));
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
}

/// The octets of a length: itself, or how many octets it has before them (X.690 §10.1).
fn length(length: usize) -> impl Iterator<Item = u8> {
    let octets = length.to_be_bytes();
    let last = octets.len().saturating_sub(1);
    let zeros = octets.iter().take(last).take_while(|octet| **octet == 0).count();
    // A usize has few octets.
    let count = u8::try_from(octets.len().saturating_sub(zeros)).unwrap_or_default();
    (length >= 0x80).then_some(0x80 | count).into_iter().chain(octets.into_iter().skip(zeros))
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
        for (length, expect) in [
            (0, &[][..]),
            (1, &[]),
            (0x7f, &[0x7f][..]),
            (0x80, &[0x81, 0x80]),
            (0xff, &[0x81, 0xff]),
            (0x100, &[0x82, 1, 0]),
            (300, &[0x82, 0x01, 0x2c]),
            (0x0001_0000, &[0x83, 1, 0, 0]),
        ] {
            let content = vec![5; length];
            let expect =
                if expect.is_empty() { vec![u8::try_from(length).unwrap()] } else { expect.to_vec() };
            let expect = [&[4], &expect[..], &content].concat();
            assert_eq!(Writer::build(|writer| writer.octet_string(&content)), expect);
            let nested = Writer::build(|writer| writer.nest(Tag::OCTET_STRING, |inner| inner.raw(&content)));
            assert_eq!(nested, expect);
            assert_eq!(
                Writer::header(Tag::OCTET_STRING, length),
                expect.get(..expect.len() - length).unwrap()
            );
        }
    }

    #[test]
    fn what_is_nested_deeply_has_its_lengths() {
        let one = |inner: &mut Writer| inner.octet_string(&[7; 120]);
        let made = Writer::build(|writer| {
            writer.null();
            writer.sequence(|outer| {
                outer.sequence(|inner| [(); 2].map(|()| one(inner)).into_iter().collect());
                outer.boolean(true);
            });
        });
        let octets = [&[4, 120][..], &[7; 120]].concat();
        let inner = [&[0x30, 0x81, 244][..], &octets, &octets].concat();
        let outer = [&[0x30, 0x81, 250][..], &inner, &[1, 1, 0xff]].concat();
        assert_eq!(made, [&[5, 0][..], &outer].concat());
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
