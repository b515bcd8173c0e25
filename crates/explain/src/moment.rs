// SPDX-License-Identifier: MIT OR Apache-2.0
//! Moments and spans of time as people say them.

use std::time::Duration;

use serde::Serializer;
use x509::Time;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY + DAY / 4;

/// `in 3 days`, `3 days ago`, `now`.
#[must_use]
pub fn relative(time: Time, now: Time) -> String {
    match (time.since(now), now.since(time)) {
        (Some(ahead), _) if !ahead.is_zero() => format!("in {}", span(ahead)),
        (_, Some(past)) if !past.is_zero() => format!("{} ago", span(past)),
        _ => "now".to_owned(),
    }
}

/// A span in the unit that says most about it, rounded down: `59 minutes`, `47 days`, `10 years`.
#[must_use]
pub fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (unit, name) = match seconds {
        0..MINUTE => (1, "second"),
        MINUTE..HOUR => (MINUTE, "minute"),
        HOUR..DAY => (HOUR, "hour"),
        _ if seconds < 2 * YEAR => (DAY, "day"),
        _ => (YEAR, "year"),
    };
    counted(seconds / unit, name)
}

/// `1 name`, `2 names`.
#[must_use]
pub fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// As [`counted`], of things in memory.
pub(crate) fn counted_len(count: usize, noun: &str) -> String {
    counted(u64::try_from(count).unwrap_or(u64::MAX), noun)
}

/// `2026-11-22 10:00:00 UTC`. The last moment of all says that there is no end.
#[must_use]
pub fn date(time: Time) -> String {
    if time == Time::NO_END {
        return "no end (9999-12-31)".to_owned();
    }
    let text = time.to_string();
    text.replace('T', " ").replace('Z', " UTC")
}

/// `2026-11-22`. The last moment of all says that there is no end.
#[must_use]
pub fn day(time: Time) -> String {
    let text = date(time);
    text.split_once(' ').filter(|_| time != Time::NO_END).map(|(day, _)| day.to_owned()).unwrap_or(text)
}

/// Milliseconds with as many digits as say something: `0.4 ms`, `12 ms`, `1.2 s`.
#[must_use]
pub fn brief(span: Duration) -> String {
    let micros = span.as_micros();
    match micros {
        0..10_000 => format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100),
        10_000..1_000_000 => format!("{} ms", micros / 1_000),
        _ => format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000),
    }
}

pub(crate) fn as_text<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_from_now() {
        let now = Time::from_unix(1_795_341_600);
        let check = |seconds: i64, expect: &str| {
            assert_eq!(relative(Time::from_unix(now.unix() + seconds), now), expect);
        };
        check(0, "now");
        check(1, "in 1 second");
        check(-59, "59 seconds ago");
        check(120, "in 2 minutes");
        check(-7_200, "2 hours ago");
        check(86_400, "in 1 day");
        check(3 * 86_400, "in 3 days");
        check(3 * 86_400 - 1, "in 2 days");
        check(-3 * 86_400, "3 days ago");
        check(397 * 86_400, "in 397 days");
        check(3_653 * 86_400, "in 10 years");
    }

    #[test]
    fn moments_at_the_ends_of_time_do_not_overflow() {
        let (first, last) = (Time::from_unix(i64::MIN), Time::from_unix(i64::MAX));
        assert_eq!(relative(last, first), "now");
        assert!(relative(last, Time::from_unix(0)).starts_with("in "));
    }

    #[test]
    fn short_spans_keep_a_digit_after_the_point() {
        for (micros, expect) in [(400, "0.4 ms"), (9_950, "9.9 ms"), (12_345, "12 ms"), (1_250_000, "1.2 s")]
        {
            assert_eq!(brief(Duration::from_micros(micros)), expect);
        }
    }
}
