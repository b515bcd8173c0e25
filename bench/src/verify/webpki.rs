// SPDX-License-Identifier: MIT OR Apache-2.0
//! rustls-webpki, as rustls calls it.

use std::hint::black_box;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, ServerName, SignatureVerificationAlgorithm,
    TrustAnchor, UnixTime,
};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use super::hierarchy::Hierarchy;
use super::{AT, HOST};
use crate::cpu;
use crate::race::Contestant;

pub(crate) const NAME: &str = "rustls-webpki";

/// With the algorithms that rustls has by default.
pub(crate) fn with_signatures(hierarchy: &Hierarchy) -> Result<Contestant<'_>, String> {
    contestant(hierarchy, algorithms().to_vec(), 8)
}

/// The same, each finding that every signature holds.
pub(crate) fn without_signatures(hierarchy: &Hierarchy) -> Result<Contestant<'_>, String> {
    let all_hold = |algorithm: &&'static dyn SignatureVerificationAlgorithm| -> &'static dyn SignatureVerificationAlgorithm {
        Box::leak(Box::new(AllHold(*algorithm)))
    };
    contestant(hierarchy, algorithms().iter().map(all_hold).collect(), 256)
}

/// Those that rustls verifies with.
pub(crate) fn algorithms() -> &'static [&'static dyn SignatureVerificationAlgorithm] {
    aws_lc_rs::default_provider().signature_verification_algorithms.all
}

/// One question.
pub(crate) struct Asked<'a> {
    pub leaf: &'a CertificateDer<'a>,
    pub intermediates: &'a [CertificateDer<'a>],
    pub anchors: &'a [TrustAnchor<'a>],
    pub at: UnixTime,
    pub name: &'a ServerName<'a>,
}

/// Whether the leaf is a server's of that name.
pub(crate) fn decide(
    asked: &Asked<'_>,
    algorithms: &[&dyn SignatureVerificationAlgorithm],
) -> Result<(), webpki::Error> {
    let leaf = EndEntityCert::try_from(asked.leaf)?;
    let (anchors, intermediates) = (asked.anchors, asked.intermediates);
    let usage = KeyUsage::server_auth();
    let path = leaf.verify_for_usage(algorithms, anchors, intermediates, asked.at, usage, None, None)?;
    black_box(&path);
    leaf.verify_is_valid_for_subject_name(asked.name)
}

fn contestant<'h>(
    hierarchy: &'h Hierarchy,
    algorithms: Vec<&'static dyn SignatureVerificationAlgorithm>,
    batch: u32,
) -> Result<Contestant<'h>, String> {
    let root = CertificateDer::from(hierarchy.root.as_slice());
    let anchors = [anchor_from_trusted_cert(&root).map_err(|error| error.to_string())?.to_owned()];
    let name = ServerName::try_from(HOST).map_err(|error| error.to_string())?;
    let at = UnixTime::since_unix_epoch(std::time::Duration::from_secs(AT.unsigned_abs()));
    let leaf = CertificateDer::from(hierarchy.leaf.as_slice());
    let intermediates = [CertificateDer::from(hierarchy.intermediate.as_slice())];
    Ok(Contestant::new(NAME, move |span| {
        let asked = Asked { leaf: &leaf, intermediates: &intermediates, anchors: &anchors, at, name: &name };
        cpu::slice(span, batch, || {
            decide(black_box(&asked), &algorithms).map_err(|refused| refused.to_string())
        })
    }))
}

/// An algorithm of which every signature holds.
#[derive(Debug)]
struct AllHold(&'static dyn SignatureVerificationAlgorithm);

impl SignatureVerificationAlgorithm for AllHold {
    fn verify_signature(
        &self,
        _public_key: &[u8],
        _message: &[u8],
        _signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.0.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.0.signature_alg_id()
    }
}
