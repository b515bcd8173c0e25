// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cross-certification: another certificate for the key of an authority, below another root, for clients who trust
//! that one.

use std::sync::Arc;

use x509::{SignatureVerifier, Time};

use crate::error::{FoundingError, IssueError};
use crate::founding::{certified, certify};
use crate::issuer::Issuer;
use crate::journal::Certified;
use crate::random::RandomSource;
use crate::record::{Batch, Record};
use crate::relocation::again;

/// How many authorities may stand below one where nobody says: an intermediate.
const UNSAID: u32 = 1;

/// An authority to be certified by another one too.
#[derive(Debug)]
pub struct CrossCertification {
    /// The authority.
    pub issuer: Arc<Issuer>,
    /// Where its key is kept, as the record says it.
    pub location: String,
    /// Who certifies it.
    pub above: Arc<Issuer>,
}

impl CrossCertification {
    /// Signs the certificate, proves the path that it makes, and records both. The certificate that the authority
    /// issues below stays what it was.
    ///
    /// # Errors
    /// The one above is the same authority or stands above it already, or leaves no room for what stands below it; else
    /// what went wrong. Nothing was recorded, unless it is [`RecordError::Failed`](crate::RecordError::Failed).
    pub async fn commit(
        self,
        now: Time,
        record: &dyn Record,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Arc<Issuer>, FoundingError> {
        let Self { issuer, location, above } = self;
        if issuer.has_key(above.signer().public_key_info()) {
            let (issuer, above) = (issuer.name().to_owned(), above.name().to_owned());
            return Err(FoundingError::AlreadyBelow { issuer, above });
        }
        if above.has_key(issuer.signer().public_key_info()) {
            let (issuer, above) = (issuer.name().to_owned(), above.name().to_owned());
            return Err(FoundingError::Circle { issuer, above });
        }
        let path_length = room(&issuer, &above)?;
        let contents = again(&issuer, &above, path_length, above.base_url(), now)?;
        let crossed = certify(&contents, issuer.shared_signer(), &above, now, random, crypto)?;
        let events = certified(&crossed, &above, location, Certified::Beside);
        record.commit(Batch::at(now, events)).await.map_err(FoundingError::Record)?;
        Ok(Arc::new(crossed.publishing_at(above.base_url().cloned())))
    }
}

/// How many authorities may stand below the one that is certified (RFC 5280 §4.2.1.9): as many as it says itself, which
/// the one above has to allow.
fn room(issuer: &Issuer, above: &Issuer) -> Result<u32, FoundingError> {
    let own = issuer.own_path_length().map_err(IssueError::from)?;
    let Some(allowed) = above.path_length() else { return Ok(own.unwrap_or(UNSAID)) };
    match (allowed.checked_sub(1), own) {
        (Some(left), None) => Ok(left),
        (Some(left), Some(own)) if own <= left => Ok(own),
        (_, own) => Err(FoundingError::NoRoom {
            issuer: issuer.name().to_owned(),
            needed: own.unwrap_or(0).saturating_add(1),
            above: above.name().to_owned(),
            allowed,
        }),
    }
}
