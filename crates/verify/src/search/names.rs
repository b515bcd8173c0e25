// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of a pool, each once, however it is written.

use std::collections::BTreeMap;

use x509::Name;

/// Among how many names one is sought by its bytes before it is by its fingerprint.
const NEAR: usize = 16;

/// A name among those that match one another (RFC 5280 §7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NameId(usize);

#[derive(Debug)]
pub(super) struct Names<'a> {
    known: Vec<Known<'a>>,
    by_fingerprint: BTreeMap<u64, Vec<usize>>,
}

#[derive(Debug)]
struct Known<'a> {
    name: Name<'a>,
    fingerprint: u64,
    asked: bool,
    /// The fewest certificates between this name and an anchor of it; `None` where nothing leads.
    distance: Option<usize>,
}

impl<'a> Names<'a> {
    pub(super) const fn new() -> Self {
        Self { known: Vec::new(), by_fingerprint: BTreeMap::new() }
    }

    /// The identifier of a name, a new one for a new name.
    pub(super) fn id(&mut self, name: Name<'a>) -> NameId {
        // Issuers mostly write a name the way its subject does.
        let same = |known: &Known<'_>| known.name.raw() == name.raw();
        if let Some(index) = self.known.iter().take(NEAR).position(same) {
            return NameId(index);
        }
        let fingerprint = name.fingerprint();
        let alike = self.by_fingerprint.entry(fingerprint).or_default();
        let is_known = |index: &usize| self.known.get(*index).is_some_and(|known| known.name.matches(&name));
        if let Some(index) = alike.iter().copied().find(is_known) {
            return NameId(index);
        }
        let index = self.known.len();
        alike.push(index);
        self.known.push(Known { name, fingerprint, asked: false, distance: None });
        NameId(index)
    }

    /// Every identifier given so far.
    pub(super) fn ids(&self) -> impl Iterator<Item = NameId> + use<> {
        (0..self.known.len()).map(NameId)
    }

    /// The name and its fingerprint, the first time it is asked for.
    pub(super) fn first_asked(&mut self, id: NameId) -> Option<(Name<'a>, u64)> {
        let known = self.known.get_mut(id.0)?;
        let again = std::mem::replace(&mut known.asked, true);
        (!again).then_some((known.name, known.fingerprint))
    }

    /// The fewest certificates between a name and an anchor.
    pub(super) fn distance(&self, id: NameId) -> Option<usize> {
        self.known.get(id.0)?.distance
    }

    /// Takes a distance if it is less than the one known; whether it was.
    pub(super) fn come_closer(&mut self, id: NameId, steps: Option<usize>) -> bool {
        let (Some(known), Some(steps)) = (self.known.get_mut(id.0), steps) else { return false };
        let closer = known.distance.is_none_or(|known| steps < known);
        if closer {
            known.distance = Some(steps);
        }
        closer
    }
}
