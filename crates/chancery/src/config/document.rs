// SPDX-License-Identifier: MIT OR Apache-2.0
//! A file in TOML, read so that whatever is wrong with it is told with its place.

use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

use toml_edit::{Item, TableLike, Value};

use super::nearest::nearest;
use crate::failure::{Failure, shell};

/// A file that was parsed.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    name: &'a str,
    parsed: toml_edit::Document<&'a str>,
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) message: String,
    /// The line, as it stands there.
    pub(crate) shown: String,
    pub(crate) hint: Option<String>,
}

impl Problem {
    /// As a verb tells it: it could not read the file.
    pub(crate) fn failure(self, path: &Path, verb: &str) -> Failure {
        let Self { file, line, column, message, shown, hint } = self;
        let mut failure = Failure::could_not(format!("{file}:{line}:{column}: {message}"));
        if !shown.is_empty() {
            failure.causes.push(format!("line {line}: {shown}"));
        }
        failure.hint(hint.unwrap_or_else(|| format!("mend it, then: chancery policy {verb} {}", shell(path))))
    }
}

impl<'a> Document<'a> {
    /// Parses a file that is called so.
    pub(crate) fn parse(name: &'a str, text: &'a str) -> Result<Self, Problem> {
        match toml_edit::Document::parse(text) {
            Ok(parsed) => Ok(Self { name, parsed }),
            Err(error) => {
                let message = error.message().replace('\n', ", ");
                Err(problem(name, text, error.span(), message))
            }
        }
    }

    /// All of it.
    pub(crate) fn root(&'a self) -> Section<'a> {
        Section { document: self, table: self.parsed.as_table(), span: None, name: "the file".to_owned() }
    }

    fn problem(&self, span: Option<Range<usize>>, message: impl Into<String>) -> Problem {
        problem(self.name, self.parsed.raw(), span, message.into())
    }
}

fn problem(name: &str, text: &str, span: Option<Range<usize>>, message: String) -> Problem {
    let before = text.get(..span.map_or(0, |span| span.start)).unwrap_or_default();
    let (line, column) = place(before);
    let shown: String =
        text.lines().nth(line.saturating_sub(1)).unwrap_or_default().chars().take(120).collect();
    let shown = shown.trim().to_owned();
    Problem { file: name.to_owned(), line, column, message, shown, hint: None }
}

/// The line and the column behind this text, counted from 1.
fn place(before: &str) -> (usize, usize) {
    let line = before.matches('\n').count().saturating_add(1);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count().saturating_add(1);
    (line, column)
}

/// A table of a file.
#[derive(Clone)]
pub(crate) struct Section<'a> {
    document: &'a Document<'a>,
    table: &'a dyn TableLike,
    span: Option<Range<usize>>,
    /// As the file writes it: `[[allow]]`.
    name: String,
}

/// A value, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Placed<T> {
    pub(crate) value: T,
    span: Option<Range<usize>>,
}

impl<'a> Section<'a> {
    /// What is wrong with it as a whole.
    pub(crate) fn problem(&self, message: impl Into<String>) -> Problem {
        self.document.problem(self.span.clone(), message)
    }

    /// What is wrong with a value of it.
    pub(crate) fn problem_at<T>(&self, placed: &Placed<T>, message: impl Into<String>) -> Problem {
        self.document.problem(placed.span.clone(), message)
    }

    /// What is wrong with the value of a key.
    pub(crate) fn problem_with(&self, key: &str, message: impl Into<String>) -> Problem {
        self.document.problem(self.item(key).and_then(|(_, span)| span), message)
    }

    /// The line that it begins in.
    pub(crate) fn line(&self) -> usize {
        let start = self.span.as_ref().map_or(0, |span| span.start);
        place(self.document.parsed.raw().get(..start).unwrap_or_default()).0
    }

    /// Refuses keys that nobody reads.
    pub(crate) fn require_known(&self, known: &[&str]) -> Result<(), Problem> {
        let Some((key, _)) = self.table.iter().find(|(key, _)| !known.contains(key)) else { return Ok(()) };
        let span = self.table.get_key_value(key).and_then(|(key, _)| key.span());
        let problem = self.document.problem(span, format!("{} has no key {key:?}", self.name));
        let there_are = format!("there are: {}", known.join(", "));
        let hint = nearest(key, known).map(|meant| format!("did you mean {meant:?}? {there_are}"));
        Err(Problem { hint: Some(hint.unwrap_or(there_are)), ..problem })
    }

    /// Whether there is a value for the key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn item(&self, key: &str) -> Option<(&'a Item, Option<Range<usize>>)> {
        let (key, item) = self.table.get_key_value(key)?;
        Some((item, item.span().or_else(|| key.span())))
    }

    fn value<T>(
        &self,
        key: &str,
        what: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<Placed<T>>, Problem> {
        let Some((item, span)) = self.item(key) else { return Ok(None) };
        match item.as_value().and_then(read) {
            Some(value) => Ok(Some(Placed { value, span })),
            None => Err(self.document.problem(span, format!("{key} is {what}, not {}", kind(item)))),
        }
    }

    /// A text.
    pub(crate) fn text(&self, key: &str) -> Result<Option<Placed<&'a str>>, Problem> {
        self.value(key, "a text", Value::as_str)
    }

    /// A text that has to be there.
    pub(crate) fn required(&self, key: &str) -> Result<Placed<&'a str>, Problem> {
        self.text(key)?.ok_or_else(|| self.problem(format!("{} needs the key {key:?}", self.name)))
    }

    /// Yes or no.
    pub(crate) fn flag(&self, key: &str) -> Result<Option<Placed<bool>>, Problem> {
        self.value(key, "true or false", Value::as_bool)
    }

    /// A number that is no less than nothing.
    pub(crate) fn number(&self, key: &str) -> Result<Option<u32>, Problem> {
        let found = self.value(key, "a number", Value::as_integer)?;
        let in_range = |found: Placed<i64>| {
            u32::try_from(found.value).ok().filter(|found| *found <= 1_000_000).ok_or_else(|| {
                self.problem_at(&found, format!("{key} = {} is no number of 0 to 1000000", found.value))
            })
        };
        found.map(in_range).transpose()
    }

    /// A list of texts.
    pub(crate) fn texts(&self, key: &str) -> Result<Option<Vec<Placed<&'a str>>>, Problem> {
        let Some(array) = self.value(key, "a list of texts", Value::as_array)? else { return Ok(None) };
        let texts = array.value.iter().map(|value| match value.as_str() {
            Some(text) => Ok(Placed { value: text, span: value.span() }),
            None => {
                Err(self.document.problem(value.span(), format!("{key} is a list of texts, not of others")))
            }
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// A list of what is read from texts.
    pub(crate) fn list<T: FromStr>(&self, key: &str) -> Result<Option<Vec<T>>, Problem>
    where
        T::Err: std::fmt::Display,
    {
        let read = |text: Placed<&str>| {
            text.value.parse().map_err(|error: T::Err| self.problem_at(&text, error.to_string()))
        };
        self.texts(key)?.map(|texts| texts.into_iter().map(read).collect()).transpose()
    }

    /// The table that is written as `[key]`.
    pub(crate) fn section(&self, key: &str) -> Result<Option<Self>, Problem> {
        let Some((item, span)) = self.item(key) else { return Ok(None) };
        match item.as_table_like() {
            Some(table) => Ok(Some(Self { document: self.document, table, span, name: format!("[{key}]") })),
            None => Err(self.document.problem(span, format!("{key} is written as [{key}]"))),
        }
    }

    /// The tables that are written as `[[key]]`, in their order.
    pub(crate) fn sections(&self, key: &str) -> Result<Vec<Self>, Problem> {
        let Some((item, span)) = self.item(key) else { return Ok(Vec::new()) };
        let Some(tables) = item.as_array_of_tables() else {
            return Err(self.document.problem(span, format!("{key} is written as [[{key}]], once for each")));
        };
        let section = |table: &'a toml_edit::Table| Self {
            document: self.document,
            table,
            span: table.span(),
            name: format!("[[{key}]]"),
        };
        Ok(tables.iter().map(section).collect())
    }

    /// The tables that are written as `[key.NAME]`, with their names.
    pub(crate) fn named(&self, key: &str) -> Result<Vec<(&'a str, Self)>, Problem> {
        let Some((item, span)) = self.item(key) else { return Ok(Vec::new()) };
        let Some(tables) = item.as_table_like() else {
            return Err(self.document.problem(span, format!("{key} is written as [{key}.NAME]")));
        };
        let section = |(name, item): (&'a str, &'a Item)| match item.as_table_like() {
            Some(table) => {
                let span = item.span();
                Ok((name, Self { document: self.document, table, span, name: format!("[{key}.{name}]") }))
            }
            None => Err(self.document.problem(item.span(), format!("{key} is written as [{key}.NAME]"))),
        };
        tables.iter().map(section).collect()
    }
}

fn kind(item: &Item) -> &'static str {
    match item {
        Item::None => "nothing",
        Item::Value(Value::String(_)) => "a text",
        Item::Value(Value::Integer(_)) => "a number",
        Item::Value(Value::Float(_)) => "a fraction",
        Item::Value(Value::Boolean(_)) => "true or false",
        Item::Value(Value::Datetime(_)) => "a date",
        Item::Value(Value::Array(_)) => "a list",
        Item::Value(Value::InlineTable(_)) | Item::Table(_) => "a table",
        Item::ArrayOfTables(_) => "a list of tables",
    }
}
