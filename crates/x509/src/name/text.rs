// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attribute values as characters: decoding, preparation for comparison, and safe display.

use std::fmt;
use std::hash::Hasher;

use crate::der::Tag;
use crate::hex::Hex;

/// An attribute value: a string of one of the directory's types, or some other element.
#[derive(Debug, Clone, Copy)]
pub struct DirectoryText<'a> {
    tag: Tag,
    content: &'a [u8],
}

impl<'a> DirectoryText<'a> {
    /// The value with this tag and content.
    #[must_use]
    pub const fn new(tag: Tag, content: &'a [u8]) -> Self {
        Self { tag, content }
    }

    const fn is_string(self) -> bool {
        matches!(
            self.tag,
            Tag::UTF8_STRING
                | Tag::PRINTABLE_STRING
                | Tag::IA5_STRING
                | Tag::NUMERIC_STRING
                | Tag::VISIBLE_STRING
                | Tag::TELETEX_STRING
                | Tag::BMP_STRING
                | Tag::UNIVERSAL_STRING
        )
    }

    /// The characters; what is no character in the value's type reads as U+FFFD. TeletexString is
    /// read as Latin-1, as everyone does.
    pub fn chars(&self) -> impl Iterator<Item = char> + use<'a> {
        let width = match self.tag {
            Tag::BMP_STRING => 2,
            Tag::UNIVERSAL_STRING => 4,
            _ => 1,
        };
        let content = self.content;
        let utf8 = if self.tag == Tag::UTF8_STRING { content } else { &[] };
        let units = if self.tag == Tag::UTF8_STRING { &[] } else { content };
        let wide = units.chunks(width).map(move |unit| {
            let value = unit.iter().fold(0_u32, |sum, &octet| (sum << 8) | u32::from(octet));
            if unit.len() == width {
                char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)
            } else {
                char::REPLACEMENT_CHARACTER
            }
        });
        utf8.utf8_chunks()
            .flat_map(|chunk| {
                let broken = !chunk.invalid().is_empty();
                chunk.valid().chars().chain(broken.then_some(char::REPLACEMENT_CHARACTER))
            })
            .chain(wide)
    }

    /// Whether both are the same after preparation: case folded, runs of white space as one, none
    /// at the ends (RFC 5280 §7.1, RFC 4518). Values that are no strings are compared as bytes.
    #[must_use]
    pub fn matches(&self, other: &DirectoryText<'_>) -> bool {
        if self.tag == other.tag && self.content == other.content {
            return true;
        }
        if !self.is_string() || !other.is_string() {
            return false;
        }
        let plainly =
            if self.is_wide() || other.is_wide() { None } else { same(self.content, other.content) };
        plainly.unwrap_or_else(|| prepared(self.chars()).eq(prepared(other.chars())))
    }

    const fn is_wide(&self) -> bool {
        matches!(self.tag, Tag::BMP_STRING | Tag::UNIVERSAL_STRING)
    }
}

/// Whether two texts are the same, as far as that can be told octet by octet: while both have an ASCII
/// character in the same place that preparation leaves alone but for its case.
fn same(one: &[u8], two: &[u8]) -> Option<bool> {
    for (one, two) in one.iter().zip(two) {
        match (one, two) {
            (b' ', b' ') => {}
            (b'!'..=b'~', b'!'..=b'~') if one.eq_ignore_ascii_case(two) => {}
            (b'!'..=b'~', b'!'..=b'~') => return Some(false),
            _ => return None,
        }
    }
    (one.len() == two.len()).then_some(true)
}

impl DirectoryText<'_> {
    /// Mixes the value into `state` so that values which match leave the same state.
    pub(super) fn fingerprint(&self, state: u64) -> u64 {
        if self.is_string() {
            prepared(self.chars()).fold(state, |state, c| mix(state, u32::from(c)))
        } else {
            self.content.iter().fold(state, |state, octet| mix(state, u32::from(*octet)))
        }
    }
}

impl DirectoryText<'_> {
    /// Feeds the value to `state` so that values which match feed it the same.
    pub(super) fn hash(&self, state: &mut impl Hasher) {
        if self.is_string() {
            prepared(self.chars()).for_each(|c| state.write_u32(u32::from(c)));
        } else {
            state.write(self.content);
        }
    }
}

/// FNV-1a, a character at a time.
pub(super) const fn mix(state: u64, value: u32) -> u64 {
    (state ^ value as u64).wrapping_mul(0x0000_0100_0000_01b3)
}

/// Folds case, maps to nothing what RFC 4518 §2.2 maps to nothing, and squeezes white space.
fn prepared(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    // DIVERGENCE 4518-2.3: characters are not normalised (NFKC) first.
    let mut folded = chars.filter(|&c| !maps_to_nothing(c)).flat_map(folded);
    let mut held = None;
    let mut started = false;
    std::iter::from_fn(move || {
        if let Some(c) = held.take() {
            return Some(c);
        }
        let mut space = false;
        for c in folded.by_ref() {
            if c.is_whitespace() {
                space = true;
            } else if space && started {
                held = Some(c);
                return Some(' ');
            } else {
                started = true;
                return Some(c);
            }
        }
        None
    })
}

/// Folds the case of a character, whole: `ß` as `ss` (RFC 3454 B.2), which lower case alone would not.
fn folded(c: char) -> impl Iterator<Item = char> {
    let (ascii, other) =
        if c.is_ascii() { (Some(c.to_ascii_lowercase()), None) } else { (None, Some(c.to_uppercase())) };
    ascii.into_iter().chain(other.into_iter().flatten().flat_map(char::to_lowercase))
}

/// RFC 4518 §2.2: soft hyphen, joiners, variation selectors, tags and control characters vanish (tab,
/// line ends and the like count as white space and stay).
const fn maps_to_nothing(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{1806}' | '\u{180b}'..='\u{180d}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2063}' | '\u{206a}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}'
            | '\u{6dd}' | '\u{70f}' | '\u{180e}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}'
            | '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}'
    )
}

/// Characters that a terminal or a reader would not see as themselves.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || maps_to_nothing(c)
        || matches!(c, '\u{61c}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
}

/// RFC 4514 §2.4, and every control, invisible or direction-changing character as hexadecimal.
impl fmt::Display for DirectoryText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_string() {
            // RFC 4514 §2.4: # and the hexadecimal of the value.
            write!(f, "#{:02x}", self.tag.octet())?;
            return Hex(self.content).fmt(f);
        }
        let mut chars = self.chars().peekable();
        let mut first = true;
        while let Some(c) = chars.next() {
            let at_edge = first || chars.peek().is_none();
            match c {
                ',' | '+' | '"' | '\\' | '<' | '>' | ';' => write!(f, "\\{c}")?,
                '#' if first => f.write_str("\\#")?,
                ' ' if at_edge => f.write_str("\\ ")?,
                c if is_deceptive(c) => {
                    let mut buffer = [0; 4];
                    c.encode_utf8(&mut buffer).bytes().try_for_each(|octet| write!(f, "\\{octet:02X}"))?;
                }
                c => write!(f, "{c}")?,
            }
            first = false;
        }
        Ok(())
    }
}
