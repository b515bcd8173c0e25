// SPDX-License-Identifier: MIT OR Apache-2.0
//! Looking for certificates: a question, the index that answers it, and the pages of the answer.
//!
//! # Which index leads, and what the rest costs
//!
//! Every question is answered along one index, in the order of that index; [`Lead`] says which. What else is asked is
//! checked of each certificate that the index gives. An index for every combination would be bought by every
//! certificate that is issued; instead the *work of a page* is bounded: it looks at so many certificates, or for so
//! long, and then ends where it is, says how many it looked at, and where to go on. A page may therefore be short, or
//! empty, and not the last: the last is the one without a [`Page::next`].
//!
//! A question that asks for an order which its index does not have is refused ([`SearchError::NoIndex`]): answering
//! it would take the whole inventory.
//!
//! | asked by | led by | in the order |
//! |---|---|---|
//! | fingerprint | fingerprints | as issued, or newest first |
//! | serial number, or its first digits | serial numbers | serial numbers |
//! | key, whole name, part of a name | an index of its own each | as issued, or newest first |
//! | beginning of a name | names | names |
//! | end of a name | names, written backwards | those |
//! | when it ends; or by expiry | ends | ends |
//! | revoked, on hold | those | as issued, or newest first |
//! | when it was issued | times of issuance | as issued, or newest first |
//! | issuer, profile, requester, in any combination | their combinations | as issued, or newest first |
//! | anything else, or nothing | the journal | as issued, or newest first |
//!
//! The rows stand in the order of precedence: the first that is asked leads.

mod cursor;
mod lead;
mod pattern;
mod question;

use std::collections::BTreeSet;

use x509::Time;

pub use cursor::{Cursor, Key};
pub use lead::{Lead, SearchOrder};
pub use pattern::{Digits, IssuerDigits, LEAST_PART, NamePattern, SerialDigits, Sha256};
pub use question::{Candidate, Question, Span, StandsAs, Within};

use crate::error::SearchError;
use crate::filing::folded;
use crate::record::{CertificateRecord, Status};

/// How many certificates a page has at most.
pub const LARGEST_PAGE: usize = 500;
/// How many patterns a name may have to match at once.
const MOST_NAMES: usize = 4;

/// A question that an index answers, and which page of the answer. Made by [`Search::new`] alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    question: Question,
    order: Option<SearchOrder>,
    after: Option<Cursor>,
    limit: usize,
    now: Time,
}

impl Search {
    /// The first page of the answer to a question, as things stand `now`, in the order that is wanted or that of the
    /// index.
    ///
    /// # Errors
    /// No index answers it, or it makes no sense.
    pub fn new(question: Question, order: Option<SearchOrder>, now: Time) -> Result<Self, SearchError> {
        question.ends.require_forward()?;
        question.issued.require_forward()?;
        if question.names.len() > MOST_NAMES {
            return Err(SearchError::ManyNames { found: question.names.len(), most: MOST_NAMES });
        }
        let requester = question.requester.as_deref().map(folded);
        let search = Self {
            question: Question { requester, ..question },
            order,
            after: None,
            limit: LARGEST_PAGE,
            now,
        };
        let lead = search.lead();
        let refused = |by: String, wanted: SearchOrder, found| SearchError::NoIndex {
            by,
            wanted: wanted.in_words(),
            found,
        };
        match (order, lead.own_order()) {
            (Some(SearchOrder::Expiry), _) if lead == Lead::End => Ok(search),
            (Some(wanted), Some(found)) => Err(refused(lead.in_words(), wanted, found)),
            (Some(wanted @ SearchOrder::Expiry), None) => Err(refused(
                lead.in_words(),
                wanted,
                "in the order in which they were issued, or newest first",
            )),
            (Some(_) | None, _) => Ok(search),
        }
    }

    /// A page of at most so many certificates: one at least, [`LARGEST_PAGE`] at most.
    #[must_use]
    pub fn limited(self, limit: usize) -> Self {
        Self { limit: limit.clamp(1, LARGEST_PAGE), ..self }
    }

    /// The page behind a place.
    ///
    /// # Errors
    /// No page of this question ends there: the place is one of another index.
    pub fn after(self, cursor: Option<Cursor>) -> Result<Self, SearchError> {
        match cursor {
            // Where a number is expected, 0 says the beginning.
            Some(Cursor { key: Key::Journal, sequence: 0 }) if !self.is_newest_first() => {
                Ok(Self { after: None, ..self })
            }
            Some(cursor) if !self.lead().has(&cursor.key) => {
                Err(SearchError::Cursor { text: cursor.to_string() })
            }
            after => Ok(Self { after, ..self }),
        }
    }

    /// What is asked.
    #[must_use]
    pub const fn question(&self) -> &Question {
        &self.question
    }

    /// The place behind which the page begins.
    #[must_use]
    pub const fn cursor(&self) -> Option<&Cursor> {
        self.after.as_ref()
    }

    /// How many certificates the page has at most.
    #[must_use]
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// Whether the newest come first.
    #[must_use]
    pub fn is_newest_first(&self) -> bool {
        self.order == Some(SearchOrder::Newest)
    }

    /// The index that leads.
    #[must_use]
    pub fn lead(&self) -> Lead<'_> {
        Lead::of(&self.question, self.order)
    }

    /// When a certificate ends that may be an answer: what is asked of its end, and what its standing implies.
    #[must_use]
    pub fn ends(&self) -> Span {
        let Span { from, until } = self.question.ends;
        match self.question.standing {
            Some(StandsAs::Valid) => {
                Span { from: Some(from.map_or(self.now, |from| from.max(self.now))), until }
            }
            Some(StandsAs::Expired) => {
                Span { from, until: Some(until.map_or(self.now, |until| until.min(self.now))) }
            }
            _ => Span { from, until },
        }
    }

    /// Whether a certificate is an answer, as far as its row tells: names and origin apart.
    #[must_use]
    pub fn admits(&self, candidate: &Candidate<'_>) -> bool {
        let Question { serial, fingerprint, key, standing, ends, issued, .. } = &self.question;
        serial.as_ref().is_none_or(|serial| serial.digits().begin(candidate.serial))
            && fingerprint.is_none_or(|Sha256(octets)| octets == *candidate.fingerprint)
            && key.is_none_or(|Sha256(octets)| octets == *candidate.key)
            && standing.is_none_or(|standing| {
                candidate.status.in_a_word(candidate.period, self.now) == standing.word()
            })
            && ends.contains(candidate.period.not_after)
            && issued.contains(candidate.issued)
            && (serial.is_some() || !candidate.is_own)
    }

    /// Whether names must be looked at to know.
    #[must_use]
    pub fn is_about_names(&self) -> bool {
        !self.question.names.is_empty()
    }

    /// Whether a certificate with these names is an answer.
    #[must_use]
    pub fn admits_names(&self, names: &BTreeSet<String>) -> bool {
        self.question.names.iter().all(|pattern| pattern.is_among(names))
    }
}

/// A page of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// What was found, in the order of the index.
    pub found: Vec<Found>,
    /// Where the next page begins; `None`: this was the last one. It may be there though nothing was found: then the
    /// page's work was over before.
    pub next: Option<Cursor>,
    /// How many certificates were looked at.
    pub looked_at: u64,
}

/// A certificate, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What was issued.
    pub record: CertificateRecord,
    /// Whether it was taken back.
    pub status: Status,
    /// On whose word its plan was approved; empty where nobody drew a plan.
    pub requester: String,
}
