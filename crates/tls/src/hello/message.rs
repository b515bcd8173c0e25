// SPDX-License-Identifier: MIT OR Apache-2.0
//! Handshake messages. [RFC 8446 §4], [RFC 5246 §7.4]

use x509::bytes::Cursor;

use super::client::ClientHello;
use super::key_exchange::{ClientKeyExchange, ServerKeyExchange};
use super::server::ServerHello;
use super::{MAX_CERTIFICATES, MAX_MESSAGE};
use crate::error::{Field, HelloError};
use crate::registry::KeyExchange;

pub(super) const CLIENT_HELLO: u8 = 1;
pub(super) const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const SERVER_KEY_EXCHANGE: u8 = 12;
const CERTIFICATE_REQUEST: u8 = 13;
const SERVER_HELLO_DONE: u8 = 14;
const CLIENT_KEY_EXCHANGE: u8 = 16;
const CERTIFICATE_STATUS: u8 = 22;

/// One handshake message that travelled in the open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// What the client offers.
    ClientHello(Box<ClientHello>),
    /// The server asks for a share in another group.
    HelloRetryRequest(Box<ServerHello>),
    /// What the server chose.
    ServerHello(Box<ServerHello>),
    /// TLS 1.2: the chain as sent, DER, leaf first.
    Certificate(Vec<Vec<u8>>),
    /// TLS 1.2: a stapled OCSP response, DER.
    CertificateStatus(Vec<u8>),
    /// TLS 1.2 with ECDHE: the server's share and its proof.
    ServerKeyExchange(Box<ServerKeyExchange>),
    /// TLS 1.2: the server wants a certificate from the client.
    CertificateRequest,
    /// TLS 1.2: the server has said what it has to say.
    ServerHelloDone,
    /// TLS 1.2: the client's half of the key exchange.
    ClientKeyExchange(ClientKeyExchange),
    /// Another message: its type and the length of its body.
    Other {
        /// The message's type.
        message_type: u8,
        /// The length of its body in bytes.
        length: usize,
    },
}

/// A message as framed: its type and body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Framed<'a> {
    pub(super) message_type: u8,
    pub(super) body: &'a [u8],
}

/// Takes the next whole message off the front of `cursor`, or `None` while it is not all there.
pub(super) fn next<'a>(cursor: &mut Cursor<'a>) -> Result<Option<Framed<'a>>, HelloError> {
    let mut ahead = *cursor;
    let (Ok(message_type), Ok(length)) = (ahead.u8(), ahead.u24()) else { return Ok(None) };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > MAX_MESSAGE {
        return Err(HelloError::MessageTooLong { length, limit: MAX_MESSAGE });
    }
    let Ok(body) = ahead.take(length) else { return Ok(None) };
    *cursor = ahead;
    Ok(Some(Framed { message_type, body }))
}

impl Message {
    /// Reads a message; `exchange` is how the suite chosen so far agrees on keys.
    pub(super) fn read(framed: Framed<'_>, exchange: Option<KeyExchange>) -> Result<Self, HelloError> {
        let Framed { message_type, body } = framed;
        Ok(match message_type {
            CLIENT_HELLO => Self::ClientHello(Box::new(ClientHello::read(body)?)),
            SERVER_HELLO => {
                let hello = Box::new(ServerHello::read(body)?);
                if hello.is_retry_request() {
                    Self::HelloRetryRequest(hello)
                } else {
                    Self::ServerHello(hello)
                }
            }
            CERTIFICATE => Self::Certificate(certificates(body)?),
            CERTIFICATE_STATUS => Self::CertificateStatus(ocsp_response(body)?),
            SERVER_KEY_EXCHANGE if exchange == Some(KeyExchange::Ecdhe) => {
                Self::ServerKeyExchange(Box::new(ServerKeyExchange::read(body)?))
            }
            CERTIFICATE_REQUEST => Self::CertificateRequest,
            SERVER_HELLO_DONE => Self::ServerHelloDone,
            CLIENT_KEY_EXCHANGE => Self::ClientKeyExchange(ClientKeyExchange::read(body)),
            _ => Self::Other { message_type, length: body.len() },
        })
    }
}

/// Reads TLS 1.2's Certificate. [RFC 5246 §7.4.2]
fn certificates(body: &[u8]) -> Result<Vec<Vec<u8>>, HelloError> {
    let mut cursor = Cursor::new(body);
    let mut list = Cursor::new(cursor.vec24().field("certificate_list")?);
    cursor.finish().field("certificate_list")?;
    let mut chain = Vec::new();
    while !list.is_empty() {
        if chain.len() == MAX_CERTIFICATES {
            return Err(HelloError::TooMany { items: "certificates", limit: MAX_CERTIFICATES });
        }
        let certificate = list.vec24().field("ASN.1Cert")?;
        if certificate.is_empty() {
            return Err(HelloError::Empty { field: "ASN.1Cert" });
        }
        chain.push(certificate.to_vec());
    }
    Ok(chain)
}

/// Reads TLS 1.2's CertificateStatus. [RFC 6066 §8]
fn ocsp_response(body: &[u8]) -> Result<Vec<u8>, HelloError> {
    let mut cursor = Cursor::new(body);
    cursor.u8().field("status_type")?;
    let response = cursor.vec24().field("OCSPResponse")?.to_vec();
    cursor.finish().field("OCSPResponse")?;
    Ok(response)
}
