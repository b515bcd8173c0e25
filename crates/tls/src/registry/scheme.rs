// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signature schemes: how a peer proves in a handshake that it holds its key.

use super::named_u16;

/// A signature scheme as it stands on the wire. [RFC 8446 §4.2.3]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SignatureScheme(pub u16);

/// One row: number, name, what it is in words.
type Row = (u16, &'static str, &'static str);

const SCHEMES: &[Row] = &[
    (0x0201, "rsa_pkcs1_sha1", "RSA PKCS#1 v1.5 with SHA-1, which is broken"),
    (0x0202, "dsa_sha1", "DSA with SHA-1, which is broken"),
    (0x0203, "ecdsa_sha1", "ECDSA with SHA-1, which is broken"),
    (0x0301, "rsa_pkcs1_sha224", "RSA PKCS#1 v1.5 with SHA-224"),
    (0x0303, "ecdsa_sha224", "ECDSA with SHA-224"),
    (0x0401, "rsa_pkcs1_sha256", "RSA PKCS#1 v1.5 with SHA-256"),
    (0x0403, "ecdsa_secp256r1_sha256", "ECDSA on P-256 with SHA-256"),
    (0x0501, "rsa_pkcs1_sha384", "RSA PKCS#1 v1.5 with SHA-384"),
    (0x0503, "ecdsa_secp384r1_sha384", "ECDSA on P-384 with SHA-384"),
    (0x0601, "rsa_pkcs1_sha512", "RSA PKCS#1 v1.5 with SHA-512"),
    (0x0603, "ecdsa_secp521r1_sha512", "ECDSA on P-521 with SHA-512"),
    (0x0804, "rsa_pss_rsae_sha256", "RSA-PSS with SHA-256"),
    (0x0805, "rsa_pss_rsae_sha384", "RSA-PSS with SHA-384"),
    (0x0806, "rsa_pss_rsae_sha512", "RSA-PSS with SHA-512"),
    (0x0807, "ed25519", "Ed25519"),
    (0x0808, "ed448", "Ed448"),
    (0x0809, "rsa_pss_pss_sha256", "RSA-PSS with SHA-256 and a key for PSS alone"),
    (0x080a, "rsa_pss_pss_sha384", "RSA-PSS with SHA-384 and a key for PSS alone"),
    (0x080b, "rsa_pss_pss_sha512", "RSA-PSS with SHA-512 and a key for PSS alone"),
    (0x081a, "ecdsa_brainpoolP256r1tls13_sha256", "ECDSA on Brainpool P256r1 with SHA-256"),
    (0x081b, "ecdsa_brainpoolP384r1tls13_sha384", "ECDSA on Brainpool P384r1 with SHA-384"),
    (0x081c, "ecdsa_brainpoolP512r1tls13_sha512", "ECDSA on Brainpool P512r1 with SHA-512"),
    (0x0904, "mldsa44", "ML-DSA-44, which withstands quantum computers"),
    (0x0905, "mldsa65", "ML-DSA-65, which withstands quantum computers"),
    (0x0906, "mldsa87", "ML-DSA-87, which withstands quantum computers"),
];

fn row(number: u16) -> Option<&'static Row> {
    SCHEMES.iter().find(|row| row.0 == number)
}

named_u16!(SignatureScheme, |number| row(number).map(|row| row.1));

impl SignatureScheme {
    /// The scheme in words: `ECDSA on P-256 with SHA-256`.
    pub fn in_words(self) -> Option<&'static str> {
        row(self.0).map(|row| row.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_scheme_stands_twice() {
        for (index, (number, name, _)) in SCHEMES.iter().enumerate() {
            assert!(
                SCHEMES.iter().skip(index + 1).all(|other| other.0 != *number && other.1 != *name),
                "{name}"
            );
        }
    }
}
