// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificate signing requests, made.

use x509::Extension;
use x509::ext::{BasicConstraints, KeyUsage, SubjectKeyIdentifier};
use x509::name::{NameBuilder, NameError};
use x509::oid;
use x509::write::{self, RequestFields};

use crate::signer::{SignError, Signer};
use crate::subject_name::SubjectName;

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestSpec {
    /// The common name. `None` takes the first DNS name when it has at most 64 octets, and leaves the
    /// subject empty otherwise; an address is never taken, since OpenSSL and GnuTLS then refuse the
    /// certificate under name constraints.
    pub common_name: Option<String>,
    /// The names for the subjectAltName, in order; one that stands twice is written once.
    pub names: Vec<SubjectName>,
}

/// Why a request was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Neither a name nor a common name.
    #[error("a request for no name at all")]
    Nothing,
    /// A common name that a certificate cannot carry.
    #[error("the common name cannot be written")]
    CommonName(#[from] NameError),
    /// The signer failed.
    #[error("the request was not signed")]
    Sign(#[from] SignError),
}

/// Octets of a common name at most (RFC 5280 appendix A.1, ub-common-name).
const COMMON_NAME_MAX: usize = 64;

/// Makes a request in DER (RFC 2986) and signs it: the proof that its maker holds the private key.
///
/// # Errors
/// See [`RequestError`].
pub fn make(signer: &dyn Signer, spec: &RequestSpec) -> Result<Vec<u8>, RequestError> {
    let names = without_repetition(&spec.names);
    let common_name = spec.common_name.as_deref().or_else(|| first_dns_name(&names));
    if common_name.is_none() && names.is_empty() {
        return Err(RequestError::Nothing);
    }
    let subject = match common_name {
        Some(text) => NameBuilder::new().common_name(text)?,
        None => NameBuilder::new(),
    };
    let value = SubjectName::subject_alt_name(&names);
    // RFC 5280 §4.2.1.6: critical where it alone names the subject.
    let alternative =
        Extension { oid: oid::SUBJECT_ALT_NAME, critical: common_name.is_none(), value: &value };
    let extensions = if names.is_empty() { &[] } else { std::slice::from_ref(&alternative) };
    Ok(signed(signer, &subject.build(), extensions)?)
}

/// Makes the request of an authority in DER (RFC 2986) and signs it: under the name `subject` (DER), to issue
/// certificates and CRLs and answer OCSP requests, its key called `key_identifier`, with `path_length` authorities
/// below it at most, where that is said.
///
/// # Errors
/// The signer failed.
pub fn make_for_authority(
    signer: &dyn Signer,
    subject: &[u8],
    key_identifier: &[u8],
    path_length: Option<u32>,
) -> Result<Vec<u8>, SignError> {
    let basic = BasicConstraints { ca: true, path_length }.encode();
    let usage = KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN).and(KeyUsage::DIGITAL_SIGNATURE).encode();
    // What it has issued, or will issue, names its key by this.
    let identifier = SubjectKeyIdentifier(key_identifier).encode();
    let extensions = [
        (oid::BASIC_CONSTRAINTS, true, &basic),
        (oid::KEY_USAGE, true, &usage),
        (oid::SUBJECT_KEY_IDENTIFIER, false, &identifier),
    ];
    signed(signer, subject, &extensions.map(|(oid, critical, value)| Extension { oid, critical, value }))
}

fn signed(signer: &dyn Signer, subject: &[u8], extensions: &[Extension<'_>]) -> Result<Vec<u8>, SignError> {
    let subject_public_key_info = signer.public_key_info();
    let info = write::request_info(&RequestFields { subject, subject_public_key_info, extensions });
    let signature = signer.sign(&info)?;
    Ok(write::signed(&info, signer.signature_algorithm(), &signature))
}

fn without_repetition(names: &[SubjectName]) -> Vec<SubjectName> {
    let mut kept: Vec<SubjectName> = Vec::with_capacity(names.len());
    for name in names {
        if !kept.contains(name) {
            kept.push(name.clone());
        }
    }
    kept
}

fn first_dns_name(names: &[SubjectName]) -> Option<&str> {
    let first = names.iter().find_map(|name| match name {
        SubjectName::Dns(text) => Some(text.as_str()),
        SubjectName::Ip(_) | SubjectName::Email(_) => None,
    });
    first.filter(|text| text.len() <= COMMON_NAME_MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::{AwsLc, KeyKind, PrivateKey};
    use x509::ext::SubjectAltName;
    use x509::{CertificationRequest, SignatureVerifier as _};

    fn request(common_name: Option<&str>, names: &[&str]) -> Result<Vec<u8>, RequestError> {
        let key = PrivateKey::generate(KeyKind::P256).unwrap();
        let names = names.iter().map(|name| SubjectName::parse(name).unwrap()).collect();
        make(&key, &RequestSpec { common_name: common_name.map(str::to_owned), names })
    }

    #[test]
    fn the_common_name_is_the_first_dns_name_that_fits() {
        let long = format!("{}.test", "a".repeat(60));
        let fits = format!("{}.test", "a".repeat(59));
        let check = |common_name: Option<&str>, names: &[&str], subject: &str, critical: bool| {
            let der = request(common_name, names).unwrap();
            let request = CertificationRequest::parse(&der).unwrap();
            let info = request.info();
            assert_eq!(info.subject().to_string(), subject, "{names:?}");
            let decoded = info.extensions().decode::<SubjectAltName<'_>>().unwrap().unwrap();
            assert_eq!(decoded.critical, critical, "{names:?}");
            assert_eq!(decoded.value.iter().count(), names.len(), "{names:?}");
        };
        check(None, &["a.test", "b.test"], "CN=a.test", false);
        check(None, &["10.0.0.1", "*.b.test"], "CN=*.b.test", false);
        check(None, &["10.0.0.1", "::1"], "", true);
        check(None, &[&fits], &format!("CN={fits}"), false);
        check(None, &[&long, "b.test"], "", true);
        check(Some("Ann"), &["a@b.test"], "CN=Ann", false);
    }

    #[test]
    fn a_name_that_stands_twice_is_written_once() {
        let der = request(None, &["a.test", "A.test", "127.0.0.1", "a.test"]).unwrap();
        let request = CertificationRequest::parse(&der).unwrap();
        let decoded = request.info().extensions().decode::<SubjectAltName<'_>>().unwrap().unwrap();
        let names: Vec<String> = decoded.value.iter().map(|name| name.to_string()).collect();
        assert_eq!(names, ["dns:a.test", "ip:127.0.0.1"]);
    }

    #[test]
    fn a_request_for_nothing_or_with_an_impossible_common_name_is_not_made() {
        assert_eq!(request(None, &[]), Err(RequestError::Nothing));
        assert!(matches!(request(Some(&"x".repeat(65)), &["a.test"]), Err(RequestError::CommonName(_))));
        let der = request(Some("Ann"), &[]).unwrap();
        assert!(CertificationRequest::parse(&der).unwrap().info().extensions().is_empty());
    }

    #[test]
    fn it_proves_possession() {
        let der = request(None, &["a.test"]).unwrap();
        let request = CertificationRequest::parse(&der).unwrap();
        let (info, algorithm) = (request.info(), request.signature_algorithm());
        let key = info.subject_public_key_info();
        let signature = request.signature_value();
        assert_eq!(AwsLc.verify(&key, &algorithm, info.raw(), signature), Ok(()));
        assert!(AwsLc.verify(&key, &algorithm, info.subject().raw(), signature).is_err());
    }
}
