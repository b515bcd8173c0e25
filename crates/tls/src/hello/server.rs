// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ServerHello and the HelloRetryRequest: what a server chose. [RFC 8446 §4.1.3, §4.1.4]

use x509::bytes::Cursor;

use super::extension::{self, KeyShare};
use crate::error::{Field, HelloError};
use crate::registry::{CipherSuite, ExtensionType, NamedGroup, ProtocolVersion};

/// The random that marks a ServerHello as a HelloRetryRequest: SHA-256 of that word. [RFC 8446 §4.1.3]
const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// What a server chose of what the client offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// The version in the old field: TLS 1.2 in every TLS 1.3 hello.
    pub legacy_version: ProtocolVersion,
    /// The server's 32 random bytes.
    pub random: Vec<u8>,
    /// In TLS 1.3 the client's, sent back; in TLS 1.2 the session's name, when the server keeps one.
    pub session_id: Vec<u8>,
    /// The cipher suite chosen.
    pub cipher_suite: CipherSuite,
    /// The version chosen, when the extension is there (TLS 1.3).
    pub selected_version: Option<ProtocolVersion>,
    /// The group chosen (TLS 1.3).
    pub group: Option<NamedGroup>,
    /// The server's public share (TLS 1.3; none in a HelloRetryRequest).
    pub key_share: Option<KeyShare>,
    /// The application protocol chosen, in TLS 1.2: TLS 1.3 sends it encrypted.
    pub alpn: Option<Vec<u8>>,
    /// Whether an earlier session is resumed by a pre-shared key, in TLS 1.3.
    pub pre_shared_key: Option<u16>,
    /// Every extension, in order.
    pub extensions: Vec<ExtensionType>,
    /// The size of the message in bytes, its header of four included.
    pub size: usize,
}

impl ServerHello {
    /// Reads the message's body.
    pub(super) fn read(body: &[u8]) -> Result<Self, HelloError> {
        let mut cursor = Cursor::new(body);
        let mut hello = Self {
            legacy_version: ProtocolVersion(cursor.u16().field("legacy_version")?),
            random: cursor.take(32).field("random")?.to_vec(),
            session_id: cursor.vec8().field("legacy_session_id_echo")?.to_vec(),
            cipher_suite: CipherSuite(cursor.u16().field("cipher_suite")?),
            selected_version: None,
            group: None,
            key_share: None,
            alpn: None,
            pre_shared_key: None,
            extensions: Vec::new(),
            size: body.len() + 4,
        };
        cursor.u8().field("legacy_compression_method")?;
        hello.extensions = extension::read_all(&mut cursor, |kind, data| hello.extension(kind, data))?;
        Ok(hello)
    }

    fn extension(&mut self, kind: ExtensionType, mut data: Cursor<'_>) -> Result<(), HelloError> {
        match kind {
            ExtensionType::SUPPORTED_VERSIONS => {
                self.selected_version = Some(ProtocolVersion(data.u16().field("selected_version")?));
                data.finish().field("selected_version")
            }
            ExtensionType::KEY_SHARE if self.is_retry_request() => {
                self.group = Some(NamedGroup(data.u16().field("selected_group")?));
                data.finish().field("selected_group")
            }
            ExtensionType::KEY_SHARE => {
                let share = extension::key_share(&mut data)?;
                self.group = Some(share.group);
                self.key_share = Some(share);
                data.finish().field("server_share")
            }
            ExtensionType::ALPN => {
                self.alpn = extension::protocol_names(data)?.into_iter().next();
                Ok(())
            }
            ExtensionType::PRE_SHARED_KEY => {
                self.pre_shared_key = Some(data.u16().field("selected_identity")?);
                data.finish().field("selected_identity")
            }
            _ => Ok(()),
        }
    }

    /// Whether this asks the client to try again with another group.
    pub fn is_retry_request(&self) -> bool {
        self.random == RETRY_RANDOM
    }

    /// The version chosen: the extension's, or the old field.
    pub fn version(&self) -> ProtocolVersion {
        self.selected_version.unwrap_or(self.legacy_version)
    }

    /// The version below which the server says it was pushed though it can do better: the mark
    /// that TLS 1.3 servers leave in their random when they negotiate less. [RFC 8446 §4.1.3]
    pub fn downgraded_from(&self) -> Option<ProtocolVersion> {
        match self.random.as_slice() {
            [.., b'D', b'O', b'W', b'N', b'G', b'R', b'D', 1] => Some(ProtocolVersion::TLS13),
            [.., b'D', b'O', b'W', b'N', b'G', b'R', b'D', 0] => Some(ProtocolVersion::TLS12),
            _ => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::made::{extension, server_hello, u16s, vec8, vec16};
    use super::*;

    #[test]
    fn a_tls_1_3_choice_is_read() {
        let share = [u16s(&[0x001d]), vec16(&[0x44; 32])].concat();
        let body = server_hello([9; 32], 0x1301, &[extension(43, &[3, 4]), extension(51, &share)]);
        let hello = ServerHello::read(&body).unwrap();
        assert_eq!(hello.version(), ProtocolVersion::TLS13);
        assert_eq!(hello.group, Some(NamedGroup(0x001d)));
        assert_eq!(hello.key_share.unwrap().public, [0x44; 32]);
        assert_eq!(hello.size, body.len() + 4);
    }

    #[test]
    fn a_retry_request_names_a_group_and_holds_no_share() {
        let body = server_hello(RETRY_RANDOM, 0x1301, &[extension(43, &[3, 4]), extension(51, &[0, 0x18])]);
        let hello = ServerHello::read(&body).unwrap();
        assert!(hello.is_retry_request());
        assert_eq!((hello.group, hello.key_share), (Some(NamedGroup(0x18)), None));
    }

    #[test]
    fn a_tls_1_2_choice_is_read() {
        let alpn = extension(16, &vec16(&vec8(b"http/1.1")));
        let hello = ServerHello::read(&server_hello([9; 32], 0xc02f, &[alpn])).unwrap();
        assert_eq!((hello.version(), hello.group), (ProtocolVersion::TLS12, None));
        assert_eq!(hello.alpn.as_deref(), Some(&b"http/1.1"[..]));
    }

    #[test]
    fn the_mark_of_a_downgrade_is_seen() {
        for (mark, expected) in [
            (b"DOWNGRD\x01", Some(ProtocolVersion::TLS13)),
            (b"DOWNGRD\x00", Some(ProtocolVersion::TLS12)),
            (b"DOWNGRD\x02", None),
            (b"downgrd\x01", None),
        ] {
            let random: Vec<u8> = [&[7; 24][..], mark].concat();
            let hello = ServerHello::read(&server_hello(random.try_into().unwrap(), 0xc02f, &[])).unwrap();
            assert_eq!(hello.downgraded_from(), expected);
        }
    }

    #[test]
    fn a_choice_with_something_behind_it_is_refused() {
        for extra in
            [extension(43, &[3, 4, 0]), extension(51, &[0, 29, 0, 1, 7, 0]), extension(41, &[0, 0, 0])]
        {
            assert!(ServerHello::read(&server_hello([9; 32], 0x1301, &[extra])).is_err());
        }
    }
}
