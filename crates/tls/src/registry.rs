// SPDX-License-Identifier: MIT OR Apache-2.0
//! The numbers of TLS and what people call them: the IANA registries, as far as a handshake is told.
//!
//! Every number is a newtype that keeps what was on the wire, known or not: `Display` gives the
//! registry's name, or the number when nobody knows it.

mod alert;
mod cipher_suite;
mod extension;
mod group;
mod scheme;
mod version;

pub use self::alert::{AlertDescription, AlertLevel};
pub use self::cipher_suite::{CipherSuite, KeyExchange};
pub use self::extension::ExtensionType;
pub use self::group::{GroupFamily, NamedGroup};
pub use self::scheme::SignatureScheme;
pub use self::version::ProtocolVersion;

/// Whether `value` is one of the reserved numbers a client scatters among its offers so that
/// servers keep ignoring what they do not know. [RFC 8701 §2]
const fn is_grease(value: u16) -> bool {
    value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff
}

/// Declares the `name` and `Display` of a 16-bit number: the registry's name, `GREASE`, or the number in hex.
macro_rules! named_u16 {
    ($type:ident, $lookup:expr) => {
        impl $type {
            /// The registry's name, or `None` for a number it does not know.
            pub fn name(self) -> Option<&'static str> {
                let lookup: fn(u16) -> Option<&'static str> = $lookup;
                lookup(self.0)
            }

            /// Whether this is a reserved number sent only to keep others tolerant. [RFC 8701 §2]
            pub const fn is_grease(self) -> bool {
                $crate::registry::is_grease(self.0)
            }
        }

        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None if self.is_grease() => write!(f, "GREASE {:#06x}", self.0),
                    None => write!(f, "{:#06x}", self.0),
                }
            }
        }
    };
}
use named_u16;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn known_numbers_show_their_names_and_unknown_ones_themselves() {
        for (shown, expected) in [
            (ProtocolVersion(0x0304).to_string(), "TLS 1.3"),
            (ProtocolVersion(0x0305).to_string(), "0x0305"),
            (CipherSuite(0x1302).to_string(), "TLS_AES_256_GCM_SHA384"),
            (CipherSuite(0x0a0a).to_string(), "GREASE 0x0a0a"),
            (CipherSuite(0x0a1a).to_string(), "0x0a1a"),
            (NamedGroup(0x11ec).to_string(), "X25519MLKEM768"),
            (NamedGroup(0xffff).to_string(), "0xffff"),
            (SignatureScheme(0x0403).to_string(), "ecdsa_secp256r1_sha256"),
            (ExtensionType(0).to_string(), "server_name"),
            (ExtensionType(0xfafa).to_string(), "GREASE 0xfafa"),
            (AlertDescription(48).to_string(), "unknown_ca (48)"),
            (AlertDescription(200).to_string(), "alert 200"),
        ] {
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn only_the_sixteen_reserved_numbers_are_grease() {
        let reserved = (0..=u16::MAX).filter(|value| is_grease(*value)).count();
        assert_eq!(reserved, 16);
    }
}
