// SPDX-License-Identifier: MIT OR Apache-2.0
//! AlgorithmIdentifier.

use crate::der::{Reader, Tag, Writer};
use crate::error::{Error, Within};
use crate::oid::Oid;

/// ```asn1
/// AlgorithmIdentifier ::= SEQUENCE {
///     algorithm   OBJECT IDENTIFIER,
///     parameters  ANY DEFINED BY algorithm OPTIONAL }
/// ```
/// [RFC 5280 §4.1.1.2]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlgorithmIdentifier<'a> {
    raw: &'a [u8],
    oid: Oid<'a>,
    parameters: Option<&'a [u8]>,
}

impl<'a> AlgorithmIdentifier<'a> {
    /// Reads one from the front of `reader`.
    ///
    /// # Errors
    /// Anything but a SEQUENCE of an identifier and at most one element.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let element = reader.expect(Tag::SEQUENCE)?;
        let mut inner = element.reader();
        let oid = inner.oid().within("algorithm")?;
        let parameters =
            if inner.is_empty() { None } else { Some(inner.element().within("parameters")?.raw) };
        inner.finish().within("algorithm identifier")?;
        Ok(Self { raw: element.raw, oid, parameters })
    }

    /// Reads one that is the whole of `der`.
    ///
    /// # Errors
    /// As [`AlgorithmIdentifier::read`], or trailing bytes.
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(der);
        let algorithm = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(algorithm)
    }

    /// The whole SEQUENCE.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The algorithm.
    #[must_use]
    pub const fn oid(&self) -> Oid<'a> {
        self.oid
    }

    /// The parameters' element with its header; `None` when absent (NULL is `Some(&[5, 0])`).
    #[must_use]
    pub const fn parameters(&self) -> Option<&'a [u8]> {
        self.parameters
    }

    /// Writes the identifier of `oid` with parameters that are DER already.
    #[must_use]
    pub fn encode(oid: Oid<'_>, parameters: Option<&[u8]>) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|sequence| {
                sequence.oid(oid);
                if let Some(parameters) = parameters {
                    sequence.raw(parameters);
                }
            });
        })
    }
}
