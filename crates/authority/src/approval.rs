// SPDX-License-Identifier: MIT OR Apache-2.0
//! Saying yes to a plan.

use std::fmt;

use crate::error::{PlanRefusal, PlanRefused};
use crate::plan::Plan;

/// On whose word the names of a plan are true.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warrant {
    /// Somebody who may says so.
    ApprovedBy(String),
}

impl Warrant {
    /// Who it is.
    #[must_use]
    pub fn who(&self) -> &str {
        match self {
            Self::ApprovedBy(who) => who,
        }
    }
}

impl fmt::Display for Warrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ApprovedBy(who) => write!(f, "approved by {who}"),
        }
    }
}

/// A plan without a refusal in it, for whose names somebody answers. Made by [`Plan::approve`] alone.
#[derive(Debug)]
pub struct Approved {
    plan: Plan,
}

impl Approved {
    /// The plan.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(crate) fn into_plan(self) -> Plan {
        self.plan
    }
}

impl Plan {
    /// Approves the plan on its warrant.
    ///
    /// # Errors
    /// A line of it is refused, or it waits for somebody's approval.
    pub fn approve(self) -> Result<Approved, PlanRefused> {
        let waits = self.unendorsed().map(|rules| PlanRefusal::AwaitsApproval { rules });
        self.require(waits)?;
        Ok(Approved { plan: self })
    }

    /// Refuses a plan with a refusal in it; one that waits for somebody is none.
    pub(crate) fn require_unrefused(&self) -> Result<(), PlanRefused> {
        self.require(None)
    }

    fn require(&self, further: Option<PlanRefusal>) -> Result<(), PlanRefused> {
        let refusals = self.lines().iter().filter_map(|line| line.refusal.clone());
        let mut refusals = refusals.chain(further);
        match refusals.next() {
            Some(first) => Err(PlanRefused::new(first, refusals.collect())),
            None => Ok(()),
        }
    }
}
