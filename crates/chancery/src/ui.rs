// SPDX-License-Identifier: MIT OR Apache-2.0
//! How the binary speaks: answers on standard output, notes and errors on standard error, JSON when asked.

use std::io::{self, IsTerminal as _, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use explain::{Glyphs, Layout, Text};
use serde::Serialize;

use crate::failure::{Failure, Kind, Verdict};
use carried::Carried;
use forgiving::Forgiving;

mod carried;
mod forgiving;
mod plain;
mod text;
pub(crate) use plain::plain;

/// What a section or a subject is called.
pub(crate) const HEADING: Style = Style::new().bold();
/// What is there but need not be read.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Yes.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// No.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Look here.
pub(crate) const NOTE: Style = AnsiColor::Yellow.on_default().bold();
/// What to type.
pub(crate) const COMMAND: Style = AnsiColor::Cyan.on_default().bold();

/// Text for people, or one JSON document for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    Text,
    Json,
}

/// A stream, with what is known about it.
struct Channel {
    stream: Box<dyn Write + Send>,
    terminal: bool,
}

/// Where a verb writes. Styles may always be written: they are taken out where nobody sees them.
pub(crate) struct Ui {
    out: Channel,
    err: Channel,
    reader_left: Arc<AtomicBool>,
    output: Output,
    layout: Layout,
    carried: Carried,
}

impl std::fmt::Debug for Ui {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ui").field("output", &self.output).finish_non_exhaustive()
    }
}

impl Ui {
    /// Standard output and standard error of this process.
    pub(crate) fn of_the_process(choice: ColorChoice, output: Output, glyphs: Glyphs) -> Self {
        let decide = |found: ColorChoice| if choice == ColorChoice::Auto { found } else { choice };
        let (out, err) = (io::stdout(), io::stderr());
        let (out_choice, err_choice) = (decide(AutoStream::choice(&out)), decide(AutoStream::choice(&err)));
        let (out_terminal, err_terminal) = (out.is_terminal(), err.is_terminal());
        let width = if out_terminal { terminal_width(&out) } else { Layout::MAX_WIDTH };
        let (out, reader_left) = Forgiving::new(AutoStream::new(out, out_choice));
        let (err, _) = Forgiving::new(AutoStream::new(err, err_choice));
        Self {
            layout: Layout::new(width, if out_terminal { glyphs } else { Glyphs::Unicode }),
            out: Channel { stream: Box::new(out), terminal: out_terminal },
            err: Channel { stream: Box::new(err), terminal: err_terminal },
            reader_left,
            output,
            carried: Carried::default(),
        }
    }

    /// Says nothing to anybody.
    pub(crate) fn unheard() -> Self {
        let channel = || Channel { stream: Box::new(io::sink()), terminal: false };
        let layout = Layout::new(Layout::MAX_WIDTH, Glyphs::Unicode);
        let reader_left = Arc::new(AtomicBool::new(false));
        Self {
            out: channel(),
            err: channel(),
            reader_left,
            output: Output::Json,
            layout,
            carried: Carried::default(),
        }
    }

    /// Has every command that is told from now on name this data directory.
    pub(crate) fn carry(&mut self, data_dir: Option<&Path>) {
        self.carried = Carried::with(data_dir);
    }

    /// Whether one JSON document is wanted instead of text.
    pub(crate) fn is_json(&self) -> bool {
        self.output == Output::Json
    }

    /// Whether whoever read standard output has left, so that what takes long may end.
    pub(crate) fn reader_left(&self) -> bool {
        self.reader_left.load(Ordering::Relaxed)
    }

    /// Whether somebody watches standard error: progress is shown only then.
    pub(crate) fn is_watched(&self) -> bool {
        self.err.terminal
    }

    /// One line of the answer; it may carry styles, so pass what came from outside through [`plain()`].
    pub(crate) fn line(&mut self, line: impl std::fmt::Display) -> Result<(), Failure> {
        writeln!(self.out.stream, "{line}").map_err(|error| Failure::output(&error))
    }

    /// A text as `explain` tells it, broken to fit the terminal.
    pub(crate) fn text(&mut self, told: &Text) -> Result<(), Failure> {
        text::styled(told, self.layout, &self.carried).iter().try_for_each(|line| self.line(line))
    }

    /// The same on standard error: what is told beside an answer that goes to a file or a pipe.
    pub(crate) fn aside(&mut self, told: &Text) -> Result<(), Failure> {
        let mut lines = text::styled(told, self.layout, &self.carried).into_iter();
        lines
            .try_for_each(|line| writeln!(self.err.stream, "{line}"))
            .map_err(|error| Failure::output(&error))
    }

    /// A bold line of its own.
    pub(crate) fn heading(&mut self, text: &str) -> Result<(), Failure> {
        self.line(format_args!("{HEADING}{}{HEADING:#}", plain(text)))
    }

    /// Keys and values in two aligned columns. A value of several lines stays in its column.
    pub(crate) fn rows<K: AsRef<str>, V: AsRef<str>>(&mut self, rows: &[(K, V)]) -> Result<(), Failure> {
        let width = rows.iter().map(|(key, _)| key.as_ref().chars().count()).max().unwrap_or(0);
        for (key, value) in rows {
            let value = self.carried.carry_into(value.as_ref());
            for (index, part) in value.split('\n').enumerate() {
                let key = if index == 0 { key.as_ref() } else { "" };
                self.line(format_args!("  {DIM}{key:<width$}{DIM:#}  {}", plain(part)))?;
            }
        }
        Ok(())
    }

    /// A line that holds.
    pub(crate) fn tick(&mut self, text: &str) -> Result<(), Failure> {
        self.line(format_args!("{GOOD}✓{GOOD:#} {}", plain(text)))
    }

    /// A line that does not hold.
    pub(crate) fn cross(&mut self, text: &str) -> Result<(), Failure> {
        self.line(format_args!("{BAD}✗{BAD:#} {}", plain(text)))
    }

    /// How far something is that takes long: a line that each next one replaces, for somebody who watches.
    pub(crate) fn progress(&mut self, what: &str, done: u64, all: u64) {
        if self.err.terminal {
            // Whoever cannot see it misses nothing of the answer.
            let _ = write!(self.err.stream, "\r{}", plain(&format!("{what} {done} of {all}")));
            let _ = self.err.stream.flush();
        }
    }

    /// Takes the line away.
    pub(crate) fn progress_over(&mut self) {
        if self.err.terminal {
            let _ = write!(self.err.stream, "\r\x1b[K");
        }
    }

    /// The command that comes next in the story; only for somebody who watches.
    pub(crate) fn next(&mut self, command: &str) -> Result<(), Failure> {
        if !self.out.terminal {
            return Ok(());
        }
        self.line(format_args!(
            "\n{DIM}next:{DIM:#} {COMMAND}{}{COMMAND:#}",
            plain(&self.carried.carry_into(command))
        ))
    }

    /// Bytes as they are: PEM on its way into a file or a pipe.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.out.stream.write_all(bytes).map_err(|error| Failure::output(&error))
    }

    /// The answer as one JSON document.
    pub(crate) fn json(&mut self, document: &impl Serialize) -> Result<(), Failure> {
        let mut text = serde_json::to_vec_pretty(document)
            .map_err(|error| Failure::could_not("cannot write the answer as JSON").because(&error))?;
        text.push(b'\n');
        self.raw(&text)
    }

    /// An element of an array that is written as it comes: it may be too long to be held.
    pub(crate) fn json_item(&mut self, item: &impl Serialize, is_first: bool) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(item)
            .map_err(|error| Failure::could_not("cannot write the answer as JSON").because(&error))?;
        let begin = if is_first { "[" } else { "," };
        // Two columns further in, as the rest of what is written as JSON. No text in JSON holds the end of a line.
        self.raw(format!("{begin}\n  {}", text.replace('\n', "\n  ")).as_bytes())
    }

    /// The end of such an array, which nothing may have gone into.
    pub(crate) fn json_end(&mut self, is_empty: bool) -> Result<(), Failure> {
        self.raw(if is_empty { b"[]\n" } else { b"\n]\n" })
    }

    /// What happens while a server runs: a line of text; nothing when one JSON document was wanted.
    pub(crate) fn event(&mut self, text: &str) -> Result<(), Failure> {
        if self.is_json() { Ok(()) } else { self.line(plain(text)) }
    }

    /// A remark beside the answer, on standard error.
    pub(crate) fn note(&mut self, text: &str) -> Result<(), Failure> {
        writeln!(self.err.stream, "{NOTE}note:{NOTE:#} {}", plain(&self.carried.carry_into(text)))
            .map_err(|error| Failure::output(&error))
    }

    /// Ends the run: tells a failure, flushes, and turns the outcome into an exit code.
    pub(crate) fn finish(&mut self, outcome: Result<Verdict, Failure>) -> ExitCode {
        let flushed = self.out.stream.flush().map_err(|error| Failure::output(&error));
        match outcome.and_then(|verdict| flushed.map(|()| verdict)) {
            Ok(verdict) => verdict.into(),
            Err(mut failure) => {
                for hint in &mut failure.hints {
                    *hint = self.carried.carry_into(hint);
                }
                self.fail(&failure)
            }
        }
    }

    fn fail(&mut self, failure: &Failure) -> ExitCode {
        if failure.kind != Kind::ReaderGone {
            // Nobody is left to tell when these fail; the exit code still says it.
            let _ = tell(&mut self.err.stream, failure);
            if self.is_json() {
                let _ = self.json(&FailureDocument::of(failure));
            }
        }
        ExitCode::from(failure.exit_code())
    }
}

/// The columns of the terminal, or what a terminal usually has.
fn terminal_width(stream: &io::Stdout) -> usize {
    rustix::termios::tcgetwinsize(stream)
        .ok()
        .map(|size| usize::from(size.ws_col))
        .filter(|&columns| columns > 0)
        .unwrap_or(80)
}

/// A failure as `--json` prints it.
#[derive(Serialize)]
struct FailureDocument<'a> {
    error: &'a str,
    causes: &'a [String],
    hints: &'a [String],
    exit: u8,
}

impl<'a> FailureDocument<'a> {
    fn of(failure: &'a Failure) -> Self {
        let Failure { message, causes, hints, .. } = failure;
        Self { error: message, causes, hints, exit: failure.exit_code() }
    }
}

fn tell(stream: &mut dyn Write, failure: &Failure) -> io::Result<()> {
    writeln!(stream, "{BAD}error:{BAD:#} {}", plain(&failure.message))?;
    for cause in &failure.causes {
        writeln!(stream, "{NOTE}caused by:{NOTE:#} {}", plain(cause))?;
    }
    failure.hints.iter().try_for_each(|text| hint(stream, text))
}

fn hint(stream: &mut dyn Write, text: &str) -> io::Result<()> {
    writeln!(stream, "{COMMAND}hint:{COMMAND:#} {}", plain(text))
}

/// A mistake in the command line, as clap words it, in the house's form.
pub(crate) fn usage_error(stream: &mut dyn Write, text: &str) -> io::Result<()> {
    for line in text.lines() {
        if let Some(message) = line.strip_prefix("error: ") {
            writeln!(stream, "{BAD}error:{BAD:#} {}", plain(message))?;
        } else if let Some(tip) = line.trim_start().strip_prefix("tip: ") {
            hint(stream, tip)?;
        } else if line.starts_with("For more information") {
            hint(stream, "add --help to see what it takes")?;
        } else if !line.is_empty() {
            writeln!(stream, "{}", plain(line))?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_with_its_causes_and_hints() {
        let failure =
            Failure::could_not("cannot read a\u{1b}[2J").because(&io::Error::other("gone")).hint("ls a");
        let mut seen = AutoStream::new(Vec::new(), ColorChoice::Never);
        tell(&mut seen, &failure).unwrap();
        let seen = String::from_utf8(seen.into_inner()).unwrap();
        assert_eq!(seen, "error: cannot read a\\u{1b}[2J\ncaused by: gone\nhint: ls a\n");
    }

    #[test]
    fn a_typo_is_answered_in_the_houses_form() {
        let mut seen = AutoStream::new(Vec::new(), ColorChoice::Never);
        usage_error(
            &mut seen,
            "error: unrecognized subcommand 'kay'\n\n  tip: a similar one exists: 'key'\n",
        )
        .unwrap();
        let seen = String::from_utf8(seen.into_inner()).unwrap();
        assert_eq!(seen, "error: unrecognized subcommand 'kay'\nhint: a similar one exists: 'key'\n");
    }
}
