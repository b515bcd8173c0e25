// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who is calling.

use std::net::SocketAddr;

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
