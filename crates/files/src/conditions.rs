// SPDX-License-Identifier: MIT OR Apache-2.0
//! Conditional requests, in the order of RFC 9110 §13.2.2.

use std::time::UNIX_EPOCH;

use hyper::header::{
    HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE,
};

use crate::validators::Validators;

/// What the conditions of a request come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Proceed,
    /// The caller has it already. Only for methods that read.
    NotModified,
    Failed,
}

/// Whether a method reads a file or replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// What the conditions in `headers` come to; `current` is the file as it is, if there is one.
pub(crate) fn evaluate(headers: &HeaderMap, access: Access, current: Option<&Validators>) -> Outcome {
    // Steps 1 and 2.
    if headers.contains_key(IF_MATCH) {
        if !any_matches(headers, &IF_MATCH, current, Comparison::Strong) {
            return Outcome::Failed;
        }
    } else if let Some((since, current)) = date(headers, &IF_UNMODIFIED_SINCE).zip(current)
        && current.modified() > since
    {
        return Outcome::Failed;
    }
    // Steps 3 and 4.
    if headers.contains_key(IF_NONE_MATCH) {
        if any_matches(headers, &IF_NONE_MATCH, current, Comparison::Weak) {
            return match access {
                Access::Read => Outcome::NotModified,
                Access::Write => Outcome::Failed,
            };
        }
    } else if access == Access::Read
        && let Some((since, current)) = date(headers, &IF_MODIFIED_SINCE).zip(current)
        && current.modified() <= since
    {
        return Outcome::NotModified;
    }
    Outcome::Proceed
}

/// Step 5: whether a Range may be honoured.
pub(crate) fn range_applies(headers: &HeaderMap, current: &Validators) -> bool {
    let mut values = headers.get_all(IF_RANGE).iter();
    let Some(value) = values.next() else { return true };
    if values.next().is_some() {
        return false;
    }
    let Ok(value) = value.to_str() else { return false };
    // RFC 9110 §13.1.5: strong comparison of tags; dates have to be the same, not merely later.
    if value.starts_with('"') || value.starts_with("W/") {
        value.trim_end() == current.etag()
    } else {
        http_date(value) == Some(current.modified())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Strong,
    Weak,
}

/// Whether a list of entity tags, or `*`, has the current one.
fn any_matches(
    headers: &HeaderMap,
    name: &HeaderName,
    current: Option<&Validators>,
    comparison: Comparison,
) -> bool {
    let Some(current) = current else { return false };
    headers.get_all(name).iter().any(|value| {
        let Ok(value) = value.to_str() else { return false };
        value.trim() == "*" || tags(value).any(|tag| tag.matches(current.etag(), comparison))
    })
}

#[derive(Debug, PartialEq, Eq)]
struct Tag<'a> {
    weak: bool,
    /// With its quotes.
    opaque: &'a str,
}

impl Tag<'_> {
    fn matches(&self, current: &str, comparison: Comparison) -> bool {
        self.opaque == current && (comparison == Comparison::Weak || !self.weak)
    }
}

/// The entity tags of a list, up to the first thing that is none. A tag may hold commas.
fn tags(list: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut rest = list;
    std::iter::from_fn(move || {
        let start = rest.trim_start_matches([' ', '\t', ',']);
        let (weak, quoted) = start.strip_prefix("W/").map_or((false, start), |quoted| (true, quoted));
        let length = quoted.strip_prefix('"')?.find('"')?.checked_add(2)?;
        let (opaque, after) = quoted.split_at_checked(length)?;
        rest = after;
        Some(Tag { weak, opaque })
    })
}

/// A date in seconds since 1970. One that cannot be read is as if it were not there [RFC 9110 §13.1.3].
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() { None } else { http_date(value) }
}

fn http_date(text: &str) -> Option<u64> {
    let time = httpdate::parse_http_date(text.trim()).ok()?;
    Some(time.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// 1994-11-15T12:45:26Z.
    const THEN: u64 = 784_903_526;
    const BEFORE: &str = "Tue, 15 Nov 1994 12:45:25 GMT";
    const SAME: &str = "Tue, 15 Nov 1994 12:45:26 GMT";

    fn headers(list: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in list {
            headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn conditions_are_taken_in_the_order_of_the_standard() {
        use Access::{Read, Write};
        use Outcome::{Failed, NotModified, Proceed};
        let current = Validators::fake("\"a\"", THEN);
        let check = |list: &[(&str, &str)], access, expect| {
            assert_eq!(evaluate(&headers(list), access, Some(&current)), expect, "{list:?} {access:?}");
        };
        check(&[], Read, Proceed);
        check(&[("if-match", "\"a\"")], Write, Proceed);
        check(&[("if-match", "\"x\", \"a\"")], Write, Proceed);
        check(&[("if-match", "\"x\""), ("if-match", "\"a\"")], Write, Proceed);
        check(&[("if-match", "*")], Write, Proceed);
        check(&[("if-match", "W/\"a\"")], Write, Failed);
        check(&[("if-match", "a")], Write, Failed);
        check(&[("if-match", "\"b\"")], Read, Failed);
        check(&[("if-none-match", "\"a\"")], Read, NotModified);
        check(&[("if-none-match", "W/\"a\"")], Read, NotModified);
        check(&[("if-none-match", "\"x,\", \"a\"")], Read, NotModified);
        check(&[("if-none-match", "*")], Read, NotModified);
        check(&[("if-none-match", "*")], Write, Failed);
        check(&[("if-none-match", "\"b\"")], Write, Proceed);
        check(&[("if-modified-since", SAME)], Read, NotModified);
        check(&[("if-modified-since", BEFORE)], Read, Proceed);
        check(&[("if-modified-since", SAME)], Write, Proceed);
        check(&[("if-modified-since", "yesterday")], Read, Proceed);
        check(&[("if-unmodified-since", SAME)], Read, Proceed);
        check(&[("if-unmodified-since", BEFORE)], Write, Failed);
        // A tag outranks a date.
        check(&[("if-match", "\"a\""), ("if-unmodified-since", BEFORE)], Read, Proceed);
        check(&[("if-none-match", "\"b\""), ("if-modified-since", SAME)], Read, Proceed);
        // The first group outranks the second.
        check(&[("if-match", "\"b\""), ("if-none-match", "\"a\"")], Read, Failed);
    }

    #[test]
    fn a_file_that_is_not_there_matches_nothing() {
        let evaluate = |list: &[(&str, &str)]| evaluate(&headers(list), Access::Write, None);
        assert_eq!(evaluate(&[("if-match", "*")]), Outcome::Failed);
        assert_eq!(evaluate(&[("if-none-match", "*")]), Outcome::Proceed);
        assert_eq!(evaluate(&[("if-unmodified-since", BEFORE)]), Outcome::Proceed);
    }

    proptest::proptest! {
        #[test]
        fn no_list_of_tags_is_too_strange_to_be_read(list in "[ ,\t]{0,3}((W/)?\"?[a-c,\\\\ ]{0,3}\"?,?){0,4}") {
            let headers = headers(&[("if-none-match", &list)]);
            let current = Validators::fake("\"a\"", THEN);
            let found = evaluate(&headers, Access::Read, Some(&current)) == Outcome::NotModified;
            // What matches has the tag in it, letter by letter.
            proptest::prop_assert!(!found || list.contains("\"a\""), "{list}");
        }
    }

    #[test]
    fn a_range_applies_to_the_very_same_file_alone() {
        let current = Validators::fake("\"a\"", THEN);
        let check = |value: &str, expect| {
            assert_eq!(range_applies(&headers(&[("if-range", value)]), &current), expect, "{value}");
        };
        check("\"a\"", true);
        check("W/\"a\"", false);
        check("\"b\"", false);
        check(SAME, true);
        check(BEFORE, false);
        check("a", false);
        assert!(range_applies(&HeaderMap::new(), &current));
    }
}
