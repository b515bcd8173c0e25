// SPDX-License-Identifier: MIT OR Apache-2.0
//! The answers of one issuer that are signed ahead.

use std::collections::HashMap;
use std::mem;
use std::time::Duration;

use x509::Time;

use super::OcspAnswer;

/// Answers by serial number. There are two generations: what is asked for moves to the young one, and when that is
/// full, the old one is forgotten. The map is keyed at random: strangers choose what they ask for.
#[derive(Debug)]
pub(super) struct Shelf {
    /// How many certificates in each generation.
    room: usize,
    young: Generation,
    old: Generation,
    /// How often something was taken down, that an answer made before is not put up after.
    taken_down: u64,
    looked: Option<Look>,
}

type Generation = HashMap<Box<[u8]>, Vec<Kept>>;

/// The answer to those who name the issuer by one algorithm, as they write it.
#[derive(Debug)]
struct Kept {
    algorithm: Box<[u8]>,
    answer: OcspAnswer,
}

/// What was seen of the record last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// When, by a clock that is never put back.
    pub(super) at: Duration,
    /// The place in the journal of the last change.
    pub(super) place: u64,
}

impl Shelf {
    pub(super) fn new(room: usize) -> Self {
        let (young, old) = (Generation::new(), Generation::new());
        Self { room: room / 2, young, old, taken_down: 0, looked: None }
    }

    pub(super) const fn looked(&self) -> Option<Look> {
        self.looked
    }

    /// The edition of what is known: an answer is put up only in the one in which its making began.
    pub(super) const fn edition(&self) -> u64 {
        self.taken_down
    }

    /// The answer about a certificate, in the first half of its life.
    pub(super) fn find(&mut self, serial: &[u8], algorithm: &[u8], now: Time) -> Option<OcspAnswer> {
        if !self.young.contains_key(serial) {
            let (serial, kept) = self.old.remove_entry(serial)?;
            self.make_room();
            self.young.insert(serial, kept);
        }
        let kept = self.young.get(serial)?.iter().find(|kept| *kept.algorithm == *algorithm)?;
        kept.answer.is_young(now).then(|| kept.answer.clone())
    }

    /// Puts an answer up, in place of one that has grown old.
    pub(super) fn put(&mut self, serial: &[u8], algorithm: &[u8], answer: OcspAnswer, edition: u64) {
        if edition != self.taken_down || self.room == 0 {
            return;
        }
        let kept = Kept { algorithm: algorithm.into(), answer };
        if let Some(forms) = self.young.get_mut(serial) {
            forms.retain(|form| *form.algorithm != *algorithm);
            forms.push(kept);
            return;
        }
        self.make_room();
        self.young.insert(serial.into(), vec![kept]);
    }

    fn make_room(&mut self) {
        if self.young.len() >= self.room {
            self.old = mem::take(&mut self.young);
        }
    }

    /// Begins to look, unless somebody else has meanwhile: then it is behind their place that one goes on.
    pub(super) fn begin(&mut self, look: Look) -> Option<Look> {
        let before = self.looked;
        self.looked = before.or(Some(look));
        before
    }

    /// Takes down what is said of certificates that have changed.
    pub(super) fn saw(&mut self, look: Look, changed: &[Vec<u8>]) {
        let before = self.looked.unwrap_or(look);
        // Of two looks at once the slower one may have seen less.
        self.looked = Some(Look { at: before.at.max(look.at), place: before.place.max(look.place) });
        if changed.is_empty() {
            return;
        }
        self.taken_down = self.taken_down.wrapping_add(1);
        for serial in changed {
            self.young.remove(serial.as_slice());
            self.old.remove(serial.as_slice());
        }
    }

    /// Takes everything down: the record cannot be looked into, and nobody knows what has changed.
    pub(super) fn clear(&mut self) {
        self.taken_down = self.taken_down.wrapping_add(1);
        (self.young, self.old) = (Generation::new(), Generation::new());
        self.looked = None;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::ocsp::Freshness;

    fn answer(name: &str, at: i64) -> OcspAnswer {
        let [this_update, next_update] = [at, at + 100].map(Time::from_unix);
        OcspAnswer { der: name.as_bytes().into(), reusable: Some(Freshness { this_update, next_update }) }
    }

    fn found(shelf: &mut Shelf, serial: u8, at: i64) -> Option<String> {
        let found = shelf.find(&[serial], b"sha", Time::from_unix(at))?;
        Some(String::from_utf8(found.der.to_vec()).unwrap())
    }

    #[test]
    fn an_answer_stands_for_half_of_its_life() {
        let mut shelf = Shelf::new(8);
        shelf.put(&[1], b"sha", answer("one", 1000), 0);
        assert_eq!(found(&mut shelf, 1, 1000).as_deref(), Some("one"));
        assert_eq!(found(&mut shelf, 1, 1049).as_deref(), Some("one"));
        assert_eq!(found(&mut shelf, 1, 1050), None);
        assert_eq!(found(&mut shelf, 1, 999), None, "the clock was put back");
        assert!(shelf.find(&[1], b"other", Time::from_unix(1000)).is_none());
        shelf.put(&[1], b"sha", answer("again", 1050), 0);
        assert_eq!(found(&mut shelf, 1, 1050).as_deref(), Some("again"));
        assert_eq!(shelf.young.values().map(Vec::len).sum::<usize>(), 1);
    }

    #[test]
    fn what_has_changed_is_taken_down_and_not_put_up_again() {
        let mut shelf = Shelf::new(8);
        let edition = shelf.edition();
        shelf.put(&[1], b"sha", answer("one", 0), edition);
        shelf.put(&[2], b"sha", answer("two", 0), edition);
        shelf.saw(Look { at: Duration::ZERO, place: 7 }, &[vec![1]]);
        assert_eq!(found(&mut shelf, 1, 0), None);
        assert_eq!(found(&mut shelf, 2, 0).as_deref(), Some("two"));
        shelf.put(&[1], b"sha", answer("made before the change was seen", 0), edition);
        assert_eq!(found(&mut shelf, 1, 0), None);
        shelf.put(&[1], b"sha", answer("after", 0), shelf.edition());
        assert_eq!(found(&mut shelf, 1, 0).as_deref(), Some("after"));
        shelf.clear();
        assert_eq!(found(&mut shelf, 2, 0), None);
    }

    #[test]
    fn of_two_who_begin_to_look_the_slower_one_goes_on_behind_the_faster_ones_place() {
        let mut shelf = Shelf::new(8);
        let look = |place| Look { at: Duration::ZERO, place };
        assert!(shelf.begin(look(7)).is_none());
        // What changed between 7 and 9 is on the shelf perhaps, and has to be looked for.
        assert_eq!(shelf.begin(look(9)).map(|before| before.place), Some(7));
        assert_eq!(shelf.looked().map(|looked| looked.place), Some(7));
    }

    #[test]
    fn there_is_an_end_to_the_room_and_what_is_asked_for_stays() {
        let mut shelf = Shelf::new(8);
        for serial in 0..100 {
            shelf.put(&[serial], b"sha", answer("any", 0), 0);
            assert!(shelf.young.len() + shelf.old.len() <= 8);
            assert!(found(&mut shelf, 0, 0).is_some(), "asked for after each of them");
        }
        assert_eq!(found(&mut shelf, 50, 0), None);
        let mut none = Shelf::new(0);
        none.put(&[1], b"sha", answer("one", 0), 0);
        assert_eq!(found(&mut none, 1, 0), None);
    }
}
