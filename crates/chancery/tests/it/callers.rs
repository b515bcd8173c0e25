// SPDX-License-Identifier: MIT OR Apache-2.0
//! Programs that are let in by a client certificate: curl and openssl, over HTTP/1.1 and HTTP/2, TLS 1.2 and 1.3.

use serde_json::Value;

use crate::support::home::Home;
use crate::support::office::{founded, listed};
use crate::support::peer::peer;
use crate::support::running::Running;
use crate::support::{Outcome, run};

fn said(home: &Home, words: &str) -> Outcome {
    run(&mut home.chancery(words.split(' ')))
}

/// An authority, a client's key and certificate of this profile, and the token that the key is.
fn with_client(profile: &str) -> (Home, String) {
    let home = founded(["--url", "none"]);
    said(&home, "key new --out client.key").expect_code(0);
    said(&home, "csr new --key client.key --name laptop.internal --out client.csr").expect_code(0);
    said(&home, &format!("sign client.csr --profile {profile} --out client.pem")).expect_code(0);
    let made = said(&home, "ca token new --label laptop --scope read,issue --certificate client.pem --json");
    let made: Value = serde_json::from_str(&made.expect_code(0).out).unwrap();
    assert_eq!(made["token"], Value::Null);
    assert_eq!(made["key_sha256"].as_str().unwrap().len(), 64);
    (home, made["id"].as_str().unwrap().to_owned())
}

fn serve(home: &Home) -> (Running, String) {
    let arguments = ["ca", "serve", "--http", "127.0.0.1:0", "--api", "127.0.0.1:0"];
    let mut serve = Running::start(&mut home.chancery(arguments));
    let url = serve.wait_for("where programs call", |line| {
        line.split_whitespace().find(|word| word.starts_with("https://localhost:")).map(str::to_owned)
    });
    serve.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
    (serve, url)
}

/// What curl gets with the certificate, which trusts the root alone.
fn curl(home: &Home, arguments: &[&str]) -> Option<Value> {
    let line = ["-sS", "--cacert", "data/root.pem", "--cert", "client.pem", "--key", "client.key"];
    let said = run(peer("curl")?.current_dir(home.path("")).args(line).args(arguments)).expect_code(0);
    Some(serde_json::from_str(&said.out).unwrap())
}

/// By what word a program knows what is wrong, and the sentence for people.
fn problem(answer: &Value) -> (&str, &str) {
    let kind = answer["type"].as_str().unwrap_or_default();
    (kind.rsplit(':').next().unwrap(), answer["detail"].as_str().unwrap_or_default())
}

#[test]
fn a_client_certificate_lets_in_whoever_has_its_key_until_either_is_taken_back() {
    let (home, id) = with_client("client");
    let (_serve, url) = serve(&home);
    let profiles = format!("{url}profiles");
    for how in [&["--http1.1"][..], &["--http2"], &["--tlsv1.2", "--tls-max", "1.2"], &["--tlsv1.3"]] {
        let Some(answer) = curl(&home, &[how, &[&profiles]].concat()) else { return };
        assert_eq!(answer["profiles"][0]["permitted"], true, "{how:?}: {answer}");
    }
    // What it has issued is on record as the token's.
    said(&home, "csr new --key client.key --name other.internal --out other.csr --force").expect_code(0);
    let certificates = format!("{url}certificates");
    let issue = ["--data-binary", "@other.csr", "-H", "Content-Type: application/x-pem-file", &certificates];
    curl(&home, &issue).unwrap();
    let by = format!("approved by token {id} (laptop)");
    assert!(listed(&home).iter().any(|row| row["warrant"] == by.as_str()), "{:?}", listed(&home));
    // A token that is shown counts, whatever is beside it.
    let shown = curl(&home, &["-H", "Authorization: Bearer chancery_x", &profiles]).unwrap();
    assert_eq!(problem(&shown).0, "bad-token");
    let basic = curl(&home, &["-H", "Authorization: Basic eDp5", &profiles]).unwrap();
    assert_eq!(problem(&basic).0, "no-token");

    // Nor is anything done that a page of somebody else's has a browser ask.
    for header in ["Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"] {
        for asked in [&[profiles.as_str()][..], &issue] {
            let forged = curl(&home, &[&["-H", header][..], asked].concat()).unwrap();
            assert_eq!(problem(&forged).0, "certificate", "{header}: {forged}");
        }
    }

    let serial = listed(&home).iter().find(|row| row["profile"] == "client").unwrap()["serial"].clone();
    let serial = serial.as_str().unwrap();
    said(&home, &format!("cert revoke {serial} --reason hold")).expect_code(0);
    let held = curl(&home, &[&profiles]).unwrap();
    assert_eq!(problem(&held).0, "certificate");
    assert!(problem(&held).1.contains("certificateHold"), "{held}");
    said(&home, &format!("cert release {serial}")).expect_code(0);
    assert!(curl(&home, &[&profiles]).unwrap()["profiles"].is_array());
    said(&home, &format!("ca token revoke {id}")).expect_code(0);
    let revoked = curl(&home, &[&profiles]).unwrap();
    assert!(problem(&revoked).1.contains(&format!("its key is token {id}, whose token was revoked at")));
    said(&home, "ca token new --label laptop --scope read --certificate client.pem").expect_code(0);
    assert!(curl(&home, &[&profiles]).unwrap()["profiles"].is_array());
    let list = said(&home, "ca token list").expect_code(0).out;
    assert_eq!(list.lines().filter(|line| line.contains("  key  ")).count(), 2, "{list}");
}

#[test]
fn a_certificate_for_servers_lets_nobody_in_and_whoever_makes_a_token_of_it_is_told() {
    let (home, id) = with_client("server");
    said(&home, &format!("ca token revoke {id}")).expect_code(0);
    let told =
        said(&home, "ca token new --label laptop --scope read --certificate client.pem").expect_code(0);
    assert!(told.err.contains("lets nobody in as it is") && told.err.contains("clientAuth"), "{}", told.err);
    let twice =
        said(&home, "ca token new --label laptop --scope read --certificate client.pem").expect_code(1);
    assert!(twice.err.contains("hint: ") && twice.err.contains("already"), "{}", twice.err);
    let (_serve, url) = serve(&home);
    let Some(refused) = curl(&home, &[&format!("{url}profiles")]) else { return };
    assert_eq!(problem(&refused).0, "certificate");
    assert!(problem(&refused).1.contains("clientAuth"), "{refused}");
}

#[test]
fn what_openssl_showed_in_its_first_session_is_judged_anew_in_the_next() {
    let (home, _) = with_client("client");
    let (_serve, url) = serve(&home);
    let at = url.trim_start_matches("https://").split('/').next().unwrap().to_owned();
    let ask = |version: &str, session: &[&str]| -> Option<String> {
        let request =
            "printf 'GET /api/v1/profiles HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n'";
        let line = format!(
            "{request} | openssl s_client -connect {at} -{version} -ign_eof -CAfile data/root.pem -cert client.pem \
             -key client.key {} 2>&1",
            session.join(" ")
        );
        peer("openssl")?;
        let said = run(std::process::Command::new("sh").args(["-c", &line]).current_dir(home.path("")));
        Some(said.out)
    };
    for version in ["tls1_3", "tls1_2"] {
        let Some(first) = ask(version, &["-sess_out", "session"]) else { return };
        assert!(first.contains("\"permitted\":true"), "{first}");
        let resumed = ask(version, &["-sess_in", "session"]).unwrap();
        assert!(resumed.contains("Reused, ") && resumed.contains("\"permitted\":true"), "{resumed}");
    }
    let serial = listed(&home).iter().find(|row| row["profile"] == "client").unwrap()["serial"].clone();
    said(&home, &format!("cert revoke {}", serial.as_str().unwrap())).expect_code(0);
    let resumed = ask("tls1_2", &["-sess_in", "session"]).unwrap();
    assert!(resumed.contains("Reused, ") && resumed.contains("it was revoked at"), "{resumed}");
}
