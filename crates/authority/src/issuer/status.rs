// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signing what tells the status of certificates with an issuer's key, and nothing else: certificates go through the
//! gate.

use x509::der::{Reader, Tag};
use x509::{SignatureVerifier, SubjectPublicKeyInfo};

use super::Issuer;
use crate::error::StatusError;
use crate::issue::check;

impl Issuer {
    /// The AlgorithmIdentifier of its signatures, DER.
    #[must_use]
    pub fn signature_algorithm(&self) -> &[u8] {
        self.signer.signature_algorithm()
    }

    /// The octets of its public key, as the identifiers of keys are made of them.
    ///
    /// # Errors
    /// What the signer says of its key cannot be read.
    pub fn key_bits(&self) -> Result<&[u8], x509::Error> {
        SubjectPublicKeyInfo::parse(self.signer.public_key_info()).map(|key| key.key_bits())
    }

    /// Signs the block of a CRL or of an OCSP answer, and verifies the signature with its own key. What is no such
    /// block is refused: a certificate is signed by the gate alone.
    ///
    /// # Errors
    /// Other bytes, or a signer that failed or is faulty.
    pub fn sign_status(&self, block: &[u8], crypto: &dyn SignatureVerifier) -> Result<Vec<u8>, StatusError> {
        if !is_list(block) && !is_answer(block) {
            return Err(StatusError::NoStatus);
        }
        let signature = self.signer.sign(block)?;
        check(self.signer(), self.key(), block, &signature, crypto)?.map_err(StatusError::FaultySigner)?;
        Ok(signature)
    }

    /// Signs the block of an OCSP answer and does not verify it, which would take as long again: for answers that are
    /// made while a client waits, and of which a wrong one serves that client alone, who cannot use it.
    ///
    /// # Errors
    /// Other bytes, or a signer that failed.
    pub fn sign_answer_unverified(&self, block: &[u8]) -> Result<Vec<u8>, StatusError> {
        if !is_answer(block) {
            return Err(StatusError::NoStatus);
        }
        Ok(self.signer.sign(block)?)
    }
}

/// RFC 5280 §5.1: version 2, an algorithm, a name, and a time where a certificate has its validity.
fn is_list(block: &[u8]) -> bool {
    let front = || {
        let mut fields = Reader::whole(block, Tag::SEQUENCE).ok()?.reader();
        let version = fields.small_integer().ok()?;
        fields.expect(Tag::SEQUENCE).ok()?;
        fields.expect(Tag::SEQUENCE).ok()?;
        Some(version == 1 && matches!(fields.peek(), Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME)))
    };
    front() == Some(true)
}

/// RFC 6960 §4.2.1: who answers, by name or by key, where a certificate has its version or its serial number.
pub(super) fn is_answer(block: &[u8]) -> bool {
    let fields = Reader::whole(block, Tag::SEQUENCE).map(|whole| whole.reader());
    fields.is_ok_and(
        |fields| matches!(fields.peek(), Some(tag) if [1, 2].map(Tag::context_constructed).contains(&tag)),
    )
}

#[cfg(test)]
mod tests {
    use x509::der::Writer;
    use x509::write::{TbsFields, tbs_certificate};
    use x509::{AlgorithmIdentifier, SubjectPublicKeyInfo, Time, oid};

    use super::*;

    #[test]
    fn a_certificate_is_neither_a_list_nor_an_answer() {
        let algorithm = AlgorithmIdentifier::encode(oid::ED25519, None);
        let key = SubjectPublicKeyInfo::encode(&algorithm, &[7; 32]);
        let (name, at) = (x509::name::NameBuilder::new().build(), Time::from_unix(0));
        let tbs = tbs_certificate(&TbsFields {
            serial: &[1],
            signature_algorithm: &algorithm,
            issuer: &name,
            not_before: at,
            not_after: at,
            subject: &name,
            subject_public_key_info: &key,
            extensions: &[],
        });
        assert!(!is_list(&tbs) && !is_answer(&tbs));
        // One of version 1, whose serial number could pass for the version of a list.
        let block = |validity: fn(&mut Writer, Time)| {
            Writer::build(|writer| {
                writer.sequence(|block| {
                    block.integer(1);
                    block.raw(&algorithm);
                    block.raw(&name);
                    validity(block, at);
                });
            })
        };
        assert!(!is_list(&block(|block, at| block.sequence(|validity| at.write(validity)))));
        assert!(is_list(&block(|block, at| at.write(block))));
        assert!(!is_list(&[]) && !is_answer(&[]));
        let answer =
            Writer::build(|data| data.sequence(|data| data.nest(Tag::context_constructed(2), |_| {})));
        assert!(is_answer(&answer) && !is_list(&answer));
    }
}
