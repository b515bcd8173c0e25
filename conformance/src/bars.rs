// SPDX-License-Identifier: MIT OR Apache-2.0
//! What must be reached whatever is excepted: an exception explains a disagreement, it does not make up for one.

use crate::limbo::{self, Expected};
use crate::outcome::Outcome;

/// How many of the cases of one kind must come as the corpus says.
struct Bar {
    /// Of this namespace; of all when none.
    namespace: Option<&'static str>,
    expected: Expected,
    at_least: usize,
    /// The bar is about a corpus with this many such cases, and says nothing of another.
    of: usize,
}

const BARS: [Bar; 5] = [
    bar(None, Expected::Success, 42, 47),
    bar(Some("rfc5280"), Expected::Failure, 40, 53),
    bar(Some("cve"), Expected::Failure, 2, 2),
    bar(Some("pathlen"), Expected::Failure, 4, 4),
    bar(Some("pathological"), Expected::Failure, 4, 4),
];

const fn bar(namespace: Option<&'static str>, expected: Expected, at_least: usize, of: usize) -> Bar {
    Bar { namespace, expected, at_least, of }
}

/// The bars that are not met, each as a sentence.
pub(crate) fn missed(outcomes: &[Outcome]) -> Vec<String> {
    BARS.iter().filter_map(|bar| bar.missed(outcomes)).collect()
}

impl Bar {
    fn missed(&self, outcomes: &[Outcome]) -> Option<String> {
        let Self { namespace, expected, at_least, of } = *self;
        let is_of_it = |it: &&Outcome| {
            it.expected == expected && namespace.is_none_or(|name| limbo::namespace(&it.id) == name)
        };
        let about: Vec<&Outcome> = outcomes.iter().filter(is_of_it).collect();
        let reached = about.iter().filter(|it| it.agrees()).count();
        (about.len() == of && reached < at_least).then(|| {
            let what = if expected == Expected::Success { "accepted" } else { "refused" };
            let place = namespace.map_or_else(String::new, |name| format!(" in {name}"));
            format!("{reached} of {of} that must be {what}{place}, at least {at_least} asked for")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Decision;
    use crate::outcome::Came;

    fn outcomes(refused: usize) -> Vec<Outcome> {
        let decision = |at| if at < refused { Decision::Refused(String::new()) } else { Decision::Accepted };
        let outcome = |at| Outcome {
            id: "cve::x".to_owned(),
            expected: Expected::Failure,
            came: Came::Decision(decision(at)),
        };
        (0..2).map(outcome).collect()
    }

    #[test]
    fn a_bar_that_is_missed_is_told_with_its_numbers() {
        assert_eq!(missed(&outcomes(2)), [""; 0]);
        assert_eq!(missed(&outcomes(1)), ["1 of 2 that must be refused in cve, at least 2 asked for"]);
    }

    #[test]
    fn a_bar_says_nothing_of_another_corpus() {
        assert_eq!(missed(&[]), [""; 0]);
    }
}
