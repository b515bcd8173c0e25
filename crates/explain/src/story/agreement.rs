// SPDX-License-Identifier: MIT OR Apache-2.0
//! Step 5: how both sides agreed on keys in public, with this connection's own numbers.

use serde::Serialize;
use tls::Handshake;
use tls::registry::{GroupFamily, KeyExchange};
use x509::SignatureVerifier;

use super::Analogy;
use super::paint::Paint;
use crate::hex::{hex, short};
use crate::moment::counted_len;
use crate::text::{Role, Text};

/// The agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agreement {
    /// The group; absent when the client encrypted a secret to the server's RSA key.
    pub group: Option<String>,
    /// The group in words.
    pub group_in_words: Option<String>,
    /// Whether it joins an agreement of today with one that withstands quantum computers.
    pub hybrid: bool,
    /// The client's public share.
    pub client_share: Option<Share>,
    /// The server's public share.
    pub server_share: Option<Share>,
    /// How the data is protected with the keys.
    pub protection: Option<String>,
    /// The shares as colours, for the analogy.
    pub paint: Option<Paint>,
    #[serde(skip)]
    kind: Kind,
}

/// A public share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Its length.
    pub bytes: usize,
    /// The share itself, hexadecimal.
    pub hex: String,
    #[serde(skip)]
    short: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Both made a share.
    DiffieHellman,
    /// The server locked a secret into a box to which only the client has the key.
    Encapsulation,
    /// Both of these at once.
    Hybrid,
    /// The client encrypted a secret to the certificate's key.
    KeyTransport,
}

impl Share {
    fn of(octets: &[u8]) -> Self {
        Self { bytes: octets.len(), hex: hex(octets), short: short(octets) }
    }
}

impl Agreement {
    pub(super) fn of(handshake: &Handshake, crypto: &dyn SignatureVerifier) -> Option<Self> {
        let agreed = handshake.agreed.as_ref()?;
        let kind = match agreed.group.and_then(tls::registry::NamedGroup::family) {
            _ if agreed.cipher_suite.key_exchange() == Some(KeyExchange::Rsa) => Kind::KeyTransport,
            Some(GroupFamily::Hybrid) => Kind::Hybrid,
            Some(GroupFamily::PostQuantum) => Kind::Encapsulation,
            _ => Kind::DiffieHellman,
        };
        let shares = agreed.client_share.as_deref().zip(agreed.server_share.as_deref());
        // Without both shares nothing was agreed: the server broke off after its hello.
        if shares.is_none() && kind != Kind::KeyTransport {
            return None;
        }
        Some(Self {
            group: agreed.group.map(|group| group.to_string()),
            group_in_words: agreed.group.and_then(|group| group.in_words().map(ToOwned::to_owned)),
            hybrid: kind == Kind::Hybrid,
            client_share: agreed.client_share.as_deref().map(Share::of),
            server_share: agreed.server_share.as_deref().map(Share::of),
            protection: agreed.cipher_suite.protection().map(ToOwned::to_owned),
            paint: shares.map(|(client, server)| Paint::of(client, server, crypto)),
            kind,
        })
    }

    pub(super) fn text(&self, analogy: Analogy) -> Text {
        const KEY: usize = 14;
        let mut text = Text::new();
        if let Some(group) = &self.group {
            text.row_with(0, KEY, "group", |line| match &self.group_in_words {
                Some(words) if !self.hybrid => line.plain(group).span(Role::Dim, format!(": {words}")),
                _ => line.plain(group),
            });
        }
        for (who, share) in [("client’s share", &self.client_share), ("server’s share", &self.server_share)]
        {
            if let Some(share) = share {
                text.row_with(0, KEY, who, |line| {
                    line.plain(&share.short)
                        .span(Role::Dim, format!(" ({})", counted_len(share.bytes, "byte")))
                });
            }
        }
        for sentence in self.sentences() {
            text.prose(0, sentence);
        }
        if analogy == Analogy::Paint
            && let Some(paint) = &self.paint
        {
            text.gap();
            text.append(0, paint.text());
        }
        text
    }

    fn sentences(&self) -> Vec<String> {
        let protection = self.protection.as_deref().unwrap_or("the cipher suite");
        let then = format!(
            "From that secret both derive the same keys, one for each direction, and {protection} uses them \
             from here on. They are new for every connection: whoever steals the server’s private key later \
             cannot read this one."
        );
        match self.kind {
            Kind::KeyTransport => vec![
                "The client made up a secret and encrypted it to the public key in the certificate. A listener \
                 cannot open it without the server’s private key; but whoever steals that key later can read \
                 this connection, too. TLS 1.3 no longer allows it."
                    .to_owned(),
            ],
            Kind::DiffieHellman => vec![diffie_hellman("Each side").to_owned() + LISTENER, then],
            Kind::Encapsulation => vec![ENCAPSULATION.to_owned(), then],
            Kind::Hybrid => {
                let group = self.group.as_deref().unwrap_or("The group");
                let (classic, lattice) = halves(group);
                let lattice = lattice.replace("MLKEM", "ML-KEM-");
                vec![
                    format!(
                        "{group} makes two agreements at once: {classic}, well tried, and {lattice}, which a \
                         quantum computer would not undo. The keys come from both secrets, so they hold as long \
                         as either of the two does."
                    ),
                    format!("{classic}: {}{LISTENER}", diffie_hellman("each side")),
                    format!("{lattice}: {ENCAPSULATION}"),
                    then,
                ]
            }
        }
    }
}

/// The two halves of a hybrid group's name.
fn halves(group: &str) -> (&str, &str) {
    match group.find("MLKEM").or_else(|| group.find("Kyber")) {
        Some(at) => group.split_at_checked(at).unwrap_or((group, "")),
        None => (group, "a lattice"),
    }
}

fn diffie_hellman(who: &str) -> String {
    format!(
        "{who} kept a secret number and sent a share made from it. Its own number mixed with the other’s \
         share gives both the same secret. "
    )
}

const LISTENER: &str = "A listener has seen both shares, as you do here, but to get the secret it would need one \
    of the numbers, and nobody knows how to get from a share back to its number.";

const ENCAPSULATION: &str = "the client sent an open padlock as its share, the server sent back a secret locked with \
    it, and only the client has the key. A listener saw the padlock and the locked box.";
