// SPDX-License-Identifier: MIT OR Apache-2.0
//! The chain that everyone judges.

use keys::{KeyKind, PrivateKey, Signer, key_identifier};
use x509::ext::{
    AccessDescription, AuthorityInfoAccess, AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies,
    CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, SubjectAltName, SubjectKeyIdentifier,
};
use x509::name::NameBuilder;
use x509::write::{TbsFields, signed, tbs_certificate};
use x509::{Extension, GeneralName, Oid, SubjectPublicKeyInfo, Time, oid};

use super::{AT, HOST};

/// Leaf, intermediate and root in DER.
pub(crate) struct Hierarchy {
    pub kind: KeyKind,
    pub leaf: Vec<u8>,
    pub intermediate: Vec<u8>,
    pub root: Vec<u8>,
}

/// How much the certificates say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// What RFC 5280 asks for.
    TheLeast,
    /// Where to ask for revocation and for the issuer, and the policy, too.
    WhatPublicOnesSay,
}

/// Whether the root names its own key as its issuer's, as it may (RFC 5280 §4.2.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RootSays {
    WhoseKey,
    Nothing,
}

/// Domain-validated, as the CA/Browser Forum numbers it: 2.23.140.1.2.1.
const DOMAIN_VALIDATED: [u8; 6] = [0x67, 0x81, 0x0c, 1, 2, 1];

type Named = (Oid<'static>, bool, Vec<u8>);

/// Whose name and key a certificate carries.
struct Party {
    name: Vec<u8>,
    key: PrivateKey,
}

impl Party {
    fn new(common_name: &str, kind: KeyKind) -> Result<Self, String> {
        let named = NameBuilder::new()
            .attribute(oid::COUNTRY, "CH")
            .and_then(|name| name.organization("Bench"))
            .and_then(|name| name.common_name(common_name));
        let name = named.map_err(|error| error.to_string())?.build();
        Ok(Self { name, key: PrivateKey::generate(kind).map_err(|error| error.to_string())? })
    }

    fn identifier(&self) -> Result<[u8; 20], String> {
        let info = SubjectPublicKeyInfo::parse(self.key.public_key_info());
        Ok(key_identifier(&info.map_err(|error| error.to_string())?))
    }

    fn issue(&self, subject: &Self, serial: u8, named: &[Named]) -> Result<Vec<u8>, String> {
        let extensions: Vec<_> = named
            .iter()
            .map(|(oid, critical, value)| Extension { oid: *oid, critical: *critical, value })
            .collect();
        let day = std::time::Duration::from_secs(86_400);
        let at = Time::from_unix(AT);
        let tbs = tbs_certificate(&TbsFields {
            serial: &[0x4a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, serial],
            signature_algorithm: self.key.signature_algorithm(),
            issuer: &self.name,
            not_before: at.minus(day),
            not_after: at.plus(day),
            subject: &subject.name,
            subject_public_key_info: subject.key.public_key_info(),
            extensions: &extensions,
        });
        let signature = self.key.sign(&tbs).map_err(|error| error.to_string())?;
        Ok(signed(&tbs, self.key.signature_algorithm(), &signature))
    }
}

impl Hierarchy {
    /// New keys, and certificates for them.
    pub(crate) fn new(kind: KeyKind, says: Says, root_says: RootSays) -> Result<Self, String> {
        let root = Party::new("Bench Root", kind)?;
        let intermediate = Party::new("Bench Intermediate 1", kind)?;
        let leaf = Party::new(HOST, kind)?;
        let subject_key = |of: &Party| -> Result<Named, String> {
            Ok((oid::SUBJECT_KEY_IDENTIFIER, false, SubjectKeyIdentifier(&of.identifier()?).encode()))
        };
        let authority_key = |of: &Party| -> Result<Named, String> {
            Ok((oid::AUTHORITY_KEY_IDENTIFIER, false, AuthorityKeyIdentifier::encode(&of.identifier()?)))
        };
        let ca = |path_length| -> [Named; 2] {
            let constraints = BasicConstraints { ca: true, path_length };
            let usage = KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN);
            [(oid::BASIC_CONSTRAINTS, true, constraints.encode()), (oid::KEY_USAGE, true, usage.encode())]
        };
        let purpose = (oid::EXTENDED_KEY_USAGE, false, ExtendedKeyUsage::encode(&[oid::SERVER_AUTH]));

        let mut of_root: Vec<Named> = ca(None).into();
        of_root.push(subject_key(&root)?);
        of_root.extend((root_says == RootSays::WhoseKey).then(|| authority_key(&root)).transpose()?);

        let mut of_intermediate: Vec<Named> = ca(Some(0)).into();
        of_intermediate.extend([purpose.clone(), subject_key(&intermediate)?, authority_key(&root)?]);
        of_intermediate.extend(beside(says, "root"));

        let names = [GeneralName::Dns("bench.test"), GeneralName::Dns(HOST)];
        let mut of_leaf: Vec<Named> = vec![
            (oid::KEY_USAGE, true, KeyUsage::DIGITAL_SIGNATURE.encode()),
            purpose,
            (oid::SUBJECT_ALT_NAME, false, SubjectAltName::encode(&names)),
        ];
        of_leaf.extend([subject_key(&leaf)?, authority_key(&intermediate)?]);
        of_leaf.extend(beside(says, "intermediate"));

        Ok(Self {
            kind,
            leaf: intermediate.issue(&leaf, 3, &of_leaf)?,
            intermediate: root.issue(&intermediate, 2, &of_intermediate)?,
            root: root.issue(&root, 1, &of_root)?,
        })
    }
}

/// What public certificates say beside what decides.
fn beside(says: Says, issuer: &str) -> Vec<Named> {
    if says == Says::TheLeast {
        return Vec::new();
    }
    let (ocsp, certificate) =
        (format!("http://ocsp.{issuer}.bench.test"), format!("http://{issuer}.bench.test/"));
    let crl = format!("http://{issuer}.bench.test/1.crl");
    let access = [
        AccessDescription { method: oid::OCSP, location: GeneralName::Uri(&ocsp) },
        AccessDescription { method: oid::CA_ISSUERS, location: GeneralName::Uri(&certificate) },
    ];
    let policy: Vec<_> = Oid::from_content(&DOMAIN_VALIDATED).into_iter().collect();
    vec![
        (oid::AUTHORITY_INFO_ACCESS, false, AuthorityInfoAccess::encode(&access)),
        (oid::CRL_DISTRIBUTION_POINTS, false, CrlDistributionPoints::encode(&[&crl])),
        (oid::CERTIFICATE_POLICIES, false, CertificatePolicies::encode(&policy)),
    ]
}
