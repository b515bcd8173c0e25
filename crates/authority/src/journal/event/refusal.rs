// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that were refused.

use x509::Error;
use x509::der::{Reader, Writer};

use super::{read_id, read_text, write_text};
use crate::issuer::IssuerId;

/// A request was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRefused {
    /// Who would have issued.
    pub issuer: IssuerId,
    /// The profile's name.
    pub profile: String,
    /// The digest of the request, SHA-256.
    pub request: Vec<u8>,
    /// The way it came: `command line`.
    pub path: String,
    /// The identifier of the rule that refused it first.
    pub rule: String,
    /// Every refusal, in words.
    pub reason: String,
}

/// How many octets the words of a refusal have at most: they may hold what a stranger wrote.
const REASON: usize = 2_048;

impl RequestRefused {
    /// The same with words of bounded length.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        if self.reason.len() > REASON {
            let end = (0..=REASON).rev().find(|end| self.reason.is_char_boundary(*end)).unwrap_or(0);
            self.reason.truncate(end);
            self.reason.push('…');
        }
        self
    }

    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.issuer.octets());
        write_text(event, &self.profile);
        event.octet_string(&self.request);
        write_text(event, &self.path);
        write_text(event, &self.rule);
        write_text(event, &self.reason);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            issuer: read_id(event)?,
            profile: read_text(event)?,
            request: event.octet_string()?.to_vec(),
            path: read_text(event)?,
            rule: read_text(event)?,
            reason: read_text(event)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_length_are_cut_between_characters() {
        let refused = |reason: String| RequestRefused {
            issuer: IssuerId::from_octets([0; 32]),
            profile: String::new(),
            request: Vec::new(),
            path: String::new(),
            rule: String::new(),
            reason,
        };
        assert_eq!(refused("short".into()).bounded().reason, "short");
        let long = refused("ü".repeat(REASON)).bounded().reason;
        assert_eq!(long, format!("{}…", "ü".repeat(REASON / 2)));
    }
}
