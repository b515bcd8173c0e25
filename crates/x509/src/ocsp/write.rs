// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing requests and responses.

use super::{CertId, CertStatus, ResponderId, ResponseStatus};
use crate::der::{Tag, Writer};
use crate::ext::{Extension, OcspNonce};
use crate::oid;
use crate::time::Time;

/// A request about these certificates, of which there should be one at least, that nobody signs
/// (RFC 6960 §4.1.1).
#[must_use]
pub fn request(certificates: &[CertId<'_>], nonce: Option<OcspNonce<'_>>) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|whole| {
            whole.sequence(|tbs| {
                tbs.sequence(|list| {
                    certificates.iter().for_each(|id| list.sequence(|request| id.write(request)));
                });
                if let Some(nonce) = nonce {
                    let value = nonce.encode();
                    let nonce = Extension { oid: oid::OCSP_NONCE, critical: false, value: &value };
                    write_extensions(tbs, 2, &[nonce]);
                }
            });
        });
    })
}

/// What a responder says of one certificate.
#[derive(Debug, Clone, Copy)]
pub struct SingleFields<'a> {
    /// Which certificate, as the request named it.
    pub cert_id: CertId<'a>,
    /// How it stands.
    pub status: CertStatus,
    /// When that was known to be so.
    pub this_update: Time,
    /// By when there will be newer information.
    pub next_update: Option<Time>,
    /// The extensions of this answer; none leaves the field out.
    pub extensions: &'a [Extension<'a>],
}

/// What goes into an answer.
#[derive(Debug, Clone, Copy)]
pub struct ResponseFields<'a> {
    /// Who answers.
    pub responder_id: ResponderId<'a>,
    /// When it is signed.
    pub produced_at: Time,
    /// What is said of each certificate, of which there should be one at least.
    pub responses: &'a [SingleFields<'a>],
    /// The extensions of the whole; none leaves the field out.
    pub extensions: &'a [Extension<'a>],
}

/// The block of an answer that its responder signs (RFC 6960 §4.2.1).
#[must_use]
pub fn response_data(fields: &ResponseFields<'_>) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|data| {
            fields.responder_id.write(data);
            fields.produced_at.write_generalized(data);
            data.sequence(|list| fields.responses.iter().for_each(|single| write_single(list, single)));
            write_extensions(data, 1, fields.extensions);
        });
    })
}

/// A signed answer: the block, the signature's AlgorithmIdentifier (both DER), the signature, and the
/// certificates in DER that go along; none leaves the field out (RFC 6960 §4.2.1).
#[must_use]
pub fn basic_response(data: &[u8], algorithm: &[u8], signature: &[u8], certificates: &[&[u8]]) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|basic| {
            basic.raw(data);
            basic.raw(algorithm);
            basic.bit_string(signature);
            if !certificates.is_empty() {
                basic.nest(Tag::context_constructed(0), |explicit| {
                    explicit.sequence(|list| certificates.iter().for_each(|der| list.raw(der)));
                });
            }
        });
    })
}

/// The successful response that carries this signed answer (RFC 6960 §4.2.1).
#[must_use]
pub fn response(basic: &[u8]) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|whole| {
            write_status(whole, ResponseStatus::Successful);
            whole.nest(Tag::context_constructed(0), |explicit| {
                explicit.sequence(|bytes| {
                    bytes.oid(oid::OCSP_BASIC);
                    bytes.octet_string(basic);
                });
            });
        });
    })
}

/// The response that is an error, unsigned; `None` for [`ResponseStatus::Successful`], which is none.
#[must_use]
pub fn error(status: ResponseStatus) -> Option<Vec<u8>> {
    let is_error = status != ResponseStatus::Successful;
    is_error.then(|| Writer::build(|writer| writer.sequence(|whole| write_status(whole, status))))
}

fn write_status(writer: &mut Writer, status: ResponseStatus) {
    writer.element(Tag::ENUMERATED, &[status.number()]);
}

fn write_single(writer: &mut Writer, fields: &SingleFields<'_>) {
    writer.sequence(|single| {
        fields.cert_id.write(single);
        fields.status.write(single);
        fields.this_update.write_generalized(single);
        if let Some(next_update) = fields.next_update {
            single.nest(Tag::context_constructed(0), |explicit| next_update.write_generalized(explicit));
        }
        write_extensions(single, 1, fields.extensions);
    });
}

/// Writes `[number] EXPLICIT Extensions OPTIONAL`.
fn write_extensions(writer: &mut Writer, number: u8, extensions: &[Extension<'_>]) {
    if !extensions.is_empty() {
        writer.nest(Tag::context_constructed(number), |explicit| {
            explicit.sequence(|list| extensions.iter().for_each(|extension| extension.write(list)));
        });
    }
}
