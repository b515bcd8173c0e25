// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text as it is told, before anybody knows the terminal: lines of spans, each with a role.
//!
//! Every string that enters a [`Span`] is made safe first: names in a certificate are written by
//! strangers.

mod layout;
mod safe;
mod width;

pub use layout::{Glyphs, Layout};
pub use safe::safe;
pub use width::width;

/// What a piece of text is for; the binary gives each a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Plain,
    /// A section or a subject.
    Heading,
    /// There, but need not be read.
    Dim,
    /// Holds.
    Good,
    /// Does not hold.
    Bad,
    /// Look here.
    Note,
    /// Something to type.
    Command,
    /// A patch of this colour (red, green, blue).
    Paint([u8; 3]),
}

/// Whether a check held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It held.
    Pass,
    /// It did not.
    Fail,
    /// It was not made, because something before it failed or nothing asked for it.
    Skipped,
    /// Worth knowing, neither for nor against.
    Note,
}

impl Mark {
    /// The mark's sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Pass => "✓",
            Self::Fail => "✗",
            Self::Skipped => "·",
            Self::Note => "!",
        }
    }

    /// The role of its sign.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Pass => Role::Good,
            Self::Fail => Role::Bad,
            Self::Skipped => Role::Dim,
            Self::Note => Role::Note,
        }
    }
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    role: Role,
    text: String,
    whole: bool,
}

impl Span {
    /// A piece of text; whatever would deceive a terminal or a reader is escaped.
    #[must_use]
    pub fn new(role: Role, text: impl AsRef<str>) -> Self {
        Self { role, text: safe(text.as_ref()), whole: false }
    }

    /// A piece that is not broken at its blanks, unless it fits no line.
    #[must_use]
    fn unbroken(role: Role, text: impl AsRef<str>) -> Self {
        Self { whole: true, ..Self::new(role, text) }
    }

    /// What it is for.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A line: where it begins, where it goes on when it is too long, and its spans.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    indent: usize,
    hang: usize,
    spans: Vec<Span>,
}

impl Line {
    /// An empty line that begins at column `indent`; what does not fit goes on at `indent + hang`.
    #[must_use]
    pub const fn new(indent: usize, hang: usize) -> Self {
        Self { indent, hang, spans: Vec::new() }
    }

    /// Adds a piece.
    #[must_use]
    pub fn span(mut self, role: Role, text: impl AsRef<str>) -> Self {
        self.spans.push(Span::new(role, text));
        self
    }

    /// Adds ordinary text.
    #[must_use]
    pub fn plain(self, text: impl AsRef<str>) -> Self {
        self.span(Role::Plain, text)
    }

    /// Adds where the rule stands, in brackets.
    #[must_use]
    pub fn clause(mut self, clause: &str) -> Self {
        self.spans.push(Span::new(Role::Dim, " "));
        self.spans.push(Span::unbroken(Role::Dim, format!("({clause})")));
        self
    }

    /// Its pieces.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }
}

/// Cells side by side, each wrapped in its own column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    indent: usize,
    cells: Vec<Cell>,
}

/// One cell: how wide its column is to the others, and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cell {
    share: usize,
    line: Line,
}

impl Columns {
    /// No cells yet; the first begins at column `indent`.
    #[must_use]
    pub const fn new(indent: usize) -> Self {
        Self { indent, cells: Vec::new() }
    }

    /// Adds a cell whose column takes `share` parts of the room.
    #[must_use]
    pub fn cell(mut self, share: usize, role: Role, text: impl AsRef<str>) -> Self {
        self.cells.push(Cell { share, line: Line::new(0, 0).span(role, text) });
        self
    }

    /// As [`Columns::cell`], but not broken at its blanks unless it does not fit.
    #[must_use]
    pub fn whole_cell(mut self, share: usize, role: Role, text: impl AsRef<str>) -> Self {
        let mut line = Line::new(0, 2);
        line.spans.push(Span::unbroken(role, text));
        self.cells.push(Cell { share, line });
        self
    }
}

/// What a text is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Block {
    Line(Line),
    Columns(Columns),
}

/// A text: lines in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    blocks: Vec<Block>,
}

impl Text {
    /// No lines.
    #[must_use]
    pub const fn new() -> Self {
        Self { blocks: Vec::new() }
    }

    /// Whether it has no lines.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Adds a line.
    pub fn push(&mut self, line: Line) {
        self.blocks.push(Block::Line(line));
    }

    /// Adds cells side by side.
    pub fn columns(&mut self, columns: Columns) {
        self.blocks.push(Block::Columns(columns));
    }

    /// Adds an empty line, unless there is nothing above it or an empty line already.
    pub fn gap(&mut self) {
        let is_gap = |block: &Block| matches!(block, Block::Line(line) if line.spans.is_empty());
        if self.blocks.last().is_some_and(|block| !is_gap(block)) {
            self.push(Line::default());
        }
    }

    /// Adds a heading.
    pub fn heading(&mut self, text: impl AsRef<str>) {
        self.push(Line::new(0, 0).span(Role::Heading, text));
    }

    /// Adds a sentence or more, wrapped, at column `indent`.
    pub fn prose(&mut self, indent: usize, text: impl AsRef<str>) {
        self.push(Line::new(indent, 0).plain(text));
    }

    /// Adds a key and its value in two columns, the second beginning `key_width` after the first.
    pub fn row(&mut self, indent: usize, key_width: usize, key: &str, value: impl AsRef<str>) {
        self.row_with(indent, key_width, key, |line| line.plain(value));
    }

    /// Adds a key and a value of several pieces.
    pub fn row_with(&mut self, indent: usize, key_width: usize, key: &str, value: impl FnOnce(Line) -> Line) {
        let padded = format!("{key:<key_width$}  ");
        self.push(value(Line::new(indent, key_width.saturating_add(2)).span(Role::Dim, padded)));
    }

    /// Adds a line behind a mark.
    pub fn marked(&mut self, indent: usize, mark: Mark, rest: impl FnOnce(Line) -> Line) {
        self.marked_hanging(indent, 2, mark, rest);
    }

    /// Adds a line behind a mark; what does not fit goes on at `indent + hang`.
    pub fn marked_hanging(
        &mut self,
        indent: usize,
        hang: usize,
        mark: Mark,
        rest: impl FnOnce(Line) -> Line,
    ) {
        self.push(rest(Line::new(indent, hang).span(mark.role(), mark.sign()).plain(" ")));
    }

    /// Adds what to do: a sentence, and the command when there is one.
    pub fn hint(&mut self, indent: usize, sentence: &str, command: Option<&str>) {
        let line = Line::new(indent, 6).span(Role::Command, "hint:").plain(format!(" {sentence}"));
        self.push(line);
        if let Some(command) = command {
            self.push(Line::new(indent.saturating_add(6), 2).span(Role::Command, command));
        }
    }

    /// Adds the lines of `other`, moved to the right by `indent`.
    pub fn append(&mut self, indent: usize, other: Self) {
        self.blocks.extend(other.blocks.into_iter().map(|mut block| {
            match &mut block {
                Block::Line(line) if line.spans.is_empty() => {}
                Block::Line(line) => line.indent = line.indent.saturating_add(indent),
                Block::Columns(columns) => columns.indent = columns.indent.saturating_add(indent),
            }
            block
        }));
    }

    /// The text as characters alone, laid out.
    #[must_use]
    pub fn render(&self, layout: Layout) -> String {
        let mut written = String::new();
        for line in layout.lay_out(self) {
            let begin = written.len();
            line.iter().for_each(|span| written.push_str(span.text()));
            let end = written.trim_end_matches(' ').len().max(begin);
            written.truncate(end);
            written.push('\n');
        }
        written
    }
}
