// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a certificate will say, and the to-be-signed bytes that say it.

use keys::{SubjectName, key_identifier};
use x509::ext::{
    AccessDescription, AuthorityInfoAccess, AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints,
    ExtendedKeyUsage, KeyUsage, OcspNoCheck, SubjectKeyIdentifier,
};
use x509::write::{TbsFields, tbs_certificate};
use x509::{Extension, GeneralName, Name, Oid, SubjectPublicKeyInfo, oid};

use crate::issuer::{Issuer, IssuerId};
use crate::lifetime::Period;
use crate::profile::Role;
use crate::publication::{BaseUrl, Shard};
use crate::serial::SerialNumber;

/// Everything in a certificate but its issuer and its serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contents {
    /// The subject, DER.
    pub(crate) subject: Vec<u8>,
    /// The alternative names.
    pub(crate) names: Vec<SubjectName>,
    /// Leaf or authority.
    pub(crate) role: Role,
    pub(crate) key_usage: KeyUsage,
    /// The extended key usages; none leaves the extension out.
    pub(crate) purposes: Vec<Oid<'static>>,
    /// The value of nameConstraints.
    pub(crate) constraints: Option<Vec<u8>>,
    /// Where clients find out more.
    pub(crate) published: Option<Published>,
    pub(crate) period: Period,
    /// The key, a SubjectPublicKeyInfo.
    pub(crate) public_key_info: Vec<u8>,
}

/// The URLs of what the issuer publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Published {
    /// None of one that may sign no CRL, and of a responder's certificate, of which nobody need ask.
    pub(crate) crl: Option<String>,
    /// The base and the issuer, where the CRL comes in so many parts, of which the serial number says which it is.
    pub(crate) sharded: Option<(BaseUrl, IssuerId, u16)>,
    /// None of an authority's: its issuer should not have to be there to answer.
    pub(crate) ocsp: Option<String>,
    pub(crate) certificate: String,
}

impl Published {
    /// Where the CRL is that is about the certificate with this serial number.
    fn list(&self, serial: &SerialNumber) -> Option<String> {
        let whole = self.crl.clone()?;
        let part = self.sharded.as_ref().and_then(|(base, issuer, count)| {
            Shard::of(serial.octets(), *count).map(|shard| base.of(&shard.path(*issuer)))
        });
        Some(part.unwrap_or(whole))
    }

    /// The value of authorityInfoAccess (RFC 5280 §4.2.2.1).
    fn access(&self) -> Vec<u8> {
        let ocsp = self.ocsp.as_deref().map(|url| (oid::OCSP, url));
        let descriptions: Vec<AccessDescription<'_>> = ocsp
            .into_iter()
            .chain([(oid::CA_ISSUERS, self.certificate.as_str())])
            .map(|(method, url)| AccessDescription { method, location: GeneralName::Uri(url) })
            .collect();
        AuthorityInfoAccess::encode(&descriptions)
    }
}

/// Who signs, as the to-be-signed bytes say it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedBy<'a> {
    /// The issuer's name, DER.
    pub(crate) name: &'a [u8],
    /// The identifier of its key.
    pub(crate) key_identifier: &'a [u8],
    /// Its AlgorithmIdentifier, DER.
    pub(crate) algorithm: &'a [u8],
}

impl<'a> SignedBy<'a> {
    /// That this issuer signs.
    pub(crate) fn of(issuer: &'a Issuer) -> Self {
        Self {
            name: issuer.subject(),
            key_identifier: issuer.key_identifier(),
            algorithm: issuer.signer().signature_algorithm(),
        }
    }
}

impl Contents {
    /// The to-be-signed bytes of what signs itself, with this AlgorithmIdentifier, DER.
    ///
    /// # Errors
    /// The key does not parse.
    pub(crate) fn to_be_self_signed(
        &self,
        algorithm: &[u8],
        serial: &SerialNumber,
    ) -> Result<Vec<u8>, x509::Error> {
        let identifier = key_identifier(&SubjectPublicKeyInfo::parse(&self.public_key_info)?);
        self.to_be_signed(&SignedBy { name: &self.subject, key_identifier: &identifier, algorithm }, serial)
    }

    /// The to-be-signed bytes.
    ///
    /// # Errors
    /// The key does not parse.
    pub(crate) fn to_be_signed(
        &self,
        signed_by: &SignedBy<'_>,
        serial: &SerialNumber,
    ) -> Result<Vec<u8>, x509::Error> {
        let key = SubjectPublicKeyInfo::parse(&self.public_key_info)?;
        let subject_is_empty = Name::parse(&self.subject)?.is_empty();
        let basic = match self.role {
            Role::Leaf | Role::Responder => BasicConstraints { ca: false, path_length: None },
            Role::Authority { path_length } => BasicConstraints { ca: true, path_length: Some(path_length) },
        };
        let names = (!self.names.is_empty()).then(|| SubjectName::subject_alt_name(&self.names));
        let purposes = (!self.purposes.is_empty()).then(|| ExtendedKeyUsage::encode(&self.purposes));
        let published = self.published.as_ref();
        // RFC 5280 §4.2.1.6: critical when the subject is empty; §4.2.1.10: constraints are critical.
        let values = [
            (oid::BASIC_CONSTRAINTS, true, Some(basic.encode())),
            (oid::KEY_USAGE, true, Some(self.key_usage.encode())),
            (oid::EXTENDED_KEY_USAGE, false, purposes),
            (oid::SUBJECT_ALT_NAME, subject_is_empty, names),
            (oid::NAME_CONSTRAINTS, true, self.constraints.clone()),
            (oid::SUBJECT_KEY_IDENTIFIER, false, Some(SubjectKeyIdentifier(&key_identifier(&key)).encode())),
            (
                oid::AUTHORITY_KEY_IDENTIFIER,
                false,
                Some(AuthorityKeyIdentifier::encode(signed_by.key_identifier)),
            ),
            (
                oid::CRL_DISTRIBUTION_POINTS,
                false,
                published.and_then(|published| {
                    Some(CrlDistributionPoints::encode(&[published.list(serial)?.as_str()]))
                }),
            ),
            (oid::AUTHORITY_INFO_ACCESS, false, published.map(Published::access)),
            (oid::OCSP_NO_CHECK, false, (self.role == Role::Responder).then(|| OcspNoCheck.encode())),
        ];
        let extensions: Vec<Extension<'_>> = values
            .iter()
            .filter_map(|(oid, critical, value)| {
                let value = value.as_deref()?;
                Some(Extension { oid: *oid, critical: *critical, value })
            })
            .collect();
        Ok(tbs_certificate(&TbsFields {
            serial: serial.octets(),
            signature_algorithm: signed_by.algorithm,
            issuer: signed_by.name,
            not_before: self.period.not_before,
            not_after: self.period.not_after,
            subject: &self.subject,
            subject_public_key_info: &self.public_key_info,
            extensions: &extensions,
        }))
    }
}
