// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mutants of real chains, judged by us and by others: every disagreement is one that is known, by name and clause, or
//! the run fails.

mod classes;
mod draft;
mod edit;
mod hierarchy;
mod keyring;
mod mutant;
mod mutation;
mod peer;
mod random;
mod tally;
mod tree;

use std::io::Write;

use verify::Ruleset;

use crate::error::Error;
use crate::limbo::Case;
use hierarchy::Hierarchy;
use keyring::{Family, Keyring};
use mutant::Mutant;
use peer::openssl::{OpenSsl, Strictness};
use peer::{Peer, ours, rustls_webpki};
use random::Random;
use tally::{Judged, Tally};

/// How much to do, and from which seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) cases: u64,
    pub(crate) seed: u64,
    /// How many of the mutants OpenSSL is asked about, a process for each.
    pub(crate) openssl: u64,
}

impl Default for Plan {
    /// What the tests run: some seconds.
    fn default() -> Self {
        Self { cases: 2_000, seed: 1, openssl: 400 }
    }
}

/// Makes the mutants, has them judged and tells of it. True when no disagreement is without a class.
///
/// `may_miss_peers` is whether a peer that is not installed may be skipped.
pub(crate) fn run(
    plan: &Plan,
    cases: &[Case],
    may_miss_peers: bool,
    out: &mut dyn Write,
) -> Result<bool, Error> {
    let ring = Keyring::new()?;
    let bases = Bases::new(cases, &ring);
    let openssl = OpenSsl::find()?;
    let version = openssl.as_ref().map_or("no OpenSSL", OpenSsl::version);
    writeln!(out, "differential: seed {}, rustls-webpki and {version}", plan.seed)?;
    if openssl.is_none() {
        writeln!(out, "SKIP peer missing: openssl")?;
    }
    let mut tally = Tally::default();
    let stride = plan.cases.checked_div(plan.openssl).unwrap_or(u64::MAX).max(1);
    for index in 0..plan.cases {
        let Some(mutant) = bases.mutant(plan.seed, index, &ring) else { break };
        // Every so many, and alternately by each of its two ways.
        let asked = openssl.as_ref().filter(|_| plan.openssl > 0 && index % stride == 0);
        let strictness =
            if (index / stride).is_multiple_of(2) { Strictness::Strict } else { Strictness::Plain };
        let judged = judge(&mutant, asked.map(|openssl| (openssl, strictness)))?;
        tally.take(index, &mutant, judged);
    }
    tally.write(plan.seed, out)?;
    Ok(tally.is_good() && (openssl.is_some() || may_miss_peers))
}

fn judge(mutant: &Mutant, openssl: Option<(&OpenSsl, Strictness)>) -> Result<Vec<Judged>, Error> {
    let [path, profile] = [Ruleset::Path, Ruleset::Rfc5280].map(|ruleset| ours::judge(mutant, ruleset));
    let webpki = rustls_webpki::judge(mutant);
    let mut judged = vec![
        Judged { ruleset: Ruleset::Path, ours: path.clone(), peer: Peer::Webpki, theirs: webpki.clone() },
        Judged { ruleset: Ruleset::Rfc5280, ours: profile.clone(), peer: Peer::Webpki, theirs: webpki },
    ];
    if let Some((openssl, strictness)) = openssl {
        let (ruleset, ours) = match strictness {
            Strictness::Plain => (Ruleset::Path, path),
            Strictness::Strict => (Ruleset::Rfc5280, profile),
        };
        judged.push(Judged {
            ruleset,
            ours,
            peer: Peer::OpenSsl,
            theirs: openssl.judge(mutant, strictness)?,
        });
    }
    Ok(judged)
}

/// What mutants are made from.
struct Bases {
    met: Vec<Mutant>,
    signed_again: Vec<Hierarchy>,
}

impl Bases {
    fn new(cases: &[Case], ring: &Keyring) -> Self {
        let met = hierarchy::met(cases);
        let copies = met.iter().flat_map(|chain| {
            [Family::Ed25519, Family::P256]
                .into_iter()
                .filter_map(|family| hierarchy::copy(chain, family, ring))
        });
        let signed_again = copies.chain(hierarchy::made(ring)).collect();
        Self { met, signed_again }
    }

    /// The mutant of this number. The first are the bases as they are.
    fn mutant(&self, seed: u64, index: u64, ring: &Keyring) -> Option<Mutant> {
        let mut random = Random::new(seed, index);
        if let Ok(at) = usize::try_from(index) {
            let unchanged = self.met.get(at).cloned();
            let copied = || self.signed_again.get(at.checked_sub(self.met.len())?);
            if let Some(mutant) = unchanged.or_else(|| copied().map(|hierarchy| hierarchy.encode(ring))) {
                return Some(mutant);
            }
        }
        if random.one_in(5)
            && let Some(chain) = random.pick(&self.met)
        {
            return Some(mutation::mutate_met(chain, &mut random));
        }
        random.pick(&self.signed_again).map(|hierarchy| mutation::mutate(hierarchy, ring, &mut random))
    }
}
