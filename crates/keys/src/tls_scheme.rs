// SPDX-License-Identifier: MIT OR Apache-2.0
//! The signature schemes of TLS.

use std::fmt;

/// A version of TLS, where its rules for signatures differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TlsVersion {
    /// TLS 1.2: RSA with PKCS #1 v1.5 allowed, the curve of an ECDSA key free (RFC 5246 §7.4.1.4.1).
    V12,
    /// TLS 1.3: no PKCS #1 v1.5, the scheme names the curve (RFC 8446 §4.2.3).
    V13,
}

macro_rules! schemes {
    ($($(#[$doc:meta])* $variant:ident = $code:expr, $name:expr;)*) => {
        /// A signature scheme (RFC 8446 §4.2.3).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum TlsScheme {
            $($(#[$doc])* $variant,)*
        }

        impl TlsScheme {
            /// Every scheme that is signed or checked here, best first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its number on the wire.
            #[must_use]
            pub const fn code(self) -> u16 {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// Its name in the registry of IANA.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

schemes! {
    /// ECDSA with SHA-256; in TLS 1.3 on P-256.
    EcdsaSecp256r1Sha256 = 0x0403, "ecdsa_secp256r1_sha256";
    /// ECDSA with SHA-384; in TLS 1.3 on P-384.
    EcdsaSecp384r1Sha384 = 0x0503, "ecdsa_secp384r1_sha384";
    /// ECDSA with SHA-512; in TLS 1.3 on P-521.
    EcdsaSecp521r1Sha512 = 0x0603, "ecdsa_secp521r1_sha512";
    /// Ed25519.
    Ed25519 = 0x0807, "ed25519";
    /// RSASSA-PSS with SHA-256 by a key of rsaEncryption.
    RsaPssRsaeSha256 = 0x0804, "rsa_pss_rsae_sha256";
    /// RSASSA-PSS with SHA-384 by a key of rsaEncryption.
    RsaPssRsaeSha384 = 0x0805, "rsa_pss_rsae_sha384";
    /// RSASSA-PSS with SHA-512 by a key of rsaEncryption.
    RsaPssRsaeSha512 = 0x0806, "rsa_pss_rsae_sha512";
    /// RSASSA-PSS with SHA-256 by a key of id-RSASSA-PSS.
    RsaPssPssSha256 = 0x0809, "rsa_pss_pss_sha256";
    /// RSASSA-PSS with SHA-384 by a key of id-RSASSA-PSS.
    RsaPssPssSha384 = 0x080a, "rsa_pss_pss_sha384";
    /// RSASSA-PSS with SHA-512 by a key of id-RSASSA-PSS.
    RsaPssPssSha512 = 0x080b, "rsa_pss_pss_sha512";
    /// RSA PKCS #1 v1.5 with SHA-256: TLS 1.2 alone.
    RsaPkcs1Sha256 = 0x0401, "rsa_pkcs1_sha256";
    /// RSA PKCS #1 v1.5 with SHA-384: TLS 1.2 alone.
    RsaPkcs1Sha384 = 0x0501, "rsa_pkcs1_sha384";
    /// RSA PKCS #1 v1.5 with SHA-512: TLS 1.2 alone.
    RsaPkcs1Sha512 = 0x0601, "rsa_pkcs1_sha512";
}

impl TlsScheme {
    /// The scheme with this number on the wire; `None` when it is not one of [`TlsScheme::ALL`].
    #[must_use]
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|scheme| scheme.code() == code)
    }
}

impl fmt::Display for TlsScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scheme_is_found_by_its_own_number() {
        for scheme in TlsScheme::ALL {
            assert_eq!(TlsScheme::from_code(scheme.code()), Some(*scheme), "{scheme}");
        }
        assert_eq!(TlsScheme::from_code(0x0201), None);
    }
}
