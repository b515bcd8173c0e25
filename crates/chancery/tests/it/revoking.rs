// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates taken back: what the record says, what the CRL says, and what clients make of it.

use crate::support::home::Home;
use crate::support::office::{founded, listed, request, sign};
use crate::support::served::Served;
use crate::support::{Outcome, run};

/// An authority that has issued `one.pem`, `two.pem` and `three.pem`.
fn office() -> Home {
    let home = founded([]);
    for file in ["one.pem", "two.pem", "three.pem"] {
        sign(&home, request(&["db.internal"]), &["--out", file]).expect_code(0);
    }
    home
}

fn said(home: &Home, arguments: &[&str], code: i32) -> Outcome {
    run(&mut home.chancery(arguments)).expect_code(code)
}

fn statuses(home: &Home) -> Vec<String> {
    listed(home).iter().map(|row| row["status"].as_str().unwrap().to_owned()).collect()
}

/// What `verify` says of a file by the CRLs in `crl.pem`, every status asked for.
fn verified(home: &Home, file: &str, code: i32) -> String {
    let root = home.data_dir().join("root.pem");
    let ask =
        ["verify", file, "--host", "db.internal", "--crl", "crl.pem", "--roots", root.to_str().unwrap()];
    said(home, &ask, code).out
}

#[test]
fn a_certificate_is_revoked_once_held_released_and_listed() {
    let home = office();
    let revoked = said(&home, &["cert", "revoke", "one.pem", "--reason", "key-compromise", "--json"], 0);
    let document: serde_json::Value = serde_json::from_str(&revoked.out).unwrap();
    assert_eq!((&document["status"], &document["reason"]), (&"revoked".into(), &"keyCompromise".into()));
    let serial = document["serial"].as_str().unwrap();
    said(&home, &["cert", "revoke", "two.pem", "--reason", "hold"], 0);
    assert_eq!(statuses(&home), ["revoked", "on-hold", "valid"]);

    let again = said(&home, &["cert", "revoke", serial], 1);
    assert!(again.err.contains("was revoked already, at ") && again.err.contains("hint: "), "{}", again.err);
    let shown = said(&home, &["cert", "show", serial], 0).out;
    assert!(shown.contains("revoked since ") && shown.contains("(keyCompromise)"), "{shown}");

    let export = |serial: &str| said(&home, &["cert", "export", serial], 0).err;
    let told = export(serial);
    assert!(told.contains("note: it is revoked since ") && told.contains("(keyCompromise)"), "{told}");
    let rows = listed(&home);
    assert!(export(rows[1]["serial"].as_str().unwrap()).contains("note: it is on-hold since "));
    assert_eq!(export(rows[2]["serial"].as_str().unwrap()), "");

    said(&home, &["ca", "crl", "--out", "crl.pem"], 0);
    assert!(verified(&home, "one.pem", 1).contains("was revoked at "));
    assert!(verified(&home, "two.pem", 1).contains("(certificateHold)"));
    verified(&home, "three.pem", 0);

    said(&home, &["cert", "release", "two.pem"], 0);
    said(&home, &["ca", "crl", "--out", "crl.pem", "--force"], 0);
    verified(&home, "two.pem", 0);
    assert_eq!(statuses(&home), ["revoked", "valid", "valid"]);
    let audit = said(&home, &["ca", "audit", "--json"], 0);
    let audit: serde_json::Value = serde_json::from_str(&audit.out).unwrap();
    assert_eq!((&audit["revocations"], &audit["crls"]), (&3.into(), &4.into()));
}

#[test]
fn what_cannot_be_revoked_is_told_and_nothing_changes() {
    let home = office();
    home.write("stranger.pem", {
        let other = office();
        std::fs::read(other.path("one.pem")).unwrap()
    });
    let root = home.data_dir().join("root.pem");
    for (arguments, code, words) in [
        (&["revoke", "99"][..], 1, "no certificate with the serial number 99 is in the record"),
        (&["revoke", "stranger.pem"], 1, "was not issued here"),
        (&["revoke", "missing.pem"], 2, "cannot read missing.pem"),
        (&["revoke", root.to_str().unwrap()], 1, "a root is not revoked"),
        (&["revoke", "one.pem", "--invalid-from", "2999-01-01"], 1, "which is later than now"),
        (&["release", "one.pem"], 1, "is not on hold"),
        (&["revoke", "one.pem", "--reason", "boredom"], 2, "invalid value 'boredom'"),
    ] {
        let outcome = said(&home, &[&["cert"], arguments].concat(), code);
        assert!(outcome.err.contains(words), "{arguments:?}: {}", outcome.err);
    }
    let dry = said(&home, &["cert", "revoke", "one.pem", "--dry-run"], 0);
    assert!(dry.out.starts_with("✓ would be revoked\n"), "{}", dry.out);
    said(&home, &["cert", "revoke", "one.pem"], 0);
    said(&home, &["cert", "revoke", "one.pem", "--dry-run"], 1);
    assert_eq!(statuses(&home), ["revoked", "valid", "valid"]);
}

#[test]
fn openssl_and_gnutls_read_the_crl_and_refuse_whom_it_lists() {
    let home = office();
    said(&home, &["cert", "revoke", "one.pem", "--reason", "superseded"], 0);
    said(&home, &["ca", "crl", "--out", "crl.pem"], 0);
    let root = home.data_dir().join("root.pem");
    let script = format!(
        r#"
        R={}
        check() {{ "$O" verify -crl_check_all -CAfile "$R" -untrusted "$1" -CRLfile crl.pem "$1" 2>&1; }}
        check two.pem
        if check one.pem; then exit 1; fi
        check one.pem | grep -q 'certificate revoked'
        # The intermediate's own list, by itself: below a sub-CA, its authority key identifier must be its own.
        "$O" verify -crl_check -CAfile "$R" -untrusted two.pem -CRLfile crl.pem two.pem
        "#,
        root.display()
    );
    home.openssl_script(&script);
    let Some(mut certtool) = crate::support::peer::peer("certtool") else { return };
    // One at a time, with the certificate of whoever made it.
    let crls = std::fs::read_to_string(home.path("crl.pem")).unwrap();
    let first = crls.split_inclusive("-----END X509 CRL-----\n").next().unwrap();
    home.write("root-crl.pem", first);
    certtool.current_dir(home.path("")).args([
        "--verify-crl",
        "--infile",
        "root-crl.pem",
        "--load-ca-certificate",
    ]);
    let told = run(certtool.arg(&root)).expect_code(0);
    assert!(told.out.contains("Verified"), "{}{}", told.out, told.err);
}

#[test]
fn openssl_and_gnutls_read_the_answers_of_ocsp() {
    let home = office();
    said(&home, &["cert", "revoke", "one.pem", "--reason", "key-compromise"], 0);
    let root = home.data_dir().join("root.pem");
    let ask = r#"
        sed '1,/END CERTIFICATE/d' one.pem > inter.pem
        "$O" ocsp -sha256 -issuer inter.pem -cert one.pem -cert two.pem -serial 0x1234 -reqout asked.der
        "$O" ocsp -issuer inter.pem -cert two.pem -no_nonce -reqout plain.der
    "#;
    let Some(()) = home.openssl_script(ask) else { return };
    said(&home, &["ca", "ocsp", "asked.der", "--out", "answered.der"], 0);
    let document = said(&home, &["ca", "ocsp", "plain.der", "--out", "plain.ocsp", "--json"], 0);
    let document: serde_json::Value = serde_json::from_str(&document.out).unwrap();
    assert_eq!(document["answers"][0]["status"], "good");
    let check = format!(
        r#"
        "$O" ocsp -respin answered.der -reqin asked.der -no_nonce -sha256 -issuer inter.pem -cert one.pem -cert two.pem -serial 0x1234 \
            -CAfile {} > said.txt 2>&1 || {{ cat said.txt; exit 1; }}
        cat said.txt
        for words in 'Response verify OK' 'one.pem: revoked' 'Reason: keyCompromise' 'two.pem: good' '0x1234: unknown'
        do
            grep -q "$words" said.txt
        done
        if grep -q -i 'nonce' said.txt; then exit 1; fi
        "#,
        root.display()
    );
    home.openssl_script(&check);
    if let Some(mut ocsptool) = crate::support::peer::peer("ocsptool") {
        ocsptool.current_dir(home.path("")).args(["--verify-response", "--infile", "plain.ocsp"]);
        let told = run(ocsptool.args(["--load-signer", "inter.pem"])).expect_code(0);
        assert!(told.out.contains("Success"), "{}{}", told.out, told.err);
    }
    // For a server to staple, and for our own client.
    said(&home, &["ca", "ocsp", "--for", "two.pem", "--out", "two.ocsp"], 0);
    let by = |file: &str, ocsp: &str, code| {
        let ask = ["verify", file, "--host", "db.internal", "--ocsp", ocsp, "--status-of", "leaf", "--roots"];
        said(&home, &[&ask[..], &[root.to_str().unwrap()]].concat(), code).out
    };
    by("two.pem", "two.ocsp", 0);
    by("one.pem", "answered.der", 1);
    let other = office();
    std::fs::copy(other.path("one.pem"), home.path("stranger.pem")).unwrap();
    for (arguments, words) in [
        (&["one.pem", "--out", "x.der"][..], "a client would be answered malformedRequest"),
        (&["--for", "stranger.pem", "--out", "x.der"], "was not issued here"),
    ] {
        let outcome = said(&home, &[&["ca", "ocsp"], arguments].concat(), 1);
        assert!(
            outcome.err.contains(words) && outcome.err.contains("hint: "),
            "{arguments:?}: {}",
            outcome.err
        );
        assert!(!home.path("x.der").exists());
    }
}

#[test]
fn a_key_that_was_compromised_is_not_certified_again() {
    let home = founded([]);
    let csr = request(&["db.internal"]);
    sign(&home, &csr, &["--out", "one.pem"]).expect_code(0);
    said(&home, &["cert", "revoke", "one.pem", "--reason", "superseded"], 0);
    sign(&home, &csr, &["--out", "two.pem"]).expect_code(0);
    said(&home, &["cert", "revoke", "two.pem", "--reason", "keyCompromise"], 0);
    for options in [&["--dry-run"][..], &["--out", "three.pem"]] {
        let refused = sign(&home, &csr, options).expect_code(1);
        assert!(
            refused.err.contains("the key was compromised: a certificate for it was revoked at "),
            "{}",
            refused.err
        );
        assert!(refused.err.contains("hint: make another key: chancery key new"), "{}", refused.err);
    }
    sign(&home, request(&["db.internal"]), &["--out", "four.pem"]).expect_code(0);
    said(&home, &["ca", "audit"], 0);
}

#[test]
fn curl_with_the_crls_refuses_a_server_whose_certificate_was_taken_back_and_so_do_we() {
    let Some(_) = crate::support::peer::peer("curl") else { return };
    let served = Served::start(&["--http", "127.0.0.1:0"]);
    served.write("note.txt", b"hello");
    let home = served.home();
    let fetch = || {
        let mut curl = crate::support::peer::peer("curl").expect("curl, which was there a moment ago");
        curl.args(["-sS", "--crlfile", "crl.pem", "--cacert"]).arg(served.root());
        run(curl.arg(served.url("note.txt")).current_dir(home.path("")))
    };
    said(home, &["ca", "crl", "--out", "crl.pem"], 0);
    assert_eq!(fetch().expect_code(0).out, "hello");
    said(
        home,
        &["cert", "export", listed(home)[0]["serial"].as_str().unwrap(), "--chain", "--out", "server.pem"],
        0,
    );
    let root = served.root();
    let ours = [
        "verify",
        "server.pem",
        "--host",
        "localhost",
        "--crl",
        "crl.pem",
        "--roots",
        root.to_str().unwrap(),
    ];
    said(home, &ours, 0);

    said(home, &["cert", "revoke", "server.pem"], 0);
    said(home, &["ca", "crl", "--out", "crl.pem", "--force"], 0);
    // What curl exits with when it does not believe a server's certificate.
    let refused = fetch().expect_code(60);
    assert!(refused.err.contains("certificate revoked"), "{}", refused.err);
    said(home, &ours, 1);
}

#[test]
fn the_list_says_since_when_a_certificate_is_revoked_and_why() {
    let home = founded([]);
    sign(&home, request(&["a.internal"]), &["--out", "a.pem"]).expect_code(0);
    let csv = || run(&mut home.chancery(["cert", "list", "--csv"])).expect_code(0).out;
    assert!(csv().ends_with(" (chancery sign),,\r\n"), "{}", csv());
    let words = ["cert", "revoke", "a.pem", "--reason", "key-compromise", "--json"];
    let revoked = run(&mut home.chancery(words)).expect_code(0);
    let revoked: serde_json::Value = serde_json::from_str(&revoked.out).unwrap();
    let since = revoked["since"].as_str().unwrap();
    assert!(csv().ends_with(&format!(" (chancery sign),{since},keyCompromise\r\n")), "{}", csv());
    let row = &listed(&home)[0];
    assert_eq!((row["revoked_at"].as_str(), row["reason"].as_str()), (Some(since), Some("keyCompromise")));
}
