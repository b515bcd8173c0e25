// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an extension says, typed.

use serde::Serialize;
use x509::bytes::Cursor;
use x509::der::Reader;
use x509::error::Within as _;
use x509::ext::{
    AuthorityInfoAccess, AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies,
    CrlDistributionPoints, DistributionPointName, ExtendedKeyUsage, KeyUsage, NameConstraints,
    SubjectAltName, SubjectKeyIdentifier,
};
use x509::{Error, Extension, KnownExtension as _, oid};

use crate::algorithm::named;
use crate::general_name::{subtree, told};
use crate::hex::hex;

/// What an extension says; in JSON an object with the fields of its variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ExtensionValue {
    /// basicConstraints.
    BasicConstraints {
        /// Whether the subject is a CA.
        ca: bool,
        /// How many CAs may follow below it.
        path_length: Option<u32>,
    },
    /// keyUsage.
    KeyUsage {
        /// The bits' names.
        usages: Vec<String>,
    },
    /// extKeyUsage.
    ExtendedKeyUsage {
        /// The purposes' names or identifiers.
        purposes: Vec<String>,
    },
    /// subjectAltName.
    SubjectAltName {
        /// The names.
        names: Vec<String>,
    },
    /// nameConstraints.
    NameConstraints {
        /// Names must lie in one of these, when any is of their form.
        permitted: Vec<String>,
        /// Names must lie in none of these.
        excluded: Vec<String>,
    },
    /// subjectKeyIdentifier and authorityKeyIdentifier.
    KeyIdentifier {
        /// The identifier, hexadecimal.
        key_identifier: Option<String>,
        /// For the authority's: the serial number of the issuer's certificate.
        issuer_serial: Option<String>,
    },
    /// cRLDistributionPoints.
    CrlDistributionPoints {
        /// Where the lists of revoked certificates are.
        crl: Vec<String>,
    },
    /// authorityInfoAccess.
    AuthorityInfoAccess {
        /// Where to ask whether the certificate was revoked.
        ocsp: Vec<String>,
        /// Where the issuer's certificate is.
        issuer: Vec<String>,
        /// Other methods and their locations.
        other: Vec<String>,
    },
    /// certificatePolicies.
    CertificatePolicies {
        /// The policies' identifiers.
        policies: Vec<String>,
    },
    /// Signed certificate timestamps.
    Timestamps {
        /// How many.
        timestamps: usize,
    },
    /// One that is not read here.
    Opaque {
        /// Its value, hexadecimal.
        der: String,
    },
    /// One that is known, and whose value is not what its standard says.
    Malformed {
        /// Why.
        error: String,
        /// Its value, hexadecimal.
        der: String,
    },
}

impl ExtensionValue {
    pub(super) fn of(extension: &Extension<'_>) -> Self {
        match Self::read(extension).within(extension.oid.name().unwrap_or("extension")) {
            Ok(Some(value)) => value,
            Ok(None) => Self::Opaque { der: hex(extension.value) },
            Err(error) => Self::Malformed { error: error.to_string(), der: hex(extension.value) },
        }
    }

    fn read(extension: &Extension<'_>) -> Result<Option<Self>, Error> {
        let value = extension.value;
        Ok(Some(match extension.oid {
            oid::BASIC_CONSTRAINTS => {
                let BasicConstraints { ca, path_length } = BasicConstraints::decode(value)?;
                Self::BasicConstraints { ca, path_length }
            }
            oid::KEY_USAGE => {
                let usage = KeyUsage::decode(value)?;
                let usages = usage.to_string();
                let usages = if usage.is_empty() {
                    Vec::new()
                } else {
                    usages.split(", ").map(str::to_owned).collect()
                };
                Self::KeyUsage { usages }
            }
            oid::EXTENDED_KEY_USAGE => Self::ExtendedKeyUsage {
                purposes: ExtendedKeyUsage::decode(value)?.iter().map(named).collect(),
            },
            oid::SUBJECT_ALT_NAME => Self::SubjectAltName {
                names: SubjectAltName::decode(value)?.iter().map(|name| told(&name)).collect(),
            },
            oid::NAME_CONSTRAINTS => {
                let constraints = NameConstraints::decode(value)?;
                Self::NameConstraints {
                    permitted: constraints.permitted.iter().map(|base| subtree(&base)).collect(),
                    excluded: constraints.excluded.iter().map(|base| subtree(&base)).collect(),
                }
            }
            oid::SUBJECT_KEY_IDENTIFIER => Self::KeyIdentifier {
                key_identifier: Some(hex(SubjectKeyIdentifier::decode(value)?.0)),
                issuer_serial: None,
            },
            oid::AUTHORITY_KEY_IDENTIFIER => {
                let authority = AuthorityKeyIdentifier::decode(value)?;
                Self::KeyIdentifier {
                    key_identifier: authority.key_identifier.map(hex),
                    issuer_serial: authority.authority_cert_serial.map(|serial| serial.to_string()),
                }
            }
            oid::CRL_DISTRIBUTION_POINTS => read_crl(value)?,
            oid::AUTHORITY_INFO_ACCESS => read_access(value)?,
            oid::CERTIFICATE_POLICIES => Self::CertificatePolicies {
                policies: CertificatePolicies::decode(value)?
                    .iter()
                    .map(|policy| named(policy.policy))
                    .collect(),
            },
            oid::SIGNED_CERTIFICATE_TIMESTAMPS => match count_timestamps(value) {
                Some(timestamps) => Self::Timestamps { timestamps },
                None => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }
}

fn read_crl(value: &[u8]) -> Result<ExtensionValue, Error> {
    let mut crl = Vec::new();
    for point in CrlDistributionPoints::decode(value)?.iter() {
        match point.name {
            Some(DistributionPointName::FullName(names)) => {
                crl.extend(names.iter().map(|name| location(&name)))
            }
            Some(DistributionPointName::RelativeToIssuer(_)) => {
                crl.push("at a name relative to its issuer’s".to_owned());
            }
            None => crl.push("wherever its issuer publishes it".to_owned()),
        }
    }
    Ok(ExtensionValue::CrlDistributionPoints { crl })
}

fn read_access(value: &[u8]) -> Result<ExtensionValue, Error> {
    let (mut ocsp, mut issuer, mut other) = (Vec::new(), Vec::new(), Vec::new());
    for description in AuthorityInfoAccess::decode(value)?.iter() {
        let at = location(&description.location);
        match description.method {
            oid::OCSP => ocsp.push(at),
            oid::CA_ISSUERS => issuer.push(at),
            method => other.push(format!("{} {at}", named(method))),
        }
    }
    Ok(ExtensionValue::AuthorityInfoAccess { ocsp, issuer, other })
}

/// A place, without the prefix of a URI.
fn location(name: &x509::GeneralName<'_>) -> String {
    let text = told(name);
    text.strip_prefix("uri:").map(str::to_owned).unwrap_or(text)
}

/// How many timestamps the list holds (RFC 6962 §3.3).
fn count_timestamps(value: &[u8]) -> Option<usize> {
    let mut reader = Reader::new(value);
    let list = reader.octet_string().ok()?;
    let mut all = Cursor::new(list);
    let mut each = Cursor::new(all.vec16().ok()?);
    let mut count = 0_usize;
    while !each.is_empty() {
        each.vec16().ok()?;
        count = count.saturating_add(1);
    }
    Some(count)
}
