// SPDX-License-Identifier: MIT OR Apache-2.0
//! From an approved plan to bytes that may be signed.

use verify::{NoTrace, Purpose, Question, Ruleset, TrustAnchors};
use x509::{SignatureVerifier, Time, oid};

use crate::approval::Approved;
use crate::contents::SignedBy;
use crate::error::IssueError;
use crate::issuer::Issuer;
use crate::plan::Plan;
use crate::profile::{Profile, Role, Webpki};
use crate::random::RandomSource;
use crate::serial::SerialNumber;
use crate::written::Written;

/// To-be-signed bytes that every rule accepts. Made by [`Approved::prepare`] alone; what becomes of it is
/// [`Prepared::issue`](crate::issue), once.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) plan: Plan,
    pub(crate) serial: SerialNumber,
    pub(crate) to_be_signed: Vec<u8>,
    remarks: Vec<String>,
}

impl Approved {
    /// Draws a serial number, writes the to-be-signed bytes, reads them back for profile and policy, and has `verify`
    /// judge them under the issuer's chain: all is checked on what would be signed, not on what was asked.
    ///
    /// # Errors
    /// No randomness, or a rule that the bytes break.
    pub fn prepare(
        self,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Prepared, IssueError> {
        let plan = self.into_plan();
        let serial = SerialNumber::draw(random)?;
        let issuer = plan.issuer();
        let to_be_signed = plan.contents().to_be_signed(&SignedBy::of(issuer), &serial)?;
        let written = Written::read(&to_be_signed, plan.verified_key(), crypto)?;
        written.require_profile(plan.profile())?;
        let awaiting = written.require_policy(plan.policy(), plan.profile(), plan.requester())?;
        if plan.endorsement().is_none() && !awaiting.is_empty() {
            return Err(IssueError::NotApproved { rules: awaiting.join(", ") });
        }
        let remarks = judged(&plan, &to_be_signed, crypto)?;
        Ok(Prepared { plan, serial, to_be_signed, remarks })
    }
}

impl Prepared {
    /// The plan that it was prepared from.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What public servers' rules have against it, where its profile does not keep them.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// The bytes that will be signed.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        &self.to_be_signed
    }
}

/// Applies every rule but the signature's: below an issuer, or as a root of its own.
pub(crate) fn judge(
    to_be_signed: &[u8],
    issuer: Option<&Issuer>,
    purpose: Purpose,
    at: Time,
    crypto: &dyn SignatureVerifier,
) -> Result<(), IssueError> {
    let judged = match issuer {
        Some(issuer) => issuer.judge(to_be_signed, purpose, Ruleset::Rfc5280, at, crypto),
        None => {
            let anchors = TrustAnchors::new();
            let mut question = Question::new(&[], &anchors, at);
            question.purpose = purpose;
            verify::judge_unsigned(to_be_signed, &question, crypto, &mut NoTrace)
        }
    };
    judged.map_err(|rejection| IssueError::Judged { reason: rejection.to_string() })
}

/// Applies every rule; gives what those of public servers have against a server's certificate, which is a refusal where
/// its profile keeps them.
fn judged(
    plan: &Plan,
    to_be_signed: &[u8],
    crypto: &dyn SignatureVerifier,
) -> Result<Vec<String>, IssueError> {
    let (profile, issuer, at) = (plan.profile(), plan.issuer(), plan.drawn_at());
    let purpose = purpose(profile);
    let mut found = None;
    if purpose == Purpose::ServerAuth {
        // What this ruleset accepts, `rfc5280` does: it is never milder, but for constraints that are not critical, and
        // those of the chain were judged when it was proven.
        match issuer.judge(to_be_signed, purpose, Ruleset::Webpki, at, crypto) {
            Ok(()) => return Ok(Vec::new()),
            Err(rejection) => found = Some(rejection.to_string()),
        }
    }
    judge(to_be_signed, Some(issuer), purpose, at, crypto)?;
    match (found, profile.webpki()) {
        (Some(reason), Webpki::Required) => {
            Err(IssueError::Webpki { profile: profile.name().to_owned(), reason })
        }
        (found, _) => Ok(found.into_iter().collect()),
    }
}

/// What a certificate of this profile is asked by its first client.
fn purpose(profile: &Profile) -> Purpose {
    match profile.role() {
        Role::Authority { .. } => Purpose::IssueCertificates,
        Role::Leaf if profile.purposes().contains(&oid::SERVER_AUTH) => Purpose::ServerAuth,
        Role::Leaf if profile.purposes().contains(&oid::CLIENT_AUTH) => Purpose::ClientAuth,
        Role::Leaf | Role::Responder => Purpose::Any,
    }
}
