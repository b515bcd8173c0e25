// SPDX-License-Identifier: MIT OR Apache-2.0
//! The certificates that came with a question, each read once.

use std::collections::BTreeSet;

use x509::Error;

use crate::decoded::Decoded;
use crate::question::Question;
use crate::trace::{Step, TraceSink};

/// Up to how many certificates are compared one by one.
const FEW: usize = 16;

/// Where a certificate came from, in the order in which issuers are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Anchor,
    Sent,
    Intermediate,
}

/// A certificate: read for this question, or kept by whoever asks it.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "most are read, and lie in one allocation")]
enum Held<'a> {
    Read(Decoded<'a>),
    Kept(&'a Decoded<'a>),
}

impl<'a> Held<'a> {
    fn read(der: &'a [u8], question: &Question<'a>) -> Result<Self, Error> {
        let prepared = question.prepared.and_then(|prepared| prepared.store().find(der));
        match prepared.or_else(|| question.anchors.store().find(der)) {
            Some(kept) => Ok(Self::Kept(kept.decoded())),
            None => Decoded::parse(der).map(Self::Read),
        }
    }

    const fn get(&self) -> &Decoded<'a> {
        match self {
            Self::Read(certificate) => certificate,
            Self::Kept(certificate) => certificate,
        }
    }
}

/// The leaf, and the certificates beside it, each once.
#[derive(Debug)]
pub(crate) struct Given<'a> {
    leaf: Held<'a>,
    others: Vec<(Held<'a>, Source)>,
    /// The first that could not be read, and why.
    unreadable: Option<String>,
}

impl<'a> Given<'a> {
    /// The certificate `leaf` alone.
    #[inline]
    pub(crate) fn certificate(leaf: &'a [u8], question: &Question<'a>) -> Result<Self, Error> {
        Held::read(leaf, question).map(|leaf| Self { leaf, others: Vec::new(), unreadable: None })
    }

    /// Another of what was given to a question, in place of its leaf.
    pub(crate) fn beside(&self, leaf: &Decoded<'a>) -> Self {
        // What is not signed yet issues nobody.
        let others = self.iter().filter(|(other, _)| other.signed().is_some() && other.der() != leaf.der());
        let others = others.map(|(other, _)| (Held::Read(other.clone()), Source::Intermediate));
        Self { leaf: Held::Read(leaf.clone()), others: others.collect(), unreadable: self.unreadable.clone() }
    }

    /// What is to become a certificate, alone.
    pub(crate) const fn unsigned(leaf: Decoded<'a>) -> Self {
        Self { leaf: Held::Read(leaf), others: Vec::new(), unreadable: None }
    }

    /// Reads those that were sent beside the leaf, and the question's intermediates. What cannot be read
    /// is told and left out.
    pub(crate) fn add_others(
        &mut self,
        sent: &'a [&'a [u8]],
        question: &Question<'a>,
        trace: &mut impl TraceSink,
    ) {
        let before = question.chain.len().saturating_sub(sent.len());
        let all = || sent.iter().chain(question.intermediates).copied();
        self.others.reserve_exact(all().count());
        let leaf = self.leaf().der();
        let mut many = BTreeSet::new();
        for (place, der) in all().enumerate() {
            let again = leaf == Some(der) || all().take(place.min(FEW)).any(|earlier| earlier == der);
            if again || (place >= FEW && !many.insert(der)) {
                continue;
            }
            let beside = place.checked_sub(sent.len());
            match Held::read(der, question) {
                Ok(held) if beside.is_none() => self.others.push((held, Source::Sent)),
                Ok(held) => self.others.push((held, Source::Intermediate)),
                Err(error) => {
                    let number = beside.unwrap_or(place.saturating_add(before)).saturating_add(1);
                    let which = match beside {
                        None => format!("certificate {number} as sent"),
                        Some(_) => format!("intermediate certificate {number}"),
                    };
                    self.unreadable.get_or_insert_with(|| format!("{which} cannot be read: {error}"));
                    trace.record(Step::Unusable { which, reason: error.to_string() });
                }
            }
        }
    }

    /// The first that could not be read, and why, in words.
    pub(crate) fn unreadable(&self) -> Option<&str> {
        self.unreadable.as_deref()
    }

    /// The leaf.
    pub(crate) const fn leaf(&self) -> &Decoded<'a> {
        self.leaf.get()
    }

    /// The leaf, then the others, with where they came from.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Decoded<'a>, Source)> {
        let others = self.others.iter().map(|(held, source)| (held.get(), *source));
        std::iter::once((self.leaf(), Source::Sent)).chain(others)
    }
}
