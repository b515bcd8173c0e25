// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one gate: nothing else asks a signer for a certificate.

use keys::{Signer, SubjectName};
use x509::write::signed;
use x509::{
    AlgorithmIdentifier, Certificate, SignatureError, SignatureVerifier, SubjectPublicKeyInfo,
    TbsCertificate, VerifyingKey,
};

use crate::error::IssueError;
use crate::journal::{CertificateIssued, Event, Head, PlanApproved, RequestApproved};
use crate::lifetime::Period;
use crate::pending::Decider;
use crate::prepare::Prepared;
use crate::profile::Role;
use crate::record::{Batch, Record};
use crate::serial::SerialNumber;
use crate::succession::namesake;

/// A certificate that is signed, verified and in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    certificate: Vec<u8>,
    above: Vec<Vec<u8>>,
    serial: SerialNumber,
    names: Vec<SubjectName>,
    period: Period,
    head: Head,
}

impl Prepared {
    /// Signs, verifies what was signed with the issuer's certificate, commits, and only then gives it away.
    ///
    /// # Errors
    /// The signer failed or is faulty, or the record did not take it: nothing was issued.
    pub async fn issue(
        self,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Issued, IssueError> {
        let Self { plan, serial, to_be_signed, .. } = self;
        let issuer = plan.shared_issuer();
        if matches!(plan.profile().role(), Role::Authority { .. }) {
            // The record has the last word; but nothing is signed that it would refuse.
            let known = record.issuers().await?;
            let known = known
                .iter()
                .filter_map(|known| Some((known.added.id, known.added.chain.first()?.as_slice())));
            let tbs = TbsCertificate::parse(&to_be_signed)?;
            namesake::require(&tbs.subject(), tbs.subject_public_key_info().raw(), known)?;
        }
        let certificate = seal(issuer.signer(), issuer.key(), &to_be_signed, crypto)?;
        let digest = plan.digest(crypto).octets().to_vec();
        let profile = plan.profile().name().to_owned();
        let at = plan.drawn_at();
        let decided = plan.endorsement().map(|endorsement| {
            let Decider { by, reason, .. } = &endorsement.decider;
            Event::RequestApproved(RequestApproved {
                id: endorsement.id,
                plan: Some(endorsement.plan.octets().to_vec()),
                issuer: issuer.id(),
                serial: serial.octets().to_vec(),
                by: by.to_string(),
                reason: reason.clone(),
            })
        });
        let warrant = plan.endorsement().map_or(plan.warrant(), |endorsement| &endorsement.decider.by);
        let approved = Event::PlanApproved(PlanApproved {
            issuer: issuer.id(),
            profile: profile.clone(),
            plan: digest.clone(),
            warrant: warrant.to_string(),
        });
        let issued = Event::CertificateIssued(CertificateIssued {
            issuer: issuer.id(),
            profile,
            plan: digest,
            certificate: certificate.clone(),
        });
        let events = decided.into_iter().chain([approved, issued]);
        let receipt = record.commit(Batch::at(at, events)).await?;
        Ok(Issued {
            certificate,
            above: issuer.sent().to_vec(),
            serial,
            names: plan.names().to_vec(),
            period: plan.period(),
            head: receipt.head,
        })
    }
}

impl Issued {
    /// The certificate in DER.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// What a server sends: the certificate, then the intermediates, without the root.
    pub fn chain(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.certificate.as_slice()).chain(self.above.iter().map(Vec::as_slice))
    }

    /// The same, PEM.
    #[must_use]
    pub fn chain_pem(&self) -> String {
        self.chain().map(|der| x509::pem::encode("CERTIFICATE", der)).collect()
    }

    /// Its serial number.
    #[must_use]
    pub const fn serial(&self) -> SerialNumber {
        self.serial
    }

    /// Its names.
    #[must_use]
    pub fn names(&self) -> &[SubjectName] {
        &self.names
    }

    /// When it is valid.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The end of the journal's chain with it.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }
}

/// Signs to-be-signed bytes and verifies the finished certificate with the key that it must be signed by. That is
/// `key`, where it was read before.
pub(crate) fn seal(
    signer: &dyn Signer,
    key: Option<&dyn VerifyingKey>,
    to_be_signed: &[u8],
    crypto: &dyn SignatureVerifier,
) -> Result<Vec<u8>, IssueError> {
    let signature = signer.sign(to_be_signed)?;
    let der = signed(to_be_signed, signer.signature_algorithm(), &signature);
    let certificate = Certificate::parse(&der)?;
    let (message, signature) = (certificate.tbs().raw(), certificate.signature_value());
    check(signer, key, message, signature, crypto)?.map_err(IssueError::FaultySigner)?;
    Ok(der)
}

/// Whether a signature is one that the signer must have made.
pub(crate) fn check(
    signer: &dyn Signer,
    key: Option<&dyn VerifyingKey>,
    message: &[u8],
    signature: &[u8],
    crypto: &dyn SignatureVerifier,
) -> Result<Result<(), SignatureError>, x509::Error> {
    let algorithm = AlgorithmIdentifier::parse(signer.signature_algorithm())?;
    if let Some(key) = key {
        return Ok(key.verify(&algorithm, message, signature));
    }
    let key = SubjectPublicKeyInfo::parse(signer.public_key_info())?;
    Ok(crypto.verify(&key, &algorithm, message, signature))
}
