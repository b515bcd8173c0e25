// SPDX-License-Identifier: MIT OR Apache-2.0
//! What came of all mutants, class by class.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use verify::Ruleset;

use super::classes::{self, Class, Who};
use super::mutant::Mutant;
use super::peer::{Peer, Verdict};
use crate::error::Error;

/// Two verdicts on one mutant.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) ruleset: Ruleset,
    pub(crate) ours: Verdict,
    pub(crate) peer: Peer,
    pub(crate) theirs: Verdict,
}

#[derive(Debug, Default)]
pub(crate) struct Tally {
    mutants: u64,
    accepted: u64,
    agreed: u64,
    classified: u64,
    /// By the name of the class.
    classes: BTreeMap<&'static str, (&'static Class, u64)>,
    unexplained: Vec<Unexplained>,
}

/// A disagreement that has no class.
#[derive(Debug)]
struct Unexplained {
    index: u64,
    mutant: Mutant,
    judged: Vec<Judged>,
}

impl Tally {
    pub(crate) fn take(&mut self, index: u64, mutant: &Mutant, judged: Vec<Judged>) {
        self.mutants += 1;
        self.accepted += u64::from(judged.iter().any(|judged| judged.ours.is_accepted()));
        let mut without_class = Vec::new();
        let mut is_agreed = true;
        for one in judged {
            if one.ours.is_accepted() == one.theirs.is_accepted() {
                continue;
            }
            is_agreed = false;
            match classes::find(mutant, &one) {
                Some(class) => self.classes.entry(class.name).or_insert((class, 0)).1 += 1,
                None => without_class.push(one),
            }
        }
        if !without_class.is_empty() {
            self.unexplained.push(Unexplained { index, mutant: mutant.clone(), judged: without_class });
        } else if is_agreed {
            self.agreed += 1;
        } else {
            self.classified += 1;
        }
    }
}

impl Tally {
    /// Whether there was something to judge, and nothing is without a class.
    pub(crate) fn is_good(&self) -> bool {
        self.mutants > 0 && self.unexplained.is_empty()
    }

    /// A line for each class, every disagreement that has none, and the sums.
    pub(crate) fn write(&self, seed: u64, out: &mut dyn Write) -> Result<(), Error> {
        for (class, count) in self.classes.values() {
            let who = match class.who {
                Who::WeRefuse => "we refuse",
                Who::PeerRefuses => "it refuses",
            };
            writeln!(out, "{count:7}  {} ({who}) [{}] {}", class.name, class.clause, class.reason)?;
        }
        if !self.unexplained.is_empty() {
            let folder = tempfile::tempdir().map_err(Error::at(Path::new("a temporary folder")))?.keep();
            for unexplained in self.unexplained.iter().take(TOLD) {
                unexplained.write(seed, &folder, out)?;
            }
        }
        let (failed, verdict) = (self.unexplained.len(), if self.is_good() { "ok" } else { "FAILED" });
        writeln!(
            out,
            "{} mutants ({} accepted by us), {} agreed, {} classified, {failed} unexplained",
            self.mutants, self.accepted, self.agreed, self.classified
        )?;
        let passed = self.agreed + self.classified;
        writeln!(out, "test result: {verdict}. {passed} passed; {failed} failed")?;
        Ok(())
    }
}

/// How many unexplained disagreements are told: what is behind the others is mostly the same.
const TOLD: usize = 20;

impl Unexplained {
    /// Tells of it, and leaves its certificates in a folder.
    fn write(&self, seed: u64, folder: &Path, out: &mut dyn Write) -> Result<(), Error> {
        let Self { index, mutant, judged } = self;
        writeln!(out, "test differential::mutant_{index}_of_seed_{seed} ... FAILED")?;
        writeln!(out, "    {}", mutant.words())?;
        for Judged { ruleset, ours, peer, theirs } in judged {
            writeln!(out, "    {ruleset}: {}", ours.told())?;
            writeln!(out, "    {}: {}", peer.name(), theirs.told())?;
        }
        let file = |name: &str, text: String| {
            let path = folder.join(format!("{index}-{name}.pem"));
            fs::write(&path, text).map_err(Error::at(&path)).map(|()| path)
        };
        let leaf = file("leaf", mutant.leaf_pem())?;
        file("others", mutant.others_pem())?;
        file("anchors", mutant.anchors_pem())?;
        let (at, host) = (mutant.at, &mutant.host);
        writeln!(out, "    at {at}, for {host}: {} and -others, -anchors beside it", leaf.display())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use x509::Time;

    use super::*;
    use crate::differential::peer::Cause;

    fn told(verdicts: &[(Verdict, Verdict)]) -> (bool, String) {
        let at = Time::from_unix(1_795_341_600);
        let (of, host) = ("a chain".to_owned(), "a.test".to_owned());
        let (changes, sent) = (vec!["a bit".to_owned()], vec![vec![0x30, 0]]);
        let mutant = Mutant { of, changes, sent, anchors: Vec::new(), at, host, is_reproducible: true };
        let mut tally = Tally::default();
        for (index, (ours, theirs)) in (0_u64..).zip(verdicts) {
            let (ruleset, peer) = (Ruleset::Rfc5280, Peer::Webpki);
            tally.take(
                index,
                &mutant,
                vec![Judged { ruleset, ours: ours.clone(), peer, theirs: theirs.clone() }],
            );
        }
        let mut text = Vec::new();
        tally.write(7, &mut text).unwrap();
        (tally.is_good(), String::from_utf8(text).unwrap())
    }

    fn refused(code: &str) -> Verdict {
        Verdict::Refused(Cause::new(code, "because"))
    }

    #[test]
    fn what_is_agreed_or_known_is_counted() {
        let (is_good, text) = told(&[
            (Verdict::Accepted, Verdict::Accepted),
            (refused("signature"), refused("UnknownIssuer")),
            (refused("issuer-may-sign"), Verdict::Accepted),
        ]);
        assert!(is_good);
        assert!(text.contains("      1  webpki: reads no keyUsage (we refuse) [RFC 5280 §4.2.1.3"), "{text}");
        assert!(
            text.contains("3 mutants (1 accepted by us), 2 agreed, 1 classified, 0 unexplained"),
            "{text}"
        );
        assert!(text.ends_with("test result: ok. 3 passed; 0 failed\n"), "{text}");
    }

    #[test]
    fn what_nobody_explained_fails_and_leaves_its_certificates() {
        let (is_good, text) = told(&[(refused("signature"), Verdict::Accepted)]);
        assert!(!is_good);
        assert!(
            text.contains("test differential::mutant_0_of_seed_7 ... FAILED\n    a chain: a bit\n"),
            "{text}"
        );
        assert!(
            text.contains("rfc5280: refused by signature: because\n    rustls-webpki: accepted\n"),
            "{text}"
        );
        assert!(text.ends_with("test result: FAILED. 0 passed; 1 failed\n"), "{text}");
        let line = text.lines().find(|line| line.contains("-leaf.pem")).unwrap();
        let leaf = line.split_whitespace().find(|word| word.ends_with("-leaf.pem")).unwrap();
        assert!(fs::read_to_string(leaf).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
        fs::remove_dir_all(Path::new(leaf).parent().unwrap()).unwrap();
    }

    #[test]
    fn nothing_judged_is_not_good() {
        assert!(!told(&[]).0);
    }
}
