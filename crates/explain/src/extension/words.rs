// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an extension says, in words.

use super::ExtensionValue;
use crate::moment::counted_len;

/// How many hexadecimal digits of an unknown value are shown.
const SHOWN: usize = 48;

impl ExtensionValue {
    /// What it says: a line for each thing.
    #[must_use]
    pub fn in_words(&self) -> Vec<String> {
        match self {
            Self::BasicConstraints { ca, path_length } => vec![basic_constraints(*ca, *path_length)],
            Self::KeyUsage { usages } if usages.is_empty() => {
                vec!["the key may be used for nothing".to_owned()]
            }
            Self::KeyUsage { usages } => vec![each(usages, usage)],
            Self::ExtendedKeyUsage { purposes } => vec![each(purposes, purpose)],
            Self::SubjectAltName { names } => vec![names.join(", ")],
            Self::NameConstraints { permitted, excluded } => {
                let line = |label: &str, bases: &[String]| {
                    (!bases.is_empty()).then(|| format!("{label}: {}", bases.join(", ")))
                };
                [line("only names in", permitted), line("never names in", excluded)]
                    .into_iter()
                    .flatten()
                    .collect()
            }
            Self::KeyIdentifier { key_identifier, issuer_serial } => {
                let serial =
                    issuer_serial.as_ref().map(|serial| format!("issuer’s certificate has serial {serial}"));
                key_identifier.clone().into_iter().chain(serial).collect()
            }
            Self::CrlDistributionPoints { crl } => {
                crl.iter().map(|at| format!("list of revoked certificates: {at}")).collect()
            }
            Self::AuthorityInfoAccess { ocsp, issuer, other } => {
                let ocsp = ocsp.iter().map(|at| format!("ask here whether it was revoked (OCSP): {at}"));
                let issuer = issuer.iter().map(|at| format!("the issuer’s certificate: {at}"));
                ocsp.chain(issuer).chain(other.iter().cloned()).collect()
            }
            Self::CertificatePolicies { policies } => vec![each(policies, policy)],
            Self::Timestamps { timestamps } => {
                vec![format!(
                    "{} of public logs (Certificate Transparency)",
                    counted_len(*timestamps, "timestamp")
                )]
            }
            Self::Opaque { der } => vec![format!("not read here: {}", shortened(der))],
            Self::Malformed { error, der } => vec![format!("malformed: {error}"), shortened(der)],
        }
    }
}

fn basic_constraints(ca: bool, path_length: Option<u32>) -> String {
    match (ca, path_length) {
        (false, None) => "not a CA: it may sign no certificates".to_owned(),
        (false, Some(length)) => format!("not a CA, yet with a path length of {length}"),
        (true, None) => "a CA: it may sign certificates, those of other CAs too".to_owned(),
        (true, Some(0)) => "a CA: it may sign certificates, but of no other CA (path length 0)".to_owned(),
        (true, Some(1)) => "a CA: below it one more CA may stand (path length 1)".to_owned(),
        (true, Some(length)) => format!("a CA: below it {length} more CAs may stand (path length {length})"),
    }
}

/// The items, each followed by its meaning where it has one.
fn each(items: &[String], meaning: fn(&str) -> Option<&'static str>) -> String {
    let told: Vec<String> = items
        .iter()
        .map(|item| meaning(item).map_or_else(|| item.clone(), |meaning| format!("{item} ({meaning})")))
        .collect();
    told.join(", ")
}

/// RFC 5280 §4.2.1.3.
fn usage(bit: &str) -> Option<&'static str> {
    Some(match bit {
        "digitalSignature" => "sign handshakes",
        "nonRepudiation" => "sign what shall bind the signer",
        "keyEncipherment" => "receive RSA-encrypted keys",
        "dataEncipherment" => "receive encrypted data",
        "keyAgreement" => "agree on keys",
        "keyCertSign" => "sign certificates",
        "cRLSign" => "sign lists of revoked certificates",
        _ => return None,
    })
}

/// RFC 5280 §4.2.1.12.
fn purpose(name: &str) -> Option<&'static str> {
    Some(match name {
        "serverAuth" => "TLS servers",
        "clientAuth" => "TLS clients",
        "codeSigning" => "programs",
        "emailProtection" => "mail",
        "timeStamping" => "timestamps",
        "OCSPSigning" => "answers about revocation",
        "anyExtendedKeyUsage" => "every purpose",
        _ => return None,
    })
}

/// CA/Browser Forum Baseline Requirements §7.1.6.1, EV Guidelines §9.3.2.
fn policy(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "anyPolicy" => "every policy",
        "2.23.140.1.1" => "extended validation",
        "2.23.140.1.2.1" => "domain validated",
        "2.23.140.1.2.2" => "organisation validated",
        "2.23.140.1.2.3" => "individual validated",
        _ => return None,
    })
}

fn shortened(der: &str) -> String {
    let bytes = counted_len(der.len() / 2, "byte");
    match der.get(..SHOWN) {
        Some(first) if der.len() > SHOWN => format!("{bytes}, {first}…"),
        _ => format!("{bytes}, {der}"),
    }
}
