// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who answers.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use authority::{Delegate, Issuer, IssuerId, Record, RecordError, Status};
use parking_lot::{Mutex, RwLock};
use x509::ext::ReasonCode;
use x509::ocsp::write::error;
use x509::ocsp::{CertId, CertStatus, ResponseStatus, TbsRequest};
use x509::{OcspRequest, Serial, SignatureVerifier, Time};

use super::OcspAnswer;
use super::allowance::{Allowance, Rate};
use super::known::{Known, is_plain};
use super::sheet::{Appointed, Sheet};
use super::shelf::{Look, Shelf};
use crate::crl::Lifetime;
use crate::error::OcspError;

/// About how many certificates one request may ask.
const AT_ONCE: usize = 100;
/// How long what was seen of the record is taken to be so.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How many changes are read at a time.
const PAGE: usize = 1_024;

/// How a responder answers.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Settings {
    /// How long an answer is good for.
    pub lifetime: Lifetime,
    /// Of how many certificates of an issuer the answers are kept.
    pub kept: usize,
    /// How many answers are signed that are for one client alone.
    pub live: Rate,
    /// Whether the signature of such an answer is verified too, before it is given away.
    pub verify_live: bool,
}

/// A day; 64 Ki certificates, of about 500 octets each; a thousand live signatures a second, four thousand at once.
impl Default for Settings {
    fn default() -> Self {
        Self {
            lifetime: Lifetime(Duration::from_secs(86_400)),
            kept: 64 << 10,
            live: Rate { per_second: 1_000, at_once: 4_000 },
            verify_live: false,
        }
    }
}

/// When it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// By the clock on the wall.
    pub now: Time,
    /// By one that is never put back.
    pub uptime: Duration,
}

/// Answers for some issuers.
///
/// An answer that anybody may have is signed once, verified, and kept for half of its life: one about a certificate
/// that was issued, asked about alone and without a nonce. Of every certificate that was issued, what the record said
/// of it is kept, for the answers that are signed live. Before anything that was kept is given, the record is asked
/// whether anything has changed, if it was not asked within the last second; what has changed is not given again.
/// With a record that does not answer, nothing is given.
pub struct Responder {
    desks: Vec<Desk>,
    settings: Settings,
    live: Allowance,
    crypto: Arc<dyn SignatureVerifier>,
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responder")
            .field("desks", &self.desks)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// What there is of one issuer.
#[derive(Debug)]
struct Desk {
    known: Known,
    /// Who signs in the issuer's place.
    appointed: RwLock<Option<Arc<Appointed>>>,
    shelf: Mutex<Shelf>,
}

impl Responder {
    /// One for these issuers.
    ///
    /// # Errors
    /// What a signer says of its key cannot be read.
    pub fn new(
        issuers: &[Arc<Issuer>],
        settings: Settings,
        crypto: Arc<dyn SignatureVerifier>,
    ) -> Result<Self, OcspError> {
        let desk = |issuer| -> Result<Desk, x509::Error> {
            let shelf = Mutex::new(Shelf::new(settings.kept));
            Ok(Desk { known: Known::new(issuer, &*crypto)?, appointed: RwLock::default(), shelf })
        };
        let desks = issuers.iter().map(desk).collect::<Result<_, _>>()?;
        Ok(Self { desks, settings, live: Allowance::new(settings.live), crypto })
    }

    /// Has a delegate sign what is answered from now on for its issuer, as long as its certificate is valid; without
    /// one, and when that has ended, the issuer signs itself.
    ///
    /// # Errors
    /// What its signer says of its key cannot be read.
    pub fn appoint(&self, delegate: Delegate) -> Result<(), OcspError> {
        let issuer = delegate.issuer();
        let appointed = Arc::new(Appointed::new(delegate, &*self.crypto)?);
        self.of(issuer).for_each(|desk| *desk.appointed.write() = Some(Arc::clone(&appointed)));
        Ok(())
    }

    /// Has an issuer sign itself again, and gives nothing more of what its delegate has signed.
    pub fn dismiss(&self, issuer: IssuerId) {
        for desk in self.of(issuer) {
            *desk.appointed.write() = None;
            desk.shelf.lock().clear();
        }
    }

    fn of(&self, issuer: IssuerId) -> impl Iterator<Item = &Desk> {
        self.desks.iter().filter(move |desk| desk.known.issuer().id() == issuer)
    }

    /// Answers a request, whatever it is: with what the record knows of each certificate asked about, signed by the
    /// issuer itself or by its delegate, the nonce repeated; or with an error, which nobody signs (RFC 6960 §2.3).
    ///
    /// | request | answer |
    /// |---|---|
    /// | cannot be read, a nonce of no or too many octets, something critical that is not known, about more than 100 certificates | `malformedRequest` |
    /// | about no issuer of these | `unauthorized` (RFC 5019 §2.2.3) |
    /// | with a nonce, about several, or about one never issued, and more such than [`Settings::live`] | `tryLater` |
    /// | while too many wait for the signer | `tryLater` |
    /// | about a certificate that was never issued | `unknown` |
    /// | about certificates of several issuers | those of the first that is known here; the others `unknown` |
    ///
    /// # Errors
    /// The record or the signer failed; what a client is told then is [`Responder::failed`].
    pub async fn answer(
        &self,
        asked: &[u8],
        moment: Moment,
        record: &dyn Record,
    ) -> Result<OcspAnswer, OcspError> {
        let Ok(asked) = OcspRequest::parse(asked) else {
            return Ok(refused(ResponseStatus::MalformedRequest));
        };
        let asked = asked.tbs();
        let requests = || asked.requests().iter();
        let is_unknown =
            asked.unprocessed().is_some() || requests().any(|request| request.unprocessed().is_some());
        if is_unknown || requests().nth(AT_ONCE).is_some() {
            return Ok(refused(ResponseStatus::MalformedRequest));
        }
        let desk = requests().find_map(|request| self.desk(&request.cert_id));
        let Some(desk) = desk else { return Ok(refused(ResponseStatus::Unauthorized)) };
        let mut requests = requests();
        let answered = match (requests.next(), requests.next(), asked.nonce()) {
            (Some(one), None, None) if is_plain(&one.cert_id.hash_algorithm) => {
                self.for_anybody(desk, &one.cert_id, moment, record).await
            }
            _ => self.for_one_client(desk, asked, moment, record).await,
        };
        match answered {
            Err(OcspError::Sign(error)) if error.is_busy() => Ok(refused(ResponseStatus::TryLater)),
            answered => answered,
        }
    }

    /// What a client is told when the record or the signer failed.
    #[must_use]
    pub fn failed() -> OcspAnswer {
        refused(ResponseStatus::InternalError)
    }

    fn desk(&self, id: &CertId<'_>) -> Option<&Desk> {
        self.desks.iter().find(|desk| desk.known.is_named_by(id))
    }

    /// From the shelf, or signed to be put there.
    async fn for_anybody(
        &self,
        desk: &Desk,
        id: &CertId<'_>,
        moment: Moment,
        record: &dyn Record,
    ) -> Result<OcspAnswer, OcspError> {
        desk.look(moment, record).await?;
        let (serial, algorithm) = (id.serial, id.hash_algorithm.raw());
        if let Some(answer) = desk.shelf.lock().find(serial, algorithm, moment.now) {
            return Ok(answer);
        }
        let (status, edition) = desk.status(serial, record).await?;
        if status == CertStatus::Unknown {
            if !self.live.take(1, moment.uptime) {
                return Ok(refused(ResponseStatus::TryLater));
            }
            let by = desk.in_office(moment.now);
            let live = self.sheet((desk, by.as_deref()), moment, self.settings.verify_live);
            return live.answer(&[live.single(*id, status)], None);
        }
        let by = desk.in_office(moment.now);
        let sheet = self.sheet((desk, by.as_deref()), moment, true);
        let made = sheet.answer(&[sheet.single(*id, status)], None)?;
        let answer = OcspAnswer { reusable: Some(sheet.freshness), ..made };
        desk.shelf.lock().put(serial, algorithm, answer.clone(), edition);
        Ok(answer)
    }

    /// Signed while it is waited for, and not kept.
    async fn for_one_client(
        &self,
        desk: &Desk,
        asked: &TbsRequest<'_>,
        moment: Moment,
        record: &dyn Record,
    ) -> Result<OcspAnswer, OcspError> {
        let requests = || asked.requests().iter();
        // A signature is the most of the work, and of the rest each certificate has its share.
        let work = u32::try_from(requests().count()).unwrap_or(u32::MAX);
        if !self.live.take(work, moment.uptime) {
            return Ok(refused(ResponseStatus::TryLater));
        }
        desk.look(moment, record).await?;
        let by = desk.in_office(moment.now);
        let sheet = self.sheet((desk, by.as_deref()), moment, self.settings.verify_live);
        let mut answers = Vec::new();
        for one in requests() {
            let is_its = desk.known.is_named_by(&one.cert_id);
            let status =
                if is_its { desk.status(one.cert_id.serial, record).await?.0 } else { CertStatus::Unknown };
            answers.push(sheet.single(one.cert_id, status));
        }
        let nonce = asked.nonce().map(|nonce| nonce.value.encode());
        sheet.answer(&answers, nonce.as_deref())
    }

    fn sheet<'a>(
        &'a self,
        (desk, by): (&'a Desk, Option<&'a Appointed>),
        moment: Moment,
        verify: bool,
    ) -> Sheet<'a> {
        let life = (moment.now, self.settings.lifetime.0);
        Sheet::new((&desk.known, by), life, verify, &*self.crypto)
    }
}

impl Desk {
    /// Who signs now in the issuer's place; nobody where it signs itself.
    fn in_office(&self, now: Time) -> Option<Arc<Appointed>> {
        self.appointed.read().clone().filter(|appointed| appointed.is_in_office(now))
    }

    /// Looks into the record for what has changed, if it is time.
    async fn look(&self, moment: Moment, record: &dyn Record) -> Result<(), RecordError> {
        let looked = self.shelf.lock().looked();
        let is_fresh = |look: Look| moment.uptime.saturating_sub(look.at) < LOOK_AGAIN;
        match looked {
            Some(look) if is_fresh(look) => Ok(()),
            looked => {
                let seen = self.look_behind(looked.map(|look| look.place), moment, record).await;
                seen.inspect_err(|_| self.shelf.lock().clear())
            }
        }
    }

    async fn look_behind(
        &self,
        place: Option<u64>,
        moment: Moment,
        record: &dyn Record,
    ) -> Result<(), RecordError> {
        let issuer = self.known.issuer().id();
        let mut place = match place {
            Some(place) => place,
            None => {
                // Nothing was kept before this.
                let look = Look { at: moment.uptime, place: record.last_change(issuer).await? };
                let Some(faster) = self.shelf.lock().begin(look) else { return Ok(()) };
                faster.place
            }
        };
        loop {
            let changes = record.changes(issuer, place, PAGE).await?;
            place = changes.last().map_or(place, |last| last.sequence);
            let serials: Vec<Vec<u8>> = changes.into_iter().map(|change| change.serial).collect();
            let is_all = serials.len() < PAGE;
            self.shelf.lock().saw(Look { at: moment.uptime, place }, &serials);
            if is_all {
                return Ok(());
            }
        }
    }

    /// How a certificate stands, and in which edition of what is known: from the shelf, which was looked after just
    /// now, or from the record. That one was never issued is not kept: strangers would fill the shelf with it.
    async fn status(
        &self,
        serial: Serial<'_>,
        record: &dyn Record,
    ) -> Result<(CertStatus, u64), RecordError> {
        let edition = {
            let mut shelf = self.shelf.lock();
            if let Some(status) = shelf.status(serial) {
                return Ok((status, shelf.edition()));
            }
            shelf.edition()
        };
        let status = self.on_record(serial, record).await?;
        if status != CertStatus::Unknown {
            self.shelf.lock().note(serial, status, edition);
        }
        Ok((status, edition))
    }

    /// What the record knows of a certificate.
    async fn on_record(&self, serial: Serial<'_>, record: &dyn Record) -> Result<CertStatus, RecordError> {
        if serial.is_negative() {
            return Ok(CertStatus::Unknown);
        }
        let found = record.status(self.known.issuer().id(), serial.magnitude().to_vec()).await?;
        Ok(match found.map(|found| found.status) {
            None => CertStatus::Unknown,
            Some(Status::Good) => CertStatus::Good,
            Some(Status::Revoked(revoked)) => {
                let reason = Some(revoked.reason).filter(|reason| *reason != ReasonCode::Unspecified);
                CertStatus::Revoked { time: revoked.since, reason }
            }
        })
    }
}

/// An error, which nobody signs.
fn refused(status: ResponseStatus) -> OcspAnswer {
    OcspAnswer { der: error(status).unwrap_or_default().into(), reusable: None }
}
