// SPDX-License-Identifier: MIT OR Apache-2.0
//! Issuers that come and go: a further root or intermediate, one that somebody else certifies, another certificate of
//! one that there is, and the end of one.

mod admission;
mod cross;
pub(crate) mod namesake;
mod root;

use std::sync::Arc;

use keys::Signer;
use x509::name::NameBuilder;
use x509::{Certificate, SignatureVerifier, SubjectPublicKeyInfo, Time, oid};

use crate::approval::Warrant;
use crate::contents::Contents;
use crate::error::{FoundingError, IssueError, RecordError};
use crate::founding::{FoundingKey, ORGANIZATION, certified, certify, short};
use crate::issuer::{Issuer, IssuerId};
use crate::journal::{Certified, Event, IssuerRetired};
use crate::lifetime::{AUTHORITY_BACKDATE, Period};
use crate::profile::{AUTHORITY_USAGE, Role};
use crate::random::RandomSource;
use crate::record::{Batch, Record};

pub(crate) use admission::is_signed;
pub use admission::{Admission, in_order, request, request_again};
pub use cross::CrossCertification;
pub use namesake::require_own_name;
pub use root::FurtherRoot;

/// Five years.
const INTERMEDIATE_DAYS: u32 = 1826;

/// A further intermediate.
#[derive(Debug)]
pub struct Appointment {
    /// The root that issues it.
    pub above: Arc<Issuer>,
    /// Its key.
    pub key: FoundingKey,
}

impl Appointment {
    /// Signs the intermediate's certificate, within the constraints of its root, proves it and records it with its
    /// key: all of it or nothing.
    ///
    /// # Errors
    /// What went wrong. Nothing was recorded, unless it is [`RecordError::Failed`].
    pub async fn commit(
        self,
        now: Time,
        record: &dyn Record,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Arc<Issuer>, FoundingError> {
        let Self { above, key } = self;
        let organization = organization(&above)?;
        let constraints = above.constraints_value().map(<[u8]>::to_vec);
        let contents = intermediate(&organization, constraints, &*key.signer, &above, now)?;
        let issuer = certify(&contents, key.signer, &above, now, random, crypto)?;
        let events = certified(&issuer, &above, key.location, Certified::Anew);
        record.commit(Batch::at(now, events)).await.map_err(FoundingError::Record)?;
        Ok(Arc::new(issuer.publishing_at(above.base_url().cloned())))
    }
}

/// Retires an issuer, for good: the record takes no more certificates of it, from whichever process.
///
/// # Errors
/// There is none with this identifier, or it was retired before; else the record did not take it.
pub async fn retire(id: IssuerId, by: &Warrant, now: Time, record: &dyn Record) -> Result<(), RecordError> {
    let event = Event::IssuerRetired(IssuerRetired { id, by: by.to_string() });
    record.commit(Batch::at(now, [event])).await.map(drop)
}

/// The organisation in the name of an authority.
fn organization(above: &Issuer) -> Result<String, IssueError> {
    Ok(organization_of(above.certificate())?.unwrap_or_else(|| ORGANIZATION.to_owned()))
}

/// The organisation in the subject of a certificate, DER; `None` where there is none.
///
/// # Errors
/// The certificate cannot be read.
pub fn organization_of(certificate: &[u8]) -> Result<Option<String>, x509::Error> {
    let certificate = Certificate::parse(certificate)?;
    let named = certificate.tbs().subject().find(oid::ORGANIZATION);
    Ok(named.map(|attribute| attribute.text().chars().collect()))
}

/// What the certificate of an intermediate says.
pub(crate) fn intermediate(
    organization: &str,
    constraints: Option<Vec<u8>>,
    signer: &dyn Signer,
    above: &Issuer,
    now: Time,
) -> Result<Contents, FoundingError> {
    let key = SubjectPublicKeyInfo::parse(signer.public_key_info()).map_err(IssueError::from)?;
    let role = Role::Authority { path_length: 0 };
    let wanted = Period::starting(now, AUTHORITY_BACKDATE, INTERMEDIATE_DAYS);
    Ok(Contents {
        subject: name(organization, "Intermediate", &key)?,
        names: Vec::new(),
        role,
        key_usage: AUTHORITY_USAGE,
        purposes: vec![oid::SERVER_AUTH, oid::CLIENT_AUTH],
        constraints,
        published: above.published(role),
        period: wanted.within(above.period()),
        public_key_info: signer.public_key_info().to_vec(),
    })
}

/// A name that no other authority has: two roots of one name and two keys would confuse every trust store.
pub(crate) fn name(
    organization: &str,
    role: &str,
    key: &SubjectPublicKeyInfo<'_>,
) -> Result<Vec<u8>, FoundingError> {
    let short = short(key);
    let long = format!("{organization} {role} {short}");
    let common_name = if long.chars().count() <= 64 { long } else { format!("{role} {short}") };
    let builder = NameBuilder::new().organization(organization)?.common_name(&common_name)?;
    Ok(builder.build())
}
