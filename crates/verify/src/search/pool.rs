// SPDX-License-Identifier: MIT OR Apache-2.0
//! The certificates a path may be made of, and who may have issued whom.

use super::given::{Given, Source};
use super::names::{NameId, Names};
use crate::anchors::TrustAnchors;
use crate::checks::names_key;
use crate::decoded::Decoded;
use crate::kept::Store;
use crate::question::Question;

/// Pools up to this size are searched as they come: nothing in them can lead far astray.
const SMALL: usize = 8;

#[derive(Debug)]
struct Entry<'p, 'a> {
    certificate: &'p Decoded<'a>,
    source: Source,
    subject: NameId,
    issuer: NameId,
    /// Whether it is sound by itself, once that is known.
    sound: Option<bool>,
    /// Whether the search has been here.
    visited: bool,
}

/// All certificates that a path may use. The leaf is the first.
#[derive(Debug)]
pub(super) struct Pool<'p, 'a> {
    entries: Vec<Entry<'p, 'a>>,
    names: Names<'a>,
    anchors: &'a TrustAnchors,
    /// The one of them that may end a path, when it is not any.
    only: Option<&'a [u8]>,
    /// Certificates of the question that were read before.
    prepared: Option<&'a Store>,
    /// Whether the distances of names from an anchor have been measured.
    measured: bool,
}

/// Candidates, the first to be tried first. Mostly there is one.
#[derive(Debug, Default)]
pub(super) struct Ranked {
    first: Option<usize>,
    others: Vec<usize>,
}

impl IntoIterator for Ranked {
    type Item = usize;
    type IntoIter = std::iter::Chain<std::option::IntoIter<usize>, std::vec::IntoIter<usize>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.others)
    }
}

impl<'p, 'a> Pool<'p, 'a> {
    /// A pool of what was given, and of whatever of the question's anchors and prepared certificates is
    /// asked for.
    pub(super) fn new(given: &'p Given<'a>, question: &Question<'a>) -> Self {
        // Room for an anchor and one that was prepared.
        let entries = given.iter().count().saturating_add(2);
        let mut pool = Self {
            entries: Vec::with_capacity(entries),
            names: Names::new(entries),
            anchors: question.anchors,
            only: None,
            prepared: question.prepared.map(|prepared| prepared.store()),
            measured: false,
        };
        for (certificate, source) in given.iter() {
            pool.add(certificate, source);
        }
        pool
    }

    /// Has no other anchor than this end a path.
    pub(super) const fn restrict(&mut self, anchor: &'a [u8]) {
        self.only = Some(anchor);
    }

    /// Whether a certificate is an anchor that may end a path.
    pub(super) fn ends_at(&self, der: &[u8]) -> bool {
        self.only.is_none_or(|only| only == der) && self.anchors.contains(der)
    }

    fn add(&mut self, certificate: &'p Decoded<'a>, source: Source) {
        let subject = self.names.id(certificate.tbs().subject(), None);
        let issuer = match certificate.self_issued {
            true => subject,
            false => self.names.id(certificate.tbs().issuer(), Some(subject)),
        };
        self.entries.push(Entry { certificate, source, subject, issuer, sound: None, visited: false });
    }

    /// The certificate at an index that this pool gave.
    pub(super) fn get(&self, index: usize) -> Option<&'p Decoded<'a>> {
        self.entries.get(index).map(|entry| entry.certificate)
    }

    /// Whether the certificate at this index is a trust anchor.
    pub(super) fn is_anchor(&self, index: usize) -> bool {
        self.entries.get(index).is_some_and(|entry| entry.source == Source::Anchor)
    }

    /// Whether the certificate at this index is sound by itself, if that is known.
    pub(super) fn sound(&self, index: usize) -> Option<bool> {
        self.entries.get(index)?.sound
    }

    /// Remembers whether the certificate at this index is sound by itself.
    pub(super) fn remember(&mut self, index: usize, sound: bool) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.sound = Some(sound);
        }
    }

    /// Whether there is no use in going to this certificate again: nothing leads from it to an anchor,
    /// and what was in the way was seen the first time.
    pub(super) fn is_spent(&mut self, index: usize) -> bool {
        let Some(entry) = self.entries.get_mut(index) else { return true };
        let hopeless =
            self.measured && entry.source != Source::Anchor && self.names.distance(entry.issuer).is_none();
        std::mem::replace(&mut entry.visited, true) && hopeless
    }

    /// Those whose subject is the issuer of `child`: anchors first, then as sent, then the others;
    /// within each those whose key identifier fits first; those with another key last of all. In a
    /// large pool the fewest steps from an anchor come first.
    pub(super) fn issuers(&mut self, child: usize) -> Ranked {
        let Some(entry) = self.entries.get(child) else { return Ranked::default() };
        let (issuer, certificate) = (entry.issuer, entry.certificate);
        self.take_named(issuer);
        if !self.measured && self.entries.len() > SMALL {
            self.measure();
        }
        let rank = |candidate: &Entry<'_, '_>| {
            let named = names_key(certificate, candidate.certificate);
            let steps = match candidate.source {
                _ if !self.measured => 0,
                Source::Anchor => 0,
                Source::Sent | Source::Intermediate => {
                    self.names.distance(candidate.issuer).map_or(usize::MAX, |steps| steps.saturating_add(1))
                }
            };
            (named == Some(false), steps, candidate.source, named.is_none())
        };
        let mut named = self.entries.iter().enumerate().filter(|(_, candidate)| candidate.subject == issuer);
        let Some((first, candidate)) = named.next() else { return Ranked::default() };
        let Some(second) = named.next() else { return Ranked { first: Some(first), others: Vec::new() } };
        let all = [(first, candidate), second].into_iter().chain(named);
        let mut ranked: Vec<_> = all.map(|(index, candidate)| (rank(candidate), index)).collect();
        ranked.sort_unstable();
        let mut indexes = ranked.into_iter().map(|(_, index)| index);
        Ranked { first: indexes.next(), others: indexes.collect() }
    }

    /// Takes whatever of the anchors and prepared certificates can matter, and finds how many
    /// certificates stand, at least, between each name and an anchor.
    fn measure(&mut self) {
        self.measured = true;
        let mut next = 0_usize;
        while let Some(entry) = self.entries.get(next) {
            let (subject, issuer) = (entry.subject, entry.issuer);
            self.take_named(subject);
            self.take_named(issuer);
            next = next.saturating_add(1);
        }
        while self.entries.iter().fold(false, |changed, entry| {
            let steps = match entry.source {
                Source::Anchor => Some(0),
                Source::Sent | Source::Intermediate => {
                    self.names.distance(entry.issuer).map(|steps| steps.saturating_add(1))
                }
            };
            self.names.come_closer(entry.subject, steps) || changed
        }) {}
    }

    /// Takes the anchors and the prepared certificates of a name, the first time it is asked for.
    fn take_named(&mut self, id: NameId) {
        let Some(name) = self.names.first_asked(id) else { return };
        let only = self.only;
        let anchors = self.anchors.store().named(name);
        for kept in anchors.filter(|kept| only.is_none_or(|only| only == kept.der())) {
            self.add(kept.decoded(), Source::Anchor);
        }
        for kept in self.prepared.into_iter().flat_map(|prepared| prepared.named(name)) {
            let certificate = kept.decoded();
            if !self.entries.iter().any(|entry| std::ptr::eq(entry.certificate, certificate)) {
                self.add(certificate, Source::Intermediate);
            }
        }
    }
}
