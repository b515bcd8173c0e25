// SPDX-License-Identifier: MIT OR Apache-2.0
//! The journal: what happened, entry by entry, and the chain that links the batches they were committed in.
//!
//! An entry is DER, written once and never again:
//!
//! ```asn1
//! Entry ::= SEQUENCE {
//!     version  INTEGER (1),
//!     at       Time,
//!     event    CHOICE {
//!         issuerAdded        [0] SEQUENCE { id OCTET STRING, key UTF8String, chain SEQUENCE OF OCTET STRING },
//!         planApproved       [1] SEQUENCE { issuer OCTET STRING, profile UTF8String, plan OCTET STRING,
//!                                           warrant UTF8String },
//!         certificateIssued  [2] SEQUENCE { issuer OCTET STRING, profile UTF8String, plan OCTET STRING,
//!                                           certificate OCTET STRING } } }
//! ```
//!
//! The chain links batches, not entries, so that entries committed together share one link, and each entry has a
//! digest of its own, from which a transparency log could be grown (see [`chain`]).

pub mod chain;

pub use chain::{BrokenChain, Head, Link};

use x509::der::{Reader, Tag, Writer};
use x509::{Error, Problem, Time};

use crate::issuer::IssuerId;

const VERSION: u32 = 1;

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, by the authority's clock.
    pub at: Time,
    /// What.
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// An issuer was added.
    IssuerAdded(IssuerAdded),
    /// A plan was approved.
    PlanApproved(PlanApproved),
    /// A certificate was issued.
    CertificateIssued(CertificateIssued),
}

/// An issuer was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerAdded {
    /// Its key.
    pub id: IssuerId,
    /// Where its private key is kept, in the words of whoever keeps it.
    pub key: String,
    /// Its certificates in DER, its own first, its root last.
    pub chain: Vec<Vec<u8>>,
}

/// A plan was approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanApproved {
    /// Who issues by it.
    pub issuer: IssuerId,
    /// The profile's name.
    pub profile: String,
    /// The plan's digest, SHA-256.
    pub plan: Vec<u8>,
    /// On whose word.
    pub warrant: String,
}

/// A certificate was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateIssued {
    /// Who issued it.
    pub issuer: IssuerId,
    /// The profile's name; `root` and `issuing` when the authority was founded.
    pub profile: String,
    /// The digest of the plan it was issued by, SHA-256; empty when the authority was founded.
    pub plan: Vec<u8>,
    /// The certificate in DER.
    pub certificate: Vec<u8>,
}

impl Entry {
    /// The entry in DER.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|entry| {
                entry.integer(VERSION);
                self.at.write(entry);
                self.event.write(entry);
            });
        })
    }

    /// Reads an entry that is the whole of `der`.
    ///
    /// # Errors
    /// It is not what [`Entry::encode`] writes.
    pub fn decode(der: &[u8]) -> Result<Self, Error> {
        let mut entry = Reader::whole(der, Tag::SEQUENCE)?.reader();
        let at_version = entry;
        match entry.small_integer()? {
            VERSION => {}
            found => return Err(at_version.error(Problem::UnknownVersion { found })),
        }
        let at = entry.time()?.time;
        let event = Event::read(&mut entry)?;
        entry.finish()?;
        Ok(Self { at, event })
    }
}

const ISSUER_ADDED: Tag = Tag::context_constructed(0);
const PLAN_APPROVED: Tag = Tag::context_constructed(1);
const CERTIFICATE_ISSUED: Tag = Tag::context_constructed(2);

impl Event {
    /// The name of the kind of event: `issuer-added`, `plan-approved`, `certificate-issued`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::IssuerAdded(_) => "issuer-added",
            Self::PlanApproved(_) => "plan-approved",
            Self::CertificateIssued(_) => "certificate-issued",
        }
    }

    fn write(&self, writer: &mut Writer) {
        match self {
            Self::IssuerAdded(added) => writer.nest(ISSUER_ADDED, |event| {
                event.octet_string(added.id.octets());
                text(event, &added.key);
                event.sequence(|chain| added.chain.iter().for_each(|der| chain.octet_string(der)));
            }),
            Self::PlanApproved(approved) => writer.nest(PLAN_APPROVED, |event| {
                event.octet_string(approved.issuer.octets());
                text(event, &approved.profile);
                event.octet_string(&approved.plan);
                text(event, &approved.warrant);
            }),
            Self::CertificateIssued(issued) => writer.nest(CERTIFICATE_ISSUED, |event| {
                event.octet_string(issued.issuer.octets());
                text(event, &issued.profile);
                event.octet_string(&issued.plan);
                event.octet_string(&issued.certificate);
            }),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let element = reader.element()?;
        let mut event = element.reader();
        let read = match element.tag {
            ISSUER_ADDED => {
                let (id, key) = (read_id(&mut event)?, read_text(&mut event)?);
                let mut list = event.sequence()?;
                let mut chain = Vec::new();
                while !list.is_empty() {
                    chain.push(list.octet_string()?.to_vec());
                }
                Self::IssuerAdded(IssuerAdded { id, key, chain })
            }
            PLAN_APPROVED => Self::PlanApproved(PlanApproved {
                issuer: read_id(&mut event)?,
                profile: read_text(&mut event)?,
                plan: event.octet_string()?.to_vec(),
                warrant: read_text(&mut event)?,
            }),
            CERTIFICATE_ISSUED => Self::CertificateIssued(CertificateIssued {
                issuer: read_id(&mut event)?,
                profile: read_text(&mut event)?,
                plan: event.octet_string()?.to_vec(),
                certificate: event.octet_string()?.to_vec(),
            }),
            found => return Err(element.error(Problem::UnknownChoice { found })),
        };
        event.finish()?;
        Ok(read)
    }
}

fn text(writer: &mut Writer, text: &str) {
    writer.element(Tag::UTF8_STRING, text.as_bytes());
}

fn read_text(reader: &mut Reader<'_>) -> Result<String, Error> {
    let element = reader.expect(Tag::UTF8_STRING)?;
    let refused = element.error(Problem::StringAlphabet { what: "UTF8String" });
    str::from_utf8(element.content).ok().map(str::to_owned).ok_or(refused)
}

fn read_id(reader: &mut Reader<'_>) -> Result<IssuerId, Error> {
    let at = *reader;
    let octets = reader.octet_string()?;
    let wrong = Problem::WrongLength { what: "issuer identifier", length: octets.len() };
    octets.try_into().map(IssuerId::from_octets).ok().ok_or_else(|| at.error(wrong))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        let at = Time::parse("2026-11-22T10:00:00Z").unwrap();
        let id = IssuerId::from_octets([7; 32]);
        let events = [
            Event::IssuerAdded(IssuerAdded {
                id,
                key: "keys/a.pem".into(),
                chain: vec![vec![1], vec![2, 3]],
            }),
            Event::PlanApproved(PlanApproved {
                issuer: id,
                profile: "server".into(),
                plan: vec![9; 32],
                warrant: "approved by Zoë".into(),
            }),
            Event::CertificateIssued(CertificateIssued {
                issuer: id,
                profile: "client".into(),
                plan: vec![],
                certificate: vec![0x30, 0x00],
            }),
        ];
        events.into_iter().map(|event| Entry { at, event }).collect()
    }

    #[test]
    fn what_is_written_reads_back() {
        for entry in entries() {
            let der = entry.encode();
            assert_eq!(Entry::decode(&der).unwrap(), entry);
            for cut in 0..der.len() {
                assert!(
                    Entry::decode(der.get(..cut).unwrap()).is_err(),
                    "{} cut at {cut}",
                    entry.event.kind()
                );
            }
        }
    }

    #[test]
    fn an_entry_of_another_kind_or_version_is_refused() {
        let entry = |version: u32, tag: Tag| {
            let der = Writer::build(|writer| {
                writer.sequence(|entry| {
                    entry.integer(version);
                    Time::from_unix(0).write(entry);
                    entry.nest(tag, |_| {});
                });
            });
            Entry::decode(&der).unwrap_err().problem()
        };
        assert_eq!(entry(2, ISSUER_ADDED), Problem::UnknownVersion { found: 2 });
        let unknown = Tag::context_constructed(9);
        assert_eq!(entry(1, unknown), Problem::UnknownChoice { found: unknown });
    }
}
