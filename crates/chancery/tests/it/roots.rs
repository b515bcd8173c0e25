// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ca root` and the issuers of others: several roots, a root's key that is taken away, authorities that somebody else
//! certifies.

use std::fs;

use serde_json::Value;

use crate::support::home::Home;
use crate::support::office::{founded, request, sign};
use crate::support::running::Running;
use crate::support::{Outcome, run};

fn said(home: &Home, arguments: &[&str], code: i32) -> Outcome {
    run(&mut home.chancery(arguments)).expect_code(code)
}

fn json(home: &Home, arguments: &[&str]) -> Value {
    serde_json::from_str(&said(home, &[arguments, &["--json"]].concat(), 0).out).unwrap()
}

/// The beginning of the identifier of each issuer, in order.
fn ids(home: &Home) -> Vec<String> {
    let rows = json(home, &["ca", "issuer", "list"]);
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap().get(..8).unwrap().to_owned())
        .collect()
}

fn subjects(pem: &str) -> Vec<String> {
    let blocks = x509::pem::decode(pem.as_bytes()).unwrap();
    let subject = |der: &[u8]| x509::Certificate::parse(der).unwrap().tbs().subject().to_string();
    blocks.iter().map(|block| subject(&block.der)).collect()
}

fn root_pem(home: &Home) -> String {
    fs::read_to_string(home.data_dir().join("root.pem")).unwrap()
}

fn signed(home: &Home, file: &str, more: &[&str]) -> Vec<String> {
    sign(home, request(&["db.internal"]), &[&["--out", file, "--force"], more].concat()).expect_code(0);
    subjects(&fs::read_to_string(home.path(file)).unwrap())
}

/// Whether a client that trusts these roots accepts a leaf, with the CRLs: ours, and OpenSSL.
fn accepted(home: &Home, file: &str, roots: &str) {
    said(home, &["ca", "crl", "--out", "crl.pem", "--force"], 0);
    said(home, &["verify", file, "--host", "db.internal", "--crl", "crl.pem", "--roots", roots], 0);
    home.openssl_script(&format!(
        "\"$O\" verify -crl_check_all -CAfile {roots} -untrusted {file} -CRLfile crl.pem {file}"
    ));
}

#[test]
fn another_root_is_made_and_trusted_before_anything_is_issued_below_it() {
    let home = founded([]);
    let (first, intermediate) = (ids(&home)[0].clone(), signed(&home, "before.pem", &[])[1].clone());
    let made = said(&home, &["ca", "root", "new", "--name", "Second"], 0);
    assert!(made.out.contains("nobody trusts it yet"), "{}", made.out);
    let second = ids(&home)[2].clone();
    // Both are in root.pem, the one that issues first, and it issues as before.
    let roots = subjects(&root_pem(&home));
    assert!(roots[0].contains("Chancery Root") && roots[1].contains("Second Root"), "{roots:?}");
    assert_eq!(signed(&home, "still.pem", &[])[1], intermediate);

    let refused = said(&home, &["ca", "issuer", "new"], 2);
    assert!(refused.err.contains("several roots"), "{}", refused.err);
    assert!(refused.err.contains(&first) && refused.err.contains(&second), "{}", refused.err);
    said(&home, &["ca", "issuer", "new", "--below", &second], 0);
    assert!(signed(&home, "after.pem", &[])[1].contains("Second Intermediate"));
    // The old one still issues when it is told to.
    let old = ids(&home)[1].clone();
    assert_eq!(signed(&home, "old.pem", &["--issuer", &old])[1], intermediate);
    let root = home.data_dir().join("root.pem");
    for file in ["before.pem", "after.pem", "old.pem"] {
        accepted(&home, file, root.to_str().unwrap());
    }
    // A root that is retired, and nothing in use below it, is trusted no more.
    for id in [&old, &first] {
        said(&home, &["ca", "issuer", "retire", id], 0);
    }
    said(&home, &["ca", "show"], 0);
    assert_eq!(subjects(&root_pem(&home)).len(), 1);
    let refused = sign(&home, request(&["db.internal"]), &["--issuer", &old]).expect_code(1);
    assert!(refused.err.contains("was retired at"), "{}", refused.err);
    said(&home, &["ca", "audit"], 0);
}

#[test]
fn a_hasty_hand_in_root_pem_is_undone() {
    let home = founded([]);
    let before = root_pem(&home);
    for content in ["", "nonsense\n"] {
        fs::write(home.data_dir().join("root.pem"), content).unwrap();
        said(&home, &["ca", "show"], 0);
        assert_eq!(root_pem(&home), before);
    }
}

#[test]
fn the_key_of_a_root_is_taken_away_and_brought_back() {
    let home = founded([]);
    home.write("secret", "correct horse\n");
    run(std::process::Command::new("chmod").args(["600"]).arg(home.path("secret"))).expect_code(0);
    let take = ["ca", "root", "offline", "--out", "safe.pem"];
    // There is no terminal to ask at.
    assert!(said(&home, &take, 2).err.contains("no terminal"));
    let within = home.data_dir().join("keys/safe.pem");
    let within =
        ["ca", "root", "offline", "--out", within.to_str().unwrap(), "--new-passphrase-file", "secret"];
    assert!(said(&home, &within, 1).err.contains("lies in the data directory"));
    let keys = || fs::read_dir(home.data_dir().join("keys")).unwrap().count();
    assert_eq!((keys(), home.path("safe.pem").exists()), (2, false));

    let taken = json(&home, &[&take[..], &["--new-passphrase-file", "secret"]].concat());
    assert_eq!((taken["crls"].as_u64(), keys()), (Some(24), 1));
    let numbers = (taken["first_number"].as_u64().unwrap(), taken["last_number"].as_u64().unwrap());
    assert_eq!(numbers.1 - numbers.0, 23);
    home.openssl_script(
        "\"$O\" pkey -in safe.pem -passin file:secret -noout && ! \"$O\" pkey -in safe.pem -passin pass:x -noout",
    );
    let list = json(&home, &["ca", "issuer", "list"]);
    assert_eq!(
        (list[0]["key_offline"].as_bool(), list[0]["key_present"].as_bool()),
        (Some(true), Some(false))
    );
    assert_eq!(list[0]["key"], home.path("safe.pem").to_str().unwrap());

    // Certificates are issued as before, and clients that insist on the root's CRL get the one that was made ahead.
    signed(&home, "leaf.pem", &[]);
    let root = home.data_dir().join("root.pem");
    accepted(&home, "leaf.pem", root.to_str().unwrap());
    let crls = json(&home, &["ca", "crl", "--out", "crl.pem", "--force"]);
    assert_eq!(crls["crls"][0]["number"].as_u64(), Some(numbers.0));
    let root_id = ids(&home)[0].clone();
    let shown = json(&home, &["ca", "issuer", "show", &root_id]);
    assert_eq!(shown["crl"]["covered_until"], taken["covered_until"]);
    // What needs the key says where it is, and what would bring it back.
    let refused = said(&home, &["ca", "issuer", "new"], 2);
    assert!(
        refused.err.contains("was taken away") && refused.err.contains("chancery ca root online"),
        "{}",
        refused.err
    );
    let again = said(&home, &take, 1);
    assert!(again.err.contains("was taken away before"), "{}", again.err);
    said(&home, &["ca", "audit"], 0);

    // Brought back with another key, the wrong passphrase, the right one.
    said(&home, &["key", "new", "--out", "other.pem"], 0);
    assert!(said(&home, &["ca", "root", "online", "other.pem"], 1).err.contains("is not that root's"));
    home.write("wrong", "incorrect\n");
    run(std::process::Command::new("chmod").args(["600"]).arg(home.path("wrong"))).expect_code(0);
    said(&home, &["ca", "root", "online", "--passphrase-file", "wrong"], 2);
    // Encrypted, as it was in the file; open only when it is said.
    let key = json(&home, &["ca", "issuer", "list"])[0]["key"].clone();
    let back = json(&home, &["ca", "root", "online", "--passphrase-file", "secret"]);
    assert_eq!((back["keys_encrypted"].as_bool(), keys()), (Some(true), 2), "{key}");
    let text = fs::read_to_string(back["key"].as_str().unwrap()).unwrap();
    assert!(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    let secret = ["--passphrase-file", "secret"];
    said(&home, &[&take[..], &secret, &["--force"]].concat(), 0);
    let back = json(&home, &["ca", "root", "online", "--passphrase-file", "secret", "--plain"]);
    assert_eq!(back["keys_encrypted"], false);
    assert!(said(&home, &["ca", "root", "online"], 1).err.contains("no key was taken away"));
    said(&home, &["ca", "issuer", "new"], 0);
    // Its next CRL has a larger number than all that were made ahead.
    let crls = json(&home, &["ca", "crl", "--out", "crl.pem", "--force"]);
    assert_eq!(crls["crls"][0]["number"].as_u64(), Some(numbers.1 + 25));
    signed(&home, "leaf.pem", &[]);
    accepted(&home, "leaf.pem", root.to_str().unwrap());
    let take = [&take[..], &["--new-passphrase-file", "secret"]].concat();
    assert!(said(&home, &take, 2).err.contains("exists already"));
    said(&home, &[&take[..], &["--force", "--crls", "2"]].concat(), 0);
    said(&home, &["ca", "audit"], 0);
}

#[test]
fn a_removal_that_was_cut_short_is_finished() {
    let home = founded([]);
    let key = json(&home, &["ca", "issuer", "list"])[0]["key"].as_str().unwrap().to_owned();
    let bytes = fs::read(&key).unwrap();
    home.write("secret", "correct horse\n");
    run(std::process::Command::new("chmod").args(["600"]).arg(home.path("secret"))).expect_code(0);
    let take = ["ca", "root", "offline", "--out", "safe.pem", "--new-passphrase-file", "secret"];
    said(&home, &take, 0);
    fs::write(&key, bytes).unwrap();
    // It is not used, though it is there; and it stays while the other copy is not seen.
    said(&home, &["ca", "issuer", "new"], 2);
    fs::rename(home.path("safe.pem"), home.path("lost.pem")).unwrap();
    let kept = said(&home, &take, 2);
    assert!(
        kept.err.contains("nothing was taken away") && std::path::Path::new(&key).exists(),
        "{}",
        kept.err
    );
    fs::rename(home.path("lost.pem"), home.path("safe.pem")).unwrap();
    assert!(said(&home, &take, 0).out.contains("was left behind, and is gone"));
    assert!(!std::path::Path::new(&key).exists());
}

#[test]
fn a_server_that_holds_the_key_lets_go_of_it_and_publishes_what_was_made_ahead() {
    let home = founded(["--url", "http://127.0.0.1:1"]);
    home.write("secret", "correct horse\n");
    run(std::process::Command::new("chmod").args(["600"]).arg(home.path("secret"))).expect_code(0);
    let mut serve = Running::start(&mut home.chancery(["ca", "serve", "--http", "127.0.0.1:0"]));
    serve.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
    let take = ["ca", "root", "offline", "--out", "safe.pem", "--new-passphrase-file", "secret"];
    let ahead = json(&home, &take)["first_number"].as_u64().unwrap();
    serve.wait_for("the key let go", |line| line.contains("its key was taken away").then_some(()));
    serve.wait_for("what was made ahead", |line| line.contains(&format!(" number={ahead} ")).then_some(()));
    // Brought back, it signs again: the next number is behind all that was made ahead.
    said(&home, &["ca", "root", "online", "safe.pem", "--passphrase-file", "secret", "--plain"], 0);
    serve.wait_for("the key back", |line| line.contains("its key is back").then_some(()));
    serve.wait_for("a CRL", |line| line.contains(&format!(" number={} ", ahead + 24)).then_some(()));
    said(&home, &[&take[..], &["--force"]].concat(), 0);
    drop(serve);
    let mut serve = Running::start(&mut home.chancery(["ca", "serve", "--http", "127.0.0.1:0", "--json"]));
    let document =
        serve.wait_for("the document", |line| line.contains("\"number\"").then(|| line.to_owned()));
    assert!(document.contains("\"number\""));
    said(&home, &["ca", "audit"], 0);
}

/// A root of somebody else's, made by OpenSSL, that signs a request as an authority; `None` without OpenSSL.
fn signed_elsewhere(home: &Home, request: &str, answer: &str, extensions: &str) -> Option<()> {
    home.write("extensions.cnf", extensions);
    home.openssl_script(&format!(
        "[ -f corp.key ] || {{ \"$O\" ecparam -name prime256v1 -genkey -noout -out corp.key; \
         \"$O\" req -x509 -new -key corp.key -subj '/O=Corp/CN=Corp Root' -days 3650 -out corp.pem \
         -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign; \
         \"$O\" ca -help 2>/dev/null || true; }}
         \"$O\" x509 -req -in {request} -CA corp.pem -CAkey corp.key -CAcreateserial -days 1000 \
         -extfile extensions.cnf -out {answer}"
    ))
}

const AS_ASKED: &str = "basicConstraints=critical,CA:TRUE,pathlen:0\n\
                        keyUsage=critical,keyCertSign,cRLSign,digitalSignature\n\
                        subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";

#[test]
fn an_intermediate_that_somebody_else_certified_issues() {
    let home = founded([]);
    let asked = json(&home, &["ca", "issuer", "csr", "--name", "Branch", "--out", "branch.csr"]);
    assert!(asked["subject"].as_str().unwrap().contains("Branch Intermediate"), "{asked}");
    let shown = said(&home, &["csr", "show", "branch.csr"], 0).out;
    assert!(shown.contains("CA") || shown.contains("authority"), "{shown}");
    let Some(()) = signed_elsewhere(&home, "branch.csr", "branch.pem", AS_ASKED) else { return };
    // Without its root, with a certificate of another key, and then whole.
    let refused = said(&home, &["ca", "issuer", "import", "branch.pem"], 1);
    assert!(refused.err.contains("Corp Root") && refused.err.contains("--chain"), "{}", refused.err);
    let refused = said(&home, &["ca", "issuer", "import", "corp.pem"], 1);
    assert!(refused.err.contains("no key in"), "{}", refused.err);
    let taken = json(&home, &["ca", "issuer", "import", "branch.pem", "--chain", "corp.pem"]);
    assert!(taken["root"].as_str().unwrap().contains("Corp Root"), "{taken}");
    assert!(signed(&home, "leaf.pem", &[])[1].contains("Branch Intermediate"));
    said(&home, &["verify", "leaf.pem", "--host", "db.internal", "--roots", "corp.pem"], 0);
    home.openssl_script("\"$O\" verify -CAfile corp.pem -untrusted leaf.pem leaf.pem");
    assert!(subjects(&root_pem(&home))[0].contains("Corp Root"), "the root above who issues comes first");
    let again = said(&home, &["ca", "issuer", "import", "branch.pem", "--chain", "corp.pem", "--replace"], 1);
    assert!(again.err.contains("in the record already"), "{}", again.err);
    // Elsewhere than its own address it is certified by whoever certified it.
    assert!(
        said(&home, &["ca", "url", "http://ca.internal:8480"], 0).err.contains("certified by somebody else")
    );
    said(&home, &["ca", "audit"], 0);
}

#[test]
fn an_answer_that_could_not_do_the_work_is_refused() {
    let home = founded([]);
    said(&home, &["ca", "issuer", "csr", "--out", "branch.csr"], 0);
    for (extensions, words) in [
        ("basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\n", "does not verify"),
        (
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n",
            "without cRLSign",
        ),
        (
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\nsubjectKeyIdentifier=hash\n",
            "does not verify",
        ),
        ("basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=none\n", "must carry subjectKeyIdentifier"),
    ] {
        let Some(()) = signed_elsewhere(&home, "branch.csr", "branch.pem", extensions) else { return };
        let refused = said(&home, &["ca", "issuer", "import", "branch.pem", "--chain", "corp.pem"], 1);
        assert!(refused.err.contains(words), "{words}: {}", refused.err);
    }
    assert_eq!(ids(&home).len(), 2);
}

#[test]
fn an_issuer_that_is_certified_by_two_is_accepted_by_the_clients_of_either() {
    let home = founded([]);
    said(&home, &["ca", "root", "new", "--name", "Second"], 0);
    let (first, second) = (ids(&home)[0].clone(), ids(&home)[2].clone());
    said(&home, &["ca", "issuer", "new", "--below", &second], 0);
    let issuing = ids(&home)[3].clone();
    // A root does not fit below another one that leaves room for an intermediate only.
    let refused = said(&home, &["ca", "issuer", "cross-sign", &second, "--below", &first], 1);
    assert!(refused.err.contains("allows 1 authority below it") && refused.err.contains("needs room for 2"));
    for (id, words) in [(&issuing, "is below"), (&second, "is below")] {
        let refused = said(&home, &["ca", "issuer", "cross-sign", id, "--below", &second], 1);
        assert!(refused.err.contains(words), "{}", refused.err);
    }
    let crossed =
        json(&home, &["ca", "issuer", "cross-sign", &issuing, "--below", &first, "--out", "cross.pem"]);
    assert!(crossed["subject"].as_str().unwrap().contains("Second Intermediate"), "{crossed}");
    signed(&home, "leaf.pem", &[]);
    let serial = json(&home, &["cert", "list"])[0]["serial"].as_str().unwrap().to_owned();
    let export = ["cert", "export", &serial, "--chain", "--below", &first, "--out", "first.pem"];
    said(&home, &export, 0);
    let shown = json(&home, &["ca", "issuer", "show", &issuing]);
    assert_eq!(shown["beside"][0]["serial"], crossed["serial"]);
    for (name, id) in [("first-root.pem", &first), ("second-root.pem", &second)] {
        let pem = json(&home, &["ca", "issuer", "show", id])["certificate_pem"].as_str().unwrap().to_owned();
        home.write(name, pem);
    }
    accepted(&home, "first.pem", "first-root.pem");
    accepted(&home, "leaf.pem", "second-root.pem");
    said(&home, &["verify", "leaf.pem", "--host", "db.internal", "--roots", "first-root.pem"], 1);
    // A sweep takes back neither; by itself it leaves the other as it is, and a stolen key takes both.
    let cross = crossed["serial"].as_str().unwrap();
    let sweep = ["cert", "revoke", "--serial", cross, "--reason", "key-compromise"];
    let swept = json(&home, &[sweep.as_slice(), &["--yes"]].concat());
    assert_eq!((&swept["matched"], &swept["left_out"][0]), (&Value::from(0), &crossed["serial"]));
    let swept = said(&home, &[sweep.as_slice(), &["--dry-run"]].concat(), 0);
    assert!(swept.err.contains(&format!("chancery cert revoke {cross}")), "{}", swept.err);
    said(&home, &["cert", "revoke", cross, "--reason", "superseded"], 0);
    let refused = said(&home, &["cert", "export", &serial, "--chain", "--below", &first], 1);
    assert!(refused.err.contains(&format!("in the chain, the certificate {cross} of ")), "{}", refused.err);
    said(&home, &["cert", "export", &serial, "--chain"], 0);
    let shown = json(&home, &["ca", "issuer", "show", &issuing]);
    assert_eq!(
        (&shown["beside"][0]["status"], &shown["chain"][0]["status"]),
        (&Value::from("revoked"), &Value::from("good"))
    );
    let shown = said(&home, &["ca", "issuer", "show", &issuing], 0);
    assert!(shown.out.contains(&format!("serial {cross}, revoked since ")), "{}", shown.out);
    accepted(&home, "leaf.pem", "second-root.pem");
    signed(&home, "next.pem", &[]);
    said(&home, &["ca", "audit"], 0);
}

#[test]
fn a_root_that_somebody_else_certifies_too_issues_as_before() {
    let home = founded([]);
    let root = ids(&home)[0].clone();
    said(&home, &["ca", "issuer", "csr", &root, "--out", "root.csr"], 0);
    let extensions = AS_ASKED.replace("pathlen:0", "pathlen:1");
    let Some(()) = signed_elsewhere(&home, "root.csr", "crossed.pem", &extensions) else { return };
    // OpenSSL's own way to name a key is not ours, and what was issued names it our way.
    let import = ["ca", "issuer", "import", "crossed.pem", "--chain", "corp.pem", "--beside"];
    let refused = said(&home, &import, 1);
    assert!(refused.err.contains("names a subjectKeyIdentifier of"), "{}", refused.err);
    home.openssl_script(
        "\"$O\" x509 -req -in root.csr -CA corp.pem -CAkey corp.key -CAcreateserial -days 1000 -copy_extensions copy \
         -out crossed.pem",
    );
    let import = ["ca", "issuer", "import", "crossed.pem", "--chain", "corp.pem"];
    let refused = said(&home, &import, 1);
    assert!(refused.err.contains("would take the place of its own"), "{}", refused.err);
    said(&home, &[&import[..], &["--beside"]].concat(), 0);
    signed(&home, "leaf.pem", &[]);
    let own = home.data_dir().join("root.pem");
    accepted(&home, "leaf.pem", own.to_str().unwrap());
    home.openssl_script(
        "cat leaf.pem crossed.pem > sent.pem; \"$O\" verify -CAfile corp.pem -untrusted sent.pem leaf.pem",
    );
}

#[test]
fn what_was_made_ahead_is_said_to_lack_whoever_was_taken_back_since_and_ends() {
    let home = founded([]);
    home.write("secret", "correct horse\n");
    run(std::process::Command::new("chmod").args(["600"]).arg(home.path("secret"))).expect_code(0);
    let intermediate = json(&home, &["ca", "issuer", "list"])[1]["serial"].as_str().unwrap().to_owned();
    let take = ["ca", "root", "offline", "--out", "safe.pem", "--new-passphrase-file", "secret"];
    said(&home, &take, 0);
    said(&home, &["ca", "crl", "--out", "crl.pem"], 0);
    let revoked = said(&home, &["cert", "revoke", &intermediate, "--reason", "superseded"], 0);
    assert!(revoked.err.contains("do not say so"), "{}", revoked.err);
    let lacking = said(&home, &["ca", "crl", "--out", "crl.pem", "--force", "--json"], 1);
    let document: Value = serde_json::from_str(&lacking.out).unwrap();
    assert_eq!(
        (&document["crls"][0]["behind"], &document["crls"][1]["behind"]),
        (&true.into(), &false.into())
    );
    let root = ids(&home)[0].clone();
    assert_eq!(json(&home, &["ca", "issuer", "show", &root])["crl"]["behind"], true);
    // Brought back and taken away again, all of them say it.
    said(&home, &["ca", "root", "online", "--passphrase-file", "secret", "--plain"], 0);
    said(&home, &[&take[..], &["--force"]].concat(), 0);
    let made = json(&home, &["ca", "crl", "--out", "crl.pem", "--force"]);
    assert_eq!((made["crls"][0]["entries"].as_u64(), &made["crls"][0]["behind"]), (Some(1), &false.into()));
    said(&home, &["ca", "audit"], 0);
}

#[test]
fn the_key_of_one_root_is_not_written_over_that_of_another() {
    let home = founded([]);
    said(&home, &["ca", "root", "new", "--name", "Second"], 0);
    home.write("secret", "correct horse\n");
    run(std::process::Command::new("chmod").args(["600"]).arg(home.path("secret"))).expect_code(0);
    let (first, second) = (ids(&home)[0].clone(), ids(&home)[2].clone());
    let options = ["--out", "safe.pem", "--new-passphrase-file", "secret", "--force"];
    said(&home, &[&["ca", "root", "offline", &first][..], &options].concat(), 0);
    let refused = said(&home, &[&["ca", "root", "offline", &second][..], &options].concat(), 1);
    assert!(refused.err.contains("holds the key of CN=Chancery Root"), "{}", refused.err);
    said(&home, &["ca", "root", "online", "--passphrase-file", "secret"], 0);
}
