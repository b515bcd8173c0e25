// SPDX-License-Identifier: MIT OR Apache-2.0
//! The plan: what was asked, what policy says, what will be issued, line by line, before anything is signed.

mod draft;
mod extensions;
mod lifetime;
mod names;
mod policy;
mod subject;

use std::sync::Arc;

use keys::SubjectName;
use x509::der::Writer;
use x509::{Digest, DigestAlgorithm, KeyStrength, Rule, SignatureVerifier, Time};

use crate::approval::Warrant;
use crate::contents::Contents;
use crate::error::PlanRefusal;
use crate::issuer::Issuer;
use crate::journal::{Entry, Event, RequestRefused};
use crate::lifetime::Period;
use crate::pending::{Endorsement, Kept, is_of_the_moment};
use crate::policy::{Asking, Judgement, Policy, Requester, Told};
use crate::profile::Profile;
use crate::request::VerifiedRequest;
use draft::Draft;

/// What a plan is drawn from.
#[derive(Debug)]
pub struct Order {
    /// The request.
    pub request: VerifiedRequest,
    /// What to issue by.
    pub profile: Profile,
    /// Who issues.
    pub issuer: Arc<Issuer>,
    /// Names to issue beside those asked for.
    pub names: Vec<SubjectName>,
    /// The lifetime in days, when somebody asks for one.
    pub days: Option<u32>,
    /// On whose word the names are true.
    pub warrant: Warrant,
    /// Who asks.
    pub requester: Requester,
    /// What who asks may have.
    pub policy: Arc<Policy>,
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanLine {
    /// The field of the certificate, or of the request.
    pub field: String,
    /// What was asked; `None` when nobody asked.
    pub asked: Option<String>,
    /// What policy says about it.
    pub policy: String,
    /// What will be issued; `None` when nothing will.
    pub issued: Option<String>,
    /// The rule that caused it.
    pub rule: &'static Rule,
    /// Why nothing can be issued at all, when this line stands in the way.
    pub refusal: Option<PlanRefusal>,
}

/// How a line came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Issued as it was asked.
    AsAsked,
    /// Asked, and issued otherwise.
    Changed,
    /// Nobody asked, and it is issued.
    Added,
    /// Asked, and not issued.
    Left,
    /// It stands in the way of everything.
    Refused,
}

impl PlanLine {
    /// How the line came out.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (&self.refusal, &self.asked, &self.issued) {
            (Some(_), _, _) => Outcome::Refused,
            (None, None, _) => Outcome::Added,
            (None, Some(_), None) => Outcome::Left,
            (None, Some(asked), Some(issued)) if asked == issued => Outcome::AsAsked,
            (None, Some(_), Some(_)) => Outcome::Changed,
        }
    }
}

/// What would be issued, and why. Drawn by [`Plan::draw`] alone, and always whole: a plan that cannot be approved
/// says so in the line that stands in the way.
#[derive(Debug)]
pub struct Plan {
    issuer: Arc<Issuer>,
    profile: Profile,
    warrant: Warrant,
    requester: Requester,
    policy: Arc<Policy>,
    judgement: Judgement,
    kept: Kept,
    endorsement: Option<Endorsement>,
    /// That of the request, as it was verified, and its kind.
    key: (Vec<u8>, KeyStrength),
    drawn_at: Time,
    contents: Contents,
    lines: Vec<PlanLine>,
    request: Vec<u8>,
}

impl Plan {
    /// Draws the plan for an order.
    #[must_use]
    pub fn draw(order: Order, now: Time) -> Self {
        let kept = Kept::of(&order);
        let Order { request, profile, issuer, names, days, warrant, requester, policy } = order;
        let mut draft = Draft::new(&request, &profile, &issuer, now);
        draft.key();
        let names = draft.names(&names, &warrant);
        let subject = draft.subject(&names, &policy);
        draft.basic_constraints();
        let key_usage = draft.key_usage();
        draft.purposes();
        let published = draft.published();
        draft.other_extensions();
        let period = draft.lifetime(days);
        draft.serial();
        let contents = Contents {
            subject,
            names,
            role: profile.role(),
            key_usage,
            purposes: profile.purposes().to_vec(),
            constraints: contents_constraints(&profile, &issuer),
            published,
            period,
            public_key_info: request.public_key_info().to_vec(),
        };
        let judgement = draft.judge(&policy, &requester, &contents);
        let lines = draft.finish();
        let key = (request.public_key_info().to_vec(), request.key());
        let request = request.der().to_vec();
        let drawn_at = now;
        Self {
            issuer,
            profile,
            warrant,
            requester,
            policy,
            judgement,
            kept,
            endorsement: None,
            key,
            drawn_at,
            contents,
            lines,
            request,
        }
    }

    /// The lines, in the order of the certificate's fields.
    #[must_use]
    pub fn lines(&self) -> &[PlanLine] {
        &self.lines
    }

    /// What it issues by.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Who would issue.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// On whose word the names are true.
    #[must_use]
    pub const fn warrant(&self) -> &Warrant {
        &self.warrant
    }

    /// Who asks.
    #[must_use]
    pub const fn requester(&self) -> &Requester {
        &self.requester
    }

    /// What the policy says to it.
    #[must_use]
    pub const fn judgement(&self) -> &Judgement {
        &self.judgement
    }

    /// Whether nothing stands in its way but that somebody has to approve.
    #[must_use]
    pub fn awaits_approval(&self) -> bool {
        !self.judgement.awaiting.is_empty() && self.lines.iter().all(|line| line.refusal.is_none())
    }

    /// The rules that ask for an approval, where nobody has approved.
    pub(crate) fn unendorsed(&self) -> Option<String> {
        let rules = self.judgement.awaiting.join(", ");
        (self.endorsement.is_none() && !rules.is_empty()).then_some(rules)
    }

    pub(crate) fn endorsed(self, endorsement: Endorsement) -> Self {
        Self { endorsement: Some(endorsement), ..self }
    }

    pub(crate) const fn endorsement(&self) -> Option<&Endorsement> {
        self.endorsement.as_ref()
    }

    /// The key of the request, a SubjectPublicKeyInfo, and its kind.
    pub(crate) fn verified_key(&self) -> (&[u8], KeyStrength) {
        (&self.key.0, self.key.1)
    }

    pub(crate) const fn kept(&self) -> &Kept {
        &self.kept
    }

    pub(crate) fn request_der(&self) -> &[u8] {
        &self.request
    }

    /// What each rule of the policy makes of it.
    #[must_use]
    pub fn rules_told(&self) -> Vec<Told> {
        let contents = &self.contents;
        self.policy.told(&Asking {
            requester: &self.requester,
            profile: self.profile.name(),
            names: &contents.names,
            key: self.key.1,
            key_usage: contents.key_usage,
            purposes: &contents.purposes,
            length: contents.period.length(),
        })
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// When it was drawn.
    #[must_use]
    pub const fn drawn_at(&self) -> Time {
        self.drawn_at
    }

    /// When the certificate would be valid.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.contents.period
    }

    /// The names that the certificate would carry.
    #[must_use]
    pub fn names(&self) -> &[SubjectName] {
        &self.contents.names
    }

    /// The digest that an approval binds to: every line, the issuer, the key and the profile.
    #[must_use]
    pub fn digest(&self, crypto: &dyn SignatureVerifier) -> Digest {
        let der = self.der(|_| true);
        crypto.digest(DigestAlgorithm::Sha256, &der)
    }

    /// The same without what changes from one moment to the next.
    pub(crate) fn terms_der(&self) -> Vec<u8> {
        self.der(|line| !is_of_the_moment(line))
    }

    fn der(&self, told: impl Fn(&PlanLine) -> bool) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|plan| {
                plan.octet_string(self.issuer.certificate());
                plan.octet_string(&self.contents.public_key_info);
                plan.octet_string(self.profile.name().as_bytes());
                plan.octet_string(self.warrant.to_string().as_bytes());
                let lines = self.lines.iter().filter(|line| told(line));
                plan.sequence(|list| lines.for_each(|line| line.write(list)));
            });
        })
    }

    /// What the journal says of a plan that is refused, of a request that came by this path (`command line`); `None`
    /// when nothing stands in its way.
    #[must_use]
    pub fn refusal(&self, path: &str, crypto: &dyn SignatureVerifier) -> Option<Entry> {
        let refused = || self.lines.iter().filter_map(|line| Some((line.rule, line.refusal.as_ref()?)));
        let (rule, _) = refused().next()?;
        let reasons: Vec<String> = refused().map(|(_, refusal)| refusal.to_string()).collect();
        let event = RequestRefused {
            issuer: self.issuer.id(),
            profile: self.profile.name().to_owned(),
            request: crypto.digest(DigestAlgorithm::Sha256, &self.request).octets().to_vec(),
            path: path.to_owned(),
            rule: rule.id.to_owned(),
            reason: reasons.join("; "),
        };
        Some(Entry { at: self.drawn_at, event: Event::RequestRefused(event.bounded()) })
    }

    pub(crate) const fn contents(&self) -> &Contents {
        &self.contents
    }

    pub(crate) fn shared_issuer(&self) -> Arc<Issuer> {
        Arc::clone(&self.issuer)
    }
}

impl PlanLine {
    fn write(&self, writer: &mut Writer) {
        writer.sequence(|line| {
            for text in [Some(&self.field), self.asked.as_ref(), Some(&self.policy), self.issued.as_ref()] {
                match text {
                    Some(text) => line.octet_string(text.as_bytes()),
                    None => line.null(),
                }
            }
            line.octet_string(self.rule.id.as_bytes());
        });
    }
}

/// An authority below carries the constraints of the one above: some clients look at the nearest alone.
fn contents_constraints(profile: &Profile, issuer: &Issuer) -> Option<Vec<u8>> {
    match profile.role() {
        crate::profile::Role::Leaf | crate::profile::Role::Responder => None,
        crate::profile::Role::Authority { .. } => issuer.constraints_value().map(<[u8]>::to_vec),
    }
}
