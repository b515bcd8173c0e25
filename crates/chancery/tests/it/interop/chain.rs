// SPDX-License-Identifier: MIT OR Apache-2.0
//! Our chains, judged by OpenSSL, GnuTLS and Java: accepted as issued, and refused when the same
//! intermediate is made to sign a name outside its constraints.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::authority::Authority;
use crate::support::peer::peer;
use crate::support::run;

/// A leaf for `www.example.com`, signed with our intermediate's own key behind our back.
fn rogue_chain(authority: &Authority, openssl: &Command) -> PathBuf {
    let home = authority.home();
    let tool = || {
        let mut command = Command::new(openssl.get_program());
        command.current_dir(home.path("."));
        command
    };
    let extensions = "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n\
                      subjectAltName=DNS:www.example.com\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n";
    home.write("rogue.ext", extensions);
    let request = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    run(tool().args(request).args([
        "-keyout",
        "rogue.key",
        "-out",
        "rogue.csr",
        "-subj",
        "/CN=www.example.com",
    ]))
    .expect_code(0);
    let issuer = home.write("issuer.pem", authority.intermediate());
    run(tool()
        .args([
            "x509",
            "-req",
            "-in",
            "rogue.csr",
            "-days",
            "5",
            "-extfile",
            "rogue.ext",
            "-out",
            "rogue.pem",
        ])
        .args([Path::new("-CA"), &issuer, Path::new("-CAkey"), &authority.intermediate_key()]))
    .expect_code(0);
    let leaf = std::fs::read_to_string(home.path("rogue.pem")).unwrap();
    home.write("rogue-chain.pem", format!("{leaf}{}", authority.intermediate()))
}

/// What a judge says of a chain under a root: whether it accepts, and its words.
type Judge = fn(&Path, &Path) -> Option<(bool, String)>;

fn openssl_verify(root: &Path, chain: &Path) -> Option<(bool, String)> {
    let outcome = run(peer("openssl")?
        .args(["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile"])
        .arg(root)
        .arg("-untrusted")
        .args([chain, chain]));
    Some((outcome.code == Some(0), outcome.out + &outcome.err))
}

fn certtool_verify(root: &Path, chain: &Path) -> Option<(bool, String)> {
    let arguments = ["--verify", "--verify-profile", "medium", "--load-ca-certificate"];
    let outcome = run(peer("certtool")?.args(arguments).arg(root).arg("--infile").arg(chain));
    Some((outcome.code == Some(0), outcome.out + &outcome.err))
}

fn java_validator(root: &Path, chain: &Path) -> Option<(bool, String)> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/interop/PathCheck.java");
    let outcome = run(peer("java")?.arg(program).args([root, chain]));
    assert!(outcome.code.is_some_and(|code| code < 2) && !outcome.out.is_empty(), "{}", outcome.err);
    Some((outcome.code == Some(0), outcome.out + &outcome.err))
}

fn ours_is_accepted_and_the_rogue_refused(judge: Judge, reason: &str) {
    let (Some(openssl), authority) = (peer("openssl"), Authority::new()) else { return };
    let ours = authority.issue("server.test", &["server.test", "127.0.0.1"]);
    let Some((accepted, told)) = judge(&authority.root(), &ours) else { return };
    assert!(accepted, "our own chain was refused:\n{told}");
    let rogue = rogue_chain(&authority, &openssl);
    let Some((accepted, told)) = judge(&authority.root(), &rogue) else { return };
    assert!(!accepted, "a name outside the constraints was accepted:\n{told}");
    assert!(told.contains(reason), "refused, but not for its name:\n{told}");
}

#[test]
fn openssl_accepts_our_chain_and_refuses_a_name_outside_the_constraints() {
    ours_is_accepted_and_the_rogue_refused(openssl_verify, "permitted subtree violation");
}

#[test]
fn gnutls_accepts_our_chain_and_refuses_a_name_outside_the_constraints() {
    ours_is_accepted_and_the_rogue_refused(certtool_verify, "violates the signer's constraints");
}

#[test]
fn java_accepts_our_chain_and_refuses_a_name_outside_the_constraints() {
    ours_is_accepted_and_the_rogue_refused(java_validator, "name constraints");
}

#[test]
fn a_client_certificate_of_ours_passes_as_one_and_not_as_a_servers() {
    let (Some(_), authority) = (peer("openssl"), Authority::new()) else { return };
    let client = authority.issue_as("client", "ada@users.internal", &["ada@users.internal"]);
    let verdict = |purpose: &str| {
        let mut openssl = peer("openssl").unwrap();
        openssl.args(["verify", "-x509_strict", "-purpose", purpose, "-CAfile"]).arg(authority.root());
        run(openssl.arg("-untrusted").args([&client, &client])).code
    };
    assert_eq!(verdict("sslclient"), Some(0));
    assert_ne!(verdict("sslserver"), Some(0));
}
