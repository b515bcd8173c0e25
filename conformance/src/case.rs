// SPDX-License-Identifier: MIT OR Apache-2.0
//! A case of any corpus, and what may come of it.

use serde::Deserialize;

/// A case, ready to be put to `verify`.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) expected: Expected,
    pub(crate) decide: Box<dyn FnOnce() -> Decision + Send>,
}

/// What the corpus says should come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Expected {
    #[serde(alias = "SUCCESS", alias = "ACCEPT", alias = "valid")]
    Success,
    #[serde(alias = "FAILURE", alias = "REJECT", alias = "invalid")]
    Failure,
}

/// What came of a case, in our own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    Accepted,
    /// Why, as a person would read it.
    Refused(String),
    /// The case asks for something that no question can say.
    CannotAsk(String),
}

/// Why a case is not simply accepted.
pub(crate) enum No {
    Refused(String),
    CannotAsk(String),
}

impl From<Result<(), No>> for Decision {
    fn from(result: Result<(), No>) -> Self {
        match result {
            Ok(()) => Self::Accepted,
            Err(No::Refused(reason)) => Self::Refused(reason),
            Err(No::CannotAsk(what)) => Self::CannotAsk(what),
        }
    }
}

impl From<verify::Rejection> for No {
    fn from(rejection: verify::Rejection) -> Self {
        Self::Refused(format!("{rejection} [{}]", rejection.rule().clause))
    }
}

/// The first part of an id: `rfc5280` of `rfc5280::nc::x`.
pub(crate) fn namespace(id: &str) -> &str {
    id.split("::").next().unwrap_or(id)
}
