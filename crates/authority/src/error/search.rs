// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a question about the inventory is not answered.

use x509::Time;

/// Why there is no answer, before the record was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// A part of a name is too short for the index of parts.
    #[error("no index finds names by {part:?}: a part of a name has {least} letters or more")]
    ShortPart {
        /// The part.
        part: String,
        /// How many letters it needs.
        least: usize,
    },
    /// A star stands inside a name.
    #[error(
        "no index finds names by {pattern:?}: a star stands in front (*.example.internal), behind (www.*), or both (*part*)"
    )]
    InnerStar {
        /// The pattern.
        pattern: String,
    },
    /// A name that no certificate has.
    #[error("{what} is empty, too long, or holds control characters: {pattern:?}")]
    Unwritable {
        /// What was given.
        what: &'static str,
        /// The pattern.
        pattern: String,
    },
    /// No index has the wanted order.
    #[error("no index gives certificates {by} {wanted}: they are found {found}, and in no other order")]
    NoIndex {
        /// What is asked: `whose names begin with "www."`.
        by: String,
        /// The order that is wanted: `newest first`.
        wanted: &'static str,
        /// The order that there is.
        found: &'static str,
    },
    /// Not the hexadecimal digits of anything.
    #[error("{text:?} is no {what}: {expected} hexadecimal digits are expected")]
    Digits {
        /// What was expected.
        what: &'static str,
        /// What was given.
        text: String,
        /// How many digits it has.
        expected: &'static str,
    },
    /// No span of time.
    #[error("{text:?} is no span of time: a number of hours, days or weeks is expected, 6h, 14d or 2w")]
    Within {
        /// What was given.
        text: String,
    },
    /// A span of time that ends before it begins.
    #[error("the span ends before it begins: from {from}, until {until}")]
    Backwards {
        /// Its beginning.
        from: Time,
        /// Its end.
        until: Time,
    },
    /// Where to go on is not where a page of this question ended.
    #[error("no page of this question ended at {text:?}")]
    Cursor {
        /// What was given.
        text: String,
    },
    /// More names at once than anybody asks for.
    #[error("{found} patterns of names are too many: {most} at most")]
    ManyNames {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
}
