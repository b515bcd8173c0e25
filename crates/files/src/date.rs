// SPDX-License-Identifier: MIT OR Apache-2.0
//! Seconds since 1970 as a person reads them.

/// The days of 400 years, and the days from 0000-03-01 to 1970-01-01.
const ERA: i64 = 146_097;
const TO_1970: i64 = 719_468;

/// `2026-11-22 10:00`, in UTC.
pub(crate) fn minutes(unix: i64) -> String {
    let (year, month, day) = civil(unix.div_euclid(86_400));
    let minutes = unix.rem_euclid(86_400) / 60;
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", minutes / 60, minutes % 60)
}

/// `2026-11-22T10:00:00Z` [RFC 3339].
pub(crate) fn rfc3339(unix: i64) -> String {
    let (year, month, day) = civil(unix.div_euclid(86_400));
    let seconds = unix.rem_euclid(86_400);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of a day counted from 1970-01-01: the year is taken to begin in March, so that a leap
/// day is its last.
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day.saturating_add(TO_1970);
    let (era, of_era) = (day.div_euclid(ERA), day.rem_euclid(ERA));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let check = |unix, expect: &str| assert_eq!(rfc3339(unix), expect);
        check(0, "1970-01-01T00:00:00Z");
        check(-1, "1969-12-31T23:59:59Z");
        check(951_782_399, "2000-02-28T23:59:59Z");
        check(951_782_400, "2000-02-29T00:00:00Z");
        check(4_107_542_400, "2100-03-01T00:00:00Z");
        check(1_795_341_600, "2026-11-22T10:00:00Z");
        assert_eq!(minutes(1_795_341_659), "2026-11-22 10:00");
        assert!(minutes(i64::MAX).len() > 16 && minutes(i64::MIN).len() > 16);
    }
}
