// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys and requests: their files, their passphrases, and what other tools make of them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::support::home::Home;
use crate::support::peer::peer;
use crate::support::run;

const KINDS: [&str; 6] = ["p256", "p384", "ed25519", "rsa2048", "rsa3072", "rsa4096"];

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn passphrase(home: &Home, name: &str, text: &str) {
    let path = home.write(name, text);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn openssl(home: &Home, arguments: &[&str]) -> Option<Command> {
    let mut openssl = peer("openssl")?;
    openssl.current_dir(home.path("")).args(arguments);
    Some(openssl)
}

#[test]
fn openssl_accepts_a_request_of_every_kind_of_key() {
    let home = Home::empty();
    for kind in KINDS {
        run(&mut home.chancery(["key", "new", "--kind", kind, "--out", kind])).expect_code(0);
        assert_eq!(mode(&home.path(kind)), 0o600);
        let request = home.path("csr");
        let made =
            run(&mut home.chancery(["csr", "new", "--key", kind, "--name", "a.internal"])).expect_code(0);
        std::fs::write(&request, made.out).unwrap();
        let Some(mut openssl) = openssl(&home, &["req", "-in", "csr", "-noout", "-verify", "-subject"])
        else {
            return;
        };
        let seen = run(&mut openssl).expect_code(0);
        assert!(seen.out.contains("CN = a.internal"), "{seen:?}");
        run(&mut home.chancery(["csr", "show", "csr"])).expect_code(0);
    }
}

#[test]
fn a_request_whose_signature_is_broken_is_shown_and_refused() {
    let home = Home::empty();
    run(&mut home.chancery(["key", "new"])).expect_code(0);
    let made =
        run(&mut home.chancery(["csr", "new", "--key", "key.pem", "--name", "a.internal"])).expect_code(0);
    let der = x509::pem::decode(made.out.as_bytes()).unwrap().remove(0).der;
    let at = der.windows(10).position(|window| window == b"a.internal").unwrap();
    let mut broken = der;
    broken[at] = b'b';
    home.write("broken.csr", broken);
    let outcome = run(&mut home.chancery(["csr", "show", "broken.csr"])).expect_code(1);
    assert!(outcome.out.contains("has not proven to hold the private key"), "{outcome:?}");
    let Some(mut openssl) =
        openssl(&home, &["req", "-inform", "DER", "-in", "broken.csr", "-noout", "-verify"])
    else {
        return;
    };
    let refused = run(&mut openssl);
    assert!(refused.err.contains("verify failure"), "{refused:?}");
}

#[test]
fn an_encrypted_key_opens_with_its_passphrase_alone() {
    let home = Home::empty();
    passphrase(&home, "right", "correct horse\n");
    passphrase(&home, "wrong", "battery staple\n");
    run(&mut home.chancery(["key", "new", "--passphrase-file", "right"])).expect_code(0);
    let pem = std::fs::read_to_string(home.path("key.pem")).unwrap();
    assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    let ask = |more: &[&str]| {
        let words = ["csr", "new", "--key", "key.pem", "--name", "a.internal"].iter().chain(more);
        run(&mut home.chancery(words.collect::<Vec<_>>()))
    };
    ask(&["--passphrase-file", "right"]).expect_code(0);
    let wrong = ask(&["--passphrase-file", "wrong", "--out", "csr"]).expect_code(2);
    assert!(wrong.err.contains("caused by: wrong passphrase"), "{wrong:?}");
    let none = ask(&["--out", "csr"]).expect_code(2);
    assert!(none.err.contains("hint: name a file that holds it: --passphrase-file FILE"), "{none:?}");
    assert!(!home.path("csr").exists());
    let Some(mut openssl) = openssl(&home, &["pkey", "-in", "key.pem", "-passin", "file:right", "-noout"])
    else {
        return;
    };
    run(&mut openssl).expect_code(0);
}

#[test]
fn a_systemd_credential_is_a_passphrase() {
    let home = Home::empty();
    passphrase(&home, "chancery.passphrase", "correct horse");
    let mut command = home.chancery(["key", "new"]);
    run(command.env("CREDENTIALS_DIRECTORY", home.path(""))).expect_code(0);
    let pem = std::fs::read_to_string(home.path("key.pem")).unwrap();
    assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
}

#[test]
fn a_passphrase_that_everybody_can_read_is_refused_and_no_key_is_made() {
    let home = Home::empty();
    passphrase(&home, "passphrase", "correct horse\n");
    std::fs::set_permissions(home.path("passphrase"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let outcome = run(&mut home.chancery(["key", "new", "--passphrase-file", "passphrase"])).expect_code(2);
    assert_eq!(
        outcome.err,
        "error: passphrase file passphrase is open to everybody (mode 0644)\nhint: chmod 600 passphrase\n"
    );
    assert!(!home.path("key.pem").exists());
}

#[test]
fn a_weak_key_is_refused() {
    let home = Home::empty();
    let Some(mut openssl) = openssl(&home, &["genrsa", "-out", "weak.pem", "1024"]) else { return };
    run(&mut openssl).expect_code(0);
    let outcome =
        run(&mut home.chancery(["csr", "new", "--key", "weak.pem", "--name", "a.internal"])).expect_code(2);
    assert!(outcome.err.contains("1024"), "{outcome:?}");
    assert!(outcome.err.contains("hint: chancery key new"), "{outcome:?}");
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    let home = Home::empty();
    run(&mut home.chancery(["key", "new"])).expect_code(0);
    // What a shell is told of a pipe is the code of its last command; the first writes its own down.
    let script = "{ \"$1\" csr new --key key.pem --name a.internal; echo $? > code; } | true";
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh", env!("CARGO_BIN_EXE_chancery")]).current_dir(home.path(""));
    run(&mut shell).expect_code(0);
    assert_eq!(std::fs::read_to_string(home.path("code")).unwrap(), "0\n");
}
