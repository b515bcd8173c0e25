// SPDX-License-Identifier: MIT OR Apache-2.0
//! Protocol versions.

use super::named_u16;

/// A protocol version as it stands on the wire. [RFC 8446 §4.2.1]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProtocolVersion(pub u16);

impl ProtocolVersion {
    /// TLS 1.2. [RFC 5246]
    pub const TLS12: Self = Self(0x0303);
    /// TLS 1.3. [RFC 8446]
    pub const TLS13: Self = Self(0x0304);
}

named_u16!(ProtocolVersion, |number| Some(match number {
    0x0200 => "SSL 2.0",
    0x0300 => "SSL 3.0",
    0x0301 => "TLS 1.0",
    0x0302 => "TLS 1.1",
    0x0303 => "TLS 1.2",
    0x0304 => "TLS 1.3",
    _ => return None,
}));
