// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extensions removed, repeated, exchanged, moved, put in, and their criticality.

use super::catalogue;
use crate::differential::draft::CRITICAL;
use crate::differential::hierarchy::Hierarchy;
use crate::differential::keyring::Keyring;
use crate::differential::random::Random;

/// One of the catalogue's, in the place of those of its kind.
pub(super) fn set(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let entries = catalogue::entries(&hierarchy.host);
    let entry = random.pick(&entries)?;
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let mut extension = entry.extension.clone();
    if random.one_in(6) {
        extension.critical = if extension.critical.is_empty() { CRITICAL.to_vec() } else { Vec::new() };
    }
    let name = extension.name();
    draft.set(extension);
    Some(format!("{name} of certificate {place}: {}", entry.words))
}

pub(super) fn remove(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let at = random.below(draft.extensions.len());
    let removed = (at < draft.extensions.len()).then(|| draft.extensions.remove(at))?;
    Some(format!("{} of certificate {place}", removed.name()))
}

pub(super) fn repeat(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let again = random.pick(&draft.extensions)?.clone();
    let name = again.name();
    let at = random.below(draft.extensions.len() + 1);
    draft.extensions.insert(at, again);
    Some(format!("{name} of certificate {place}"))
}

pub(super) fn exchange(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let last = draft.extensions.len().checked_sub(1)?;
    let (one, other) = (random.below(last), last);
    let [first, second] = draft.extensions.get_disjoint_mut([one, other]).ok()?;
    std::mem::swap(&mut first.value, &mut second.value);
    Some(format!("{} and {} of certificate {place}", first.name(), second.name()))
}

pub(super) fn reorder(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    random.shuffle(&mut draft.extensions);
    Some(format!("certificate {place}"))
}

/// Turned round, or written as DER does not write it.
pub(super) fn criticality(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let (_, extension) = random.pick_mut(&mut draft.extensions)?;
    let turned = if extension.critical.is_empty() { CRITICAL.to_vec() } else { Vec::new() };
    let (critical, words) = match random.below(8) {
        0 => (vec![0x01, 0x01, 0x00], "FALSE, written out"),
        1 => (vec![0x01, 0x01, 0x01], "TRUE, written as 01"),
        2 => (vec![0x01, 0x00], "a BOOLEAN without an octet"),
        _ => (turned, "turned round"),
    };
    extension.critical = critical;
    Some(format!("of {} of certificate {place}: {words}", extension.name()))
}
