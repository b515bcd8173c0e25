// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extensions at the edges of what their sections allow, and beyond.

mod constraints;
mod names;
mod policies;
mod usage;

use x509::Oid;

use crate::differential::draft::Drafted;

/// An extension, and what is particular about it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) words: String,
    pub(super) extension: Drafted,
}

impl Entry {
    fn new(words: impl Into<String>, oid: Oid<'_>, critical: bool, value: Vec<u8>) -> Self {
        Self { words: words.into(), extension: Drafted::new(oid, critical, value) }
    }
}

/// All of them, for a leaf that is asked for by this name.
pub(super) fn entries(host: &str) -> Vec<Entry> {
    [usage::entries(), names::entries(host), constraints::entries(host), policies::entries(), usage::others()]
        .into_iter()
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::differential::tree::Node;

    #[test]
    fn every_value_is_one_element_unless_it_says_otherwise() {
        let entries = entries("www.files.test");
        assert!(entries.len() > 120, "{}", entries.len());
        for Entry { words, extension } in entries {
            let is_element = Node::parse(&extension.value).is_some();
            assert_eq!(is_element, !words.starts_with("no element"), "{} {words}", extension.name());
        }
    }
}
