// SPDX-License-Identifier: MIT OR Apache-2.0
//! A cursor over DER that yields borrowed elements.

use super::Tag;
use crate::error::{Error, Problem};

/// One element as found: its tag, its content, and the whole of it with its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    /// The identifier octet.
    pub tag: Tag,
    /// Header and content.
    pub raw: &'a [u8],
    /// The content octets.
    pub content: &'a [u8],
    /// Where the content ends, in bytes from the start of the outermost input.
    end: usize,
}

impl<'a> Element<'a> {
    /// A reader over the content.
    #[must_use]
    pub const fn reader(&self) -> Reader<'a> {
        Reader { rest: self.content, end: self.end }
    }

    /// Where the content starts, in bytes from the start of the outermost input.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.end.saturating_sub(self.content.len())
    }

    /// An error at this element's content.
    #[must_use]
    pub const fn error(&self, problem: Problem) -> Error {
        Error::new(problem, self.offset())
    }
}

/// A cursor over a run of DER elements. Copying it is cheap and looks ahead without commitment.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
    /// Where `rest` ends, in bytes from the start of the outermost input: reading on does not change it.
    end: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `input`.
    #[must_use]
    pub const fn new(input: &'a [u8]) -> Self {
        Self { rest: input, end: input.len() }
    }

    /// Reads exactly one element of type `tag` that is the whole of `input`.
    ///
    /// # Errors
    /// Another tag, a broken header, or trailing bytes.
    pub fn whole(input: &'a [u8], tag: Tag) -> Result<Element<'a>, Error> {
        let mut reader = Self::new(input);
        let element = reader.expect(tag)?;
        reader.finish()?;
        Ok(element)
    }

    /// Whether nothing is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// What is left, unread.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Bytes from the start of the outermost input.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.end.saturating_sub(self.rest.len())
    }

    /// The next element's identifier octet, without moving.
    #[must_use]
    pub fn peek(&self) -> Option<Tag> {
        self.rest.first().copied().and_then(Tag::from_octet)
    }

    /// An error at the present position.
    #[must_use]
    pub const fn error(&self, problem: Problem) -> Error {
        Error::new(problem, self.offset())
    }

    /// Reads the next element, whatever its type.
    ///
    /// # Errors
    /// A truncated element, a tag in the high-number form, or a length that is not strict DER
    /// (X.690 §10.1) or over four octets.
    #[inline]
    pub fn element(&mut self) -> Result<Element<'a>, Error> {
        // Most elements have a length of one octet.
        if let [octet, length @ 0..=0x7f, ..] = self.rest
            && let Some(tag) = Tag::from_octet(*octet)
            && let Some((raw, after)) = self.rest.split_at_checked(usize::from(*length).saturating_add(2))
            && let Some((_, content)) = raw.split_at_checked(2)
        {
            self.rest = after;
            return Ok(Element { tag, raw, content, end: self.end.saturating_sub(after.len()) });
        }
        self.any_element()
    }

    /// As [`Reader::element`], of any length, and with a reason.
    #[inline(never)]
    fn any_element(&mut self) -> Result<Element<'a>, Error> {
        let start = self.rest;
        let truncated = |wanted, left| self.error(Problem::Truncated { wanted, left });
        let (&octet, rest) = start.split_first().ok_or_else(|| truncated(2, 0))?;
        let tag = Tag::from_octet(octet).ok_or_else(|| self.error(Problem::HighTagNumber))?;
        let (&first, rest) = rest.split_first().ok_or_else(|| truncated(1, 0))?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x80 => return Err(self.error(Problem::IndefiniteLength)),
            0x81..=0x84 => {
                let count = usize::from(first & 0x7f);
                let (octets, rest) =
                    rest.split_at_checked(count).ok_or_else(|| truncated(count, rest.len()))?;
                let length = octets.iter().fold(0_usize, |sum, &octet| (sum << 8) | usize::from(octet));
                // X.690 §10.1: the definite form with the fewest octets.
                if length < 0x80 || octets.first() == Some(&0) {
                    return Err(self.error(Problem::LengthNotMinimal));
                }
                (length, rest)
            }
            _ => return Err(self.error(Problem::LengthTooLarge)),
        };
        let (content, after) = rest.split_at_checked(length).ok_or_else(|| truncated(length, rest.len()))?;
        let whole = start.len().saturating_sub(after.len());
        let raw = start.get(..whole).unwrap_or(start);
        let element = Element { tag, raw, content, end: self.end.saturating_sub(after.len()) };
        self.rest = after;
        Ok(element)
    }

    /// Reads the next element, which must be of type `tag`.
    ///
    /// # Errors
    /// As [`Reader::element`], or another type.
    #[inline]
    pub fn expect(&mut self, tag: Tag) -> Result<Element<'a>, Error> {
        match self.rest.first() {
            None => Err(self.error(Problem::Missing { expected: tag })),
            Some(&octet) if octet == tag.octet() => self.element(),
            Some(&octet) => Err(self.unexpected(tag, octet)),
        }
    }

    #[cold]
    fn unexpected(&self, expected: Tag, octet: u8) -> Error {
        self.error(match Tag::from_octet(octet) {
            Some(found) => Problem::UnexpectedTag { expected, found },
            None => Problem::HighTagNumber,
        })
    }

    /// Reads the next element if it is of type `tag`.
    ///
    /// # Errors
    /// As [`Reader::element`].
    #[inline]
    pub fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, Error> {
        if self.rest.first() == Some(&tag.octet()) { self.element().map(Some) } else { Ok(None) }
    }

    /// Reads a SEQUENCE and returns a reader over its content.
    ///
    /// # Errors
    /// As [`Reader::expect`].
    #[inline]
    pub fn sequence(&mut self) -> Result<Reader<'a>, Error> {
        self.expect(Tag::SEQUENCE).map(|element| element.reader())
    }

    /// Reads every member of a list with `read` and returns the list's content, now known to be sound.
    ///
    /// # Errors
    /// An empty list, more than `limit` members, or what `read` refuses.
    pub fn members<T>(
        mut self,
        limit: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, Error>,
    ) -> Result<&'a [u8], Error> {
        let content = self.rest;
        if self.is_empty() {
            return Err(self.error(Problem::EmptyList));
        }
        let mut count = 0_usize;
        while !self.is_empty() {
            count = count.saturating_add(1);
            if count > limit {
                return Err(self.error(Problem::TooMany { limit }));
            }
            read(&mut self)?;
        }
        Ok(content)
    }

    /// Passes over so many bytes, or what is left: an element that is known by its bytes.
    pub(crate) fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    /// Says that nothing may follow.
    ///
    /// # Errors
    /// [`Problem::TrailingBytes`] when something does.
    pub const fn finish(&self) -> Result<(), Error> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.error(Problem::TrailingBytes { count: self.rest.len() }))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn headers_are_read_as_strict_der() {
        let check = |input: &[u8], expect: Result<usize, Problem>| {
            let found = Reader::new(input).element().map(|element| element.content.len());
            assert_eq!(found.map_err(|error| error.problem()), expect, "{input:02x?}");
        };
        check(&[0x30, 0x00], Ok(0));
        check(&[0x04, 0x01, 0xaa], Ok(1));
        check(&[], Err(Problem::Truncated { wanted: 2, left: 0 }));
        check(&[0x30], Err(Problem::Truncated { wanted: 1, left: 0 }));
        check(&[0x30, 0x02, 0x00], Err(Problem::Truncated { wanted: 2, left: 1 }));
        check(&[0x30, 0x80, 0x00, 0x00], Err(Problem::IndefiniteLength));
        check(&[0x30, 0x81, 0x01, 0x00], Err(Problem::LengthNotMinimal));
        check(&[0x30, 0x82, 0x00, 0x80], Err(Problem::LengthNotMinimal));
        check(&[0x30, 0x85, 1, 0, 0, 0, 0], Err(Problem::LengthTooLarge));
        check(&[0x30, 0xff, 0], Err(Problem::LengthTooLarge));
        check(
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            Err(Problem::Truncated { wanted: 0xffff_ffff, left: 0 }),
        );
        check(&[0x1f, 0x81, 0x01, 0x00], Err(Problem::HighTagNumber));
        let mut long = vec![0x04, 0x81, 0x80];
        long.resize(3 + 128, 7);
        check(&long, Ok(128));
    }

    #[test]
    fn offsets_count_from_the_outermost_input() {
        let input = [0x30, 0x05, 0x02, 0x01, 0x05, 0x05, 0x01];
        let mut outer = Reader::new(&input);
        let mut inner = outer.sequence().unwrap();
        inner.expect(Tag::INTEGER).unwrap();
        let error = inner.expect(Tag::NULL).unwrap_err();
        assert_eq!(error.offset(), 5);
        assert_eq!(error.problem(), Problem::Truncated { wanted: 1, left: 0 });
    }
}
