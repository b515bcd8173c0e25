// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery up`: from an empty data directory to a page that a client trusts, and everything in its way.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::support::home::Home;
use crate::support::office::listed;
use crate::support::peer::peer;
use crate::support::running::Running;
use crate::support::{Outcome, run};

/// A home with a folder to serve.
fn home() -> Home {
    let home = Home::empty();
    std::fs::create_dir(home.path("site")).unwrap();
    home.write("site/hello.txt", "hello\n");
    home
}

/// `up`, and the URL it says it serves.
fn start(home: &Home, more: &[&str]) -> (Running, String) {
    let arguments = ["up", "site", "--listen", "0"].iter().chain(more);
    let mut up = Running::start(&mut home.chancery(arguments.collect::<Vec<_>>()));
    let url = up.wait_for("the URL", |line| {
        let url = line.trim();
        (url.starts_with("https://localhost:") && url.ends_with('/')).then(|| url.to_owned())
    });
    up.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
    (up, url)
}

/// Ends it as Ctrl-C would, and gives what it said.
fn stop(up: Running) -> Vec<String> {
    up.signal("INT");
    let (status, lines) = up.finish();
    assert_eq!(status.code(), Some(0), "{lines:#?}");
    lines
}

fn curl(home: &Home, arguments: &[&str]) -> Option<Outcome> {
    let mut curl = peer("curl")?;
    Some(run(curl.current_dir(home.path("")).arg("-sS").args(arguments)))
}

/// The certificate files as they are, to be compared later.
fn content(home: &Home, name: &str) -> Vec<u8> {
    std::fs::read(home.data_dir().join(name)).unwrap()
}

fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path.display().to_string()) }
    }
    found.sort();
    found
}

/// The serial number of the certificate that was issued last.
fn last_serial(home: &Home) -> String {
    let last = listed(home).pop().unwrap();
    last["serial"].as_str().unwrap().to_owned()
}

#[test]
fn a_server_does_not_show_a_certificate_of_its_own_that_was_taken_back() {
    let home = home();
    let revoke = |reason: &str| {
        let serial = last_serial(&home);
        run(&mut home.chancery(["cert", "revoke", &serial, "--reason", reason])).expect_code(0);
    };
    let (mut up, _) = start(&home, &[]);
    // While it runs, another one takes its place.
    revoke("superseded");
    up.wait_for("the renewal", |line| line.contains("renewed the certificate").then_some(()));
    stop(up);
    assert_eq!(listed(&home).len(), 2);
    // At the next start, too, and why is said.
    revoke("superseded");
    let (up, _) = start(&home, &[]);
    let said = stop(up).join("\n");
    assert!(said.contains("cannot stay: it was revoked at ") && said.contains("(superseded)"), "{said}");
    assert_eq!(listed(&home).len(), 3);
    // A key that was compromised is not certified once more.
    revoke("key-compromise");
    let refused = run(&mut home.chancery(["up", "site", "--listen", "0"])).expect_code(1);
    assert!(refused.err.contains("key must not be used any more"), "{}", refused.err);
    assert!(refused.err.contains("hint: mv "), "{}", refused.err);
    let key = home.data_dir().join("server/key.pem");
    std::fs::rename(&key, key.with_extension("pem.compromised")).unwrap();
    let (up, _) = start(&home, &[]);
    stop(up);
    assert_eq!(listed(&home).len(), 4);
}

#[test]
fn from_nothing_to_a_page_that_curl_trusts_and_again_with_what_is_there() {
    let home = home();
    let (up, url) = start(&home, &[]);
    let page = format!("{url}hello.txt");
    if let Some(seen) = curl(&home, &["--cacert", "data/root.pem", &page]) {
        assert_eq!(seen.expect_code(0).out, "hello\n");
        // 60: the certificate cannot be authenticated with the certificates that are trusted.
        curl(&home, &[&page]).unwrap().expect_code(60);
    }
    let lines = stop(up).join("\n");
    for step in
        ["authority", "key", "request", "checked", "signed", "installed", "serving", "handshake", "published"]
    {
        assert!(lines.contains(&format!("✓ {step}")), "{step} in:\n{lines}");
    }
    let mode =
        |name: &str| std::fs::metadata(home.data_dir().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("server/key.pem"), mode("root.pem")), (0o600, 0o644));

    let (root, key, chain) =
        (content(&home, "root.pem"), content(&home, "server/key.pem"), content(&home, "server/chain.pem"));
    let (up, _) = start(&home, &[]);
    let lines = stop(up).join("\n");
    assert!(lines.contains("as before") && lines.contains("the certificate from before"), "{lines}");
    assert!(!lines.contains("made a") && !lines.contains("✓ signed"), "{lines}");
    assert_eq!(content(&home, "root.pem"), root);
    assert_eq!(content(&home, "server/key.pem"), key);
    assert_eq!(content(&home, "server/chain.pem"), chain);
}

#[test]
fn what_was_killed_starts_again_with_what_is_there() {
    let home = home();
    let (mut up, _) = start(&home, &[]);
    let chain = content(&home, "server/chain.pem");
    up.kill();
    let (up, _) = start(&home, &[]);
    stop(up);
    assert_eq!(content(&home, "server/chain.pem"), chain);
}

#[test]
fn a_new_name_makes_a_new_certificate_on_the_same_key() {
    let home = home();
    stop(start(&home, &[]).0);
    let (key, chain) = (content(&home, "server/key.pem"), content(&home, "server/chain.pem"));
    let (up, url) = start(&home, &["--name", "files.internal"]);
    if let Some(seen) = curl(
        &home,
        &[
            "--cacert",
            "data/root.pem",
            "--connect-to",
            &format!("files.internal:443:{}", url.trim_start_matches("https://").trim_end_matches('/')),
            "https://files.internal/hello.txt",
        ],
    ) {
        assert_eq!(seen.expect_code(0).out, "hello\n");
    }
    let lines = stop(up).join("\n");
    assert!(lines.contains("this machine's names have changed"), "{lines}");
    assert_eq!(content(&home, "server/key.pem"), key);
    assert_ne!(content(&home, "server/chain.pem"), chain);
}

#[test]
fn a_name_that_the_authority_may_not_speak_for_is_refused_and_nothing_changes() {
    let home = home();
    stop(start(&home, &[]).0);
    let before = (content(&home, "server/chain.pem"), files_below(&home.data_dir()));
    let outcome =
        run(&mut home.chancery(["up", "site", "--listen", "0", "--name", "files.example"])).expect_code(1);
    assert!(outcome.err.contains("files.example is outside the name constraints"), "{outcome:?}");
    assert!(outcome.err.contains("hint: "), "{outcome:?}");
    assert_eq!((content(&home, "server/chain.pem"), files_below(&home.data_dir())), before);
}

#[test]
fn json_is_one_document_that_says_where_to_call() {
    let home = home();
    let mut up = Running::start(&mut home.chancery(["up", "site", "--listen", "0", "--json"]));
    up.wait_for("the end of the document", |line| (line == "}").then_some(()));
    up.signal("TERM");
    let (status, lines) = up.finish();
    assert_eq!(status.code(), Some(0));
    let document: serde_json::Value = serde_json::from_str(&lines.join("\n")).unwrap();
    assert_eq!(document["steps"].as_array().unwrap().len(), 9);
    assert!(document["urls"][0].as_str().unwrap().starts_with("https://localhost:"));
    assert_eq!(document["root"].as_str().unwrap(), home.data_dir().join("root.pem").to_str().unwrap());
}

#[test]
fn a_second_up_on_one_data_directory_is_told_who_is_first() {
    let home = home();
    let (up, _) = start(&home, &[]);
    let outcome = run(&mut home.chancery(["up", "site", "--listen", "0"])).expect_code(2);
    assert!(outcome.err.contains(&format!("(process {})", up.id())), "{outcome:?}");
    stop(up);
}

#[test]
fn a_taken_port_is_told_with_who_holds_it_and_one_that_is_free() {
    let home = home();
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap().to_string();
    let outcome = run(&mut home.chancery(["up", "site", "--listen", &address])).expect_code(2);
    let expect = format!("error: address {address} is already in use, by ");
    assert!(outcome.err.starts_with(&expect), "{outcome:?}");
    assert!(outcome.err.contains(&format!("(process {})", std::process::id())), "{outcome:?}");
    assert!(outcome.err.contains("hint: this one is free: --listen 127.0.0.1:"), "{outcome:?}");
    assert!(!home.data_dir().exists());
}

#[test]
fn a_folder_that_reaches_the_data_directory_is_not_served() {
    let home = home();
    for (folder, how) in [(home.path(""), "contains"), (home.data_dir().join("public"), "lies in")] {
        std::fs::create_dir_all(&folder).unwrap();
        let outcome = run(home.chancery(["up"]).arg(&folder)).expect_code(1);
        assert!(outcome.err.contains(how) && outcome.err.contains("hint: "), "{outcome:?}");
        assert_eq!(files_below(&home.data_dir()), Vec::<String>::new());
    }
    let outcome = run(&mut home.chancery(["up", "nowhere"])).expect_code(2);
    assert_eq!(outcome.err, "error: there is no folder nowhere\nhint: mkdir -p nowhere\n");
}

#[test]
fn a_data_directory_that_cannot_be_made_is_told() {
    let home = home();
    let outcome = run(&mut home.chancery(["up", "site", "--listen", "0", "--data-dir", "/proc/chancery"]))
        .expect_code(2);
    assert!(
        outcome.err.starts_with("error: cannot make the folder /proc/chancery\ncaused by: "),
        "{outcome:?}"
    );
    assert!(outcome.err.contains("--data-dir DIR"), "{outcome:?}");
}

#[test]
fn a_disk_that_takes_no_more_leaves_nothing_half_made() {
    let home = home();
    let binary = home.chancery(["up", "site", "--listen", "0"]);
    // No file may grow: as on a full disk, every write fails.
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"]).arg(binary.get_program());
    shell.args(binary.get_args()).current_dir(home.path(""));
    for (name, value) in binary.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let outcome = run(&mut shell).expect_code(2);
    assert!(outcome.err.contains("caused by: ") && outcome.err.contains("hint: "), "{outcome:?}");
    assert!(!home.data_dir().exists());
    stop(start(&home, &[]).0);
}

#[test]
fn with_a_passphrase_every_key_is_encrypted_and_needs_it_again() {
    let home = home();
    let path = home.write("passphrase", "correct horse\n");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    stop(start(&home, &["--passphrase-file", "passphrase"]).0);
    let keys: Vec<_> = files_below(&home.data_dir())
        .into_iter()
        .filter(|path| std::fs::read(path).unwrap().starts_with(b"-----BEGIN ENCRYPTED PRIVATE KEY"))
        .collect();
    assert_eq!(keys.len(), 3, "{keys:?}");
    let outcome = run(&mut home.chancery(["up", "site", "--listen", "0"])).expect_code(2);
    assert!(outcome.err.contains("--passphrase-file FILE"), "{outcome:?}");
    stop(start(&home, &["--passphrase-file", "passphrase"]).0);
}

#[test]
fn a_file_goes_up_and_comes_back_byte_for_byte() {
    let home = home();
    let (up, url) = start(&home, &["--upload"]);
    let bytes: Vec<u8> = (0..300_000u32).flat_map(u32::to_le_bytes).collect();
    home.write("big", &bytes);
    let page = format!("{url}big");
    if let Some(put) = curl(&home, &["--fail", "--cacert", "data/root.pem", "-T", "big", &page]) {
        put.expect_code(0);
        curl(&home, &["--fail", "--cacert", "data/root.pem", "-o", "back", &page]).unwrap().expect_code(0);
        assert_eq!(std::fs::read(home.path("back")).unwrap(), bytes);
    }
    stop(up);
}

#[test]
fn requests_are_signed_beside_it_on_the_same_data_directory() {
    let home = home();
    let (up, _) = start(&home, &[]);
    run(&mut home.chancery(["key", "new"])).expect_code(0);
    run(&mut home.chancery(["csr", "new", "--key", "key.pem", "--name", "other.internal", "--out", "csr"]))
        .expect_code(0);
    run(&mut home.chancery(["sign", "csr", "--out", "chain.pem"])).expect_code(0);
    run(&mut home.chancery(["verify", "chain.pem", "--host", "other.internal"])).expect_code(0);
    stop(up);
}

#[test]
fn a_founding_that_was_cut_short_is_done_again() {
    let home = home();
    std::fs::create_dir(home.data_dir()).unwrap();
    home.write("data/authority.db", "");
    stop(start(&home, &[]).0);
}

#[test]
fn who_was_taken_back_is_published_where_the_certificate_says_or_that_it_is_not_is_told() {
    let home = home();
    let published = |line: &str| line.contains("✓ published").then(|| line.to_owned());
    let arguments = ["up", "site", "--listen", "0"];
    let mut up = Running::start(&mut home.chancery(arguments));
    let line = up.wait_for("where it is published", published);
    let at = line.split("http://").nth(1).unwrap().trim_end_matches('/').to_owned();
    up.wait_for("what a client finds", |line| line.contains("fetched as a client would").then_some(()));
    // The verbs that publish may run beside each other, and one is enough.
    let beside = run(&mut home.chancery(["ca", "serve"])).expect_code(2);
    assert!(beside.err.contains("already in use"), "{}", beside.err);
    stop(up);

    let mut serve = Running::start(&mut home.chancery(["ca", "serve"]));
    serve.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
    let mut up = Running::start(&mut home.chancery(arguments));
    let line = up.wait_for("where it is published", published);
    assert!(line.contains(&at) && line.ends_with("by another process"), "{line}");
    stop(up);
    drop(serve);

    let taken = TcpListener::bind(at.replace("localhost", "127.0.0.1")).unwrap();
    let (up, _) = start(&home, &[]);
    let lines = stop(up).join("\n");
    assert!(lines.contains("note: nothing is published") && lines.contains("is already in use"), "{lines}");
    drop(taken);
}

#[test]
fn a_name_that_was_asked_for_is_not_forgotten_by_a_start_without_it() {
    let home = home();
    stop(start(&home, &["--name", "files.internal"]).0);
    let (up, _) = start(&home, &[]);
    let said = stop(up);
    assert!(
        said.iter().any(|line| line.contains("known as files.internal, as was asked for before")),
        "{said:#?}"
    );
    let names = || -> Vec<bool> {
        let rows = listed(&home);
        let names = rows.iter().map(|row| row["names"].as_array().unwrap());
        names.map(|names| names.contains(&"files.internal".into())).collect()
    };
    assert_eq!(names(), [true], "the certificate is that of the first start");
    stop(start(&home, &["--name", "other.internal"]).0);
    stop(start(&home, &[]).0);
    assert_eq!(names().len(), 2);
    assert_eq!(names().iter().filter(|has_it| **has_it).count(), 1);
}

#[test]
fn another_issuer_certifies_a_server_that_runs_also_where_somebody_else_publishes() {
    let home = home();
    // No certificate says where anything is published.
    run(&mut home.chancery(["ca", "init", "--url", "none"])).expect_code(0);
    let (mut up, _) = start(&home, &[]);
    let before = content(&home, "server/chain.pem");
    run(&mut home.chancery(["ca", "issuer", "new"])).expect_code(0);
    up.wait_for("the certificate renewed", |line| line.contains("renewed the certificate").then_some(()));
    stop(up);
    let after = content(&home, "server/chain.pem");
    assert_ne!(before, after);
    stop(start(&home, &[]).0);
    assert_eq!(after, content(&home, "server/chain.pem"), "a start finds nothing to do");
    assert_eq!(listed(&home).len(), 2);
}
