// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which index leads to the answers of a question, and the orders that there are.

use super::cursor::Key;
use super::pattern::{Digits, NamePattern, Sha256};
use super::question::{Question, StandsAs};

/// The order of the answers, where somebody wants a certain one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchOrder {
    /// As they were issued.
    AsIssued,
    /// The other way round.
    Newest,
    /// Those first that end first.
    Expiry,
}

impl SearchOrder {
    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::AsIssued => "in the order in which they were issued",
            Self::Newest => "newest first",
            Self::Expiry => "in the order in which they end",
        }
    }
}

/// The index that leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead<'s> {
    /// Fingerprints.
    Fingerprint(&'s [u8; 32]),
    /// Keys.
    Key(&'s [u8; 32]),
    /// Whole names.
    Name(&'s str),
    /// Parts of names.
    Part(&'s str),
    /// Serial numbers, from their first digits on.
    Serial(&'s Digits),
    /// Names, from their beginning on.
    NameBegins(&'s str),
    /// Names written backwards, from their end on.
    NameEnds(&'s str),
    /// Last seconds of validity.
    End,
    /// Those that are revoked.
    Revoked,
    /// Those that are on hold.
    OnHold,
    /// Times of issuance.
    Issued,
    /// Issuer, profile and requester.
    Origin,
    /// The journal.
    Journal,
}

impl<'s> Lead<'s> {
    /// The one that leads to the answers of a question in an order.
    pub(super) fn of(question: &'s Question, order: Option<SearchOrder>) -> Self {
        let Question { names, serial, fingerprint, key, standing, ends, issued, .. } = question;
        let name = |find: fn(&NamePattern) -> Option<Lead<'_>>| names.iter().find_map(find);
        let by_end = order == Some(SearchOrder::Expiry) || !ends.is_open();
        if let Some(Sha256(fingerprint)) = fingerprint {
            return Lead::Fingerprint(fingerprint);
        }
        if let Some(serial) = serial {
            return Lead::Serial(serial.digits());
        }
        if let Some(Sha256(key)) = key {
            return Lead::Key(key);
        }
        if let Some(lead) = name(whole).or_else(|| name(part)).or_else(|| name(edge)) {
            return lead;
        }
        match standing {
            _ if by_end => Lead::End,
            Some(StandsAs::Revoked) => Lead::Revoked,
            Some(StandsAs::OnHold) => Lead::OnHold,
            _ if !issued.is_open() => Lead::Issued,
            _ if question.has_origin() => Lead::Origin,
            Some(StandsAs::Valid | StandsAs::Expired) if order.is_none() => Lead::End,
            Some(StandsAs::Valid | StandsAs::NotYetValid | StandsAs::Expired) | None => Lead::Journal,
        }
    }

    /// What it leads to, in words: `whose names begin with "www."`.
    pub(super) fn in_words(&self) -> String {
        let words = match self {
            Self::Name(name) => return format!("with the name {name:?}"),
            Self::Part(part) => return format!("whose names have {part:?} in them"),
            Self::NameBegins(front) => return format!("whose names begin with {front:?}"),
            Self::NameEnds(end) => return format!("whose names end with {end:?}"),
            Self::Fingerprint(_) => "with this fingerprint",
            Self::Key(_) => "with this key",
            Self::Serial(_) => "with this serial number",
            Self::End => "that end in a certain time",
            Self::Revoked => "that are revoked",
            Self::OnHold => "that are on hold",
            Self::Issued => "that were issued in a certain time",
            Self::Origin => "of this issuer, profile or requester",
            Self::Journal => "of every kind",
        };
        words.to_owned()
    }

    /// The order that it has when it is not that of the journal, in words.
    pub(super) const fn own_order(&self) -> Option<&'static str> {
        match self {
            Self::Serial(_) => Some("in the order of their serial numbers"),
            Self::NameBegins(_) => Some("in the order of their names"),
            Self::NameEnds(_) => Some("in the order of their names, read from the end"),
            Self::End => Some("in the order in which they end"),
            Self::Fingerprint(_)
            | Self::Key(_)
            | Self::Name(_)
            | Self::Part(_)
            | Self::Revoked
            | Self::OnHold
            | Self::Issued
            | Self::Origin
            | Self::Journal => None,
        }
    }

    /// Whether a page may begin there.
    pub(super) const fn has(&self, key: &Key) -> bool {
        match self {
            Self::Serial(_) => matches!(key, Key::Serial(_)),
            Self::NameBegins(_) => matches!(key, Key::Name(_)),
            Self::NameEnds(_) => matches!(key, Key::NameEnd(_)),
            Self::End => matches!(key, Key::End(_)),
            Self::Issued => matches!(key, Key::Issued(_)),
            Self::Fingerprint(_)
            | Self::Key(_)
            | Self::Name(_)
            | Self::Part(_)
            | Self::Revoked
            | Self::OnHold
            | Self::Origin
            | Self::Journal => matches!(key, Key::Journal),
        }
    }
}

fn whole(pattern: &NamePattern) -> Option<Lead<'_>> {
    if let NamePattern::Exact(name) = pattern { Some(Lead::Name(name)) } else { None }
}

fn part(pattern: &NamePattern) -> Option<Lead<'_>> {
    if let NamePattern::Contains(part) = pattern { Some(Lead::Part(part)) } else { None }
}

fn edge(pattern: &NamePattern) -> Option<Lead<'_>> {
    match pattern {
        NamePattern::Begins(front) => Some(Lead::NameBegins(front)),
        NamePattern::Ends(end) => Some(Lead::NameEnds(end)),
        NamePattern::Exact(_) | NamePattern::Contains(_) => None,
    }
}
