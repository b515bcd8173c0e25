// SPDX-License-Identifier: MIT OR Apache-2.0
//! Changes to bytes and to the structure they make, before signing and after.

use x509::Certificate;

use crate::differential::edit::{Edit, Kind};
use crate::differential::hierarchy::Hierarchy;
use crate::differential::keyring::Keyring;
use crate::differential::mutant::Mutant;
use crate::differential::random::Random;

/// Somewhere in a block, the lengths around it mended; signed again. The words come when it is made.
pub(super) fn structure_signed(
    hierarchy: &mut Hierarchy,
    random: &mut Random,
    _: &Keyring,
) -> Option<String> {
    edit(hierarchy, &Kind::STRUCTURED, random)
}

/// Any bytes of a block; signed again.
pub(super) fn bytes_signed(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    edit(hierarchy, &Kind::RAW, random)
}

fn edit(hierarchy: &mut Hierarchy, kinds: &[Kind], random: &mut Random) -> Option<String> {
    let edit = Edit::draw(kinds, random);
    random.pick_mut(&mut hierarchy.drafts)?.1.edits.push(edit);
    None
}

/// The value of an extension; signed again.
pub(super) fn extension_signed(
    hierarchy: &mut Hierarchy,
    random: &mut Random,
    _: &Keyring,
) -> Option<String> {
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let (_, extension) = random.pick_mut(&mut draft.extensions)?;
    let kinds: &[Kind] = if random.one_in(3) { &Kind::RAW } else { &Kind::STRUCTURED };
    let told = Edit::draw(kinds, random).apply(&mut extension.value)?;
    Some(format!("{} of certificate {place}, {told}", extension.name()))
}

/// One bit of a certificate that was sent: anywhere, in what is signed, or in the signature.
pub(super) fn flip(mutant: &mut Mutant, random: &mut Random) -> Option<String> {
    let is_reproducible = mutant.is_reproducible;
    let (place, der) = random.pick_mut(&mut mutant.sent)?;
    let certificate = Certificate::parse(der).ok()?;
    let (block, signature) = (certificate.tbs().raw().len(), certificate.signature_value().len());
    let (start, length) = match random.below(3) {
        0 if is_reproducible => (0, der.len()),
        1 if is_reproducible => (der.len().saturating_sub(signature), signature),
        _ => (der.len().saturating_sub(signature).min(4), block),
    };
    let at = start + random.below(length);
    let bit = random.below(8);
    let octet = der.get_mut(at)?;
    *octet ^= 1 << bit;
    Some(format!("bit {bit} of octet {at} of certificate {place}"))
}

/// Any bytes of a certificate that was sent.
pub(super) fn raw(mutant: &mut Mutant, random: &mut Random) -> Option<String> {
    after(mutant, &Kind::RAW, random)
}

/// The structure of a certificate that was sent.
pub(super) fn structure(mutant: &mut Mutant, random: &mut Random) -> Option<String> {
    after(mutant, &Kind::STRUCTURED, random)
}

fn after(mutant: &mut Mutant, kinds: &[Kind], random: &mut Random) -> Option<String> {
    if !mutant.is_reproducible {
        return None;
    }
    let (place, der) = random.pick_mut(&mut mutant.sent)?;
    Edit::draw(kinds, random).apply(der).map(|told| format!("certificate {place}: {told}"))
}
