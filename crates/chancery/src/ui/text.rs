// SPDX-License-Identifier: MIT OR Apache-2.0
//! A told text on its way to a terminal: its roles become styles.

use std::borrow::Cow;
use std::fmt::Write as _;

use anstyle::{RgbColor, Style};
use explain::text::Span;
use explain::{Layout, Role, Text};

use super::carried::Carried;
use super::{BAD, COMMAND, DIM, GOOD, HEADING, NOTE};

/// The lines of a text that fit this layout, with their styles.
pub(super) fn styled(text: &Text, layout: Layout, carried: &Carried) -> Vec<String> {
    layout.lay_out(text).iter().map(|spans| line(spans, carried)).collect()
}

fn line(spans: &[Span], carried: &Carried) -> String {
    let mut line = String::new();
    for span in spans {
        let style = style(span.role());
        let text = match span.role() {
            Role::Command => Cow::Owned(carried.carry_into(span.text())),
            _ => Cow::Borrowed(span.text()),
        };
        // Writing to a String cannot fail.
        let _ = write!(line, "{style}{text}{style:#}");
    }
    line
}

fn style(role: Role) -> Style {
    match role {
        Role::Plain => Style::new(),
        Role::Heading => HEADING,
        Role::Dim => DIM,
        Role::Good => GOOD,
        Role::Bad => BAD,
        Role::Note => NOTE,
        Role::Command => COMMAND,
        Role::Paint([red, green, blue]) => Style::new().bg_color(Some(RgbColor(red, green, blue).into())),
    }
}
