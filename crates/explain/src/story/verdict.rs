// SPDX-License-Identifier: MIT OR Apache-2.0
//! Step 3: how the client decided.

use verify::{Purpose, Revocation};

use super::Telling;
use crate::chain;
use crate::text::Text;
use crate::verdict::{Case, Verdict};

/// The verdict on the chain; `None` when nobody asked.
pub(super) fn of(telling: &Telling<'_>) -> Option<Verdict> {
    let handshake = telling.handshake;
    let decision = handshake.decision.as_ref()?;
    let chain: Vec<&[u8]> = handshake.chain.iter().map(Vec::as_slice).collect();
    let path: Vec<&[u8]> = match &decision.verdict {
        Ok(verified) => verified.path.iter().map(Vec::as_slice).collect(),
        Err(_) => Vec::new(),
    };
    let stapled: Vec<&[u8]> = handshake.ocsp_response.iter().map(Vec::as_slice).collect();
    Some(Verdict::of(&Case {
        chain: &chain,
        intermediates: &[],
        anchors: telling.anchors,
        sources: telling.sources,
        at: decision.at,
        name: Some(&handshake.name),
        purpose: Purpose::ServerAuth,
        revocation: (!stapled.is_empty()).then(|| Revocation::stapled(&stapled)),
        policies: None,
        ruleset: decision.ruleset,
        outcome: match &decision.verdict {
            Ok(_) => Ok(&path),
            Err(rejection) => Err(rejection),
        },
        trace: &decision.trace,
        asked: telling.asked,
        crypto: telling.crypto,
    }))
}

/// The chain and the checks; why and what to do stand at the end of the story.
pub(super) fn text(verdict: &Verdict) -> Text {
    let mut text = Text::new();
    text.prose(0, "Each certificate names the one above it as its signer. The chain must end at one that this client trusts already:");
    text.append(2, chain::drawn(verdict));
    text.prose(0, "What the client checked:");
    text.append(2, verdict.checks_text());
    text.append(2, verdict.remarks_text());
    text
}
