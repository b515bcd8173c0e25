// SPDX-License-Identifier: MIT OR Apache-2.0
//! Step 4: how the server proved that it holds the private key.

use serde::Serialize;
use tls::Handshake;
use tls::handshake::ProofMessage;

use crate::algorithm::signature_problem;
use crate::hex::{hex, short};
use crate::moment::counted_len;
use crate::text::{Mark, Role, Text};

/// The server's proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The message that carried it: `CertificateVerify`, or in TLS 1.2 `ServerKeyExchange`.
    pub message: &'static str,
    /// The signature scheme.
    pub scheme: String,
    /// The scheme in words.
    pub scheme_in_words: Option<String>,
    /// The signature, hexadecimal.
    pub signature: String,
    /// Whether the key in the certificate verifies it.
    pub valid: bool,
    /// Why not.
    pub problem: Option<String>,
    /// Whether the server asked for a certificate of the client.
    pub client_certificate_wanted: bool,
    #[serde(skip)]
    short_signature: String,
    #[serde(skip)]
    bytes: usize,
    #[serde(skip)]
    hash: Option<String>,
}

impl Proof {
    pub(super) fn of(handshake: &Handshake) -> Option<Self> {
        let possession = handshake.possession.as_ref()?;
        Some(Self {
            message: match possession.message {
                ProofMessage::CertificateVerify => "CertificateVerify",
                ProofMessage::ServerKeyExchange => "ServerKeyExchange",
            },
            scheme: possession.scheme.to_string(),
            scheme_in_words: possession.scheme.in_words().map(ToOwned::to_owned),
            signature: hex(&possession.signature),
            valid: possession.verdict.is_ok(),
            problem: possession.verdict.as_ref().err().map(signature_problem),
            client_certificate_wanted: handshake.client_certificate.is_some(),
            short_signature: short(&possession.signature),
            bytes: possession.signature.len(),
            hash: handshake
                .agreed
                .as_ref()
                .and_then(|agreed| agreed.cipher_suite.hash())
                .map(ToOwned::to_owned),
        })
    }

    pub(super) fn text(&self) -> Text {
        const KEY: usize = 9;
        let mut text = Text::new();
        text.prose(
            0,
            "A certificate is public: anybody can copy one. So the server also had to sign something new with \
             the private key that belongs to it, which never leaves the server.",
        );
        let (signed, clause) = match self.message {
            "CertificateVerify" => (
                match &self.hash {
                    Some(hash) => {
                        format!("a {hash} hash of everything that both sides had said in this handshake")
                    }
                    None => "a hash of everything that both sides had said in this handshake".to_owned(),
                },
                "RFC 8446 §4.4.3",
            ),
            _ => (
                "the random numbers of both sides and its public share of step 5".to_owned(),
                "RFC 8422 §5.4",
            ),
        };
        text.row_with(0, KEY, "signed", |line| {
            line.plain(signed).clause(&format!("{}, {clause}", self.message))
        });
        text.row_with(0, KEY, "scheme", |line| {
            let line = line.plain(&self.scheme);
            match &self.scheme_in_words {
                Some(words) => line.span(Role::Dim, format!(": {words}")),
                None => line,
            }
        });
        text.row_with(0, KEY, "signature", |line| {
            line.plain(&self.short_signature)
                .span(Role::Dim, format!(" ({})", counted_len(self.bytes, "byte")))
        });
        match &self.problem {
            None => text.marked(0, Mark::Pass, |line| {
                line.plain(
                    "The public key in the certificate verifies it: whoever answers holds the private key of this \
                     certificate, and made this signature for this connection alone.",
                )
            }),
            Some(problem) => text.marked(0, Mark::Fail, |line| {
                line.plain(format!("The public key in the certificate does not verify it: {problem}."))
            }),
        }
        if self.client_certificate_wanted {
            text.marked(0, Mark::Note, |line| {
                line.plain(
                    "The server asked who is calling (a client certificate); this client stayed anonymous.",
                )
            });
        }
        text
    }
}
