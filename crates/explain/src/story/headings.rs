// SPDX-License-Identifier: MIT OR Apache-2.0
//! The steps of the story and what they are called.

use crate::text::{Line, Mark, Role, Text};

/// A step: its number and its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step(u8, &'static str);

pub(super) const CONNECTION: Step = Step(1, "The connection");
pub(super) const CERTIFICATE: Step = Step(2, "The certificate that the server sent");
pub(super) const DECISION: Step = Step(3, "How the client decided whether to trust it");
pub(super) const PROOF: Step = Step(4, "How the server proved that it holds the private key");
pub(super) const AGREEMENT: Step = Step(5, "How both sides agreed on keys in public");
pub(super) const PROTECTED: Step = Step(6, "The first protected bytes");

/// Writes a step's heading behind its mark.
pub(super) fn write(text: &mut Text, step: Step, mark: Mark) {
    let Step(number, title) = step;
    let line = Line::new(0, 5)
        .span(mark.role(), mark.sign())
        .plain(" ")
        .span(Role::Heading, format!("{number}. {title}"));
    text.push(line);
}
