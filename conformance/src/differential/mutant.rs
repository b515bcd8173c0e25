// SPDX-License-Identifier: MIT OR Apache-2.0
//! What everyone is asked about.

use x509::{Certificate, Time, pem};

/// A chain with a change in it, and the question that goes with it.
#[derive(Debug, Clone)]
pub(crate) struct Mutant {
    /// What it was made from.
    pub(crate) of: String,
    pub(crate) changes: Vec<String>,
    /// The leaf first; DER, or what was DER.
    pub(crate) sent: Vec<Vec<u8>>,
    pub(crate) anchors: Vec<Vec<u8>>,
    pub(crate) at: Time,
    /// The name asked for.
    pub(crate) host: String,
    /// Whether its bytes are the same each time it is made.
    pub(crate) is_reproducible: bool,
}

impl Mutant {
    /// What it is, in a line.
    pub(crate) fn words(&self) -> String {
        let changes = if self.changes.is_empty() { "as it is".to_owned() } else { self.changes.join("; ") };
        format!("{}: {changes}", self.of)
    }

    /// Those who may have issued something: all but the leaf, as far as they can be read.
    pub(crate) fn issuers(&self) -> Vec<Certificate<'_>> {
        let ders = self.sent.iter().skip(1).chain(&self.anchors);
        ders.filter_map(|der| Certificate::parse(der).ok()).collect()
    }

    /// Whether two of them have the same name.
    pub(crate) fn has_a_choice(&self) -> bool {
        let issuers = self.issuers();
        let same = |one: &Certificate<'_>, two: &Certificate<'_>| {
            one.der() != two.der() && one.tbs().subject().matches(&two.tbs().subject())
        };
        issuers.iter().any(|one| issuers.iter().any(|two| same(one, two)))
    }

    /// The leaf.
    pub(crate) fn leaf(&self) -> &[u8] {
        self.sent.first().map(Vec::as_slice).unwrap_or_default()
    }

    /// Those sent beside the leaf, in PEM.
    pub(crate) fn others_pem(&self) -> String {
        pem_of(self.sent.get(1..).unwrap_or_default())
    }

    pub(crate) fn leaf_pem(&self) -> String {
        pem::encode("CERTIFICATE", self.leaf())
    }

    pub(crate) fn anchors_pem(&self) -> String {
        pem_of(&self.anchors)
    }
}

fn pem_of(ders: &[Vec<u8>]) -> String {
    ders.iter().map(|der| pem::encode("CERTIFICATE", der)).collect()
}
