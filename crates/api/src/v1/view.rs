// SPDX-License-Identifier: MIT OR Apache-2.0
//! What goes over the wire.

use authority::lifetime::Period;
use authority::{CertificateRecord, Outcome, Plan, PlanLine, Status, SubjectName};
use serde::Serialize;
use x509::ext::SubjectAltName;
use x509::{Certificate, DigestAlgorithm, SignatureVerifier, Time};

/// What would be issued, and why: what was asked, what policy says, what will be issued.
#[derive(Debug, Serialize)]
pub(super) struct PlanView {
    profile: String,
    issuer: String,
    names_are_true_because: String,
    not_before: String,
    not_after: String,
    lines: Vec<PlanLineView>,
}

#[derive(Debug, Serialize)]
struct PlanLineView {
    field: String,
    asked: Option<String>,
    policy: String,
    issued: Option<String>,
    outcome: &'static str,
    rule: &'static str,
    clause: &'static str,
    refusal: Option<String>,
}

impl PlanView {
    pub(super) fn of(plan: &Plan) -> Self {
        let Period { not_before, not_after } = plan.period();
        Self {
            profile: plan.profile().name().to_owned(),
            issuer: plan.issuer().name().to_owned(),
            names_are_true_because: plan.warrant().to_string(),
            not_before: not_before.to_string(),
            not_after: not_after.to_string(),
            lines: plan.lines().iter().map(PlanLineView::of).collect(),
        }
    }
}

impl PlanLineView {
    fn of(line: &PlanLine) -> Self {
        Self {
            field: line.field.clone(),
            asked: line.asked.clone(),
            policy: line.policy.clone(),
            issued: line.issued.clone(),
            outcome: match line.outcome() {
                Outcome::AsAsked => "as_asked",
                Outcome::Changed => "changed",
                Outcome::Added => "added",
                Outcome::Left => "left_out",
                Outcome::Refused => "refused",
            },
            rule: line.rule.id,
            clause: line.rule.clause,
            refusal: line.refusal.as_ref().map(ToString::to_string),
        }
    }
}

/// A certificate of the record.
#[derive(Debug, Serialize)]
pub(super) struct CertificateView {
    serial: String,
    /// `valid`, `expired`, `not-yet-valid`, `revoked` or `on-hold`.
    status: &'static str,
    reason: Option<String>,
    since: Option<String>,
    profile: String,
    subject: String,
    names: Vec<String>,
    issuer: String,
    issued_at: String,
    not_before: String,
    not_after: String,
    /// When two thirds of its life are over.
    renew_after: String,
    /// The fingerprint.
    sha256: String,
    /// PEM.
    certificate: String,
}

/// One of a list, with who approved it.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    #[serde(flatten)]
    certificate: CertificateView,
    /// On whose word; `None`: nobody drew a plan.
    warrant: Option<String>,
}

impl Listed {
    pub(super) fn new(certificate: CertificateView, warrant: &str) -> Self {
        Self { certificate, warrant: Some(warrant).filter(|warrant| !warrant.is_empty()).map(str::to_owned) }
    }
}

impl CertificateView {
    /// # Errors
    /// The certificate in the record cannot be read.
    pub(super) fn of(
        record: &CertificateRecord,
        status: Status,
        now: Time,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Self, x509::Error> {
        let der = &record.issued.certificate;
        let certificate = Certificate::parse(der)?;
        let tbs = certificate.tbs();
        let period = Period::from(tbs.validity());
        let revoked = match status {
            Status::Revoked(revoked) => Some(revoked),
            Status::Good => None,
        };
        Ok(Self {
            serial: tbs.serial().to_string(),
            status: status.in_a_word(period, now),
            reason: revoked.map(|revoked| revoked.reason.to_string()),
            since: revoked.map(|revoked| revoked.since.to_string()),
            profile: record.issued.profile.clone(),
            subject: tbs.subject().to_string(),
            names: names(&certificate),
            issuer: tbs.issuer().to_string(),
            issued_at: record.at.to_string(),
            not_before: period.not_before.to_string(),
            not_after: period.not_after.to_string(),
            renew_after: period.renewal().to_string(),
            sha256: crypto.digest(DigestAlgorithm::Sha256, der).to_string(),
            certificate: x509::pem::encode("CERTIFICATE", der),
        })
    }

    pub(super) fn pem(self) -> String {
        self.certificate
    }
}

fn names(certificate: &Certificate<'_>) -> Vec<String> {
    let names = certificate.tbs().extensions().decode::<SubjectAltName<'_>>().ok().flatten();
    let names = names.iter().flat_map(|names| names.value.iter());
    names
        .map(|name| {
            SubjectName::from_general_name(&name).map_or_else(|_| name.to_string(), |name| name.to_string())
        })
        .collect()
}
