// SPDX-License-Identifier: MIT OR Apache-2.0
//! The entries of a CRL, kept encoded from one CRL to the next.

mod parts;

use std::collections::BTreeSet;

use authority::{IssuerId, Record, RecordError, Status, StatusRecord};
use x509::Time;
use x509::ext::ReasonCode;
use x509::write::{RevokedFields, push_revoked};

pub(crate) use parts::Parts;

/// How many changes are read at a time.
const PAGE: usize = 4_096;

/// The entries of one issuer's CRL, in the order in which the certificates were revoked, as far as the journal was
/// read. With a million of them about 55 MB.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    encoded: Vec<u8>,
    /// Of each entry: how long it is, and the last second of its certificate.
    spans: Vec<Span>,
    /// The serial numbers of those on hold: theirs are the only entries that are ever replaced or taken out early.
    held: BTreeSet<Vec<u8>>,
    through: u64,
    /// How often an entry came or went, but for those of certificates that have ended.
    edits: u64,
    /// Certificates that had ended before this are left out.
    left_out: Option<i64>,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    length: u8,
    not_after: i64,
}

impl Entries {
    /// None, of a journal of which nothing was read.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The entries one after the other, as a CRL has them.
    #[must_use]
    pub fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// The place in the journal of the last change that was read.
    #[must_use]
    pub const fn through(&self) -> u64 {
        self.through
    }

    /// How often an entry came or went, but for those of certificates that have ended.
    pub(crate) const fn edits(&self) -> u64 {
        self.edits
    }

    /// Reads what has changed since the last time.
    ///
    /// # Errors
    /// The record cannot be read; what was read before that stays.
    pub async fn bring_up_to_date(
        &mut self,
        record: &dyn Record,
        issuer: IssuerId,
    ) -> Result<(), RecordError> {
        loop {
            let changes = record.changes(issuer, self.through, PAGE).await?;
            if changes.is_empty() {
                return Ok(());
            }
            changes.iter().for_each(|change| self.apply(change));
        }
    }

    /// Takes one change: an entry more, another in place of that of a hold, or one less.
    fn apply(&mut self, change: &StatusRecord) {
        let StatusRecord { sequence, serial, not_after, status } = change;
        self.through = self.through.max(*sequence);
        self.edits = self.edits.wrapping_add(1);
        if self.held.remove(serial) {
            self.take_out(serial);
        }
        let Status::Revoked(revoked) = status else { return };
        if revoked.reason == ReasonCode::CertificateHold {
            self.held.insert(serial.clone());
        }
        let before = self.encoded.len();
        let fields = RevokedFields {
            serial,
            revocation_date: revoked.since,
            reason: Some(revoked.reason),
            invalidity_date: revoked.invalid_from,
        };
        push_revoked(&mut self.encoded, &fields);
        let length = u8::try_from(self.encoded.len().saturating_sub(before)).unwrap_or(u8::MAX);
        self.spans.push(Span { length, not_after: not_after.unix() });
    }

    /// Takes out the entry of a certificate, which is looked for from the front: holds are few.
    fn take_out(&mut self, serial: &[u8]) {
        let mut at = 0_usize;
        for index in 0..self.spans.len() {
            let length = self.spans.get(index).map_or(0, |span| usize::from(span.length));
            let end = at.saturating_add(length);
            if self.encoded.get(at..end).is_some_and(|entry| is_of(entry, serial)) {
                self.encoded.drain(at..end);
                self.spans.remove(index);
                return;
            }
            at = end;
        }
    }

    /// Whether certificates were left out that had not ended by then: the clock has been put back since.
    pub(crate) fn lack(&self, ended: Time) -> bool {
        self.left_out.is_some_and(|before| before > ended.unix())
    }

    /// Takes out the entries of certificates that had ended when the CRL before this one was made: each has stood on
    /// one CRL made after its end (RFC 5280 §3.3).
    pub fn leave_out_ended(&mut self, last_update: Time) {
        let last = last_update.unix();
        self.left_out = Some(last);
        if self.spans.iter().all(|span| span.not_after >= last) {
            return;
        }
        let (mut from, mut to) = (0_usize, 0_usize);
        for span in &self.spans {
            let length = usize::from(span.length);
            let end = from.saturating_add(length);
            if span.not_after >= last {
                self.encoded.copy_within(from..end, to);
                to = to.saturating_add(length);
            }
            from = end;
        }
        self.encoded.truncate(to);
        self.spans.retain(|span| span.not_after >= last);
    }
}

/// Whether an entry is that of a certificate: SEQUENCE { INTEGER …, both of one octet of length.
fn is_of(entry: &[u8], serial: &[u8]) -> bool {
    let [0x30, _, 0x02, length, rest @ ..] = entry else { return false };
    let Some(found) = rest.get(..usize::from(*length)) else { return false };
    let significant = |octets: &[u8]| octets.iter().position(|octet| *octet != 0).unwrap_or(octets.len());
    found.get(significant(found)..) == serial.get(significant(serial)..)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use authority::Revoked;

    use super::*;

    fn change(sequence: u64, serial: u8, reason: Option<ReasonCode>, not_after: i64) -> StatusRecord {
        let since = Time::from_unix(1_795_341_600);
        let status = reason
            .map_or(Status::Good, |reason| Status::Revoked(Revoked { reason, since, invalid_from: None }));
        StatusRecord { sequence, serial: vec![0x80, serial], not_after: Time::from_unix(not_after), status }
    }

    fn serials(entries: &Entries) -> Vec<u8> {
        let mut rest = entries.encoded();
        let mut found = Vec::new();
        while let [0x30, length, after @ ..] = rest {
            let (entry, others) = after.split_at(usize::from(*length));
            found.push(entry[2..2 + usize::from(entry[1])].last().copied().unwrap());
            rest = others;
        }
        found
    }

    #[test]
    fn a_hold_gives_way_to_what_follows_it() {
        let mut entries = Entries::new();
        let hold = Some(ReasonCode::CertificateHold);
        for (sequence, serial) in [(1, 1), (2, 2), (3, 3)] {
            entries.apply(&change(sequence, serial, hold, 10));
        }
        entries.apply(&change(4, 9, Some(ReasonCode::KeyCompromise), 10));
        assert_eq!((serials(&entries), entries.through()), (vec![1, 2, 3, 9], 4));
        entries.apply(&change(5, 2, None, 10));
        assert_eq!(serials(&entries), [1, 3, 9]);
        entries.apply(&change(6, 1, Some(ReasonCode::Superseded), 10));
        assert_eq!((serials(&entries), entries.len()), (vec![3, 9, 1], 3));
        // One that was never in this list.
        entries.apply(&change(7, 8, None, 10));
        assert_eq!((serials(&entries), entries.through()), (vec![3, 9, 1], 7));
    }

    #[test]
    fn what_has_ended_leaves_one_list_late() {
        let mut entries = Entries::new();
        for (sequence, not_after) in [(1, 100), (2, 200), (3, 300), (4, 200)] {
            let serial = u8::try_from(sequence).unwrap();
            entries.apply(&change(sequence, serial, Some(ReasonCode::Superseded), not_after));
        }
        let at = |seconds| Time::from_unix(seconds);
        entries.leave_out_ended(at(100));
        assert_eq!(serials(&entries), [1, 2, 3, 4], "the last second of a certificate is its own");
        entries.leave_out_ended(at(101));
        assert_eq!(serials(&entries), [2, 3, 4]);
        entries.leave_out_ended(at(250));
        assert_eq!((serials(&entries), entries.len()), (vec![3], 1));
        entries.leave_out_ended(at(301));
        assert!(entries.is_empty() && entries.encoded().is_empty());
    }
}
