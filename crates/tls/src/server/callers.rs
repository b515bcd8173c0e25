// SPDX-License-Identifier: MIT OR Apache-2.0
//! Callers that may show a certificate.

use keys::TlsVersion;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use x509::Certificate;

use crate::possession;

/// How many certificates a caller may show: more are no path that anybody would build.
const LONGEST: usize = 8;
/// And how many octets all of them have: they are kept as long as the connection, and in the tickets of its session.
const LARGEST: usize = 16 << 10;

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
        match possession::check(version, message, certificate, signed) {
            Ok(()) => Ok(HandshakeSignatureValid::assertion()),
            Err(_error) => Err(Error::InvalidCertificate(CertificateError::BadSignature)),
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
        let octets: usize =
            intermediates.iter().chain([end_entity]).map(|certificate| certificate.len()).sum();
        let is_bounded = intermediates.len() < LONGEST && octets <= LARGEST;
        if !is_bounded || Certificate::parse(end_entity).is_err() {
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
        possession::schemes()
    }
}
