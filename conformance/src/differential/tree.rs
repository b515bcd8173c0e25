// SPDX-License-Identifier: MIT OR Apache-2.0
//! DER as a tree that can be changed anywhere: the lengths around a change follow it.

use x509::der::Reader;

/// How deep bytes are taken apart. Certificates nest about ten deep.
const DEPTH: usize = 24;

/// An element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) tag: u8,
    pub(crate) body: Body,
    /// How many octets more than it needs the length takes; none is DER.
    pub(crate) length_padding: usize,
}

/// What an element holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    Octets(Vec<u8>),
    /// Elements, after so many octets of their own (a BIT STRING's count of unused bits).
    Nodes(Vec<u8>, Vec<Node>),
}

impl Node {
    /// Takes apart the one element that is the whole of `der`.
    pub(crate) fn parse(der: &[u8]) -> Option<Self> {
        let mut nodes = parse_all(der, 0)?;
        let first = nodes.pop();
        first.filter(|_| nodes.is_empty())
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        let content = match &self.body {
            Body::Octets(octets) => octets.clone(),
            Body::Nodes(before, nodes) => {
                let mut content = before.clone();
                nodes.iter().for_each(|node| node.write(&mut content));
                content
            }
        };
        out.push(self.tag);
        write_length(content.len(), self.length_padding, out);
        out.extend(content);
    }

    /// How many elements there are, this one included.
    pub(crate) fn count(&self) -> usize {
        match &self.body {
            Body::Octets(_) => 1,
            Body::Nodes(_, nodes) => 1 + nodes.iter().map(Self::count).sum::<usize>(),
        }
    }

    /// The element at a place in the order in which their tags stand; this one's is 0.
    pub(crate) fn at(&mut self, place: usize) -> Option<&mut Self> {
        if place == 0 {
            return Some(self);
        }
        let Body::Nodes(_, nodes) = &mut self.body else { return None };
        let mut place = place - 1;
        for node in nodes {
            let count = node.count();
            if place < count {
                return node.at(place);
            }
            place -= count;
        }
        None
    }
}

fn parse_all(der: &[u8], depth: usize) -> Option<Vec<Node>> {
    let mut reader = Reader::new(der);
    let mut nodes = Vec::new();
    while !reader.is_empty() {
        let element = reader.element().ok()?;
        let tag = element.tag.octet();
        // What is constructed holds elements; an OCTET STRING or a BIT STRING may.
        let (before, inner) = match (tag, element.content) {
            (0x03, [unused, rest @ ..]) => (vec![*unused], rest),
            (_, content) => (Vec::new(), content),
        };
        let holds = tag & 0x20 != 0 || (matches!(tag, 0x03 | 0x04) && !inner.is_empty());
        let inside = if holds && depth < DEPTH { parse_all(inner, depth + 1) } else { None };
        let body = match inside {
            Some(nodes) => Body::Nodes(before, nodes),
            None => Body::Octets(element.content.to_vec()),
        };
        nodes.push(Node { tag, body, length_padding: 0 });
    }
    Some(nodes)
}

fn write_length(length: usize, padding: usize, out: &mut Vec<u8>) {
    let mut octets: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|octet| *octet == 0).collect();
    if padding == 0 && length < 0x80 {
        out.push(octets.pop().unwrap_or(0));
        return;
    }
    // In the long form a short length has an octet too many already.
    let zeros = padding - usize::from(padding > 0 && length < 0x80) + usize::from(octets.is_empty());
    octets.splice(..0, std::iter::repeat_n(0, zeros));
    out.push(0x80 | u8::try_from(octets.len()).unwrap_or(0x7f));
    out.extend(octets);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_taken_apart_is_put_together_again() {
        let der = [0x30, 0x0b, 0x04, 0x03, 0x02, 0x01, 0x05, 0x03, 0x04, 0x00, 0x02, 0x01, 0x07];
        let mut node = Node::parse(&der).unwrap();
        assert_eq!((node.encode(), node.count()), (der.to_vec(), 5));
        assert_eq!(node.at(2).unwrap().encode(), [0x02, 0x01, 0x05]);
        assert_eq!(node.at(4).unwrap().encode(), [0x02, 0x01, 0x07]);
        assert_eq!(node.at(5), None);
        assert_eq!(Node::parse(&[0x30, 0x00, 0x00]), None);
    }

    #[test]
    fn a_change_inside_mends_the_lengths_around_it() {
        let mut node = Node::parse(&[0x30, 0x05, 0x04, 0x03, 0x02, 0x01, 0x05]).unwrap();
        node.at(2).unwrap().body = Body::Octets(vec![0x7f; 200]);
        let longer = node.encode();
        assert_eq!(longer.get(..9).unwrap(), [0x30, 0x81, 0xce, 0x04, 0x81, 0xcb, 0x02, 0x81, 0xc8]);
        assert_eq!(Node::parse(&longer).unwrap(), node);
    }

    #[test]
    fn padding_makes_a_length_longer_than_it_needs_to_be() {
        let check = |length: usize, padding: usize, expect: &[u8]| {
            let mut out = Vec::new();
            write_length(length, padding, &mut out);
            assert_eq!(out, expect, "{length} + {padding}");
        };
        check(0, 0, &[0]);
        check(0, 1, &[0x81, 0]);
        check(5, 1, &[0x81, 5]);
        check(5, 2, &[0x82, 0, 5]);
        check(200, 0, &[0x81, 200]);
        check(200, 1, &[0x82, 0, 200]);
    }
}
