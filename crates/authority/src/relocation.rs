// SPDX-License-Identifier: MIT OR Apache-2.0
//! Publishing elsewhere: another base for the URLs that go into certificates, and the intermediates issued again with
//! it, on the same keys and under the same names. What they have issued stays valid below the new certificates, and
//! says the old place until it is issued again.

use std::sync::Arc;

use x509::ext::{ExtendedKeyUsage, KeyUsage};
use x509::{Certificate, Oid, SignatureVerifier, Time, oid};

use crate::contents::Contents;
use crate::error::{FoundingError, IssueError};
use crate::founding::{certified, certify};
use crate::issuer::Issuer;
use crate::journal::{BaseUrlSettled, Certified, Event};
use crate::lifetime::{AUTHORITY_BACKDATE, Period};
use crate::profile::{AUTHORITY_USAGE, Role};
use crate::publication::BaseUrl;
use crate::random::RandomSource;
use crate::record::{Batch, Record};

/// An intermediate to be issued again.
#[derive(Debug, Clone)]
pub struct Reissue {
    /// The intermediate as it is.
    pub issuer: Arc<Issuer>,
    /// Who issues it.
    pub above: Arc<Issuer>,
    /// Where its key is kept, as the record says it.
    pub location: String,
}

/// Another base for the URLs, and what has to be issued again for it.
#[derive(Debug, Clone)]
pub struct Relocation {
    /// The new base; `None`: no URL goes into certificates.
    pub base_url: Option<BaseUrl>,
    /// On whose word.
    pub by: String,
    /// The intermediates.
    pub intermediates: Vec<Reissue>,
}

impl Relocation {
    /// Issues the intermediates again and records them with the new base: all of it or nothing. Each is valid as long
    /// as it was.
    ///
    /// # Errors
    /// What went wrong. Nothing was recorded.
    pub async fn commit(
        self,
        now: Time,
        record: &dyn Record,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Vec<Arc<Issuer>>, FoundingError> {
        let Self { base_url, by, intermediates } = self;
        let mut events = vec![Event::BaseUrlSettled(BaseUrlSettled { base: base_url.clone(), by })];
        let mut issued = Vec::new();
        for Reissue { issuer, above, location } in intermediates {
            let path_length = issuer.own_path_length().map_err(IssueError::from)?.unwrap_or(0);
            let contents = again(&issuer, &above, path_length, base_url.as_ref(), now)?;
            let again = certify(&contents, issuer.shared_signer(), &above, now, random, crypto)?;
            events.extend(certified(&again, &above, location, Certified::Anew));
            issued.push(Arc::new(again.publishing_at(base_url.clone())));
        }
        record.commit(Batch::at(now, events)).await.map_err(FoundingError::Record)?;
        Ok(issued)
    }
}

/// What another certificate of an authority says: what it said before, but for how many may stand below it, and for
/// where its issuer publishes.
pub(crate) fn again(
    issuer: &Issuer,
    above: &Issuer,
    path_length: u32,
    base_url: Option<&BaseUrl>,
    now: Time,
) -> Result<Contents, IssueError> {
    let before = Certificate::parse(issuer.certificate())?;
    let extensions = before.tbs().extensions();
    let role = Role::Authority { path_length };
    let key_usage = extensions.decode::<KeyUsage>()?.map(|found| found.value);
    let purposes = extensions.decode::<ExtendedKeyUsage<'_>>()?;
    let known = |purpose: Oid<'_>| {
        let known = [oid::SERVER_AUTH, oid::CLIENT_AUTH].into_iter().find(|known| *known == purpose);
        // Left out, it would widen what the intermediate may be used for.
        let reason = format!("it has the purpose {purpose}, which is not issued here");
        known.ok_or(IssueError::Judged { reason })
    };
    let purposes = purposes.iter().flat_map(|found| found.value.iter()).map(known);
    let purposes: Vec<Oid<'static>> = purposes.collect::<Result<_, _>>()?;
    let not_after = before.tbs().validity().not_after.time;
    let wanted = Period { not_before: now.minus(AUTHORITY_BACKDATE), not_after };
    Ok(Contents {
        subject: issuer.subject().to_vec(),
        names: Vec::new(),
        role,
        // What it has not said before, since it answers for what it issued itself.
        key_usage: key_usage.map_or(AUTHORITY_USAGE, |usage| usage.and(KeyUsage::DIGITAL_SIGNATURE)),
        purposes,
        constraints: issuer.constraints_value().map(<[u8]>::to_vec),
        published: above.published_at(role, base_url),
        period: wanted.within(above.period()),
        public_key_info: issuer.signer().public_key_info().to_vec(),
    })
}
