// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which certificates, in which order, and which page of them: the parameters of the list.

use std::fmt::Display;
use std::str::FromStr;

use authority::search::{Cursor, LARGEST_PAGE, NamePattern, Span, StandsAs};
use authority::{Question, Search, SearchError, SearchOrder};
use hyper::http::request::Parts;
use x509::Time;

use super::answer;
use super::problem::Problem;

/// How many certificates a page has when nobody says.
const PAGE: usize = 100;

/// The parameters.
const KNOWN: [&str; 17] = [
    "name",
    "contains",
    "serial",
    "fingerprint",
    "key",
    "issuer",
    "profile",
    "by",
    "status",
    "expiring",
    "ends_from",
    "ends_until",
    "issued_from",
    "issued_until",
    "order",
    "after",
    "limit",
];

/// What is asked for.
pub(super) fn of(parts: &Parts, now: Time) -> Result<Search, Problem> {
    let mut asked = Asked::default();
    for (name, value) in answer::parameters(parts, &KNOWN)? {
        asked.take(&name, value, now)?;
    }
    let Asked { question, order, after, limit } = asked;
    let search = Search::new(question, order, now).map_err(|error| unanswered(&error))?;
    let search = search.limited(limit.unwrap_or(PAGE)).after(after);
    search.map_err(|error| Problem::parameter("after", error.to_string()))
}

#[derive(Default)]
struct Asked {
    question: Question,
    order: Option<SearchOrder>,
    after: Option<Cursor>,
    limit: Option<usize>,
}

impl Asked {
    fn take(&mut self, name: &str, value: String, now: Time) -> Result<(), Problem> {
        let question = &mut self.question;
        match name {
            "name" => question.names.push(read(name, &value)?),
            "contains" => {
                let part = NamePattern::containing(&value);
                question.names.push(part.map_err(|error| Problem::parameter(name, error.to_string()))?);
            }
            "serial" => question.serial = Some(read(name, &value)?),
            "fingerprint" => question.fingerprint = Some(read(name, &value)?),
            "key" => question.key = Some(read(name, &value)?),
            "issuer" => question.issuer = Some(read(name, &value)?),
            "profile" => question.profile = Some(value),
            "by" => question.requester = Some(value),
            "status" => question.standing = Some(standing(name, &value)?),
            "expiring" => {
                question.ends = Span::ahead(now, read(name, &value)?);
                question.standing = question.standing.or(Some(StandsAs::Valid));
            }
            "ends_from" => question.ends.from = Some(time(name, &value)?),
            "ends_until" => question.ends.until = Some(time(name, &value)?),
            "issued_from" => question.issued.from = Some(time(name, &value)?),
            "issued_until" => question.issued.until = Some(time(name, &value)?),
            "order" => self.order = Some(order(name, &value)?),
            "after" => self.after = Some(read(name, &value)?),
            _ => {
                let number = value.parse::<usize>();
                let refused = |_error| Problem::parameter(name, format!("{value:?} is no number"));
                self.limit = Some(number.map_err(refused)?.clamp(1, LARGEST_PAGE));
            }
        }
        Ok(())
    }
}

fn read<T: FromStr<Err: Display>>(name: &str, value: &str) -> Result<T, Problem> {
    value.parse().map_err(|error: T::Err| Problem::parameter(name, error.to_string()))
}

fn time(name: &str, value: &str) -> Result<Time, Problem> {
    let refused = || format!("{value:?} is no time: write it as 2026-11-22 or 2026-11-22T10:00:00Z");
    Time::parse(value).ok_or_else(|| Problem::parameter(name, refused()))
}

fn standing(name: &str, value: &str) -> Result<StandsAs, Problem> {
    let words = StandsAs::ALL.map(StandsAs::word).join(", ");
    let refused = || format!("{value:?} is no status: it may be one of {words}");
    StandsAs::ALL
        .into_iter()
        .find(|standing| standing.word() == value)
        .ok_or_else(|| Problem::parameter(name, refused()))
}

fn order(name: &str, value: &str) -> Result<SearchOrder, Problem> {
    match value {
        "issued" => Ok(SearchOrder::AsIssued),
        "newest" => Ok(SearchOrder::Newest),
        "expiry" => Ok(SearchOrder::Expiry),
        _ => {
            let detail = format!("{value:?} is no order: it may be one of issued, newest, expiry");
            Err(Problem::parameter(name, detail))
        }
    }
}

fn unanswered(error: &SearchError) -> Problem {
    let detail = error.to_string();
    match error {
        SearchError::NoIndex { .. } => Problem::no_index(detail),
        SearchError::Backwards { .. } => Problem::parameter("ends_until, issued_until", detail),
        SearchError::ManyNames { .. } => Problem::parameter("name", detail),
        _ => Problem::bad_request(detail),
    }
}
