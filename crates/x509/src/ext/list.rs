// SPDX-License-Identifier: MIT OR Apache-2.0
//! The list of extensions.

use super::KnownExtension;
use crate::der::{Element, Reader, Tag, Writer};
use crate::error::{Error, Problem, Within};
use crate::oid::Oid;

/// ```asn1
/// Extension ::= SEQUENCE {
///     extnID     OBJECT IDENTIFIER,
///     critical   BOOLEAN DEFAULT FALSE,
///     extnValue  OCTET STRING }
/// ```
/// [RFC 5280 §4.1.2.9]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension<'a> {
    /// Which extension.
    pub oid: Oid<'a>,
    /// Whether whoever does not know it must refuse the certificate.
    pub critical: bool,
    /// The content of the OCTET STRING.
    pub value: &'a [u8],
}

/// A decoded extension and whether it was critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Critical<T> {
    /// The critical flag.
    pub critical: bool,
    /// The value.
    pub value: T,
}

impl<'a> Extension<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let fields = reader.sequence()?;
        Self::plain(fields.rest()).map_or_else(|| Self::read_fields(fields), Ok)
    }

    /// Takes the content of one like most: its identifier of three octets, as those of X.509 are, and a value
    /// whose length has one. It is then sound.
    #[inline]
    fn plain(content: &'a [u8]) -> Option<Self> {
        let [0x06, 3, ..0x80, ..0x80, ..0x80, after @ ..] = content else { return None };
        let (critical, after) = match after {
            [0x01, 0x01, 0xff, after @ ..] => (true, after),
            _ => (false, after),
        };
        let [0x04, length @ ..0x80, value @ ..] = after else { return None };
        let oid = Oid::again(content.get(2..5)?);
        (usize::from(*length) == value.len()).then_some(Self { oid, critical, value })
    }

    #[inline(never)]
    fn read_fields(mut fields: Reader<'a>) -> Result<Self, Error> {
        let oid = fields.oid().within("extnID")?;
        let critical = fields.boolean_default_false().within("critical")?;
        let value = fields.octet_string().within("extnValue")?;
        fields.finish()?;
        Ok(Self { oid, critical, value })
    }

    /// Reads one that was checked before.
    #[inline]
    fn again(reader: &mut Reader<'a>) -> Option<Self> {
        let mut inner = reader.sequence().ok()?;
        let oid = Oid::again(inner.element().ok()?.content);
        let critical = inner.optional(Tag::BOOLEAN).ok()?.is_some();
        Some(Self { oid, critical, value: inner.element().ok()?.content })
    }

    /// Reads the value as that of a known extension, which this one is.
    ///
    /// # Errors
    /// The value is malformed.
    pub fn decode<T: KnownExtension<'a>>(&self) -> Result<Critical<T>, Error> {
        T::decode(self.value).within(T::NAME).map(|value| Critical { critical: self.critical, value })
    }

    /// Writes the extension.
    pub fn write(&self, writer: &mut Writer) {
        writer.sequence(|sequence| {
            sequence.oid(self.oid);
            if self.critical {
                sequence.boolean(true);
            }
            sequence.octet_string(self.value);
        });
    }
}

/// See [`Extensions::LIMIT`].
const LIMIT: usize = 64;

/// A SEQUENCE OF Extension in which no identifier appears twice, checked when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extensions<'a> {
    content: &'a [u8],
}

impl<'a> Extensions<'a> {
    /// How many extensions are read at most: real certificates have about ten.
    pub const LIMIT: usize = LIMIT;

    /// No extensions.
    pub const NONE: Self = Self { content: &[] };

    /// Takes the list whose SEQUENCE has been read.
    pub(crate) fn from_element(
        element: &Element<'a>,
        each: &mut impl FnMut(&Extension<'a>),
    ) -> Result<Self, Error> {
        let mut reader = element.reader();
        if reader.is_empty() {
            // RFC 5280 §4.1.2.9: SIZE (1..MAX).
            return Err(reader.error(Problem::EmptyList)).within("extensions");
        }
        // A bit for each last octet modulo 64: where it is new, so is the identifier.
        let mut last_octets = 0_u64;
        let mut count = 0_usize;
        while !reader.is_empty() {
            let at = reader;
            let extension = Extension::read(&mut reader).within("extension")?;
            let last = 1_u64 << (extension.oid.content().last().map_or(0, |octet| octet & 63));
            // RFC 5280 §4.2: no more than one instance of an extension.
            let earlier = || Self { content: element.content }.iter().take(count);
            if last_octets & last != 0 && earlier().any(|one| one.oid == extension.oid) {
                return Err(at.error(Problem::DuplicateExtension)).within("extensions");
            }
            if count >= LIMIT {
                return Err(at.error(Problem::TooMany { limit: LIMIT })).within("extensions");
            }
            last_octets |= last;
            count = count.saturating_add(1);
            each(&extension);
        }
        Ok(Self { content: element.content })
    }

    /// Takes the content of a list that was checked before.
    pub(crate) const fn checked(content: &'a [u8]) -> Self {
        Self { content }
    }

    /// Reads a SEQUENCE OF Extension that is the whole of `der`.
    ///
    /// # Errors
    /// Another shape, an empty list, the same extension twice, or more than [`Extensions::LIMIT`].
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        Self::from_element(&Reader::whole(der, Tag::SEQUENCE).within("extensions")?, &mut |_| {})
    }

    /// The extensions, in order.
    pub fn iter(&self) -> impl Iterator<Item = Extension<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || Extension::again(&mut reader))
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    /// The extension with this identifier.
    #[must_use]
    pub fn find(&self, oid: Oid<'_>) -> Option<Extension<'a>> {
        self.iter().find(|extension| extension.oid == oid)
    }

    /// Reads a known extension; `None` when it is absent.
    ///
    /// # Errors
    /// Its value is malformed.
    pub fn decode<T: KnownExtension<'a>>(&self) -> Result<Option<Critical<T>>, Error> {
        self.find(T::OID).map(|extension| extension.decode()).transpose()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::oid;

    fn list(extensions: &[Extension<'_>]) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|list| extensions.iter().for_each(|extension| extension.write(list)))
        })
    }

    #[test]
    fn an_extension_stands_once() {
        let key_usage = Extension { oid: oid::KEY_USAGE, critical: true, value: &[3, 2, 7, 0x80] };
        let other = Extension { oid: oid::SUBJECT_KEY_IDENTIFIER, critical: false, value: &[4, 1, 1] };
        let good = list(&[key_usage, other]);
        let extensions = Extensions::parse(&good).unwrap();
        assert_eq!(extensions.iter().collect::<Vec<_>>(), [key_usage, other]);
        assert_eq!(extensions.find(oid::KEY_USAGE), Some(key_usage));
        let twice = list(&[key_usage, other, key_usage]);
        assert_eq!(Extensions::parse(&twice).unwrap_err().problem(), Problem::DuplicateExtension);
    }

    #[test]
    fn the_short_way_reads_the_same() {
        for plain in [
            &[0x06, 3, 0x55, 0x1d, 15, 0x01, 0x01, 0xff, 0x04, 4, 3, 2, 7, 0x80][..],
            &[0x06, 3, 0x55, 0x1d, 14, 0x04, 3, 4, 1, 1],
            &[0x06, 3, 0x55, 0x1d, 14, 0x04, 0],
        ] {
            assert!(Extension::plain(plain).is_some());
            for (place, value) in
                (0..plain.len()).flat_map(|place| (0..=u8::MAX).map(move |value| (place, value)))
            {
                let mut altered = plain.to_vec();
                altered.splice(place..=place, [value]);
                let slowly = Extension::read_fields(Reader::new(&altered)).ok();
                assert!(
                    Extension::plain(&altered).is_none_or(|extension| slowly == Some(extension)),
                    "{altered:02x?}"
                );
            }
        }
    }

    #[test]
    fn the_list_is_neither_empty_nor_endless() {
        assert_eq!(Extensions::parse(&[0x30, 0x00]).unwrap_err().problem(), Problem::EmptyList);
        let contents: Vec<[u8; 2]> = (0..65).map(|last| [0x2a, last]).collect();
        let extensions: Vec<Extension<'_>> = contents
            .iter()
            .map(|content| Extension {
                oid: Oid::from_content(content).unwrap(),
                critical: false,
                value: &[],
            })
            .collect();
        assert!(Extensions::parse(&list(extensions.get(..64).unwrap())).is_ok());
        let error = Extensions::parse(&list(&extensions)).unwrap_err();
        assert_eq!(error.problem(), Problem::TooMany { limit: 64 });
    }
}
