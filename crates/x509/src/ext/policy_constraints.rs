// SPDX-License-Identifier: MIT OR Apache-2.0
//! policyConstraints.

use super::KnownExtension;
use crate::der::{Reader, Tag, Writer};
use crate::error::{Error, Problem, Within};
use crate::oid::{self, Oid};

/// ```asn1
/// PolicyConstraints ::= SEQUENCE {
///     requireExplicitPolicy  [0] SkipCerts OPTIONAL,
///     inhibitPolicyMapping   [1] SkipCerts OPTIONAL }
/// SkipCerts ::= INTEGER (0..MAX)
/// ```
/// [RFC 5280 §4.2.1.11]. One of the two must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PolicyConstraints {
    /// After how many certificates that are not self-issued a path must have a valid policy.
    pub require_explicit_policy: Option<u32>,
    /// After how many certificates that are not self-issued policies are no longer mapped.
    pub inhibit_policy_mapping: Option<u32>,
}

impl PolicyConstraints {
    /// The extension's value.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|sequence| {
                for (number, skip) in [(0, self.require_explicit_policy), (1, self.inhibit_policy_mapping)] {
                    let Some(skip) = skip else { continue };
                    let integer = Writer::build(|writer| writer.integer(skip));
                    let content = Reader::new(&integer).integer().unwrap_or_default();
                    sequence.element(Tag::context(number), content);
                }
            });
        })
    }
}

impl KnownExtension<'_> for PolicyConstraints {
    const OID: Oid<'static> = oid::POLICY_CONSTRAINTS;
    const NAME: &'static str = "policyConstraints";

    fn decode(value: &[u8]) -> Result<Self, Error> {
        let mut inner = Reader::whole(value, Tag::SEQUENCE)?.reader();
        let at = inner;
        let require_explicit_policy = inner.optional_small_integer(0).within("requireExplicitPolicy")?;
        let inhibit_policy_mapping = inner.optional_small_integer(1).within("inhibitPolicyMapping")?;
        inner.finish()?;
        if require_explicit_policy.is_none() && inhibit_policy_mapping.is_none() {
            // RFC 5280 §4.2.1.11: never an empty sequence.
            return Err(at.error(Problem::EmptyList));
        }
        Ok(Self { require_explicit_policy, inhibit_policy_mapping })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for require_explicit_policy in [None, Some(0), Some(200)] {
            for inhibit_policy_mapping in [Some(0), Some(1), Some(u32::MAX)] {
                let value = PolicyConstraints { require_explicit_policy, inhibit_policy_mapping };
                assert_eq!(PolicyConstraints::decode(&value.encode()), Ok(value));
            }
        }
    }

    #[test]
    fn an_empty_sequence_and_what_is_no_number_of_certificates_are_refused() {
        for bad in [
            &[0x30, 0][..],
            &[0x30, 2, 0x80, 0],
            &[0x30, 3, 0x80, 1, 0xff],
            &[0x30, 4, 0x80, 2, 0, 1],
            &[0x30, 6, 0x81, 1, 0, 0x80, 1, 0],
            &[0x30, 5, 0xa0, 3, 2, 1, 0],
        ] {
            assert!(PolicyConstraints::decode(bad).is_err(), "{bad:02x?}");
        }
    }
}
