// SPDX-License-Identifier: MIT OR Apache-2.0
//! The changes that make a mutant. What changes the meaning of a certificate is signed again, so that the change is
//! what decides and not a broken signature.

mod bytes;
mod catalogue;
mod chain;
mod extensions;
mod fields;
mod names;
mod question;

use super::hierarchy::Hierarchy;
use super::keyring::Keyring;
use super::mutant::Mutant;
use super::random::Random;

/// A kind of change.
pub(crate) struct Mutator {
    pub(crate) name: &'static str,
    /// How often it is drawn, beside the others.
    weight: usize,
    apply: Apply,
}

/// What a change is made to. It says what it was; nothing where it does not apply.
enum Apply {
    /// Certificates not yet signed.
    Before(fn(&mut Hierarchy, &mut Random, &Keyring) -> Option<String>),
    /// What is sent, and the question.
    After(fn(&mut Mutant, &mut Random) -> Option<String>),
}

/// Every kind.
pub(crate) static MUTATORS: &[Mutator] = &[
    before("an extension set", 16, extensions::set),
    before("an extension removed", 3, extensions::remove),
    before("an extension twice", 2, extensions::repeat),
    before("extensions exchange their values", 1, extensions::exchange),
    before("extensions in another order", 1, extensions::reorder),
    before("criticality", 3, extensions::criticality),
    before("the block's structure", 12, bytes::structure_signed),
    before("the block's bytes", 6, bytes::bytes_signed),
    before("an extension's bytes", 12, bytes::extension_signed),
    before("the validity", 4, fields::validity),
    before("the version", 1, fields::version),
    before("the serial number", 2, fields::serial),
    before("unique identifiers", 1, fields::unique),
    before("the algorithms", 2, fields::algorithms),
    before("the key", 2, fields::key),
    before("a signer", 2, fields::signer),
    before("a name", 6, names::rewrite),
    before("a name in another's place", 2, names::misplace),
    before("a self-issued issuer", 3, chain::self_issued),
    before("an issuer more", 2, chain::longer),
    before("an impostor", 2, chain::impostor),
    before("an issuer left out", 1, chain::shorter),
    after("the order", 2, chain::order),
    after("one left out", 2, chain::drop_one),
    after("one twice", 1, chain::repeat_one),
    after("bytes that are nothing", 1, chain::garbage),
    after("the anchors", 2, chain::anchors),
    after("the moment", 5, question::moment),
    after("the name asked for", 4, question::host),
    after("a bit", 6, bytes::flip),
    after("bytes", 4, bytes::raw),
    after("the structure", 3, bytes::structure),
];

const fn before(
    name: &'static str,
    weight: usize,
    apply: fn(&mut Hierarchy, &mut Random, &Keyring) -> Option<String>,
) -> Mutator {
    Mutator { name, weight, apply: Apply::Before(apply) }
}

const fn after(
    name: &'static str,
    weight: usize,
    apply: fn(&mut Mutant, &mut Random) -> Option<String>,
) -> Mutator {
    Mutator { name, weight, apply: Apply::After(apply) }
}

/// A chain with one change, now and then with more.
pub(crate) fn mutate(hierarchy: &Hierarchy, ring: &Keyring, random: &mut Random) -> Mutant {
    let count = [1, 1, 1, 1, 2, 3].get(random.below(6)).copied().unwrap_or(1);
    let drawn: Vec<&Mutator> = (0..count).filter_map(|_| draw(random, |_| true)).collect();
    let mut changed = hierarchy.clone();
    let mut told = Vec::new();
    for mutator in &drawn {
        if let Apply::Before(apply) = mutator.apply {
            told.extend(apply(&mut changed, random, ring).map(|words| format!("{}: {words}", mutator.name)));
        }
    }
    let mut mutant = changed.encode(ring);
    mutant.changes.splice(..0, told);
    drawn.iter().for_each(|mutator| mutator.after(&mut mutant, random));
    mutant
}

/// A chain as it was met, with a change to what is sent: its own signatures still stand.
pub(crate) fn mutate_met(chain: &Mutant, random: &mut Random) -> Mutant {
    let mut mutant = chain.clone();
    if let Some(mutator) = draw(random, |mutator| matches!(mutator.apply, Apply::After(_))) {
        mutator.after(&mut mutant, random);
    }
    mutant
}

fn draw(random: &mut Random, wanted: impl Fn(&Mutator) -> bool) -> Option<&'static Mutator> {
    let candidates = || MUTATORS.iter().filter(|mutator| wanted(mutator));
    let mut left = random.below(candidates().map(|mutator| mutator.weight).sum());
    candidates().find(|mutator| {
        let found = left < mutator.weight;
        left = left.saturating_sub(mutator.weight);
        found
    })
}

impl Mutator {
    fn after(&self, mutant: &mut Mutant, random: &mut Random) {
        if let Apply::After(apply) = self.apply
            && let Some(words) = apply(mutant, random)
        {
            mutant.changes.push(format!("{}: {words}", self.name));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::differential::hierarchy::made;
    use crate::differential::peer::{ours, rustls_webpki};
    use crate::differential::tree::Node;
    use verify::Ruleset;

    /// Changes after which not everything is BER any more.
    const BREAKING: [&str; 6] =
        ["the block's bytes", "an extension's bytes", "the key", "bytes that are nothing", "a bit", "bytes"];

    #[test]
    fn every_change_is_made_and_what_is_to_stay_well_formed_does() {
        let ring = Keyring::new().unwrap();
        let hierarchies = made(&ring);
        for mutator in MUTATORS {
            let mut changed = 0;
            for (index, hierarchy) in (0_u64..).zip(hierarchies.iter().cycle().take(120)) {
                let mut random = Random::new(9, index);
                let (mut before, mut mutant) = (hierarchy.clone(), hierarchy.encode(&ring));
                let original = (mutant.sent.clone(), mutant.anchors.clone(), mutant.at, mutant.host.clone());
                match mutator.apply {
                    Apply::Before(apply) => {
                        let told = apply(&mut before, &mut random, &ring);
                        mutant = before.encode(&ring);
                        mutant.changes.extend(told);
                    }
                    Apply::After(_) => mutator.after(&mut mutant, &mut random),
                }
                let now = (mutant.sent.clone(), mutant.anchors.clone(), mutant.at, mutant.host.clone());
                // Ed25519 signs the same each time, so that what has no words is as it was.
                if mutant.is_reproducible && mutant.changes.is_empty() {
                    assert!(now == original, "{} {index}: nothing was told", mutator.name);
                }
                changed += usize::from(mutant.is_reproducible && now != original);
                if !BREAKING.contains(&mutator.name)
                    && !mutant.changes.iter().any(|told| told.contains("longer than"))
                {
                    let mut all = mutant.sent.iter().chain(&mutant.anchors);
                    assert!(all.all(|der| Node::parse(der).is_some()), "{} {index}", mutator.name);
                }
            }
            assert!(changed >= 20, "{}: {changed}", mutator.name);
        }
    }

    #[test]
    fn a_seed_makes_the_same_mutants_again() {
        let ring = Keyring::new().unwrap();
        let hierarchies = made(&ring);
        for (index, hierarchy) in (0_u64..).zip(hierarchies.iter().cycle().take(200)) {
            let [one, two] = [(); 2].map(|()| mutate(hierarchy, &ring, &mut Random::new(4, index)));
            assert_eq!(one.changes, two.changes);
            assert!(!one.is_reproducible || one.sent == two.sent, "{}", one.words());
        }
    }

    #[test]
    fn what_is_not_changed_is_accepted_by_us_and_by_webpki_where_it_can_read_it() {
        let ring = Keyring::new().unwrap();
        for hierarchy in made(&ring) {
            let mutant = hierarchy.encode(&ring);
            for ruleset in [Ruleset::Path, Ruleset::Rfc5280] {
                assert!(ours::judge(&mutant, ruleset).is_accepted(), "{} by {ruleset}", hierarchy.name);
            }
            // It processes no policies, and counts what is self-issued.
            let beyond = ["policies", "self-issued"].iter().any(|name| hierarchy.name.contains(name));
            assert_eq!(rustls_webpki::judge(&mutant).is_accepted(), !beyond, "{}", hierarchy.name);
        }
    }
}
