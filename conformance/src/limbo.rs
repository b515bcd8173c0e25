// SPDX-License-Identifier: MIT OR Apache-2.0
//! The x509-limbo corpus as its schema writes it.

mod judge;

use std::path::Path;

use serde::Deserialize;
use x509::Time;

use crate::case::{self, Expected, namespace};
use crate::corpus;
use crate::error::Error;

/// The file.
#[derive(Debug, Deserialize)]
struct Limbo {
    testcases: Vec<Case>,
}

/// One case. What it says of features and importance is for people; every case is judged.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) validation_kind: ValidationKind,
    /// PEM, like every certificate here.
    pub(crate) trusted_certs: Vec<String>,
    pub(crate) untrusted_intermediates: Vec<String>,
    pub(crate) peer_certificate: String,
    /// RFC 3339; the present moment when there is none.
    #[serde(default)]
    pub(crate) validation_time: Option<String>,
    /// The acceptable ones; all when empty.
    pub(crate) signature_algorithms: Vec<String>,
    /// What the leaf's key must be usable for.
    pub(crate) key_usage: Vec<String>,
    /// What the leaf must be usable for; empty means what the kind of validation is about.
    pub(crate) extended_key_usage: Vec<String>,
    pub(crate) expected_result: Expected,
    /// Whom a client meant to reach.
    #[serde(default)]
    pub(crate) expected_peer_name: Option<PeerName>,
    /// Whom a server let in: the certificate must present each of them.
    pub(crate) expected_peer_names: Vec<PeerName>,
    /// How many intermediates that are not self-issued.
    #[serde(default)]
    pub(crate) max_chain_depth: Option<u32>,
    /// PEM. Where there are any, the status of every certificate is asked for.
    #[serde(default)]
    pub(crate) crls: Vec<String>,
}

/// Whose certificate is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ValidationKind {
    /// A server's, by a client.
    Server,
    /// A client's, by a server.
    Client,
}

/// A name that the peer is expected to have. Its kind shows from its value.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PeerName {
    pub(crate) value: String,
}

impl Case {
    /// The first part of the id: `rfc5280` of `rfc5280::nc::x`.
    pub(crate) fn namespace(&self) -> &str {
        namespace(&self.id)
    }
}

/// Reads a corpus.
pub(crate) fn load(path: &Path) -> Result<Vec<Case>, Error> {
    corpus::read::<Limbo>(path).map(|limbo| limbo.testcases)
}

/// Makes a case ready to be put to `verify`.
pub(crate) fn case(case: Case, now: Time) -> case::Case {
    let (id, expected) = (case.id.clone(), case.expected_result);
    case::Case { id, expected, decide: Box::new(move || judge::judge(&case, now)) }
}

#[cfg(test)]
pub(crate) mod sample {
    use super::*;

    /// A case that trusts nothing and whose leaf is what is given.
    pub(crate) fn case(id: &str, expected_result: Expected, peer_certificate: &str) -> Case {
        Case {
            id: id.to_owned(),
            validation_kind: ValidationKind::Server,
            trusted_certs: Vec::new(),
            untrusted_intermediates: Vec::new(),
            peer_certificate: peer_certificate.to_owned(),
            validation_time: Some("2026-01-01T00:00:00+00:00".to_owned()),
            signature_algorithms: Vec::new(),
            key_usage: Vec::new(),
            extended_key_usage: Vec::new(),
            expected_result,
            expected_peer_name: None,
            expected_peer_names: Vec::new(),
            max_chain_depth: None,
            crls: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_case_is_read_with_its_defaults() {
        let text = r#"{"version":1,"testcases":[{"id":"rfc5280::nc::x","features":["name-constraint-dn"],
            "description":"","validation_kind":"CLIENT","trusted_certs":["A"],"untrusted_intermediates":[],
            "peer_certificate":"B","signature_algorithms":[],"key_usage":[],"extended_key_usage":["clientAuth"],
            "expected_result":"FAILURE","expected_peer_names":[{"kind":"RFC822","value":"a@b.test"}]}]}"#;
        let limbo: Limbo = serde_json::from_str(text).unwrap();
        let case = limbo.testcases.first().unwrap();
        assert_eq!(case.namespace(), "rfc5280");
        assert_eq!((case.validation_kind, case.expected_result), (ValidationKind::Client, Expected::Failure));
        assert_eq!((case.validation_time.as_deref(), case.max_chain_depth), (None, None));
    }
}
