// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate told.

use serde::Serialize;
use x509::{Certificate, DigestAlgorithm, SignatureVerifier, Time, Version};

use crate::algorithm::{KeyFacts, signature_in_words};
use crate::extension::{ExtensionFacts, is_ca};
use crate::general_name::{alternative_names, short_name};
use crate::hex::hex;
use crate::moment::{as_text, counted_len, date, relative};
use crate::text::{Role, Text};

/// Where `now` lies in the period of validity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// Inside, both ends included.
    Valid,
    /// After it.
    Expired,
    /// Before it.
    NotYetValid,
}

impl Validity {
    /// Where `now` lies in the period of `certificate`.
    #[must_use]
    pub fn of(certificate: &Certificate<'_>, now: Time) -> Self {
        let validity = certificate.tbs().validity();
        if now < validity.not_before.time {
            Self::NotYetValid
        } else if now > validity.not_after.time {
            Self::Expired
        } else {
            Self::Valid
        }
    }
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificateFacts {
    /// 1, 2 or 3.
    pub version: u8,
    /// The serial number, hexadecimal.
    pub serial: String,
    /// The subject, as RFC 4514 writes it; empty when the name is.
    pub subject: String,
    /// The subject's common name.
    pub common_name: Option<String>,
    /// The subject's alternative names: DNS names and addresses bare, other forms with a prefix.
    pub names: Vec<String>,
    /// Who signed.
    pub issuer: String,
    /// The first second of its validity.
    #[serde(serialize_with = "as_text")]
    pub not_before: Time,
    /// The last second of its validity.
    #[serde(serialize_with = "as_text")]
    pub not_after: Time,
    /// Where the given time lies in it.
    pub validity: Validity,
    /// Whether it may sign certificates.
    pub is_ca: bool,
    /// Its public key.
    pub key: KeyFacts,
    /// The algorithm of its signature, in words.
    pub signature_algorithm: String,
    /// SHA-256 of the whole certificate, hexadecimal.
    pub sha256: String,
    /// Its extensions, in order.
    pub extensions: Vec<ExtensionFacts>,
    /// How the subject is called in a sentence or a tree.
    #[serde(skip)]
    pub short_name: String,
    #[serde(skip)]
    now: Time,
}

impl CertificateFacts {
    /// Looks at a certificate as of `now`.
    #[must_use]
    pub fn of(certificate: &Certificate<'_>, now: Time, crypto: &dyn SignatureVerifier) -> Self {
        let tbs = certificate.tbs();
        let extensions = tbs.extensions();
        let names = alternative_names(&extensions);
        Self {
            version: match tbs.version() {
                Version::V1 => 1,
                Version::V2 => 2,
                Version::V3 => 3,
            },
            serial: format!("{}{}", if tbs.serial().is_negative() { "-" } else { "" }, tbs.serial()),
            subject: tbs.subject().to_string(),
            common_name: tbs.subject().common_name(),
            issuer: tbs.issuer().to_string(),
            not_before: tbs.validity().not_before.time,
            not_after: tbs.validity().not_after.time,
            validity: Validity::of(certificate, now),
            is_ca: is_ca(&extensions),
            key: KeyFacts::of(&tbs.subject_public_key_info(), crypto),
            signature_algorithm: signature_in_words(&certificate.signature_algorithm()),
            sha256: hex(crypto.digest(DigestAlgorithm::Sha256, certificate.der()).octets()),
            extensions: extensions.iter().map(|extension| ExtensionFacts::of(&extension)).collect(),
            short_name: short_name(&tbs.subject(), &names),
            names,
            now,
        }
    }

    /// The certificate for people.
    #[must_use]
    pub fn text(&self) -> Text {
        let mut text = Text::new();
        let kind = if self.is_ca { "CA certificate" } else { "Certificate" };
        text.heading(format!("{kind} {}", self.short_name));
        text.append(0, self.body());
        text
    }

    /// The rows below the heading.
    fn body(&self) -> Text {
        const KEY: usize = 11;
        let mut text = Text::new();
        text.row(2, KEY, "subject", or_empty(&self.subject));
        if !self.names.is_empty() {
            text.row(2, KEY, "names", self.names.join(", "));
        }
        let self_issued = if self.subject == self.issuer { " (itself)" } else { "" };
        text.row(2, KEY, "issuer", format!("{}{self_issued}", or_empty(&self.issuer)));
        text.row(2, KEY, "serial", &self.serial);
        text.row_with(2, KEY, "valid from", |line| {
            let early = self.validity == Validity::NotYetValid;
            let role = if early { Role::Bad } else { Role::Dim };
            line.plain(date(self.not_before))
                .span(role, format!(" ({})", relative(self.not_before, self.now)))
        });
        text.row_with(2, KEY, "valid until", |line| {
            let role = if self.validity == Validity::Expired { Role::Bad } else { Role::Dim };
            line.plain(date(self.not_after)).span(role, format!(" ({})", relative(self.not_after, self.now)))
        });
        text.row(2, KEY, "key", self.key.in_words());
        text.row(2, KEY, "signed with", &self.signature_algorithm);
        text.row(2, KEY, "SHA-256", &self.sha256);
        text.row(2, KEY, "key SHA-256", &self.key.sha256);
        if self.version != 3 {
            text.row(2, KEY, "version", format!("{} (today’s certificates are version 3)", self.version));
        }
        if !self.extensions.is_empty() {
            text.gap();
            text.append(0, extensions_text(&self.extensions, ""));
        }
        text
    }
}

/// The extensions, under a line that counts them.
pub(crate) fn extensions_text(extensions: &[ExtensionFacts], what: &str) -> Text {
    let mut text = Text::new();
    text.prose(2, format!("{}{what}:", counted_len(extensions.len(), "extension")));
    for extension in extensions {
        text.append(4, extension.text());
    }
    text
}

fn or_empty(name: &str) -> &str {
    if name.is_empty() { "(empty)" } else { name }
}
