// SPDX-License-Identifier: MIT OR Apache-2.0
//! Step 3: how the client decided.

use verify::Purpose;
use x509::ext::AuthorityInfoAccess;
use x509::{Certificate, GeneralName, oid};

use super::Telling;
use crate::chain;
use crate::hint::Asked;
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
    let name = handshake.name.to_string();
    let asked = Asked {
        wanted: Some(&name),
        sent: chain.len(),
        issuer_url: chain.first().and_then(|leaf| issuer_url(leaf)),
        ..telling.asked
    };
    Some(Verdict::of(&Case {
        chain: &chain,
        intermediates: &[],
        anchors: telling.anchors,
        sources: telling.sources,
        at: decision.at,
        name: Some(&handshake.name),
        purpose: Purpose::ServerAuth,
        outcome: match &decision.verdict {
            Ok(_) => Ok(&path),
            Err(rejection) => Err(rejection),
        },
        trace: &decision.trace,
        asked,
        crypto: telling.crypto,
    }))
}

/// Where a certificate says that its issuer's is found.
fn issuer_url(der: &[u8]) -> Option<&str> {
    let extensions = Certificate::parse(der).ok()?.tbs().extensions();
    let access = extensions.decode::<AuthorityInfoAccess<'_>>().ok()??;
    access.value.iter().find_map(|access| match access.location {
        GeneralName::Uri(uri) if access.method == oid::CA_ISSUERS => Some(uri),
        _ => None,
    })
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
