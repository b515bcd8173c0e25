// SPDX-License-Identifier: MIT OR Apache-2.0
//! Step 6: the first protected bytes, as both sides read them and as a listener saw them.

use serde::Serialize;

use super::{Connection, Telling};
use crate::hex::hex;
use crate::moment::counted;
use crate::text::{Mark, Role, Text};

/// How many of a listener's bytes are shown.
const SHOWN: usize = 16;

/// The bytes at the front of a record that are not protected.
const HEADER: usize = 5;

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Protected {
    /// The first line of the request.
    pub request_line: Option<String>,
    /// The request in plain text, in bytes.
    pub request_bytes: Option<usize>,
    /// What went over the wire for it.
    pub request_wire: Option<Wire>,
    /// The first line of the answer.
    pub status_line: Option<String>,
    /// The answer in plain text, as far as it was read, in bytes.
    pub answer_bytes: Option<usize>,
    /// What came over the wire for it.
    pub answer_wire: Option<Wire>,
    /// Why there is no answer.
    pub problem: Option<String>,
}

/// Protected bytes as a listener sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wire {
    /// How many.
    pub bytes: u64,
    /// The first of them, hexadecimal.
    pub first: String,
}

impl Wire {
    fn of(seen: &tls::probe::Protected) -> Self {
        Self { bytes: seen.bytes, first: hex(seen.first.get(..SHOWN).unwrap_or(&seen.first)) }
    }
}

impl Protected {
    pub(super) fn of(telling: &Telling<'_>) -> Option<Self> {
        let exchange = match telling.exchange? {
            Ok(exchange) => exchange,
            Err(error) => {
                return Some(Self {
                    request_line: None,
                    request_bytes: None,
                    request_wire: None,
                    status_line: None,
                    answer_bytes: None,
                    answer_wire: None,
                    problem: Some(told(error)),
                });
            }
        };
        let request = String::from_utf8_lossy(&exchange.request);
        Some(Self {
            request_line: request.lines().next().map(ToOwned::to_owned),
            request_bytes: Some(exchange.request.len()),
            request_wire: Some(Wire::of(&exchange.sent)),
            status_line: Some(exchange.status_line.clone()),
            answer_bytes: Some(exchange.answer_length),
            answer_wire: Some(Wire::of(&exchange.received)),
            problem: None,
        })
    }

    pub(super) fn mark(&self) -> Mark {
        if self.problem.is_none() { Mark::Pass } else { Mark::Note }
    }

    pub(super) fn text(&self, connection: &Connection) -> Text {
        let mut text = Text::new();
        text.prose(0, in_the_open(connection));
        if let Some(problem) = &self.problem {
            text.prose(0, format!("The handshake is done and both sides have keys. The request that followed went unanswered: {problem}."));
            return text;
        }
        text.prose(0, "From here on both sides speak HTTP as ever, and a listener sees this:");
        let rows = [
            ("the client said", &self.request_line, self.request_bytes, &self.request_wire),
            ("the server said", &self.status_line, self.answer_bytes, &self.answer_wire),
        ];
        const KEY: usize = 15;
        for (who, line_said, bytes, wire) in rows {
            let (Some(line_said), Some(bytes), Some(wire)) = (line_said, bytes, wire) else { continue };
            let bytes = crate::moment::counted_len(bytes, "byte");
            text.row_with(0, KEY, who, |line| line.plain(line_said).span(Role::Dim, format!(" … ({bytes})")));
            text.row_with(0, KEY, "a listener saw", |line| {
                let (header, noise) = wire.first.split_at_checked(2 * HEADER).unwrap_or((&wire.first, ""));
                line.span(Role::Note, header)
                    .span(Role::Dim, format!(" {noise}… ({})", counted(wire.bytes, "byte")))
            });
        }
        text.prose(
            0,
            "The first five bytes of each record say that it is TLS and how long it is. The rest is noise to \
             whoever has no key, and one changed bit would be noticed.",
        );
        text
    }
}

/// How much of the handshake a listener could read.
fn in_the_open(connection: &Connection) -> String {
    let whole = format!(
        "The handshake took {} from the client and {} from the server.",
        counted(connection.sent_bytes, "byte"),
        counted(connection.received_bytes, "byte"),
    );
    match (&connection.offered, &connection.chosen) {
        (Some(offered), Some(chosen)) if chosen.version == "TLS 1.3" => format!(
            "{whole} Of these a listener could read the two hellos, {} and {} bytes; the rest was encrypted already.",
            offered.bytes, chosen.bytes
        ),
        _ => format!("{whole} A listener could read all of it but the last message of each side."),
    }
}

/// An error with everything that it was caused by.
pub(super) fn told(error: &dyn std::error::Error) -> String {
    let causes: Vec<String> =
        std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect();
    causes.join(": ")
}
