// SPDX-License-Identifier: MIT OR Apache-2.0
//! Callers that may show a certificate.

use keys::{AwsLc, TlsScheme, TlsVersion};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use x509::Certificate;

use crate::registry;

/// How many certificates a caller may show: more are no path that anybody would build.
const LONGEST: usize = 8;

/// Asks every caller for a certificate, lets those in who have none, and has those who show one prove that they have its
/// key. Whom to believe is not decided here: that depends on what is asked, and may change while a connection lasts.
///
/// No authorities are named. Whoever has a certificate to show is told by a person; and some clients show none where
/// those that are named were settled before their own authority was.
#[derive(Debug)]
pub(super) struct Asked;

impl Asked {
    fn prove(
        version: TlsVersion,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let bad = |problem| Error::InvalidCertificate(problem);
        let code = registry::SignatureScheme(u16::from(signed.scheme));
        let scheme = TlsScheme::from_code(code.0).ok_or_else(|| bad(CertificateError::BadSignature))?;
        let certificate =
            Certificate::parse(certificate).map_err(|_error| bad(CertificateError::BadEncoding))?;
        let key = certificate.tbs().subject_public_key_info();
        match AwsLc.verify_tls(version, scheme, &key, message, signed.signature()) {
            Ok(()) => Ok(HandshakeSignatureValid::assertion()),
            Err(_error) => Err(bad(CertificateError::BadSignature)),
        }
    }
}

impl ClientCertVerifier for Asked {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if intermediates.len() >= LONGEST || Certificate::parse(end_entity).is_err() {
            return Err(Error::InvalidCertificate(CertificateError::BadEncoding));
        }
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::prove(TlsVersion::V12, message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::prove(TlsVersion::V13, message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        TlsScheme::ALL.iter().map(|scheme| SignatureScheme::from(scheme.code())).collect()
    }
}
