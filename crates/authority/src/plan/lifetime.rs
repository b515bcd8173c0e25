// SPDX-License-Identifier: MIT OR Apache-2.0
//! The lifetime of a plan.

use super::draft::{Draft, Says};
use crate::error::PlanRefusal;
use crate::lifetime::Period;
use crate::rules;

const FIELD: &str = "lifetime";

impl Draft<'_> {
    /// Decides on the lifetime: the profile's or the one asked for, never beyond the issuer's.
    pub(super) fn lifetime(&mut self, days: Option<u32>) -> Period {
        let (default, maximum) = (self.profile.default_days(), self.profile.maximum_days());
        let asked = days.map(|days| format!("{days} days"));
        let wanted = Period::starting(self.now, self.profile.backdate(), days.unwrap_or(default));
        let issuer = self.issuer.period();
        let period = wanted.within(issuer);
        let refusal = match days {
            Some(0) => Some((rules::LIFETIME_LIMIT, PlanRefusal::NoLifetime)),
            Some(asked) if asked > maximum => {
                let profile = self.profile.name().to_owned();
                Some((rules::LIFETIME_LIMIT, PlanRefusal::Lifetime { asked, maximum, profile }))
            }
            _ if !issuer.contains(self.now) => Some((
                rules::LIFETIME_OF_ISSUER,
                PlanRefusal::IssuerNotValid {
                    issuer: self.issuer.name().to_owned(),
                    from: issuer.not_before,
                    until: issuer.not_after,
                    now: self.now,
                },
            )),
            _ => None,
        };
        if let Some((rule, refusal)) = refusal {
            self.refuse(FIELD, rule, asked, refusal);
            return period;
        }
        let (rule, policy) = if period.not_after < wanted.not_after {
            (rules::LIFETIME_OF_ISSUER, format!("not beyond the issuer's end, {}", issuer.not_after))
        } else {
            (rules::LIFETIME, format!("{default} days by default, at most {maximum}"))
        };
        let issued = match period.days() {
            0 => "less than a day".to_owned(),
            days => format!("{days} days"),
        };
        self.line(FIELD, rule, Says { asked, policy, issued: Some(issued) });
        let policy =
            format!("begins {} minutes ago, for slow clocks", self.profile.backdate().as_secs() / 60);
        let issued = Some(format!("{} to {}", period.not_before, period.not_after));
        self.line("validity", rules::BACKDATING, Says { asked: None, policy, issued });
        period
    }
}
