// SPDX-License-Identifier: MIT OR Apache-2.0
//! The founding of an authority: a root that signs itself, and the intermediate that does the daily work.

use std::sync::Arc;

use keys::{Signer, key_identifier};
use verify::{PublicSuffixes, Purpose};
use x509::hex;
use x509::{SignatureVerifier, SubjectPublicKeyInfo, Time};

use crate::constraints::Constraints;
use crate::contents::{Contents, SignedBy};
use crate::error::{FoundingError, IssueError, RecordError};
use crate::issue::seal;
use crate::issuer::Issuer;
use crate::journal::{BaseUrlSettled, CertificateIssued, Certified, Event, Head, IssuerAdded};
use crate::lifetime::{AUTHORITY_BACKDATE, Period};
use crate::prepare::judge;
use crate::profile::{AUTHORITY_USAGE, Role};
use crate::publication::BaseUrl;
use crate::random::RandomSource;
use crate::record::{Batch, Record};
use crate::serial::SerialNumber;
use crate::succession::{intermediate, name};

/// Ten years.
const ROOT_DAYS: u32 = 3652;
/// On whose word its first base URL is the right one.
const FOUNDER: &str = "whoever founded it";
/// What an authority without a name of its own is called.
pub(crate) const ORGANIZATION: &str = "Chancery";

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
    public_suffixes: Option<&'static dyn PublicSuffixes>,
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
        Self { organization, constraints, root, intermediate, base_url: None, public_suffixes: None }
    }

    /// The same, publishing at these URLs: the intermediate's certificate says so, and all that are issued.
    #[must_use]
    pub fn publishing_at(self, base_url: Option<BaseUrl>) -> Self {
        Self { base_url, ..self }
    }

    /// The same, with issuers that know below which domains no public server has a wildcard.
    #[must_use]
    pub fn knowing(self, public_suffixes: &'static dyn PublicSuffixes) -> Self {
        Self { public_suffixes: Some(public_suffixes), ..self }
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
        let (root, intermediate) = self.make(now, random, crypto)?;
        let of_root = certified(&root, &root, self.root.location, Certified::Anew);
        let of_intermediate = certified(&intermediate, &root, self.intermediate.location, Certified::Anew);
        let settled = self.base_url.as_ref().map(|base| {
            Event::BaseUrlSettled(BaseUrlSettled { base: Some(base.clone()), by: FOUNDER.to_owned() })
        });
        let events = settled.into_iter().chain(of_root).chain(of_intermediate);
        match record.commit(Batch::at(now, events).only_at(Head::GENESIS)).await {
            Ok(_) => Ok(Founded { root, intermediate }),
            Err(RecordError::Moved { .. }) => Err(FoundingError::Exists),
            Err(error) => Err(FoundingError::Record(error)),
        }
    }

    /// The same authority, recorded nowhere: to try a policy on, with keys that are thrown away.
    ///
    /// # Errors
    /// What went wrong.
    pub fn rehearse(
        self,
        now: Time,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Founded, FoundingError> {
        let (root, intermediate) = self.make(now, random, crypto)?;
        Ok(Founded { root, intermediate })
    }

    fn make(
        &self,
        now: Time,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<(Arc<Issuer>, Arc<Issuer>), FoundingError> {
        let root = root(&self.organization, &self.constraints, &self.root, now, random, crypto)?;
        let root = Arc::new(self.told(root.publishing_at(self.base_url.clone())));
        let intermediate = Arc::new(self.told(self.sign_intermediate(&root, now, random, crypto)?));
        Ok((root, intermediate))
    }

    fn told(&self, issuer: Issuer) -> Issuer {
        match self.public_suffixes {
            Some(public_suffixes) => issuer.knowing(public_suffixes),
            None => issuer,
        }
    }

    fn sign_intermediate(
        &self,
        root: &Issuer,
        now: Time,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Issuer, FoundingError> {
        let signer = &self.intermediate.signer;
        let contents = intermediate(&self.organization, self.constraints.encode(), &**signer, root, now)?;
        let intermediate = certify(&contents, Arc::clone(signer), root, now, random, crypto)?;
        Ok(intermediate.publishing_at(self.base_url.clone()))
    }
}

/// A root that signs itself, and is good for ten years.
pub(crate) fn root(
    organization: &str,
    constraints: &Constraints,
    key: &FoundingKey,
    now: Time,
    random: &dyn RandomSource,
    crypto: &dyn SignatureVerifier,
) -> Result<Issuer, FoundingError> {
    let signer = &key.signer;
    let key = SubjectPublicKeyInfo::parse(signer.public_key_info()).map_err(IssueError::from)?;
    let contents = Contents {
        subject: name(organization, "Root", &key)?,
        names: Vec::new(),
        role: Role::Authority { path_length: 1 },
        key_usage: AUTHORITY_USAGE,
        purposes: Vec::new(),
        constraints: constraints.encode(),
        published: None,
        period: Period::starting(now, AUTHORITY_BACKDATE, ROOT_DAYS),
        public_key_info: signer.public_key_info().to_vec(),
    };
    let serial = SerialNumber::draw(random).map_err(IssueError::from)?;
    let to_be_signed = contents.to_be_self_signed(signer.signature_algorithm(), &serial);
    let to_be_signed = to_be_signed.map_err(IssueError::from)?;
    judge(&to_be_signed, None, Purpose::IssueCertificates, now, crypto)?;
    let certificate = seal(&**signer, None, &to_be_signed, crypto)?;
    Ok(Issuer::prove(vec![certificate], Arc::clone(signer), crypto)?)
}

/// The first octets of a key's identifier, hexadecimal: by which the names of authorities are told apart.
#[must_use]
pub fn short(key: &SubjectPublicKeyInfo<'_>) -> String {
    hex::encode(key_identifier(key).first_chunk::<4>().map_or(&[], |first| first))
}

/// What the journal says of an authority that was certified here, and where its key is kept.
pub(crate) fn certified(issuer: &Issuer, above: &Issuer, key: String, certified: Certified) -> [Event; 2] {
    let profile = if issuer.is_root() { "root" } else { "issuing" };
    let issued = CertificateIssued {
        issuer: above.id(),
        profile: profile.to_owned(),
        plan: Vec::new(),
        certificate: issuer.certificate().to_vec(),
    };
    let added = IssuerAdded { id: issuer.id(), key, chain: issuer.chain().to_vec(), certified };
    [Event::CertificateIssued(issued), Event::IssuerAdded(added)]
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
