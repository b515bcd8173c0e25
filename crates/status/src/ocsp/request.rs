// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a client would ask.

use std::sync::Arc;

use authority::Issuer;
use x509::ext::OcspNonce;
use x509::ocsp::CertId;
use x509::ocsp::write::request;
use x509::{AlgorithmIdentifier, Certificate, SignatureVerifier, oid};

use super::known::{Known, NULL};
use crate::error::OcspError;

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
    let known = Known::new(issuer, crypto)?;
    let algorithm = AlgorithmIdentifier::encode(oid::SHA1, Some(NULL));
    let id = CertId {
        hash_algorithm: AlgorithmIdentifier::parse(&algorithm)?,
        issuer_name_hash: known.name_hash(),
        issuer_key_hash: known.key_hash(),
        serial: certificate.tbs().serial(),
    };
    Ok(Some(request(&[id], nonce)))
}
