// SPDX-License-Identifier: MIT OR Apache-2.0
//! The checks as people think of them; each gathers the rules that belong to it.

use serde::Serialize;
use verify::{Place, Reason, Rejection};

/// One of the questions a client asks, in the order of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Who issued it, up to the top?
    Issuer,
    /// Is the top one that the client trusts?
    TrustStore,
    /// Does each issuer's key verify what it is said to have signed?
    Signature,
    /// Is today between the dates?
    Dates,
    /// Is it the name that was asked for?
    Name,
    /// Is the certificate meant for this use?
    Purpose,
    /// May those who signed sign?
    Authority,
    /// May they speak for these names?
    Constraints,
    /// Was any of it taken back?
    Revocation,
    /// Is everything written as the standard asks?
    Form,
}

impl Topic {
    /// Every check, in order.
    pub const ALL: [Self; 10] = [
        Self::Issuer,
        Self::TrustStore,
        Self::Signature,
        Self::Dates,
        Self::Name,
        Self::Purpose,
        Self::Authority,
        Self::Constraints,
        Self::Revocation,
        Self::Form,
    ];

    /// What it is called.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::TrustStore => "trust store",
            Self::Signature => "signature",
            Self::Dates => "dates",
            Self::Name => "name",
            Self::Purpose => "purpose",
            Self::Authority => "authority",
            Self::Constraints => "constraints",
            Self::Revocation => "revocation",
            Self::Form => "form",
        }
    }

    /// The section of the standard that asks for it.
    #[must_use]
    pub const fn clause(self) -> &'static str {
        match self {
            Self::Issuer => "RFC 5280 §6.1.3(a)(4)",
            Self::TrustStore => "RFC 5280 §6.1.1(d)",
            Self::Signature => "RFC 5280 §6.1.3(a)(1)",
            Self::Dates => "RFC 5280 §6.1.3(a)(2)",
            Self::Name => "RFC 9525 §6",
            Self::Purpose => "RFC 5280 §4.2.1.12",
            Self::Authority => "RFC 5280 §6.1.4(k–n)",
            Self::Constraints => "RFC 5280 §6.1.3(b, c)",
            Self::Revocation => "RFC 5280 §6.1.3(a)(3)",
            Self::Form => "RFC 5280 §4",
        }
    }

    /// The check that a rule belongs to; those that are about encoding alone belong to the form.
    #[must_use]
    pub fn of_rule(id: &str) -> Self {
        // Rules about what tells a status.
        if id.starts_with("crl-") || id.starts_with("ocsp-") {
            return Self::Revocation;
        }
        let named = RULES.iter().find(|(_, rules)| rules.contains(&id));
        named.map_or(Self::Form, |(topic, _)| *topic)
    }

    /// The check at which a rejection happened.
    #[must_use]
    pub fn of_rejection(rejection: &Rejection) -> Self {
        match rejection.reason() {
            // Above the leaf somebody was found; it is the top of the path that nobody vouches for.
            Reason::UnknownIssuer { self_issued, .. } if *self_issued || rejection.place() != Place::Leaf => {
                Self::TrustStore
            }
            _ => Self::of_rule(rejection.rule().id),
        }
    }
}

#[rustfmt::skip]
static RULES: &[(Topic, &[&str])] = &[
    (Topic::Issuer, &["issuer-known", "no-loop", "authority-key-identifier-matches", "budget-depth", "budget-candidates"]),
    (Topic::Signature, &["signature", "signature-algorithms-agree", "key-allowed", "budget-signatures"]),
    (Topic::Dates, &["not-before", "not-after"]),
    (Topic::Name, &["peer-name", "alt-name-for-empty-subject", "alt-name-syntax", "wildcard-scope", "common-name-in-alt-name", "common-name-as-identifier"]),
    (Topic::Purpose, &[
        "purpose", "purpose-of-issuer", "purpose-fits-key-usage", "extended-key-usage-present",
        "extended-key-usage-allowed", "extended-key-usage-of-root", "digital-signature", "ml-dsa-key-usage", "leaf-not-ca",
        "policy-valid", "policy-acceptable", "budget-policies",
    ]),
    (Topic::Authority, &[
        "issuer-is-ca", "issuer-may-sign", "path-length", "max-path-length", "cert-sign-needs-ca",
        "key-usage-of-ca-present", "subject-named", "issuer-named",
    ]),
    (Topic::Revocation, &["status-known", "not-revoked", "budget-status"]),
    (Topic::Constraints, &["name-permitted", "name-not-excluded", "name-form-processed", "budget-name-comparisons"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_that_is_named_is_one() {
        for id in RULES.iter().flat_map(|(_, rules)| *rules) {
            assert!(verify::rules::ALL.iter().any(|provision| provision.rule.id == *id), "{id} is no rule");
        }
    }
}
