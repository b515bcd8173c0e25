// SPDX-License-Identifier: MIT OR Apache-2.0
//! The search for a path: from the leaf up, depth first, with backtracking.
//!
//! What costs nothing is checked as the path grows; signatures once it has reached an anchor, from the
//! anchor down, so that a chain that leads nowhere costs none.

pub(crate) mod given;
mod names;
mod pool;

use x509::SignatureVerifier;

use crate::budget::{self, Budget};
use crate::checks;
use crate::decoded::Decoded;
use crate::judge::{Checked, Finding, Judge, Refused, Seat, Verdict};
use crate::name_constraints;
use crate::policy::{self, UserConstrainedPolicies};
use crate::question::{Purpose, Question};
use crate::rejection::{Reason, Rejection, Spent};
use crate::revocation::{self, Assumed, Sources, Whole};
use crate::rules;
use crate::trace::{NoTrace, Place, Shown, Step, TraceSink};

use given::Given;
use pool::Pool;

/// How many certificates most paths have at most.
const ORDINARY: usize = 4;

/// Why a path has no candidate to go on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DeadEnd {
    /// No certificate given has the issuer's name.
    Missing,
    /// Those that have it stand in the path already.
    Circular,
}

/// How a stretch of the search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Climb {
    /// The path is whole.
    Found,
    /// No way on from here.
    Dead,
    /// The certificate at this index of the path was not signed by the one above it: nothing further
    /// up mends that.
    Broken(usize),
    /// A budget is spent.
    Spent,
}

impl From<Refused> for Climb {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Here => Self::Dead,
            Refused::Spent => Self::Spent,
        }
    }
}

pub(crate) struct Search<'j, 'a, T> {
    judge: Judge<'j, 'a, T>,
    given: &'j Given<'a>,
    leaf: &'j Decoded<'a>,
    pool: Pool<'j, 'a>,
    /// Indexes into the pool, leaf first.
    path: Vec<usize>,
    /// What the path's policies come to, once it is whole.
    policies: UserConstrainedPolicies<'a>,
    sources: Known<'j, 'a>,
}

/// The lists and responses of a question that asks for the status of certificates.
enum Known<'j, 'a> {
    Unread,
    Read(Sources<'a>),
    Shared(&'j Sources<'a>),
}

/// What a question that is asked in the course of another shares with it.
pub(crate) struct Aside<'l, 'a> {
    /// What was given to the other.
    pub(crate) given: &'l Given<'a>,
    /// The one anchor that will do.
    pub(crate) anchor: &'a [u8],
    pub(crate) assumed: Vec<Assumed<'a>>,
    pub(crate) sources: &'l Sources<'a>,
    pub(crate) spent: Work<'a>,
}

/// What was done for a decision so far.
pub(crate) struct Work<'a> {
    pub(crate) budget: Budget,
    pub(crate) checked: Vec<Checked<'a>>,
}

/// Decides whether `leaf` is trusted by a question that is asked in the course of another; with the work
/// for both.
pub(crate) fn aside<'a>(
    question: &Question<'a>,
    verifier: &dyn SignatureVerifier,
    leaf: &Decoded<'a>,
    Aside { given, anchor, assumed, sources, spent }: Aside<'_, 'a>,
) -> (Result<(), Rejection>, Work<'a>) {
    let given = given.beside(leaf);
    let mut trace = NoTrace;
    let mut search = Search::new(question, verifier, &mut trace, &given);
    search.pool.restrict(anchor);
    search.judge.assumed = assumed;
    (search.judge.budget, search.judge.checked) = (spent.budget, spent.checked);
    search.sources = Known::Shared(sources);
    let decision = search.find();
    let work = Work { budget: search.judge.budget, checked: std::mem::take(&mut search.judge.checked) };
    (if decision { Ok(()) } else { Err(search.rejection()) }, work)
}

/// A path that was found.
pub(crate) struct Found<'j, 'a> {
    /// The certificates above the leaf, its issuer first, the anchor last.
    pub(crate) above: Vec<&'j Decoded<'a>>,
    /// The policies that are valid for it.
    pub(crate) policies: UserConstrainedPolicies<'a>,
}

impl<'j, 'a, T: TraceSink> Search<'j, 'a, T> {
    /// A search for a path among what was given.
    pub(crate) fn new(
        question: &'j Question<'a>,
        verifier: &'j dyn SignatureVerifier,
        trace: &'j mut T,
        given: &'j Given<'a>,
    ) -> Self {
        let judge = Judge::new(question, verifier, trace);
        let mut path = Vec::with_capacity(ORDINARY);
        path.push(0);
        let policies = UserConstrainedPolicies::default();
        let (leaf, pool) = (given.leaf(), Pool::new(given, question));
        Self { judge, given, leaf, pool, path, policies, sources: Known::Unread }
    }

    /// A path to an anchor, or why there is none.
    pub(crate) fn path(mut self) -> Result<Found<'j, 'a>, Rejection> {
        if !self.find() {
            return Err(self.rejection());
        }
        let path = || self.path.iter().filter_map(|index| self.pool.get(*index));
        self.judge.step(|| Step::Found {
            subjects: path().map(|certificate| Shown::name(&certificate.tbs().subject())).collect(),
        });
        let above = path().skip(1).collect();
        Ok(Found { above, policies: self.policies })
    }

    fn find(&mut self) -> bool {
        self.leaf_holds().is_ok() && self.reaches_anchor() && self.peer_name().is_ok()
    }

    /// The leaf alone, as a root that is its own anchor once it is signed.
    pub(crate) fn alone(mut self) -> Result<(), Rejection> {
        if self.leaf_holds().is_err() || self.peer_name().is_err() {
            return Err(self.rejection());
        }
        Ok(())
    }

    fn leaf_holds(&mut self) -> Verdict {
        let seat = Seat { place: Place::Leaf, certificate: self.leaf };
        self.judge.considered(seat);
        if self.judge.question.purpose == Purpose::IssueCertificates {
            checks::as_issuer(&mut self.judge, seat, 0)?;
        }
        checks::by_itself(&mut self.judge, seat)?;
        checks::purpose_of_leaf(&mut self.judge, seat)
    }

    fn reaches_anchor(&mut self) -> bool {
        // Someone chose to trust this very certificate: there is no issuer to ask.
        let chosen = self.leaf.der().is_some_and(|leaf| self.pool.ends_at(leaf));
        if chosen { self.policies(None).is_ok() } else { self.climb() == Climb::Found }
    }

    /// Looks for a way from the last certificate of the path to an anchor.
    fn climb(&mut self) -> Climb {
        let below = self.path.len().saturating_sub(1);
        let Some((child, certificate)) = self.at(below) else { return Climb::Dead };
        let seat = Seat { place: place(below), certificate };
        let spent =
            || Finding::new(below.to_string(), "fewer").because(Reason::Spent(Spent::Depth(budget::DEPTH)));
        if below >= budget::DEPTH {
            let _noted: Verdict = self.judge.hold(&rules::BUDGET_DEPTH, seat, false, spent);
            return Climb::Dead;
        }
        let mut end = Some(DeadEnd::Missing);
        for candidate in self.pool.issuers(child) {
            match self.try_issuer(candidate, &mut end) {
                Climb::Dead => {}
                Climb::Broken(at) if at >= below => {}
                end @ (Climb::Found | Climb::Broken(_) | Climb::Spent) => return end,
            }
        }
        if let Some(end) = end {
            let _noted: Verdict = issuer_unknown(&mut self.judge, seat, end, self.given.unreadable());
        }
        self.judge
            .step(|| Step::Exhausted { place: seat.place, issuer: Shown::name(&certificate.tbs().issuer()) });
        Climb::Dead
    }

    /// Goes on through one candidate; unless that completes the path, the path is left as it was.
    /// `end` is how the path would end were there no candidate at all: nothing, once there is one.
    fn try_issuer(&mut self, candidate: usize, end: &mut Option<DeadEnd>) -> Climb {
        let depth = self.path.len();
        let Some(certificate) = self.pool.get(candidate) else { return Climb::Dead };
        let anchor = self.pool.is_anchor(candidate);
        let place = if anchor { Place::Anchor(depth) } else { place(depth) };
        let seat = Seat { place, certificate };
        let paid = self.judge.budget.candidate();
        if self.judge.within(seat, paid).is_err() {
            return Climb::Spent;
        }
        if !anchor && self.is_in_path(seat) {
            *end = end.map(|_| DeadEnd::Circular);
            return Climb::Dead;
        }
        *end = None;
        if self.pool.is_spent(candidate) {
            return Climb::Dead;
        }
        self.judge.considered(seat);
        match self.may_issue(candidate, seat) {
            Ok(()) => {}
            Err(refused) => return refused.into(),
        }
        self.path.push(candidate);
        let climb = if anchor { self.arrive(certificate) } else { self.climb() };
        if climb != Climb::Found {
            self.path.truncate(depth);
        }
        climb
    }

    /// RFC 4158 §5.2: a subject with the same key a second time leads nowhere new.
    fn is_in_path(&mut self, seat: Seat<'_, '_>) -> bool {
        let tbs = seat.certificate.tbs();
        let same = |below: &Decoded<'_>| {
            below.tbs().subject_public_key_info() == tbs.subject_public_key_info()
                && below.tbs().subject().matches(&tbs.subject())
        };
        let found = self.path.iter().filter_map(|index| self.pool.get(*index)).any(same);
        if found {
            self.judge.skip(&rules::NO_LOOP, seat, "it stands in the path already");
        }
        found
    }

    /// Everything about a candidate but its signatures.
    fn may_issue(&mut self, candidate: usize, seat: Seat<'_, 'a>) -> Verdict {
        let followers = self.followers();
        let leaf_issues = self.judge.question.purpose == Purpose::IssueCertificates && !self.leaf.self_issued;
        checks::as_issuer(&mut self.judge, seat, followers.saturating_add(usize::from(leaf_issues)))?;
        match self.pool.sound(candidate) {
            Some(false) => return Err(Refused::Here),
            Some(true) if !T::RECORDS => {}
            Some(true) | None => {
                let verdict = checks::by_itself(&mut self.judge, seat);
                self.pool.remember(candidate, verdict != Err(Refused::Here));
                verdict?;
            }
        }
        let count = followers.saturating_add(usize::from(!seat.certificate.self_issued));
        checks::max_path_length(&mut self.judge, seat, count)?;
        checks::purpose_of_issuer(&mut self.judge, seat)?;
        let below = seat.place.depth().saturating_sub(1);
        if let Some((_, child)) = self.at(below) {
            let child = Seat { place: place(below), certificate: child };
            checks::matches_issuer(&mut self.judge, child, seat.certificate)?;
        }
        self.constraints(seat)
    }

    /// How many intermediate certificates of the path are not self-issued.
    fn followers(&self) -> usize {
        let above = self.path.iter().skip(1).filter_map(|index| self.pool.get(*index));
        above.filter(|certificate| !certificate.self_issued).count()
    }

    /// Applies a candidate's name constraints to everything below it. RFC 5280 §6.1.3(b): but not to
    /// self-issued certificates, unless it is the last.
    fn constraints(&mut self, issuer: Seat<'_, '_>) -> Verdict {
        let Some(constraints) = issuer.certificate.known.name_constraints else { return Ok(()) };
        for depth in 0..self.path.len() {
            let Some((_, certificate)) = self.at(depth) else { continue };
            if depth == 0 || !certificate.self_issued {
                let below = Seat { place: place(depth), certificate };
                name_constraints::apply(&mut self.judge, issuer, &constraints.value, below)?;
            }
        }
        Ok(())
    }

    /// The path has reached its anchor: its policies, then its signatures.
    fn arrive(&mut self, anchor: &Decoded<'a>) -> Climb {
        match self.policies(Some(anchor)) {
            Ok(()) => self.signatures(),
            Err(refused) => refused.into(),
        }
    }

    /// Processes the policies of the whole path, at the end of which stands `anchor`, unless the leaf is
    /// the anchor.
    fn policies(&mut self, anchor: Option<&Decoded<'a>>) -> Verdict {
        let Self { judge, pool, path, .. } = self;
        let below = path.len().saturating_sub(usize::from(anchor.is_some()));
        let seats = path.iter().enumerate().take(below).filter_map(|(depth, index)| {
            pool.get(*index).map(|certificate| Seat { place: place(depth), certificate })
        });
        self.policies = policy::process(judge, seats, anchor)?;
        Ok(())
    }

    /// Checks every signature of a path that has reached its anchor, from the anchor down.
    fn signatures(&mut self) -> Climb {
        for depth in (0..self.path.len().saturating_sub(1)).rev() {
            let (child, issuer) = (self.at(depth), self.at(depth.saturating_add(1)));
            let (Some((_, child)), Some((_, issuer))) = (child, issuer) else { return Climb::Dead };
            let seat = Seat { place: place(depth), certificate: child };
            match self.judge.signed(seat, issuer) {
                Ok(()) => {}
                Err(Refused::Here) => return Climb::Broken(depth),
                Err(Refused::Spent) => return Climb::Spent,
            }
        }
        self.statuses().map_or_else(Climb::from, |()| Climb::Found)
    }

    /// Asks whether anybody in a path whose signatures hold was revoked.
    fn statuses(&mut self) -> Verdict {
        let Some(revocation) = self.judge.question.revocation else { return Ok(()) };
        let certificates = self.path.iter().filter_map(|index| self.pool.get(*index)).collect();
        let path = Whole { certificates, given: self.given };
        if matches!(self.sources, Known::Unread) {
            self.sources = Known::Read(self.judge.read(&revocation));
        }
        let sources = match &self.sources {
            Known::Unread => return Ok(()),
            Known::Read(sources) => sources,
            Known::Shared(sources) => sources,
        };
        revocation::check(&mut self.judge, &path, &revocation, sources)
    }

    fn peer_name(&mut self) -> Verdict {
        checks::peer_name(&mut self.judge, Seat { place: Place::Leaf, certificate: self.leaf })
    }

    /// The certificate at a place of the path, and its index in the pool.
    fn at(&self, depth: usize) -> Option<(usize, &'j Decoded<'a>)> {
        let index = *self.path.get(depth)?;
        self.pool.get(index).map(|certificate| (index, certificate))
    }

    fn rejection(self) -> Rejection {
        let Self { judge, leaf, .. } = self;
        judge.rejection().unwrap_or_else(|| Rejection::unknown_issuer(leaf))
    }
}

/// The place of a certificate below the anchor.
pub(crate) const fn place(depth: usize) -> Place {
    if depth == 0 { Place::Leaf } else { Place::Intermediate(depth) }
}

/// Notes that nobody given issued a certificate.
fn issuer_unknown<T: TraceSink>(
    judge: &mut Judge<'_, '_, T>,
    seat: Seat<'_, '_>,
    end: DeadEnd,
    unreadable: Option<&str>,
) -> Verdict {
    judge.hold(&rules::ISSUER_KNOWN, seat, false, || {
        let (issuer, self_issued) = (seat.certificate.issuer(), seat.certificate.self_issued);
        let finding = |seen, reason| Finding::new(seen, "a trust anchor").because(reason);
        match end {
            _ if self_issued => {
                let reason = Reason::UnknownIssuer { issuer, self_issued, unreadable: None };
                finding("itself, which is no anchor", reason)
            }
            DeadEnd::Missing => {
                let unreadable = unreadable.map(str::to_owned);
                finding("nobody given", Reason::UnknownIssuer { issuer, self_issued, unreadable })
            }
            DeadEnd::Circular => finding("one of those below it", Reason::Circular { issuer }),
        }
    })
}
