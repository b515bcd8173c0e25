// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a client decided, check by check, and why.

mod account;
mod branch;
mod checks;
mod link;
mod passed;
mod reason;
mod text;
mod topic;
mod trace;

use serde::Serialize;
use verify::{
    PeerName, Purpose, Rejection, Revocation, Ruleset, Trace, TrustAnchors, UserConstrainedPolicies,
};
use x509::{SignatureVerifier, Time};

pub use account::Account;
pub use checks::Check;
pub use link::{Link, LinkDetails, Origin};
pub(crate) use passed::listed;
pub(crate) use reason::bare;
pub use topic::Topic;
pub use trace::{StepFacts, TracedOutcome};

use crate::algorithm::named;
use crate::hint::{Asked, Hint, hints};
use crate::moment::as_text;

/// A place that trust anchors came from, and what was found there.
#[derive(Debug, Clone)]
pub struct TrustSource<'a> {
    /// What it is called: a file, mostly.
    pub name: String,
    /// Its anchors, DER.
    pub certificates: &'a [Vec<u8>],
}

impl<'a> TrustSource<'a> {
    /// The places that anchors were gathered from.
    #[must_use]
    pub fn of(gathered: &'a trust::Gathered) -> Vec<Self> {
        let source = |source: &'a trust::Source| Self {
            name: source.path.display().to_string(),
            certificates: &source.certificates,
        };
        gathered.sources().iter().map(source).collect()
    }
}

/// A decision and what it was about.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The certificates as they were sent, leaf first, DER.
    pub chain: &'a [&'a [u8]],
    /// Further certificates that the client had at hand, DER.
    pub intermediates: &'a [&'a [u8]],
    /// Whom the client trusts.
    pub anchors: &'a TrustAnchors,
    /// Where it has them from.
    pub sources: &'a [TrustSource<'a>],
    /// The moment of the decision.
    pub at: Time,
    /// Whom the client meant.
    pub name: Option<&'a PeerName>,
    /// What the certificate was to be used for.
    pub purpose: Purpose,
    /// What the client knew of certificates that were taken back, if it asked.
    pub revocation: Option<Revocation<'a>>,
    /// What the client judged by.
    pub ruleset: Ruleset,
    /// The policies that the path is valid for, where they were asked about.
    pub policies: Option<&'a UserConstrainedPolicies<'a>>,
    /// The path from leaf to anchor, DER, or why there is none.
    pub outcome: Result<&'a [&'a [u8]], &'a Rejection>,
    /// Every step on the way.
    pub trace: &'a Trace,
    /// What the caller did.
    pub asked: Asked<'a>,
    /// Makes digests.
    pub crypto: &'a dyn SignatureVerifier,
}

impl std::fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Case").field("at", &self.at).field("name", &self.name).finish_non_exhaustive()
    }
}

/// A decision, told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether the client trusts the certificate.
    pub trusted: bool,
    /// The name it was asked to be for.
    pub name: Option<String>,
    /// What it was to be used for.
    pub purpose: String,
    /// What it was judged by: `path`, `rfc5280`, `webpki`.
    pub ruleset: &'static str,
    /// The moment of the decision.
    #[serde(serialize_with = "as_text")]
    pub at: Time,
    /// The path, leaf first; for a refusal as far as it came.
    pub path: Vec<Link>,
    /// The checks, in the order of the story.
    pub checks: Vec<Check>,
    /// The policies that the path is valid for, where they were asked about.
    pub policies: Option<Vec<String>>,
    /// Why the answer is no.
    pub rejection: Option<RejectionFacts>,
    /// What is wrong without being refused by this ruleset.
    pub remarks: Vec<String>,
    /// Every step on the way.
    pub trace: Vec<StepFacts>,
    /// The same for people.
    #[serde(skip)]
    pub account: Account,
}

/// Why the answer is no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectionFacts {
    /// The rule's identifier.
    pub rule: &'static str,
    /// Where it stands: `RFC 5280 §6.1.3(a)(2)`.
    pub clause: &'static str,
    /// What it says.
    pub sentence: &'static str,
    /// The check it belongs to.
    pub check: Topic,
    /// Where the certificate stands that breaks it: `leaf`, `intermediate 1`, `anchor`.
    pub place: String,
    /// That certificate's subject.
    pub subject: String,
    /// What happened, with the values.
    pub message: String,
    /// What to do.
    pub hints: Vec<Hint>,
}

impl Verdict {
    /// Tells a decision.
    #[must_use]
    pub fn of(case: &Case<'_>) -> Self {
        let branch = branch::Branch::of(case);
        let links = branch.links(case);
        let rejection = case.outcome.err().map(|rejection| RejectionFacts {
            rule: rejection.rule().id,
            clause: rejection.rule().clause,
            sentence: rejection.rule().sentence,
            check: Topic::of_rejection(rejection),
            place: rejection.place().to_string(),
            subject: rejection.subject().to_owned(),
            message: reason::told(rejection, case),
            hints: hints(rejection, case),
        });
        let remarks = branch.remarks(rejection.as_ref().map(|rejection| rejection.check));
        Self {
            trusted: rejection.is_none(),
            name: case.name.map(ToString::to_string),
            purpose: case.purpose.to_string(),
            ruleset: case.ruleset.name(),
            at: case.at,
            checks: checks::of(case, &branch, &links, rejection.as_ref()),
            path: links.into_iter().map(|link| link.facts).collect(),
            rejection,
            policies: case.policies.map(|policies| policies.iter().map(named).collect()),
            remarks,
            trace: case.trace.steps().iter().map(StepFacts::of).collect(),
            account: Account::of(case.trace),
        }
    }
}
