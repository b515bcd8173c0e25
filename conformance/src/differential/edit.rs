// SPDX-License-Identifier: MIT OR Apache-2.0
//! Changes to bytes, where a number that was drawn says.

use super::random::Random;
use super::tree::{Body, Node};

/// A change, and the numbers that say where and what.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    pub(crate) kind: Kind,
    place: u64,
    what: u64,
}

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One bit.
    Flip,
    /// One octet, to any other.
    Replace,
    /// An octet put in.
    Insert,
    /// An octet taken out.
    Delete,
    /// The octet after a tag: a length says other than what follows.
    Length,
    /// The tag of an element; what is around it stays whole.
    Tag,
    /// A length in more octets than it needs, mended around it: BER and not DER.
    LongLength,
    /// An element taken out, put in twice, moved, or emptied, the lengths around it mended.
    Remove,
    Repeat,
    Swap,
    Empty,
    /// A bit in the content of an element that holds no others.
    Content,
    /// An element's content made longer by one octet, or shorter, the lengths around it mended.
    Grow,
    Shrink,
}

impl Kind {
    /// Changes that keep every length true: what comes of them is still BER, and DER but for `LongLength`.
    pub(crate) const STRUCTURED: [Self; 9] = [
        Self::Tag,
        Self::LongLength,
        Self::Remove,
        Self::Repeat,
        Self::Swap,
        Self::Empty,
        Self::Content,
        Self::Grow,
        Self::Shrink,
    ];
    /// Changes to bytes alone.
    pub(crate) const RAW: [Self; 5] = [Self::Flip, Self::Replace, Self::Insert, Self::Delete, Self::Length];
}

impl Edit {
    pub(crate) fn draw(kinds: &[Kind], random: &mut Random) -> Self {
        let kind = random.pick(kinds).copied().unwrap_or(Kind::Flip);
        Self { kind, place: random.next(), what: random.next() }
    }

    /// Makes the change and says what it was; `None` where there is nothing to change.
    pub(crate) fn apply(&self, bytes: &mut Vec<u8>) -> Option<String> {
        if Kind::RAW.contains(&self.kind) { self.raw(bytes) } else { self.structured(bytes) }
    }

    fn raw(&self, bytes: &mut Vec<u8>) -> Option<String> {
        let place = |bound: usize| usize::try_from(self.place % u64::try_from(bound.max(1)).ok()?).ok();
        let [octet, bit, ..] = self.what.to_le_bytes();
        if self.kind == Kind::Insert {
            let at = place(bytes.len() + 1)?;
            bytes.insert(at, octet);
            return Some(format!("{octet:02x} put in at {at}"));
        }
        let at = match self.kind {
            Kind::Length => lengths(bytes).get(place(lengths(bytes).len())?).copied()?,
            _ => place(bytes.len())?,
        };
        if self.kind == Kind::Delete {
            (at < bytes.len()).then(|| bytes.remove(at))?;
            return Some(format!("octet {at} taken out"));
        }
        let target = bytes.get_mut(at)?;
        let old = *target;
        *target = match self.kind {
            Kind::Flip => old ^ (1 << (bit % 8)),
            // Mostly a little more or less.
            Kind::Length if bit % 4 != 0 => old.wrapping_add(if bit & 4 == 0 { 1 } else { 0xff }),
            _ if octet == old => octet.wrapping_add(1),
            _ => octet,
        };
        Some(format!("octet {at} from {old:02x} to {:02x}", *target))
    }

    fn structured(&self, bytes: &mut Vec<u8>) -> Option<String> {
        let mut tree = Node::parse(bytes)?;
        let count = u64::try_from(tree.count()).ok()?;
        let place = usize::try_from(self.place % count).ok()?;
        let told = self.change(tree.at(place)?)?;
        *bytes = tree.encode();
        Some(format!("element {place}: {told}"))
    }

    fn change(&self, node: &mut Node) -> Option<String> {
        let [octet, more, ..] = self.what.to_le_bytes();
        let within = |bound: usize| usize::from(more).checked_rem(bound);
        match (self.kind, &mut node.body) {
            (Kind::Tag, _) => {
                const TAGS: [u8; 16] = [
                    0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1e, 0x30, 0x31,
                    0xa0,
                ];
                let old = node.tag;
                let other = TAGS.get(usize::from(octet) % TAGS.len()).copied()?;
                node.tag = if other == old { old ^ 0x20 } else { other };
                Some(format!("its tag from {old:02x} to {:02x}", node.tag))
            }
            (Kind::LongLength, _) => {
                node.length_padding = 1 + usize::from(octet % 2);
                Some("its length longer than it needs to be".to_owned())
            }
            (Kind::Empty, body) => {
                *body = Body::Octets(Vec::new());
                Some("emptied".to_owned())
            }
            (Kind::Remove, Body::Nodes(_, nodes)) => {
                let at = within(nodes.len())?;
                nodes.remove(at);
                Some(format!("its member {at} taken out"))
            }
            (Kind::Repeat, Body::Nodes(_, nodes)) => {
                let at = within(nodes.len())?;
                let again = nodes.get(at)?.clone();
                nodes.insert(at, again);
                Some(format!("its member {at} twice"))
            }
            (Kind::Swap, Body::Nodes(_, nodes)) => {
                let at = within(nodes.len().checked_sub(1)?)?;
                nodes.swap(at, at + 1);
                Some(format!("its members {at} and {} change places", at + 1))
            }
            (Kind::Content, Body::Octets(octets)) => {
                let at = within(octets.len())?;
                let target = octets.get_mut(at)?;
                *target ^= 1 << (octet % 8);
                Some(format!("bit {} of its octet {at}", octet % 8))
            }
            (Kind::Grow, Body::Octets(octets)) => {
                octets.insert(within(octets.len() + 1)?, octet);
                Some("longer by an octet".to_owned())
            }
            (Kind::Shrink, Body::Octets(octets)) => {
                octets.remove(within(octets.len())?);
                Some("shorter by an octet".to_owned())
            }
            _ => None,
        }
    }
}

/// Where the lengths of elements stand, as far as bytes can be taken apart.
fn lengths(bytes: &[u8]) -> Vec<usize> {
    fn walk(node: &Node, start: usize, found: &mut Vec<usize>) {
        found.push(start + 1);
        if let Body::Nodes(before, nodes) = &node.body {
            let whole = node.encode().len();
            let inside: usize = nodes.iter().map(|inner| inner.encode().len()).sum();
            let mut at = start + whole - inside;
            debug_assert!(at >= start + 2 + before.len());
            for inner in nodes {
                walk(inner, at, found);
                at += inner.encode().len();
            }
        }
    }
    let mut found = Vec::new();
    if let Some(tree) = Node::parse(bytes) {
        walk(&tree, 0, &mut found);
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const DER: [u8; 16] =
        [0x30, 0x0e, 0x04, 0x05, 0x30, 0x03, 0x01, 0x01, 0xff, 0x13, 0x01, 0x61, 0x02, 0x02, 0x01, 0x05];

    #[test]
    fn a_structured_change_leaves_elements_whose_lengths_are_true() {
        let mut random = Random::new(1, 1);
        let mut made = 0;
        for kind in Kind::STRUCTURED {
            for _ in 0..200 {
                let mut bytes = DER.to_vec();
                if Edit::draw(&[kind], &mut random).apply(&mut bytes).is_some() {
                    made += 1;
                    // What is no DER inside an OCTET STRING is just octets.
                    let sound = Node::parse(&bytes).is_some();
                    assert!(sound || kind == Kind::LongLength, "{kind:?}: {bytes:02x?}");
                }
            }
        }
        assert!(made > 900, "{made}");
    }

    #[test]
    fn a_raw_change_changes_and_the_empty_string_is_left_alone() {
        let mut random = Random::new(2, 1);
        for kind in Kind::RAW {
            for _ in 0..100 {
                let mut bytes = DER.to_vec();
                Edit::draw(&[kind], &mut random).apply(&mut bytes).unwrap();
                assert!(bytes != DER || kind == Kind::Insert || kind == Kind::Delete, "{kind:?}");
            }
            if kind != Kind::Insert {
                assert_eq!(Edit::draw(&[kind], &mut random).apply(&mut Vec::new()), None);
            }
        }
    }

    #[test]
    fn lengths_are_found_where_they_stand() {
        assert_eq!(lengths(&DER), [1, 3, 5, 7, 10, 13]);
    }
}
