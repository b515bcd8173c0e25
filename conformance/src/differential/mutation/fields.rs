// SPDX-License-Identifier: MIT OR Apache-2.0
//! The basic fields (RFC 5280 §4.1), each with values at its edges.

use keys::Signer as _;
use x509::der::{Tag, Writer};
use x509::{AlgorithmIdentifier, oid};

use crate::differential::hierarchy::Hierarchy;
use crate::differential::keyring::Keyring;
use crate::differential::random::Random;

/// Times as they may stand in a certificate, or had better not.
const TIMES: [(&str, u8, &str); 26] = [
    ("as UTCTime", 0x17, "200101000000Z"),
    ("as GeneralizedTime before 2050", 0x18, "20200101000000Z"),
    ("in 2051", 0x18, "20510101000000Z"),
    ("at the end of time", 0x18, "99991231235959Z"),
    ("UTCTime of 1950", 0x17, "500101000000Z"),
    ("UTCTime of 2049", 0x17, "491231235959Z"),
    ("before the epoch", 0x17, "691231235959Z"),
    ("GeneralizedTime of 1949", 0x18, "19491231235959Z"),
    ("in the year 0", 0x18, "00000101000000Z"),
    ("without seconds", 0x17, "2001010000Z"),
    ("with an offset", 0x17, "200101000000+0000"),
    ("without Z", 0x17, "200101000000"),
    ("with a fraction", 0x18, "20200101000000.5Z"),
    ("with a fraction of nothing", 0x18, "20200101000000.0Z"),
    ("in a leap second", 0x17, "161231235960Z"),
    ("at 24 o'clock", 0x17, "200101240000Z"),
    ("on 30 February", 0x17, "200230000000Z"),
    ("on 29 February", 0x17, "200229000000Z"),
    ("on 29 February of no leap year", 0x17, "210229000000Z"),
    ("in month 13", 0x17, "201301000000Z"),
    ("in month 0", 0x17, "200001000000Z"),
    ("empty", 0x17, ""),
    ("with a space", 0x17, "200101 00000Z"),
    ("with a lower-case z", 0x17, "200101000000z"),
    ("UTCTime with four digits of year", 0x17, "20200101000000Z"),
    ("GeneralizedTime with two digits of year", 0x18, "200101000000Z"),
];

pub(super) fn validity(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let end = random.below(2);
    let name = if end == 0 { "notBefore" } else { "notAfter" };
    if random.one_in(12) {
        draft.validity.swap(0, 1);
        return Some(format!("of certificate {place}: its ends change places"));
    }
    let (words, tag, text) = random.pick(&TIMES)?;
    let tag = if *tag == 0x17 { Tag::UTC_TIME } else { Tag::GENERALIZED_TIME };
    *draft.validity.get_mut(end)? = Writer::build(|writer| writer.element(tag, text.as_bytes()));
    Some(format!("{name} of certificate {place}: {words}"))
}

pub(super) fn version(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let explicit = |number| {
        Writer::build(|writer| writer.nest(Tag::context_constructed(0), |version| version.integer(number)))
    };
    let (version, words) = match random.below(6) {
        0 => (Vec::new(), "1"),
        1 => (explicit(0), "1, written out"),
        2 => (explicit(1), "2"),
        3 => (explicit(3), "4"),
        4 => (explicit(258), "259"),
        _ => {
            draft.extensions.clear();
            (Vec::new(), "1, without extensions")
        }
    };
    draft.version = version;
    Some(format!("of certificate {place}: {words}"))
}

pub(super) fn serial(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let (content, words): (&[u8], _) = match random.below(7) {
        0 => (&[0], "zero"),
        1 => (&[0x80], "negative"),
        2 => (&[0x7f; 20], "20 octets"),
        3 => (&[0x7f; 21], "21 octets"),
        4 => (&[0, 1], "not in its shortest form"),
        5 => (&[], "empty"),
        _ => (&[0x7f; 200], "200 octets"),
    };
    draft.serial = Writer::build(|writer| writer.element(Tag::INTEGER, content));
    Some(format!("of certificate {place}: {words}"))
}

pub(super) fn unique(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let number = if random.one_in(2) { 1 } else { 2 };
    draft.unique = Writer::build(|writer| writer.element(Tag::context(number), &[0, 0xaa]));
    if random.one_in(2) {
        let two =
            Writer::build(|writer| writer.nest(Tag::context_constructed(0), |version| version.integer(1)));
        draft.version = two;
        draft.extensions.clear();
    }
    Some(format!("[{number}] of certificate {place}"))
}

/// The algorithm inside what is signed, or the one beside the signature.
pub(super) fn algorithms(hierarchy: &mut Hierarchy, random: &mut Random, ring: &Keyring) -> Option<String> {
    let own = ring.of(hierarchy.family).get(0).signature_algorithm();
    let own_oid = AlgorithmIdentifier::parse(own).ok()?.oid();
    let (algorithm, words) = match random.below(4) {
        0 => (AlgorithmIdentifier::encode(own_oid, Some(&[0x05, 0x00])), "with NULL"),
        1 => (AlgorithmIdentifier::encode(oid::ECDSA_WITH_SHA384, None), "ecdsa-with-SHA384"),
        2 => (
            AlgorithmIdentifier::encode(oid::SHA256_WITH_RSA, Some(&[0x05, 0x00])),
            "sha256WithRSAEncryption",
        ),
        _ => (AlgorithmIdentifier::encode(own_oid, Some(&[0x30, 0x00])), "with parameters"),
    };
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let side = random.below(3);
    if side != 1 {
        draft.inner_algorithm = Some(algorithm.clone());
    }
    if side != 0 {
        draft.outer_algorithm = Some(algorithm);
    }
    let side = ["inside", "outside", "both"].get(side)?;
    Some(format!("of certificate {place}, {side}: {words}"))
}

/// The subject's key: another, or a bit of it.
pub(super) fn key(hierarchy: &mut Hierarchy, random: &mut Random, ring: &Keyring) -> Option<String> {
    let other = ring.of(hierarchy.family).get(hierarchy.free_key()).public_key_info().to_vec();
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    if random.one_in(3) {
        draft.key_info = other;
        return Some(format!("of certificate {place}: another"));
    }
    let at = random.below(draft.key_info.len());
    let bit = random.below(8);
    *draft.key_info.get_mut(at)? ^= 1 << bit;
    Some(format!("of certificate {place}: bit {bit} of its octet {at}"))
}

/// Signed by a key that is not its issuer's.
pub(super) fn signer(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let free = hierarchy.free_key();
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    draft.signer = if random.one_in(2) { free } else { draft.key };
    Some(format!("of certificate {place}: {}", if draft.signer == free { "a stranger" } else { "itself" }))
}
