// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ClientHello: what a client offers. [RFC 8446 §4.1.2]

use x509::bytes::Cursor;

use super::extension::{self, KeyShare};
use crate::error::{Field, HelloError};
use crate::registry::{CipherSuite, ExtensionType, NamedGroup, ProtocolVersion, SignatureScheme};

/// What a client offers, in its order of preference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientHello {
    /// The version in the old field: TLS 1.2 in every TLS 1.3 hello.
    pub legacy_version: ProtocolVersion,
    /// The client's 32 random bytes.
    pub random: Vec<u8>,
    /// The session to resume, or filler for middleboxes.
    pub session_id: Vec<u8>,
    /// Cipher suites.
    pub cipher_suites: Vec<CipherSuite>,
    /// The name asked for (SNI); `None` when the target is an address.
    pub server_name: Option<String>,
    /// Versions offered; empty before TLS 1.3, when `legacy_version` is the highest.
    pub supported_versions: Vec<ProtocolVersion>,
    /// Key-exchange groups.
    pub groups: Vec<NamedGroup>,
    /// Signature schemes that the server may prove itself with.
    pub signature_schemes: Vec<SignatureScheme>,
    /// Application protocols, such as `h2`.
    pub alpn: Vec<Vec<u8>>,
    /// The public shares sent ahead.
    pub key_shares: Vec<KeyShare>,
    /// Every extension, in order.
    pub extensions: Vec<ExtensionType>,
    /// The size of the message in bytes, its header of four included.
    pub size: usize,
}

impl ClientHello {
    /// Reads the message's body.
    pub(super) fn read(body: &[u8]) -> Result<Self, HelloError> {
        let mut cursor = Cursor::new(body);
        let legacy_version = ProtocolVersion(cursor.u16().field("legacy_version")?);
        let random = cursor.take(32).field("random")?.to_vec();
        let session_id = cursor.vec8().field("legacy_session_id")?.to_vec();
        let suites = cursor.vec16().field("cipher_suites")?;
        let cipher_suites = extension::numbers(suites, "cipher_suites", CipherSuite)?;
        if cursor.vec8().field("legacy_compression_methods")?.is_empty() {
            return Err(HelloError::Empty { field: "legacy_compression_methods" });
        }
        let mut hello = Self {
            legacy_version,
            random,
            session_id,
            cipher_suites,
            server_name: None,
            supported_versions: Vec::new(),
            groups: Vec::new(),
            signature_schemes: Vec::new(),
            alpn: Vec::new(),
            key_shares: Vec::new(),
            extensions: Vec::new(),
            size: body.len() + 4,
        };
        hello.extensions = extension::read_all(&mut cursor, |kind, data| hello.extension(kind, data))?;
        Ok(hello)
    }

    fn extension(&mut self, kind: ExtensionType, mut data: Cursor<'_>) -> Result<(), HelloError> {
        match kind {
            ExtensionType::SERVER_NAME => self.server_name = server_name(data)?,
            ExtensionType::SUPPORTED_GROUPS => {
                self.groups = extension::number_list(data, "supported_groups", NamedGroup)?;
            }
            ExtensionType::SIGNATURE_ALGORITHMS => {
                self.signature_schemes =
                    extension::number_list(data, "signature_algorithms", SignatureScheme)?;
            }
            ExtensionType::ALPN => self.alpn = extension::protocol_names(data)?,
            ExtensionType::SUPPORTED_VERSIONS => {
                let list = data.vec8().field("supported_versions")?;
                data.finish().field("supported_versions")?;
                self.supported_versions = extension::numbers(list, "supported_versions", ProtocolVersion)?;
            }
            ExtensionType::KEY_SHARE => self.key_shares = key_shares(data)?,
            _ => {}
        }
        Ok(())
    }

    /// The versions offered, highest first in most clients: the extension's, or the old field.
    pub fn versions(&self) -> &[ProtocolVersion] {
        if self.supported_versions.is_empty() {
            core::slice::from_ref(&self.legacy_version)
        } else {
            &self.supported_versions
        }
    }

    /// The share sent for `group`.
    pub fn share(&self, group: NamedGroup) -> Option<&KeyShare> {
        self.key_shares.iter().find(|share| share.group == group)
    }
}

/// Reads the list of names; only host names were ever defined. [RFC 6066 §3]
fn server_name(mut data: Cursor<'_>) -> Result<Option<String>, HelloError> {
    const FIELD: &str = "server_name";
    let mut list = Cursor::new(data.vec16().field(FIELD)?);
    data.finish().field(FIELD)?;
    let mut host = None;
    while !list.is_empty() {
        let kind = list.u8().field(FIELD)?;
        let name = list.vec16().field(FIELD)?;
        if kind == 0 && host.is_none() {
            let name = core::str::from_utf8(name)
                .ok()
                .filter(|name| name.bytes().all(|byte| byte.is_ascii_graphic()));
            host = Some(name.ok_or(HelloError::ServerNameCharacters)?.to_owned());
        }
    }
    Ok(host)
}

/// Reads the client's shares: an empty list asks the server to choose a group. [RFC 8446 §4.2.8]
fn key_shares(mut data: Cursor<'_>) -> Result<Vec<KeyShare>, HelloError> {
    let mut list = Cursor::new(data.vec16().field("client_shares")?);
    data.finish().field("client_shares")?;
    let mut shares = Vec::new();
    while !list.is_empty() {
        shares.push(extension::key_share(&mut list)?);
    }
    Ok(shares)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::made::{client_extensions, client_hello, extension, u16s, vec8, vec16};
    use super::*;

    #[test]
    fn every_offer_is_read() {
        let hello = ClientHello::read(&client_hello(&client_extensions())).unwrap();
        assert_eq!(hello.server_name.as_deref(), Some("files.test"));
        assert_eq!(hello.versions(), [ProtocolVersion::TLS13, ProtocolVersion::TLS12]);
        assert_eq!(hello.cipher_suites, [CipherSuite(0x1302), CipherSuite(0xc02b)]);
        assert_eq!(hello.groups, [NamedGroup(0x11ec), NamedGroup(0x001d)]);
        assert_eq!(hello.signature_schemes, [SignatureScheme(0x0403), SignatureScheme(0x0804)]);
        assert_eq!(hello.alpn, [b"h2".to_vec(), b"http/1.1".to_vec()]);
        assert_eq!(hello.share(NamedGroup(0x001d)).unwrap().public, [0x33; 32]);
        assert_eq!(hello.share(NamedGroup(0x11ec)), None);
        assert_eq!(hello.extensions.len(), 6);
    }

    #[test]
    fn a_hello_without_extensions_offers_its_old_version() {
        let mut body = client_hello(&[]);
        let whole = ClientHello::read(&body).unwrap();
        assert_eq!(whole.versions(), [ProtocolVersion::TLS12]);
        body.truncate(body.len() - 2);
        assert_eq!(ClientHello::read(&body).unwrap().extensions, []);
    }

    #[test]
    fn what_breaks_the_standard_is_refused_by_name() {
        let sni = |kind: u8, name: &[u8]| extension(0, &vec16(&[vec![kind], vec16(name)].concat()));
        let empty = |field| Some(HelloError::Empty { field });
        for (extensions, expected) in [
            (vec![extension(0xfafa, b""), extension(0xeaea, b"x")], None),
            (vec![sni(7, b"\xff")], None),
            (vec![sni(0, b"caf\xc3\xa9.test")], Some(HelloError::ServerNameCharacters)),
            (vec![extension(51, &vec16(&[]))], None),
            (vec![extension(51, &vec16(&[u16s(&[29]), vec16(&[])].concat()))], empty("key_exchange")),
            (vec![extension(10, &vec16(&[]))], empty("supported_groups")),
            (vec![extension(16, &vec16(&vec8(b"")))], empty("protocol name")),
            (vec![extension(43, &vec8(&[]))], empty("supported_versions")),
            (
                vec![extension(5, b""), extension(5, b"")],
                Some(HelloError::DuplicateExtension { extension: ExtensionType(5) }),
            ),
        ] {
            assert_eq!(ClientHello::read(&client_hello(&extensions)).err(), expected, "{extensions:02x?}");
        }
        let crowd: Vec<_> = (1000..1129).map(|kind| extension(kind, b"")).collect();
        let error = ClientHello::read(&client_hello(&crowd)).unwrap_err();
        assert_eq!(error, HelloError::TooMany { items: "extensions", limit: 128 });
        let odd = extension(10, &vec16(&[0, 29, 0]));
        let error = ClientHello::read(&client_hello(&[odd])).unwrap_err();
        assert!(matches!(error, HelloError::Field { field: "supported_groups", .. }), "{error}");
    }

    #[test]
    fn a_hello_cut_anywhere_is_refused() {
        let body = client_hello(&client_extensions());
        // Without the two bytes that begin the extensions it is a hello that has none.
        let bare = body.len() - client_extensions().concat().len() - 2;
        for end in (0..body.len()).filter(|end| *end != bare) {
            assert!(ClientHello::read(body.get(..end).unwrap()).is_err(), "{end}");
        }
        assert!(ClientHello::read(&[body, vec![0]].concat()).is_err());
    }
}
