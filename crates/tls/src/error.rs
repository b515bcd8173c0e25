// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can be wrong with a hello and with credentials.

use x509::bytes::BytesError;

use crate::registry::{ExtensionType, ProtocolVersion};

/// Why the plaintext of a handshake could not be read further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HelloError {
    /// A field is shorter or longer than its length says.
    #[error("{field} cannot be read")]
    Field {
        /// The field, by its name in the standard.
        field: &'static str,
        /// What was wrong with its bytes.
        source: BytesError,
    },
    /// The bytes are no TLS record. [RFC 8446 §5.1]
    #[error("not a TLS record: it begins with {content_type:#04x} and version {version}")]
    NotARecord {
        /// The first byte: TLS has 20 to 24 here.
        content_type: u8,
        /// The next two.
        version: ProtocolVersion,
    },
    /// A record is longer than the standard allows. [RFC 8446 §5.1]
    #[error("a record of {length} bytes, where at most {limit} are allowed")]
    RecordTooLong {
        /// The length it claims.
        length: usize,
        /// The longest allowed.
        limit: usize,
    },
    /// An empty fragment of a handshake message. [RFC 8446 §5.1]
    #[error("an empty handshake record")]
    EmptyFragment,
    /// Another kind of record stands in the middle of a handshake message. [RFC 8446 §5.1]
    #[error("a record of type {content_type} in the middle of a handshake message")]
    Interleaved {
        /// The type of the record that does not belong there.
        content_type: u8,
    },
    /// A handshake message is longer than is read.
    #[error("a handshake message of {length} bytes, where at most {limit} are read")]
    MessageTooLong {
        /// The length it claims.
        length: usize,
        /// The longest read.
        limit: usize,
    },
    /// More items than are read.
    #[error("more than {limit} {items}")]
    TooMany {
        /// What there are too many of.
        items: &'static str,
        /// The most read.
        limit: usize,
    },
    /// A list that must hold something holds nothing.
    #[error("{field} is empty")]
    Empty {
        /// The list, by its name in the standard.
        field: &'static str,
    },
    /// An extension stands twice in one hello. [RFC 8446 §4.2]
    #[error("the extension {extension} stands twice")]
    DuplicateExtension {
        /// The extension.
        extension: ExtensionType,
    },
    /// The name asked for is not printable ASCII. [RFC 6066 §3]
    #[error("server_name holds characters that no host name has")]
    ServerNameCharacters,
    /// A curve that is given by its parameters, not by a name. [RFC 8422 §5.4]
    #[error("the curve is of type {curve_type}, not named")]
    UnnamedCurve {
        /// The type found: 3 is a named curve.
        curve_type: u8,
    },
}

/// Names the field that a cursor could not read.
pub(crate) trait Field<T> {
    fn field(self, field: &'static str) -> Result<T, HelloError>;
}

impl<T> Field<T> for Result<T, BytesError> {
    fn field(self, field: &'static str) -> Result<T, HelloError> {
        self.map_err(|source| HelloError::Field { field, source })
    }
}

/// Why a chain and a key are not a server's credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// There is no certificate.
    #[error("no certificate given")]
    Empty,
    /// There are more certificates than any chain has.
    #[error("{found} certificates given, where a chain has at most {limit}")]
    TooMany {
        /// How many there are.
        found: usize,
        /// The most taken.
        limit: usize,
    },
    /// A certificate cannot be read.
    #[error("certificate {position} of the chain cannot be read")]
    Unreadable {
        /// Its place, from 1.
        position: usize,
        /// What was wrong with it.
        source: x509::Error,
    },
    /// No certificate is for the key.
    #[error("the key does not match: its public key is in none of the certificates ({})", subjects.join("; "))]
    KeyMismatch {
        /// The names of the certificates.
        subjects: Vec<String>,
    },
    /// A certificate issued none of the others.
    #[error("{subject} does not belong to the chain: it signed none of the other certificates")]
    Unrelated {
        /// Its name.
        subject: String,
    },
    /// The key is of a kind that TLS has no signature scheme for.
    #[error("the key cannot sign TLS handshakes")]
    NoScheme,
}

impl CredentialsError {
    /// How to mend it, fit to follow `hint:`.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "give a PEM file with the server's certificate first, then its intermediates",
            Self::TooMany { .. } => {
                "give the server's certificate and its intermediates, not a bundle of roots"
            }
            Self::Unreadable { .. } => "look at it with `chancery cert show`, or ask its issuer for it again",
            Self::KeyMismatch { .. } => {
                "give the key from which the certificate's request was made, or make a new request with `chancery csr new`"
            }
            Self::Unrelated { .. } => "leave it out, or put in the certificate that issued the server's",
            Self::NoScheme => "use a P-256, P-384, Ed25519 or RSA key: `chancery key new`",
        }
    }
}
