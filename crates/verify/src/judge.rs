// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who applies the rules: says what each one saw, and keeps the rejection that says most.

mod signatures;

use std::fmt;

use x509::{Rule, SignatureVerifier};

use crate::budget::Budget;
use crate::decoded::Decoded;
use crate::question::Question;
use crate::rejection::{Reason, Rejection, Spent, StatusFault};
use crate::revocation::{Assumed, Revocation, Sources};
use crate::rules::{self, Provision, Severity};
use crate::trace::{Outcome, Place, Shown, Step, TraceSink};

pub(crate) use signatures::{Checked, Recurs, Signed};

/// A certificate in a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seat<'s, 'a> {
    pub(crate) place: Place,
    pub(crate) certificate: &'s Decoded<'a>,
}

/// A rule that refuses was broken; the judge has noted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Another certificate may still do.
    Here,
    /// A budget is spent: nothing more is tried.
    Spent,
}

pub(crate) type Verdict = Result<(), Refused>;

/// What a rule saw and what it wants.
pub(crate) struct Finding {
    seen: Shown,
    wanted: Shown,
    reason: Option<Reason>,
}

impl Finding {
    pub(crate) fn new(seen: impl Into<Shown>, wanted: impl Into<Shown>) -> Self {
        Self { seen: seen.into(), wanted: wanted.into(), reason: None }
    }

    /// With a reason of its own kind, should the rule be broken.
    pub(crate) fn because(self, reason: Reason) -> Self {
        Self { reason: Some(reason), ..self }
    }
}

/// `x` or `y`, as text that costs nothing.
pub(crate) const fn either(holds: bool, x: &'static str, y: &'static str) -> &'static str {
    if holds { x } else { y }
}

pub(crate) struct Judge<'j, 'a, T> {
    pub(crate) question: &'j Question<'a>,
    pub(crate) verifier: &'j dyn SignatureVerifier,
    pub(crate) budget: Budget,
    /// What is taken for granted while the certificate of a CRL's issuer is judged.
    pub(crate) assumed: Vec<Assumed<'a>>,
    trace: &'j mut T,
    best: Option<(Weight, Rejection)>,
    pub(crate) checked: Vec<Checked<'a>>,
}

/// How much a rejection says: the more the later it would have come on a path that ends well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// Nobody was found; the deeper, the more was known.
    NotFound(usize),
    /// A key that is not the signer's.
    NotSigned(usize),
    /// An issuer was found and may not be used.
    Unusable(usize),
    /// The path went all the way to an anchor that may not be used.
    AtAnchor,
    /// No other path can help.
    Final,
}

impl Weight {
    fn of(provision: &'static Provision, place: Place) -> Self {
        let depth = place.depth();
        let is = |other: &'static Provision| std::ptr::eq(provision, other);
        if is(&rules::ISSUER_KNOWN) {
            Self::NotFound(depth)
        } else if is(&rules::SIGNATURE) {
            Self::NotSigned(depth)
        } else if is(&rules::NOT_REVOKED) {
            Self::Final
        } else if is(&rules::POLICY_VALID) || is(&rules::POLICY_ACCEPTABLE) || is(&rules::STATUS_KNOWN) {
            // Wherever it shows, it is the whole path that they refuse.
            Self::AtAnchor
        } else {
            match place {
                Place::Leaf => Self::Final,
                Place::Intermediate(_) => Self::Unusable(depth),
                Place::Anchor(_) => Self::AtAnchor,
            }
        }
    }
}

impl<'j, 'a, T: TraceSink> Judge<'j, 'a, T> {
    pub(crate) fn new(
        question: &'j Question<'a>,
        verifier: &'j dyn SignatureVerifier,
        trace: &'j mut T,
    ) -> Self {
        Self {
            question,
            verifier,
            budget: Budget::new(),
            assumed: Vec::new(),
            trace,
            best: None,
            checked: Vec::new(),
        }
    }

    /// What the ruleset in force makes of a rule.
    pub(crate) fn severity(&self, provision: &Provision) -> Severity {
        provision.severity(self.question.ruleset)
    }

    /// Whether the ruleset in force asks for a rule at all. Rules that cost something ask first.
    pub(crate) fn asks(&self, provision: &Provision) -> bool {
        self.severity(provision) != Severity::Off
    }

    /// Applies a rule whose outcome is known.
    pub(crate) fn hold(
        &mut self,
        provision: &'static Provision,
        seat: Seat<'_, '_>,
        holds: bool,
        finding: impl FnOnce() -> Finding,
    ) -> Verdict {
        let outcome = match (holds, self.severity(provision)) {
            (_, Severity::Off) => return Ok(()),
            (true, _) => Outcome::Pass,
            (false, Severity::Warn) => Outcome::Warn,
            (false, Severity::Refuse) => Outcome::Fail,
        };
        if outcome != Outcome::Fail {
            if T::RECORDS {
                self.applied(&provision.rule, seat.place, finding(), outcome);
            }
            return Ok(());
        }
        let weight = Weight::of(provision, seat.place);
        if T::RECORDS {
            let Finding { seen, wanted, reason } = finding();
            let told = Finding { seen: seen.clone(), wanted: wanted.clone(), reason: None };
            self.applied(&provision.rule, seat.place, told, outcome);
            self.note(provision, seat, weight, || Finding { seen, wanted, reason });
        } else {
            self.note(provision, seat, weight, finding);
        }
        Err(Refused::Here)
    }

    /// Says that a rule does not apply.
    pub(crate) fn skip(&mut self, provision: &'static Provision, seat: Seat<'_, '_>, why: &'static str) {
        if T::RECORDS && self.severity(provision) != Severity::Off {
            self.applied(&provision.rule, seat.place, Finding::new(why, ""), Outcome::Skipped);
        }
    }

    /// Gives up, unless the budget held.
    pub(crate) fn within(&mut self, seat: Seat<'_, '_>, paid: Result<(), Spent>) -> Verdict {
        let Err(spent) = paid else { return Ok(()) };
        let provision = match spent {
            Spent::Depth(_) => &rules::BUDGET_DEPTH,
            Spent::Candidates(_) => &rules::BUDGET_CANDIDATES,
            Spent::Signatures(_) => &rules::BUDGET_SIGNATURES,
            Spent::NameComparisons(_) => &rules::BUDGET_NAMES,
            Spent::Policies(_) => &rules::BUDGET_POLICIES,
            Spent::Status(_) => &rules::BUDGET_STATUS,
        };
        let finding = || Finding::new(spent.to_string(), "fewer").because(Reason::Spent(spent));
        if T::RECORDS {
            self.applied(&provision.rule, seat.place, finding(), Outcome::Fail);
        }
        let before = self.best.take().map(|(_, rejection)| rejection);
        self.note(provision, seat, Weight::Final, finding);
        self.best = self.best.take().map(|(weight, rejection)| (weight, rejection.after(before)));
        Err(Refused::Spent)
    }

    /// Applies a rule to what tells the status of a certificate. What breaks it is not used, which refuses
    /// no certificate by itself.
    pub(crate) fn usable(
        &mut self,
        provision: &'static Provision,
        seat: Seat<'_, '_>,
        source: &dyn fmt::Display,
        holds: bool,
        finding: impl FnOnce() -> Finding,
    ) -> Result<(), StatusFault> {
        // What is only remarked on is used.
        let broken = !holds && self.severity(provision) == Severity::Refuse;
        if !broken && (!T::RECORDS || !self.asks(provision)) {
            return Ok(());
        }
        let outcome = if holds { Outcome::Pass } else { Outcome::Warn };
        let fault = self.source(provision, seat, source, finding(), outcome);
        if broken { Err(fault) } else { Ok(()) }
    }

    /// As [`Judge::usable`], of a rule that is broken in every ruleset.
    pub(crate) fn unusable(
        &mut self,
        provision: &'static Provision,
        seat: Seat<'_, '_>,
        source: &dyn fmt::Display,
        finding: impl FnOnce() -> Finding,
    ) -> StatusFault {
        self.source(provision, seat, source, finding(), Outcome::Warn)
    }

    fn source(
        &mut self,
        provision: &'static Provision,
        seat: Seat<'_, '_>,
        source: &dyn fmt::Display,
        Finding { seen, wanted, .. }: Finding,
        outcome: Outcome,
    ) -> StatusFault {
        if T::RECORDS {
            let told = Finding::new(format!("{source}: {seen}"), wanted.clone());
            self.applied(&provision.rule, seat.place, told, outcome);
        }
        let (source, rule) = (source.to_string(), &provision.rule);
        StatusFault { source, rule, seen: seen.to_string(), wanted: wanted.to_string() }
    }

    /// Notes what a ruleset refuses and the question lets pass.
    pub(crate) fn remark(
        &mut self,
        provision: &'static Provision,
        seat: Seat<'_, '_>,
        finding: impl FnOnce() -> Finding,
    ) {
        if T::RECORDS {
            self.applied(&provision.rule, seat.place, finding(), Outcome::Warn);
        }
    }

    /// Reads the lists and responses that a question gives.
    pub(crate) fn read(&mut self, revocation: &Revocation<'a>) -> Sources<'a> {
        Sources::read(revocation, self.question.ruleset, self.trace)
    }

    /// Makes a step, when steps are wanted.
    pub(crate) fn step(&mut self, step: impl FnOnce() -> Step) {
        if T::RECORDS {
            self.trace.record(step());
        }
    }

    /// Says that a certificate is looked at.
    pub(crate) fn considered(&mut self, seat: Seat<'_, '_>) {
        self.step(|| Step::Considered {
            place: seat.place,
            subject: Shown::name(&seat.certificate.tbs().subject()),
            issuer: Shown::name(&seat.certificate.tbs().issuer()),
            serial: Shown::serial(seat.certificate.tbs().serial()),
        });
    }

    fn applied(&mut self, rule: &'static Rule, place: Place, finding: Finding, outcome: Outcome) {
        let Finding { seen, wanted, .. } = finding;
        self.trace.record(Step::Applied { rule, place, seen, wanted, outcome });
    }

    /// Keeps a rejection if it says more than the one kept so far.
    fn note(
        &mut self,
        provision: &'static Provision,
        seat: Seat<'_, '_>,
        weight: Weight,
        finding: impl FnOnce() -> Finding,
    ) {
        if self.best.as_ref().is_some_and(|(best, _)| *best >= weight) {
            return;
        }
        let Finding { seen, wanted, reason } = finding();
        let broken = || Reason::Broken { seen: seen.into_text(), wanted: wanted.into_text() };
        let reason = reason.unwrap_or_else(broken);
        let subject = seat.certificate.subject();
        self.best = Some((weight, Rejection::new(provision, seat.place, subject, reason)));
    }

    /// The rejection that says most.
    pub(crate) fn rejection(self) -> Option<Rejection> {
        self.best.map(|(_, rejection)| rejection)
    }
}
