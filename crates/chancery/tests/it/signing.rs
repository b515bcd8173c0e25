// SPDX-License-Identifier: MIT OR Apache-2.0
//! From `ca init` to a certificate in a file: what is made, kept, listed and given out again.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use x509::Certificate;

use crate::support::home::Home;
use crate::support::office::{audited, founded, listed, request, serial, sign};
use crate::support::run;

fn mode(path: impl AsRef<std::path::Path>) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_founding_leaves_exactly_what_is_documented() {
    let home = founded(["--name", "Example Org"]);
    let data = home.data_dir();
    let names = |path: &std::path::Path| {
        let mut names: Vec<String> = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(&data), ["authority.db", "authority.head", "keys", "root.pem"]);
    assert_eq!(
        (mode(data.join("authority.db")), mode(data.join("keys")), mode(data.join("root.pem"))),
        (0o600, 0o700, 0o644)
    );
    assert_eq!(mode(data.join("authority.head")), 0o600);
    let keys = names(&data.join("keys"));
    assert_eq!(keys.len(), 2);
    assert!(keys[0].starts_with("issuing-") && keys[1].starts_with("root-"), "{keys:?}");
    for key in keys {
        assert_eq!(mode(data.join("keys").join(key)), 0o600);
    }
}

#[test]
fn a_second_founding_is_refused_and_changes_nothing() {
    let home = founded([]);
    let before = (fs::read(home.data_dir().join("root.pem")).unwrap(), audited(&home));
    let again = run(&mut home.chancery(["ca", "init", "--unconstrained", "--yes"])).expect_code(1);
    assert!(again.err.contains("hint: look at it: chancery ca show"), "{}", again.err);
    assert_eq!((fs::read(home.data_dir().join("root.pem")).unwrap(), audited(&home)), before);
    assert_eq!(fs::read_dir(home.data_dir().join("keys")).unwrap().count(), 2);
}

#[test]
fn a_root_pem_that_was_lost_is_written_again() {
    let home = founded([]);
    let path = home.data_dir().join("root.pem");
    let before = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    run(&mut home.chancery(["ca", "show"])).expect_code(0);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_root_pem_of_somebody_else_is_not_replaced() {
    let home = Home::empty();
    fs::create_dir(home.data_dir()).unwrap();
    let path = home.data_dir().join("root.pem");
    fs::write(&path, "precious").unwrap();
    let refused = run(&mut home.chancery(["ca", "init"])).expect_code(1);
    assert!(refused.err.contains("hint: mv "), "{}", refused.err);
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    assert_eq!(fs::read_dir(home.data_dir().join("keys")).unwrap().count(), 0);
    assert!(!home.data_dir().join("authority.db").exists());
}

#[test]
fn without_constraints_takes_two_words() {
    let home = Home::empty();
    let refused = run(&mut home.chancery(["ca", "init", "--unconstrained"])).expect_code(1);
    assert!(refused.err.contains("--unconstrained --yes"), "{}", refused.err);
    assert!(!home.data_dir().exists());
    run(&mut home.chancery(["ca", "init", "--unconstrained", "--yes"])).expect_code(0);
    sign(&home, request(&["example.com"]), &["--out", "leaf.pem"]).expect_code(0);
}

#[test]
fn what_is_permitted_is_signed() {
    let home = founded(["--permit", "corp.example", "--permit", "192.0.2.0/24", "--host", "box"]);
    let names = ["a.corp.example", "192.0.2.7", "box"];
    sign(&home, request(&names), &["--out", "leaf.pem"]).expect_code(0);
    assert_eq!(listed(&home)[0]["names"], serde_json::json!(names));
    for bad in ["*.corp.example", "10.1.2.3/8", "a b", "192.0.2.0/33"] {
        let elsewhere = Home::empty();
        run(&mut elsewhere.chancery(["ca", "init", "--permit", bad])).expect_code(1);
        assert!(!elsewhere.data_dir().exists(), "{bad}");
    }
}

#[test]
fn a_chain_is_written_leaf_first_and_without_the_root() {
    let home = founded([]);
    let said = sign(&home, request(&["db.internal"]), &["--out", "leaf.pem"]).expect_code(0);
    assert!(said.out.contains("chancery sign request --out leaf.pem --force"), "{}", said.out);
    let chain = x509::pem::decode(&fs::read(home.path("leaf.pem")).unwrap()).unwrap();
    let root = x509::pem::decode(&fs::read(home.data_dir().join("root.pem")).unwrap()).unwrap();
    let parsed: Vec<Certificate<'_>> =
        chain.iter().chain(&root).map(|block| Certificate::parse(&block.der).unwrap()).collect();
    assert_eq!(parsed.len(), 3);
    assert!(parsed.windows(2).all(|pair| pair[0].tbs().issuer() == pair[1].tbs().subject()));
    assert_eq!(mode(home.path("leaf.pem")), 0o644);
}

#[test]
fn a_file_is_replaced_only_when_told_to() {
    let home = founded([]);
    home.write("leaf.pem", "mine");
    let refused = sign(&home, request(&["db.internal"]), &["--out", "leaf.pem"]);
    assert_ne!(refused.code, Some(0));
    assert_eq!(fs::read(home.path("leaf.pem")).unwrap(), b"mine");
    assert!(listed(&home).is_empty(), "nothing was signed in vain");
    sign(&home, request(&["db.internal"]), &["--out", "leaf.pem", "--force"]).expect_code(0);
    assert!(serial(&fs::read(home.path("leaf.pem")).unwrap()).is_some());
}

#[test]
fn without_a_file_standard_output_is_the_chain_and_nothing_else() {
    let home = founded([]);
    let said = sign(&home, request(&["db.internal"]), &[]).expect_code(0);
    assert!(said.out.starts_with("-----BEGIN CERTIFICATE-----\n"), "{}", said.out);
    assert_eq!(x509::pem::decode(said.out.as_bytes()).unwrap().len(), 2);
    assert!(said.err.contains("db.internal"), "the plan is told beside it: {}", said.err);
}

#[test]
fn a_request_comes_in_through_standard_input_too() {
    let home = founded([]);
    let mut child =
        home.chancery(["sign", "-", "--json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(request(&["db.internal"]).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["issued"]["names"], serde_json::json!(["db.internal"]));
    assert_eq!(document["plan"]["refused"], serde_json::json!(false));
}

#[test]
fn a_dry_run_signs_nothing() {
    let home = founded([]);
    let said = sign(&home, request(&["db.internal"]), &["--dry-run"]).expect_code(0);
    assert!(said.out.contains("db.internal"), "{}", said.out);
    assert!(listed(&home).is_empty());
    sign(&home, request(&["example.com"]), &["--dry-run"]).expect_code(1);
}

#[test]
fn what_was_issued_is_listed_shown_and_given_out_again() {
    let home = founded([]);
    sign(&home, request(&["db.internal", "10.0.0.7"]), &["--out", "leaf.pem"]).expect_code(0);
    sign(&home, request(&["ann@internal"]), &["--profile", "client", "--out", "ann.pem"]).expect_code(0);
    let rows = listed(&home);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["names"], serde_json::json!(["db.internal", "10.0.0.7"]));
    assert_eq!((&rows[0]["status"], &rows[1]["profile"]), (&"valid".into(), &"client".into()));
    let number = rows[0]["serial"].as_str().unwrap();
    assert_eq!(serial(&fs::read(home.path("leaf.pem")).unwrap()).unwrap(), number);

    let shown = run(&mut home.chancery(["cert", "show", number])).expect_code(0);
    assert!(shown.out.contains("db.internal, 10.0.0.7"), "{}", shown.out);
    let shown = run(&mut home.chancery(["cert", "show", "ann.pem", "--json"])).expect_code(0);
    let shown: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(shown.as_array().unwrap().len(), 2, "the leaf and its intermediate");

    run(&mut home.chancery(["cert", "export", number, "--chain", "--out", "again.pem"])).expect_code(0);
    let read = |name| fs::read(home.path(name)).unwrap();
    assert_eq!(read("again.pem"), read("leaf.pem"));
    let alone = run(&mut home.chancery(["cert", "export", number])).expect_code(0);
    assert_eq!(x509::pem::decode(alone.out.as_bytes()).unwrap().len(), 1);
    run(&mut home.chancery(["cert", "export", "4f00"])).expect_code(1);
    run(&mut home.chancery(["cert", "show", "nonsense"])).expect_code(2);
}

#[test]
fn the_keys_of_an_authority_with_a_passphrase_are_encrypted_and_asked_for() {
    let home = Home::empty();
    let secret = |name: &str, text: &str| {
        let path = home.write(name, text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    };
    secret("right", "correct horse\n");
    secret("wrong", "battery staple\n");
    run(&mut home.chancery(["ca", "init", "--passphrase-file", "right"])).expect_code(0);
    for key in fs::read_dir(home.data_dir().join("keys")).unwrap() {
        let text = fs::read_to_string(key.unwrap().path()).unwrap();
        assert!(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    }
    let csr = request(&["db.internal"]);
    let refused = sign(&home, &csr, &["--out", "leaf.pem", "--passphrase-file", "wrong"]).expect_code(2);
    assert!(refused.err.contains("wrong passphrase"), "{}", refused.err);
    assert!(refused.err.contains("hint: "), "{}", refused.err);
    let nobody = sign(&home, &csr, &["--out", "leaf.pem"]).expect_code(2);
    assert!(nobody.err.contains("--passphrase-file FILE"), "{}", nobody.err);
    assert!(!home.path("leaf.pem").exists() && listed(&home).is_empty());
    sign(&home, &csr, &["--out", "leaf.pem", "--passphrase-file", "right"]).expect_code(0);
}

#[test]
fn an_authority_below_signs_for_itself() {
    let home = founded([]);
    let csr = {
        let request = crate::support::office::request_with(&[]);
        x509::pem::encode("CERTIFICATE REQUEST", &request)
    };
    sign(&home, csr, &["--profile", "intermediate", "--out", "branch.pem"]).expect_code(0);
    let chain = x509::pem::decode(&fs::read(home.path("branch.pem")).unwrap()).unwrap();
    assert_eq!(chain.len(), 1, "below the root there is nothing between");
    let root = run(&mut home.chancery(["ca", "show", "--json"])).expect_code(0);
    let root: serde_json::Value = serde_json::from_str(&root.out).unwrap();
    let branch = Certificate::parse(&chain[0].der).unwrap();
    assert_eq!(branch.tbs().issuer().to_string(), root["issuers"][0]["subject"].as_str().unwrap());
}

#[test]
fn a_certificate_vouches_for_itself_without_any_authority() {
    let home = Home::empty();
    run(&mut home.chancery(["key", "new"])).expect_code(0);
    let words = ["cert", "self-sign", "--key", "key.pem", "--name", "printer.lan", "--out", "own.pem"];
    let said = run(&mut home.chancery(words)).expect_code(0);
    assert!(said.err.contains("nobody else vouches for it"), "{}", said.err);
    let blocks = x509::pem::decode(&fs::read(home.path("own.pem")).unwrap()).unwrap();
    let certificate = Certificate::parse(&blocks[0].der).unwrap();
    assert_eq!(certificate.tbs().subject(), certificate.tbs().issuer());
    assert!(!home.data_dir().exists());
}

#[test]
fn a_certificate_that_cannot_be_told_is_recorded_and_its_way_back_is() {
    let home = founded([]);
    home.write("request", request(&["db.internal"]));
    for arguments in [&["sign", "request"][..], &["sign", "request", "--json"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let told = run(home.chancery(arguments).stdout(full)).expect_code(2).err;
        let listed = listed(&home);
        let serial = listed.last().unwrap()["serial"].as_str().unwrap();
        assert!(
            told.contains(&format!("hint: it was signed and recorded: chancery cert export {serial}")),
            "{told}"
        );
    }
}

#[test]
fn commands_that_are_told_name_the_data_directory_that_was_named() {
    let home = Home::empty();
    let elsewhere = |words: &[&str], code| {
        run(home.chancery(["--data-dir", "my ca"]).args(words).env_remove("CHANCERY_DATA_DIR"))
            .expect_code(code)
    };
    let none = elsewhere(&["cert", "list"], 2);
    assert!(none.err.contains("hint: make one: chancery --data-dir 'my ca' ca init; or"), "{}", none.err);
    let none = elsewhere(&["cert", "list", "--json"], 2);
    assert!(none.out.contains("make one: chancery --data-dir 'my ca' ca init; or"), "{}", none.out);

    home.write("secret", "correct horse");
    fs::set_permissions(home.path("secret"), fs::Permissions::from_mode(0o600)).unwrap();
    elsewhere(&["ca", "init", "--url", "http://localhost:9999", "--passphrase-file", "secret"], 0);
    let shown = elsewhere(&["ca", "show"], 0);
    let url = "for others: chancery --data-dir 'my ca' ca url http://HOST:9999";
    assert!(shown.out.contains(url), "{}", shown.out);
    home.write("a.csr", request(&["a.internal"]));
    let words = ["sign", "a.csr", "--passphrase-file", "secret", "--out", "a.pem"];
    let signed = elsewhere(&words, 0);
    let again = "chancery --data-dir 'my ca' sign a.csr --passphrase-file secret --out a.pem --force";
    assert!(signed.out.contains(again), "{}", signed.out);
}

#[test]
fn from_names_to_a_key_and_a_certificate_is_one_step_that_replaces_nothing() {
    let home = founded([]);
    let new = |words: &[&str], code| run(home.chancery(["cert", "new"]).args(words)).expect_code(code);
    let made = new(&["app.internal", "10.0.0.7"], 0);
    assert_eq!((mode(home.path("app.internal.key")), mode(home.path("app.internal.pem"))), (0o600, 0o644));
    run(&mut home.chancery(["verify", "app.internal.pem", "--host", "10.0.0.7"])).expect_code(0);
    home.openssl_script(
        "test \"$(\"$O\" pkey -in app.internal.key -pubout)\" = \"$(\"$O\" x509 -in app.internal.pem -noout -pubkey)\"",
    );
    assert_eq!(listed(&home).len(), 1);

    let kept = fs::read(home.path("app.internal.key")).unwrap();
    assert!(new(&["app.internal"], 2).err.contains("app.internal.key exists already"));
    fs::remove_file(home.path("app.internal.pem")).unwrap();
    new(&["app.internal"], 2);
    assert_eq!(fs::read(home.path("app.internal.key")).unwrap(), kept);
    // The way that it tells is one.
    let (_, again) = made.out.split_once("renew").unwrap().1.split_once(": ").unwrap();
    let again = again.replace("chancery ", &format!("{} ", env!("CARGO_BIN_EXE_chancery")));
    let mut shell = std::process::Command::new("sh");
    shell.args(["-e", "-c", &again]).current_dir(home.path("")).env("CHANCERY_DATA_DIR", home.data_dir());
    run(&mut shell).expect_code(0);
    assert_eq!(listed(&home).len(), 2);

    let refused = new(&["b.internal", "--days", "9999"], 1);
    assert!(refused.err.contains("hint: chancery cert new b.internal --days 397"), "{}", refused.err);
    let refused = new(&["example.com"], 1);
    assert!(refused.err.contains("example.com"), "{}", refused.err);
    assert!(!home.path("example.com.key").exists(), "a key is left of what was refused");
}
