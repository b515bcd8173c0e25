// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCSP (RFC 6960, RFC 5019, RFC 9654): a request in, a response out.

use std::sync::Arc;

use authority::{Issuer, Record, Status};
use x509::ext::{OcspNonce, ReasonCode};
use x509::ocsp::write::{
    ResponseFields, SingleFields, basic_response, error, request, response, response_data,
};
use x509::ocsp::{CertId, CertStatus, ResponderId, ResponseStatus};
use x509::{
    AlgorithmIdentifier, Certificate, DigestAlgorithm, Extension, OcspRequest, Oid, SignatureVerifier, Time,
    oid,
};

use crate::crl::Lifetime;
use crate::error::OcspError;

/// The digests of a CertID, by which clients name an issuer.
const DIGESTS: [(Oid<'static>, DigestAlgorithm); 4] = [
    (oid::SHA1, DigestAlgorithm::Sha1),
    (oid::SHA256, DigestAlgorithm::Sha256),
    (oid::SHA384, DigestAlgorithm::Sha384),
    (oid::SHA512, DigestAlgorithm::Sha512),
];

/// Answers a request, whatever it is: with what the record knows of each certificate asked about, signed by the
/// issuer itself, the nonce repeated; or with an error, which nobody signs (RFC 6960 §2.3).
///
/// | request | answer |
/// |---|---|
/// | cannot be read, a nonce of no or too many octets, something critical that is not known | `malformedRequest` |
/// | about no issuer of these | `unauthorized` (RFC 5019 §2.2.3) |
/// | about a certificate that was never issued | `unknown` |
/// | about certificates of several issuers | those of the first that is known here; the others `unknown` |
///
/// # Errors
/// The record or the signer failed; what a client is told then is [`internal_error`](x509::ocsp::ResponseStatus).
pub async fn answer(
    asked: &[u8],
    issuers: &[Arc<Issuer>],
    lifetime: Lifetime,
    now: Time,
    record: &dyn Record,
    crypto: &dyn SignatureVerifier,
) -> Result<Vec<u8>, OcspError> {
    let refused = |status| Ok(error(status).unwrap_or_default());
    let Ok(asked) = OcspRequest::parse(asked) else { return refused(ResponseStatus::MalformedRequest) };
    let requests = || asked.tbs().requests().iter();
    if asked.tbs().unprocessed().is_some() || requests().any(|request| request.unprocessed().is_some()) {
        return refused(ResponseStatus::MalformedRequest);
    }
    let mut known = requests().map(|request| issuer_of(&request.cert_id, issuers, crypto));
    let Some(issuer) = known.find_map(Result::transpose).transpose()? else {
        return refused(ResponseStatus::Unauthorized);
    };
    let mut answers = Vec::new();
    for one in requests() {
        let is_its = is_of(&one.cert_id, issuer, crypto)?;
        let status = if is_its { status(&one.cert_id, issuer, record).await? } else { CertStatus::Unknown };
        answers.push(SingleFields {
            cert_id: one.cert_id,
            status,
            this_update: now,
            next_update: Some(now.plus(lifetime.0)),
            extensions: &[],
        });
    }
    let key = crypto.digest(DigestAlgorithm::Sha1, issuer.key_bits()?);
    let nonce = asked.tbs().nonce().map(|nonce| nonce.value.encode());
    let nonce = nonce.as_deref().map(|value| Extension { oid: oid::OCSP_NONCE, critical: false, value });
    let data = response_data(&ResponseFields {
        responder_id: ResponderId::ByKey(key.octets()),
        produced_at: now,
        responses: &answers,
        extensions: nonce.as_slice(),
    });
    let signature = issuer.sign_status(&data, crypto)?;
    Ok(response(&basic_response(&data, issuer.signature_algorithm(), &signature, &[])))
}

/// The request about a certificate that one of these issuers has issued, by SHA-1 as most clients name it; `None`
/// when none of them has.
///
/// # Errors
/// The certificate, or the key of an issuer, cannot be read.
pub fn request_for(
    certificate: &[u8],
    issuers: &[Arc<Issuer>],
    nonce: Option<OcspNonce<'_>>,
    crypto: &dyn SignatureVerifier,
) -> Result<Option<Vec<u8>>, OcspError> {
    let certificate = Certificate::parse(certificate)?;
    let name = certificate.tbs().issuer();
    let Some(issuer) = issuers.iter().find(|issuer| issuer.subject() == name.raw()) else { return Ok(None) };
    let algorithm = AlgorithmIdentifier::encode(oid::SHA1, Some(&[0x05, 0x00]));
    let hash = |data: &[u8]| crypto.digest(DigestAlgorithm::Sha1, data);
    let (name, key) = (hash(name.raw()), hash(issuer.key_bits()?));
    let id = CertId {
        hash_algorithm: AlgorithmIdentifier::parse(&algorithm)?,
        issuer_name_hash: name.octets(),
        issuer_key_hash: key.octets(),
        serial: certificate.tbs().serial(),
    };
    Ok(Some(request(&[id], nonce)))
}

/// The issuer that a CertID names.
fn issuer_of<'i>(
    id: &CertId<'_>,
    issuers: &'i [Arc<Issuer>],
    crypto: &dyn SignatureVerifier,
) -> Result<Option<&'i Issuer>, x509::Error> {
    for issuer in issuers {
        if is_of(id, issuer, crypto)? {
            return Ok(Some(issuer));
        }
    }
    Ok(None)
}

fn is_of(id: &CertId<'_>, issuer: &Issuer, crypto: &dyn SignatureVerifier) -> Result<bool, x509::Error> {
    let algorithm = DIGESTS.iter().find(|(known, _)| *known == id.hash_algorithm.oid());
    let Some((_, algorithm)) = algorithm else { return Ok(false) };
    let is = |data: &[u8], hash: &[u8]| crypto.digest(*algorithm, data).octets() == hash;
    Ok(is(issuer.key_bits()?, id.issuer_key_hash) && is(issuer.subject(), id.issuer_name_hash))
}

/// What the record knows of a certificate of the issuer.
async fn status(id: &CertId<'_>, issuer: &Issuer, record: &dyn Record) -> Result<CertStatus, OcspError> {
    if id.serial.is_negative() {
        return Ok(CertStatus::Unknown);
    }
    let found = record.status(issuer.id(), id.serial.magnitude().to_vec()).await?;
    Ok(match found.map(|found| found.status) {
        None => CertStatus::Unknown,
        Some(Status::Good) => CertStatus::Good,
        Some(Status::Revoked(revoked)) => {
            let reason = Some(revoked.reason).filter(|reason| *reason != ReasonCode::Unspecified);
            CertStatus::Revoked { time: revoked.since, reason }
        }
    })
}
