// SPDX-License-Identifier: MIT OR Apache-2.0
//! The takeover of an authority that somebody else has kept: its certificates and keys, what it has issued, and who of
//! those was revoked. It can be done again, to take over what the other has done meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use keys::Signer;
use x509::ext::{CrlNumber, ReasonCode};
use x509::{Certificate, CertificateList, DigestAlgorithm, Serial, SignatureVerifier, Time};

use crate::error::{RecordError, TakeoverError};
use crate::founding::certified;
use crate::issuer::{Issuer, IssuerId};
use crate::journal::{
    BaseUrlSettled, CertificateIssued, CertificateRevoked, Certified, CrlIssued, Event, IssuerAdded,
    IssuerRetired, Reach,
};
use crate::publication::BaseUrl;
use crate::record::{Batch, CertificateQuery, IssuerRecord, Record, Revoked, Standing, Status};
use crate::revoke::REASONS;
use crate::succession::is_signed;

/// The largest number of a CRL that is taken over: far from the largest there is, and from any that was counted or is a
/// date.
const LARGEST: u64 = 1 << 62;

/// How many certificates are committed at a time.
const AT_ONCE: usize = 500;

/// The name of the profile of what was issued elsewhere.
pub const PROFILE: &str = "imported";

/// An authority to be taken over.
#[derive(Debug)]
pub struct Takeover {
    /// Its issuers, a root before those below it.
    pub issuers: Vec<Inherited>,
    /// What they have issued.
    pub certificates: Vec<Inheritance>,
    /// What to do about certificates that a CRL lists and that are not among those.
    pub unlisted: Unlisted,
    /// Where it will publish, when the record is still empty.
    pub base_url: Option<BaseUrl>,
    /// On whose word.
    pub by: String,
}

/// What to do about certificates that were revoked, and are not there to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unlisted {
    /// Nothing is taken over: no CRL from here on would name them.
    #[default]
    Refuse,
    /// They are left out.
    LeaveOut,
}

/// An issuer that is taken over.
#[derive(Debug)]
pub struct Inherited {
    /// Its certificates, DER, its own first, its root last.
    pub chain: Vec<Vec<u8>>,
    /// Its key.
    pub signer: Arc<dyn Signer>,
    /// Where the key is kept, as the record will say it.
    pub location: String,
    /// The last CRL, DER, where there is one.
    pub crl: Option<Vec<u8>>,
    /// The number of the last CRL as the other has noted it, which may be larger.
    pub crl_number: Option<u64>,
}

/// A certificate that is taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inheritance {
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// That it was revoked, where it was.
    pub revoked: Option<Revoked>,
}

/// What was taken over.
#[derive(Debug, Clone, Default)]
pub struct TakenOver {
    /// The issuers, in the order in which they were given.
    pub issuers: Vec<Arc<Issuer>>,
    /// How many of those were not in the record before.
    pub added: u64,
    /// How many certificates were recorded.
    pub certificates: u64,
    /// How many revocations.
    pub revocations: u64,
    /// How many certificates were in the record already.
    pub known: u64,
    /// The certificates that no key of these issuers has signed, by subject and serial number.
    pub strangers: Vec<String>,
    /// The certificates whose serial number another one of the same issuer has, by subject and serial number: they were
    /// not recorded.
    pub collisions: Vec<String>,
    /// The serial numbers that the last CRLs list and whose certificates were not there.
    pub missing: Vec<String>,
}

impl Takeover {
    /// Proves the issuers, and that each certificate was signed by one of them, and records what the record does not
    /// know yet: the issuers at once, then the certificates and revocations in batches. One that is cut short is gone on
    /// with when it is done again.
    ///
    /// # Errors
    /// An issuer does not prove, or the record does not take something. What was recorded stays.
    pub async fn commit(
        self,
        now: Time,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<TakenOver, TakeoverError> {
        let mut taken = TakenOver::default();
        for inherited in &self.issuers {
            let issuer = Issuer::prove(inherited.chain.clone(), Arc::clone(&inherited.signer), crypto)?;
            taken.issuers.push(Arc::new(issuer));
        }
        let lists = self.lists(&mut taken, record, crypto).await?;
        self.record_issuers(&mut taken, &lists, now, record, crypto).await?;
        // Those of the issuers last: what one has issued is recorded before it is said that it was revoked.
        let is_own = |one: &&Inheritance| {
            taken.issuers.iter().any(|own| own.certificate() == one.certificate.as_slice())
        };
        let (own, others): (Vec<_>, Vec<_>) = self.certificates.iter().partition(is_own);
        for certificates in others.chunks(AT_ONCE).chain(own.chunks(AT_ONCE)) {
            self.record_certificates(certificates, (&mut taken, &lists), now, record, crypto).await?;
        }
        self.retire(&taken, now, record).await?;
        Ok(taken)
    }

    /// The last CRLs, each verified with the key of its issuer, and nobody on them unknown.
    async fn lists(
        &self,
        taken: &mut TakenOver,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Vec<LastCrl>, TakeoverError> {
        let mut lists = Vec::new();
        for (inherited, issuer) in self.issuers.iter().zip(&taken.issuers) {
            lists.push(LastCrl::read(inherited, issuer, crypto)?);
        }
        let mut here = BTreeSet::new();
        for Inheritance { certificate, .. } in &self.certificates {
            let certificate = Certificate::parse(certificate)?;
            here.insert((
                certificate.tbs().issuer().raw().to_vec(),
                certificate.tbs().serial().magnitude().to_vec(),
            ));
        }
        for (list, issuer) in lists.iter().zip(&taken.issuers) {
            for serial in list.revoked.keys() {
                let is_here = here.contains(&(issuer.subject().to_vec(), serial.clone()));
                if !is_here && record.status(issuer.id(), serial.clone()).await?.is_none() {
                    taken.missing.push(Serial::from_content(serial).to_string());
                }
            }
        }
        match (self.unlisted, taken.missing.first()) {
            (Unlisted::Refuse, Some(first)) => {
                Err(TakeoverError::Unlisted { count: taken.missing.len(), first: first.clone() })
            }
            _ => Ok(lists),
        }
    }

    /// Those whose time is over issue no more, and go on telling the status of what they have issued.
    async fn retire(&self, taken: &TakenOver, now: Time, record: &dyn Record) -> Result<(), TakeoverError> {
        let known = record.issuers().await?;
        for issuer in taken.issuers.iter().filter(|issuer| issuer.period().not_after < now) {
            let is_open =
                |known: &IssuerRecord| known.added.id == issuer.id() && known.standing == Standing::InUse;
            if known.iter().any(is_open) {
                let event = Event::IssuerRetired(IssuerRetired { id: issuer.id(), by: self.by.clone() });
                record.commit(Batch::at(now, [event])).await?;
            }
        }
        Ok(())
    }

    async fn record_issuers(
        &self,
        taken: &mut TakenOver,
        lists: &[LastCrl],
        now: Time,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<(), TakeoverError> {
        let known = record.issuers().await?;
        let mut events = Vec::new();
        if let Some(base) = self.base_url.as_ref().filter(|_| known.is_empty()) {
            let by = self.by.clone();
            events.push(Event::BaseUrlSettled(BaseUrlSettled { base: Some(base.clone()), by }));
        }
        for ((inherited, issuer), list) in self.issuers.iter().zip(&taken.issuers).zip(lists) {
            if let Some(known) = known.iter().find(|known| known.added.chain == inherited.chain) {
                if known.reach == Reach::Away {
                    return Err(TakeoverError::Away { issuer: issuer.name().to_owned() });
                }
                continue;
            }
            if known.iter().any(|known| known.added.id == issuer.id()) {
                return Err(TakeoverError::Otherwise { issuer: issuer.name().to_owned() });
            }
            taken.added = taken.added.saturating_add(1);
            // Of one whose issuer is not kept here, only that it issues.
            let above = self.above(issuer, &taken.issuers);
            match above {
                Some(above) => {
                    events.extend(certified(issuer, above, inherited.location.clone(), Certified::TakenOver));
                }
                None => events.push(Event::IssuerAdded(IssuerAdded {
                    id: issuer.id(),
                    key: inherited.location.clone(),
                    chain: issuer.chain().to_vec(),
                    certified: Certified::TakenOver,
                })),
            }
            events.extend(list.noted(inherited, issuer, now, crypto).map(Event::CrlIssued));
        }
        if events.is_empty() {
            return Ok(());
        }
        record.commit(Batch::at(now, events)).await?;
        Ok(())
    }

    /// Who certified an issuer: itself, or another one of these.
    fn above<'a>(&self, issuer: &'a Arc<Issuer>, all: &'a [Arc<Issuer>]) -> Option<&'a Arc<Issuer>> {
        let chain = issuer.chain();
        let above = chain.get(1..).filter(|above| !above.is_empty()).unwrap_or(chain);
        all.iter().find(|other| other.chain() == above)
    }

    async fn record_certificates(
        &self,
        certificates: &[&Inheritance],
        (taken, lists): (&mut TakenOver, &[LastCrl]),
        now: Time,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<(), TakeoverError> {
        let mut events = Vec::new();
        let (mut issued, mut revoked) = (Vec::new(), Vec::new());
        let mut serials = BTreeSet::new();
        for Inheritance { certificate: der, revoked: said } in certificates {
            let certificate = Certificate::parse(der)?;
            let serial = certificate.tbs().serial().magnitude().to_vec();
            let Some(issuer) = signed_by(&certificate, &taken.issuers, crypto) else {
                taken.strangers.push(called(&certificate));
                continue;
            };
            // Those of the issuers are recorded with them.
            let is_own = taken.issuers.iter().any(|own| own.certificate() == der.as_slice());
            let before = known(record, issuer.id(), &serial, der).await?;
            let status = match (before, is_own || !serials.insert((issuer.id(), serial.clone()))) {
                (Known::Other, _) => {
                    taken.collisions.push(called(&certificate));
                    continue;
                }
                (Known::Same(status), _) => {
                    taken.known = taken.known.saturating_add(u64::from(!is_own));
                    status
                }
                (Known::Not, true) => {
                    taken.collisions.extend(Some(called(&certificate)).filter(|_| !is_own));
                    continue;
                }
                (Known::Not, false) => {
                    let issuer = issuer.id();
                    let (profile, plan) = (PROFILE.to_owned(), Vec::new());
                    let certificate = der.clone();
                    issued.push(CertificateIssued { issuer, profile, plan, certificate });
                    Status::Good
                }
            };
            let listed = taken.issuers.iter().zip(lists).find(|(one, _)| one.id() == issuer.id());
            let listed = listed.and_then(|(_, list)| list.revoked.get(&serial).copied());
            // Whoever is revoked by either is revoked; a hold there gives way to what is final.
            let said = match (*said, listed) {
                (Some(said), Some(listed)) if said.is_hold() => Some(listed),
                (said, listed) => said.or(listed),
            };
            if let Some(said) = said.filter(|said| needs(status, *said)) {
                let (issuer, by) = (issuer.id(), self.by.clone());
                let reason =
                    if REASONS.contains(&said.reason) { said.reason } else { ReasonCode::Unspecified };
                let Revoked { since, invalid_from, .. } = said;
                revoked.push(CertificateRevoked { issuer, serial, reason, since, invalid_from, by });
            }
        }
        let (certificates, revocations) = (issued.len(), revoked.len());
        events.extend(issued.into_iter().map(Event::CertificateIssued));
        events.extend(revoked.into_iter().map(Event::CertificateRevoked));
        if !events.is_empty() {
            record.commit(Batch::at(now, events)).await?;
        }
        let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        taken.certificates = taken.certificates.saturating_add(count(certificates));
        taken.revocations = taken.revocations.saturating_add(count(revocations));
        Ok(())
    }
}

/// What the record knows of a serial number.
enum Known {
    Not,
    Same(Status),
    Other,
}

async fn known(
    record: &dyn Record,
    issuer: IssuerId,
    serial: &[u8],
    der: &[u8],
) -> Result<Known, RecordError> {
    let filed = record.certificates(CertificateQuery::Serial(serial.to_vec())).await?;
    let Some(filed) = filed.into_iter().find(|filed| filed.issued.issuer == issuer) else {
        return Ok(Known::Not);
    };
    if filed.issued.certificate != der {
        return Ok(Known::Other);
    }
    let status = record.status(issuer, serial.to_vec()).await?;
    Ok(Known::Same(status.map_or(Status::Good, |found| found.status)))
}

/// Whether a revocation is news: the certificate is good here, or on hold here and revoked for good there.
fn needs(here: Status, there: Revoked) -> bool {
    match here {
        Status::Good => true,
        Status::Revoked(here) => here.is_hold() && !there.is_hold(),
    }
}

/// The one of these issuers whose key has signed a certificate.
fn signed_by<'a>(
    certificate: &Certificate<'_>,
    issuers: &'a [Arc<Issuer>],
    crypto: &dyn SignatureVerifier,
) -> Option<&'a Arc<Issuer>> {
    let named = issuers.iter().filter(|issuer| certificate.tbs().issuer().raw() == issuer.subject());
    named.into_iter().find(|issuer| {
        Certificate::parse(issuer.certificate()).is_ok_and(|own| is_signed(certificate, &own, crypto))
    })
}

/// The last CRL of an issuer as it was found.
#[derive(Debug, Default)]
struct LastCrl {
    /// Its number.
    number: Option<u64>,
    /// When it was made, and by when there was to be another.
    period: Option<(Time, Time)>,
    /// Whom it lists, by serial number.
    revoked: BTreeMap<Vec<u8>, Revoked>,
}

impl LastCrl {
    /// Reads it, and verifies it with the issuer's key: what is not the issuer's says nothing about its certificates.
    fn read(
        inherited: &Inherited,
        issuer: &Issuer,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Self, TakeoverError> {
        if let Some(number) = inherited.crl_number.filter(|number| *number > LARGEST) {
            return Err(TakeoverError::CrlNumber { number: number.to_string(), most: LARGEST });
        }
        let Some(der) = inherited.crl.as_deref() else { return Ok(Self::default()) };
        let list = CertificateList::parse(der)?;
        let own = Certificate::parse(issuer.certificate())?;
        let key = own.tbs().subject_public_key_info();
        let (algorithm, signature) = (list.signature_algorithm(), list.signature_value());
        let is_own = list.tbs().issuer().raw() == issuer.subject()
            && crypto.verify(&key, &algorithm, list.tbs().raw(), signature).is_ok();
        if !is_own {
            return Err(TakeoverError::ForeignCrl { issuer: issuer.name().to_owned() });
        }
        let number = list.tbs().extensions().decode::<CrlNumber<'_>>()?.map(|found| found.value.to_string());
        let too_large = |number: &String| TakeoverError::CrlNumber { number: number.clone(), most: LARGEST };
        let number = match &number {
            Some(text) => {
                Some(text.parse().ok().filter(|number| *number <= LARGEST).ok_or_else(|| too_large(text))?)
            }
            None => None,
        };
        let this_update = list.tbs().this_update().time;
        let next_update = list.tbs().next_update().map_or(this_update, |next| next.time);
        let entries = list.tbs().revoked();
        let entries = entries.iter().flat_map(|entries| entries.iter());
        let revoked = entries.filter_map(|entry| {
            let reason = entry.reason().map_or(ReasonCode::Unspecified, |reason| reason.value);
            let invalid_from = entry.invalidity_date().map(|date| date.value.0);
            let revoked = Revoked { reason, since: entry.revocation_date.time, invalid_from };
            (reason != ReasonCode::RemoveFromCrl).then(|| (entry.serial.magnitude().to_vec(), revoked))
        });
        Ok(Self { number, period: Some((this_update, next_update)), revoked: revoked.collect() })
    }

    /// What is noted of it, so that the next one has a larger number.
    fn noted(
        &self,
        inherited: &Inherited,
        issuer: &Issuer,
        now: Time,
        crypto: &dyn SignatureVerifier,
    ) -> Option<CrlIssued> {
        let number = self.number.max(inherited.crl_number)?;
        let (this_update, next_update) = self.period.unwrap_or((now, now));
        let der = inherited.crl.as_deref().unwrap_or_default();
        let digest = crypto.digest(DigestAlgorithm::Sha256, der).octets().to_vec();
        Some(CrlIssued { issuer: issuer.id(), number, this_update, next_update, through: 0, digest })
    }
}

fn called(certificate: &Certificate<'_>) -> String {
    format!("{} ({})", certificate.tbs().subject(), certificate.tbs().serial())
}
