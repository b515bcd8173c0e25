// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signatures of answers and of requests, with the certificates that come along.

use super::{explicit, read_sequence};
use crate::algorithm::AlgorithmIdentifier;
use crate::der::{Element, Reader, Tag};
use crate::error::{Error, Problem, Within};

/// ```asn1
/// Signature ::= SEQUENCE {
///     signatureAlgorithm  AlgorithmIdentifier,
///     signature           BIT STRING,
///     certs               [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
/// ```
/// [RFC 6960 §4.1.1]. A BasicOCSPResponse ends in the same fields (§4.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature<'a> {
    /// How it was signed.
    pub algorithm: AlgorithmIdentifier<'a>,
    /// The signature's octets.
    pub value: &'a [u8],
    /// What helps to verify it; none when the field is absent.
    pub certificates: Certificates<'a>,
}

impl<'a> Signature<'a> {
    /// Reads the fields from what is left of their SEQUENCE.
    pub(super) fn read(inner: &mut Reader<'a>) -> Result<Self, Error> {
        let algorithm = AlgorithmIdentifier::read(inner).within("signatureAlgorithm")?;
        let value = inner.bit_string_octets().within("signature")?;
        let certificates = match explicit(inner, 0, read_sequence).within("certs")? {
            Some(list) => Certificates::from_element(&list).within("certs")?,
            None => Certificates { content: &[] },
        };
        inner.finish()?;
        Ok(Self { algorithm, value, certificates })
    }
}

/// See [`Certificates::LIMIT`].
const LIMIT: usize = 16;

/// Certificates as they came, each a SEQUENCE that has not been looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certificates<'a> {
    content: &'a [u8],
}

impl<'a> Certificates<'a> {
    /// How many are read at most: a responder's own will do, and what chains it to its issuer.
    pub const LIMIT: usize = LIMIT;

    /// Takes the list whose SEQUENCE has been read. It may be empty.
    fn from_element(list: &Element<'a>) -> Result<Self, Error> {
        let mut reader = list.reader();
        let mut count = 0_usize;
        while !reader.is_empty() {
            if count >= LIMIT {
                return Err(reader.error(Problem::TooMany { limit: LIMIT }));
            }
            reader.expect(Tag::SEQUENCE)?;
            count = count.saturating_add(1);
        }
        Ok(Self { content: list.content })
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    /// The certificates in DER, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || reader.element().ok().map(|element| element.raw))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::der::Writer;
    use crate::oid;

    fn fields(certs: Option<&[u8]>) -> Vec<u8> {
        Writer::build(|writer| {
            writer.raw(&AlgorithmIdentifier::encode(oid::ED25519, None));
            writer.bit_string(&[1, 2, 3]);
            if let Some(list) = certs {
                writer.nest(Tag::context_constructed(0), |explicit| explicit.element(Tag::SEQUENCE, list));
            }
        })
    }

    #[test]
    fn certificates_are_at_most_16_sequences() {
        let check = |certs: Option<&[u8]>, expect: Result<usize, Problem>| {
            let der = fields(certs);
            let found = Signature::read(&mut Reader::new(&der));
            let count = found.map(|signature| signature.certificates.iter().count());
            assert_eq!(count.map_err(|error| error.problem()), expect, "{certs:02x?}");
        };
        check(None, Ok(0));
        check(Some(&[]), Ok(0));
        check(Some(&[0x30, 0, 0x30, 1, 5]), Ok(2));
        check(Some(&[0x30, 0].repeat(16)), Ok(16));
        check(Some(&[0x30, 0].repeat(17)), Err(Problem::TooMany { limit: 16 }));
        check(Some(&[0x31, 0]), Err(Problem::UnexpectedTag { expected: Tag::SEQUENCE, found: Tag::SET }));
        check(Some(&[0x30, 1]), Err(Problem::Truncated { wanted: 1, left: 0 }));
    }

    #[test]
    fn nothing_follows_the_certificates() {
        let der = [fields(Some(&[])), vec![5, 0]].concat();
        let error = Signature::read(&mut Reader::new(&der)).unwrap_err();
        assert_eq!(error.problem(), Problem::TrailingBytes { count: 2 });
    }
}
