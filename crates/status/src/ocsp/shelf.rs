// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is known of the certificates of one issuer: how they stand, and the answers that are signed ahead.

use std::collections::HashMap;
use std::mem;
use std::time::Duration;

use x509::ocsp::CertStatus;
use x509::{Serial, Time};

use super::OcspAnswer;

/// Certificates by serial number, its magnitude as the record has it: no authority gives negative ones. There are two generations: what is asked for moves to the young one, and when that is
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

type Generation = HashMap<Box<[u8]>, Entry>;

/// A certificate: how it stands, and the answers about it that are for anybody.
#[derive(Debug)]
struct Entry {
    status: CertStatus,
    answers: Vec<Kept>,
}

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

    /// How a certificate stands.
    pub(super) fn status(&mut self, serial: Serial<'_>) -> Option<CertStatus> {
        self.entry(serial).map(|entry| entry.status)
    }

    /// The answer about a certificate, in the first half of its life.
    pub(super) fn find(&mut self, serial: Serial<'_>, algorithm: &[u8], now: Time) -> Option<OcspAnswer> {
        let kept = self.entry(serial)?.answers.iter().find(|kept| *kept.algorithm == *algorithm)?;
        kept.answer.is_young(now).then(|| kept.answer.clone())
    }

    fn entry(&mut self, serial: Serial<'_>) -> Option<&mut Entry> {
        let serial = Some(serial).filter(|serial| !serial.is_negative())?.magnitude();
        if !self.young.contains_key(serial) {
            let (serial, entry) = self.old.remove_entry(serial)?;
            self.make_room();
            self.young.insert(serial, entry);
        }
        self.young.get_mut(serial)
    }

    /// Notes how a certificate stands.
    pub(super) fn note(&mut self, serial: Serial<'_>, status: CertStatus, edition: u64) {
        let is_new = !serial.is_negative() && self.entry(serial).is_none();
        if edition != self.taken_down || self.room == 0 || !is_new {
            return;
        }
        self.make_room();
        self.young.insert(serial.magnitude().into(), Entry { status, answers: Vec::new() });
    }

    /// Puts an answer up about a certificate of which it was noted how it stands, in place of one that has grown old.
    pub(super) fn put(&mut self, serial: Serial<'_>, algorithm: &[u8], answer: OcspAnswer, edition: u64) {
        if edition != self.taken_down {
            return;
        }
        if let Some(entry) = self.entry(serial) {
            entry.answers.retain(|kept| *kept.algorithm != *algorithm);
            entry.answers.push(Kept { algorithm: algorithm.into(), answer });
        }
    }

    fn make_room(&mut self) {
        if self.young.len() >= self.room {
            self.old = mem::take(&mut self.young);
        }
    }

    /// Begins to look, unless somebody else has meanwhile: then it is behind their place that one goes on.
    pub(super) fn begin(&mut self, look: Look) -> Option<Look> {
        let before = self.looked;
        if before.is_none() {
            // What was read before this place was seen may have changed before it, and nobody would look for that.
            self.clear();
            self.looked = Some(look);
        }
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

    /// As the responder does it: first how the certificate stands, then the answer.
    fn put(shelf: &mut Shelf, serial: u8, answer: OcspAnswer, edition: u64) {
        shelf.note(Serial::from_content(&[serial]), CertStatus::Good, edition);
        shelf.put(Serial::from_content(&[serial]), b"sha", answer, edition);
    }

    fn found(shelf: &mut Shelf, serial: u8, at: i64) -> Option<String> {
        let found = shelf.find(Serial::from_content(&[serial]), b"sha", Time::from_unix(at))?;
        Some(String::from_utf8(found.der.to_vec()).unwrap())
    }

    #[test]
    fn an_answer_stands_for_half_of_its_life() {
        let mut shelf = Shelf::new(8);
        put(&mut shelf, 1, answer("one", 1000), 0);
        assert_eq!(found(&mut shelf, 1, 1000).as_deref(), Some("one"));
        assert_eq!(found(&mut shelf, 1, 1049).as_deref(), Some("one"));
        assert_eq!(found(&mut shelf, 1, 1050), None);
        assert_eq!(found(&mut shelf, 1, 999), None, "the clock was put back");
        assert!(shelf.find(Serial::from_content(&[1]), b"other", Time::from_unix(1000)).is_none());
        put(&mut shelf, 1, answer("again", 1050), 0);
        assert_eq!(found(&mut shelf, 1, 1050).as_deref(), Some("again"));
        assert_eq!(shelf.young.values().map(|entry| entry.answers.len()).sum::<usize>(), 1);
    }

    #[test]
    fn what_has_changed_is_taken_down_and_not_put_up_again() {
        let mut shelf = Shelf::new(8);
        let edition = shelf.edition();
        put(&mut shelf, 1, answer("one", 0), edition);
        put(&mut shelf, 2, answer("two", 0), edition);
        shelf.saw(Look { at: Duration::ZERO, place: 7 }, &[vec![1]]);
        assert_eq!(found(&mut shelf, 1, 0), None);
        assert_eq!(found(&mut shelf, 2, 0).as_deref(), Some("two"));
        put(&mut shelf, 1, answer("made before the change was seen", 0), edition);
        assert_eq!(found(&mut shelf, 1, 0), None);
        let edition = shelf.edition();
        put(&mut shelf, 1, answer("after", 0), edition);
        assert_eq!(found(&mut shelf, 1, 0).as_deref(), Some("after"));
        shelf.clear();
        assert_eq!(found(&mut shelf, 2, 0), None);
    }

    #[test]
    fn how_a_certificate_stands_is_known_until_that_changes() {
        let mut shelf = Shelf::new(8);
        let edition = shelf.edition();
        shelf.note(Serial::from_content(&[1]), CertStatus::Good, edition);
        shelf.note(Serial::from_content(&[2]), CertStatus::Good, edition);
        assert_eq!(shelf.status(Serial::from_content(&[1])), Some(CertStatus::Good));
        shelf.saw(Look { at: Duration::ZERO, place: 7 }, &[vec![1]]);
        assert_eq!(
            (shelf.status(Serial::from_content(&[1])), shelf.status(Serial::from_content(&[2]))),
            (None, Some(CertStatus::Good))
        );
        shelf.note(Serial::from_content(&[1]), CertStatus::Good, edition);
        assert_eq!(shelf.status(Serial::from_content(&[1])), None, "read before the change was seen");
        shelf.clear();
        assert_eq!(shelf.status(Serial::from_content(&[2])), None);
    }

    #[test]
    fn what_was_read_before_somebody_began_to_look_again_is_not_noted() {
        let mut shelf = Shelf::new(8);
        let look = |place| Look { at: Duration::ZERO, place };
        shelf.begin(look(7));
        // The record could not be looked into, and one reads how a certificate stands before another begins again
        // behind the place at which it was revoked.
        shelf.clear();
        let edition = shelf.edition();
        shelf.begin(look(9));
        shelf.note(Serial::from_content(&[1]), CertStatus::Good, edition);
        assert_eq!(shelf.status(Serial::from_content(&[1])), None);
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
            put(&mut shelf, serial, answer("any", 0), 0);
            assert!(shelf.young.len() + shelf.old.len() <= 8);
            assert!(found(&mut shelf, 0, 0).is_some(), "asked for after each of them");
        }
        assert_eq!(found(&mut shelf, 50, 0), None);
        let mut none = Shelf::new(0);
        put(&mut none, 1, answer("one", 0), 0);
        assert_eq!(found(&mut none, 1, 0), None);
    }
}
