// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests across the border: ours read by OpenSSL, and those of OpenSSL and keytool signed by us.

use std::path::PathBuf;

use crate::support::authority::Authority;
use crate::support::home::Home;
use crate::support::peer::peer;
use crate::support::run;

#[test]
fn openssl_accepts_our_requests_and_refuses_one_that_was_changed() {
    let home = Home::empty();
    for kind in ["p256", "p384", "ed25519", "rsa2048"] {
        let Some(mut openssl) = peer("openssl") else { return };
        run(&mut home.chancery(["key", "new", "--force", "--kind", kind, "--out", "a.key"])).expect_code(0);
        let names = ["--name", "a.test", "--name", "10.0.0.1"];
        let request = ["csr", "new", "--force", "--key", "a.key", "--out", "a.csr"];
        run(&mut home.chancery(request.iter().chain(&names))).expect_code(0);
        let told = run(openssl.args(["req", "-verify", "-noout", "-text", "-in"]).arg(home.path("a.csr")))
            .expect_code(0);
        assert!(
            told.out.contains("DNS:a.test") && told.out.contains("IP Address:10.0.0.1"),
            "{kind}: {}",
            told.out
        );
        let changed = run(peer("openssl")
            .unwrap()
            .args(["req", "-verify", "-noout", "-inform", "DER", "-in"])
            .arg(changed(&home)));
        assert!(
            changed.code != Some(0) || changed.err.contains("failure"),
            "{kind}: {}{}",
            changed.out,
            changed.err
        );
    }
}

/// The request with one letter of its name changed: still well-formed, no longer signed by its key.
fn changed(home: &Home) -> PathBuf {
    let der = run(peer("openssl")
        .unwrap()
        .args(["req", "-outform", "DER", "-in"])
        .arg(home.path("a.csr"))
        .arg("-out")
        .arg(home.path("a.der")));
    der.expect_code(0);
    let mut bytes = std::fs::read(home.path("a.der")).unwrap();
    let at = bytes.windows(6).position(|window| window == b"a.test").unwrap();
    bytes[at] = b'b';
    home.write("changed.der", bytes)
}

#[test]
fn requests_made_by_openssl_are_signed_and_one_that_was_changed_is_refused() {
    let authority = Authority::new();
    let home = authority.home();
    let kinds: [(&str, &[&str]); 4] = [
        ("rsa", &["rsa:2048"]),
        ("p256", &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]),
        ("p384", &["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]),
        ("ed25519", &["ed25519"]),
    ];
    for (kind, arguments) in kinds {
        let Some(mut openssl) = peer("openssl") else { return };
        openssl
            .current_dir(home.path("."))
            .args(["req", "-new", "-nodes", "-subj", "/CN=a.test", "-newkey"])
            .args(arguments);
        run(openssl.args(["-keyout", "a.key", "-out", "a.csr", "-addext", "subjectAltName=DNS:a.test"]))
            .expect_code(0);
        let out = format!("{kind}.pem");
        run(&mut home.chancery(["sign", "a.csr", "--out", &out])).expect_code(0);
        authority.expect_openssl_accepts(&home.path(&out));
        let refused =
            run(&mut home.chancery(["sign".into(), changed(home), "--out".into(), "no.pem".into()]))
                .expect_code(1);
        assert!(refused.err.contains("signature"), "{kind}: {}", refused.err);
        assert!(!home.path("no.pem").exists());
    }
}

#[test]
fn a_request_made_by_keytool_is_signed() {
    let authority = Authority::new();
    let home = authority.home();
    let Some(mut keytool) = peer("keytool") else { return };
    let store = ["-keystore", "app.p12", "-storepass", "changeit", "-alias", "app"];
    let pair = ["-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=app.internal"];
    run(keytool.current_dir(home.path(".")).args(pair).args(store)).expect_code(0);
    let request = ["-certreq", "-file", "app.csr", "-ext", "san=dns:app.internal"];
    run(peer("keytool").unwrap().current_dir(home.path(".")).args(request).args(store)).expect_code(0);
    run(&mut home.chancery(["sign", "app.csr", "--out", "app.pem"])).expect_code(0);
    authority.expect_openssl_accepts(&home.path("app.pem"));
    // The negative twin: a name that the authority may not certify.
    let request = ["-certreq", "-file", "bad.csr", "-ext", "san=dns:www.example.com"];
    run(peer("keytool").unwrap().current_dir(home.path(".")).args(request).args(store)).expect_code(0);
    let refused = run(&mut home.chancery(["sign", "bad.csr", "--out", "bad.pem"])).expect_code(1);
    assert!(refused.err.contains("www.example.com") && refused.err.contains("hint:"), "{}", refused.err);
    assert!(!home.path("bad.pem").exists());
}
