// SPDX-License-Identifier: MIT OR Apache-2.0
//! Moments in UTC, to the second, as certificates write them.

use std::fmt;
use std::time::Duration;

use crate::der::{Element, Reader, Tag, Writer};
use crate::error::{Error, Problem};

/// A moment in UTC with a resolution of one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// A moment taken apart: the proleptic Gregorian calendar, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// Year, such as 2026.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 59.
    pub second: u8,
}

/// Which of the two types a time was encoded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeForm {
    /// UTCTime: the years 1950 to 2049 (RFC 5280 §4.1.2.5.1).
    Utc,
    /// GeneralizedTime (RFC 5280 §4.1.2.5.2).
    Generalized,
}

/// A moment and how it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodedTime {
    /// The moment.
    pub time: Time,
    /// The type it was encoded as.
    pub form: TimeForm,
}

const DAY: i64 = 86_400;

impl Time {
    /// The last moment that X.509 can write, 99991231235959Z: "no well-defined end" (RFC 5280 §4.1.2.5).
    pub const NO_END: Self = Self(253_402_300_799);

    /// The moment this many seconds after 1970-01-01T00:00:00Z (before it, when negative).
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// This moment and `span`, to the second, saturating.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_secs()).unwrap_or(i64::MAX)))
    }

    /// `span` before this moment, to the second, saturating.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_secs()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; `None` when it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Option<Duration> {
        u64::try_from(self.0.checked_sub(earlier.0)?).ok().map(Duration::from_secs)
    }

    /// The moment with these calendar fields; `None` when there is no such moment.
    #[must_use]
    pub fn from_civil(civil: Civil) -> Option<Self> {
        let Civil { year, month, day, hour, minute, second } = civil;
        let fields_fit = (-999_999..=999_999).contains(&year) && hour < 24 && minute < 60 && second < 60;
        if !fields_fit || day == 0 || day > days_in_month(year, month)? {
            return None;
        }
        let days = days_from_civil(year, month, day);
        let of_day = i64::from(hour)
            .wrapping_mul(3_600)
            .wrapping_add(i64::from(minute).wrapping_mul(60))
            .wrapping_add(i64::from(second));
        Some(Self(days.wrapping_mul(DAY).wrapping_add(of_day)))
    }

    /// The calendar fields of this moment.
    #[must_use]
    pub fn civil(self) -> Civil {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY));
        let of_day = self.0.rem_euclid(DAY);
        let field = |value: i64| u8::try_from(value).unwrap_or_default();
        Civil {
            year,
            month,
            day,
            hour: field(of_day / 3_600),
            minute: field(of_day / 60 % 60),
            second: field(of_day % 60),
        }
    }

    /// Reads `2026-11-22`, `2026-11-22T10:00:00Z`, or either with an offset such as `+01:00`
    /// (RFC 3339 §5.6). Fractions of a second are cut off.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, clock) = match text.split_once(['T', 't', ' ']) {
            Some((date, clock)) => (date, Some(clock)),
            None => (text, None),
        };
        let mut fields = date.splitn(3, '-');
        let (year, month, day) = (fields.next()?, fields.next()?, fields.next()?);
        let (year, month, day) = (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?);
        let (hour, minute, second, offset) = clock.map_or(Some((0, 0, 0, 0)), parse_clock)?;
        let small = |value: u32| u8::try_from(value).ok();
        let civil = Civil {
            year: i64::from(year),
            month: small(month)?,
            day: small(day)?,
            hour: small(hour)?,
            minute: small(minute)?,
            second: small(second)?,
        };
        Some(Self(Self::from_civil(civil)?.0.checked_sub(offset)?))
    }

    /// Writes this moment as RFC 5280 §4.1.2.5 asks: UTCTime through 2049, GeneralizedTime from
    /// 2050 on (and before 1950). Moments outside the years 0 to 9999 are clamped to them.
    pub fn write(self, writer: &mut Writer) {
        let (tag, digits) = self.digits();
        writer.element(tag, &digits.collect::<Vec<u8>>());
    }

    /// The type and the content as which [`Time::write`] writes this moment.
    pub(crate) fn digits(self) -> (Tag, impl Iterator<Item = u8>) {
        let short = (1950..2050).contains(&self.clamped().civil().year);
        let tag = if short { Tag::UTC_TIME } else { Tag::GENERALIZED_TIME };
        (tag, self.generalized_digits().into_iter().skip(if short { 2 } else { 0 }))
    }

    /// The content as which [`Time::write_generalized`] writes this moment.
    pub(crate) fn generalized_digits(self) -> [u8; 15] {
        let Civil { year, month, day, hour, minute, second } = self.clamped().civil();
        let year = u16::try_from(year).unwrap_or_default();
        let pair = |value: u8| [b'0'.saturating_add(value / 10 % 10), b'0'.saturating_add(value % 10)];
        let half = |value: u16| pair(u8::try_from(value % 100).unwrap_or_default());
        let [[a, b], [c, d]] = [half(year / 100), half(year)];
        let [[e, f], [g, h], [i, j], [k, l], [m, n]] = [month, day, hour, minute, second].map(pair);
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n, b'Z']
    }

    /// Writes this moment as a GeneralizedTime (RFC 5280 §4.1.2.5.2). Moments outside the years 0 to
    /// 9999 are clamped to them.
    pub fn write_generalized(self, writer: &mut Writer) {
        writer.element(Tag::GENERALIZED_TIME, &self.generalized_digits());
    }

    /// The nearest moment of the years 0 to 9999.
    fn clamped(self) -> Self {
        Self(self.0.clamp(-62_167_219_200, Self::NO_END.0))
    }
}

/// Reads `10:00:00`, with a fraction or not, and its offset: hour, minute, second, offset in seconds.
fn parse_clock(clock: &str) -> Option<(u32, u32, u32, i64)> {
    let split = clock.find(['Z', 'z', '+', '-'])?;
    let (local, zone) = clock.split_at_checked(split)?;
    let mut fields = local.splitn(3, ':');
    let (hour, minute) = (digits(fields.next()?, 2)?, digits(fields.next()?, 2)?);
    let second = fields.next()?;
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let offset = match zone {
        "Z" | "z" => 0,
        _ => {
            let (sign, zone) = zone.split_at_checked(1)?;
            let (hours, minutes) = zone.split_once(':')?;
            let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds =
                i64::from(hours).wrapping_mul(3_600).wrapping_add(i64::from(minutes).wrapping_mul(60));
            if sign == "-" { seconds.wrapping_neg() } else { seconds }
        }
    };
    Some((hour, minute, digits(second, 2)?, offset))
}

/// Exactly `count` ASCII digits as a number.
fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second } = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl<'a> Reader<'a> {
    /// Reads a `Time ::= CHOICE { UTCTime, GeneralizedTime }` (RFC 5280 §4.1.2.5): with seconds,
    /// without a fraction, in Zulu.
    ///
    /// # Errors
    /// Another type, another form, or a moment that does not exist.
    pub fn time(&mut self) -> Result<EncodedTime, Error> {
        let (element, form) = match self.peek() {
            Some(Tag::GENERALIZED_TIME) => (self.expect(Tag::GENERALIZED_TIME)?, TimeForm::Generalized),
            _ => (self.expect(Tag::UTC_TIME)?, TimeForm::Utc),
        };
        let time = parse_content(&element, form).ok_or_else(|| element.error(Problem::Time))?;
        Ok(EncodedTime { time, form })
    }

    /// Reads a GeneralizedTime (RFC 5280 §4.1.2.5.2), as [`Reader::time`] does.
    ///
    /// # Errors
    /// Another type, another form, or a moment that does not exist.
    pub fn generalized_time(&mut self) -> Result<Time, Error> {
        let element = self.expect(Tag::GENERALIZED_TIME)?;
        parse_content(&element, TimeForm::Generalized).ok_or_else(|| element.error(Problem::Time))
    }
}

fn parse_content(element: &Element<'_>, form: TimeForm) -> Option<Time> {
    let (text, &[a, b, c, d, e, f, g, h, i, j, zulu]) = element.content.split_last_chunk()?;
    let year = match (form, text) {
        // RFC 5280 §4.1.2.5.1: 50 and up is 19YY.
        (TimeForm::Utc, &[x, y]) => match pair(x, y)? {
            short @ 50.. => i64::from(short).wrapping_add(1900),
            short => i64::from(short).wrapping_add(2000),
        },
        (TimeForm::Generalized, &[v, w, x, y]) => {
            i64::from(pair(v, w)?).wrapping_mul(100).wrapping_add(i64::from(pair(x, y)?))
        }
        _ => return None,
    };
    let (month, day, hour) = (pair(a, b)?, pair(c, d)?, pair(e, f)?);
    let (minute, second) = (pair(g, h)?, pair(i, j)?);
    if zulu == b'Z' { Time::from_civil(Civil { year, month, day, hour, minute, second }) } else { None }
}

/// Two ASCII digits as a number.
const fn pair(tens: u8, ones: u8) -> Option<u8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    if tens < 10 && ones < 10 { Some(tens.wrapping_mul(10).wrapping_add(ones)) } else { None }
}

fn days_in_month(year: i64, month: u8) -> Option<u8> {
    let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}

/// Days since 1970-01-01, counted in eras of 400 years that begin on 1 March.
fn days_from_civil(year: i64, month: u8, day: u8) -> i64 {
    let month = i64::from(month);
    let year = if month <= 2 { year.wrapping_sub(1) } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = month.wrapping_add(9) % 12;
    let day_of_year =
        (month_from_march.wrapping_mul(153).wrapping_add(2) / 5).wrapping_add(i64::from(day)).wrapping_sub(1);
    let day_of_era = year_of_era
        .wrapping_mul(365)
        .wrapping_add(year_of_era / 4)
        .wrapping_sub(year_of_era / 100)
        .wrapping_add(day_of_year);
    era.wrapping_mul(146_097).wrapping_add(day_of_era).wrapping_sub(719_468)
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = day_of_era
        .wrapping_sub(day_of_era / 1_460)
        .wrapping_add(day_of_era / 36_524)
        .wrapping_sub(day_of_era / 146_096)
        / 365;
    let before_year =
        year_of_era.wrapping_mul(365).wrapping_add(year_of_era / 4).wrapping_sub(year_of_era / 100);
    let day_of_year = day_of_era.wrapping_sub(before_year);
    let month_from_march = day_of_year.wrapping_mul(5).wrapping_add(2) / 153;
    let day =
        day_of_year.wrapping_sub(month_from_march.wrapping_mul(153).wrapping_add(2) / 5).wrapping_add(1);
    let month = if month_from_march < 10 {
        month_from_march.wrapping_add(3)
    } else {
        month_from_march.wrapping_sub(9)
    };
    let year = year_of_era.wrapping_add(era.wrapping_mul(400)).wrapping_add(i64::from(month <= 2));
    (year, u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn calendar_and_seconds_agree() {
        let check = |text: &str, seconds: i64| {
            assert_eq!(Time::parse(text), Some(Time::from_unix(seconds)), "{text}");
            assert_eq!(Time::from_unix(seconds).to_string(), text);
        };
        check("1970-01-01T00:00:00Z", 0);
        check("2000-02-29T12:34:56Z", 951_827_696);
        check("2026-11-22T10:00:00Z", 1_795_341_600);
        check("1950-01-01T00:00:00Z", -631_152_000);
        check("9999-12-31T23:59:59Z", Time::NO_END.unix());
        check("0000-01-01T00:00:00Z", -62_167_219_200);
    }

    #[test]
    fn text_is_read_as_rfc_3339() {
        let at = |text| Time::parse(text).map(Time::unix);
        assert_eq!(at("2026-11-22"), at("2026-11-22T00:00:00Z"));
        assert_eq!(at("2026-11-22T10:00:00.999Z"), at("2026-11-22T10:00:00Z"));
        assert_eq!(at("2026-11-22T10:00:00+01:00"), at("2026-11-22T09:00:00Z"));
        assert_eq!(at("2026-11-22 10:00:00-00:30"), at("2026-11-22T10:30:00Z"));
        for bad in [
            "",
            "2026",
            "2026-02-29",
            "2026-13-01",
            "2026-11-22T10:00",
            "2026-11-22T24:00:00Z",
            "2026-11-22T10:00:00",
            "2026-11-22T10:00:00.Z",
            "2026-11-22T10:00:60Z",
            "26-11-22",
            "2026-11-22T10:00:00+1:00",
            "2026-11-22T10:00:00Zx",
            "2026-11-22é",
        ] {
            assert_eq!(at(bad), None, "{bad}");
        }
    }

    #[test]
    fn encoded_times_are_strict() {
        let check = |tag: u8, text: &str, expect: Option<&str>| {
            let mut input = vec![tag, u8::try_from(text.len()).unwrap()];
            input.extend(text.bytes());
            let found = Reader::new(&input).time().ok().map(|encoded| encoded.time.to_string());
            assert_eq!(found.as_deref(), expect, "{text}");
        };
        check(0x17, "491231235959Z", Some("2049-12-31T23:59:59Z"));
        check(0x17, "500101000000Z", Some("1950-01-01T00:00:00Z"));
        check(0x18, "20500101000000Z", Some("2050-01-01T00:00:00Z"));
        check(0x18, "20491231235959Z", Some("2049-12-31T23:59:59Z"));
        for bad in [
            "4912312359Z",
            "491231235959",
            "491231235959+0000",
            "490229000000Z",
            "491331000000Z",
            "491231235960Z",
            "4912312359 9Z",
            "",
        ] {
            check(0x17, bad, None);
        }
        for bad in ["20500101000000.5Z", "205001010000Z", "20500101000000", "20500230000000Z"] {
            check(0x18, bad, None);
        }
    }

    #[test]
    fn the_form_written_turns_at_2050() {
        let tag = |text| Writer::build(|writer| Time::parse(text).unwrap().write(writer)).first().copied();
        assert_eq!(tag("2049-12-31T23:59:59Z"), Some(0x17));
        assert_eq!(tag("2050-01-01"), Some(0x18));
        assert_eq!(tag("1949-12-31"), Some(0x18));
    }

    #[test]
    fn a_generalized_time_is_written_and_read_in_any_year() {
        for text in ["0000-01-01T00:00:00Z", "2026-11-22T10:00:00Z", "9999-12-31T23:59:59Z"] {
            let time = Time::parse(text).unwrap();
            let der = Writer::build(|writer| time.write_generalized(writer));
            assert_eq!(Reader::new(&der).generalized_time(), Ok(time), "{text}");
        }
        let early = Writer::build(|writer| Time::from_unix(i64::MIN).write_generalized(writer));
        assert_eq!(early, b"\x18\x0f00000101000000Z");
        assert!(Reader::new(b"\x17\x0d261122100000Z").generalized_time().is_err());
        assert!(Reader::new(b"\x18\x1120261122100000.5Z").generalized_time().is_err());
    }

    #[test]
    fn every_day_of_eight_centuries_survives_the_round_trip() {
        for day in -150_000..150_000_i64 {
            let time = Time::from_unix(day * DAY + 3_661);
            assert_eq!(Time::from_civil(time.civil()), Some(time));
        }
    }
}
