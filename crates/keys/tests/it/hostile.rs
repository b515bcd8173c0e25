// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hostile bytes: never a panic, never a key that is not the one that was written.

use std::sync::LazyLock;

use keys::{AwsLc, KeyKind, Passphrase, PrivateKey, Signer as _, SubjectName};
use proptest::collection::vec;
use proptest::prelude::*;
use x509::{AlgorithmIdentifier, SignatureVerifier as _, SubjectPublicKeyInfo, pem};
use zeroize::Zeroizing;

static KEYS: LazyLock<Vec<PrivateKey>> = LazyLock::new(|| {
    let kinds = [KeyKind::P256, KeyKind::P384, KeyKind::Ed25519, KeyKind::Rsa2048];
    kinds.map(|kind| PrivateKey::generate(kind).unwrap()).into()
});

static ENCRYPTED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let passphrase = Passphrase::from(Zeroizing::new("secret".to_owned()));
    let text = KEYS[0].to_encrypted_pkcs8_pem(&passphrase).unwrap();
    pem::decode(text.as_bytes()).unwrap().remove(0).der
});

/// The bytes with some of them changed, and perhaps cut.
fn damaged(
    mut bytes: Vec<u8>,
    changes: &[(prop::sample::Index, u8)],
    cut: Option<prop::sample::Index>,
) -> Vec<u8> {
    for (index, value) in changes {
        let at = index.index(bytes.len());
        bytes[at] = *value;
    }
    if let Some(cut) = cut {
        bytes.truncate(cut.index(bytes.len()));
    }
    bytes
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..400)) {
        let _ = PrivateKey::from_der(&bytes, None);
        let _ = PrivateKey::from_pem(&bytes, None);
        for label in ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "EC PARAMETERS"] {
            let text = pem::encode(label, &bytes);
            prop_assert!(PrivateKey::from_pem(text.as_bytes(), None).is_err());
        }
    }

    #[test]
    fn a_damaged_key_is_refused_or_still_a_key(
        which in 0..4_usize,
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let bytes = damaged(KEYS[which].to_pkcs8_der().to_vec(), &changes, cut);
        if let Ok(key) = PrivateKey::from_der(&bytes, None) {
            let signature = key.sign(b"message").unwrap();
            let info = SubjectPublicKeyInfo::parse(key.public_key_info()).unwrap();
            let algorithm = AlgorithmIdentifier::parse(key.signature_algorithm()).unwrap();
            prop_assert_eq!(AwsLc.verify(&info, &algorithm, b"message", &signature), Ok(()));
        }
    }

    #[test]
    fn a_damaged_encrypted_key_is_refused(
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        prop_assert!(PrivateKey::from_der(&damaged(ENCRYPTED.clone(), &changes, cut), None).is_err());
    }

    #[test]
    fn damaged_keys_algorithms_and_signatures_are_judged_without_a_panic(
        which in 0..4_usize,
        part in 0..3_usize,
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let key = &KEYS[which];
        let mut parts = [
            key.public_key_info().to_vec(),
            key.signature_algorithm().to_vec(),
            key.sign(b"message").unwrap(),
        ];
        parts[part] = damaged(parts[part].clone(), &changes, None);
        let whole = [
            key.public_key_info() == parts[0],
            key.signature_algorithm() == parts[1],
        ];
        let (Ok(info), Ok(algorithm)) =
            (SubjectPublicKeyInfo::parse(&parts[0]), AlgorithmIdentifier::parse(&parts[1]))
        else {
            return Ok(());
        };
        let _ = AwsLc.check_key(&info);
        let judged = AwsLc.verify(&info, &algorithm, b"message", &parts[2]);
        if part < 2 && !whole[part] {
            prop_assert!(judged.is_err(), "{judged:?}");
        }
    }

    #[test]
    fn a_name_that_is_accepted_reads_back_as_itself(text in "\\PC{0,40}|[a-z*.@:\\[\\]0-9-]{0,40}") {
        if let Ok(name) = SubjectName::parse(&text) {
            let written = name.to_string();
            prop_assert_eq!(SubjectName::parse(&written), Ok(name.clone()));
            let back = name.with_general_name(|name| SubjectName::from_general_name(&name));
            prop_assert_eq!(back, Ok(name));
        }
    }
}
