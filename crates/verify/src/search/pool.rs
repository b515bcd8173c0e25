// SPDX-License-Identifier: MIT OR Apache-2.0
//! The certificates a path may be made of, and who may have issued whom.

use x509::{Error, Name};

use crate::anchors::TrustAnchors;
use crate::checks::names_key;
use crate::decoded::Decoded;
use crate::question::Question;

/// Where a certificate came from, in the order in which issuers are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
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
}

/// A name among those that match one another (RFC 5280 §7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NameId(usize);

#[derive(Debug)]
struct Names<'a> {
    known: Vec<Known<'a>>,
}

#[derive(Debug)]
struct Known<'a> {
    name: Name<'a>,
    /// The anchors of this name, once they have been sought.
    anchors_taken: bool,
}

/// All certificates but the leaf that a path may use. The leaf is the first.
#[derive(Debug)]
pub(super) struct Pool<'a> {
    entries: Vec<Entry<'a>>,
    names: Names<'a>,
    anchors: &'a TrustAnchors,
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
        let mut pool =
            Self { entries: Vec::new(), names: Names { known: Vec::new() }, anchors: question.anchors };
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
        let same = |entry: &Entry<'_>| entry.certificate.signed.is_some_and(|known| known.der() == der);
        if self.entries.iter().any(same) {
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
        self.entries.push(Entry { certificate, source, subject, issuer, sound: None });
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

    /// Those whose subject is the issuer of `child`: anchors first, then as sent, then the others;
    /// within each those whose key identifier fits first; those with another key last of all.
    pub(super) fn issuers(&mut self, child: usize) -> Vec<usize> {
        let Some(entry) = self.entries.get(child) else { return Vec::new() };
        let (issuer, certificate) = (entry.issuer, entry.certificate);
        self.take_anchors(issuer);
        let rank = |candidate: &Entry<'_>| match names_key(&certificate, &candidate.certificate) {
            Some(false) => (true, candidate.source, false),
            Some(true) => (false, candidate.source, false),
            None => (false, candidate.source, true),
        };
        let named = self.entries.iter().enumerate().filter(|(_, candidate)| candidate.subject == issuer);
        let mut ranked: Vec<_> = named.map(|(index, candidate)| (rank(candidate), index)).collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, index)| index).collect()
    }

    /// Reads the anchors of a name, the first time they are asked for.
    fn take_anchors(&mut self, id: NameId) {
        let Some(known) = self.names.known.get_mut(id.0) else { return };
        if std::mem::replace(&mut known.anchors_taken, true) {
            return;
        }
        let name = known.name;
        for anchor in self.anchors.iter().filter(|anchor| anchor.is_named(&name)) {
            if let Ok(certificate) = Decoded::parse(anchor.der()) {
                self.add(certificate, Source::Anchor);
            }
        }
    }
}

impl<'a> Names<'a> {
    fn id(&mut self, name: Name<'a>) -> NameId {
        let known = self.known.iter().position(|known| known.name.matches(&name));
        NameId(known.unwrap_or_else(|| {
            self.known.push(Known { name, anchors_taken: false });
            self.known.len().saturating_sub(1)
        }))
    }
}
