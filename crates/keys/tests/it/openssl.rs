// SPDX-License-Identifier: MIT OR Apache-2.0
//! openssl as a peer: we read every form that it writes, and it reads ours.

use std::path::Path;
use std::process::Command;

use keys::csr::{RequestSpec, make};
use keys::{KeyError, KeyKind, Passphrase, PrivateKey, SubjectName};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// Runs openssl in `directory` and gives its output; its failure fails the test.
fn openssl(directory: &Path, arguments: &str) -> Vec<u8> {
    let output = Command::new("openssl")
        .args(arguments.split_ascii_whitespace())
        .current_dir(directory)
        .output()
        .expect("openssl runs: apt-get install openssl");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments}\n{said}");
    output.stdout
}

fn read(directory: &Path, name: &str, passphrase: Option<&str>) -> Result<PrivateKey, KeyError> {
    let passphrase = passphrase.map(|text| Passphrase::from(Zeroizing::new(text.to_owned())));
    PrivateKey::from_pem(&std::fs::read(directory.join(name)).unwrap(), passphrase.as_ref())
}

/// Every form is the key whose public half openssl shows for it.
fn assert_same(directory: &Path, name: &str, passphrase: Option<&str>) {
    let key = read(directory, name, passphrase).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    let given = passphrase.map(|text| format!("-passin pass:{text}")).unwrap_or_default();
    let public = openssl(directory, &format!("pkey -in {name} {given} -pubout -outform DER"));
    assert_eq!(key.public_key_info(), public, "{name}");
}

#[test]
fn every_form_that_openssl_writes_is_read() {
    let directory = TempDir::new().unwrap();
    let at = directory.path();
    for (name, how) in [
        ("p256", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
        ("p384", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384"),
        ("p521", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521"),
        ("ed25519", "genpkey -algorithm ED25519"),
        ("rsa", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
    ] {
        openssl(at, &format!("{how} -out {name}.pem"));
        openssl(at, &format!("pkey -in {name}.pem -outform DER -out {name}.der"));
        assert_same(at, &format!("{name}.pem"), None);
        assert_same(at, &format!("{name}.der"), None);
        if name != "ed25519" {
            openssl(at, &format!("pkey -in {name}.pem -traditional -out {name}-old.pem"));
            openssl(at, &format!("pkey -in {name}.pem -traditional -outform DER -out {name}-old.der"));
            assert_same(at, &format!("{name}-old.pem"), None);
            assert_same(at, &format!("{name}-old.der"), None);
        }
        let encrypt = format!("pkcs8 -topk8 -in {name}.pem -passout pass:secret");
        openssl(at, &format!("{encrypt} -iter 10000 -out {name}-encrypted.pem"));
        openssl(at, &format!("{encrypt} -iter 10000 -outform DER -out {name}-encrypted.der"));
        assert_same(at, &format!("{name}-encrypted.pem"), Some("secret"));
        assert_same(at, &format!("{name}-encrypted.der"), Some("secret"));
    }
}

#[test]
fn every_encryption_that_openssl_offers_is_read_or_refused_with_the_way_out() {
    let directory = TempDir::new().unwrap();
    let at = directory.path();
    openssl(at, "ecparam -name prime256v1 -genkey -out key.pem");
    assert_same(at, "key.pem", None);
    for (index, options) in [
        "-v2 aes-128-cbc -v2prf hmacWithSHA1",
        "-v2 aes-192-cbc -v2prf hmacWithSHA256",
        "-v2 aes-256-cbc -v2prf hmacWithSHA384",
        "-v2 aes-256-cbc -v2prf hmacWithSHA512",
        "-scrypt",
        "-scrypt -scrypt_N 1024 -scrypt_r 4 -scrypt_p 16",
    ]
    .iter()
    .enumerate()
    {
        let name = format!("encrypted-{index}.pem");
        openssl(at, &format!("pkcs8 -topk8 {options} -in key.pem -passout pass:secret -out {name}"));
        assert_same(at, &name, Some("secret"));
        assert_eq!(read(at, &name, Some("Secret")).unwrap_err(), KeyError::WrongPassphrase, "{options}");
    }
    for (options, scheme) in [
        ("-v1 PBE-SHA1-3DES", "PKCS#12 PBE with SHA-1 and 3DES"),
        ("-v2 des3", "DES-EDE3-CBC"),
        ("-v2 aes-256-cbc -v2prf hmacWithSHA512-256", "1.2.840.113549.2.13"),
    ] {
        openssl(at, &format!("pkcs8 -topk8 {options} -in key.pem -passout pass:secret -out old.pem"));
        let error = read(at, "old.pem", Some("secret")).unwrap_err();
        assert_eq!(error, KeyError::UnsupportedEncryption { scheme: scheme.to_owned() }, "{options}");
        let hint = error.hint().unwrap().replace("KEY", "old.pem").replace("NEW", "new.pem");
        let hint = hint.strip_prefix("openssl ").unwrap().to_owned();
        openssl(at, &format!("{hint} -passin pass:secret -passout pass:secret"));
        assert_same(at, "new.pem", Some("secret"));
    }
}

#[test]
fn the_encryption_of_pem_that_was_before_pkcs_8_is_read_or_refused_with_the_way_out() {
    let directory = TempDir::new().unwrap();
    let at = directory.path();
    for make in ["ecparam -name prime256v1 -genkey", "genrsa -traditional"] {
        openssl(at, &format!("{make} -out key.pem"));
        let kind = if make.starts_with("ec") { "ec" } else { "rsa -traditional" };
        for cipher in ["aes128", "aes192", "aes256"] {
            openssl(at, &format!("{kind} -in key.pem -{cipher} -passout pass:secret -out old.pem"));
            assert_same(at, "old.pem", Some("secret"));
            assert_eq!(read(at, "old.pem", Some("Secret")).unwrap_err(), KeyError::WrongPassphrase);
            assert_eq!(read(at, "old.pem", None).unwrap_err(), KeyError::PassphraseNeeded);
            // A header that is not whole.
            let text = std::fs::read_to_string(at.join("old.pem")).unwrap();
            for (from, to) in
                [("DEK-Info: ", "DEK-Info: X"), ("-CBC,", "-CBC"), ("-CBC,", "-CBC,0"), ("4,E", "5,E")]
            {
                std::fs::write(at.join("broken.pem"), text.replacen(from, to, 1)).unwrap();
                assert!(read(at, "broken.pem", Some("secret")).is_err(), "{from} {to}");
            }
        }
    }
    openssl(at, "ecparam -name prime256v1 -genkey -noout -out key.pem");
    openssl(at, "ec -in key.pem -des3 -passout pass:secret -out old.pem");
    let error = read(at, "old.pem", Some("secret")).unwrap_err();
    assert_eq!(error, KeyError::UnsupportedEncryption { scheme: "DES-EDE3-CBC".to_owned() });
    let hint = error.hint().unwrap().replace("KEY", "old.pem").replace("NEW", "new.pem");
    let hint = hint.strip_prefix("openssl ").unwrap().to_owned();
    openssl(at, &format!("{hint} -passin pass:secret -passout pass:secret"));
    assert_same(at, "new.pem", Some("secret"));
}

#[test]
fn keys_that_must_not_be_used_are_refused_by_name() {
    let directory = TempDir::new().unwrap();
    let at = directory.path();
    let check = |how: &str, expect: &str| {
        openssl(at, &format!("{how} -out key.pem"));
        assert_eq!(read(at, "key.pem", None).unwrap_err().to_string(), expect, "{how}");
    };
    let rsa = "genpkey -quiet -algorithm RSA -pkeyopt";
    check(
        &format!("{rsa} rsa_keygen_bits:1024"),
        "weak key: RSA modulus of 1024 bits, at least 2048 asked for",
    );
    check(
        &format!("{rsa} rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3"),
        "weak key: RSA exponent is 3, at least 65537 asked for",
    );
    check(
        &format!("{rsa} rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3"),
        "malformed PKCS#1: an RSA key of more than two primes, which is not read",
    );
    check("genpkey -algorithm X25519", "key algorithm X25519 is not accepted");
    check("genpkey -algorithm ED448", "key algorithm Ed448 is not accepted");
    let ec = "genpkey -algorithm EC -pkeyopt";
    check(&format!("{ec} ec_paramgen_curve:secp256k1"), "key algorithm EC on 1.3.132.0.10 is not accepted");
    check(
        &format!("{ec} ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit"),
        "the curve is given by its parameters, it must be named (RFC 5480 §2.1.1)",
    );
    assert_eq!(read(at, "key.pem", None).unwrap_err(), KeyError::CurveNotNamed);
    let hint = KeyError::CurveNotNamed.hint().unwrap().replace("KEY", "key.pem").replace("NEW", "new.pem");
    openssl(at, hint.strip_prefix("openssl ").unwrap());
    assert_same(at, "new.pem", None);
}

#[test]
fn openssl_reads_what_we_write_and_verifies_our_requests() {
    let directory = TempDir::new().unwrap();
    let at = directory.path();
    for kind in KeyKind::ALL {
        let key = PrivateKey::generate(kind).unwrap();
        std::fs::write(at.join("plain.pem"), key.to_pkcs8_pem().as_bytes()).unwrap();
        openssl(at, "pkey -in plain.pem -check -noout");
        let public = openssl(at, "pkey -in plain.pem -pubout -outform DER");
        assert_eq!(public, key.public_key_info(), "{kind}");

        let names = ["a.test", "10.0.0.1", "a@b.test"].map(|name| SubjectName::parse(name).unwrap());
        let spec = RequestSpec { common_name: None, names: names.to_vec() };
        std::fs::write(at.join("request.der"), make(&key, &spec).unwrap()).unwrap();
        let text = openssl(at, "req -in request.der -inform DER -verify -noout -text");
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("DNS:a.test, IP Address:10.0.0.1, email:a@b.test"), "{kind}: {text}");
    }
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    let passphrase = Passphrase::from(Zeroizing::new("secret".to_owned()));
    let pem = key.to_encrypted_pkcs8_pem(&passphrase).unwrap();
    std::fs::write(at.join("encrypted.pem"), pem.as_bytes()).unwrap();
    assert_same(at, "encrypted.pem", Some("secret"));
}
