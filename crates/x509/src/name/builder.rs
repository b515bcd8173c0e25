// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing a name.

use crate::der::{Tag, Writer};
use crate::oid::{self, Oid};

/// Why an attribute cannot stand in a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// The value has no characters.
    #[error("{attribute} is empty")]
    Empty {
        /// The attribute's name.
        attribute: String,
    },
    /// The value is longer than X.520 allows (RFC 5280 appendix A.1).
    #[error("{attribute} has {found} characters, at most {limit} are allowed")]
    TooLong {
        /// The attribute's name.
        attribute: String,
        /// Characters found.
        found: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// A country that is not two letters.
    #[error("country {found:?} is not a code of two letters")]
    Country {
        /// The value.
        found: String,
    },
    /// A control character.
    #[error("{attribute} holds a control character")]
    ControlCharacter {
        /// The attribute's name.
        attribute: String,
    },
}

/// Collects attributes, outermost first, one an RDN.
#[derive(Debug, Clone, Default)]
pub struct NameBuilder {
    rdns: Vec<Vec<u8>>,
}

impl NameBuilder {
    /// An empty name.
    #[must_use]
    pub const fn new() -> Self {
        Self { rdns: Vec::new() }
    }

    /// Adds an attribute. Countries, serial numbers and DN qualifiers are written as
    /// PrintableString, domain components and mail addresses as IA5String, all others as UTF8String
    /// (RFC 5280 §4.1.2.4).
    ///
    /// # Errors
    /// An empty value, one with control characters, or one over the bound of its type.
    pub fn attribute(mut self, oid: Oid<'_>, value: &str) -> Result<Self, NameError> {
        let attribute = || oid.name().map_or_else(|| oid.to_string(), str::to_owned);
        if value.is_empty() {
            return Err(NameError::Empty { attribute: attribute() });
        }
        if value.chars().any(char::is_control) {
            return Err(NameError::ControlCharacter { attribute: attribute() });
        }
        let (found, limit) = (value.chars().count(), upper_bound(oid));
        if found > limit {
            return Err(NameError::TooLong { attribute: attribute(), found, limit });
        }
        let is_code = value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_alphabetic());
        if oid == oid::COUNTRY && !is_code {
            return Err(NameError::Country { found: value.to_owned() });
        }
        let tag = match oid {
            oid::COUNTRY => Tag::PRINTABLE_STRING,
            oid::SERIAL_NUMBER | oid::DN_QUALIFIER if value.bytes().all(is_printable) => {
                Tag::PRINTABLE_STRING
            }
            oid::DOMAIN_COMPONENT | oid::EMAIL_ADDRESS if value.is_ascii() => Tag::IA5_STRING,
            _ => Tag::UTF8_STRING,
        };
        self.rdns.push(Writer::build(|writer| {
            writer.nest(Tag::SET, |set| {
                set.sequence(|pair| {
                    pair.oid(oid);
                    pair.element(tag, value.as_bytes());
                });
            });
        }));
        Ok(self)
    }

    /// Adds a common name of at most 64 characters.
    ///
    /// # Errors
    /// As [`NameBuilder::attribute`].
    pub fn common_name(self, value: &str) -> Result<Self, NameError> {
        self.attribute(oid::COMMON_NAME, value)
    }

    /// Adds an organisation of at most 64 characters.
    ///
    /// # Errors
    /// As [`NameBuilder::attribute`].
    pub fn organization(self, value: &str) -> Result<Self, NameError> {
        self.attribute(oid::ORGANIZATION, value)
    }

    /// The name in DER.
    #[must_use]
    pub fn build(self) -> Vec<u8> {
        Writer::build(|writer| writer.element(Tag::SEQUENCE, &self.rdns.concat()))
    }
}

/// RFC 5280 appendix A.1, "Upper Bounds".
fn upper_bound(oid: Oid<'_>) -> usize {
    match oid {
        oid::COUNTRY => 2,
        oid::COMMON_NAME | oid::ORGANIZATION | oid::ORGANIZATIONAL_UNIT | oid::SERIAL_NUMBER | oid::TITLE => {
            64
        }
        oid::LOCALITY | oid::STATE | oid::PSEUDONYM | oid::STREET => 128,
        oid::EMAIL_ADDRESS => 255,
        oid::GENERATION_QUALIFIER => 16,
        _ => 32_768,
    }
}

/// X.680 §41.4.
const fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b' ' | b'\'' | b'(' | b')' | b'+' | b',' | b'-' | b'.' | b'/' | b':' | b'=' | b'?')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::Name;

    #[test]
    fn what_is_built_reads_back() {
        let der = NameBuilder::new()
            .attribute(oid::COUNTRY, "CH")
            .unwrap()
            .organization("Ärzte AG")
            .unwrap()
            .common_name("a.test")
            .unwrap()
            .build();
        let name = Name::parse(&der).unwrap();
        assert_eq!(name.to_string(), "CN=a.test,O=Ärzte AG,C=CH");
        assert_eq!(name.common_name().unwrap(), "a.test");
    }

    #[test]
    fn bounds_are_counted_in_characters() {
        assert!(NameBuilder::new().common_name(&"ü".repeat(64)).is_ok());
        let error = NameBuilder::new().common_name(&"x".repeat(65)).unwrap_err();
        assert_eq!(error, NameError::TooLong { attribute: "CN".into(), found: 65, limit: 64 });
        assert!(NameBuilder::new().common_name("").is_err());
        assert!(NameBuilder::new().common_name("a\nb").is_err());
        assert!(NameBuilder::new().attribute(oid::COUNTRY, "Schweiz").is_err());
    }
}
