// SPDX-License-Identifier: MIT OR Apache-2.0
//! The limit: two signatures and nothing else.

use std::hint::black_box;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use keys::KeyKind;
use x509::Certificate;

use super::hierarchy::Hierarchy;
use crate::cpu;
use crate::race::Contestant;

pub(crate) const NAME: &str = "the limit";

/// The signature of the leaf by the intermediate's key and of the intermediate by the root's, both keys
/// as they stand in the certificates.
pub(crate) fn contestant(hierarchy: &Hierarchy) -> Result<Contestant<'_>, String> {
    let algorithm: &'static dyn VerificationAlgorithm = match hierarchy.kind {
        KeyKind::P256 => &ECDSA_P256_SHA256_ASN1,
        _ => &RSA_PKCS1_2048_8192_SHA256,
    };
    let read = |der| Certificate::parse(der).map_err(|error| error.to_string());
    let (leaf, intermediate, root) =
        (read(&hierarchy.leaf)?, read(&hierarchy.intermediate)?, read(&hierarchy.root)?);
    let check = move |subject: &Certificate<'_>, issuer: &Certificate<'_>| {
        let key = issuer.tbs().subject_public_key_info().key_bits();
        UnparsedPublicKey::new(algorithm, black_box(key))
            .verify(black_box(subject.tbs().raw()), black_box(subject.signature_value()))
            .map_err(|error| error.to_string())
    };
    Ok(Contestant::new(NAME, move |span| {
        cpu::slice(span, 8, || check(&leaf, &intermediate).and_then(|()| check(&intermediate, &root)))
    }))
}
