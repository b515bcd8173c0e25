// SPDX-License-Identifier: MIT OR Apache-2.0
//! A reader of JSON [RFC 8259], enough for what `cargo metadata` prints, so that these tools build in seconds.

use std::iter::Peekable;
use std::str::Chars;

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 64;

/// A JSON value. Numbers stay as they were written: nothing here counts with them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    /// A member of an object.
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The text of a member that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.member(name)?.as_text()
    }

    /// The elements of a member that is an array; none when it is something else.
    pub(crate) fn list(&self, name: &str) -> &[Value] {
        match self.member(name) {
            Some(Self::List(values)) => values,
            _ => &[],
        }
    }

    /// The text, when this is a string.
    pub(crate) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

/// Reads one value and nothing after it.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    let mut reader = Reader { rest: text.chars().peekable(), depth: 0 };
    let value = reader.value()?;
    reader.space();
    match reader.rest.next() {
        None => Ok(value),
        Some(extra) => Err(format!("`{extra}` after the end of the JSON value")),
    }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    depth: usize,
}

impl Reader<'_> {
    fn space(&mut self) {
        while self.rest.next_if(|c| matches!(c, ' ' | '\t' | '\n' | '\r')).is_some() {}
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        match self.rest.next() {
            Some(found) if found == wanted => Ok(()),
            found => Err(format!("expected `{wanted}`, found {found:?}")),
        }
    }

    fn value(&mut self) -> Result<Value, String> {
        self.space();
        match self.rest.peek() {
            Some('{') => self.nested(Self::object),
            Some('[') => self.nested(Self::array),
            Some('"') => self.string().map(Value::Text),
            Some('-' | '0'..='9') => Ok(self.number()),
            Some('a'..='z') => self.word(),
            found => Err(format!("expected a value, found {found:?}")),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, String>) -> Result<Value, String> {
        if self.depth == MAX_DEPTH {
            return Err(format!("nested deeper than {MAX_DEPTH}"));
        }
        self.depth += 1;
        self.rest.next();
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Result<Value, String> {
        let mut members = Vec::new();
        self.space();
        if self.rest.next_if_eq(&'}').is_some() {
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            let name = self.string()?;
            self.space();
            self.expect(':')?;
            members.push((name, self.value()?));
            self.space();
            if self.rest.next_if_eq(&',').is_none() {
                self.expect('}')?;
                return Ok(Value::Object(members));
            }
        }
    }

    fn array(&mut self) -> Result<Value, String> {
        let mut values = Vec::new();
        self.space();
        if self.rest.next_if_eq(&']').is_some() {
            return Ok(Value::List(values));
        }
        loop {
            values.push(self.value()?);
            self.space();
            if self.rest.next_if_eq(&',').is_none() {
                self.expect(']')?;
                return Ok(Value::List(values));
            }
        }
    }

    fn number(&mut self) -> Value {
        let mut digits = String::new();
        while let Some(c) = self.rest.next_if(|c| matches!(c, '-' | '+' | '.' | 'e' | 'E' | '0'..='9')) {
            digits.push(c);
        }
        Value::Number(digits)
    }

    fn word(&mut self) -> Result<Value, String> {
        let mut word = String::new();
        while let Some(c) = self.rest.next_if(char::is_ascii_lowercase) {
            word.push(c);
        }
        match word.as_str() {
            "null" => Ok(Value::Null),
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            other => Err(format!("`{other}` is no JSON value")),
        }
    }

    fn string(&mut self) -> Result<String, String> {
        self.expect('"')?;
        let mut text = String::new();
        loop {
            match self.rest.next() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(c) => text.push(c),
                None => return Err("a string without its closing quote".to_owned()),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        match self.rest.next() {
            Some('n') => Ok('\n'),
            Some('t') => Ok('\t'),
            Some('r') => Ok('\r'),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some(c @ ('"' | '\\' | '/')) => Ok(c),
            Some('u') => self.unit().map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)),
            found => Err(format!("`\\` before {found:?}")),
        }
    }

    /// Four hexadecimal digits. A half of a surrogate pair becomes U+FFFD.
    fn unit(&mut self) -> Result<u32, String> {
        (0..4).try_fold(0, |unit, _| {
            let digit = self.rest.next().and_then(|c| c.to_digit(16));
            digit.map(|digit| unit * 16 + digit).ok_or_else(|| "`\\u` without four digits".to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn members_lists_and_escapes_are_read() {
        let value = parse(r#" {"a":[1,-2.5e3,true,null,{}],"b":"x\"\\\n\u00e9","c":[]} "#).unwrap();
        assert_eq!(value.list("a").len(), 5);
        assert_eq!(value.list("a").first(), Some(&Value::Number("1".to_owned())));
        assert_eq!(value.text("b"), Some("x\"\\\né"));
        assert!(value.list("c").is_empty());
        assert_eq!(value.member("d"), None);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in ["", "{", "[1,]", "{\"a\" 1}", "\"a", "\"\\x\"", "\"\\u12\"", "nul", "1 2", "{1:2}"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
