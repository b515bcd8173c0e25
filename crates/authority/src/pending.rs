// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that wait for somebody's approval: held with the plan that was shown, drawn anew when somebody decides, and
//! issued through the gate when it is still the same plan. Another one goes back to wait, with the difference told.

mod decide;
mod digest;
mod id;

pub(crate) use decide::Endorsement;
pub use decide::{Decider, Difference, Redrawn};
pub use digest::PlanDigest;
pub use id::RequestId;

use x509::{Certificate, CertificationRequest, DigestAlgorithm, Serial, SignatureVerifier, Time};

use crate::error::{HoldError, RecordError};
use crate::issuer::IssuerId;
use crate::journal::{Event, HeldLine, RequestHeld};
use crate::lifetime;
use crate::plan::{Order, Plan, PlanLine};
use crate::policy::Requester;
use crate::random::RandomSource;
use crate::record::{Batch, Record};
use crate::token::TokenState;

/// How many requests of one requester may wait at a time: who floods fills nobody's disk.
pub const PENDING_LIMIT: usize = 100;
/// How many days a request waits, unless somebody says otherwise.
pub const STALE_DAYS: u32 = 30;
/// The longest reason, in octets.
pub const REASON_LIMIT: usize = 1_000;

/// Which requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestQuery {
    /// This one.
    One(RequestId),
    /// Those that nobody has decided on, in the order in which they came.
    Undecided,
    /// Those of them that wait with a plan of these terms.
    UndecidedOf([u8; 32]),
    /// The last ones, decided or not, at most so many; in the order in which they came.
    Last(usize),
}

/// A request as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// When it first came.
    pub at: Time,
    /// What waits, as it was shown last.
    pub held: RequestHeld,
    /// What became of it.
    pub decided: Option<Decided>,
}

/// What somebody decided on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// When.
    pub at: Time,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The certificate that was issued, DER; `None` when the request was denied.
    pub certificate: Option<Vec<u8>>,
}

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// It waits.
    Pending,
    /// It was approved, and its certificate issued.
    Approved,
    /// It was denied.
    Denied,
    /// Nobody decided in time.
    Expired,
}

impl RequestState {
    /// In a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Expired => "expired",
        }
    }
}

impl RequestRecord {
    /// The serial number of the certificate that was issued.
    #[must_use]
    pub fn serial(&self) -> Option<Serial<'_>> {
        let certificate = self.decided.as_ref()?.certificate.as_deref()?;
        Certificate::parse(certificate).ok().map(|certificate| certificate.tbs().serial())
    }

    /// The digest of the plan that it waits with, or that was decided on.
    #[must_use]
    pub fn plan(&self) -> PlanDigest {
        // The record holds no other: it has a check on it.
        PlanDigest::from_octets(self.held.plan.first_chunk().copied().unwrap_or_default())
    }

    /// The SHA-256 of the key that would be certified, its SubjectPublicKeyInfo; `None` when the request cannot be
    /// read any more.
    #[must_use]
    pub fn key(&self, crypto: &dyn SignatureVerifier) -> Option<IssuerId> {
        let request = CertificationRequest::parse(&self.held.request).ok()?;
        Some(IssuerId::of(&request.info().subject_public_key_info(), crypto))
    }

    /// Why nothing is issued any more to who asked, in words; `None` where nothing stands against that.
    ///
    /// # Errors
    /// The record does not answer.
    pub async fn barred(&self, now: Time, record: &dyn Record) -> Result<Option<String>, RecordError> {
        let Requester::Program { id, .. } = &self.held.requester else { return Ok(None) };
        let found = record.token(*id).await?;
        Ok(TokenState::of(found.as_ref(), now).barred())
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self, now: Time) -> RequestState {
        match &self.decided {
            Some(Decided { certificate: Some(_), .. }) => RequestState::Approved,
            Some(_) => RequestState::Denied,
            None if now > self.held.until => RequestState::Expired,
            None => RequestState::Pending,
        }
    }
}

/// What is kept of an order beside its plan, to draw it anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) names: Vec<String>,
    pub(crate) days: Option<u32>,
}

impl Kept {
    pub(crate) fn of(order: &Order) -> Self {
        Self { names: order.names.iter().map(ToString::to_string).collect(), days: order.days }
    }
}

/// How a plan is to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// For how many days.
    pub days: u32,
}

impl Default for Wait {
    fn default() -> Self {
        Self { days: STALE_DAYS }
    }
}

impl Plan {
    /// The digest that an approval binds to: everything that will be issued but for the moment, which goes on until
    /// somebody approves.
    #[must_use]
    pub fn terms(&self, crypto: &dyn SignatureVerifier) -> [u8; 32] {
        let digest = crypto.digest(DigestAlgorithm::Sha256, &self.terms_der());
        digest.octets().first_chunk().copied().unwrap_or_default()
    }

    /// Has the request wait for somebody's approval; the same one that waits already is not held twice.
    ///
    /// # Errors
    /// It needs no approval, is refused, or cannot be recorded, because too many of the same requester wait perhaps.
    pub async fn hold(
        &self,
        wait: Wait,
        record: &dyn Record,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<RequestHeld, HoldError> {
        if !self.awaits_approval() {
            return Err(HoldError::NothingToApprove);
        }
        let terms = self.terms(crypto);
        let waiting = record.requests(RequestQuery::UndecidedOf(terms)).await?;
        let same = waiting.into_iter().find(|waiting| {
            waiting.held.requester == *self.requester()
                && waiting.state(self.drawn_at()) == RequestState::Pending
        });
        if let Some(same) = same {
            return Ok(same.held);
        }
        let until = self.drawn_at().plus(lifetime::days(wait.days));
        let held = self.held(RequestId::draw(random)?, until, crypto);
        commit(held.clone(), self.drawn_at(), record).await?;
        Ok(held)
    }

    /// What is held of it.
    pub(crate) fn held(&self, id: RequestId, until: Time, crypto: &dyn SignatureVerifier) -> RequestHeld {
        let kept = self.kept();
        RequestHeld {
            id,
            issuer: self.issuer().id(),
            profile: self.profile().name().to_owned(),
            request: self.request_der().to_vec(),
            names: kept.names.clone(),
            days: kept.days,
            requester: self.requester().clone(),
            by: self.warrant().who().to_owned(),
            rules: self.judgement().awaiting.clone(),
            until,
            plan: self.terms(crypto).to_vec(),
            lines: self.lines().iter().filter(|line| !is_of_the_moment(line)).map(HeldLine::of).collect(),
        }
    }
}

pub(crate) async fn commit(held: RequestHeld, at: Time, record: &dyn Record) -> Result<(), RecordError> {
    record.commit(Batch::at(at, [Event::RequestHeld(held)])).await.map(drop)
}

/// Whether a line says when it was drawn.
pub(crate) fn is_of_the_moment(line: &PlanLine) -> bool {
    line.rule.id == crate::rules::BACKDATING.id
}

impl HeldLine {
    fn of(line: &PlanLine) -> Self {
        let PlanLine { field, asked, policy, issued, .. } = line.clone();
        Self { field, asked, policy, issued }
    }
}

impl Requester {
    /// By which the requests of one requester are counted.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::CommandLine | Self::OwnServer => self.path().name().to_owned(),
            Self::Program { id, .. } => format!("token:{id}"),
        }
    }
}
