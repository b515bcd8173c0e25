// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything a request asks for, taken out of its DER so that a plan can account for all of it.

use keys::SubjectName;
use x509::ext::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName};
use x509::{Extension, GeneralName, Oid, RequestInfo, oid};

use super::NAME_LIMIT;
use crate::error::RequestError;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// The subject, RFC 4514 text; empty when there is none.
    pub subject: String,
    /// The subject's attributes, in order.
    pub attributes_of_subject: Vec<AskedAttribute>,
    /// The alternative names of forms that somebody might issue.
    pub names: Vec<AskedName>,
    /// The alternative names of other forms, as text.
    pub other_names: Vec<String>,
    /// Basic constraints.
    pub basic_constraints: Option<BasicConstraints>,
    /// Key usage.
    pub key_usage: Option<KeyUsage>,
    /// Extended key usages, by name or number.
    pub purposes: Option<Vec<String>>,
    /// Other extensions.
    pub extensions: Vec<AskedExtension>,
    /// Attributes beside the extensions, by name or number. Their values may be secrets and are not kept.
    pub attributes: Vec<String>,
}

/// An alternative name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedName {
    /// As it was written.
    pub text: String,
    /// What it means.
    pub name: SubjectName,
}

/// An attribute of the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedAttribute {
    /// Its type, by name or number.
    pub kind: String,
    /// Its value as text.
    pub value: String,
}

/// An extension that has no field of its own in [`Asked`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedExtension {
    /// Its identifier, by name or number.
    pub name: String,
    /// Whether it is asked for as critical.
    pub critical: bool,
    /// The length of its value in octets.
    pub length: usize,
}

/// Extensions that are the authority's to write, whatever is asked: understood, so critical or not.
const UNDERSTOOD: &[Oid<'static>] = &[
    oid::SUBJECT_KEY_IDENTIFIER,
    oid::AUTHORITY_KEY_IDENTIFIER,
    oid::NAME_CONSTRAINTS,
    oid::CRL_DISTRIBUTION_POINTS,
    oid::AUTHORITY_INFO_ACCESS,
    oid::CERTIFICATE_POLICIES,
];

impl Asked {
    pub(super) fn read(info: &RequestInfo<'_>) -> Result<Self, RequestError> {
        let mut asked = Self { subject: info.subject().to_string(), ..Self::default() };
        asked.attributes_of_subject = info
            .subject()
            .attributes()
            .map(|attribute| AskedAttribute {
                kind: label(attribute.oid),
                value: attribute.text().chars().collect(),
            })
            .collect();
        asked.attributes = info
            .attributes()
            .filter(|attribute| attribute.oid != oid::EXTENSION_REQUEST)
            .map(|attribute| label(attribute.oid))
            .collect();
        let extensions = info.extensions();
        for extension in extensions.iter() {
            asked.take(&extension)?;
        }
        let decoded = |error| RequestError::Malformed(error);
        asked.basic_constraints =
            extensions.decode::<BasicConstraints>().map_err(decoded)?.map(|found| found.value);
        asked.key_usage = extensions.decode::<KeyUsage>().map_err(decoded)?.map(|found| found.value);
        asked.purposes = extensions
            .decode::<ExtendedKeyUsage<'_>>()
            .map_err(decoded)?
            .map(|found| found.value.iter().map(label).collect());
        if let Some(found) = extensions.decode::<SubjectAltName<'_>>().map_err(decoded)? {
            asked.take_names(found.value.iter())?;
        }
        Ok(asked)
    }

    /// Files an extension that has no field of its own.
    fn take(&mut self, extension: &Extension<'_>) -> Result<(), RequestError> {
        match extension.oid {
            oid::BASIC_CONSTRAINTS | oid::KEY_USAGE | oid::EXTENDED_KEY_USAGE | oid::SUBJECT_ALT_NAME => {
                return Ok(());
            }
            other if extension.critical && !UNDERSTOOD.contains(&other) => {
                return Err(RequestError::UnknownCriticalExtension { extension: label(other) });
            }
            other => self.extensions.push(AskedExtension {
                name: label(other),
                critical: extension.critical,
                length: extension.value.len(),
            }),
        }
        Ok(())
    }

    fn take_names<'a>(&mut self, names: impl Iterator<Item = GeneralName<'a>>) -> Result<(), RequestError> {
        let names: Vec<GeneralName<'_>> = names.collect();
        if names.len() > NAME_LIMIT {
            return Err(RequestError::TooManyNames { found: names.len(), limit: NAME_LIMIT });
        }
        for name in names {
            let text = match name {
                GeneralName::Dns(text) | GeneralName::Email(text) => Some(text.to_owned()),
                GeneralName::Ip(_) => name.ip().map(|address| address.to_string()),
                GeneralName::Other { .. }
                | GeneralName::X400(_)
                | GeneralName::Directory(_)
                | GeneralName::EdiParty(_)
                | GeneralName::Uri(_)
                | GeneralName::RegisteredId(_) => {
                    self.other_names.push(name.to_string());
                    continue;
                }
            };
            let name = SubjectName::from_general_name(&name).map_err(RequestError::Name)?;
            self.names.push(AskedName { text: text.unwrap_or_default(), name });
        }
        Ok(())
    }

    /// The value of the subject's last attribute of this type.
    #[must_use]
    pub fn subject_attribute(&self, kind: &str) -> Option<&str> {
        let mut found = self.attributes_of_subject.iter().rev().filter(|attribute| attribute.kind == kind);
        found.next().map(|attribute| attribute.value.as_str())
    }
}

/// The name of an identifier, or its number.
fn label(oid: Oid<'_>) -> String {
    oid.name().map_or_else(|| oid.to_string(), str::to_owned)
}
