// SPDX-License-Identifier: MIT OR Apache-2.0
//! The answer no.

use std::borrow::Cow;
use std::fmt;

use x509::ext::{ReasonCode, ReasonFlags};
use x509::{Rule, SignatureError, Time};

use crate::decoded::Decoded;
use crate::peer_name::PeerName;
use crate::rules::{self, Provision};
use crate::trace::Place;

/// Why there is no path: of everything that stood in the way, what says most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    provision: &'static Provision,
    place: Place,
    subject: String,
    reason: Box<Reason>,
    before: Option<Box<Rejection>>,
}

/// What was found in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The bytes are no certificate, or no extension.
    Malformed(x509::Error),
    /// It is over.
    Expired {
        /// The moment of checking.
        at: Time,
        /// The end of validity.
        not_after: Time,
    },
    /// It has not begun.
    NotYetValid {
        /// The moment of checking.
        at: Time,
        /// The beginning of validity.
        not_before: Time,
    },
    /// Nobody given issued it: the path ends here, short of an anchor.
    UnknownIssuer {
        /// The issuer sought.
        issuer: String,
        /// Whether it is its own issuer, so that only a trust anchor could end the path.
        self_issued: bool,
        /// Which of the certificates given could not be read and why, the first of them: it may have been the
        /// issuer's.
        unreadable: Option<String>,
    },
    /// Its issuer stands below it: the certificates lead round in a circle.
    Circular {
        /// The issuer sought.
        issuer: String,
    },
    /// It is for others.
    NameMismatch {
        /// The name asked for.
        wanted: PeerName,
        /// The names presented, as `dns:…`, `ip:…`; the first [`Rejection::NAMES_SHOWN`] of them.
        presented: Vec<String>,
        /// How many are presented in all.
        count: usize,
    },
    /// The key, the algorithm or the signature is no good.
    Signature {
        /// Whose key was used.
        issuer: String,
        /// What is wrong.
        error: SignatureError,
    },
    /// It was taken back.
    Revoked {
        /// Since when.
        since: Time,
        /// Why, where its issuer says so.
        reason: Option<ReasonCode>,
        /// Who says so: `CRL 12 of CN=Root`.
        source: String,
    },
    /// Whether it was taken back cannot be told.
    StatusUnknown {
        /// The reasons for which it is known not to have been.
        covered: ReasonFlags,
        /// Why what was given does not tell; the first [`Rejection::FAULTS_SHOWN`].
        faults: Vec<StatusFault>,
        /// The CRLs and OCSP responses given that are about others; the first [`Rejection::FAULTS_SHOWN`].
        unrelated: Vec<String>,
    },
    /// A budget was spent before a path was found.
    Spent(Spent),
    /// Another rule is broken.
    Broken {
        /// What was found.
        seen: Cow<'static, str>,
        /// What the rule asks for.
        wanted: Cow<'static, str>,
    },
}

/// Why a CRL or an OCSP response does not tell the status of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusFault {
    /// Which: `CRL 12 of CN=Root`.
    pub source: String,
    /// The rule that it breaks.
    pub rule: &'static Rule,
    /// What was found.
    pub seen: String,
    /// What the rule asks for.
    pub wanted: String,
}

impl StatusFault {
    /// What is wrong, without what it is wrong with.
    pub(crate) fn words(&self) -> String {
        let Self { rule, seen, wanted, .. } = self;
        format!("{}: found {seen}, expected {wanted}", rule.sentence)
    }
}

/// A sentence: the source, the rule, then the values.
impl fmt::Display for StatusFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.words())
    }
}

/// A budget that was spent, and its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Spent {
    /// Certificates above the leaf.
    Depth(usize),
    /// Candidates looked at.
    Candidates(usize),
    /// Signatures checked.
    Signatures(usize),
    /// Names compared with constraints.
    NameComparisons(usize),
    /// Policies put into the graphs of paths.
    Policies(usize),
    /// Looks into CRLs and OCSP responses.
    Status(usize),
}

impl Rejection {
    /// `subject`'s certificate in this place breaks a rule.
    pub(crate) fn new(provision: &'static Provision, place: Place, subject: String, reason: Reason) -> Self {
        Self { provision, place, subject, reason: Box::new(reason), before: None }
    }

    /// After something else had stood in the way.
    pub(crate) fn after(self, before: Option<Self>) -> Self {
        Self { before: before.map(Box::new), ..self }
    }

    /// The leaf's bytes are no certificate.
    pub(crate) fn malformed(error: x509::Error) -> Self {
        Self::new(&rules::WELL_FORMED, Place::Leaf, String::new(), Reason::Malformed(error))
    }

    /// Nobody given issued `certificate`.
    pub(crate) fn unknown_issuer(certificate: &Decoded<'_>) -> Self {
        let (issuer, self_issued) = (certificate.issuer(), certificate.self_issued);
        let reason = Reason::UnknownIssuer { issuer, self_issued, unreadable: None };
        Self::new(&rules::ISSUER_KNOWN, Place::Leaf, certificate.subject(), reason)
    }

    /// How many presented names a mismatch lists.
    pub const NAMES_SHOWN: usize = 16;

    /// How many faults an unknown status lists.
    pub const FAULTS_SHOWN: usize = 8;

    /// The rule that is broken.
    #[must_use]
    pub const fn rule(&self) -> &'static Rule {
        &self.provision.rule
    }

    /// Where the certificate stands that breaks it.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// The subject of the certificate that breaks it; empty when that could not be read.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Of a search that was given up: what said most until then, and is perhaps what is to be mended.
    #[must_use]
    pub fn before(&self) -> Option<&Self> {
        self.before.as_deref()
    }

    /// What was found.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }
}

/// A sentence: the fact, then the values.
impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Leaf => f.write_str("certificate")?,
            Place::Intermediate(_) => f.write_str("intermediate certificate")?,
            Place::Anchor(_) => f.write_str("trust anchor")?,
        }
        if !self.subject.is_empty() && self.place != Place::Leaf {
            write!(f, " {}", self.subject)?;
        }
        self.write_reason(f)?;
        match &self.before {
            None => Ok(()),
            Some(before) => write!(f, "; until then, {before}"),
        }
    }
}

impl Rejection {
    fn write_reason(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.reason {
            Reason::Malformed(error) => write!(f, " is malformed: {error}"),
            Reason::Expired { at, not_after } => {
                write!(
                    f,
                    " expired: checked at {at}, valid until {not_after} ({} ago)",
                    Span(*not_after, *at)
                )
            }
            Reason::NotYetValid { at, not_before } => write!(
                f,
                " is not valid yet: checked at {at}, valid from {not_before} (in {})",
                Span(*at, *not_before)
            ),
            Reason::UnknownIssuer { issuer, self_issued: false, unreadable } => {
                let readable = if unreadable.is_some() { "that can be read " } else { "" };
                write!(
                    f,
                    " was issued by an unknown authority: no certificate given {readable}has the subject {issuer}"
                )?;
                unreadable.iter().try_for_each(|unreadable| write!(f, "; {unreadable}"))
            }
            Reason::UnknownIssuer { issuer, self_issued: true, .. } => {
                write!(f, " was issued by itself and is no trust anchor: {issuer}")
            }
            Reason::Circular { issuer } => {
                write!(
                    f,
                    " leads round in a circle and to no trust anchor: issued by {issuer}, itself below it"
                )
            }
            Reason::NameMismatch { wanted, presented, count } => {
                write!(f, " is for other names: asked for {wanted}, presented ")?;
                write_names(f, presented, *count)
            }
            Reason::Signature { issuer, error } => {
                write!(f, " was not signed by {issuer}: {error}")
            }
            Reason::Revoked { since, reason, source } => write_revoked(f, *since, *reason, source),
            Reason::StatusUnknown { covered, faults, unrelated } => {
                write_unknown(f, *covered, faults, unrelated)
            }
            Reason::Spent(spent) => write!(f, ": the search for a path was given up after {spent}"),
            Reason::Broken { seen, wanted } => {
                write!(f, ": {}: found {seen}, expected {wanted}", self.provision.rule.sentence)
            }
        }
    }
}

impl std::error::Error for Rejection {}

fn write_revoked(
    f: &mut fmt::Formatter<'_>,
    since: Time,
    reason: Option<ReasonCode>,
    source: &str,
) -> fmt::Result {
    write!(f, " was revoked at {since}")?;
    match reason {
        None | Some(ReasonCode::Unspecified) => {}
        Some(reason) => write!(f, " ({reason})")?,
    }
    write!(f, ", says {source}")
}

fn write_unknown(
    f: &mut fmt::Formatter<'_>,
    covered: ReasonFlags,
    faults: &[StatusFault],
    unrelated: &[String],
) -> fmt::Result {
    f.write_str(" may have been revoked: ")?;
    if !covered.is_empty() {
        write!(f, "what is given covers {covered} alone")?;
    } else if faults.is_empty() {
        f.write_str("no CRL or OCSP response given is about it")?;
        if !unrelated.is_empty() {
            write!(f, " ({})", unrelated.join(", "))?;
        }
    }
    let mut separator = if covered.is_empty() { "" } else { "; " };
    for fault in faults {
        write!(f, "{separator}{fault}")?;
        separator = "; ";
    }
    Ok(())
}

fn write_names(f: &mut fmt::Formatter<'_>, presented: &[String], count: usize) -> fmt::Result {
    if presented.is_empty() {
        return f.write_str("none");
    }
    f.write_str(&presented.join(", "))?;
    match count.checked_sub(presented.len()) {
        None | Some(0) => Ok(()),
        Some(more) => write!(f, " and {more} more"),
    }
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Depth(limit) => write!(f, "{limit} certificates above the leaf"),
            Self::Candidates(limit) => write!(f, "{limit} candidates"),
            Self::Signatures(limit) => write!(f, "{limit} signatures"),
            Self::NameComparisons(limit) => write!(f, "{limit} comparisons of names with constraints"),
            Self::Policies(limit) => write!(f, "{limit} policies"),
            Self::Status(limit) => write!(f, "{limit} looks into CRLs and OCSP responses"),
        }
    }
}

/// The time between two moments, in the largest unit that fits.
struct Span(Time, Time);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
        let seconds = self.1.since(self.0).map_or(0, |span| span.as_secs());
        let (size, unit) = UNITS.into_iter().find(|(size, _)| seconds >= *size).unwrap_or((1, "second"));
        let count = seconds.checked_div(size).unwrap_or(seconds);
        write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    fn rejection(provision: &'static Provision, place: Place, reason: Reason) -> String {
        Rejection::new(provision, place, "CN=x".to_owned(), reason).to_string()
    }

    #[test]
    fn a_rejection_is_a_sentence_with_its_values() {
        let at = Time::from_unix(1_795_341_600);
        let earlier = Time::from_unix(1_795_341_600 - 3 * 86_400);
        let later = Time::from_unix(1_795_341_600 + 3_600);
        let check = |text: String, expect: &str| assert_eq!(text, expect);
        check(
            rejection(&rules::EXPIRED, Place::Leaf, Reason::Expired { at, not_after: earlier }),
            "certificate expired: checked at 2026-11-22T10:00:00Z, valid until 2026-11-19T10:00:00Z (3 days ago)",
        );
        check(
            rejection(&rules::NOT_YET_VALID, Place::Anchor(2), Reason::NotYetValid { at, not_before: later }),
            "trust anchor CN=x is not valid yet: checked at 2026-11-22T10:00:00Z, valid from \
             2026-11-22T11:00:00Z (in 1 hour)",
        );
        check(
            rejection(
                &rules::SUBJECT_KEY_IDENTIFIER_PRESENT,
                Place::Intermediate(1),
                Reason::Broken { seen: "none".into(), wanted: "subjectKeyIdentifier".into() },
            ),
            "intermediate certificate CN=x: a CA certificate must carry subjectKeyIdentifier: found none, \
             expected subjectKeyIdentifier",
        );
        check(
            rejection(&rules::BUDGET_SIGNATURES, Place::Leaf, Reason::Spent(Spent::Signatures(64))),
            "certificate: the search for a path was given up after 64 signatures",
        );
    }
}
