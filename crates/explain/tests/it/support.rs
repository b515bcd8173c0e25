// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates that are the same in every run, and cryptography that is none.

mod crypto;
mod made;

pub use crypto::{Gullible, Pretend};
pub use made::{Made, ca, certificate, hostile_name, key, leaf, request};

use explain::{Glyphs, Layout, Text};
use x509::Time;

/// The moment at which everything here is judged.
pub fn now() -> Time {
    Time::parse("2026-11-22T10:00:00Z").unwrap()
}

/// The text in 80 columns; no line is wider.
pub fn told(text: &Text) -> String {
    let shown = text.render(Layout::new(80, Glyphs::Unicode));
    for line in shown.lines() {
        assert!(explain::text::width(line) <= 80, "wider than 80 columns: {line}");
        assert_eq!(line, line.trim_end(), "blanks at the end");
    }
    shown
}
