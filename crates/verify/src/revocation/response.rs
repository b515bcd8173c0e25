// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCSP responses, each read once in a decision, and their form (RFC 6960 §4.2).

use std::fmt;

use x509::hex::Hex;
use x509::ocsp::ResponderId;
use x509::{BasicOcspResponse, DigestAlgorithm, OcspResponse, SignatureVerifier, oid};

use crate::decoded::{Decoded, text};
use crate::judge::{Recurs, Signed};
use crate::rejection::StatusFault;
use crate::rules::{self, Provision};

/// A successful response and the certificates that came with it.
#[derive(Debug)]
pub(super) struct Response<'a> {
    pub(super) basic: BasicOcspResponse<'a>,
    /// Those that can be read.
    pub(super) certificates: Vec<Decoded<'a>>,
}

impl<'a> Response<'a> {
    /// Reads the response that is the `place`th given, from 0.
    pub(super) fn read(der: &'a [u8], place: usize) -> Result<Self, StatusFault> {
        let fault = |provision: &'static Provision, seen: String, wanted: &str| StatusFault {
            source: format!("OCSP response {} as given", place.saturating_add(1)),
            rule: &provision.rule,
            seen,
            wanted: wanted.to_owned(),
        };
        let response = OcspResponse::parse(der)
            .map_err(|error| fault(&rules::OCSP_WELL_FORMED, error.to_string(), "well-formed"))?;
        let basic = *response
            .basic()
            .ok_or_else(|| fault(&rules::OCSP_SUCCESSFUL, response.status().to_string(), "successful"))?;
        if let Some(oid) = basic.data().unprocessed() {
            let seen = format!("critical {oid}");
            return Err(fault(&rules::OCSP_UNKNOWN_CRITICAL, seen, "no such extension"));
        }
        let readable = basic.certificates().iter().filter_map(|der| Decoded::parse(der).ok());
        Ok(Self { basic, certificates: readable.collect() })
    }

    pub(super) fn signed(&self) -> Signed<'a> {
        Signed {
            block: self.basic.data().raw(),
            algorithm: self.basic.signature_algorithm(),
            signature: self.basic.signature_value(),
            recurs: Recurs::Seldom,
        }
    }

    /// Whether a certificate is that of the responder named (RFC 6960 §4.2.2.3).
    pub(super) fn is_by(&self, certificate: &Decoded<'_>, verifier: &dyn SignatureVerifier) -> bool {
        match self.basic.data().responder_id() {
            ResponderId::ByName(name) => name.matches(&certificate.tbs().subject()),
            ResponderId::ByKey(hash) => {
                let key = certificate.tbs().subject_public_key_info().key_bits();
                verifier.digest(DigestAlgorithm::Sha1, key).octets() == hash
            }
        }
    }
}

/// `OCSP response of CN=Responder`.
impl fmt::Display for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.basic.data().responder_id() {
            ResponderId::ByName(name) => write!(f, "OCSP response of {}", text(&name)),
            ResponderId::ByKey(hash) => {
                let shown = hash.first_chunk::<KEY_OCTETS>().map_or(hash, |first| first);
                write!(f, "OCSP response by key {}", Hex(shown))
            }
        }
    }
}

/// How many octets of a key's hash are shown: all of SHA-1's.
const KEY_OCTETS: usize = 20;

/// The digest algorithm of a CertID (RFC 6960 §4.3).
pub(super) fn digest_algorithm(oid: x509::Oid<'_>) -> Option<DigestAlgorithm> {
    match oid {
        oid::SHA1 => Some(DigestAlgorithm::Sha1),
        oid::SHA256 => Some(DigestAlgorithm::Sha256),
        oid::SHA384 => Some(DigestAlgorithm::Sha384),
        oid::SHA512 => Some(DigestAlgorithm::Sha512),
        _ => None,
    }
}
