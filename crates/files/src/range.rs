// SPDX-License-Identifier: MIT OR Apache-2.0
//! Byte ranges [RFC 9110 §14].

use std::ops::Range;

/// A list longer than this is taken for an attack, and the whole file sent [RFC 9110 §17.15].
const LONGEST_LIST: usize = 16;

/// What a Range header asks of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// All of it: no range, one that is not understood, or several that do not make one. A server may send
    /// the whole [RFC 9110 §14.2]; we send no multipart/byteranges.
    Whole,
    /// One part, never empty.
    Part(Range<u64>),
    /// Nothing that the file has.
    Unsatisfiable,
}

/// What `header` asks of a file of `length` bytes.
pub(crate) fn parse(header: &str, length: u64) -> Asked {
    let Some((unit, list)) = header.split_once('=') else { return Asked::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Asked::Whole;
    }
    let mut parts = Vec::new();
    let mut listed = 0usize;
    for spec in list.split(',').map(str::trim).filter(|spec| !spec.is_empty()) {
        listed = listed.saturating_add(1);
        match part(spec, length) {
            Spec::Malformed => return Asked::Whole,
            Spec::Outside => {}
            Spec::Part(part) => parts.push(part),
        }
    }
    if listed == 0 || listed > LONGEST_LIST {
        return Asked::Whole;
    }
    match joined(parts) {
        Joined::Nothing => Asked::Unsatisfiable,
        Joined::One(part) => Asked::Part(part),
        Joined::Several => Asked::Whole,
    }
}

enum Spec {
    Malformed,
    Outside,
    Part(Range<u64>),
}

/// `first-last`, `first-` or `-suffix`.
fn part(spec: &str, length: u64) -> Spec {
    let Some((first, last)) = spec.split_once('-') else { return Spec::Malformed };
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first > last => return Spec::Malformed,
        (Some(first), Some(last)) => first..last.saturating_add(1).min(length),
        (Some(first), None) if last.is_empty() => first..length,
        (None, Some(suffix)) if first.is_empty() => length.saturating_sub(suffix)..length,
        _ => return Spec::Malformed,
    };
    if range.is_empty() { Spec::Outside } else { Spec::Part(range) }
}

/// Digits alone; one too large for any file is the largest.
fn number(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(u64::MAX))
}

enum Joined {
    Nothing,
    One(Range<u64>),
    Several,
}

/// Ranges that overlap or touch, made one.
fn joined(mut parts: Vec<Range<u64>>) -> Joined {
    parts.sort_by_key(|part| part.start);
    let mut parts = parts.into_iter();
    let Some(mut whole) = parts.next() else { return Joined::Nothing };
    for part in parts {
        if part.start > whole.end {
            return Joined::Several;
        }
        whole.end = whole.end.max(part.end);
    }
    Joined::One(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_part_is_never_empty_and_never_past_the_end(
            header in "(bytes|BYTES| bytes |x)=?([0-9]{0,21}-[0-9]{0,21},? ?){0,5}",
            length in prop_oneof![Just(0), 0..50u64, any::<u64>()],
        ) {
            if let Asked::Part(part) = parse(&header, length) {
                prop_assert!(part.start < part.end && part.end <= length, "{header} of {length}: {part:?}");
            }
        }
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let check =
            |header: &str, length, expect: Asked| assert_eq!(parse(header, length), expect, "{header}");
        check("bytes=0-499", 1000, Asked::Part(0..500));
        check("bytes=500-", 1000, Asked::Part(500..1000));
        check("bytes=-500", 1000, Asked::Part(500..1000));
        check("bytes=-5000", 1000, Asked::Part(0..1000));
        check("bytes=999-5000", 1000, Asked::Part(999..1000));
        check("BYTES = 0-0", 1000, Asked::Part(0..1));
        check("bytes=0-99999999999999999999999", 1000, Asked::Part(0..1000));
        check("bytes=0-1,2-3", 1000, Asked::Part(0..4));
        check("bytes=2-9, 0-4 ,", 1000, Asked::Part(0..10));
        check("bytes=0-1,5000-", 1000, Asked::Part(0..2));
        check("bytes=0-1,5-6", 1000, Asked::Whole);
        for header in ["bytes=1000-", "bytes=-0", "bytes=1000-2000,-0", "bytes=99999999999999999999999-"] {
            check(header, 1000, Asked::Unsatisfiable);
        }
        check("bytes=0-", 0, Asked::Unsatisfiable);
        for header in [
            "bytes",
            "bytes=",
            "bytes=,",
            "bytes=5-4",
            "bytes=a-b",
            "bytes=-",
            "bytes=+1-2",
            "items=0-1",
            "bytes=1",
        ] {
            check(header, 1000, Asked::Whole);
        }
        check(&format!("bytes={}", "0-,".repeat(LONGEST_LIST + 1)), 1000, Asked::Whole);
    }
}
