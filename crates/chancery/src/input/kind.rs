// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a file in DER holds, where it is not what was wanted.

use x509::der::{Reader, Tag};
use x509::{
    Certificate, CertificateList, CertificationRequest, OcspRequest, OcspResponse, Oid, SubjectPublicKeyInfo,
};

/// A kind of thing that people keep in DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Certificate,
    Crl,
    Request,
    OcspResponse,
    OcspRequest,
    Pkcs12,
    Pkcs7,
    PrivateKey,
    PublicKey,
}

/// id-data and id-signedData, 1.2.840.113549.1.7.1 and .2 (RFC 5652 §4, §5.1).
const CMS: [u8; 8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7];

impl Kind {
    /// What `der` is, as far as that can be told; `None` of what is none of these or damaged.
    pub(super) fn of(der: &[u8]) -> Option<Self> {
        let found = [
            (Self::Certificate, Certificate::parse(der).is_ok()),
            (Self::Crl, CertificateList::parse(der).is_ok()),
            (Self::Request, CertificationRequest::parse(der).is_ok()),
            (Self::OcspResponse, OcspResponse::parse(der).is_ok()),
            (Self::OcspRequest, OcspRequest::parse(der).is_ok()),
            (Self::PublicKey, SubjectPublicKeyInfo::parse(der).is_ok()),
        ];
        let found = found.into_iter().find_map(|(kind, holds)| holds.then_some(kind));
        found.or_else(|| Self::by_front(der))
    }

    /// The same of what this program reads elsewhere or not at all, by how it begins.
    fn by_front(der: &[u8]) -> Option<Self> {
        let mut fields = Reader::whole(der, Tag::SEQUENCE).ok()?.reader();
        if fields.peek() == Some(Tag::OBJECT_IDENTIFIER) {
            return is_cms(fields.oid().ok()?).then_some(Self::Pkcs7);
        }
        match fields.small_integer().ok()? {
            // PKCS#8 and PKCS#1 (RFC 5958 §2, RFC 8017 A.1.2), then SEC 1 (RFC 5915 §3).
            0 if matches!(fields.peek(), Some(Tag::SEQUENCE | Tag::INTEGER)) => Some(Self::PrivateKey),
            1 if fields.peek() == Some(Tag::OCTET_STRING) => Some(Self::PrivateKey),
            // RFC 7292 §4.
            3 => is_cms(fields.sequence().ok()?.oid().ok()?).then_some(Self::Pkcs12),
            _ => None,
        }
    }

    /// What it is called.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Certificate => "a certificate",
            Self::Crl => "a certificate revocation list",
            Self::Request => "a certificate signing request",
            Self::OcspResponse => "an OCSP response",
            Self::OcspRequest => "an OCSP request",
            Self::Pkcs12 => "PKCS#12 (certificates and, mostly, a private key)",
            Self::Pkcs7 => "PKCS#7 (certificates)",
            Self::PrivateKey => "a private key",
            Self::PublicKey => "a public key",
        }
    }
}

fn is_cms(oid: Oid<'_>) -> bool {
    oid.content().starts_with(&CMS)
}

#[cfg(test)]
mod tests {
    use x509::der::Writer;

    use super::*;

    #[test]
    fn containers_and_keys_are_told_by_how_they_begin() {
        let check = |body: fn(&mut Writer), expect: Option<Kind>| {
            let der = Writer::build(|writer| writer.sequence(body));
            assert_eq!(Kind::of(&der), expect, "{der:02x?}");
        };
        let signed_data =
            |writer: &mut Writer| writer.element(Tag::OBJECT_IDENTIFIER, &[&CMS[..], &[2]].concat());
        check(signed_data, Some(Kind::Pkcs7));
        check(
            |pfx| {
                pfx.integer(3);
                pfx.sequence(|safe| safe.element(Tag::OBJECT_IDENTIFIER, &[&CMS[..], &[1]].concat()));
            },
            Some(Kind::Pkcs12),
        );
        check(
            |key| {
                key.integer(0);
                key.sequence(|_| {});
            },
            Some(Kind::PrivateKey),
        );
        check(
            |key| {
                key.integer(1);
                key.octet_string(&[7; 32]);
            },
            Some(Kind::PrivateKey),
        );
        check(|other| other.integer(9), None);
        check(|_| {}, None);
    }
}
