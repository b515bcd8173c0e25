// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a certificate is filed under: everything by which it can be found, taken from the certificate itself and from
//! the approval that was committed with it. Every store files this, and the audit compares with it.

use std::collections::BTreeSet;

use x509::ext::SubjectAltName;
use x509::{Certificate, DigestAlgorithm, Error, GeneralName, SignatureVerifier, Time};

use crate::issuer::IssuerId;
use crate::journal::CertificateIssued;
use crate::lifetime::Period;

/// What one certificate is filed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// Who issued it.
    pub issuer: IssuerId,
    /// The magnitude of its serial number.
    pub serial: Vec<u8>,
    /// The profile's name.
    pub profile: String,
    /// On whose word its plan was approved; empty where nobody drew a plan.
    pub requester: String,
    /// Its subject, as text.
    pub subject: String,
    /// When it is valid.
    pub period: Period,
    /// When it was issued.
    pub issued: Time,
    /// The SHA-256 of it.
    pub fingerprint: [u8; 32],
    /// The SHA-256 of its SubjectPublicKeyInfo.
    pub key: [u8; 32],
    /// Its names, as they are looked for.
    pub names: BTreeSet<String>,
}

impl Filing {
    /// What a certificate is filed under that was issued at this time on this word.
    ///
    /// # Errors
    /// The certificate cannot be read.
    pub fn of(
        issued: &CertificateIssued,
        at: Time,
        requester: &str,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Self, Error> {
        let certificate = Certificate::parse(&issued.certificate)?;
        let tbs = certificate.tbs();
        let fingerprint = crypto.digest(DigestAlgorithm::Sha256, &issued.certificate);
        Ok(Self {
            issuer: issued.issuer,
            serial: tbs.serial().magnitude().to_vec(),
            profile: issued.profile.clone(),
            requester: requester.to_owned(),
            subject: tbs.subject().to_string(),
            period: Period::from(tbs.validity()),
            issued: at,
            fingerprint: fingerprint.octets().first_chunk().copied().unwrap_or_default(),
            key: *IssuerId::of(&tbs.subject_public_key_info(), crypto).octets(),
            names: names(&certificate)?,
        })
    }
}

/// The names by which a certificate is looked for: those of its subjectAltName, whatever their form, and its common
/// name, each once and in lower case.
///
/// # Errors
/// The subjectAltName cannot be read.
pub fn names(certificate: &Certificate<'_>) -> Result<BTreeSet<String>, Error> {
    let found = certificate.tbs().extensions().decode::<SubjectAltName<'_>>()?;
    let found = found.iter().flat_map(|found| found.value.iter());
    let mut names: BTreeSet<String> = found.map(|name| folded(&text(&name))).collect();
    names.extend(certificate.tbs().subject().common_name().map(|name| folded(&name)));
    names.remove("");
    Ok(names)
}

fn text(name: &GeneralName<'_>) -> String {
    if let GeneralName::Dns(text) | GeneralName::Email(text) = name {
        return (*text).to_owned();
    }
    name.ip().map_or_else(|| name.to_string(), |address| address.to_string())
}

/// A name, or a part of one, as it is compared: in lower case, whatever the script.
#[must_use]
pub fn folded(text: &str) -> String {
    text.to_lowercase()
}
