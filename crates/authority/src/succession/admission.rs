// SPDX-License-Identifier: MIT OR Apache-2.0
//! Authorities that somebody else certifies: the request that they are given, and the answer that comes back.

use std::sync::Arc;

use keys::{Signer, key_identifier};
use x509::ext::SubjectKeyIdentifier;
use x509::hex;
use x509::{Certificate, SignatureVerifier, SubjectPublicKeyInfo, Time};

use super::name;
use crate::error::{AdmissionError, FoundingError, IssueError, IssuerError, RecordError};
use crate::founding::ORGANIZATION;
use crate::issuer::Issuer;
use crate::journal::{Certified, Event, IssuerAdded};
use crate::record::{Batch, Record};

/// More certificates than any path has.
const LONGEST: usize = 10;

/// A request for the certificate of a new intermediate, DER (RFC 2986): a name that no other authority has, and that it
/// is to be an authority with no other below it.
///
/// # Errors
/// The name cannot stand in a certificate, or the signer failed.
pub fn request(organization: Option<&str>, signer: &dyn Signer) -> Result<Vec<u8>, FoundingError> {
    let key = SubjectPublicKeyInfo::parse(signer.public_key_info()).map_err(IssueError::from)?;
    let subject = name(organization.unwrap_or(ORGANIZATION), "Intermediate", &key)?;
    Ok(keys::csr::make_for_authority(signer, &subject, &key_identifier(&key), Some(0))
        .map_err(IssueError::from)?)
}

/// A request for another certificate of an authority that there is, under its own name.
///
/// # Errors
/// The signer failed.
pub fn request_again(issuer: &Issuer) -> Result<Vec<u8>, FoundingError> {
    let length = issuer.own_path_length().map_err(IssueError::from)?;
    let identifier = issuer.key_identifier();
    let made = keys::csr::make_for_authority(issuer.signer(), issuer.subject(), identifier, length);
    Ok(made.map_err(IssueError::from)?)
}

/// An authority that somebody else has certified, to be taken in.
#[derive(Debug)]
pub struct Admission {
    /// Its certificates, DER, in any order: its own, and all above it up to the root.
    pub certificates: Vec<Vec<u8>>,
    /// Its key.
    pub signer: Arc<dyn Signer>,
    /// Where the key is kept, as the record will say it.
    pub location: String,
    /// What becomes of the certificate that the key had before.
    pub certified: Certified,
}

impl Admission {
    /// Puts the certificates in order and proves them: that the first is of this key, that each was signed by the next
    /// up to one that signs itself, that an authority may be there, that it may sign CRLs, and that it is not over.
    ///
    /// # Errors
    /// What does not hold.
    pub fn prove(&self, now: Time, crypto: &dyn SignatureVerifier) -> Result<Issuer, AdmissionError> {
        let chain = in_order(&self.certificates, self.signer.public_key_info(), crypto)?;
        let issuer = Issuer::prove(chain, Arc::clone(&self.signer), crypto)?;
        if let Some(reason) = issuer.departure() {
            let (issuer, reason) = (issuer.name().to_owned(), reason.to_owned());
            return Err(IssuerError::Chain { issuer, reason }.into());
        }
        if !issuer.signs_crls() {
            return Err(AdmissionError::NoCrlSign { issuer: issuer.name().to_owned() });
        }
        if issuer.period().not_after < now {
            let (issuer, since) = (issuer.name().to_owned(), issuer.period().not_after);
            return Err(AdmissionError::Over { issuer, since, now });
        }
        Ok(issuer)
    }

    /// Proves it, and records it with its key.
    ///
    /// # Errors
    /// As [`Admission::prove`], or the record did not take it. Nothing was recorded, unless it is
    /// [`RecordError::Failed`].
    pub async fn commit(
        self,
        now: Time,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Arc<Issuer>, AdmissionError> {
        let issuer = self.prove(now, crypto)?;
        let known = record.issuers().await?;
        if known.iter().any(|known| known.added.chain == issuer.chain()) {
            return Err(AdmissionError::Known { issuer: issuer.name().to_owned() });
        }
        let same_key = known.iter().rev().find(|known| known.added.id == issuer.id());
        if let Some(own) = same_key.and_then(|known| known.added.chain.first()) {
            require_same_names(own, &issuer)?;
        }
        let Self { location, certified, .. } = self;
        let chain = issuer.chain().to_vec();
        let added = IssuerAdded { id: issuer.id(), key: location, chain, certified };
        record.commit(Batch::at(now, [Event::IssuerAdded(added)])).await?;
        Ok(Arc::new(issuer))
    }
}

impl From<RecordError> for AdmissionError {
    fn from(error: RecordError) -> Self {
        Self::Record(error)
    }
}

/// What was issued names its issuer by its name and by the identifier of its key (RFC 5280 §4.2.1.1): another
/// certificate of the same key has to have both.
fn require_same_names(own: &[u8], issuer: &Issuer) -> Result<(), AdmissionError> {
    let own = Certificate::parse(own).map_err(AdmissionError::Malformed)?;
    let identifier =
        own.tbs().extensions().decode::<SubjectKeyIdentifier<'_>>().map_err(AdmissionError::Malformed)?;
    let identifier = identifier.map_or(&[][..], |found| found.value.0);
    if own.tbs().subject().raw() != issuer.subject() {
        let (expected, found) = (own.tbs().subject().to_string(), issuer.name().to_owned());
        return Err(AdmissionError::OtherName { what: "subject", expected, found });
    }
    if identifier != issuer.key_identifier() {
        let (expected, found) = (hex::encode(identifier), hex::encode(issuer.key_identifier()));
        return Err(AdmissionError::OtherName { what: "subjectKeyIdentifier", expected, found });
    }
    Ok(())
}

/// The certificates from that of a key up to one that signs itself, whatever the order in which they came. `key` is a
/// SubjectPublicKeyInfo in DER.
///
/// # Errors
/// None is of the key, one does not parse, or the one that signed another is not among them.
pub fn in_order(
    certificates: &[Vec<u8>],
    key: &[u8],
    crypto: &dyn SignatureVerifier,
) -> Result<Vec<Vec<u8>>, AdmissionError> {
    let parsed: Vec<Certificate<'_>> = certificates
        .iter()
        .map(|der| Certificate::parse(der).map_err(AdmissionError::Malformed))
        .collect::<Result<_, _>>()?;
    let is_own = |one: &&Certificate<'_>| one.tbs().subject_public_key_info().raw() == key;
    let mut last = *parsed.iter().find(is_own).ok_or_else(|| AdmissionError::NotOfKey {
        found: parsed.iter().map(|one| one.tbs().subject().to_string()).collect::<Vec<_>>().join("; "),
    })?;
    let mut chain = vec![last.der().to_vec()];
    while last.tbs().issuer().raw() != last.tbs().subject().raw() {
        let signed = |above: &&Certificate<'_>| {
            above.tbs().subject().raw() == last.tbs().issuer().raw() && is_signed(&last, above, crypto)
        };
        let Some(above) = parsed.iter().find(signed).filter(|_| chain.len() < LONGEST) else {
            let subject = last.tbs().subject().to_string();
            return Err(AdmissionError::NoIssuer { subject, issuer: last.tbs().issuer().to_string() });
        };
        chain.push(above.der().to_vec());
        last = *above;
    }
    Ok(chain)
}

/// Whether a certificate was signed with the key of another.
pub(crate) fn is_signed(
    certificate: &Certificate<'_>,
    above: &Certificate<'_>,
    crypto: &dyn SignatureVerifier,
) -> bool {
    let key = above.tbs().subject_public_key_info();
    let (algorithm, signature) = (certificate.signature_algorithm(), certificate.signature_value());
    crypto.verify(&key, &algorithm, certificate.tbs().raw(), signature).is_ok()
}
