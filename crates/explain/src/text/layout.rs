// SPDX-License-Identifier: MIT OR Apache-2.0
//! Laying a text out: lines broken at spaces to fit, and plain ASCII for terminals that know no more.

use std::fmt::Write as _;

use super::width::{char_width, width};
use super::{Block, Columns, Line, Role, Span, Text};

/// Which characters the reader's terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Glyphs {
    /// All of them.
    #[default]
    Unicode,
    /// ASCII alone.
    Ascii,
}

/// The blanks between two columns.
const GAP: usize = 2;

/// The room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Layout {
    width: usize,
    glyphs: Glyphs,
}

impl Layout {
    /// The narrowest layout: below it nothing could be told.
    pub const MIN_WIDTH: usize = 40;
    /// The widest: longer lines tire the eye.
    pub const MAX_WIDTH: usize = 100;

    /// A layout of this many columns, clamped to what can be read.
    #[must_use]
    pub fn new(width: usize, glyphs: Glyphs) -> Self {
        Self { width: width.clamp(Self::MIN_WIDTH, Self::MAX_WIDTH), glyphs }
    }

    /// Breaks every line of `text` so that it fits. The first span of a line that does not begin at
    /// the first column is blank.
    #[must_use]
    pub fn lay_out(self, text: &Text) -> Vec<Vec<Span>> {
        let lay_out = |block: &Block| match block {
            Block::Line(line) => self.lay_out_line(line, self.width),
            Block::Columns(columns) => self.lay_out_columns(columns),
        };
        text.blocks.iter().flat_map(lay_out).collect()
    }

    /// Wraps each cell in its column and lays the columns side by side.
    fn lay_out_columns(self, columns: &Columns) -> Vec<Vec<Span>> {
        let gaps = columns.cells.len().saturating_sub(1).saturating_mul(GAP);
        let room = self.width.saturating_sub(columns.indent).saturating_sub(gaps);
        let shares = columns.cells.iter().map(|cell| cell.share).sum::<usize>().max(1);
        let mut lines: Vec<Vec<Span>> = Vec::new();
        let mut begin = columns.indent;
        for cell in &columns.cells {
            let wide = (room.saturating_mul(cell.share) / shares).max(4);
            for (index, wrapped) in self.lay_out_line(&cell.line, wide).into_iter().enumerate() {
                if lines.len() <= index {
                    lines.push(Vec::new());
                }
                let Some(line) = lines.get_mut(index).filter(|_| !wrapped.is_empty()) else { continue };
                let blank = begin.saturating_sub(columns_of(line));
                if blank > 0 {
                    line.push(Span::new(Role::Plain, " ".repeat(blank)));
                }
                line.extend(wrapped);
            }
            begin = begin.saturating_add(wide).saturating_add(GAP);
        }
        lines
    }

    fn lay_out_line(self, line: &Line, room: usize) -> Vec<Vec<Span>> {
        let shown = line.spans.iter().map(|span| match self.glyphs {
            Glyphs::Unicode => span.clone(),
            Glyphs::Ascii => Span { text: ascii(&span.text), ..span.clone() },
        });
        let mut page = Page::new(room, line);
        let mut blank = Vec::new();
        for token in tokens(shown) {
            match token {
                Token::Blank(pieces) => blank = pieces,
                Token::Word(pieces) => page.word(&std::mem::take(&mut blank), &pieces),
            }
        }
        page.finish()
    }
}

/// A word, or the blank between two; either may run over several spans.
enum Token {
    Word(Vec<Span>),
    Blank(Vec<Span>),
}

/// Cuts spans into words and blanks. Blanks that are painted are words: they are there to be seen.
fn tokens(spans: impl Iterator<Item = Span>) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for span in spans {
        let runs: Vec<&str> = if span.whole { vec![&span.text] } else { runs(&span.text).collect() };
        for piece in runs {
            let blank = piece.starts_with(' ') && !matches!(span.role, Role::Paint(_));
            let piece = Span { text: piece.to_owned(), ..span.clone() };
            match (tokens.last_mut(), blank) {
                (Some(Token::Blank(pieces)), true) | (Some(Token::Word(pieces)), false) => pieces.push(piece),
                (_, true) => tokens.push(Token::Blank(vec![piece])),
                (_, false) => tokens.push(Token::Word(vec![piece])),
            }
        }
    }
    tokens
}

/// Lines being filled.
struct Page {
    width: usize,
    begin: usize,
    resume: usize,
    column: usize,
    fresh: bool,
    done: Vec<Vec<Span>>,
    current: Vec<Span>,
}

impl Page {
    fn new(room: usize, line: &Line) -> Self {
        // However deep the indent, three eighths of the width are left for the text.
        let deepest = room.saturating_mul(5) / 8;
        let begin = line.indent.min(deepest);
        let resume = line.indent.saturating_add(line.hang).min(deepest);
        Self { width: room, begin, resume, column: begin, fresh: true, done: Vec::new(), current: Vec::new() }
    }

    /// Adds a word and the blank before it: in the next line when it does not fit into this one.
    fn word(&mut self, blank: &[Span], word: &[Span]) {
        let room = self.width.saturating_sub(self.column);
        if self.fresh || columns_of(blank).saturating_add(columns_of(word)) <= room {
            blank.iter().for_each(|piece| self.put(piece.role, &piece.text));
        } else {
            self.turn();
        }
        word.iter().for_each(|piece| self.put_broken(piece));
    }

    /// Adds a piece of a word that may be longer than a whole line: it is cut behind a hyphen or the
    /// like when there is one.
    fn put_broken(&mut self, piece: &Span) {
        let mut part = String::new();
        for c in piece.text.chars() {
            let over = self.column.saturating_add(width(&part)).saturating_add(char_width(c)) > self.width;
            if over {
                let cut = part.rfind(['-', ',', '/', '@', ':']).map_or(part.len(), |at| at.saturating_add(1));
                let rest = part.split_off(cut);
                self.put(piece.role, &part);
                self.turn();
                part = rest;
            }
            part.push(c);
        }
        self.put(piece.role, &part);
    }

    fn put(&mut self, role: Role, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.current.is_empty() && self.begin > 0 {
            self.current.push(Span::new(Role::Plain, " ".repeat(self.begin)));
        }
        self.column = self.column.saturating_add(width(text));
        self.fresh = false;
        match self.current.last_mut() {
            Some(last) if last.role == role => last.text.push_str(text),
            _ => self.current.push(Span { role, text: text.to_owned(), whole: false }),
        }
    }

    /// Goes on in the next line.
    fn turn(&mut self) {
        self.done.push(std::mem::take(&mut self.current));
        self.begin = self.resume;
        self.column = self.resume;
    }

    fn finish(mut self) -> Vec<Vec<Span>> {
        self.done.push(self.current);
        self.done
    }
}

fn columns_of(pieces: &[Span]) -> usize {
    pieces.iter().map(|piece| width(&piece.text)).sum()
}

/// Runs of blanks and runs of anything else, in order.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let blank = rest.starts_with(' ');
        let end = rest.find(|c| (c == ' ') != blank).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end)?;
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// The text in ASCII: our own signs by their likenesses, everything else by its number.
fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '✓' => plain.push('+'),
            '✗' => plain.push('x'),
            '·' => plain.push('-'),
            '→' => plain.push('>'),
            '←' => plain.push('<'),
            '│' => plain.push('|'),
            '├' => plain.push('|'),
            '└' => plain.push('`'),
            '─' | '–' => plain.push('-'),
            '…' => plain.push_str("..."),
            '§' => plain.push_str("section "),
            '×' => plain.push('x'),
            '’' => plain.push('\''),
            c if c.is_ascii() => plain.push(c),
            c => {
                // Writing to a String cannot fail.
                let _ = write!(plain, "{}", c.escape_unicode());
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Mark;

    fn narrow(text: &Text) -> String {
        text.render(Layout::new(40, Glyphs::Unicode))
    }

    #[test]
    fn long_lines_go_on_under_their_beginning() {
        let mut text = Text::new();
        text.row(2, 6, "key", "one two three four five six seven eight nine ten");
        assert_eq!(narrow(&text), "  key     one two three four five six\n          seven eight nine ten\n");
    }

    #[test]
    fn a_word_that_fits_no_line_is_broken() {
        let mut text = Text::new();
        text.prose(2, "a".repeat(50));
        assert_eq!(narrow(&text), format!("  {}\n  {}\n", "a".repeat(38), "a".repeat(12)));
    }

    #[test]
    fn no_line_is_wider_than_the_layout() {
        let mut text = Text::new();
        text.prose(60, "deep indents leave some of the width to the text, 日本語日本語日本語日本語日本語");
        text.marked(2, Mark::Fail, |line| line.plain("x".repeat(200)).span(Role::Dim, " (RFC 5280 §6.1)"));
        for line in narrow(&text).lines() {
            assert!(width(line) <= 40, "{line}");
        }
    }

    #[test]
    fn cells_are_wrapped_side_by_side() {
        let mut text = Text::new();
        text.columns(Columns::new(2).cell(1, Role::Plain, "one two three").cell(2, Role::Plain, "x").cell(
            2,
            Role::Plain,
            "alpha beta gamma delta",
        ));
        assert_eq!(
            narrow(&text),
            "  one     x              alpha beta\n  two                    gamma delta\n  three\n"
        );
    }

    #[test]
    fn a_dumb_terminal_gets_ascii_alone() {
        let mut text = Text::new();
        text.marked(0, Mark::Pass, |line| line.plain("Zürich … RFC 5280 §6.1"));
        let shown = text.render(Layout::new(80, Glyphs::Ascii));
        assert_eq!(shown, "+ Z\\u{fc}rich ... RFC 5280 section 6.1\n");
    }

    #[test]
    fn blanks_at_the_end_of_a_line_are_dropped() {
        let mut text = Text::new();
        text.row(2, 6, "key", "");
        assert_eq!(narrow(&text), "  key\n");
    }
}
