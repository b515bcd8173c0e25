// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a server is told when it is not trusted. [RFC 8446 §6.2]

use std::sync::Arc;

use rustls::{CertificateError, Error, OtherError, PeerMisbehaved};
use verify::{Reason, Rejection, rules};
use x509::SignatureError;

/// The error that makes rustls send the alert that fits `rejection`.
pub(super) fn for_rejection(rejection: &Rejection) -> Error {
    let error = match rejection.reason() {
        // bad_certificate: it was corrupt, or a signature in it did not verify.
        Reason::Malformed(_) | Reason::Signature { .. } => CertificateError::BadEncoding,
        Reason::NameMismatch { .. } => CertificateError::NotValidForName,
        Reason::Expired { .. } => CertificateError::Expired,
        Reason::NotYetValid { .. } => CertificateError::NotValidYet,
        Reason::Revoked { .. } => CertificateError::Revoked,
        Reason::StatusUnknown { .. } => CertificateError::UnknownRevocationStatus,
        Reason::UnknownIssuer { .. } => CertificateError::UnknownIssuer,
        Reason::Broken { .. } if is_about_purpose(rejection) => CertificateError::InvalidPurpose,
        _ => CertificateError::Other(OtherError(Arc::new(rejection.clone()))),
    };
    Error::InvalidCertificate(error)
}

fn is_about_purpose(rejection: &Rejection) -> bool {
    [&rules::PURPOSE, &rules::PURPOSE_OF_ISSUER]
        .iter()
        .any(|provision| provision.rule.id == rejection.rule().id)
}

/// The error that makes rustls send the alert that fits a proof of possession that failed.
pub(super) fn for_signature(error: &SignatureError) -> Error {
    match error {
        SignatureError::UnsupportedAlgorithm { .. } | SignatureError::KeyMismatch { .. } => {
            Error::PeerMisbehaved(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme)
        }
        _ => Error::InvalidCertificate(CertificateError::BadSignature),
    }
}
