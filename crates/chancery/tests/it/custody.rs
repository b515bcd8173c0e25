// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys on a PKCS #11 token, which is SoftHSM's: an authority that is founded there, signs there, and says what is wrong
//! when it cannot.

mod fickle;
mod roots;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::support::office::{founded, request};
use crate::support::peer::peer;
use crate::support::running::Running;
use crate::support::softhsm::{MODULE, PIN, SoftHsm, spy, uri};
use crate::support::{Outcome, run};

fn said(softhsm: &SoftHsm, arguments: &[&str], code: i32) -> Outcome {
    run(&mut softhsm.chancery(arguments)).expect_code(code)
}

fn json(softhsm: &SoftHsm, arguments: &[&str], code: i32) -> Value {
    let words: Vec<_> = arguments.iter().chain(&["--json"]).copied().collect();
    serde_json::from_str(&said(softhsm, &words, code).out).unwrap()
}

/// Signs a request for `db.internal`.
fn sign(softhsm: &SoftHsm, out: &str, code: i32) -> Outcome {
    softhsm.home().write("request", request(&["db.internal"]));
    said(softhsm, &["sign", "request", "--out", out], code)
}

/// The files in the folder of keys.
fn key_files(softhsm: &SoftHsm) -> Vec<String> {
    let entries = fs::read_dir(softhsm.home().data_dir().join("keys")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// Fails unless OpenSSL and our own client accept the chain under our root.
#[track_caller]
fn accepted(softhsm: &SoftHsm, file: &str) {
    let root = softhsm.home().data_dir().join("root.pem");
    let root = root.to_str().unwrap();
    said(softhsm, &["ca", "crl", "--out", "crl.pem", "--force"], 0);
    let words = ["verify", file, "--host", "db.internal", "--crl", "crl.pem", "--roots", root];
    run(&mut softhsm.without_pin(words)).expect_code(0);
    softhsm.home().openssl_script(&format!(
        "\"$O\" verify -x509_strict -crl_check_all -CAfile {root} -untrusted {file} -CRLfile crl.pem {file}"
    ));
}

#[test]
fn an_authority_whose_keys_are_on_a_token_signs_and_its_keys_are_nowhere_else() {
    let Some(softhsm) = SoftHsm::new() else { return };
    let made = softhsm.founded();
    assert!(made.out.contains("on the token, which does not give them away"), "{}", made.out);
    assert!(key_files(&softhsm).is_empty());
    sign(&softhsm, "web.pem", 0);
    accepted(&softhsm, "web.pem");
    said(&softhsm, &["ca", "ocsp", "--for", "web.pem", "--out", "web.ocsp"], 0);
    said(&softhsm, &["ca", "audit"], 0);
    let shown = json(&softhsm, &["ca", "show"], 0);
    for (issuer, role) in [(0, "root"), (1, "issuing")] {
        let key = shown["issuers"][issuer]["key"].as_str().unwrap();
        assert!(key.starts_with(&format!("pkcs11:token=chancery;object={role}-")), "{key}");
        assert!(key.ends_with(&format!("?module-path={MODULE}")) && !key.contains("pin"), "{key}");
    }
    let listed = said(&softhsm, &["ca", "issuer", "list"], 0).out;
    assert_eq!(listed.matches("  token  ").count(), 2, "{listed}");
    // Another intermediate is made where the last one is.
    said(&softhsm, &["ca", "issuer", "new"], 0);
    assert!(key_files(&softhsm).is_empty());
    sign(&softhsm, "second.pem", 0);
    accepted(&softhsm, "second.pem");
    // Where it publishes elsewhere, the intermediates are certified again, on the same keys.
    let moved = json(&softhsm, &["ca", "url", "http://ca.internal:8480"], 0);
    assert_eq!(moved["reissued"].as_array().unwrap().len(), 2, "{moved}");
    sign(&softhsm, "third.pem", 0);
    accepted(&softhsm, "third.pem");
    // What the token itself says of the three private keys.
    let Some(objects) = softhsm.tool(&["--list-objects", "--type", "privkey"]) else { return };
    let objects = objects.expect_code(0).out;
    assert_eq!(objects.matches("sensitive, always sensitive, never extractable").count(), 3, "{objects}");
    // The PIN is in nothing that was written.
    for entry in fs::read_dir(softhsm.home().data_dir()).unwrap() {
        let path = entry.unwrap().path();
        let content = if path.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        assert!(!content.windows(PIN.len()).any(|some| some == PIN.as_bytes()), "{}", path.display());
    }
}

#[test]
fn the_root_may_be_a_file_or_on_another_token() {
    let Some(softhsm) = SoftHsm::new() else { return };
    let token = uri("chancery");
    softhsm.write_pin("passphrase", "correct horse");
    let words = ["ca", "init", "--url", "none", "--pkcs11", &token, "--root-in-file"];
    let made = said(&softhsm, &[&words[..], &["--passphrase-file", "passphrase"]].concat(), 0);
    assert!(made.out.contains("one encrypted, mode 0600"), "{}", made.out);
    let files = key_files(&softhsm);
    assert!(matches!(files.as_slice(), [root] if root.starts_with("root-")), "{files:?}");
    // The root's key can be taken away, and the token signs on.
    let root = softhsm.home().data_dir().join("keys").join(&files[0]);
    fs::rename(&root, softhsm.home().path("away.pem")).unwrap();
    sign(&softhsm, "web.pem", 0);

    let Some(other) = SoftHsm::new() else { return };
    other.add_token("vault").unwrap();
    let words = ["ca", "init", "--url", "none", "--pkcs11", &token, "--root-pkcs11"];
    said(&other, &[&words[..], &[&uri("vault")]].concat(), 0);
    sign(&other, "web.pem", 0);
    accepted(&other, "web.pem");
    let checked = json(&other, &["ca", "hsm", "check"], 0);
    assert_eq!(checked["tokens"].as_array().unwrap().len(), 2, "{checked}");
}

#[test]
fn what_cannot_be_founded_leaves_nothing_on_the_token() {
    let Some(softhsm) = SoftHsm::new() else { return };
    let token = uri("chancery");
    let name = "x".repeat(65);
    let refused = said(&softhsm, &["ca", "init", "--pkcs11", &token, "--name", &name], 1);
    assert!(refused.err.contains("hint: "), "{}", refused.err);
    if let Some(objects) = softhsm.tool(&["--list-objects"]) {
        assert_eq!(objects.expect_code(0).out, "");
    }
    softhsm.write_pin("passphrase", "correct horse");
    let words = ["ca", "init", "--data-dir", "third", "--pkcs11", &token, "--passphrase-file", "passphrase"];
    let made = said(&softhsm, &words, 0);
    assert!(made.err.contains("the passphrase is not used: both keys are on tokens"), "{}", made.err);
    // Where there is an authority, no key is made for another one.
    softhsm.founded();
    said(&softhsm, &["ca", "init", "--pkcs11", &token], 1);
    if let Some(objects) = softhsm.tool(&["--list-objects", "--type", "privkey"]) {
        assert_eq!(objects.expect_code(0).out.matches("Private Key Object").count(), 4);
    }
    for (uri, code, words) in [
        ("pkcs11:token=a?pin-value=1234", 2, "pin-value puts the PIN where every process"),
        ("pkcs11:slot-id=0", 2, "the attribute \"slot-id\" is not understood"),
        ("pkcs11:token=chancery", 2, "does not say which module reaches the token"),
        (&format!("pkcs11:token=chancery;object=a?module-path={MODULE}"), 1, "hint: name the token alone"),
    ] {
        let refused = said(&softhsm, &["ca", "init", "--data-dir", "other", "--pkcs11", uri], code);
        assert!(refused.err.contains(words) && !refused.err.contains("=1234"), "{}", refused.err);
    }
}

#[test]
fn programs_that_ask_at_once_are_all_served_by_the_token() {
    let Some(softhsm) = SoftHsm::new() else { return };
    softhsm.founded();
    let token = json(&softhsm, &["ca", "token", "new", "--label", "many", "--scope", "issue"], 0);
    let authorization = format!("Authorization: Bearer {}", token["token"].as_str().unwrap());
    let mut command = softhsm.chancery(["ca", "serve", "--http", "127.0.0.1:0", "--api", "127.0.0.1:0"]);
    let mut serve = Running::start(&mut command);
    let url = serve.wait_for("where programs call", |line| {
        line.split_whitespace().find(|word| word.starts_with("https://localhost:")).map(str::to_owned)
    });
    serve.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
    let certificates = format!("{url}certificates");
    let root = softhsm.home().data_dir().join("root.pem");
    let ask = |number: usize| {
        let file = softhsm.home().write(&format!("{number}.csr"), request(&[&format!("n{number}.internal")]));
        let data = format!("@{}", file.display());
        let line = ["-sS", "--fail", "-H", &authorization, "-H", "Content-Type: application/x-pem-file"];
        let accept = ["-H", "Accept: application/pem-certificate-chain", "--data-binary", &data];
        let mut curl = peer("curl")?;
        Some(run(curl.args(line).args(accept).arg("--cacert").arg(&root).arg(&certificates)).expect_code(0))
    };
    let issued: Vec<_> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|number| scope.spawn(move || ask(number))).collect();
        asking.into_iter().filter_map(|one| one.join().unwrap()).collect()
    });
    for (number, issued) in issued.iter().enumerate() {
        let file = format!("{number}.pem");
        softhsm.home().write(&file, &issued.out);
        let host = format!("n{number}.internal");
        let words = ["verify", &file, "--host", &host, "--roots", root.to_str().unwrap()];
        run(&mut softhsm.without_pin(words)).expect_code(0);
    }
    serve.signal("INT");
    let (status, lines) = serve.finish();
    assert_eq!(status.code(), Some(0), "{lines:#?}");
    assert!(!lines.join("\n").contains(PIN));
}

#[test]
fn a_wrong_pin_is_shown_to_the_token_once() {
    let Some(softhsm) = SoftHsm::new() else { return };
    softhsm.founded();
    softhsm.write_pin("wrong", "0000-0000");
    let refused = run(&mut softhsm.without_pin(["ca", "crl", "--pin-file", "wrong"])).expect_code(2);
    assert!(
        refused
            .err
            .starts_with("error: the token chancery refuses the PIN; fewer tries are left than before\n"),
        "{}",
        refused.err
    );
    assert!(!refused.err.contains("0000-0000"));
    let Some(spy) = spy() else { return };
    let uri = format!("pkcs11:token=chancery?module-path={}", spy.display());
    for (pin, code) in [("wrong", 1), ("pin", 0)] {
        let log = softhsm.home().path(pin).with_extension("log");
        let mut command = softhsm.without_pin(["ca", "hsm", "check", &uri, "--pin-file", pin]);
        command.env("PKCS11SPY", MODULE).env("PKCS11SPY_OUTPUT", &log);
        run(&mut command).expect_code(code);
        let asked = fs::read_to_string(log).unwrap();
        assert_eq!(asked.matches("C_Login").count(), 1, "{asked}");
    }
}

#[test]
fn a_pin_comes_from_a_credential_or_from_the_file_that_the_uri_names_and_not_from_one_open_to_everybody() {
    let Some(softhsm) = SoftHsm::new() else { return };
    softhsm.founded();
    let nobody = run(&mut softhsm.without_pin(["ca", "crl"])).expect_code(2);
    assert!(nobody.err.contains("hint: name a file that holds it: --pin-file FILE"), "{}", nobody.err);
    softhsm.write_pin("chancery.pin", PIN);
    let mut command = softhsm.without_pin(["ca", "crl"]);
    run(command.env("CREDENTIALS_DIRECTORY", softhsm.home().path(""))).expect_code(0);
    let named = softhsm.home().path("pin");
    let uri = format!("{}&pin-source=file://{}", uri("chancery"), named.display());
    run(&mut softhsm.without_pin(["ca", "hsm", "check", &uri])).expect_code(0);
    // It is recorded where the PIN is, so that a service need not be told.
    let elsewhere = ["--data-dir", "elsewhere"];
    run(softhsm.without_pin(["ca", "init", "--pkcs11", &uri]).args(elsewhere)).expect_code(0);
    run(softhsm.without_pin(["ca", "crl"]).args(elsewhere)).expect_code(0);
    fs::set_permissions(&named, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = run(softhsm.without_pin(["ca", "crl"]).args(elsewhere)).expect_code(2);
    let path = named.display();
    let expected =
        format!("error: PIN file {path} is open to everybody (mode 0644)\nhint: chmod 600 {path}\n");
    assert_eq!(refused.err, expected);
}

#[test]
fn what_is_missing_is_named_with_what_brings_it_back() {
    let Some(softhsm) = SoftHsm::new() else { return };
    softhsm.founded();
    let (tokens, away) = (softhsm.home().path("tokens"), softhsm.home().path("away"));
    fs::rename(&tokens, &away).unwrap();
    fs::create_dir(&tokens).unwrap();
    let refused = sign(&softhsm, "no.pem", 2);
    assert!(refused.err.starts_with("error: the token pkcs11:token=chancery;"), "{}", refused.err);
    assert!(refused.err.contains("is not there; no token is\n"), "{}", refused.err);
    assert!(
        refused.err.contains(&format!("hint: see what there is: chancery ca hsm check --module {MODULE}"))
    );
    assert!(!softhsm.home().path("no.pem").exists());
    let served = said(&softhsm, &["ca", "serve", "--http", "0"], 2);
    let note = "is not there; no token is: no CRL and no OCSP answer is made with it";
    assert_eq!(served.err.matches(note).count(), 2, "{}", served.err);
    let rows = json(&softhsm, &["ca", "issuer", "list"], 0);
    assert_eq!(rows[0]["key_present"], Value::Null);
    let checked = json(&softhsm, &["ca", "hsm", "check"], 1);
    let steps = checked["tokens"][0]["steps"].as_array().unwrap();
    let told: Vec<_> = steps.iter().map(|step| (step["step"].as_str().unwrap(), &step["passed"])).collect();
    assert_eq!(told, [("module", &Value::Bool(true)), ("slots", &true.into()), ("token", &false.into())]);
    assert!(!steps[2]["next"].as_array().unwrap().is_empty());
    fs::remove_dir(&tokens).unwrap();
    fs::rename(&away, &tokens).unwrap();
    sign(&softhsm, "web.pem", 0);

    let nowhere = "pkcs11:token=chancery?module-path=/nonexistent/module.so";
    let missing = said(&softhsm, &["ca", "init", "--data-dir", "other", "--pkcs11", nowhere], 2);
    assert!(
        missing.err.contains("the PKCS #11 module /nonexistent/module.so cannot be loaded"),
        "{}",
        missing.err
    );
    assert!(missing.err.contains("hint: ls -l /nonexistent/module.so"), "{}", missing.err);
    let checked = said(&softhsm, &["ca", "hsm", "check", nowhere], 1).out;
    assert!(
        checked.contains("✗ module") && checked.contains("next: ls -l /nonexistent/module.so"),
        "{checked}"
    );

    let away = founded([]);
    let refused = run(&mut away.chancery(["ca", "hsm", "check"])).expect_code(1);
    assert!(refused.err.contains("no key of this authority is on a token"), "{}", refused.err);
}

#[test]
fn a_key_that_is_gone_or_another_one_is_noticed() {
    let Some(softhsm) = SoftHsm::new() else { return };
    softhsm.founded();
    let key = json(&softhsm, &["ca", "show"], 0)["issuers"][1]["key"].as_str().unwrap().to_owned();
    let (_, label) = key.split_once("object=").unwrap();
    let (label, id) = label.split_once(";id=").unwrap();
    let id: String = id.split('?').next().unwrap().replace('%', "");
    for kind in ["privkey", "pubkey"] {
        let Some(gone) = softhsm.tool(&["--delete-object", "--type", kind, "--id", &id]) else { return };
        gone.expect_code(0);
    }
    let refused = sign(&softhsm, "no.pem", 2);
    assert!(
        refused.err.starts_with(&format!("error: the token chancery holds no key \"{label}\"")),
        "{}",
        refused.err
    );
    assert!(refused.err.contains("hint: see what keys there are: pkcs11-tool --module"), "{}", refused.err);
    let made = ["--keypairgen", "--key-type", "EC:prime256v1", "--id", &id, "--label", label];
    softhsm.tool(&made).unwrap().expect_code(0);
    let refused = sign(&softhsm, "no.pem", 2);
    assert!(refused.err.contains("do not prove an issuer"), "{}", refused.err);
    assert!(refused.err.ends_with("hint: chancery ca hsm check\n"), "{}", refused.err);
    let checked = said(&softhsm, &["ca", "hsm", "check"], 1).out;
    assert!(checked.contains("is not the key in the issuer's certificate"), "{checked}");
    assert_eq!(checked.matches("✓ signature").count(), 1, "the root's: {checked}");
    assert!(!softhsm.home().path("no.pem").exists());
}

#[test]
fn what_a_key_that_somebody_else_made_is_good_for_is_told() {
    let Some(softhsm) = SoftHsm::new() else { return };
    for (label, more, code, words) in [
        ("plain", &["--usage-sign"][..], 0, "✓ key         plain: P-256; it cannot be taken out"),
        (
            "loose",
            &["--usage-sign", "--extractable"],
            0,
            "✓ key         loose: P-256; it can be taken out of the token",
        ),
        ("asking", &["--usage-sign", "--always-auth"], 1, "it asks for the PIN at every signature"),
    ] {
        let made = ["--keypairgen", "--key-type", "EC:prime256v1", "--label", label];
        let Some(made) = softhsm.tool(&[&made[..], more].concat()) else { return };
        made.expect_code(0);
        let uri = format!("pkcs11:token=chancery;object={label}?module-path={MODULE}");
        let checked = said(&softhsm, &["ca", "hsm", "check", &uri], code).out;
        assert!(checked.contains(words), "{label}: {checked}");
    }
}

#[test]
fn a_request_that_waited_is_signed_by_the_token_once_it_is_approved() {
    let Some(softhsm) = SoftHsm::new() else { return };
    softhsm.founded();
    let rule = "[[allow]]\nid = \"vault\"\nnames = [\".vault.internal\"]\napproval = \"required\"\n";
    fs::write(softhsm.home().data_dir().join("chancery.toml"), rule).unwrap();
    softhsm.home().write("request", request(&["db.vault.internal"]));
    let held = said(&softhsm, &["sign", "request", "--out", "web.pem"], 1);
    let id = held.err.lines().find_map(|line| line.strip_prefix("error: request ")).unwrap();
    let id = id.split(' ').next().unwrap();
    let shown = run(&mut softhsm.home().chancery(["request", "show", id, "--json"])).expect_code(0);
    let shown: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    let plan = shown["plan"].as_str().unwrap();
    let approve = ["request", "approve", id, "--plan", plan, "--reason", "as agreed", "--out", "web.pem"];
    said(&softhsm, &approve, 0);
    assert!(softhsm.home().path("web.pem").exists());
}

#[test]
fn a_folder_is_served_with_an_authority_on_a_token() {
    let Some(softhsm) = SoftHsm::new() else { return };
    softhsm.founded();
    fs::create_dir(softhsm.home().path("served")).unwrap();
    let mut up = Running::start(&mut softhsm.chancery(["up", "served", "--listen", "127.0.0.1:0"]));
    up.wait_for("the address", |line| line.contains("https://localhost:").then_some(()));
    up.signal("INT");
    let (status, lines) = up.finish();
    assert_eq!(status.code(), Some(0), "{lines:#?}");
}
