// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sheet on which a plan's lines are written.

use x509::{Rule, Time};

use super::PlanLine;
use crate::error::PlanRefusal;
use crate::issuer::Issuer;
use crate::profile::Profile;
use crate::request::{Asked, VerifiedRequest};
use crate::rules;

/// Lines in the making.
pub(super) struct Draft<'a> {
    pub(super) request: &'a VerifiedRequest,
    pub(super) profile: &'a Profile,
    pub(super) issuer: &'a Issuer,
    pub(super) now: Time,
    lines: Vec<PlanLine>,
}

/// What a line says, its field and rule apart.
pub(super) struct Says {
    pub(super) asked: Option<String>,
    pub(super) policy: String,
    pub(super) issued: Option<String>,
}

impl<'a> Draft<'a> {
    pub(super) const fn new(
        request: &'a VerifiedRequest,
        profile: &'a Profile,
        issuer: &'a Issuer,
        now: Time,
    ) -> Self {
        Self { request, profile, issuer, now, lines: Vec::new() }
    }

    pub(super) const fn asked(&self) -> &'a Asked {
        self.request.asked()
    }

    pub(super) fn line(&mut self, field: impl Into<String>, rule: &'static Rule, says: Says) {
        let Says { asked, policy, issued } = says;
        self.lines.push(PlanLine { field: field.into(), asked, policy, issued, rule, refusal: None });
    }

    pub(super) fn refuse(
        &mut self,
        field: impl Into<String>,
        rule: &'static Rule,
        asked: Option<String>,
        refusal: PlanRefusal,
    ) {
        let policy = "refused".to_owned();
        let field = field.into();
        self.lines.push(PlanLine { field, asked, policy, issued: None, rule, refusal: Some(refusal) });
    }

    /// The key, and whether it may be certified at all.
    pub(super) fn key(&mut self) {
        let key = self.request.key().to_string();
        if self.issuer.has_key(self.request.public_key_info()) {
            let refusal = PlanRefusal::KeyOfIssuer { issuer: self.issuer.name().to_owned() };
            return self.refuse("key", rules::KEY_OF_ISSUER, Some(key), refusal);
        }
        if let Some(since) = self.request.compromised() {
            let refusal = PlanRefusal::KeyCompromised { since };
            return self.refuse("key", rules::KEY_COMPROMISED, Some(key), refusal);
        }
        let policy = "strong enough; its holder signed the request".to_owned();
        let says = Says { asked: Some(key.clone()), policy, issued: Some(key) };
        self.line("key", rules::KEY, says);
    }

    pub(super) fn serial(&mut self) {
        let says = Says {
            asked: None,
            policy: "drawn when it is signed".to_owned(),
            issued: Some("16 octets, 126 bits of them random".to_owned()),
        };
        self.line("serial", rules::SERIAL, says);
    }

    pub(super) fn finish(self) -> Vec<PlanLine> {
        self.lines
    }
}
