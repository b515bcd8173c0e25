// SPDX-License-Identifier: MIT OR Apache-2.0
//! One certificate of a path.

use serde::Serialize;
use verify::Place;
use x509::{Certificate, DigestAlgorithm, Time};

use super::Case;
use crate::algorithm::signature_in_words;
use crate::general_name::{alternative_names, leading_common_name, short_name};
use crate::hex::hex;
use crate::moment::as_text;

/// Where a certificate came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The peer sent it.
    Sent,
    /// The client had it at hand.
    AtHand,
    /// It is trusted.
    TrustStore,
    /// Nobody could tell.
    Unknown,
}

/// One certificate of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// `leaf`, `intermediate 1`, `anchor`.
    pub place: String,
    /// Its subject.
    pub subject: String,
    /// Its issuer.
    pub issuer: String,
    /// Its serial number, hexadecimal.
    pub serial: String,
    /// Where it came from.
    pub origin: Origin,
    /// The store or file that it is trusted by, where that is known.
    pub store: Option<String>,
    /// The rest, when its bytes were at hand.
    #[serde(flatten)]
    pub details: Option<LinkDetails>,
    /// How it is called in a sentence.
    #[serde(skip)]
    pub short_name: String,
    /// How its issuer is called in a sentence.
    #[serde(skip)]
    pub issuer_short_name: String,
    /// Whether it is where the path ends.
    #[serde(skip)]
    pub is_anchor: bool,
}

/// What the bytes of a certificate add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkDetails {
    /// The first second of its validity.
    #[serde(serialize_with = "as_text")]
    pub not_before: Time,
    /// The last second of its validity.
    #[serde(serialize_with = "as_text")]
    pub not_after: Time,
    /// The algorithm with which it was signed.
    pub signature_algorithm: String,
    /// SHA-256 of the certificate, hexadecimal.
    pub sha256: String,
}

/// A link and its bytes.
#[derive(Debug)]
pub(super) struct Resolved<'a> {
    pub(super) facts: Link,
    pub(super) certificate: Option<Certificate<'a>>,
}

impl<'a> Resolved<'a> {
    /// A certificate whose bytes are known.
    pub(super) fn of_der(case: &Case<'a>, place: Place, der: &'a [u8]) -> Option<Self> {
        let certificate = Certificate::parse(der).ok()?;
        let tbs = certificate.tbs();
        let names = alternative_names(&tbs.extensions());
        let facts = Link {
            place: place.to_string(),
            subject: tbs.subject().to_string(),
            issuer: tbs.issuer().to_string(),
            serial: tbs.serial().to_string(),
            origin: origin(case, der),
            store: store(case, der),
            details: Some(LinkDetails {
                not_before: tbs.validity().not_before.time,
                not_after: tbs.validity().not_after.time,
                signature_algorithm: signature_in_words(&certificate.signature_algorithm()),
                sha256: hex(case.crypto.digest(DigestAlgorithm::Sha256, der).octets()),
            }),
            short_name: short_name(&tbs.subject(), &names),
            issuer_short_name: short_name(&tbs.issuer(), &[]),
            is_anchor: matches!(place, Place::Anchor(_)) || case.anchors.contains(der),
        };
        Some(Self { facts, certificate: Some(certificate) })
    }

    /// A certificate that the trace names; its bytes are looked for among those that were given.
    pub(super) fn of_trace(case: &Case<'a>, place: Place, subject: &str, issuer: &str, serial: &str) -> Self {
        let sent = case.chain.iter().chain(case.intermediates).copied();
        let trusted = case.anchors.iter().map(verify::KeptCertificate::der);
        let is_it = |der: &&[u8]| {
            Certificate::parse(der).is_ok_and(|found| {
                let tbs = found.tbs();
                tbs.serial().to_string() == serial
                    && tbs.subject().to_string() == subject
                    && tbs.issuer().to_string() == issuer
            })
        };
        let found = match place {
            Place::Anchor(_) => trusted.into_iter().find(is_it),
            Place::Leaf | Place::Intermediate(_) => sent.into_iter().find(is_it),
        };
        found.and_then(|der| Self::of_der(case, place, der)).unwrap_or_else(|| Self {
            facts: Link {
                place: place.to_string(),
                subject: subject.to_owned(),
                issuer: issuer.to_owned(),
                serial: serial.to_owned(),
                origin: Origin::Unknown,
                store: None,
                details: None,
                short_name: leading_common_name(subject),
                issuer_short_name: leading_common_name(issuer),
                is_anchor: matches!(place, Place::Anchor(_)),
            },
            certificate: None,
        })
    }
}

fn origin(case: &Case<'_>, der: &[u8]) -> Origin {
    if case.anchors.contains(der) {
        return Origin::TrustStore;
    }
    let among = |list: &[&[u8]]| list.contains(&der);
    if among(case.chain) {
        Origin::Sent
    } else if among(case.intermediates) {
        Origin::AtHand
    } else {
        Origin::Unknown
    }
}

fn store(case: &Case<'_>, der: &[u8]) -> Option<String> {
    let holds = |source: &&super::TrustSource<'_>| source.certificates.iter().any(|found| found == der);
    case.sources.iter().find(holds).map(|source| source.name.clone())
}
