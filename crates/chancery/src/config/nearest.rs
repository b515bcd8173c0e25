// SPDX-License-Identifier: MIT OR Apache-2.0
//! What somebody may have meant.

/// How many letters of a word may be wrong.
const FAR: usize = 3;

/// The one of these words that is nearest to what was written; none where nothing is near.
pub(super) fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    // What somebody writes by mistake is short, and what is long is no mistake.
    let is_short = written.chars().count() <= 40;
    let distances = known.iter().map(|word| (distance(written, word), *word));
    let nearest = distances.filter(|_| is_short).min_by_key(|(distance, _)| *distance);
    nearest.filter(|(distance, word)| *distance < FAR.min(word.len())).map(|(_, word)| word)
}

/// How many letters must be changed, added or left out to make one of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index.saturating_add(1);
        let mut next = vec![left];
        for (above, found) in row.iter().skip(1).zip(&other) {
            let changed = diagonal.saturating_add(usize::from(letter != *found));
            left = changed.min(above.saturating_add(1)).min(left.saturating_add(1));
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_word() {
        let known = ["names", "max_days", "max_names", "who"];
        let check =
            |written: &str, expect: Option<&str>| assert_eq!(nearest(written, &known), expect, "{written}");
        check("name", Some("names"));
        check("maxdays", Some("max_days"));
        check("max-names", Some("max_names"));
        check("whom", Some("who"));
        check("lifetime", None);
        check("", None);
        check(&"n".repeat(10_000), None);
    }

    #[test]
    fn distances_are_counted_in_letters() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }
}
