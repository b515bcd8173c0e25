// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains as people hand them in.

use std::sync::Arc;

use keys::{KeyKind, PrivateKey, Signer};
use tls::{ChainNote, Credentials, CredentialsError};

use crate::issuer::{Leaf, Party, root};

fn arrange(
    chain: &[&Party],
    key: &Arc<PrivateKey>,
) -> Result<(Vec<Vec<u8>>, Vec<ChainNote>), CredentialsError> {
    let chain: Vec<_> = chain.iter().map(|party| party.der.clone()).collect();
    let credentials = Credentials::new(&chain, Arc::clone(key) as Arc<dyn Signer>)?;
    Ok((credentials.chain().to_vec(), credentials.notes().to_vec()))
}

#[test]
fn a_chain_is_put_in_order_and_loses_its_root_and_says_so() {
    let root = root("R");
    let upper = root.intermediate("U");
    let lower = upper.intermediate("L");
    let leaf = lower.leaf(&Leaf::default());
    let ordered = vec![leaf.der.clone(), lower.der.clone(), upper.der.clone()];
    let root_left_out = || ChainNote::RootLeftOut { subject: "CN=R".to_owned() };
    for (given, notes) in [
        (vec![&leaf, &lower, &upper], vec![]),
        (vec![&leaf, &lower, &upper, &root], vec![root_left_out()]),
        (vec![&leaf, &upper, &lower], vec![ChainNote::Reordered]),
        (vec![&root, &upper, &lower, &leaf], vec![root_left_out(), ChainNote::Reordered]),
        (
            vec![&leaf, &lower, &lower, &upper],
            vec![ChainNote::DuplicateLeftOut { subject: "CN=L".to_owned() }],
        ),
    ] {
        assert_eq!(arrange(&given, &leaf.key).unwrap(), (ordered.clone(), notes));
    }
}

#[test]
fn two_certificates_of_one_issuer_are_both_sent() {
    let (old, new) = (root("the old root"), root("the new root"));
    let issuer = old.intermediate("the issuer");
    let cross = new.certify(Arc::clone(&issuer.key), "the issuer");
    let leaf = issuer.leaf(&Leaf::default());
    let (chain, notes) = arrange(&[&leaf, &issuer, &cross], &leaf.key).unwrap();
    assert_eq!((chain, notes), (vec![leaf.der, issuer.der, cross.der], vec![]));
}

#[test]
fn a_self_signed_certificate_alone_is_credentials() {
    let alone = root("alone");
    let (chain, notes) = arrange(&[&alone], &alone.key).unwrap();
    assert_eq!((chain, notes), (vec![alone.der], vec![]));
}

#[test]
fn what_does_not_belong_together_is_refused_with_a_way_out() {
    let root = root("R");
    let leaf = root.leaf(&Leaf::default());
    let stranger = root.intermediate("S");
    let namesake = crate::issuer::root("R2").certify(Arc::clone(&stranger.key), "R");
    let other = Arc::new(PrivateKey::generate(KeyKind::P256).unwrap());
    for (given, key, expected) in [
        (vec![], &leaf.key, "no certificate given"),
        (
            vec![&leaf, &stranger],
            &other,
            "the key does not match: its public key is in none of the certificates (CN=a server; CN=S)",
        ),
        (
            vec![&leaf, &stranger],
            &leaf.key,
            "CN=S does not belong to the chain: it signed none of the other certificates",
        ),
        (
            vec![&leaf, &namesake],
            &leaf.key,
            "CN=R does not belong to the chain: it signed none of the other certificates",
        ),
        (vec![&leaf; 17], &leaf.key, "17 certificates given, where a chain has at most 16"),
    ] {
        let error = arrange(&given, key).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(!error.hint().is_empty());
    }
    let broken = [leaf.der.clone(), b"not a certificate".to_vec()];
    let error = Credentials::new(&broken, Arc::clone(&leaf.key) as Arc<dyn Signer>).unwrap_err();
    assert!(matches!(error, CredentialsError::Unreadable { position: 2, .. }), "{error}");
}
