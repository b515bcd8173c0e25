// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate signing request told.

use serde::Serialize;
use x509::{CertificationRequest, DigestAlgorithm, SignatureVerifier, oid};

use crate::algorithm::{KeyFacts, named, signature_in_words, signature_problem};
use crate::certificate::extensions_text;
use crate::extension::ExtensionFacts;
use crate::general_name::{alternative_names, short_name};
use crate::hex::hex;
use crate::text::{Mark, Text};

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestFacts {
    /// The subject asked for, as RFC 4514 writes it; empty when the name is.
    pub subject: String,
    /// Its common name.
    pub common_name: Option<String>,
    /// The alternative names asked for.
    pub names: Vec<String>,
    /// The public key to be certified.
    pub key: KeyFacts,
    /// The algorithm of the request's signature, in words.
    pub signature_algorithm: String,
    /// Whether the requester has proven to hold the private key.
    pub proof_of_possession: ProofOfPossession,
    /// SHA-256 of the whole request, hexadecimal.
    pub sha256: String,
    /// The extensions asked for.
    pub extensions: Vec<ExtensionFacts>,
    /// Other attributes, by name: an authority does not use them.
    pub attributes: Vec<String>,
    #[serde(skip)]
    short_name: String,
}

/// Whether the request's signature verifies with the key in it (RFC 2986 §4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProofOfPossession {
    /// Whether it does.
    pub valid: bool,
    /// Why not.
    pub problem: Option<String>,
}

impl RequestFacts {
    /// Looks at a request, and checks its signature with its own key.
    #[must_use]
    pub fn of(request: &CertificationRequest<'_>, crypto: &dyn SignatureVerifier) -> Self {
        let info = request.info();
        let key = info.subject_public_key_info();
        let checked =
            crypto.verify(&key, &request.signature_algorithm(), info.raw(), request.signature_value());
        let names = alternative_names(&info.extensions());
        let other = info.attributes().filter(|attribute| attribute.oid != oid::EXTENSION_REQUEST);
        Self {
            subject: info.subject().to_string(),
            common_name: info.subject().common_name(),
            short_name: short_name(&info.subject(), &names),
            names,
            key: KeyFacts::of(&key, crypto),
            signature_algorithm: signature_in_words(&request.signature_algorithm()),
            proof_of_possession: ProofOfPossession {
                valid: checked.is_ok(),
                problem: checked.err().map(|error| signature_problem(&error)),
            },
            sha256: hex(crypto.digest(DigestAlgorithm::Sha256, request.der()).octets()),
            extensions: info.extensions().iter().map(|extension| ExtensionFacts::of(&extension)).collect(),
            attributes: other.map(|attribute| named(attribute.oid)).collect(),
        }
    }

    /// The request for people.
    #[must_use]
    pub fn text(&self) -> Text {
        const KEY: usize = 11;
        let mut text = Text::new();
        text.heading(format!("Certificate signing request for {}", self.short_name));
        text.row(2, KEY, "subject", if self.subject.is_empty() { "(empty)" } else { &self.subject });
        let names = if self.names.is_empty() { "none asked for".to_owned() } else { self.names.join(", ") };
        text.row(2, KEY, "names", names);
        text.row(2, KEY, "key", self.key.in_words());
        text.row(2, KEY, "signed with", &self.signature_algorithm);
        text.row(2, KEY, "SHA-256", &self.sha256);
        text.row(2, KEY, "key SHA-256", &self.key.sha256);
        if !self.attributes.is_empty() {
            text.row(
                2,
                KEY,
                "attributes",
                format!("{} (not used by an authority)", self.attributes.join(", ")),
            );
        }
        if !self.extensions.is_empty() {
            text.gap();
            text.append(0, extensions_text(&self.extensions, " asked for"));
        }
        text.gap();
        match &self.proof_of_possession.problem {
            None => text.marked(2, Mark::Pass, |line| {
                line.plain("the requester holds the private key: the request’s signature verifies with the key in it")
                    .clause("RFC 2986 §4.2")
            }),
            Some(problem) => text.marked(2, Mark::Fail, |line| {
                line.plain(format!("the requester has not proven to hold the private key: {problem}"))
                    .clause("RFC 2986 §4.2")
            }),
        }
        text
    }
}
