// SPDX-License-Identifier: MIT OR Apache-2.0
//! Saying yes to a plan.

use std::fmt;

use crate::error::PlanRefused;
use crate::plan::Plan;

/// On whose word the names of a plan are true.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warrant {
    /// Somebody who may says so.
    ApprovedBy(String),
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
    /// A line of it is refused.
    pub fn approve(self) -> Result<Approved, PlanRefused> {
        let mut refusals = self.lines().iter().filter_map(|line| line.refusal.clone());
        match refusals.next() {
            Some(first) => Err(PlanRefused::new(first, refusals.collect())),
            None => Ok(Approved { plan: self }),
        }
    }
}
