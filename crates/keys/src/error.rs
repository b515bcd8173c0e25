// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a key is not read, made or written.

use x509::SignatureError;
use x509::pem::PemError;

/// Why something is not a private key that we use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Longer than any private key.
    #[error("{found} bytes, a private key has at most {limit}")]
    TooLong {
        /// Its length.
        found: usize,
        /// What is read at most.
        limit: usize,
    },
    /// Broken PEM.
    #[error("not PEM as RFC 7468 has it")]
    Pem(#[from] PemError),
    /// Text without a private key in it.
    #[error("no private key in it: {found}")]
    NoKey {
        /// What is in it: `a PEM block of CERTIFICATE`.
        found: String,
    },
    /// More than one key: which is meant is not ours to guess.
    #[error("{count} private keys in it, exactly one expected")]
    SeveralKeys {
        /// How many.
        count: usize,
    },
    /// A container that is not read.
    #[error("{label} is a container that is not read")]
    UnsupportedContainer {
        /// The label of its PEM block.
        label: String,
    },
    /// Not the structure that it claims to be.
    #[error("malformed {container}")]
    Malformed {
        /// The container: `PKCS#8`, `SEC1`, `PKCS#1`, `encrypted PKCS#8`.
        container: &'static str,
        /// Where and how its DER is broken.
        source: x509::Error,
    },
    /// Well-formed DER that says something a private key must not.
    #[error("malformed {container}: {reason}")]
    Contradiction {
        /// The container.
        container: &'static str,
        /// What is wrong, with the values.
        reason: String,
    },
    /// A curve given by its numbers: whoever makes them up makes up the key.
    #[error("the curve is given by its parameters, it must be named (RFC 5480 §2.1.1)")]
    CurveNotNamed,
    /// An algorithm or curve that is not used here.
    #[error("key algorithm {algorithm} is not accepted")]
    UnsupportedKey {
        /// Its name or dotted identifier.
        algorithm: String,
    },
    /// A key that is too weak, or so odd that it must be taken for weak.
    #[error("weak key: {reason}")]
    Weak {
        /// Why, with the values: `RSA modulus of 1024 bits, at least 2048 asked for`.
        reason: String,
    },
    /// The public half is not that of the private one.
    #[error("the two halves of the {key} key do not belong together")]
    Mismatch {
        /// The key's type.
        key: String,
    },
    /// An encrypted key, and no passphrase was given.
    #[error("the key is encrypted and no passphrase was given")]
    PassphraseNeeded,
    /// The passphrase does not open the key.
    #[error("wrong passphrase, or a damaged file")]
    WrongPassphrase,
    /// An empty passphrase to encrypt under.
    #[error("an empty passphrase protects nothing")]
    EmptyPassphrase,
    /// An encryption that is not read.
    #[error("the key is encrypted with {scheme}, which is not read")]
    UnsupportedEncryption {
        /// Its name or dotted identifier.
        scheme: String,
    },
    /// A key derivation that asks for more work or memory than we give a file that anyone can write.
    #[error("key derivation out of bounds: {parameter} of {found}, at most {limit}")]
    Work {
        /// Which parameter.
        parameter: &'static str,
        /// Its value.
        found: u64,
        /// Its bound.
        limit: u64,
    },
    /// A public half that is malformed.
    #[error(transparent)]
    PublicKey(SignatureError),
    /// The cryptographic library failed.
    #[error("{action} failed in the cryptographic library")]
    Library {
        /// What it was doing.
        action: &'static str,
    },
}

impl From<SignatureError> for KeyError {
    fn from(error: SignatureError) -> Self {
        match error {
            SignatureError::WeakKey { reason } => Self::Weak { reason },
            SignatureError::UnsupportedKey { algorithm } => Self::UnsupportedKey { algorithm },
            other => Self::PublicKey(other),
        }
    }
}

impl KeyError {
    /// The command that mends it, where there is one; ` KEY ` stands for the file, ` NEW` for a new one.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        const REENCRYPT: &str =
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 600000 -in KEY -out NEW";
        match self {
            Self::UnsupportedEncryption { .. }
            | Self::Work { .. }
            | Self::Pem(PemError::LegacyHeaders { .. }) => Some(REENCRYPT),
            Self::CurveNotNamed => Some("openssl pkey -in KEY -ec_param_enc named_curve -out NEW"),
            Self::UnsupportedContainer { label } if label == "OPENSSH PRIVATE KEY" => {
                Some("ssh-keygen -f KEY -p -m PKCS8")
            }
            Self::Weak { .. } => Some("chancery key new --kind p256 --out NEW"),
            _ => None,
        }
    }
}
