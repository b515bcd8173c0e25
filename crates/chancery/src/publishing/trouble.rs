// SPDX-License-Identifier: MIT OR Apache-2.0
//! What goes wrong again and again.

use crate::failure::Failure;

/// How many times something goes wrong until it is told again.
const TELL_AGAIN: u32 = 600;

/// What went wrong last, and how often in a row.
#[derive(Debug, Default)]
pub(super) struct Trouble(Option<(String, u32)>);

impl Trouble {
    /// That nothing is wrong any more.
    pub(super) fn over(&mut self) {
        self.0 = None;
    }

    /// Whether something is wrong.
    pub(super) const fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// Notes what is wrong; gives it in words when that is to be told: at first, and again when it goes on or becomes
    /// something else.
    pub(super) fn note(&mut self, failure: &Failure) -> Option<String> {
        let text = failure.in_one_line();
        let noted = self.0.take().filter(|(noted, _)| *noted == text);
        let times = noted.map_or(0, |(_, times)| times.saturating_add(1));
        let told = times.is_multiple_of(TELL_AGAIN).then(|| text.clone());
        self.0 = Some((text, times));
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_told_at_first_and_then_seldom() {
        let mut trouble = Trouble::default();
        let mut told = |what: &str| trouble.note(&Failure::could_not(what)).is_some();
        assert!(told("one") && !told("one"));
        assert!(told("two") && told("one"));
        assert_eq!((0..TELL_AGAIN).filter(|_| told("one")).count(), 1);
        trouble.over();
        assert!(!trouble.is_there() && trouble.note(&Failure::could_not("one")).is_some());
    }
}
