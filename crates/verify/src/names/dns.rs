// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names of hosts.

/// Why text is no host name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DnsFault {
    /// Nothing at all.
    #[error("it is empty")]
    Empty,
    /// More than 253 octets.
    #[error("it has {length} octets, at most 253 are allowed")]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// Two dots in a row, or a dot at either end.
    #[error("it has an empty label")]
    EmptyLabel,
    /// A label of more than 63 octets.
    #[error("it has a label of {length} octets, at most 63 are allowed")]
    LabelTooLong {
        /// Its length.
        length: usize,
    },
    /// A character that no label holds.
    #[error("{found:?} is not a letter, a digit or a hyphen")]
    Character {
        /// The character.
        found: char,
    },
    /// A character outside ASCII.
    #[error("{found:?} is not ASCII: write the label in its xn-- form")]
    NotAscii {
        /// The character.
        found: char,
    },
    /// A label that begins or ends with a hyphen.
    #[error("a label begins or ends with a hyphen")]
    Hyphen,
    /// A last label of digits alone (RFC 1123 §2.1).
    #[error("its last label is a number, so it would be an IPv4 address")]
    NumericEnd,
}

/// Checks the preferred name syntax: letters, digits and inner hyphens in labels of 1 to 63 octets,
/// 253 in all, and no number at the end (RFC 1034 §3.5, RFC 1123 §2.1).
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn check(name: &str) -> Result<(), DnsFault> {
    if is_plain(name.as_bytes()) {
        return Ok(());
    }
    if name.is_empty() {
        return Err(DnsFault::Empty);
    }
    if name.len() > 253 {
        return Err(DnsFault::TooLong { length: name.len() });
    }
    name.split('.').try_for_each(check_label)?;
    match name.rsplit('.').next() {
        Some(last) if last.bytes().all(|byte| byte.is_ascii_digit()) => Err(DnsFault::NumericEnd),
        _ => Ok(()),
    }
}

/// Whether a name keeps the syntax; in one go, since most do.
fn is_plain(name: &[u8]) -> bool {
    let (mut label, mut digits, mut previous) = (0_usize, true, b'-');
    for &octet in name {
        match octet {
            b'0'..=b'9' => {}
            b'a'..=b'z' | b'A'..=b'Z' => digits = false,
            b'-' if label > 0 => digits = false,
            b'.' if label > 0 && previous != b'-' => {
                (label, digits, previous) = (0, true, b'.');
                continue;
            }
            _ => return false,
        }
        label = label.saturating_add(1);
        if label > 63 {
            return false;
        }
        previous = octet;
    }
    label > 0 && previous != b'-' && !digits && name.len() <= 253
}

fn check_label(label: &str) -> Result<(), DnsFault> {
    if label.is_empty() {
        return Err(DnsFault::EmptyLabel);
    }
    if let Some(found) = label.chars().find(|found| !found.is_ascii_alphanumeric() && *found != '-') {
        return Err(if found.is_ascii() {
            DnsFault::Character { found }
        } else {
            DnsFault::NotAscii { found }
        });
    }
    if label.len() > 63 {
        return Err(DnsFault::LabelTooLong { length: label.len() });
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(DnsFault::Hyphen);
    }
    Ok(())
}

/// Checks a name as a certificate may present it: a host name, or `*.` and one (RFC 9525 §6.3).
///
/// # Errors
/// As [`check`].
pub(crate) fn check_presented(name: &str) -> Result<(), DnsFault> {
    check(name.strip_prefix("*.").unwrap_or(name))
}

/// Whether the presented name (with a wildcard or not) is the wanted host's, without regard to case.
/// A wildcard is the whole left-most label and stands for one label (RFC 9525 §6.3).
pub(crate) fn presents(presented: &str, wanted: &str) -> bool {
    match presented.strip_prefix("*.") {
        Some(parent) => {
            let host = wanted.split_once('.');
            host.is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent))
        }
        None => presented.eq_ignore_ascii_case(wanted),
    }
}

/// Checks a subtree's base: empty (every name), or a host name without star or leading dot
/// (RFC 5280 §4.2.1.10).
///
/// # Errors
/// As [`check`].
pub(crate) fn check_constraint(base: &str) -> Result<(), DnsFault> {
    if base.is_empty() { Ok(()) } else { check(base) }
}

/// Whether every host that the presented name stands for lies in the subtree: `base` itself, or labels
/// before it.
pub(crate) fn lies_within(presented: &str, base: &str) -> bool {
    match presented.strip_prefix("*.") {
        // The star stands for a label, so that all it stands for lies within what its parent lies in.
        Some(parent) => is_at_or_below(parent, base),
        None => is_at_or_below(presented, base),
    }
}

/// Whether a host that the presented name stands for may lie in the subtree.
pub(crate) fn may_lie_within(presented: &str, base: &str) -> bool {
    match presented.strip_prefix("*.") {
        // `*.example.com` stands for `bar.example.com` among others.
        Some(parent) => {
            is_at_or_below(parent, base)
                || base.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent))
        }
        None => is_at_or_below(presented, base),
    }
}

/// Whether `name` is `base` or has labels before it. A leading dot, which only RFC 5280's URIs have,
/// asks for at least one label.
pub(crate) fn is_at_or_below(name: &str, base: &str) -> bool {
    let Some(split) = name.len().checked_sub(base.len()) else { return false };
    let Some((labels, rest)) = name.split_at_checked(split) else { return false };
    let on_a_dot = base.is_empty() || labels.is_empty() || labels.ends_with('.');
    let below = base.starts_with('.') && !labels.is_empty();
    rest.eq_ignore_ascii_case(base) && (on_a_dot || below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_one_whole_left_most_label() {
        let check = |presented: &str, wanted: &str, expect: bool| {
            assert_eq!(presents(presented, wanted), expect, "{presented} for {wanted}");
        };
        check("a.test", "a.test", true);
        check("A.TEST", "a.test", true);
        check("*.a.test", "x.a.test", true);
        check("*.A.test", "x.a.test", true);
        check("*.a.test", "a.test", false);
        check("*.a.test", "x.y.a.test", false);
        check("x*.a.test", "xy.a.test", false);
        check("*x.a.test", "yx.a.test", false);
        check("x.*.test", "x.a.test", false);
        check("*", "test", false);
        check("*.", "test", false);
        check("*.*.test", "x.a.test", false);
        check("", "a.test", false);
        check("a.test.", "a.test", false);
    }

    #[test]
    fn subtrees_end_at_labels() {
        let check = |name: &str, base: &str, within: bool, may: bool| {
            assert_eq!(lies_within(name, base), within, "{name} within {base}");
            assert_eq!(may_lie_within(name, base), may, "{name} may lie within {base}");
        };
        check("a.test", "a.test", true, true);
        check("x.A.test", "a.TEST", true, true);
        check("xa.test", "a.test", false, false);
        check("test", "a.test", false, false);
        check("a.test", "", true, true);
        check("a.test", ".a.test", false, false);
        check("x.a.test", ".a.test", true, true);
        check("*.a.test", "a.test", true, true);
        check("*.test", "a.test", false, true);
        check("*.test", "b.a.test", false, false);
        check("*.a.test", "b.test", false, false);
    }

    #[test]
    fn the_short_way_says_the_same() {
        // Every name of up to five of these characters, and the bounds of length.
        let mut names = vec![String::new()];
        for start in 0.. {
            let Some(name) = names.get(start).filter(|name| name.len() < 5).cloned() else { break };
            names.extend(["a", "Z", "7", "-", ".", "_", "*"].map(|character| format!("{name}{character}")));
        }
        let label = "a".repeat(63);
        names.extend([62, 63, 64].map(|length| format!("{}.test", "a".repeat(length))));
        names.extend([60, 61, 62].map(|length| format!("{label}.{label}.{label}.{}", "a".repeat(length))));
        for name in names {
            let slowly = name.split('.').try_for_each(check_label).is_ok()
                && (1..=253).contains(&name.len())
                && !name.rsplit('.').next().unwrap_or("").bytes().all(|byte| byte.is_ascii_digit());
            assert_eq!(is_plain(name.as_bytes()), slowly, "{name:?}");
        }
    }

    #[test]
    fn the_preferred_syntax_has_bounds() {
        let long = "a".repeat(63);
        let name = format!("{long}.{long}.{long}.{}", "a".repeat(61));
        assert_eq!(check(&name), Ok(()));
        assert_eq!(check(&format!("{name}a")), Err(DnsFault::TooLong { length: 254 }));
        assert_eq!(check(&format!("{long}a.test")), Err(DnsFault::LabelTooLong { length: 64 }));
        assert_eq!(check("a_b.test"), Err(DnsFault::Character { found: '_' }));
        assert_eq!(check("a.test."), Err(DnsFault::EmptyLabel));
        assert_eq!(check("8.8.8.8"), Err(DnsFault::NumericEnd));
        assert_eq!(check("a-.test"), Err(DnsFault::Hyphen));
        assert_eq!(check("1.test"), Ok(()));
        assert_eq!(check_presented("*.a.test"), Ok(()));
        assert_eq!(check_presented("*"), Err(DnsFault::Character { found: '*' }));
        assert_eq!(check_presented("*.*.a.test"), Err(DnsFault::Character { found: '*' }));
        assert_eq!(check_presented("*."), Err(DnsFault::Empty));
        assert_eq!(check_constraint(""), Ok(()));
        assert_eq!(check_constraint(".a.test"), Err(DnsFault::EmptyLabel));
    }
}
