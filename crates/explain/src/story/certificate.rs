// SPDX-License-Identifier: MIT OR Apache-2.0
//! Step 2: the certificate that the server sent, and whether its names agree.

use serde::Serialize;
use tls::registry::ProtocolVersion;
use x509::{Certificate, Time};

use super::Telling;
use crate::certificate::CertificateFacts;
use crate::moment::{counted_len, day, relative};
use crate::text::{Mark, Role, Text};
use crate::verdict::listed;

/// The chain as the server sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificateStep {
    /// Whether it went over the wire in the open, as in TLS 1.2.
    pub in_the_open: bool,
    /// The certificates that can be read, in the order in which they were sent.
    pub chain: Vec<CertificateFacts>,
    /// What is wrong with those that cannot.
    pub unreadable: Vec<String>,
    /// Whether common name and alternative names agree.
    pub names: NamesAgreement,
    /// The size of the OCSP answer that came with it.
    pub stapled_ocsp_bytes: Option<usize>,
    #[serde(skip)]
    now: Time,
}

/// Whether the common name and the alternative names agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamesAgreement {
    /// Whether they do; `note` when it does not matter, `fail` when there is no name to check.
    pub outcome: Mark,
    /// In a sentence.
    pub text: String,
}

impl CertificateStep {
    pub(super) fn of(telling: &Telling<'_>) -> Option<Self> {
        let handshake = telling.handshake;
        if handshake.chain.is_empty() {
            return None;
        }
        let (mut chain, mut unreadable) = (Vec::new(), Vec::new());
        for (index, der) in handshake.chain.iter().enumerate() {
            match Certificate::parse(der) {
                Ok(certificate) => {
                    chain.push(CertificateFacts::of(&certificate, telling.now, telling.crypto));
                }
                Err(error) => unreadable.push(format!("certificate {}: {error}", index.saturating_add(1))),
            }
        }
        let version = handshake.agreed.as_ref().map(|agreed| agreed.version);
        let leaf_is_readable = handshake.chain.first().is_some_and(|der| Certificate::parse(der).is_ok());
        let leaf = chain.first().filter(|_| leaf_is_readable);
        Some(Self {
            in_the_open: version.is_some_and(|version| version < ProtocolVersion::TLS13),
            names: leaf.map_or_else(NamesAgreement::unreadable, NamesAgreement::of),
            chain,
            unreadable,
            stapled_ocsp_bytes: handshake.ocsp_response.as_ref().map(Vec::len),
            now: telling.now,
        })
    }

    pub(super) fn text(&self) -> Text {
        let mut text = Text::new();
        let count = self.chain.len().saturating_add(self.unreadable.len());
        let many = match count {
            1 => "one certificate, its own".to_owned(),
            many => format!("{many} certificates: its own, then those of the authorities above it"),
        };
        let how = if self.in_the_open {
            "In TLS 1.2 they cross the network in the open: a listener learns who the server is."
        } else {
            "TLS 1.3 encrypts them already: a listener does not see them."
        };
        text.prose(0, format!("The server sent {many}. {how}"));
        for (index, certificate) in self.chain.iter().enumerate() {
            self.certificate(&mut text, index.saturating_add(1), certificate);
        }
        for problem in &self.unreadable {
            text.marked(0, Mark::Fail, |line| line.plain(problem));
        }
        if let Some(bytes) = self.stapled_ocsp_bytes {
            let bytes = counted_len(bytes, "byte");
            text.marked(0, Mark::Note, |line| {
                line.plain(format!(
                    "with it came an answer about revocation (OCSP, {bytes}), which step 3 heeds"
                ))
            });
        }
        text.marked(0, self.names.outcome, |line| line.plain(&self.names.text).clause("RFC 9525 §2"));
        text
    }

    fn certificate(&self, text: &mut Text, number: usize, certificate: &CertificateFacts) {
        const KEY: usize = 9;
        text.row_with(0, 1, &number.to_string(), |line| line.span(Role::Heading, &certificate.short_name));
        if !certificate.names.is_empty() {
            text.row(3, KEY, "names", listed(&certificate.names));
        }
        let itself = certificate.subject == certificate.issuer;
        text.row(3, KEY, "issued by", if itself { "itself".to_owned() } else { certificate.issuer.clone() });
        let end = format!(" ({})", relative(certificate.not_after, self.now));
        text.row_with(3, KEY, "valid", |line| {
            line.plain(format!("{} to {}", day(certificate.not_before), day(certificate.not_after)))
                .span(Role::Dim, end)
        });
        text.row(3, KEY, "key", certificate.key.in_words());
        text.row_with(3, KEY, "SHA-256", |line| line.span(Role::Dim, &certificate.sha256));
    }
}

impl NamesAgreement {
    /// Compares the names of a certificate. Clients look at the alternative names alone (RFC 9525 §2).
    fn of(leaf: &CertificateFacts) -> Self {
        let made = |outcome, text: String| Self { outcome, text };
        let common = leaf.common_name.as_deref().filter(|name| !name.is_empty());
        let among = |name: &str| leaf.names.iter().any(|other| other.eq_ignore_ascii_case(name));
        match common {
            _ if leaf.names.is_empty() => {
                let why = common.map_or_else(String::new, |name| format!(" The common name {name} does not count."));
                made(
                    Mark::Fail,
                    format!("It has no subjectAltName, the only place where clients look for names.{why}"),
                )
            }
            None => made(
                Mark::Pass,
                "It has no common name, only alternative names: nothing can disagree, and clients look at these alone.".to_owned(),
            ),
            Some(name) if among(name) => made(
                Mark::Pass,
                format!("CN and SAN agree: the common name {name} is one of the alternative names, which alone count."),
            ),
            Some(name) if looks_like_a_host(name) => made(
                Mark::Note,
                format!("CN and SAN disagree: the common name {name} is none of the alternative names. Clients look at these alone, so {name} is not a name of this server."),
            ),
            Some(name) => made(
                Mark::Pass,
                format!("The common name “{name}” is not a host’s name; the alternative names say which hosts it is for."),
            ),
        }
    }

    fn unreadable() -> Self {
        Self {
            outcome: Mark::Fail,
            text: "The server’s own certificate cannot be read, so it names nobody.".to_owned(),
        }
    }
}

fn looks_like_a_host(name: &str) -> bool {
    verify::PeerName::parse(name.strip_prefix("*.").unwrap_or(name)).is_ok()
}
