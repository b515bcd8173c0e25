// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text from outside, made safe for a terminal and for a reader.

use std::fmt::Write as _;

/// Escapes what would move the cursor, change the colours, vanish, or reorder the line.
#[must_use]
pub fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_deceptive(c) {
            // Writing to a String cannot fail.
            let _ = write!(safe, "{}", c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Control characters, invisible ones, separators of lines, and marks that turn the writing around.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffc}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_deceive_is_shown_as_its_number() {
        for (text, expect) in [
            ("ordinary – text, Zürich, 日本", "ordinary – text, Zürich, 日本"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("two\nlines", "two\\u{a}lines"),
            ("\u{202e}evil", "\\u{202e}evil"),
            ("bank\u{200b}.test", "bank\\u{200b}.test"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("a\u{e0041}b", "a\\u{e0041}b"),
        ] {
            assert_eq!(safe(text), expect);
        }
    }
}
