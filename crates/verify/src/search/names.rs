// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of a pool, each once, however it is written.

use std::collections::BTreeMap;
use std::hash::RandomState;

use x509::Name;

/// Among how many names one is sought by comparing it with each.
const FEW: usize = 16;

/// A name among those that match one another (RFC 5280 §7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NameId(usize);

#[derive(Debug)]
pub(super) struct Names<'a> {
    known: Vec<Known<'a>>,
    /// Once there are more than a few.
    many: Option<Many>,
}

/// Places of names by their hashes, keyed against whoever would have many names share one.
#[derive(Debug, Default)]
struct Many {
    by_hash: BTreeMap<u64, Vec<usize>>,
    keys: RandomState,
}

#[derive(Debug)]
struct Known<'a> {
    name: Name<'a>,
    asked: bool,
    /// The fewest certificates between this name and an anchor of it; `None` where nothing leads.
    distance: Option<usize>,
}

impl<'a> Names<'a> {
    pub(super) fn new(names: usize) -> Self {
        Self { known: Vec::with_capacity(names), many: None }
    }

    /// The identifier of a name, a new one for a new name. It is known not to be that of `other`.
    pub(super) fn id(&mut self, name: Name<'a>, other: Option<NameId>) -> NameId {
        // Issuers mostly write a name the way its subject does.
        let mut near = self.known.iter().take(FEW);
        if let Some(place) = near.position(|known| known.name.raw() == name.raw()) {
            return NameId(place);
        }
        if self.known.len() <= FEW {
            let mut known = (0_usize..).zip(&self.known).filter(|(place, _)| other != Some(NameId(*place)));
            let found = known.find(|(_, known)| known.name.matches(&name));
            return found.map(|(place, _)| NameId(place)).unwrap_or_else(|| self.push(name));
        }
        let many = self.many.get_or_insert_with(|| Many::of(&self.known));
        let alike = many.by_hash.entry(name.hash_with(&many.keys)).or_default();
        let is_it = |place: &usize| self.known.get(*place).is_some_and(|known| known.name.matches(&name));
        match alike.iter().copied().find(is_it) {
            Some(place) => NameId(place),
            None => {
                alike.push(self.known.len());
                self.push(name)
            }
        }
    }

    fn push(&mut self, name: Name<'a>) -> NameId {
        let id = NameId(self.known.len());
        self.known.push(Known { name, asked: false, distance: None });
        id
    }

    /// The name, the first time it is asked for.
    pub(super) fn first_asked(&mut self, id: NameId) -> Option<Name<'a>> {
        let known = self.known.get_mut(id.0)?;
        let again = std::mem::replace(&mut known.asked, true);
        (!again).then_some(known.name)
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

impl Many {
    fn of(names: &[Known<'_>]) -> Self {
        let mut many = Self::default();
        for (place, known) in names.iter().enumerate() {
            many.by_hash.entry(known.name.hash_with(&many.keys)).or_default().push(place);
        }
        many
    }
}
