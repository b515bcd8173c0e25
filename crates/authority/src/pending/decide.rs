// SPDX-License-Identifier: MIT OR Apache-2.0
//! Deciding on a request that waits.

use std::sync::Arc;

use keys::SubjectName;
use x509::{SignatureVerifier, Time};

use super::{PlanDigest, REASON_LIMIT, RequestRecord, RequestState, commit};
use crate::approval::{Approved, Warrant};
use crate::error::DecideError;
use crate::issuer::Issuer;
use crate::journal::{Event, HeldLine, RequestDenied, RequestHeld};
use crate::plan::{Order, Plan};
use crate::policy::{Policy, Requester};
use crate::profile::Profile;
use crate::record::{Batch, Record};
use crate::request::VerifiedRequest;

/// Who decides, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decider {
    /// On whose word.
    pub by: Warrant,
    /// The program that decides, where one does.
    pub program: Option<Requester>,
    /// Why.
    pub reason: String,
}

/// A line of a plan that is not as it was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The line as it was; `None` where there was none.
    pub before: Option<HeldLine>,
    /// The line as it is now; `None` where there is none any more.
    pub after: Option<HeldLine>,
}

/// A request that waits, with the plan as it is drawn now.
#[derive(Debug)]
pub struct Redrawn {
    record: RequestRecord,
    plan: Plan,
    terms: [u8; 32],
}

impl RequestRecord {
    /// Draws the plan anew: by the profile, the issuer and the policy of today.
    ///
    /// # Errors
    /// The request is no longer accepted, or the record did not answer.
    pub async fn redraw(
        self,
        (profile, issuer, policy): (Profile, Arc<Issuer>, Arc<Policy>),
        now: Time,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Redrawn, DecideError> {
        let held = &self.held;
        let request = VerifiedRequest::read(&held.request, crypto).map_err(DecideError::Request)?;
        let request = request.looked_up(record, crypto).await?;
        let request = request.looked_up_for(&profile, record).await?;
        if let Some(because) = self.barred(now, record).await? {
            return Err(DecideError::Barred { requester: held.requester.to_string(), because });
        }
        let names = held.names.iter().map(|name| SubjectName::parse(name));
        let names = names.collect::<Result<_, _>>().map_err(DecideError::Name)?;
        let order = Order {
            request,
            profile,
            issuer,
            names,
            days: held.days,
            warrant: Warrant::ApprovedBy(held.by.clone()),
            requester: held.requester.clone(),
            policy,
        };
        let plan = Plan::draw(order, now);
        let terms = plan.terms(crypto);
        Ok(Redrawn { record: self, plan, terms })
    }

    /// Refuses whoever asked for it themselves.
    ///
    /// # Errors
    /// [`DecideError::OwnRequest`].
    pub fn require_another(&self, decider: &Decider) -> Result<(), DecideError> {
        if decider.program.as_ref() == Some(&self.held.requester) {
            return Err(DecideError::OwnRequest { requester: self.held.requester.to_string() });
        }
        Ok(())
    }

    /// Refuses an approval that names another plan than the one that waits: somebody has drawn it anew since.
    ///
    /// # Errors
    /// [`DecideError::NotNamed`].
    pub fn require_named(&self, named: PlanDigest) -> Result<(), DecideError> {
        let waiting = self.plan();
        if named == waiting {
            return Ok(());
        }
        Err(DecideError::NotNamed { id: self.held.id, named, waiting })
    }

    /// Denies it.
    ///
    /// # Errors
    /// It does not wait any more, or it could not be recorded.
    pub async fn deny(&self, decider: &Decider, now: Time, record: &dyn Record) -> Result<(), DecideError> {
        require_pending(self, now)?;
        require_reason(decider)?;
        let by = decider.by.to_string();
        let denied = RequestDenied { id: self.held.id, by, reason: decider.reason.clone() };
        record.commit(Batch::at(now, [Event::RequestDenied(denied)])).await?;
        Ok(())
    }
}

impl Redrawn {
    /// The plan as it is now.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The request as it is kept.
    #[must_use]
    pub const fn record(&self) -> &RequestRecord {
        &self.record
    }

    /// Whether it is the plan that was shown.
    #[must_use]
    pub fn is_the_same(&self) -> bool {
        self.record.held.plan == self.terms
    }

    /// The lines that are not as they were shown.
    #[must_use]
    pub fn differences(&self, crypto: &dyn SignatureVerifier) -> Vec<Difference> {
        let held = &self.record.held;
        let now = self.plan.held(held.id, held.until, crypto).lines;
        let gone = held.lines.iter().filter(|line| !now.contains(line));
        let mut differences: Vec<Difference> =
            gone.map(|line| Difference { before: Some(line.clone()), after: None }).collect();
        for line in now.iter().filter(|line| !held.lines.contains(line)) {
            let of_field = |other: &&mut Difference| {
                other.after.is_none()
                    && other.before.as_ref().is_some_and(|before| before.field == line.field)
            };
            match differences.iter_mut().find(of_field) {
                Some(changed) => changed.after = Some(line.clone()),
                None => differences.push(Difference { before: None, after: Some(line.clone()) }),
            }
        }
        differences
    }

    /// Approves the plan of this digest, so that it can be prepared and issued. Nothing is recorded before it is.
    ///
    /// # Errors
    /// It does not wait any more, or not with that plan; whoever asked would approve; the plan of today is another
    /// one, or is refused.
    pub fn approve(self, named: PlanDigest, decider: &Decider, now: Time) -> Result<Approved, DecideError> {
        require_pending(&self.record, now)?;
        self.record.require_named(named)?;
        require_reason(decider)?;
        self.record.require_another(decider)?;
        if !self.is_the_same() {
            return Err(DecideError::AnotherPlan { id: self.record.held.id });
        }
        let endorsement = Endorsement { id: self.record.held.id, plan: named, decider: decider.clone() };
        Ok(self.plan.endorsed(endorsement).approve()?)
    }

    /// Has it wait again, under the plan of today.
    ///
    /// # Errors
    /// It does not wait any more, the plan of today is refused, or it could not be recorded.
    pub async fn wait_again(
        self,
        now: Time,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<RequestHeld, DecideError> {
        require_pending(&self.record, now)?;
        let RequestHeld { id, until, .. } = self.record.held;
        let held = self.plan.held(id, until, crypto);
        self.plan.require_unrefused()?;
        commit(held.clone(), now, record).await?;
        Ok(held)
    }
}

/// That somebody approved, as a plan carries it to the gate. Made by [`Redrawn::approve`] alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endorsement {
    pub(crate) id: super::RequestId,
    pub(crate) plan: PlanDigest,
    pub(crate) decider: Decider,
}

fn require_pending(record: &RequestRecord, now: Time) -> Result<(), DecideError> {
    match record.state(now) {
        RequestState::Pending => Ok(()),
        state @ (RequestState::Approved | RequestState::Denied | RequestState::Expired) => {
            Err(DecideError::NotPending { id: record.held.id, state: state.name() })
        }
    }
}

fn require_reason(decider: &Decider) -> Result<(), DecideError> {
    let reason = &decider.reason;
    let is_plain = !reason.trim().is_empty() && !reason.chars().any(char::is_control);
    if is_plain && reason.len() <= REASON_LIMIT {
        return Ok(());
    }
    Err(DecideError::Reason { longest: REASON_LIMIT })
}
