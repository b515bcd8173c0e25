// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate with its extensions read, once.

use std::fmt::{self, Write};
use std::sync::OnceLock;

use x509::error::Within;
use x509::ext::{
    AuthorityInfoAccess, AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies,
    CrlDistributionPoints, ExtendedKeyUsage, FreshestCrl, InhibitAnyPolicy, KeyUsage, NameConstraints,
    OcspNoCheck, PolicyConstraints, PolicyMappings, SubjectAltName, SubjectKeyIdentifier,
};
use x509::{
    Certificate, Critical, Error, Extension, KnownExtension, Name, Oid, SignatureVerifier, TbsCertificate,
    VerifyingKey, oid,
};

use crate::kept::Owned;

/// A certificate, or what is to become one, and what its extensions say.
#[derive(Debug, Clone)]
pub(crate) struct Decoded<'a> {
    body: Body<'a>,
    /// Its extensions.
    pub(crate) known: Known<'a>,
    /// Whether its subject is its issuer (RFC 5280 §3.2).
    pub(crate) self_issued: bool,
    /// Where it is kept, when it is.
    kept: Option<&'a Owned>,
}

#[derive(Debug, Clone, Copy)]
enum Body<'a> {
    Signed(Certificate<'a>),
    Unsigned(TbsCertificate<'a>),
}

/// The extensions that this crate processes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known<'a> {
    pub(crate) basic_constraints: Option<Critical<BasicConstraints>>,
    pub(crate) key_usage: Option<Critical<KeyUsage>>,
    pub(crate) extended_key_usage: Option<Critical<ExtendedKeyUsage<'a>>>,
    pub(crate) subject_alt_name: Option<Critical<SubjectAltName<'a>>>,
    pub(crate) name_constraints: Option<Critical<NameConstraints<'a>>>,
    pub(crate) subject_key_identifier: Option<Critical<SubjectKeyIdentifier<'a>>>,
    pub(crate) authority_key_identifier: Option<Critical<AuthorityKeyIdentifier<'a>>>,
    pub(crate) policies: Option<Critical<CertificatePolicies<'a>>>,
    pub(crate) policy_mappings: Option<Critical<PolicyMappings<'a>>>,
    pub(crate) policy_constraints: Option<Critical<PolicyConstraints>>,
    pub(crate) inhibit_any_policy: Option<Critical<InhibitAnyPolicy>>,
    /// Of those that are not read further.
    pub(crate) criticality: Criticality,
    /// The first that could not be read.
    pub(crate) malformed: Option<Error>,
    /// The first that is critical and not processed.
    pub(crate) unprocessed: Option<Oid<'a>>,
}

/// Whether each of these extensions is critical, where it is present.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Criticality {
    pub(crate) authority_info_access: Option<bool>,
    pub(crate) subject_info_access: Option<bool>,
    pub(crate) freshest_crl: Option<bool>,
    pub(crate) directory_attributes: Option<bool>,
}

impl<'a> Decoded<'a> {
    /// Reads a certificate.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, Error> {
        let mut known = Known::default();
        let certificate = Certificate::parse_each(der, |extension| known.note(extension))?;
        Ok(Self::new(Body::Signed(certificate), known))
    }

    /// Reads a certificate that is kept.
    pub(crate) fn keep(owned: &'a Owned) -> Result<Self, Error> {
        Ok(Self { kept: Some(owned), ..Self::parse(&owned.der)? })
    }

    /// Its subject's public key, kept for the signatures to come where the certificate is; `verifier` reads
    /// it the first time.
    pub(crate) fn key(&self, verifier: &dyn SignatureVerifier) -> Option<&'a dyn VerifyingKey> {
        self.kept?.key(verifier, &self.tbs().subject_public_key_info())
    }

    /// Where it is remembered whether it is self-signed, when that is.
    pub(crate) fn self_signed(&self) -> Option<&'a OnceLock<bool>> {
        self.kept?.self_signed()
    }

    /// Reads the extensions of what is to be signed.
    pub(crate) fn from_tbs(tbs: TbsCertificate<'a>) -> Self {
        let mut known = Known::default();
        tbs.extensions().iter().for_each(|extension| known.note(&extension));
        Self::new(Body::Unsigned(tbs), known)
    }

    #[inline]
    fn new(body: Body<'a>, known: Known<'a>) -> Self {
        let tbs = body.tbs();
        let self_issued = tbs.subject().matches(&tbs.issuer());
        Self { body, known, self_issued, kept: None }
    }

    /// What is, or will be, signed.
    pub(crate) const fn tbs(&self) -> &TbsCertificate<'a> {
        self.body.tbs()
    }

    /// The certificate, unless it is not signed yet.
    pub(crate) const fn signed(&self) -> Option<&Certificate<'a>> {
        match &self.body {
            Body::Signed(certificate) => Some(certificate),
            Body::Unsigned(_) => None,
        }
    }

    /// The whole certificate, once it is signed.
    pub(crate) fn der(&self) -> Option<&'a [u8]> {
        self.signed().map(Certificate::der)
    }

    /// Whether it says that it is a CA's (RFC 5280 §4.2.1.9).
    pub(crate) fn is_ca(&self) -> bool {
        self.known.basic_constraints.is_some_and(|constraints| constraints.value.ca)
    }

    /// Its subject as text, cut where it grows long.
    pub(crate) fn subject(&self) -> String {
        text(&self.tbs().subject())
    }

    /// Its issuer as text, cut where it grows long.
    pub(crate) fn issuer(&self) -> String {
        text(&self.tbs().issuer())
    }
}

impl<'a> Body<'a> {
    const fn tbs(&self) -> &TbsCertificate<'a> {
        match self {
            Self::Signed(certificate) => certificate.tbs(),
            Self::Unsigned(tbs) => tbs,
        }
    }
}

impl<'a> Known<'a> {
    fn note(&mut self, extension: &Extension<'a>) {
        if let Err(error) = self.take(extension) {
            self.malformed = self.malformed.or(Some(error));
        }
    }

    fn take(&mut self, extension: &Extension<'a>) -> Result<(), Error> {
        match extension.oid {
            oid::BASIC_CONSTRAINTS => self.basic_constraints = Some(extension.decode()?),
            oid::KEY_USAGE => self.key_usage = Some(extension.decode()?),
            oid::EXTENDED_KEY_USAGE => self.extended_key_usage = Some(extension.decode()?),
            oid::SUBJECT_ALT_NAME => self.subject_alt_name = Some(extension.decode()?),
            oid::NAME_CONSTRAINTS => self.name_constraints = Some(extension.decode()?),
            oid::SUBJECT_KEY_IDENTIFIER => self.subject_key_identifier = Some(extension.decode()?),
            oid::AUTHORITY_KEY_IDENTIFIER => self.authority_key_identifier = Some(extension.decode()?),
            oid::CERTIFICATE_POLICIES => self.policies = Some(extension.decode()?),
            oid::POLICY_MAPPINGS => self.policy_mappings = Some(extension.decode()?),
            oid::POLICY_CONSTRAINTS => self.policy_constraints = Some(extension.decode()?),
            oid::INHIBIT_ANY_POLICY => self.inhibit_any_policy = Some(extension.decode()?),
            // RFC 5280 §4.2.1.7: not processed in path validation, so known is all that it can be.
            oid::ISSUER_ALT_NAME => drop(SubjectAltName::decode(extension.value).within("issuerAltName")?),
            oid::CRL_DISTRIBUTION_POINTS => drop(extension.decode::<CrlDistributionPoints<'_>>()?),
            oid::FRESHEST_CRL => {
                self.criticality.freshest_crl = Some(extension.critical);
                extension.decode::<FreshestCrl<'_>>()?;
            }
            oid::AUTHORITY_INFO_ACCESS => {
                self.criticality.authority_info_access = Some(extension.critical);
                extension.decode::<AuthorityInfoAccess<'_>>()?;
            }
            // RFC 6960 §4.2.2.2.1: what it says matters of a responder alone, which is asked for it there.
            oid::OCSP_NO_CHECK if OcspNoCheck::decode(extension.value).is_ok() => {}
            other => {
                self.criticality.note(extension);
                self.unprocessed = self.unprocessed.or(extension.critical.then_some(other));
            }
        }
        Ok(())
    }
}

impl Criticality {
    fn note(&mut self, extension: &Extension<'_>) {
        let found = Some(extension.critical);
        match extension.oid {
            oid::SUBJECT_INFO_ACCESS => self.subject_info_access = found,
            oid::SUBJECT_DIRECTORY_ATTRIBUTES => self.directory_attributes = found,
            _ => {}
        }
    }
}

/// A name as text of bounded length, or that it is empty.
pub(crate) fn text(name: &Name<'_>) -> String {
    if name.is_empty() { "an empty name".to_owned() } else { bounded(name) }
}

/// Anything as text of at most about [`SHOWN`] octets: a hostile name can have megabytes.
pub(crate) fn bounded(value: impl fmt::Display) -> String {
    let mut bounded = Bounded(String::new());
    if write!(bounded, "{value}").is_err() {
        bounded.0.push('…');
    }
    bounded.0
}

const SHOWN: usize = 512;

struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let left = SHOWN.saturating_sub(self.0.len());
        let end = (0..=left.min(piece.len())).rev().find(|end| piece.is_char_boundary(*end)).unwrap_or(0);
        self.0.push_str(piece.get(..end).unwrap_or_default());
        if end == piece.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_any_length_is_cut_between_characters() {
        assert_eq!(bounded("short"), "short");
        let long = bounded("ü".repeat(1_000));
        assert_eq!(long, format!("{}…", "ü".repeat(SHOWN / 2)));
    }
}
