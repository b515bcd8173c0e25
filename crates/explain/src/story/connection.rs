// SPDX-License-Identifier: MIT OR Apache-2.0
//! Step 1: the connection, what the client offered, what the server chose.

use serde::Serialize;
use tls::hello::{ClientHello, ServerHello};
use tls::{Handshake, handshake};

use crate::moment::{brief, counted_len};
use crate::text::{Mark, Role, Text};

/// The connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Connection {
    /// The address that answered.
    pub address: Option<String>,
    /// This end of it.
    pub local_address: Option<String>,
    /// The addresses that did not answer.
    pub attempts: Vec<Attempt>,
    /// Microseconds until the TCP connection stood.
    pub connect_us: Option<u64>,
    /// Microseconds from the client's first byte until the server's.
    pub first_byte_us: Option<u64>,
    /// Microseconds from the client's first byte until the handshake was done.
    pub handshake_us: Option<u64>,
    /// Bytes that the client sent during the handshake.
    pub sent_bytes: u64,
    /// Bytes that the server sent during the handshake.
    pub received_bytes: u64,
    /// What the client offered.
    pub offered: Option<Offered>,
    /// What the server chose.
    pub chosen: Option<Chosen>,
}

/// An address that did not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// The address.
    pub address: String,
    /// Why not.
    pub error: String,
}

/// What the client offered, in its order of preference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offered {
    /// Protocol versions.
    pub versions: Vec<String>,
    /// Cipher suites.
    pub cipher_suites: Vec<String>,
    /// Groups for the key agreement.
    pub groups: Vec<String>,
    /// The groups in which a public share was sent ahead.
    pub shares: Vec<String>,
    /// Schemes in which the server may prove itself.
    pub signature_schemes: Vec<String>,
    /// Application protocols.
    pub alpn: Vec<String>,
    /// The name asked for in the open (SNI).
    pub server_name: Option<String>,
    /// The size of the hello.
    pub bytes: usize,
}

/// What the server chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chosen {
    /// The protocol version.
    pub version: String,
    /// The cipher suite.
    pub cipher_suite: String,
    /// How it protects: `AES-256-GCM`.
    pub protection: Option<String>,
    /// The hash with which keys are derived.
    pub hash: Option<String>,
    /// The group of the key agreement.
    pub group: Option<String>,
    /// The application protocol.
    pub alpn: Option<String>,
    /// Whether the server asked for a share in another group first.
    pub retried: bool,
    /// The version that the server could have spoken, had nobody meddled.
    pub downgraded_from: Option<String>,
    /// The size of the hello.
    pub bytes: usize,
}

impl Connection {
    pub(super) fn of(handshake: &Handshake) -> Self {
        let micros = |span: core::time::Duration| u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        Self {
            address: handshake.peer.map(|peer| peer.to_string()),
            local_address: handshake.local.map(|local| local.to_string()),
            attempts: handshake.attempts.iter().map(Attempt::of).collect(),
            connect_us: handshake.timings.connect.map(micros),
            first_byte_us: handshake.timings.first_byte.map(micros),
            handshake_us: handshake.timings.handshake.map(micros),
            sent_bytes: handshake.wire.sent,
            received_bytes: handshake.wire.received,
            offered: handshake.client_hello().map(Offered::of),
            chosen: handshake.server_hello().map(|hello| Chosen::of(hello, handshake)),
        }
    }

    pub(super) fn mark(&self) -> Mark {
        if self.chosen.is_some() { Mark::Pass } else { Mark::Fail }
    }

    pub(super) fn text(&self) -> Text {
        const KEY: usize = 12;
        let mut text = Text::new();
        for attempt in &self.attempts {
            text.row_with(0, KEY, "tried", |line| {
                line.plain(&attempt.address).span(Role::Bad, format!(": {}", attempt.error))
            });
        }
        if let Some(address) = &self.address {
            let from = self.local_address.as_ref().map(|local| format!(", from {local}")).unwrap_or_default();
            text.row(0, KEY, "address", format!("{address}{from}"));
        }
        text.row(0, KEY, "timing", self.timing());
        if let (Some(offered), Some(chosen)) = (&self.offered, &self.chosen) {
            text.prose(0, "Both sides began in the open. The client said what it can do, the server chose:");
            choices(&mut text, KEY, offered, chosen);
        } else if let Some(offered) = &self.offered {
            text.prose(
                0,
                format!(
                    "The client said in the open what it can do ({}), and the server chose nothing:",
                    counted_len(offered.bytes, "byte"),
                ),
            );
            text.row(0, KEY, "version", offered.versions.join(", "));
            text.row(0, KEY, "cipher suite", offered.cipher_suites.join(", "));
            text.row(0, KEY, "group", offered.groups.join(", "));
            text.row(0, KEY, "name (SNI)", sni(offered));
        }
        text
    }

    fn timing(&self) -> String {
        let told = |micros: Option<u64>, what: &str| {
            micros.map(|micros| format!("{what} {}", brief(core::time::Duration::from_micros(micros))))
        };
        let parts = [
            told(self.connect_us, "connected in"),
            told(self.first_byte_us, "first answer after"),
            told(self.handshake_us, "handshake done after"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { "nobody answered".to_owned() } else { parts.join(", ") }
    }
}

fn choices(text: &mut Text, key: usize, offered: &Offered, chosen: &Chosen) {
    text.row_with(0, key, "version", |line| chose(line, &chosen.version, &offered.versions));
    text.row_with(0, key, "cipher suite", |line| {
        let of = format!(" ({} offered)", offered.cipher_suites.len());
        line.plain(&chosen.cipher_suite).span(Role::Dim, of)
    });
    if let (Some(protection), Some(hash)) = (&chosen.protection, &chosen.hash) {
        text.row_with(0, key, "", |line| {
            line.span(Role::Dim, format!("{protection} hides and seals the data, {hash} derives the keys"))
        });
    }
    match &chosen.group {
        Some(group) => text.row_with(0, key, "group", |line| {
            let line = chose(line, group, &offered.groups);
            if chosen.retried {
                line.span(Role::Note, " (the server asked for a share in this one first)")
            } else {
                line
            }
        }),
        None => text.row(0, key, "group", "none"),
    }
    match &chosen.alpn {
        Some(alpn) => text.row_with(0, key, "application", |line| chose(line, alpn, &offered.alpn)),
        None if offered.alpn.is_empty() => {}
        None => text.row(
            0,
            key,
            "application",
            format!("{} offered (ALPN), and no choice was seen", offered.alpn.join(", ")),
        ),
    }
    text.row(0, key, "name (SNI)", sni(offered));
    if let Some(better) = &chosen.downgraded_from {
        text.marked(0, Mark::Note, |line| {
            line.plain(format!(
                "the server says that it speaks {better} and was pushed down: somebody may be meddling"
            ))
        });
    }
}

/// What was chosen, and out of what.
fn chose(line: crate::text::Line, chosen: &str, offered: &[String]) -> crate::text::Line {
    match offered {
        [_] => line.plain(chosen).span(Role::Dim, " (the only one offered)"),
        all => line.plain(chosen).span(Role::Dim, format!(" (offered: {})", all.join(", "))),
    }
}

fn sni(offered: &Offered) -> String {
    match &offered.server_name {
        Some(name) => {
            format!("{name}, in the open: a server with many names must know which certificate to send")
        }
        None => "none: an address was called, not a name".to_owned(),
    }
}

impl Attempt {
    fn of(attempt: &handshake::Attempt) -> Self {
        Self { address: attempt.address.to_string(), error: attempt.error.to_string() }
    }
}

impl Offered {
    fn of(hello: &ClientHello) -> Self {
        let real = |group: &tls::registry::NamedGroup| !group.is_grease();
        Self {
            versions: hello
                .versions()
                .iter()
                .filter(|version| !version.is_grease())
                .map(ToString::to_string)
                .collect(),
            cipher_suites: hello
                .cipher_suites
                .iter()
                .filter(|suite| !suite.is_grease() && !suite.is_signal())
                .map(ToString::to_string)
                .collect(),
            groups: hello.groups.iter().copied().filter(real).map(|group| group.to_string()).collect(),
            shares: hello
                .key_shares
                .iter()
                .map(|share| share.group)
                .filter(real)
                .map(|group| group.to_string())
                .collect(),
            signature_schemes: hello.signature_schemes.iter().map(ToString::to_string).collect(),
            alpn: hello.alpn.iter().map(|protocol| protocol_name(protocol)).collect(),
            server_name: hello.server_name.clone(),
            bytes: hello.size,
        }
    }
}

impl Chosen {
    fn of(hello: &ServerHello, handshake: &Handshake) -> Self {
        let agreed = handshake.agreed.as_ref();
        let group = agreed.and_then(|agreed| agreed.group).or(hello.group);
        let alpn = agreed.and_then(|agreed| agreed.alpn.as_ref()).or(hello.alpn.as_ref());
        Self {
            version: hello.version().to_string(),
            cipher_suite: hello.cipher_suite.to_string(),
            protection: hello.cipher_suite.protection().map(ToOwned::to_owned),
            hash: hello.cipher_suite.hash().map(ToOwned::to_owned),
            group: group.map(|group| group.to_string()),
            alpn: alpn.map(|protocol| protocol_name(protocol)),
            retried: handshake.server.retry_request().is_some(),
            downgraded_from: hello.downgraded_from().map(|version| version.to_string()),
            bytes: hello.size,
        }
    }
}

fn protocol_name(protocol: &[u8]) -> String {
    String::from_utf8_lossy(protocol).into_owned()
}
