// SPDX-License-Identifier: MIT OR Apache-2.0
//! DSA, which the product does not accept and PKITS asks for: AWS-LC for everything else.

use std::collections::BTreeMap;

use dsa::pkcs8::DecodePublicKey;
use dsa::signature::hazmat::PrehashVerifier;
use dsa::{Signature, VerifyingKey};
use keys::AwsLc;
use parking_lot::Mutex;
use x509::{
    AlgorithmIdentifier, Digest, DigestAlgorithm, KeyStrength, SignatureError, SignatureVerifier,
    SubjectPublicKeyInfo, TbsCertificate,
};

/// id-dsa [RFC 3279 §2.3.2].
const DSA: &str = "1.2.840.10040.4.1";
/// id-dsa-with-sha1 [RFC 3279 §2.2.2].
const DSA_WITH_SHA1: &str = "1.2.840.10040.4.3";
/// id-dsa-with-sha256 [RFC 5758 §3.1].
const DSA_WITH_SHA256: &str = "2.16.840.1.101.3.4.3.2";

/// AWS-LC and DSA. Made anew for each decision: it remembers whose parameters a key inherits.
#[derive(Default)]
pub(crate) struct WithDsa {
    /// The algorithm with its parameters, by the key that has none of its own.
    ///
    /// RFC 5280 §6.1.4(d)–(f): a key without parameters takes those of the key that signed its
    /// certificate. `verify` checks the signatures of a path from the anchor down.
    inherited: Mutex<BTreeMap<Vec<u8>, Vec<u8>>>,
}

impl WithDsa {
    fn key(&self, key: &SubjectPublicKeyInfo<'_>) -> Result<(Vec<u8>, VerifyingKey), SignatureError> {
        let malformed = |reason: String| SignatureError::MalformedKey { reason };
        let algorithm = match key.algorithm().parameters() {
            Some(_) => key.algorithm().raw().to_vec(),
            None => {
                let known = self.inherited.lock().get(key.raw()).cloned();
                known.ok_or_else(|| malformed("DSA without parameters, and none to inherit".to_owned()))?
            }
        };
        let whole = SubjectPublicKeyInfo::encode(&algorithm, key.key_bits());
        let read = VerifyingKey::from_public_key_der(&whole).map_err(|error| malformed(error.to_string()))?;
        Ok((algorithm, read))
    }

    /// Keeps the parameters for the key that `message`, a certificate just verified, lets inherit them.
    fn pass_on(&self, algorithm: Vec<u8>, message: &[u8]) {
        let Ok(tbs) = TbsCertificate::parse(message) else { return };
        let heir = tbs.subject_public_key_info();
        if is(&heir.algorithm(), DSA) && heir.algorithm().parameters().is_none() {
            self.inherited.lock().insert(heir.raw().to_vec(), algorithm);
        }
    }
}

fn is(algorithm: &AlgorithmIdentifier<'_>, dotted: &str) -> bool {
    algorithm.oid().to_string() == dotted
}

impl SignatureVerifier for WithDsa {
    fn verify(
        &self,
        key: &SubjectPublicKeyInfo<'_>,
        algorithm: &AlgorithmIdentifier<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        if !is(&key.algorithm(), DSA) {
            return AwsLc.verify(key, algorithm, message, signature);
        }
        let digest = match algorithm {
            one if is(one, DSA_WITH_SHA1) => DigestAlgorithm::Sha1,
            one if is(one, DSA_WITH_SHA256) => DigestAlgorithm::Sha256,
            other => {
                let (algorithm, key) = (other.oid().to_string(), DSA.to_owned());
                return Err(SignatureError::KeyMismatch { algorithm, key });
            }
        };
        let (parameters, key) = self.key(key)?;
        let signature = Signature::try_from(signature).map_err(|_malformed| SignatureError::BadSignature)?;
        let digest = AwsLc.digest(digest, message);
        key.verify_prehash(digest.octets(), &signature).map_err(|_bad| SignatureError::BadSignature)?;
        self.pass_on(parameters, message);
        Ok(())
    }

    fn check_key(&self, key: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
        AwsLc.check_key(key)
    }

    fn digest(&self, algorithm: DigestAlgorithm, data: &[u8]) -> Digest {
        AwsLc.digest(algorithm, data)
    }
}
