// SPDX-License-Identifier: MIT OR Apache-2.0
//! A handshake, told step by step: in the order in which a client lives through it.

mod agreement;
mod certificate;
mod connection;
mod ending;
mod headings;
mod paint;
mod proof;
mod protected;
mod verdict;

use serde::Serialize;
use tls::{Exchange, ExchangeError, Failure, Handshake};
use verify::TrustAnchors;
use x509::{SignatureVerifier, Time};

pub use agreement::{Agreement, Share};
pub use certificate::{CertificateStep, NamesAgreement};
pub use connection::{Attempt, Chosen, Connection, Offered};
pub use ending::{Ending, Outcome};
pub use paint::{Colour, Paint};
pub use proof::Proof;
pub use protected::{Protected, Wire};

use crate::hint::Asked;
use crate::moment::as_text;
use crate::text::{Mark, Text};
use crate::verdict::{TrustSource, Verdict};

/// What happened, as the probe recorded it.
#[derive(Clone, Copy)]
pub struct Telling<'a> {
    /// The handshake, or as much as there was of it.
    pub handshake: &'a Handshake,
    /// What ended it early.
    pub failure: Option<&'a Failure>,
    /// What came of the one request; none was made when the server was not trusted.
    pub exchange: Option<Result<&'a Exchange, &'a ExchangeError>>,
    /// Whom the client trusts.
    pub anchors: &'a TrustAnchors,
    /// Where it has them from.
    pub sources: &'a [TrustSource<'a>],
    /// What the caller asked for, as typed: `localhost:8443`.
    pub target: &'a str,
    /// How to ask again.
    pub asked: Asked<'a>,
    /// The time.
    pub now: Time,
    /// Makes digests.
    pub crypto: &'a dyn SignatureVerifier,
}

impl std::fmt::Debug for Telling<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Telling").field("target", &self.target).finish_non_exhaustive()
    }
}

/// A handshake, told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Story {
    /// What was asked for.
    pub target: String,
    /// The name that the certificate had to be for.
    pub name: String,
    /// The time of the decision.
    #[serde(serialize_with = "as_text")]
    pub at: Time,
    /// How it ended.
    pub ending: Ending,
    /// Step 1: the connection, what the client offered and the server chose.
    pub connection: Connection,
    /// Step 2: the certificate that the server sent.
    pub certificate: Option<CertificateStep>,
    /// Step 3: how the client decided.
    pub verdict: Option<Verdict>,
    /// Step 4: how the server proved that it holds the key.
    pub proof: Option<Proof>,
    /// Step 5: how the keys were agreed.
    pub agreement: Option<Agreement>,
    /// Step 6: the first protected bytes.
    pub protected: Option<Protected>,
}

/// Whether the analogy of mixing paint is told too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Analogy {
    /// The numbers alone.
    None,
    /// And paint, in the colours of this connection's shares.
    Paint,
}

impl Story {
    /// Tells what happened.
    #[must_use]
    pub fn of(telling: &Telling<'_>) -> Self {
        let handshake = telling.handshake;
        let verdict = verdict::of(telling);
        Self {
            target: telling.target.to_owned(),
            name: handshake.name.to_string(),
            at: handshake.decision.as_ref().map_or(telling.now, |decision| decision.at),
            ending: Ending::of(telling, verdict.as_ref()),
            connection: Connection::of(handshake),
            certificate: CertificateStep::of(telling),
            verdict,
            proof: Proof::of(handshake),
            agreement: Agreement::of(handshake, telling.crypto),
            protected: Protected::of(telling),
        }
    }

    /// The story for people, its ending included.
    #[must_use]
    pub fn text(&self, analogy: Analogy) -> Text {
        let mut text = self.steps_text(analogy);
        text.gap();
        text.append(0, self.ending.text(self.verdict.as_ref()));
        text
    }

    /// The steps alone.
    #[must_use]
    pub fn steps_text(&self, analogy: Analogy) -> Text {
        let mut text = Text::new();
        text.heading(format!("A handshake with {}, step by step", self.target));
        for (step, told) in [
            (headings::CONNECTION, Some((self.connection.mark(), self.connection.text()))),
            (headings::CERTIFICATE, self.certificate.as_ref().map(|step| (step.names.outcome, step.text()))),
            (
                headings::DECISION,
                self.verdict.as_ref().map(|verdict| (mark(verdict.trusted), verdict::text(verdict))),
            ),
            (headings::PROOF, self.proof.as_ref().map(|step| (mark(step.valid), step.text()))),
            (headings::AGREEMENT, self.agreement.as_ref().map(|step| (Mark::Pass, step.text(analogy)))),
            (
                headings::PROTECTED,
                self.protected.as_ref().map(|step| (step.mark(), step.text(&self.connection))),
            ),
        ] {
            let Some((outcome, told)) = told else { continue };
            text.gap();
            headings::write(&mut text, step, outcome);
            text.append(2, told);
        }
        text
    }
}

const fn mark(held: bool) -> Mark {
    if held { Mark::Pass } else { Mark::Fail }
}
