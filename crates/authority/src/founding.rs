// SPDX-License-Identifier: MIT OR Apache-2.0
//! The founding of an authority: a root that signs itself, and the intermediate that does the daily work.

use std::sync::Arc;

use keys::{Signer, key_identifier};
use verify::Purpose;
use x509::ext::KeyUsage;
use x509::name::NameBuilder;
use x509::{SignatureVerifier, SubjectPublicKeyInfo, Time, oid};

use crate::constraints::Constraints;
use crate::contents::{Contents, SignedBy};
use crate::error::{FoundingError, IssueError, RecordError};
use crate::issue::seal;
use crate::issuer::Issuer;
use crate::journal::{BaseUrlSettled, CertificateIssued, Entry, Event, Head, IssuerAdded};
use crate::lifetime::{AUTHORITY_BACKDATE, Period};
use crate::prepare::judge;
use crate::profile::Role;
use crate::publication::BaseUrl;
use crate::random::RandomSource;
use crate::record::{Batch, Record};
use crate::serial::SerialNumber;

/// Ten years.
const ROOT_DAYS: u32 = 3652;
/// Five years.
const INTERMEDIATE_DAYS: u32 = 1826;
/// On whose word its first base URL is the right one.
const FOUNDER: &str = "whoever founded it";
/// What an authority without a name of its own is called.
const ORGANIZATION: &str = "Chancery";

/// A key for an authority, and where it is kept.
#[derive(Debug, Clone)]
pub struct FoundingKey {
    /// The key.
    pub signer: Arc<dyn Signer>,
    /// Where it is kept, as the record will say it.
    pub location: String,
}

/// An authority to be founded.
#[derive(Debug)]
pub struct Founding {
    organization: String,
    constraints: Constraints,
    root: FoundingKey,
    intermediate: FoundingKey,
    base_url: Option<BaseUrl>,
}

/// An authority that has been founded and is in the record.
#[derive(Debug)]
pub struct Founded {
    /// The root.
    pub root: Arc<Issuer>,
    /// The intermediate.
    pub intermediate: Arc<Issuer>,
}

impl Founding {
    /// An authority of this organisation, within these constraints, with these keys.
    #[must_use]
    pub fn new(
        organization: Option<String>,
        constraints: Constraints,
        root: FoundingKey,
        intermediate: FoundingKey,
    ) -> Self {
        let organization = organization.unwrap_or_else(|| ORGANIZATION.to_owned());
        Self { organization, constraints, root, intermediate, base_url: None }
    }

    /// The same, publishing at these URLs: the intermediate's certificate says so, and all that are issued.
    #[must_use]
    pub fn publishing_at(self, base_url: Option<BaseUrl>) -> Self {
        Self { base_url, ..self }
    }

    /// Signs the two certificates, proves them, and records them with their keys: all of it or nothing, and only in
    /// a record that is still empty.
    ///
    /// # Errors
    /// [`FoundingError::Exists`] when somebody was faster; else what went wrong. Nothing was recorded.
    pub async fn found(
        self,
        now: Time,
        record: &dyn Record,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Founded, FoundingError> {
        let root = Arc::new(self.sign_root(now, random, crypto)?);
        let intermediate = Arc::new(self.sign_intermediate(&root, now, random, crypto)?);
        let keys = [(&root, "root", &self.root), (&intermediate, "issuing", &self.intermediate)];
        let issued = keys.iter().map(|(issuer, profile, _)| {
            let certificate = issuer.certificate().to_vec();
            let (profile, plan) = ((*profile).to_owned(), Vec::new());
            Event::CertificateIssued(CertificateIssued { issuer: root.id(), profile, plan, certificate })
        });
        let added = keys.iter().map(|(issuer, _, key)| {
            let (chain, key) = (issuer.chain().to_vec(), key.location.clone());
            Event::IssuerAdded(IssuerAdded { id: issuer.id(), key, chain })
        });
        let settled = self.base_url.as_ref().map(|base| {
            Event::BaseUrlSettled(BaseUrlSettled { base: Some(base.clone()), by: FOUNDER.to_owned() })
        });
        let events = settled.into_iter().chain(issued).chain(added);
        let entries = events.map(|event| Entry { at: now, event }).collect();
        match record.commit(Batch::new(entries).only_at(Head::GENESIS)).await {
            Ok(_) => Ok(Founded { root, intermediate }),
            Err(RecordError::Moved { .. }) => Err(FoundingError::Exists),
            Err(error) => Err(FoundingError::Record(error)),
        }
    }

    fn sign_root(
        &self,
        now: Time,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Issuer, FoundingError> {
        let key =
            SubjectPublicKeyInfo::parse(self.root.signer.public_key_info()).map_err(IssueError::from)?;
        let contents = Contents {
            subject: self.name("Root", &key)?,
            role: Role::Authority { path_length: 1 },
            purposes: Vec::new(),
            period: Period::starting(now, AUTHORITY_BACKDATE, ROOT_DAYS),
            ..self.authority(&self.root)
        };
        let identifier = key_identifier(&key);
        let signed_by = SignedBy {
            name: &contents.subject,
            key_identifier: &identifier,
            algorithm: self.root.signer.signature_algorithm(),
        };
        let serial = SerialNumber::draw(random).map_err(IssueError::from)?;
        let to_be_signed = contents.to_be_signed(&signed_by, &serial).map_err(IssueError::from)?;
        judge(&to_be_signed, None, Purpose::IssueCertificates, now, crypto)?;
        let certificate = seal(&*self.root.signer, None, &to_be_signed, crypto)?;
        let root = Issuer::prove(vec![certificate], Arc::clone(&self.root.signer), crypto)?;
        Ok(root.publishing_at(self.base_url.clone()))
    }

    fn sign_intermediate(
        &self,
        root: &Issuer,
        now: Time,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Issuer, FoundingError> {
        let signer = &self.intermediate.signer;
        let key = SubjectPublicKeyInfo::parse(signer.public_key_info()).map_err(IssueError::from)?;
        let wanted = Period::starting(now, AUTHORITY_BACKDATE, INTERMEDIATE_DAYS);
        let role = Role::Authority { path_length: 0 };
        let contents = Contents {
            subject: self.name("Intermediate", &key)?,
            role,
            published: root.published(role),
            purposes: vec![oid::SERVER_AUTH, oid::CLIENT_AUTH],
            period: wanted.within(root.period()),
            ..self.authority(&self.intermediate)
        };
        let intermediate = certify(&contents, Arc::clone(signer), root, now, random, crypto)?;
        Ok(intermediate.publishing_at(self.base_url.clone()))
    }

    /// What both certificates have in common.
    fn authority(&self, key: &FoundingKey) -> Contents {
        Contents {
            subject: Vec::new(),
            names: Vec::new(),
            role: Role::Authority { path_length: 0 },
            key_usage: KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN),
            purposes: Vec::new(),
            constraints: self.constraints.encode(),
            published: None,
            period: Period { not_before: Time::from_unix(0), not_after: Time::from_unix(0) },
            public_key_info: key.signer.public_key_info().to_vec(),
        }
    }

    /// A name that no other authority has: two roots of one name and two keys would confuse every trust store.
    fn name(&self, role: &str, key: &SubjectPublicKeyInfo<'_>) -> Result<Vec<u8>, FoundingError> {
        let identifier = key_identifier(key);
        let short: String = identifier.iter().take(4).map(|octet| format!("{octet:02x}")).collect();
        let long = format!("{} {role} {short}", self.organization);
        let common_name = if long.chars().count() <= 64 { long } else { format!("{role} {short}") };
        let builder = NameBuilder::new().organization(&self.organization)?.common_name(&common_name)?;
        Ok(builder.build())
    }
}

/// Has an authority certified by the one above it, and proves what comes of it: no plan is drawn for either, since
/// nobody asked.
pub(crate) fn certify(
    contents: &Contents,
    signer: Arc<dyn Signer>,
    above: &Issuer,
    now: Time,
    random: &dyn RandomSource,
    crypto: &dyn SignatureVerifier,
) -> Result<Issuer, FoundingError> {
    let serial = SerialNumber::draw(random).map_err(IssueError::from)?;
    let to_be_signed = contents.to_be_signed(&SignedBy::of(above), &serial).map_err(IssueError::from)?;
    judge(&to_be_signed, Some(above), Purpose::IssueCertificates, now, crypto)?;
    let certificate = seal(above.signer(), above.key(), &to_be_signed, crypto)?;
    let chain = std::iter::once(certificate).chain(above.chain().iter().cloned()).collect();
    Ok(Issuer::prove(chain, signer, crypto)?)
}
