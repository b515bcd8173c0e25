// SPDX-License-Identifier: MIT OR Apache-2.0
//! Roots on tokens: further ones, one whose token is taken away and brought back, and intermediates on tokens that somebody
//! else certifies.

use std::fs;

use serde_json::Value;

use super::{accepted, json, key_files, said, sign};
use crate::support::run;
use crate::support::running::Running;
use crate::support::softhsm::{SoftHsm, uri};

fn ids(softhsm: &SoftHsm) -> Vec<String> {
    let rows = json(softhsm, &["ca", "issuer", "list"], 0);
    rows.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_roots_token_is_taken_away_and_brought_back() {
    let Some(softhsm) = SoftHsm::new() else { return };
    softhsm.add_token("vault").unwrap();
    let tokens = [uri("chancery"), uri("vault")];
    let words = ["ca", "init", "--url", "none", "--pkcs11", &tokens[0], "--root-pkcs11", &tokens[1]];
    said(&softhsm, &words, 0);
    sign(&softhsm, "before.pem", 0);
    let refused = said(&softhsm, &["ca", "root", "offline", "--out", "key.pem"], 1);
    assert!(refused.err.contains("is on a token, which does not give it away"), "{}", refused.err);
    let gone = json(&softhsm, &["ca", "root", "offline"], 0);
    assert_eq!((&gone["file"], &gone["crls"]), (&Value::Null, &24.into()));
    let rows = json(&softhsm, &["ca", "issuer", "list"], 0);
    assert_eq!((&rows[0]["key_offline"], &rows[1]["key_offline"]), (&true.into(), &false.into()));

    // The token is in a safe. Everything goes on, and nobody asks for it.
    let tokens = softhsm.home().path("tokens");
    let vault = fs::read_dir(&tokens).unwrap().map(|entry| entry.unwrap().path());
    let root_is_there = |path: &std::path::Path| {
        let objects = fs::read_dir(path).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
        objects.into_iter().any(|object| object.windows(5).any(|some| some == b"vault"))
    };
    let vault = vault.into_iter().find(|path| root_is_there(path)).expect("the token of the root");
    fs::rename(&vault, softhsm.home().path("safe")).unwrap();
    sign(&softhsm, "while.pem", 0);
    accepted(&softhsm, "while.pem");
    let checked = json(&softhsm, &["ca", "hsm", "check"], 0);
    assert_eq!(checked["tokens"].as_array().unwrap().len(), 1, "{checked}");
    let mut serve = Running::start(&mut softhsm.chancery(["ca", "serve", "--http", "127.0.0.1:0"]));
    serve.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
    serve.signal("INT");
    let (status, lines) = serve.finish();
    assert_eq!(status.code(), Some(0), "{lines:#?}");
    let refused = said(&softhsm, &["ca", "issuer", "new"], 2);
    assert!(
        refused.err.contains("hint: bring it back for this: chancery ca root online\n"),
        "{}",
        refused.err
    );
    let again = said(&softhsm, &["ca", "root", "offline"], 1);
    assert!(again.err.contains("went away before, with its token"), "{}", again.err);
    let missing = said(&softhsm, &["ca", "root", "online"], 2);
    assert!(missing.err.contains("is not there"), "{}", missing.err);

    fs::rename(softhsm.home().path("safe"), &vault).unwrap();
    said(&softhsm, &["ca", "root", "online"], 0);
    said(&softhsm, &["ca", "issuer", "new"], 0);
    sign(&softhsm, "after.pem", 0);
    accepted(&softhsm, "after.pem");
    said(&softhsm, &["ca", "audit"], 0);
}

#[test]
fn a_server_uses_a_key_that_is_made_on_its_token_while_it_runs() {
    let Some(softhsm) = SoftHsm::new() else { return };
    softhsm.founded();
    let mut serve = Running::start(&mut softhsm.chancery(["ca", "serve", "--http", "127.0.0.1:0"]));
    serve.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
    said(&softhsm, &["ca", "issuer", "new"], 0);
    serve.wait_for("the issuer taken up", |line| line.contains("now=taken up").then_some(()));
    serve.wait_for("the record followed", |line| {
        line.contains("the issuers are as the record has them now").then_some(())
    });
}

#[test]
fn another_root_is_made_on_a_token_and_certifies_an_intermediate_there() {
    let Some(softhsm) = SoftHsm::new() else { return };
    softhsm.founded();
    let made = json(&softhsm, &["ca", "root", "new", "--name", "Second", "--pkcs11", &uri("chancery")], 0);
    assert!(made["key"].as_str().unwrap().starts_with("pkcs11:token=chancery;object=root-"), "{made}");
    let ids = ids(&softhsm);
    let (old, second) = (&ids[1], &ids[2]);
    said(&softhsm, &["ca", "issuer", "new", "--below", second], 0);
    said(&softhsm, &["ca", "issuer", "cross-sign", old, "--below", second, "--out", "cross.pem"], 0);
    sign(&softhsm, "web.pem", 0);
    accepted(&softhsm, "web.pem");
    assert!(key_files(&softhsm).is_empty());
    said(&softhsm, &["ca", "audit"], 0);
}

#[test]
fn an_intermediate_on_a_token_is_certified_by_somebody_else() {
    let Some(softhsm) = SoftHsm::new() else { return };
    softhsm.founded();
    let asked =
        json(&softhsm, &["ca", "issuer", "csr", "--pkcs11", &uri("chancery"), "--out", "branch.csr"], 0);
    let key = asked["key"].as_str().unwrap();
    assert!(key.starts_with("pkcs11:token=chancery;object=issuing-"), "{asked}");
    // Somebody else is OpenSSL.
    let script = "\"$O\" req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out r.pem -days 3650 \
                  -subj '/O=Company/CN=Company Root' -addext keyUsage=critical,keyCertSign,cRLSign\n\
                  \"$O\" x509 -req -in branch.csr -CA r.pem -CAkey k.pem -CAcreateserial -days 365 -copy_extensions copy \
                  -out branch.pem";
    if softhsm.home().openssl_script(script).is_none() {
        return;
    }
    let import = ["ca", "issuer", "import", "branch.pem", "--chain", "r.pem"];
    let refused = said(&softhsm, &import, 1);
    assert!(refused.err.contains("no key in"), "{}", refused.err);
    let other = json(&softhsm, &["ca", "show"], 0)["issuers"][1]["key"].as_str().unwrap().to_owned();
    said(&softhsm, &[&import[..], &["--pkcs11", &other]].concat(), 1);
    said(&softhsm, &[&import[..], &["--pkcs11", key]].concat(), 0);
    sign(&softhsm, "web.pem", 0);
    let verify = ["verify", "web.pem", "--host", "db.internal", "--roots", "r.pem"];
    run(&mut softhsm.without_pin(verify)).expect_code(0);
    said(&softhsm, &["ca", "hsm", "check"], 0);
}
