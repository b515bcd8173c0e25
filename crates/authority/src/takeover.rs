// SPDX-License-Identifier: MIT OR Apache-2.0
//! The takeover of an authority that somebody else has kept: its certificates and keys, what it has issued, and who of
//! those was revoked. It can be done again, to take over what the other has done meanwhile.

use std::collections::BTreeSet;
use std::sync::Arc;

use keys::Signer;
use x509::ext::ReasonCode;
use x509::{Certificate, CertificateList, DigestAlgorithm, Serial, SignatureVerifier, Time};

use crate::error::{RecordError, TakeoverError};
use crate::founding::certified;
use crate::issuer::{Issuer, IssuerId};
use crate::journal::{
    BaseUrlSettled, CertificateIssued, CertificateRevoked, Certified, CrlIssued, Entry, Event, IssuerAdded,
};
use crate::publication::BaseUrl;
use crate::record::{Batch, CertificateQuery, Record, Revoked, Status};
use crate::revoke::REASONS;
use crate::succession::is_signed;

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
    /// Where it will publish, when the record is still empty.
    pub base_url: Option<BaseUrl>,
    /// On whose word.
    pub by: String,
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
        self.record_issuers(&mut taken, now, record, crypto).await?;
        for certificates in self.certificates.chunks(AT_ONCE) {
            self.record_certificates(certificates, &mut taken, now, record, crypto).await?;
        }
        Ok(taken)
    }

    async fn record_issuers(
        &self,
        taken: &mut TakenOver,
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
        for (inherited, issuer) in self.issuers.iter().zip(&taken.issuers) {
            if known.iter().any(|known| known.added.chain == inherited.chain) {
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
                    events.extend(certified(issuer, above, inherited.location.clone(), Certified::Anew));
                }
                None => events.push(Event::IssuerAdded(IssuerAdded {
                    id: issuer.id(),
                    key: inherited.location.clone(),
                    chain: issuer.chain().to_vec(),
                    certified: Certified::Anew,
                })),
            }
            events.extend(last_crl(inherited, issuer, now, crypto).map(Event::CrlIssued));
        }
        if events.is_empty() {
            return Ok(());
        }
        let entries = events.into_iter().map(|event| Entry { at: now, event }).collect();
        record.commit(Batch::new(entries)).await?;
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
        certificates: &[Inheritance],
        taken: &mut TakenOver,
        now: Time,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<(), TakeoverError> {
        let mut entries = Vec::new();
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
                (Known::Other, _) => return Err(TakeoverError::SerialTaken { serial: hex(&serial) }),
                (Known::Same(status), _) => {
                    taken.known = taken.known.saturating_add(u64::from(!is_own));
                    status
                }
                (Known::Not, true) => continue,
                (Known::Not, false) => {
                    let issuer = issuer.id();
                    let (profile, plan) = (PROFILE.to_owned(), Vec::new());
                    let certificate = der.clone();
                    issued.push(CertificateIssued { issuer, profile, plan, certificate });
                    Status::Good
                }
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
        entries.extend(issued.into_iter().map(Event::CertificateIssued));
        entries.extend(revoked.into_iter().map(Event::CertificateRevoked));
        if !entries.is_empty() {
            let entries = entries.into_iter().map(|event| Entry { at: now, event }).collect();
            record.commit(Batch::new(entries)).await?;
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

/// What is noted of the last CRL, so that the next one has a larger number.
fn last_crl(
    inherited: &Inherited,
    issuer: &Issuer,
    now: Time,
    crypto: &dyn SignatureVerifier,
) -> Option<CrlIssued> {
    let der = inherited.crl.as_deref();
    let list = der.and_then(|der| CertificateList::parse(der).ok());
    let list = list.filter(|list| list.tbs().issuer().raw() == issuer.subject());
    let number = list.as_ref().and_then(|list| {
        let number = list.tbs().extensions().decode::<x509::ext::CrlNumber<'_>>().ok().flatten()?;
        number.value.to_string().parse().ok()
    });
    let number = number.max(inherited.crl_number)?;
    let (this_update, next_update) = list.as_ref().map_or((now, now), |list| {
        let this_update = list.tbs().this_update().time;
        (this_update, list.tbs().next_update().map_or(this_update, |next| next.time))
    });
    let digest = crypto.digest(DigestAlgorithm::Sha256, der.unwrap_or_default()).octets().to_vec();
    Some(CrlIssued { issuer: issuer.id(), number, this_update, next_update, through: 0, digest })
}

fn called(certificate: &Certificate<'_>) -> String {
    format!("{} ({})", certificate.tbs().subject(), certificate.tbs().serial())
}

fn hex(serial: &[u8]) -> String {
    Serial::from_content(serial).to_string()
}
