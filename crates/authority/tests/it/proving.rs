// SPDX-License-Identifier: MIT OR Apache-2.0
//! What storage gives is proven again, not believed.

use std::sync::Arc;

use authority::{Issuer, IssuerError};
use keys::{AwsLc, KeyKind, Signer};

use crate::office::{Office, fresh_key};

/// A founded intermediate's chain and its key.
fn chain_and_key() -> (Vec<Vec<u8>>, Arc<dyn Signer>) {
    let signer = fresh_key(KeyKind::P256);
    let office = Office::around(signer.clone());
    (office.founded.intermediate.chain().to_vec(), signer)
}

fn refused(chain: Vec<Vec<u8>>, signer: Arc<dyn Signer>) -> IssuerError {
    Issuer::prove(chain, signer, &AwsLc).unwrap_err()
}

#[test]
fn a_whole_chain_with_its_key_is_an_issuer() {
    let (chain, key) = chain_and_key();
    let issuer = Issuer::prove(chain.clone(), key, &AwsLc).unwrap();
    assert_eq!(issuer.sent(), &chain[..1]);
    assert_eq!(issuer.root(), chain[1]);
    assert!(!issuer.is_root());
}

#[test]
fn whatever_does_not_belong_together_is_refused() {
    let (chain, key) = chain_and_key();
    let other = Office::private();
    assert_eq!(refused(Vec::new(), key.clone()), IssuerError::NoChain);
    assert!(matches!(refused(chain.clone(), fresh_key(KeyKind::P256)), IssuerError::KeyMismatch { .. }));
    let foreign_root = vec![chain[0].clone(), other.founded.root.certificate().to_vec()];
    assert!(matches!(refused(foreign_root, key.clone()), IssuerError::Chain { .. }));
    let no_root = vec![chain[0].clone()];
    assert!(matches!(refused(no_root, key.clone()), IssuerError::RootSignature { .. }));
    let cut = vec![chain[0].clone(), chain[1][..100].to_vec()];
    assert!(matches!(refused(cut, key), IssuerError::Malformed { index: 1, .. }));
}

#[test]
fn a_bit_that_flipped_in_storage_is_noticed() {
    let (chain, key) = chain_and_key();
    for index in 0..chain.len() {
        let length = chain[index].len();
        // Every seventh octet: the others are no different.
        for at in (0..length).step_by(7) {
            let mut chain = chain.clone();
            chain[index][at] ^= 1;
            let found = Issuer::prove(chain, key.clone(), &AwsLc);
            assert!(found.is_err(), "certificate {index}, octet {at} of {length}");
        }
    }
}

#[test]
fn a_leaf_is_no_issuer() {
    let office = Office::private();
    let key = crate::office::key(KeyKind::P256);
    let issued = office.issue(crate::office::Ask::server(crate::office::request(&["db.internal"]))).unwrap();
    let chain: Vec<Vec<u8>> =
        issued.chain().map(<[u8]>::to_vec).chain([office.founded.root.certificate().to_vec()]).collect();
    assert!(matches!(refused(chain, key), IssuerError::Chain { .. }));
}
