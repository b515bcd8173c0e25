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
//!         issuerAdded         [0] SEQUENCE { id OCTET STRING, key UTF8String, chain SEQUENCE OF OCTET STRING },
//!         planApproved        [1] SEQUENCE { issuer OCTET STRING, profile UTF8String, plan OCTET STRING,
//!                                            warrant UTF8String },
//!         certificateIssued   [2] SEQUENCE { issuer OCTET STRING, profile UTF8String, plan OCTET STRING,
//!                                            certificate OCTET STRING },
//!         certificateRevoked  [3] SEQUENCE { issuer OCTET STRING, serial OCTET STRING, reason ENUMERATED,
//!                                            since Time, invalidFrom [0] Time OPTIONAL, by UTF8String },
//!         holdReleased        [4] SEQUENCE { issuer OCTET STRING, serial OCTET STRING, by UTF8String },
//!         requestRefused      [5] SEQUENCE { issuer OCTET STRING, profile UTF8String, request OCTET STRING,
//!                                            path UTF8String, rule UTF8String, reason UTF8String },
//!         crlIssued           [6] SEQUENCE { issuer OCTET STRING, number INTEGER, thisUpdate Time,
//!                                            nextUpdate Time, through INTEGER, digest OCTET STRING },
//!         baseUrlSettled      [7] SEQUENCE { base UTF8String (empty: none), by UTF8String },
//!         tokenAdded          [8] SEQUENCE { id OCTET STRING, digest OCTET STRING, label UTF8String,
//!                                            scopes SEQUENCE OF UTF8String, profiles SEQUENCE OF UTF8String,
//!                                            notAfter [0] Time OPTIONAL, by UTF8String },
//!         tokenRevoked        [9] SEQUENCE { id OCTET STRING, by UTF8String },
//!         issuerRetired       [10] SEQUENCE { id OCTET STRING, by UTF8String },
//!         requestHeld         [14] SEQUENCE { id OCTET STRING, issuer OCTET STRING, profile UTF8String,
//!                                             request OCTET STRING, names SEQUENCE OF UTF8String,
//!                                             days INTEGER (0: the profile's), way UTF8String, token OCTET STRING
//!                                             and label UTF8String where the way is `api`, by UTF8String,
//!                                             rules SEQUENCE OF UTF8String, until Time, plan OCTET STRING,
//!                                             lines SEQUENCE OF SEQUENCE { field UTF8String,
//!                                                 asked SEQUENCE (SIZE (0..1)) OF UTF8String, policy UTF8String,
//!                                                 issued SEQUENCE (SIZE (0..1)) OF UTF8String } },
//!         requestApproved     [15] SEQUENCE { id OCTET STRING, issuer OCTET STRING, serial OCTET STRING,
//!                                             by UTF8String, reason UTF8String },
//!         requestDenied       [16] SEQUENCE { id OCTET STRING, by UTF8String, reason UTF8String },
//!         intervalUnknown     [18] SEQUENCE { known INTEGER, knownDigest OCTET STRING, lost INTEGER,
//!                                             lostDigest OCTET STRING, since Time, until Time, by UTF8String } } }
//! ```
//!
//! The chain links batches, not entries, so that entries committed together share one link, and each entry has a
//! digest of its own, from which a transparency log could be grown (see [`chain`]).

pub mod chain;
mod event;

pub use chain::{BrokenChain, Head, Link};
pub use event::{
    BaseUrlSettled, CertificateIssued, CertificateRevoked, Certified, CrlIssued, CrlPresigned,
    CrlShardsSettled, Event, HeldLine, HoldReleased, IntervalUnknown, IssuerAdded, IssuerRetired, KeyMoved,
    PlanApproved, Reach, RequestApproved, RequestDenied, RequestHeld, RequestRefused, Shown, TokenAdded,
    TokenRevoked,
};

use x509::der::{Reader, Tag, Writer};
use x509::{Error, Problem, Time};

const VERSION: u32 = 1;

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, by the authority's clock.
    pub at: Time,
    /// What.
    pub event: Event,
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use x509::ext::ReasonCode;

    use super::*;
    use crate::issuer::IssuerId;
    use crate::pending::RequestId;
    use crate::policy::Requester;
    use crate::token::{Scope, TokenId};

    const ISSUER_ADDED: Tag = Tag::context_constructed(0);

    fn held(requester: Requester) -> RequestHeld {
        RequestHeld {
            id: RequestId::from_octets([8; 16]),
            issuer: IssuerId::from_octets([7; 32]),
            profile: "server".into(),
            request: vec![0x30, 0x00],
            names: vec!["nas.lan".into()],
            days: Some(30),
            requester,
            by: "Zoë".into(),
            rules: vec!["crown".into()],
            until: Time::parse("2026-12-22").unwrap(),
            plan: vec![9; 32],
            lines: vec![HeldLine {
                field: "name".into(),
                asked: None,
                policy: "within the constraints".into(),
                issued: Some("nas.lan".into()),
            }],
        }
    }

    /// A request that waits, and what may become of it.
    fn waiting(issuer: IssuerId) -> [Event; 5] {
        let approved = |plan| {
            let (id, serial) = (RequestId::from_octets([8; 16]), vec![0x40, 1]);
            let (by, reason) = ("Zoë".into(), "as agreed".into());
            Event::RequestApproved(RequestApproved { id, plan, issuer, serial, by, reason })
        };
        [
            Event::RequestHeld(held(Requester::CommandLine)),
            Event::RequestHeld(held(Requester::Program {
                id: TokenId::from_octets([3; 8]),
                label: "deploy".into(),
            })),
            approved(Some(vec![9; 32])),
            approved(None),
            Event::RequestDenied(RequestDenied {
                id: RequestId::from_octets([8; 16]),
                by: "Zoë".into(),
                reason: "not ours".into(),
            }),
        ]
    }

    fn entries() -> Vec<Entry> {
        let at = Time::parse("2026-11-22T10:00:00Z").unwrap();
        let id = IssuerId::from_octets([7; 32]);
        let crl = CrlIssued {
            issuer: id,
            number: 1_795_341_600,
            this_update: at,
            next_update: Time::parse("2026-11-29").unwrap(),
            through: 0,
            digest: vec![7; 32],
        };
        let events = [
            Event::IssuerAdded(IssuerAdded {
                id,
                key: "keys/a.pem".into(),
                chain: vec![vec![1], vec![2, 3]],
                certified: Certified::Anew,
            }),
            Event::IssuerAdded(IssuerAdded {
                id,
                key: "keys/a.pem".into(),
                chain: vec![vec![1], vec![4]],
                certified: Certified::Beside,
            }),
            Event::IssuerAdded(IssuerAdded {
                id,
                key: "keys/a.pem".into(),
                chain: vec![vec![1]],
                certified: Certified::TakenOver,
            }),
            Event::KeyMoved(KeyMoved { id, key: "a safe".into(), reach: Reach::Away, by: "Zoë".into() }),
            Event::KeyMoved(KeyMoved { id, key: "keys/a.pem".into(), reach: Reach::Here, by: "Zoë".into() }),
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
            Event::CertificateRevoked(CertificateRevoked {
                issuer: id,
                serial: vec![0x40, 1],
                reason: ReasonCode::KeyCompromise,
                since: at,
                invalid_from: Time::parse("2026-11-20"),
                by: "Zoë".into(),
            }),
            Event::CertificateRevoked(CertificateRevoked {
                issuer: id,
                serial: vec![0x40, 1],
                reason: ReasonCode::CertificateHold,
                since: at,
                invalid_from: None,
                by: "Zoë".into(),
            }),
            Event::HoldReleased(HoldReleased { issuer: id, serial: vec![0x40, 1], by: "Zoë".into() }),
            Event::CrlIssued(crl.clone()),
            Event::CrlPresigned(CrlPresigned { issued: crl, crl: vec![0x30, 0x00] }),
        ];
        let events = events.into_iter().chain(of_programs(at, id)).chain(waiting(id));
        events.map(|event| Entry { at, event }).collect()
    }

    fn of_programs(at: Time, id: IssuerId) -> Vec<Event> {
        vec![
            Event::RequestRefused(RequestRefused {
                issuer: id,
                profile: "server".into(),
                request: vec![8; 32],
                path: "command line".into(),
                rule: "name-permitted".into(),
                reason: "no".into(),
            }),
            Event::BaseUrlSettled(BaseUrlSettled {
                base: Some("http://ca.internal:8480".parse().unwrap()),
                by: "Zoë".into(),
            }),
            Event::BaseUrlSettled(BaseUrlSettled { base: None, by: "Zoë".into() }),
            Event::CrlShardsSettled(CrlShardsSettled { count: 16, by: "Zoë".into() }),
            Event::CrlShardsSettled(CrlShardsSettled { count: 256, by: "Zoë".into() }),
            Event::TokenAdded(TokenAdded {
                id: TokenId::from_octets([3; 8]),
                digest: [4; 32],
                label: "deploy".into(),
                scopes: vec![Scope::Read, Scope::Issue],
                profiles: vec!["server".into()],
                not_after: Some(at),
                by: "Zoë".into(),
                shown: Shown::Secret,
            }),
            Event::TokenAdded(TokenAdded {
                id: TokenId::from_octets([3; 8]),
                digest: [4; 32],
                label: "watch".into(),
                scopes: vec![Scope::Revoke],
                profiles: vec![],
                not_after: None,
                by: "Zoë".into(),
                shown: Shown::Key,
            }),
            Event::TokenRevoked(TokenRevoked { id: TokenId::from_octets([3; 8]), by: "Zoë".into() }),
            Event::IssuerRetired(IssuerRetired { id, by: "Zoë".into() }),
            Event::IntervalUnknown(IntervalUnknown {
                known: Head { number: 7, digest: [1; 32] },
                lost: Head { number: 300, digest: [2; 32] },
                since: at,
                until: at,
                by: "Zoë".into(),
            }),
        ]
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

    proptest::proptest! {
        #[test]
        fn noise_is_refused_or_written_the_same_way(
            which in 0..entries().len(), at in proptest::prelude::any::<proptest::sample::Index>(), value in 0_u8..
        ) {
            let mut der = entries().get(which).unwrap().encode();
            let place = at.index(der.len());
            der.splice(place..=place, [value]);
            if let Ok(entry) = Entry::decode(&der) {
                proptest::prop_assert_eq!(entry.encode(), der);
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
        let unknown = Tag::context_constructed(30);
        assert_eq!(entry(1, unknown), Problem::UnknownChoice { found: unknown });
    }
}
