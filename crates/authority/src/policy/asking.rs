// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a policy is asked about.

use std::time::Duration;

use keys::SubjectName;
use x509::ext::KeyUsage;
use x509::{KeyStrength, Oid};

use super::Requester;

/// A certificate as a policy sees it: as it is planned, or as its to-be-signed bytes say.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// Who asks for it.
    pub requester: &'a Requester,
    /// The name of the profile that it is issued by.
    pub profile: &'a str,
    /// Its names.
    pub names: &'a [SubjectName],
    /// The kind of its key.
    pub key: KeyStrength,
    /// What the key is for.
    pub key_usage: KeyUsage,
    /// The extended key usages.
    pub purposes: &'a [Oid<'a>],
    /// How long it is valid, both ends counted.
    pub length: Duration,
}
