// SPDX-License-Identifier: MIT OR Apache-2.0
//! From an approved plan to bytes that may be signed.

use verify::{NoTrace, Purpose, Question, TrustAnchors};
use x509::{SignatureVerifier, Time, oid};

use crate::approval::Approved;
use crate::contents::SignedBy;
use crate::error::IssueError;
use crate::issuer::Issuer;
use crate::plan::Plan;
use crate::profile::{Profile, Role};
use crate::random::RandomSource;
use crate::serial::SerialNumber;

/// To-be-signed bytes that every rule accepts. Made by [`Approved::prepare`] alone; what becomes of it is
/// [`Prepared::issue`](crate::issue), once.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) plan: Plan,
    pub(crate) serial: SerialNumber,
    pub(crate) to_be_signed: Vec<u8>,
}

impl Approved {
    /// Draws a serial number, writes the to-be-signed bytes and has `verify` judge them under the issuer's chain:
    /// policy is checked on what would be signed, not on what was asked.
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
        judge(&to_be_signed, Some(issuer), purpose(plan.profile()), plan.drawn_at(), crypto)?;
        Ok(Prepared { plan, serial, to_be_signed })
    }
}

impl Prepared {
    /// The plan that it was prepared from.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
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
        Some(issuer) => issuer.judge(to_be_signed, purpose, at, crypto),
        None => {
            let anchors = TrustAnchors::new();
            let mut question = Question::new(&[], &anchors, at);
            question.purpose = purpose;
            verify::judge_unsigned(to_be_signed, &question, crypto, &mut NoTrace)
        }
    };
    judged.map_err(|rejection| IssueError::Judged { reason: rejection.to_string() })
}

/// What a certificate of this profile is asked by its first client.
fn purpose(profile: &Profile) -> Purpose {
    match profile.role() {
        Role::Authority { .. } => Purpose::IssueCertificates,
        Role::Leaf if profile.purposes().contains(&oid::SERVER_AUTH) => Purpose::ServerAuth,
        Role::Leaf if profile.purposes().contains(&oid::CLIENT_AUTH) => Purpose::ClientAuth,
        Role::Leaf => Purpose::Any,
    }
}
