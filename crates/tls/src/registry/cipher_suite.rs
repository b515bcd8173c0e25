// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cipher suites, and what each part of the name stands for.

use super::named_u16;

/// A cipher suite as it stands on the wire. [RFC 8446 §B.4], [RFC 5246 §A.5]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CipherSuite(pub u16);

/// How a suite lets the two sides agree on keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyExchange {
    /// TLS 1.3: the group is negotiated apart from the suite and the shares are in the hellos.
    Negotiated,
    /// Ephemeral elliptic-curve Diffie-Hellman: the shares are in the key exchange messages. [RFC 8422 §2]
    Ecdhe,
    /// Ephemeral Diffie-Hellman over a prime field. [RFC 5246 §F.1.1.3]
    Dhe,
    /// The client encrypts the secret to the server's RSA key: who steals the key reads the past.
    Rsa,
}

/// One row: number, name, key exchange, what protects the records, the hash that derives the keys.
type Row = (u16, &'static str, KeyExchange, &'static str, &'static str);

use KeyExchange::{Dhe, Ecdhe, Negotiated, Rsa};

const SUITES: &[Row] = &[
    (0x1301, "TLS_AES_128_GCM_SHA256", Negotiated, "AES-128-GCM", "SHA-256"),
    (0x1302, "TLS_AES_256_GCM_SHA384", Negotiated, "AES-256-GCM", "SHA-384"),
    (0x1303, "TLS_CHACHA20_POLY1305_SHA256", Negotiated, "ChaCha20-Poly1305", "SHA-256"),
    (0x1304, "TLS_AES_128_CCM_SHA256", Negotiated, "AES-128-CCM", "SHA-256"),
    (0x1305, "TLS_AES_128_CCM_8_SHA256", Negotiated, "AES-128-CCM-8", "SHA-256"),
    (0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", Ecdhe, "AES-128-GCM", "SHA-256"),
    (0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", Ecdhe, "AES-256-GCM", "SHA-384"),
    (0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", Ecdhe, "AES-128-GCM", "SHA-256"),
    (0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", Ecdhe, "AES-256-GCM", "SHA-384"),
    (0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", Ecdhe, "ChaCha20-Poly1305", "SHA-256"),
    (0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", Ecdhe, "ChaCha20-Poly1305", "SHA-256"),
    (0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", Dhe, "ChaCha20-Poly1305", "SHA-256"),
    (0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", Ecdhe, "AES-128-CBC", "SHA-1"),
    (0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", Ecdhe, "AES-256-CBC", "SHA-1"),
    (0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", Ecdhe, "AES-128-CBC", "SHA-1"),
    (0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", Ecdhe, "AES-256-CBC", "SHA-1"),
    (0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", Ecdhe, "AES-128-CBC", "SHA-256"),
    (0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", Ecdhe, "AES-256-CBC", "SHA-384"),
    (0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", Ecdhe, "AES-128-CBC", "SHA-256"),
    (0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", Ecdhe, "AES-256-CBC", "SHA-384"),
    (0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", Dhe, "AES-128-GCM", "SHA-256"),
    (0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", Dhe, "AES-256-GCM", "SHA-384"),
    (0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", Dhe, "AES-128-CBC", "SHA-1"),
    (0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", Dhe, "AES-256-CBC", "SHA-1"),
    (0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", Dhe, "AES-128-CBC", "SHA-256"),
    (0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", Dhe, "AES-256-CBC", "SHA-256"),
    (0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256", Rsa, "AES-128-GCM", "SHA-256"),
    (0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384", Rsa, "AES-256-GCM", "SHA-384"),
    (0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA", Rsa, "AES-128-CBC", "SHA-1"),
    (0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA", Rsa, "AES-256-CBC", "SHA-1"),
    (0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256", Rsa, "AES-128-CBC", "SHA-256"),
    (0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256", Rsa, "AES-256-CBC", "SHA-256"),
    (0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", Rsa, "3DES-CBC", "SHA-1"),
];

/// Numbers in the suite list that ask for a behaviour and are no cipher suite.
const SIGNALS: &[(u16, &str)] =
    &[(0x00ff, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"), (0x5600, "TLS_FALLBACK_SCSV")];

fn row(number: u16) -> Option<&'static Row> {
    SUITES.iter().find(|row| row.0 == number)
}

named_u16!(CipherSuite, |number| {
    let signal = || SIGNALS.iter().find(|signal| signal.0 == number).map(|signal| signal.1);
    row(number).map(|row| row.1).or_else(signal)
});

impl CipherSuite {
    /// How the suite agrees on keys, or `None` for a suite that is not in the table.
    pub fn key_exchange(self) -> Option<KeyExchange> {
        row(self.0).map(|row| row.2)
    }

    /// What encrypts and authenticates the records, such as `AES-256-GCM`.
    pub fn protection(self) -> Option<&'static str> {
        row(self.0).map(|row| row.3)
    }

    /// The hash that derives the keys (and, in TLS 1.2's older suites, authenticates the records).
    pub fn hash(self) -> Option<&'static str> {
        row(self.0).map(|row| row.4)
    }

    /// Whether the number only signals a behaviour (renegotiation, fallback) and names no cipher.
    pub fn is_signal(self) -> bool {
        SIGNALS.iter().any(|signal| signal.0 == self.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn no_number_and_no_name_stands_twice() {
        let mut numbers: Vec<_> =
            SUITES.iter().map(|row| row.0).chain(SIGNALS.iter().map(|row| row.0)).collect();
        let mut names: Vec<_> =
            SUITES.iter().map(|row| row.1).chain(SIGNALS.iter().map(|row| row.1)).collect();
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        names.sort_unstable();
        names.dedup();
        assert_eq!((numbers.len(), names.len()), (count, count));
    }

    #[test]
    fn the_parts_agree_with_the_name() {
        for (number, name, exchange, protection, hash) in SUITES {
            let expected = match exchange {
                KeyExchange::Negotiated => "TLS_",
                KeyExchange::Ecdhe => "TLS_ECDHE_",
                KeyExchange::Dhe => "TLS_DHE_",
                KeyExchange::Rsa => "TLS_RSA_",
            };
            assert!(name.starts_with(expected), "{number:#06x} {name}");
            let cipher: String = protection
                .replace("-GCM", "_GCM")
                .replace("-CBC", "_CBC")
                .replace("-CCM", "_CCM")
                .to_uppercase();
            let cipher = cipher
                .replace("AES-", "AES_")
                .replace("_CCM-8", "_CCM_8")
                .replace("20-POLY", "20_POLY")
                .replace("3DES_", "3DES_EDE_");
            assert!(name.contains(&cipher), "{name}: {cipher}");
            let suffix = if *hash == "SHA-1" { "SHA".to_owned() } else { hash.replace('-', "") };
            assert!(name.ends_with(&suffix), "{name}: {hash}");
        }
    }
}
