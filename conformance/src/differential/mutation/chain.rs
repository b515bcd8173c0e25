// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who is in the chain, in which order, and who is trusted.

use x509::Time;
use x509::der::Writer;

use crate::differential::draft::Draft;
use crate::differential::hierarchy::Hierarchy;
use crate::differential::keyring::Keyring;
use crate::differential::mutant::Mutant;
use crate::differential::random::Random;
use crate::differential::tree::{Body, Node};

/// An issuer of the chain hands its name on to a new key, which takes its place.
pub(super) fn self_issued(hierarchy: &mut Hierarchy, random: &mut Random, ring: &Keyring) -> Option<String> {
    insert(hierarchy, random, ring, |_| {})?;
    Some("handed its name on to another key".to_owned())
}

/// Another issuer stands between two.
pub(super) fn longer(hierarchy: &mut Hierarchy, random: &mut Random, ring: &Keyring) -> Option<String> {
    let place = insert(hierarchy, random, ring, |name| name.push(b'+'))?;
    Some(format!("at {place}"))
}

/// Puts a copy of an issuer, its name changed, below it. Gives the place.
fn insert(
    hierarchy: &mut Hierarchy,
    random: &mut Random,
    ring: &Keyring,
    rename: impl Fn(&mut Vec<u8>),
) -> Option<usize> {
    let keys = ring.of(hierarchy.family);
    let free = hierarchy.free_key();
    let place = 1 + random.below(hierarchy.drafts.len().checked_sub(1)?);
    let issuer = hierarchy.drafts.get(place)?.clone();
    let mut new = issuer.clone();
    new.issuer.clone_from(&issuer.subject);
    new.subject = renamed(&issuer.subject, rename)?;
    new.rekey(keys, free);
    new.sign_by(keys, issuer.key);
    let child = hierarchy.drafts.get_mut(place.checked_sub(1)?)?;
    child.issuer.clone_from(&new.subject);
    child.sign_by(keys, free);
    hierarchy.drafts.insert(place, new);
    Some(place)
}

/// A name whose last value is changed.
fn renamed(name: &[u8], rename: impl Fn(&mut Vec<u8>)) -> Option<Vec<u8>> {
    let mut tree = Node::parse(name)?;
    let last = tree.count().checked_sub(1)?;
    if let Body::Octets(value) = &mut tree.at(last)?.body {
        rename(value);
    }
    Some(tree.encode())
}

/// One who has an issuer's name and another key is sent too, before those who are in the chain or after them.
pub(super) fn impostor(hierarchy: &mut Hierarchy, random: &mut Random, ring: &Keyring) -> Option<String> {
    let free = hierarchy.free_key();
    let keys = ring.of(hierarchy.family);
    let place = 1 + random.below(hierarchy.drafts.len().checked_sub(1)?);
    let mut impostor: Draft = hierarchy.drafts.get(place)?.clone();
    impostor.rekey(keys, free);
    let is_self_signed = random.one_in(2);
    if is_self_signed {
        impostor.issuer.clone_from(&impostor.subject);
        impostor.sign_by(keys, free);
    }
    hierarchy.strangers.push(impostor);
    Some(format!("of certificate {place}{}", if is_self_signed { ", its own issuer" } else { "" }))
}

/// An issuer is left out, the one below it signed by the one above it; its name stays.
pub(super) fn shorter(hierarchy: &mut Hierarchy, random: &mut Random, ring: &Keyring) -> Option<String> {
    let keys = ring.of(hierarchy.family);
    let place = 1 + random.below(hierarchy.drafts.len().checked_sub(2)?);
    let gone = hierarchy.drafts.remove(place);
    let child = hierarchy.drafts.get_mut(place.checked_sub(1)?)?;
    child.sign_by(keys, gone.signer);
    let is_renamed = random.one_in(2);
    if is_renamed {
        child.issuer.clone_from(&gone.issuer);
    }
    Some(format!("certificate {place}{}", if is_renamed { "" } else { ", its name still named" }))
}

pub(super) fn order(mutant: &mut Mutant, random: &mut Random) -> Option<String> {
    let (_, others) = mutant.sent.split_first_mut()?;
    if others.len() < 2 {
        others.iter().next()?;
        mutant.sent.extend(mutant.anchors.clone());
        return Some("the anchor is sent too".to_owned());
    }
    random.shuffle(others);
    Some("all but the leaf".to_owned())
}

pub(super) fn drop_one(mutant: &mut Mutant, random: &mut Random) -> Option<String> {
    let place = 1 + random.below(mutant.sent.len().checked_sub(1)?);
    (place < mutant.sent.len()).then(|| mutant.sent.remove(place))?;
    Some(format!("certificate {place}"))
}

pub(super) fn repeat_one(mutant: &mut Mutant, random: &mut Random) -> Option<String> {
    let (place, again) = random.pick_mut(&mut mutant.sent)?;
    let again = again.clone();
    let at = 1 + random.below(mutant.sent.len());
    mutant.sent.insert(at, again);
    Some(format!("certificate {place}, at {at}"))
}

/// What cannot be read stands beside what can.
pub(super) fn garbage(mutant: &mut Mutant, random: &mut Random) -> Option<String> {
    let garbage = match random.below(3) {
        0 => vec![random.octet(); 1 + random.below(64)],
        1 => Writer::build(|writer| writer.sequence(|_| {})),
        _ => {
            let leaf = mutant.leaf();
            leaf.get(..leaf.len() / 2)?.to_vec()
        }
    };
    let at = 1 + random.below(mutant.sent.len());
    mutant.sent.insert(at, garbage);
    Some(format!("at {at}"))
}

/// Others are trusted.
pub(super) fn anchors(mutant: &mut Mutant, random: &mut Random) -> Option<String> {
    let place = random.below(mutant.sent.len());
    let chosen = mutant.sent.get(place)?.clone();
    Some(match random.below(4) {
        0 => {
            mutant.anchors.clear();
            "none".to_owned()
        }
        1 => {
            mutant.anchors.push(chosen);
            format!("certificate {place} too")
        }
        2 => {
            mutant.anchors = vec![chosen];
            format!("certificate {place} alone")
        }
        _ => {
            mutant.at = Time::from_unix(mutant.at.unix().saturating_add(1_000_000_000));
            "the same, thirty years on".to_owned()
        }
    })
}
