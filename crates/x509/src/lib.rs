// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is written: certificates, requests, CRLs, OCSP and PEM, read without copying and written as strict DER.
//!
//! The readers borrow from their input, allocate nothing, keep the raw to-be-signed bytes, and are
//! bounded: no recursion, every length checked against what is left. They judge the encoding
//! alone (X.690 and the ASN.1 of RFC 5280 and RFC 6960); what a client may trust is for `verify` to say.
//!
//! No clock, no I/O and no cryptography here: signatures and digests come in through
//! [`SignatureVerifier`].
#![warn(clippy::arithmetic_side_effects, clippy::wildcard_enum_match_arm)]

pub mod algorithm;
pub mod bytes;
pub mod certificate;
pub mod crl;
pub mod der;
pub mod error;
pub mod ext;
pub mod general_name;
pub mod hex;
pub mod index;
pub mod name;
pub mod ocsp;
pub mod oid;
pub mod pem;
pub mod public_key;
pub mod request;
pub mod rule;
pub mod serial;
pub mod signature;
mod signed;
pub mod time;
pub mod write;

pub use algorithm::AlgorithmIdentifier;
pub use certificate::{Certificate, TbsCertificate, Validity, Version};
pub use crl::{CertificateList, RevokedCertificate, RevokedCertificates, TbsCertList};
pub use error::{Error, Problem};
pub use ext::{Critical, Extension, Extensions, KnownExtension};
pub use general_name::{GeneralName, GeneralNames};
pub use name::Name;
pub use ocsp::{
    BasicOcspResponse, CertId, CertStatus, OcspRequest, OcspResponse, ResponseData, SingleResponse,
};
pub use oid::Oid;
pub use public_key::SubjectPublicKeyInfo;
pub use request::{CertificationRequest, RequestInfo};
pub use rule::Rule;
pub use serial::Serial;
pub use signature::{Digest, DigestAlgorithm, KeyStrength, SignatureError, SignatureVerifier, VerifyingKey};
pub use time::{EncodedTime, Time, TimeForm};
