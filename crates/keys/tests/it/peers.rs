// SPDX-License-Identifier: MIT OR Apache-2.0
//! GnuTLS and Java as peers: they read the keys that we write, in the clear and encrypted.

use std::fs;
use std::path::Path;
use std::process::Command;

use keys::{AwsLc, KeyKind, Passphrase, PrivateKey, Signer as _};
use tempfile::TempDir;
use x509::{AlgorithmIdentifier, SignatureVerifier as _, SubjectPublicKeyInfo, pem};
use zeroize::Zeroizing;

const KINDS: [KeyKind; 4] = [KeyKind::P256, KeyKind::P384, KeyKind::Ed25519, KeyKind::Rsa2048];

/// What a program says; its failure fails the test.
fn said(program: &str, package: &str, arguments: &[String], directory: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(directory).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}: apt-get install {package}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}\n{errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn encrypted(key: &PrivateKey) -> Zeroizing<String> {
    key.to_encrypted_pkcs8_pem(&Passphrase::from(Zeroizing::new("secret".to_owned()))).unwrap()
}

#[test]
fn gnutls_reads_what_we_write() {
    let directory = TempDir::new().unwrap();
    for kind in KINDS {
        let key = PrivateKey::generate(kind).unwrap();
        let public = pem::encode("PUBLIC KEY", key.public_key_info());
        for (name, text) in [("plain.pem", key.to_pkcs8_pem()), ("encrypted.pem", encrypted(&key))] {
            fs::write(directory.path().join(name), text.as_bytes()).unwrap();
            let arguments = ["--pubkey-info", "--load-privkey", name, "--password", "secret"];
            let shown = said("certtool", "gnutls-bin", &arguments.map(str::to_owned), directory.path());
            assert!(shown.contains(&public), "{kind} {name}: {shown}");
        }
    }
}

#[test]
fn java_signs_with_what_we_write() {
    let directory = TempDir::new().unwrap();
    let source = directory.path().join("Sign.java");
    fs::write(&source, include_str!("Sign.java")).unwrap();
    let keys = KINDS.map(|kind| PrivateKey::generate(kind).unwrap());
    let names = [
        ("EC", "SHA256withECDSA"),
        ("EC", "SHA384withECDSA"),
        ("Ed25519", "Ed25519"),
        ("RSA", "SHA256withRSA"),
    ];
    let mut arguments = vec![source.display().to_string()];
    for (index, (key, (kind, algorithm))) in keys.iter().zip(names).enumerate() {
        let (plain, closed) = (format!("plain-{index}.der"), format!("encrypted-{index}.der"));
        fs::write(directory.path().join(&plain), key.to_pkcs8_der()).unwrap();
        let der = pem::decode(encrypted(key).as_bytes()).unwrap().remove(0).der;
        fs::write(directory.path().join(&closed), der).unwrap();
        arguments
            .extend([kind, algorithm, &plain, "-", kind, algorithm, &closed, "secret"].map(str::to_owned));
    }
    let shown = said("java", "default-jdk-headless", &arguments, directory.path());
    let signatures: Vec<Vec<u8>> = shown.lines().map(from_hex).collect();
    assert_eq!(signatures.len(), 2 * keys.len());
    for (key, pair) in keys.iter().zip(signatures.chunks(2)) {
        let info = SubjectPublicKeyInfo::parse(key.public_key_info()).unwrap();
        let algorithm = AlgorithmIdentifier::parse(key.signature_algorithm()).unwrap();
        for signature in pair {
            assert_eq!(AwsLc.verify(&info, &algorithm, b"message", signature), Ok(()), "{key:?}");
        }
    }
}

fn from_hex(line: &str) -> Vec<u8> {
    (0..line.len()).step_by(2).map(|at| u8::from_str_radix(&line[at..at + 2], 16).unwrap()).collect()
}
