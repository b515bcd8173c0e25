// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether the other side has the key of the certificate that it shows: its signature over the handshake.

use keys::{AwsLc, TlsScheme, TlsVersion};
use rustls::pki_types::CertificateDer;
use rustls::{DigitallySignedStruct, SignatureScheme};
use x509::{Certificate, SignatureError};

use crate::registry;

/// Checks a handshake's signature with the key in the certificate.
pub(crate) fn check(
    version: TlsVersion,
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
) -> Result<(), SignatureError> {
    let code = registry::SignatureScheme(u16::from(signed.scheme));
    let scheme = TlsScheme::from_code(code.0)
        .ok_or_else(|| SignatureError::UnsupportedAlgorithm { algorithm: code.to_string() })?;
    let certificate = Certificate::parse(certificate).map_err(|error| SignatureError::MalformedKey {
        reason: format!("no readable certificate holds it: {error}"),
    })?;
    let key = certificate.tbs().subject_public_key_info();
    AwsLc.verify_tls(version, scheme, &key, message, signed.signature())
}

/// By what the other side may sign.
pub(crate) fn schemes() -> Vec<SignatureScheme> {
    TlsScheme::ALL.iter().map(|scheme| SignatureScheme::from(scheme.code())).collect()
}
