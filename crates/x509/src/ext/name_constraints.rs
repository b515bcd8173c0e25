// SPDX-License-Identifier: MIT OR Apache-2.0
//! nameConstraints.

use super::KnownExtension;
use crate::der::{Element, Reader, Tag, Writer};
use crate::error::{Error, Problem, Within};
use crate::general_name::{GeneralName, GeneralNames, prefix_length};
use crate::oid::{self, Oid};

/// ```asn1
/// NameConstraints ::= SEQUENCE {
///     permittedSubtrees  [0] GeneralSubtrees OPTIONAL,
///     excludedSubtrees   [1] GeneralSubtrees OPTIONAL }
/// GeneralSubtrees ::= SEQUENCE SIZE (1..MAX) OF GeneralSubtree
/// GeneralSubtree ::= SEQUENCE {
///     base     GeneralName,
///     minimum  [0] BaseDistance DEFAULT 0,
///     maximum  [1] BaseDistance OPTIONAL }
/// ```
/// [RFC 5280 §4.2.1.10]. A minimum or maximum is refused: within the profile the one is 0 and the
/// other absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameConstraints<'a> {
    /// Names must lie in one of these, when any is of their form.
    pub permitted: Subtrees<'a>,
    /// Names must lie in none of these.
    pub excluded: Subtrees<'a>,
}

/// A list of subtrees; empty when the field is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subtrees<'a> {
    content: &'a [u8],
}

impl<'a> KnownExtension<'a> for NameConstraints<'a> {
    const OID: Oid<'static> = oid::NAME_CONSTRAINTS;
    const NAME: &'static str = "nameConstraints";

    fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let mut inner = Reader::whole(value, Tag::SEQUENCE)?.reader();
        let at = inner;
        let permitted = inner.optional(Tag::context_constructed(0))?;
        let excluded = inner.optional(Tag::context_constructed(1))?;
        inner.finish()?;
        if permitted.is_none() && excluded.is_none() {
            // RFC 5280 §4.2.1.10: never an empty sequence.
            return Err(at.error(Problem::EmptyList));
        }
        Ok(Self {
            permitted: Subtrees::from_element(permitted.as_ref()).within("permittedSubtrees")?,
            excluded: Subtrees::from_element(excluded.as_ref()).within("excludedSubtrees")?,
        })
    }
}

impl<'a> Subtrees<'a> {
    fn from_element(element: Option<&Element<'a>>) -> Result<Self, Error> {
        let Some(element) = element else { return Ok(Self { content: &[] }) };
        Ok(Self { content: element.reader().members(GeneralNames::LIMIT, read_subtree)? })
    }

    /// The subtrees' bases, in order. An IP base has 8 or 32 octets and a contiguous mask.
    pub fn iter(&self) -> impl Iterator<Item = GeneralName<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || read_subtree(&mut reader).ok())
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.content.is_empty()
    }
}

fn read_subtree<'a>(reader: &mut Reader<'a>) -> Result<GeneralName<'a>, Error> {
    let mut inner = reader.sequence()?;
    let at = inner;
    let base = GeneralName::read(&mut inner)?;
    // RFC 5280 §4.2.1.10: minimum MUST be zero, and so absent in DER; maximum MUST be absent.
    inner.finish().within("minimum or maximum")?;
    if let GeneralName::Ip(octets) = base {
        let mask = match octets.len() {
            8 => octets.get(4..),
            32 => octets.get(16..),
            _ => None,
        };
        let mask = mask.ok_or_else(|| at.error(Problem::IpLength { length: octets.len() }))?;
        prefix_length(mask).ok_or_else(|| at.error(Problem::IpMask))?;
    }
    Ok(base)
}

impl NameConstraints<'_> {
    /// The extension's value for these bases.
    #[must_use]
    pub fn encode(permitted: &[GeneralName<'_>], excluded: &[GeneralName<'_>]) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|sequence| {
                for (number, bases) in [(0, permitted), (1, excluded)] {
                    if bases.is_empty() {
                        continue;
                    }
                    sequence.nest(Tag::context_constructed(number), |list| {
                        bases.iter().for_each(|base| list.sequence(|subtree| base.write(subtree)));
                    });
                }
            });
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let permitted = [GeneralName::Dns("test"), GeneralName::Ip(&[10, 0, 0, 0, 255, 0, 0, 0])];
        let excluded = [GeneralName::Email("a.test")];
        let value = NameConstraints::encode(&permitted, &excluded);
        let constraints = NameConstraints::decode(&value).unwrap();
        assert_eq!(constraints.permitted.iter().collect::<Vec<_>>(), permitted);
        assert_eq!(constraints.excluded.iter().collect::<Vec<_>>(), excluded);
        let value = NameConstraints::encode(&[], &excluded);
        assert!(NameConstraints::decode(&value).unwrap().permitted.is_empty());
    }

    #[test]
    fn empty_lists_distances_and_odd_ranges_are_refused() {
        let check = |value: &[u8], expect: Problem| {
            assert_eq!(NameConstraints::decode(value).unwrap_err().problem(), expect, "{value:02x?}");
        };
        check(&[0x30, 0], Problem::EmptyList);
        check(&[0x30, 2, 0xa0, 0], Problem::EmptyList);
        check(&[0x30, 9, 0xa0, 7, 0x30, 5, 0x82, 0, 0x80, 1, 0], Problem::TrailingBytes { count: 3 });
        check(
            &NameConstraints::encode(&[GeneralName::Ip(&[10, 0, 0, 0])], &[]),
            Problem::IpLength { length: 4 },
        );
        check(
            &NameConstraints::encode(&[GeneralName::Ip(&[10, 0, 0, 0, 255, 0, 255, 0])], &[]),
            Problem::IpMask,
        );
    }
}
