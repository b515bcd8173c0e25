// SPDX-License-Identifier: MIT OR Apache-2.0
//! One handshake as it happened, or as far as it came.

mod agreed;

use core::time::Duration;
use std::net::SocketAddr;

use verify::{PeerName, Rejection, Ruleset, Trace};
use x509::{SignatureError, Time};

use crate::hello::{ClientHello, Flight, ServerHello};
use crate::registry::{CipherSuite, NamedGroup, ProtocolVersion, SignatureScheme};

/// Everything that a client saw, did and decided, in the order of the story.
///
/// What a handshake that failed never reached is `None` or empty.
#[derive(Debug)]
#[non_exhaustive]
pub struct Handshake {
    /// The name (or address) that the certificate must be for.
    pub name: PeerName,
    /// The addresses that were tried in vain before (or instead of) the one that answered.
    pub attempts: Vec<Attempt>,
    /// The address that answered.
    pub peer: Option<SocketAddr>,
    /// Our end of the connection.
    pub local: Option<SocketAddr>,
    /// How long things took.
    pub timings: Timings,
    /// How much went over the wire until both sides could speak in secret.
    pub wire: Wire,
    /// What the client sent in the open.
    pub client: Flight,
    /// What the server sent in the open.
    pub server: Flight,
    /// What both agreed on, once the server had chosen.
    pub agreed: Option<Agreed>,
    /// The chain as the server sent it: DER, leaf first if the server did right.
    pub chain: Vec<Vec<u8>>,
    /// The OCSP response that the server stapled to the chain, DER.
    pub ocsp_response: Option<Vec<u8>>,
    /// What the client made of the chain.
    pub decision: Option<Decision>,
    /// How the server proved that it holds the private key.
    pub possession: Option<Possession>,
    /// The certificate that the server wanted from the client, which had none to give.
    pub client_certificate: Option<ClientCertificateWanted>,
}

impl Handshake {
    /// A handshake of which nothing has happened yet.
    pub(crate) fn new(name: PeerName) -> Self {
        Self {
            name,
            attempts: Vec::new(),
            peer: None,
            local: None,
            timings: Timings::default(),
            wire: Wire::default(),
            client: Flight::default(),
            server: Flight::default(),
            agreed: None,
            chain: Vec::new(),
            ocsp_response: None,
            decision: None,
            possession: None,
            client_certificate: None,
        }
    }

    /// What the client offered (last, when the server asked it to try again).
    pub fn client_hello(&self) -> Option<&ClientHello> {
        self.client.client_hello()
    }

    /// What the server chose.
    pub fn server_hello(&self) -> Option<&ServerHello> {
        self.server.server_hello()
    }

    /// The name sent in the open (SNI): none when the target is an address.
    pub fn sni(&self) -> Option<&str> {
        self.client_hello()?.server_name.as_deref()
    }
}

/// An address that did not answer.
#[derive(Debug)]
pub struct Attempt {
    /// The address.
    pub address: SocketAddr,
    /// Why not.
    pub error: ConnectError,
}

/// Why no connection came about.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// Nobody answered in time.
    #[error("no answer within {} ms", limit.as_millis())]
    TimedOut {
        /// The time allowed.
        limit: Duration,
    },
    /// The system said no: refused, unreachable.
    #[error("{0}")]
    Io(std::io::Error),
}

/// How long things took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Until the TCP connection stood.
    pub connect: Option<Duration>,
    /// From the client's first byte until the server's.
    pub first_byte: Option<Duration>,
    /// From the client's first byte until the handshake was done.
    pub handshake: Option<Duration>,
}

/// How much went over the wire, record headers included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    /// Bytes that the client sent.
    pub sent: u64,
    /// Bytes that the client received.
    pub received: u64,
}

/// What both sides agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The protocol version.
    pub version: ProtocolVersion,
    /// The cipher suite.
    pub cipher_suite: CipherSuite,
    /// The group of the key agreement.
    pub group: Option<NamedGroup>,
    /// The client's public share: any listener can read it.
    pub client_share: Option<Vec<u8>>,
    /// The server's public share: any listener can read it too.
    pub server_share: Option<Vec<u8>>,
    /// The application protocol, such as `http/1.1`.
    pub alpn: Option<Vec<u8>>,
}

/// What the client made of the chain.
#[derive(Debug)]
pub struct Decision {
    /// The time at which the chain was judged.
    pub at: Time,
    /// What it was judged by.
    pub ruleset: Ruleset,
    /// The path found, or why there is none.
    pub verdict: Result<Verified, Rejection>,
    /// Every step on the way there.
    pub trace: Trace,
}

/// A path that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The certificates from the leaf to the trust anchor, DER.
    pub path: Vec<Vec<u8>>,
}

/// How the server proved that it holds the private key.
#[derive(Debug)]
pub struct Possession {
    /// The message that carried the proof.
    pub message: ProofMessage,
    /// The signature scheme the server used.
    pub scheme: SignatureScheme,
    /// The signature.
    pub signature: Vec<u8>,
    /// Whether the signature verifies with the key in the certificate.
    pub verdict: Result<(), SignatureError>,
}

/// The message in which a server signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProofMessage {
    /// TLS 1.3: a signature over everything said so far. [RFC 8446 §4.4.3]
    CertificateVerify,
    /// TLS 1.2: a signature over both randoms and the server's public share. [RFC 5246 §7.4.3]
    ServerKeyExchange,
}

/// What kind of certificate a server wants from its client. [RFC 8446 §4.3.2]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificateWanted {
    /// The names of the authorities it would take one from, DER; empty when it does not say.
    pub authorities: Vec<Vec<u8>>,
    /// The signature schemes it would take.
    pub schemes: Vec<SignatureScheme>,
}
