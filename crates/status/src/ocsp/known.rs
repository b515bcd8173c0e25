// SPDX-License-Identifier: MIT OR Apache-2.0
//! An issuer as the CertIDs of clients name it: by hashes of its name and key, made once.

use std::sync::Arc;

use authority::Issuer;
use x509::ocsp::CertId;
use x509::{AlgorithmIdentifier, Digest, DigestAlgorithm, Oid, SignatureVerifier, oid};

/// The digests of a CertID, by which clients name an issuer.
const DIGESTS: [(Oid<'static>, DigestAlgorithm); 4] = [
    (oid::SHA1, DigestAlgorithm::Sha1),
    (oid::SHA256, DigestAlgorithm::Sha256),
    (oid::SHA384, DigestAlgorithm::Sha384),
    (oid::SHA512, DigestAlgorithm::Sha512),
];

/// The parameters of a digest's AlgorithmIdentifier where there are any: NULL.
pub(super) const NULL: &[u8] = &[0x05, 0x00];

/// An issuer, and what CertIDs call it.
#[derive(Debug)]
pub(super) struct Known {
    issuer: Arc<Issuer>,
    names: [Name; DIGESTS.len()],
}

#[derive(Debug)]
struct Name {
    algorithm: Oid<'static>,
    of_name: Digest,
    of_key: Digest,
}

impl Known {
    pub(super) fn new(issuer: &Arc<Issuer>, crypto: &dyn SignatureVerifier) -> Result<Self, x509::Error> {
        let key = issuer.key_bits()?;
        let names = DIGESTS.map(|(algorithm, digest)| Name {
            algorithm,
            of_name: crypto.digest(digest, issuer.subject()),
            of_key: crypto.digest(digest, key),
        });
        Ok(Self { issuer: Arc::clone(issuer), names })
    }

    pub(super) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Whether a CertID is about a certificate of this issuer.
    pub(super) fn is_named_by(&self, id: &CertId<'_>) -> bool {
        let algorithm = id.hash_algorithm.oid();
        self.names.iter().any(|name| {
            name.algorithm == algorithm
                && name.of_key.octets() == id.issuer_key_hash
                && name.of_name.octets() == id.issuer_name_hash
        })
    }

    /// The hash of its key by SHA-1, as answers name who gives them (RFC 6960 §4.2.1).
    pub(super) fn key_hash(&self) -> &[u8] {
        let [sha1, ..] = &self.names;
        sha1.of_key.octets()
    }

    /// The hash of its name by SHA-1.
    pub(super) fn name_hash(&self) -> &[u8] {
        let [sha1, ..] = &self.names;
        sha1.of_name.octets()
    }
}

/// Whether the parameters of a digest are as they should be, absent, or as they often are, NULL (RFC 5754 §2).
pub(super) fn is_plain(algorithm: &AlgorithmIdentifier<'_>) -> bool {
    algorithm.parameters().is_none_or(|parameters| parameters == NULL)
}
