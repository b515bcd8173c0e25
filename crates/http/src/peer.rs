// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who is calling.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;

/// Who sent a request, and over what: an extension of every request that a [`crate::Listener`] passes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The far end of the connection.
    pub address: SocketAddr,
    /// Our end of it: the address that the caller reached us at.
    pub local: SocketAddr,
    /// What the connection is protected by.
    pub transport: Transport,
}

/// The certificates that a caller has shown in the TLS handshake, its own first, of whose key it has proven possession: an
/// extension of every request on such a connection. Whether to believe them is another question.
#[derive(Debug, Clone)]
pub struct Certificates(Arc<[CertificateDer<'static>]>);

impl Certificates {
    pub(crate) fn shown(certificates: Option<&[CertificateDer<'static>]>) -> Option<Self> {
        certificates.filter(|shown| !shown.is_empty()).map(|shown| Self(shown.into()))
    }

    /// Each in DER.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(AsRef::as_ref)
    }
}

/// What protects a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Nothing: `http`.
    Plain,
    /// TLS: `https`.
    Tls,
}

impl Transport {
    /// The scheme of a URL on such a connection.
    pub fn scheme(self) -> &'static str {
        match self {
            Self::Plain => "http",
            Self::Tls => "https",
        }
    }
}
