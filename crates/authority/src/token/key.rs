// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tokens that are keys: who is let in by a client certificate.
//!
//! TLS proves that a client has the key of the certificate that it shows. Everything else is judged here, for each
//! request anew: that the certificate is accepted of a client, by the rules of [`verify::decide`], below the roots of
//! this authority; that it is on record, and was not taken back; and that its key is a token. Bound to the key, a
//! token outlives the certificate: one that is renewed on the same key lets in as before.

use verify::{Intermediates, NoTrace, Purpose, Question, TrustAnchors};
use x509::{Certificate, DigestAlgorithm, SignatureVerifier, Time};

use super::{Bearer, TokenId, TokenState, equal};
use crate::error::{CertificateProblem, RecordError};
use crate::issuer::IssuerId;
use crate::journal::Shown;
use crate::record::{CertificateQuery, IssuerRecord, Record, Standing, Status, TokenRecord};

/// The digest of a key, DER.
pub(super) fn digest(key: &[u8], crypto: &dyn SignatureVerifier) -> [u8; 32] {
    *IssuerId::of_der(key, crypto).octets()
}

/// The last token that this key was, and what the next one would be called. Each has an identifier that follows from
/// the key and from how many it was before, so that it is found without an index of keys.
pub(super) async fn last(
    digest: [u8; 32],
    record: &dyn Record,
    crypto: &dyn SignatureVerifier,
) -> Result<(Option<TokenRecord>, TokenId), RecordError> {
    let mut last = None;
    for turn in 0..=u8::MAX {
        let id = called(digest, turn, crypto);
        match record.token(id).await? {
            Some(found) if found.added.shown == Shown::Key && equal(&found.added.digest, &digest) => {
                last = Some(found);
            }
            _ => return Ok((last, id)),
        }
    }
    // It was 256 of them, and is not made another.
    Ok((last, called(digest, u8::MAX, crypto)))
}

fn called(digest: [u8; 32], turn: u8, crypto: &dyn SignatureVerifier) -> TokenId {
    let octets = [&digest[..], &[turn]].concat();
    let named = crypto.digest(DigestAlgorithm::Sha256, &octets);
    TokenId::from_octets(named.octets().first_chunk().copied().unwrap_or_default())
}

impl Bearer {
    /// Who has shown these certificates, its own first, and has proven to have the key of that one.
    ///
    /// # Errors
    /// See [`CertificateProblem`]. Whoever has proven that may be told which.
    pub async fn of_certificate(
        chain: &[&[u8]],
        now: Time,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Self, CertificateProblem> {
        let own = chain.first().copied().unwrap_or_default();
        let certificate = Certificate::parse(own).map_err(|_error| CertificateProblem::Unreadable)?;
        // First what costs little: who has a key that is no token makes nobody work.
        let digest = digest(certificate.tbs().subject_public_key_info().raw(), crypto);
        let (found, _) = last(digest, record, crypto).await?;
        let Some(found) = found else {
            return Err(CertificateProblem::NoToken { key: IssuerId::from_octets(digest) });
        };
        if let Some(because) = TokenState::of(Some(&found), now).barred() {
            return Err(CertificateProblem::Barred { id: found.added.id, because });
        }
        // Whichever certificate for it is shown.
        if let Some(since) = record.compromised(digest).await? {
            return Err(CertificateProblem::KeyCompromised { since });
        }
        let issuers = record.issuers().await?;
        let issuer = judge(chain, &issuers, now, crypto)?;
        require_standing(&certificate, issuer, record).await?;
        Ok(Self { token: found.added })
    }
}

/// Whether a client with this chain is to be believed, below the roots on record; who has issued its certificate.
fn judge<'a>(
    chain: &[&[u8]],
    issuers: &'a [IssuerRecord],
    now: Time,
    crypto: &dyn SignatureVerifier,
) -> Result<&'a IssuerRecord, CertificateProblem> {
    let (mut anchors, mut intermediates) = (TrustAnchors::new(), Intermediates::new());
    for issuer in issuers {
        let Some((root, below)) = issuer.added.chain.split_last() else { continue };
        // What could be read when it was filed can be read now.
        let _read = anchors.add_certificate(root);
        for certificate in below {
            let _read = intermediates.add_certificate(certificate);
        }
    }
    let mut question = Question::new(chain, &anchors, now);
    question.prepared = Some(&intermediates);
    question.purpose = Purpose::ClientAuth;
    let decided = verify::decide(&question, crypto, &mut NoTrace);
    let path =
        decided.map_err(|rejection| CertificateProblem::Untrusted { reason: rejection.to_string() })?;
    let above = path.certificates().nth(1);
    let id = above.map(|above| IssuerId::of(&above.tbs().subject_public_key_info(), crypto));
    issuers.iter().find(|issuer| Some(issuer.added.id) == id).ok_or(CertificateProblem::NotOnRecord)
}

/// Refuses a certificate that is not the one on record, or that nobody should accept any more.
async fn require_standing(
    certificate: &Certificate<'_>,
    issuer: &IssuerRecord,
    record: &dyn Record,
) -> Result<(), CertificateProblem> {
    let serial = certificate.tbs().serial();
    if let Standing::Revoked(revoked) | Standing::Below(_, revoked) = issuer.standing {
        return Err(CertificateProblem::IssuerRevoked { since: revoked.since, reason: revoked.reason });
    }
    let magnitude = serial.magnitude().to_vec();
    let found = record.certificates(CertificateQuery::Serial(magnitude.clone())).await?;
    if serial.is_negative() || !found.iter().any(|found| found.issued.certificate == certificate.der()) {
        return Err(CertificateProblem::NotOnRecord);
    }
    match record.status(issuer.added.id, magnitude).await?.map(|found| found.status) {
        Some(Status::Good) => Ok(()),
        Some(Status::Revoked(revoked)) => Err(CertificateProblem::Revoked {
            serial: serial.to_string(),
            since: revoked.since,
            reason: revoked.reason,
        }),
        None => Err(CertificateProblem::NotOnRecord),
    }
}
