// SPDX-License-Identifier: MIT OR Apache-2.0
//! What mutants are made from: chains as they are in the world, copies of them under our keys, and hierarchies of our
//! own.

mod made;

use x509::{Time, pem};

use super::draft::Draft;
use super::keyring::{Family, Keyring, Keys};
use super::mutant::Mutant;
use crate::case::Expected;
use crate::limbo::Case;

pub(crate) use made::made;

/// A chain in parts.
#[derive(Debug, Clone)]
pub(crate) struct Hierarchy {
    pub(crate) name: String,
    pub(crate) family: Family,
    /// The leaf first, the anchor last.
    pub(crate) drafts: Vec<Draft>,
    /// Sent as well; nobody in the chain was issued by them.
    pub(crate) strangers: Vec<Draft>,
    pub(crate) at: Time,
    pub(crate) host: String,
}

impl Hierarchy {
    /// The chain, each signed by the one after it; the anchor is not sent.
    pub(crate) fn encode(&self, ring: &Keyring) -> Mutant {
        let keys = ring.of(self.family);
        let mut changes = Vec::new();
        let mut encoded: Vec<Vec<u8>> = Vec::new();
        for (place, draft) in self.drafts.iter().chain(&self.strangers).enumerate() {
            let (der, told) = draft.encode(keys);
            changes.extend(told.into_iter().map(|told| format!("certificate {place}, signed again: {told}")));
            encoded.push(der);
        }
        let anchor = self.drafts.len().saturating_sub(1);
        let anchors = if anchor < encoded.len() { vec![encoded.remove(anchor)] } else { Vec::new() };
        Mutant {
            of: self.name.clone(),
            changes,
            sent: encoded,
            anchors,
            at: self.at,
            host: self.host.clone(),
            is_reproducible: self.family == Family::Ed25519,
        }
    }

    /// Which of our keys nobody in it has.
    pub(crate) fn free_key(&self) -> usize {
        self.drafts.iter().chain(&self.strangers).map(|draft| draft.key).max().unwrap_or(0) + 1
    }
}

/// The chains of the corpus that were met in the world.
pub(crate) fn met(cases: &[Case]) -> Vec<Mutant> {
    let online = |case: &&Case| case.namespace() == "online" && case.expected_result == Expected::Success;
    let mutant = |case: &Case| {
        let sent = [std::slice::from_ref(&case.peer_certificate), &case.untrusted_intermediates].concat();
        Some(Mutant {
            of: case.id.clone(),
            changes: Vec::new(),
            sent: ders(&sent)?,
            anchors: ders(&case.trusted_certs)?,
            at: Time::parse(case.validation_time.as_deref()?)?,
            host: case.expected_peer_name.as_ref()?.value.clone(),
            is_reproducible: true,
        })
    };
    cases.iter().filter(online).filter_map(mutant).collect()
}

fn ders(texts: &[String]) -> Option<Vec<Vec<u8>>> {
    let one = |text: &String| pem::decode(text.as_bytes()).ok()?.into_iter().next().map(|block| block.der);
    texts.iter().map(one).collect()
}

/// The same chain with the same names and extensions, its issuers' keys replaced by ours.
pub(crate) fn copy(chain: &Mutant, family: Family, ring: &Keyring) -> Option<Hierarchy> {
    let keys = ring.of(family);
    let path = path(chain)?;
    let drafts: Vec<Draft> = path.iter().map(|der| Draft::copy(der).ok()).collect::<Option<_>>()?;
    let name = format!("{} under our keys", chain.of);
    let mut hierarchy =
        Hierarchy { name, family, drafts, strangers: Vec::new(), at: chain.at, host: chain.host.clone() };
    link(&mut hierarchy, keys);
    // The leaf signs nothing: its key stays its own.
    if let (Some(leaf), Some(original)) = (hierarchy.drafts.first_mut(), path.first()) {
        *leaf = Draft { key_info: Draft::copy(original).ok()?.key_info, ..leaf.clone() };
    }
    Some(hierarchy)
}

/// Gives each certificate the key of its place, and has it signed by the one above it, the last by itself.
fn link(hierarchy: &mut Hierarchy, keys: &Keys) {
    let last = hierarchy.drafts.len().saturating_sub(1);
    for (place, draft) in hierarchy.drafts.iter_mut().enumerate() {
        draft.rekey(keys, place);
        draft.sign_by(keys, (place + 1).min(last));
    }
}

/// The certificates from the leaf to the anchor, in order.
fn path(chain: &Mutant) -> Option<Vec<&[u8]>> {
    let mut all: Vec<&[u8]> = chain.sent.iter().chain(&chain.anchors).map(Vec::as_slice).collect();
    let mut path = vec![all.remove(0)];
    let field = |der: &[u8], issuer: bool| {
        let draft = Draft::copy(der).ok()?;
        Some(if issuer { draft.issuer } else { draft.subject })
    };
    while let Some(wanted) = path.last().and_then(|der| field(der, true)) {
        let Some(at) = all.iter().position(|der| field(der, false).as_ref() == Some(&wanted)) else { break };
        path.push(all.remove(at));
    }
    let anchor = path.last().is_some_and(|last| chain.anchors.iter().any(|anchor| anchor == last));
    anchor.then_some(path)
}
