// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is asked, and what a certificate has to show to be an answer.

use std::str::FromStr;
use std::time::Duration;

use x509::Time;

use super::pattern::{IssuerDigits, NamePattern, SerialDigits, Sha256};
use crate::error::SearchError;
use crate::filing::folded;
use crate::issuer::IssuerId;
use crate::lifetime::Period;
use crate::record::Status;

/// What is asked; everything that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// Names that it has: each pattern must be that of one of them.
    pub names: Vec<NamePattern>,
    /// The first digits of its serial number. With them the authority's own certificates are found too.
    pub serial: Option<SerialDigits>,
    /// The SHA-256 of it.
    pub fingerprint: Option<Sha256>,
    /// The SHA-256 of its key.
    pub key: Option<Sha256>,
    /// Who issued it.
    pub issuer: Option<IssuerDigits>,
    /// The name of its profile.
    pub profile: Option<String>,
    /// What stands in the words of who approved it, in any case: `uid 0`, the label of a token.
    pub requester: Option<String>,
    /// How it stands.
    pub standing: Option<StandsAs>,
    /// When it ends: its last second lies in there.
    pub ends: Span,
    /// When it was issued.
    pub issued: Span,
}

/// How a certificate stands, in the words of [`Status::in_a_word`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandsAs {
    /// Good, and in its time.
    Valid,
    /// Good, and its time has not come.
    NotYetValid,
    /// Good, and over.
    Expired,
    /// Taken back for good.
    Revoked,
    /// On hold.
    OnHold,
}

impl StandsAs {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Valid, Self::NotYetValid, Self::Expired, Self::Revoked, Self::OnHold];

    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::NotYetValid => "not-yet-valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::OnHold => "on-hold",
        }
    }
}

/// A span of time: from its beginning until before its end, where it has either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The first second.
    pub from: Option<Time>,
    /// The second after the last.
    pub until: Option<Time>,
}

impl Span {
    /// From now on so far ahead, the last second included.
    #[must_use]
    pub fn ahead(now: Time, Within(span): Within) -> Self {
        Self { from: Some(now), until: Some(now.plus(span).plus(Duration::from_secs(1))) }
    }

    /// Whether it is all of time.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }

    /// Whether a moment lies in it.
    #[must_use]
    pub fn contains(&self, moment: Time) -> bool {
        self.from.is_none_or(|from| from <= moment) && self.until.is_none_or(|until| moment < until)
    }

    pub(super) fn require_forward(&self) -> Result<(), SearchError> {
        match (self.from, self.until) {
            (Some(from), Some(until)) if until < from => Err(SearchError::Backwards { from, until }),
            _ => Ok(()),
        }
    }
}

impl Question {
    /// Whether issuer, profile or requester are asked for.
    #[must_use]
    pub const fn has_origin(&self) -> bool {
        self.issuer.is_some() || self.profile.is_some() || self.requester.is_some()
    }

    /// Whether anything is asked at all.
    #[must_use]
    pub fn is_anything(&self) -> bool {
        *self != Self::default()
    }

    /// Whether certificates of this origin are meant.
    #[must_use]
    pub fn admits_origin(&self, issuer: IssuerId, profile: &str, requester: &str) -> bool {
        self.issuer.as_ref().is_none_or(|digits| digits.mean(issuer))
            && self.profile.as_deref().is_none_or(|wanted| wanted == profile)
            && self.requester.as_deref().is_none_or(|part| folded(requester).contains(part))
    }
}

/// How far ahead: a whole number of hours, days or weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within(Duration);

/// More than any certificate has: a thousand years.
const LONGEST: u64 = 1_000 * 366 * 86_400;

/// `6h`, `14d`, `2w`.
impl FromStr for Within {
    type Err = SearchError;

    fn from_str(text: &str) -> Result<Self, SearchError> {
        let units = [('h', 3_600), ('d', 86_400), ('w', 7 * 86_400)];
        let seconds = units.into_iter().find_map(|(unit, seconds)| {
            let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
            number.checked_mul(seconds).filter(|seconds| *seconds <= LONGEST)
        });
        let refused = || SearchError::Within { text: text.to_owned() };
        seconds.map(|seconds| Self(Duration::from_secs(seconds))).ok_or_else(refused)
    }
}

/// What the row of a certificate says, to be compared with a question.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'c> {
    /// The magnitude of its serial number.
    pub serial: &'c [u8],
    /// The SHA-256 of it.
    pub fingerprint: &'c [u8; 32],
    /// The SHA-256 of its key.
    pub key: &'c [u8; 32],
    /// When it is valid.
    pub period: Period,
    /// When it was issued.
    pub issued: Time,
    /// Whether it was taken back.
    pub status: Status,
    /// Whether it is one of the authority itself.
    pub is_own: bool,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn how_far_ahead_has_a_unit() {
        let hours = |text: &str| text.parse().map(|Within(span)| span.as_secs() / 3_600).ok();
        assert_eq!([hours("6h"), hours("14d"), hours("2w")], [Some(6), Some(336), Some(336)]);
        for text in
            ["", "14", "d", "-1d", "1.5d", "99999999999999999999d", "999999999999d", "14 d", "3m", "é"]
        {
            assert_eq!(hours(text), None, "{text}");
        }
        let now = Time::from_unix(100);
        let ahead = Span::ahead(now, "1h".parse().unwrap());
        assert!(ahead.contains(now) && ahead.contains(Time::from_unix(3_700)));
        assert!(!ahead.contains(Time::from_unix(3_701)) && !ahead.contains(Time::from_unix(99)));
    }
}
