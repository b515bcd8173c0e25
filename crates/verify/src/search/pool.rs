// SPDX-License-Identifier: MIT OR Apache-2.0
//! The certificates a path may be made of, and who may have issued whom.

use std::collections::BTreeSet;

use x509::{Certificate, Error};

use super::names::{NameId, Names};
use crate::anchors::TrustAnchors;
use crate::checks::names_key;
use crate::decoded::Decoded;
use crate::question::Question;

/// Pools up to this size are searched as they come: nothing in them can lead far astray.
const SMALL: usize = 8;

/// Where a certificate came from, in the order in which issuers are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Anchor,
    Sent,
    Intermediate,
}

#[derive(Debug)]
struct Entry<'a> {
    certificate: Decoded<'a>,
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
pub(super) struct Pool<'a> {
    entries: Vec<Entry<'a>>,
    /// What was given, so that each is taken once.
    known: BTreeSet<&'a [u8]>,
    names: Names<'a>,
    anchors: &'a TrustAnchors,
    /// Whether the distances of names from an anchor have been measured.
    measured: bool,
}

impl<'a> Pool<'a> {
    /// A pool of `leaf`, `others` and the question's intermediates, each once. What cannot be read is
    /// told to `unusable` and left out.
    pub(super) fn new(
        leaf: Decoded<'a>,
        others: &'a [&'a [u8]],
        question: &Question<'a>,
        unusable: &mut dyn FnMut(String, Error),
    ) -> Self {
        let mut pool = Self {
            entries: Vec::new(),
            known: leaf.signed.iter().map(Certificate::der).collect(),
            names: Names::new(),
            anchors: question.anchors,
            measured: false,
        };
        pool.add(leaf, Source::Sent);
        let sent = question.chain.len().saturating_sub(others.len());
        for (number, der) in others.iter().enumerate() {
            let number = number.saturating_add(sent).saturating_add(1);
            pool.read(der, Source::Sent, || format!("certificate {number} as sent"), unusable);
        }
        for (number, der) in (1_usize..).zip(question.intermediates) {
            pool.read(der, Source::Intermediate, || format!("intermediate certificate {number}"), unusable);
        }
        pool
    }

    fn read(
        &mut self,
        der: &'a [u8],
        source: Source,
        which: impl FnOnce() -> String,
        unusable: &mut dyn FnMut(String, Error),
    ) {
        if !self.known.insert(der) {
            return;
        }
        match Decoded::parse(der) {
            Ok(certificate) => self.add(certificate, source),
            Err(error) => unusable(which(), error),
        }
    }

    fn add(&mut self, certificate: Decoded<'a>, source: Source) {
        let subject = self.names.id(certificate.tbs.subject());
        let issuer = if certificate.self_issued { subject } else { self.names.id(certificate.tbs.issuer()) };
        self.entries.push(Entry { certificate, source, subject, issuer, sound: None, visited: false });
    }

    /// The certificate at an index that this pool gave.
    pub(super) fn get(&self, index: usize) -> Option<&Decoded<'a>> {
        self.entries.get(index).map(|entry| &entry.certificate)
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
    pub(super) fn issuers(&mut self, child: usize) -> Vec<usize> {
        let Some(entry) = self.entries.get(child) else { return Vec::new() };
        let (issuer, certificate) = (entry.issuer, entry.certificate);
        if !self.measured && self.entries.len() > SMALL {
            self.measure();
        }
        self.take_anchors(issuer);
        let rank = |candidate: &Entry<'_>| {
            let named = names_key(&certificate, &candidate.certificate);
            let steps = match candidate.source {
                _ if !self.measured => 0,
                Source::Anchor => 0,
                Source::Sent | Source::Intermediate => {
                    self.names.distance(candidate.issuer).map_or(usize::MAX, |steps| steps.saturating_add(1))
                }
            };
            (named == Some(false), steps, candidate.source, named.is_none())
        };
        let named = self.entries.iter().enumerate().filter(|(_, candidate)| candidate.subject == issuer);
        let mut ranked: Vec<_> = named.map(|(index, candidate)| (rank(candidate), index)).collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, index)| index).collect()
    }

    /// Finds how many certificates stand, at least, between each name and an anchor.
    fn measure(&mut self) {
        self.measured = true;
        for id in self.names.ids() {
            self.take_anchors(id);
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

    /// Reads the anchors of a name, the first time they are asked for.
    fn take_anchors(&mut self, id: NameId) {
        let Some((name, fingerprint)) = self.names.first_asked(id) else { return };
        for anchor in self.anchors.named(&name, fingerprint) {
            if let Ok(certificate) = Decoded::parse(anchor.der()) {
                self.add(certificate, Source::Anchor);
            }
        }
    }
}
