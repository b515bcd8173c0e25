// SPDX-License-Identifier: MIT OR Apache-2.0
//! An issuer's name constraints against the names below it (RFC 5280 §4.2.1.10, §6.1.3(b) and (c)).
//!
//! The standard intersects the permitted subtrees of all issuers on the way down. A name lies in an
//! intersection when it lies in each part, so each issuer's constraints are applied by themselves when
//! the path reaches it from below.

mod comparable;

use x509::ext::NameConstraints;
use x509::{GeneralName, oid};

use crate::budget::Budget;
use crate::common_name;
use crate::decoded::{Decoded, bounded};
use crate::judge::{Finding, Judge, Seat, Verdict};
use crate::rejection::Spent;
use crate::rules::{self, Provision};
use crate::trace::{Shown, TraceSink};

use comparable::{Base, Comparable, Relation, Side};

/// The subtrees of one issuer, taken out of their encoding once.
struct Subtrees<'a> {
    permitted: Vec<Base<'a>>,
    excluded: Vec<Base<'a>>,
}

/// Why the names of a certificate were not gone through to the end.
enum Stop {
    /// A name breaks a rule.
    Broken(&'static Provision, String),
    /// The budget is spent.
    Spent(Spent),
}

/// Applies `issuer`'s constraints to a certificate somewhere below it.
pub(crate) fn apply<T: TraceSink>(
    judge: &mut Judge<'_, '_, T>,
    issuer: Seat<'_, '_>,
    constraints: &NameConstraints<'_>,
    below: Seat<'_, '_>,
) -> Verdict {
    let subtrees = Subtrees {
        permitted: constraints.permitted.iter().map(Base::new).collect(),
        excluded: constraints.excluded.iter().map(Base::new).collect(),
    };
    let wanted = || Shown::constraints_of(&issuer.certificate.tbs().subject());
    let common_name = common_name::identifier(judge, below);
    let allowed = subtrees.allow(below.certificate, common_name.as_deref(), &mut judge.budget);
    match allowed {
        Ok(()) => {
            let names = |seen| move || Finding::new(seen, wanted());
            judge.hold(&rules::NAME_PERMITTED, below, true, names("each permitted"))?;
            judge.hold(&rules::NAME_NOT_EXCLUDED, below, true, names("none excluded"))
        }
        Err(Stop::Broken(provision, name)) => {
            judge.hold(provision, below, false, || Finding::new(name, wanted()))
        }
        Err(Stop::Spent(spent)) => judge.within(below, Err(spent)),
    }
}

impl Subtrees<'_> {
    /// Whether every name of a certificate is allowed, and its common name where that presents one.
    fn allow(
        &self,
        certificate: &Decoded<'_>,
        common_name: Option<&str>,
        budget: &mut Budget,
    ) -> Result<(), Stop> {
        let subject = certificate.tbs().subject();
        if let Some(host) = common_name {
            self.allow_name(&GeneralName::Dns(host), budget)?;
        }
        // RFC 5280 §4.2.1.10: directory names constrain the subject too, unless it is empty.
        if !subject.is_empty() {
            self.allow_name(&GeneralName::Directory(subject), budget)?;
        }
        if let Some(names) = certificate.known.subject_alt_name {
            return names.value.iter().try_for_each(|name| self.allow_name(&name, budget));
        }
        // RFC 5280 §4.2.1.10: without subjectAltName, constraints on mailboxes apply to emailAddress.
        subject.attributes().filter(|attribute| attribute.oid == oid::EMAIL_ADDRESS).try_for_each(
            |attribute| {
                let mailbox: String = attribute.text().chars().collect();
                self.allow_name(&GeneralName::Email(&mailbox), budget)
            },
        )
    }

    fn allow_name(&self, name: &GeneralName<'_>, budget: &mut Budget) -> Result<(), Stop> {
        let comparable = Comparable::new(name);
        let (mut of_form, mut permitted) = (false, false);
        for base in &self.permitted {
            match comparable.relation(base, Side::Permitted, budget).map_err(Stop::Spent)? {
                Relation::OtherForm => {}
                Relation::Unprocessed => {
                    return Err(Stop::Broken(&rules::NAME_FORM_PROCESSED, bounded(name)));
                }
                Relation::Same(within) => {
                    of_form = true;
                    permitted = permitted || within == Some(true);
                }
            }
        }
        if of_form && !permitted {
            return Err(Stop::Broken(&rules::NAME_PERMITTED, bounded(name)));
        }
        for base in &self.excluded {
            match comparable.relation(base, Side::Excluded, budget).map_err(Stop::Spent)? {
                Relation::OtherForm | Relation::Same(Some(false)) => {}
                Relation::Unprocessed => {
                    return Err(Stop::Broken(&rules::NAME_FORM_PROCESSED, bounded(name)));
                }
                // What cannot be compared with an exclusion is taken to lie in it.
                Relation::Same(Some(true) | None) => {
                    let name = format!("{} in {}", bounded(name), bounded(base.name));
                    return Err(Stop::Broken(&rules::NAME_NOT_EXCLUDED, name));
                }
            }
        }
        Ok(())
    }
}
