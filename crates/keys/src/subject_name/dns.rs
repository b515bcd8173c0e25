// SPDX-License-Identifier: MIT OR Apache-2.0
//! DNS names, in the preferred syntax that RFC 5280 §4.2.1.6 asks for.

use super::error::NameProblem;

/// Reads a DNS name with at most one leading `*.`; gives it back in lower case.
pub(super) fn read(text: &str) -> Result<String, NameProblem> {
    let host = match text.split_once('.') {
        Some(("*", "")) => return Err(NameProblem::Wildcard),
        Some(("*", rest)) => rest,
        _ => text,
    };
    if host.contains('*') {
        return Err(NameProblem::Wildcard);
    }
    // RFC 1035 §2.3.4: 255 octets on the wire are 253 in text.
    if text.len() > 253 {
        return Err(NameProblem::TooLong { found: text.len() });
    }
    check_host(host)?;
    Ok(text.to_ascii_lowercase())
}

/// Checks a name without a star.
pub(super) fn check_host(host: &str) -> Result<(), NameProblem> {
    if host.is_empty() {
        return Err(NameProblem::Empty);
    }
    if !host.is_ascii() {
        return Err(NameProblem::NotAscii);
    }
    if host.len() > 1 && host.ends_with('.') {
        return Err(NameProblem::TrailingDot);
    }
    host.split('.').try_for_each(check_label)?;
    match host.rsplit('.').next() {
        Some(last) if is_number(last) => Err(NameProblem::LooksLikeAddress),
        _ => Ok(()),
    }
}

fn check_label(label: &str) -> Result<(), NameProblem> {
    if label.is_empty() {
        return Err(NameProblem::EmptyLabel);
    }
    if let Some(character) = label.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
        return Err(NameProblem::Character { character });
    }
    if label.len() > 63 {
        return Err(NameProblem::LabelTooLong { label: label.to_owned(), found: label.len() });
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(NameProblem::Hyphen { label: label.to_owned() });
    }
    let lower = label.to_ascii_lowercase();
    match lower.strip_prefix("xn--") {
        Some(encoded) if !is_punycode(encoded) => Err(NameProblem::ALabel { label: label.to_owned() }),
        _ => Ok(()),
    }
}

/// Whether resolvers would take a last label for the end of an IPv4 address: decimal, or 0x.
fn is_number(label: &str) -> bool {
    let digits = label.bytes().all(|byte| byte.is_ascii_digit());
    let hexadecimal = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    digits || hexadecimal.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether lower-case text decodes to something beyond ASCII (RFC 3492 §6.2).
fn is_punycode(encoded: &str) -> bool {
    let (basic, extended) = encoded.rsplit_once('-').unwrap_or(("", encoded));
    let mut length = u32::try_from(basic.len()).unwrap_or(u32::MAX);
    let (mut code, mut index, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = extended.bytes().map(digit);
    let mut first = true;
    while let Some(start) = digits.next() {
        let Some(delta) = generalised_integer(start, &mut digits, bias) else { return false };
        let Some(sum) = index.checked_add(delta) else { return false };
        length = length.saturating_add(1);
        bias = adapt(delta, length, std::mem::take(&mut first));
        let Some(next) = code.checked_add(sum / length) else { return false };
        code = next;
        index = (sum % length).saturating_add(1);
        if char::from_u32(code).is_none() {
            return false;
        }
    }
    // Without a code point of its own it would be plain ASCII in disguise.
    !first
}

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;

fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'a'..=b'z' => Some(u32::from(byte - b'a')),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 26),
        _ => None,
    }
}

/// RFC 3492 §3.3: a number whose digits carry their own end.
fn generalised_integer(
    start: Option<u32>,
    more: &mut impl Iterator<Item = Option<u32>>,
    bias: u32,
) -> Option<u32> {
    let (mut value, mut weight, mut position) = (0_u32, 1_u32, BASE);
    let mut next = start;
    loop {
        let digit = next?;
        value = value.checked_add(digit.checked_mul(weight)?)?;
        let threshold = position.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if digit < threshold {
            return Some(value);
        }
        weight = weight.checked_mul(BASE.saturating_sub(threshold))?;
        position = position.checked_add(BASE)?;
        next = more.next()?;
    }
}

/// RFC 3492 §6.1.
fn adapt(delta: u32, length: u32, first: bool) -> u32 {
    const SKEW: u32 = 38;
    const DAMP: u32 = 700;
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta = delta.saturating_add(delta.checked_div(length).unwrap_or_default());
    let mut rounds = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        rounds += BASE;
    }
    rounds + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn check(text: &str, expect: Result<&str, NameProblem>) {
        assert_eq!(read(text), expect.map(str::to_owned), "{text:.80}");
    }

    #[test]
    fn labels_are_letters_digits_and_hyphens() {
        check("a-b.1c.test", Ok("a-b.1c.test"));
        check("r3---sn.test", Ok("r3---sn.test"));
        check("a_b.test", Err(NameProblem::Character { character: '_' }));
        check("a b.test", Err(NameProblem::Character { character: ' ' }));
        check("a\0.test", Err(NameProblem::Character { character: '\0' }));
        check("-a.test", Err(NameProblem::Hyphen { label: "-a".into() }));
        check("a-.test", Err(NameProblem::Hyphen { label: "a-".into() }));
        check("a..test", Err(NameProblem::EmptyLabel));
        check(".a.test", Err(NameProblem::EmptyLabel));
        check(".", Err(NameProblem::EmptyLabel));
        check("a.test.", Err(NameProblem::TrailingDot));
    }

    #[test]
    fn lengths_are_those_of_rfc_1035() {
        let label = "a".repeat(63);
        check(&label, Ok(&label));
        let long = "a".repeat(64);
        check(&long, Err(NameProblem::LabelTooLong { label: long.clone(), found: 64 }));
        let whole = [label.as_str(); 3].join(".") + "." + &"a".repeat(61);
        assert_eq!(whole.len(), 253);
        check(&whole, Ok(&whole));
        check(&(whole + "a"), Err(NameProblem::TooLong { found: 254 }));
    }

    #[test]
    fn a_star_is_the_whole_first_label_or_nowhere() {
        check("*.test", Ok("*.test"));
        for text in ["*", "*.", "a.*.test", "w*.a.test", "*a.test", "*.*.test"] {
            check(text, Err(NameProblem::Wildcard));
        }
    }

    #[test]
    fn a_name_that_resolvers_take_for_an_address_is_refused() {
        for text in ["1", "127.1", "1.2.3.4", "a.0x7f", "a.0x", "a.123"] {
            check(text, Err(NameProblem::LooksLikeAddress));
        }
        check("0x7f.test", Ok("0x7f.test"));
    }

    #[test]
    fn an_a_label_decodes() {
        // RFC 3492 §7.1 and names in use.
        for text in [
            "xn--bcher-kva",
            "xn--ihqwcrb4cv8a8dqg056pqjye",
            "xn--fiqs8s",
            "xn--80akhbyknj4f",
            "XN--BCHER-KVA",
        ] {
            check(text, Ok(&text.to_ascii_lowercase()));
        }
        for text in ["xn--99999999", "xn--a-b", "xn--zzzzzzzzzzzz"] {
            check(text, Err(NameProblem::ALabel { label: text.to_owned() }));
        }
    }
}
