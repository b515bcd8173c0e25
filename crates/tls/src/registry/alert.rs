// SPDX-License-Identifier: MIT OR Apache-2.0
//! Alerts: what a peer says before it hangs up.

use core::fmt;

/// How grave an alert says it is. [RFC 8446 §6]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AlertLevel(pub u8);

impl AlertLevel {
    /// The connection goes on (or closes in good order).
    pub const WARNING: Self = Self(1);
    /// The connection ends here.
    pub const FATAL: Self = Self(2);
}

impl fmt::Display for AlertLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::WARNING => f.write_str("warning"),
            Self::FATAL => f.write_str("fatal"),
            Self(other) => write!(f, "level {other}"),
        }
    }
}

/// What an alert is about. [RFC 8446 §6]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AlertDescription(pub u8);

/// One row: number, name, what the sender means by it.
type Row = (u8, &'static str, &'static str);

const ALERTS: &[Row] = &[
    (0, "close_notify", "it has nothing more to say"),
    (10, "unexpected_message", "it got a message that does not belong here"),
    (20, "bad_record_mac", "a record did not decrypt: corrupted on the way, or the keys differ"),
    (21, "decryption_failed", "a record did not decrypt"),
    (22, "record_overflow", "a record was longer than allowed"),
    (30, "decompression_failure", "compressed data did not unpack"),
    (
        40,
        "handshake_failure",
        "it found no common ground: no cipher suite, group or signature scheme that both sides accept, or it wants something the client did not send",
    ),
    (41, "no_certificate", "there was no certificate"),
    (42, "bad_certificate", "it could not read the certificate, or a signature in it was wrong"),
    (43, "unsupported_certificate", "the certificate is of a kind it does not take"),
    (44, "certificate_revoked", "the certificate was revoked"),
    (45, "certificate_expired", "the certificate has expired or is not valid yet"),
    (46, "certificate_unknown", "it did not accept the certificate, for a reason it does not name"),
    (47, "illegal_parameter", "a value in the handshake is not allowed"),
    (48, "unknown_ca", "it does not know the authority that issued the certificate"),
    (49, "access_denied", "the certificate is fine, but its holder may not enter"),
    (50, "decode_error", "a message could not be read"),
    (51, "decrypt_error", "a signature or a Finished message did not verify"),
    (60, "export_restriction", "an export restriction was not kept"),
    (70, "protocol_version", "it speaks none of the protocol versions that were offered"),
    (71, "insufficient_security", "it wants stronger ciphers than were offered"),
    (
        80,
        "internal_error",
        "something failed on its side that has nothing to do with the handshake: its log says what",
    ),
    (86, "inappropriate_fallback", "the client retried with an older version than both could speak"),
    (90, "user_canceled", "somebody cancelled"),
    (100, "no_renegotiation", "it does not renegotiate"),
    (109, "missing_extension", "an extension that it needs was not sent"),
    (110, "unsupported_extension", "an extension was answered that nobody had offered"),
    (111, "certificate_unobtainable", "it could not fetch a certificate"),
    (112, "unrecognized_name", "it serves no host of the name that was asked for"),
    (113, "bad_certificate_status_response", "the stapled OCSP answer was wrong"),
    (114, "bad_certificate_hash_value", "a certificate's hash was not the expected one"),
    (115, "unknown_psk_identity", "it does not know the pre-shared key"),
    (116, "certificate_required", "it wants a certificate from the client, and none came"),
    (120, "no_application_protocol", "it speaks none of the application protocols (ALPN) that were offered"),
    (121, "ech_required", "it wants an encrypted ClientHello"),
];

fn row(number: u8) -> Option<&'static Row> {
    ALERTS.iter().find(|row| row.0 == number)
}

impl AlertDescription {
    /// In good order: nothing more will come.
    pub const CLOSE_NOTIFY: Self = Self(0);
    /// No common cipher suite, group or signature scheme.
    pub const HANDSHAKE_FAILURE: Self = Self(40);
    /// No common protocol version.
    pub const PROTOCOL_VERSION: Self = Self(70);
    /// No host of that name here.
    pub const UNRECOGNIZED_NAME: Self = Self(112);

    /// The registry's name, such as `handshake_failure`.
    pub fn name(self) -> Option<&'static str> {
        row(self.0).map(|row| row.1)
    }

    /// What the sender means by it, fit to follow "the server says that": `it serves no host of the name …`.
    pub fn meaning(self) -> Option<&'static str> {
        row(self.0).map(|row| row.2)
    }
}

impl fmt::Display for AlertDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({})", self.0),
            None => write!(f, "alert {}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alert_has_a_meaning_and_stands_once() {
        for (index, (number, name, meaning)) in ALERTS.iter().enumerate() {
            assert!(
                ALERTS.iter().skip(index + 1).all(|other| other.0 != *number && other.1 != *name),
                "{name}"
            );
            assert!(!meaning.ends_with('.') && !meaning.is_empty(), "{name}");
        }
    }
}
