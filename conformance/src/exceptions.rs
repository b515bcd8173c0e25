// SPDX-License-Identifier: MIT OR Apache-2.0
//! The cases we knowingly decide otherwise, each with its clause and its reason.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::Error;

/// The disagreements that are known, by the case's id.
#[derive(Debug, Default)]
pub(crate) struct Exceptions(BTreeMap<String, Exception>);

/// A known disagreement.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exception {
    id: String,
    pub(crate) kind: Kind,
    /// Where the standard says so, such as `RFC 5280 §6.3`.
    pub(crate) clause: String,
    /// Why we decide otherwise, for now or for good.
    pub(crate) reason: String,
}

/// What kind of disagreement it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Two cases contradict each other under one ruleset.
    Contradiction,
    /// We read the standard otherwise than the corpus does.
    Disputed,
}

impl Kind {
    /// The kind as `exceptions.json` writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Contradiction => "contradiction",
            Self::Disputed => "disputed",
        }
    }
}

impl Exceptions {
    /// Those of this repository.
    pub(crate) fn built_in() -> Result<Self, Error> {
        Self::parse(include_str!("../exceptions.json"))
    }

    /// Reads the list.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let list: Vec<Exception> = serde_json::from_str(text).map_err(Error::Exceptions)?;
        let mut exceptions = BTreeMap::new();
        for exception in list {
            if let Some(other) = exceptions.insert(exception.id.clone(), exception) {
                return Err(Error::ExceptionTwice(other.id));
            }
        }
        Ok(Self(exceptions))
    }

    /// What is known of a case.
    pub(crate) fn find(&self, id: &str) -> Option<&Exception> {
        self.0.get(id)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn our_own_list_is_one_and_every_entry_gives_its_reason() {
        for exception in Exceptions::built_in().unwrap().0.values() {
            assert!(exception.clause.contains(' '), "{}: {}", exception.id, exception.clause);
            assert!(exception.reason.len() > 20, "{}: {}", exception.id, exception.reason);
        }
    }

    #[test]
    fn an_entry_without_a_reason_or_twice_is_refused() {
        let entry = r#"{"id":"a::b","kind":"disputed","clause":"RFC 5280 §4","reason":"it is so"}"#;
        assert!(Exceptions::parse(&format!("[{entry}]")).unwrap().find("a::b").is_some());
        assert!(matches!(Exceptions::parse(&format!("[{entry},{entry}]")), Err(Error::ExceptionTwice(_))));
        let bare = r#"[{"id":"a::b","kind":"disputed","clause":"RFC 5280 §4"}]"#;
        assert!(matches!(Exceptions::parse(bare), Err(Error::Exceptions(_))));
    }
}
