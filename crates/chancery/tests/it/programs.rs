// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca serve --api` and `chancery ca token`: a program that shows a token, over HTTPS.

use serde_json::Value;

use crate::support::home::Home;
use crate::support::office::{founded, listed, request};
use crate::support::peer::peer;
use crate::support::running::Running;
use crate::support::{Outcome, run};

/// `ca serve` with an API at a port of its own, and where programs call.
fn serve(home: &Home) -> (Running, String) {
    let arguments = ["ca", "serve", "--http", "127.0.0.1:0", "--api", "127.0.0.1:0"];
    let mut serve = Running::start(&mut home.chancery(arguments));
    let url = serve.wait_for("where programs call", |line| {
        let url = line.split_whitespace().find(|word| word.starts_with("https://localhost:"))?;
        Some(url.to_owned())
    });
    serve.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
    (serve, url)
}

/// What curl gets of what is watched.
fn watched(at: &str) -> Option<String> {
    Some(run(peer("curl")?.args(["-sS", "--fail", at])).expect_code(0).out)
}

/// A new token, and its identifier.
fn token(home: &Home, scopes: &str) -> (String, String) {
    let said =
        run(&mut home.chancery(["ca", "token", "new", "--label", "deploy", "--scope", scopes, "--json"]));
    let document: Value = serde_json::from_str(&said.expect_code(0).out).unwrap();
    let text = |field: &str| document[field].as_str().unwrap().to_owned();
    (text("token"), text("id"))
}

/// What curl gets, which trusts the root alone.
fn curl(home: &Home, token: &str, arguments: &[&str]) -> Option<Outcome> {
    let mut curl = peer("curl")?;
    let authorization = format!("Authorization: Bearer {token}");
    let line = ["-sS", "--cacert", "data/root.pem", "-H", &authorization];
    Some(run(curl.current_dir(home.path("")).args(line).args(arguments)).expect_code(0))
}

#[test]
fn a_program_has_a_certificate_issued_and_takes_it_back() {
    let home = founded(["--url", "none"]);
    let (secret, id) = token(&home, "issue,read,revoke");
    let (mut serve, url) = serve(&home);
    home.write("web.csr", request(&["web.internal"]));
    let certificates = format!("{url}certificates");
    let issue = ["--data-binary", "@web.csr", "-H", "Content-Type: application/x-pem-file", &certificates];
    let pem = ["-H", "Accept: application/pem-certificate-chain", "--fail"];
    let Some(issued) = curl(&home, &secret, &[&issue[..], &pem].concat()) else { return };
    home.write("web.pem", &issued.out);
    let root = home.data_dir().join("root.pem");
    let verify = ["verify", "web.pem", "--host", "web.internal", "--roots", root.to_str().unwrap()];
    run(&mut home.chancery(verify)).expect_code(0);
    let rows = listed(&home);
    let row = rows.iter().find(|row| row["names"][0] == "web.internal").unwrap();
    let one = format!("{certificates}/{}", row["serial"].as_str().unwrap());
    let shown: Value = serde_json::from_str(&curl(&home, &secret, &[&one]).unwrap().out).unwrap();
    assert_eq!((&shown["status"], &shown["sha256"]), (&"valid".into(), &row["sha256"]));
    let why = ["--json", r#"{"reason":"superseded"}"#, &format!("{one}/revoke")];
    let revoked: Value = serde_json::from_str(&curl(&home, &secret, &why).unwrap().out).unwrap();
    assert_eq!((&revoked["status"], &revoked["reason"]), (&"revoked".into(), &"superseded".into()));
    serve.wait_for("the next CRL", |line| line.contains("revoked=1").then_some(()));

    // What policy refuses comes back with its reasons, and a token that was revoked opens nothing.
    home.write("web.csr", request(&["web.example.com"]));
    let refused: Value = serde_json::from_str(&curl(&home, &secret, &issue).unwrap().out).unwrap();
    assert_eq!(refused["type"], "urn:chancery:problem:refused");
    assert!(refused["detail"].as_str().unwrap().contains("outside the name constraints"), "{refused}");
    run(&mut home.chancery(["ca", "token", "revoke", &id])).expect_code(0);
    let gone: Value = serde_json::from_str(&curl(&home, &secret, &[&one]).unwrap().out).unwrap();
    assert_eq!(gone["type"], "urn:chancery:problem:bad-token");
    serve.signal("INT");
    let (status, lines) = serve.finish();
    assert_eq!(status.code(), Some(0), "{lines:#?}");
    assert!(!lines.join("\n").contains(&secret), "a token never reaches the log");
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
}

#[test]
fn whoever_keeps_watch_sees_what_was_done_and_the_log_knows_each_request_by_the_callers_word() {
    let home = founded(["--url", "none"]);
    let (secret, _) = token(&home, "issue,revoke");
    let arguments = ["ca", "serve", "--http", "127.0.0.1:0", "--api", "127.0.0.1:0"];
    let mut command = home.chancery(arguments);
    let mut serve = Running::start(command.args(["--metrics", "127.0.0.1:0", "--access-log"]));
    let word = |line: &str, start: &str| {
        line.split_whitespace().find(|word| word.starts_with(start)).map(str::to_owned)
    };
    let url = serve.wait_for("where programs call", |line| word(line, "https://localhost:"));
    let metrics = serve.wait_for("what is watched", |line| {
        word(line, "http://127.0.0.1:").filter(|at| at.ends_with("/metrics"))
    });
    serve.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
    let certificates = format!("{url}certificates");
    let issue = ["--data-binary", "@web.csr", "-H", "Content-Type: application/x-pem-file", &certificates];
    for name in ["web.internal", "web.example.com"] {
        home.write("web.csr", request(&[name]));
        if curl(&home, &secret, &issue).is_none() {
            return;
        }
    }
    let refused: Value = serde_json::from_str(&curl(&home, &secret, &issue).unwrap().out).unwrap();
    let instance = refused["instance"].as_str().unwrap();
    let id = instance.strip_prefix("urn:chancery:request:").unwrap().to_owned();
    serve.wait_for("the same word in the log", |line| {
        (line.contains(" 403 ") && line.ends_with(&id)).then_some(())
    });
    let told = watched(&metrics).unwrap();
    for line in [
        "chancery_certificates_issued_total{profile=\"server\"} 2",
        "chancery_requests_refused_total{path=\"API\",rule=\"plan-name-constraints\"} 2",
        "chancery_certificates_expiring{within=\"1d\"} 0",
        "chancery_certificates_expiring{within=\"30d\"} 0",
        "chancery_commits_failed_total 0",
    ] {
        assert!(told.lines().any(|said| said == line), "{line}\n{told}");
    }
    // The two certificates, one of them the API's own, and two CRLs.
    let signed = told.lines().find_map(|line| line.strip_prefix("chancery_signature_seconds_count "));
    assert!(signed.unwrap().parse::<u32>().unwrap() >= 4, "{told}");
    assert_eq!(watched(&metrics.replace("/metrics", "/health")).unwrap(), "ok\n");
    serve.signal("INT");
    let (status, lines) = serve.finish();
    assert_eq!(status.code(), Some(0), "{lines:#?}");
}

#[test]
fn a_refusal_reaches_its_caller_over_http_2_too() {
    let home = founded(["--url", "none"]);
    let (secret, _) = token(&home, "read");
    let (_serve, url) = serve(&home);
    // More than one frame of HTTP/2.
    home.write("large.csr", "x".repeat(100_000));
    let issue = ["--http2", "--data-binary", "@large.csr", "-H", "Content-Type: application/pkcs10"];
    for (token, kind) in [(&*secret, "scope"), ("no_token", "bad-token")] {
        for _ in 0..5 {
            let Some(said) = curl(&home, token, &[&issue[..], &[&format!("{url}certificates")]].concat())
            else {
                return;
            };
            let refused: Value = serde_json::from_str(&said.out).unwrap();
            assert_eq!(refused["type"], format!("urn:chancery:problem:{kind}"));
        }
    }
}

/// Waits until a server has what the record has.
fn followed(serve: &mut Running) {
    serve.wait_for("the record followed", |line| {
        line.contains("the issuers are as the record has them now").then_some(())
    });
}

#[test]
fn a_server_that_runs_takes_up_another_issuer_and_lets_go_of_one_that_was_retired() {
    let home = founded(["--url", "none"]);
    let (secret, _) = token(&home, "issue,read");
    let (mut serve, url) = serve(&home);
    home.write("web.csr", request(&["web.internal"]));
    let certificates = format!("{url}certificates");
    let issue = ["--data-binary", "@web.csr", "-H", "Content-Type: application/x-pem-file", &certificates];
    let ask = || -> Option<Value> { Some(serde_json::from_str(&curl(&home, &secret, &issue)?.out).unwrap()) };
    let ids = || -> Vec<String> {
        let said = run(&mut home.chancery(["ca", "issuer", "list", "--json"])).expect_code(0).out;
        let rows: Vec<Value> = serde_json::from_str(&said).unwrap();
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let retire = |id: &str| run(&mut home.chancery(["ca", "issuer", "retire", id])).expect_code(0);
    let chain = |answer: &Value| answer["issued"]["chain"].as_str().unwrap().to_owned();
    let above = |answer: &Value| chain(answer).split("-----BEGIN").nth(2).unwrap().to_owned();
    let Some(first) = ask() else { return };

    // The only one there is: nobody issues until there is another.
    retire(&ids()[1]);
    followed(&mut serve);
    let closed = ask().unwrap();
    assert_eq!(
        (&closed["status"], &closed["type"]),
        (&409.into(), &"urn:chancery:problem:issuer-closed".into())
    );
    run(&mut home.chancery(["ca", "issuer", "new"])).expect_code(0);
    followed(&mut serve);
    let second = ask().unwrap();
    assert_ne!(above(&first), above(&second));
    // The newest one issues, and the one that was retired in favour of it never again.
    run(&mut home.chancery(["ca", "issuer", "new"])).expect_code(0);
    followed(&mut serve);
    let third = ask().unwrap();
    assert_ne!(above(&second), above(&third));
    retire(&ids()[3]);
    followed(&mut serve);
    assert_eq!(above(&ask().unwrap()), above(&second));
    serve.signal("INT");
    assert_eq!(serve.finish().0.code(), Some(0));
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
}

#[test]
fn a_second_start_shows_the_certificate_of_the_first() {
    let home = founded(["--url", "none"]);
    for _ in 0..2 {
        let (serve, _) = serve(&home);
        serve.signal("INT");
        assert_eq!(serve.finish().0.code(), Some(0));
    }
    assert_eq!(listed(&home).len(), 1);
}

#[test]
fn tokens_are_listed_and_revoked_once_and_their_secrets_are_kept_nowhere() {
    let home = founded([]);
    let (secret, id) = token(&home, "read");
    let list = || run(&mut home.chancery(["ca", "token", "list"])).expect_code(0).out;
    assert!(list().contains(&id) && list().contains("valid") && !list().contains(&secret), "{}", list());
    let ending = secret.rsplit('_').next().unwrap().as_bytes().to_vec();
    for entry in std::fs::read_dir(home.data_dir()).unwrap() {
        let path = entry.unwrap().path();
        let content = if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
        assert!(!content.windows(ending.len()).any(|some| some == ending), "{}", path.display());
    }
    run(&mut home.chancery(["ca", "token", "revoke", &id])).expect_code(0);
    assert!(list().contains("revoked"), "{}", list());
    let again = run(&mut home.chancery(["ca", "token", "revoke", &id])).expect_code(1);
    assert!(again.err.contains("hint: chancery ca token list"), "{}", again.err);
    run(&mut home.chancery(["ca", "token", "revoke", "4f00"])).expect_code(2);
    let label = "x".repeat(65);
    for arguments in [&["--label", &label, "--scope", "read"][..], &["--label", "", "--scope", "read"]] {
        let said = run(home.chancery(["ca", "token", "new"]).args(arguments)).expect_code(1);
        assert!(said.err.contains("1 to 64 characters"), "{}", said.err);
    }
}

#[test]
fn a_policy_that_changes_is_in_force_while_the_server_runs_and_by_a_broken_one_nothing_is_issued() {
    let home = founded(["--url", "none"]);
    let file = home.path("data/chancery.toml");
    let write = |text: &str| {
        std::fs::write(&file, text).unwrap();
        // It was written a while ago.
        let then = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
        std::fs::File::options().write(true).open(&file).unwrap().set_modified(then).unwrap();
    };
    let allow = |names: &str| {
        format!("[[allow]]\nid = \"own\"\nwho = [\"up\"]\n[[allow]]\nid = \"a\"\nnames = [\"{names}\"]\n")
    };
    write(&allow(".internal"));
    let (secret, _) = token(&home, "issue");
    let (mut serve, url) = serve(&home);
    home.write("web.csr", request(&["web.internal"]));
    let certificates = format!("{url}certificates?dry_run=true");
    let issue = ["--data-binary", "@web.csr", "-H", "Content-Type: application/x-pem-file", &certificates];
    let ask = || -> Option<Value> { Some(serde_json::from_str(&curl(&home, &secret, &issue)?.out).unwrap()) };
    let Some(allowed) = ask() else { return };
    assert!(allowed["plan"].is_object() && allowed["status"].is_null(), "{allowed}");
    let profiles = || -> Value {
        serde_json::from_str(&curl(&home, &secret, &[&format!("{url}profiles")]).unwrap().out).unwrap()
    };

    write("[[allow]]\nid = 7\n");
    let suspended = ask().unwrap();
    assert_eq!(
        (&suspended["status"], &suspended["type"]),
        (&503.into(), &"urn:chancery:problem:policy".into())
    );
    assert!(profiles()["profiles"].is_array(), "what is read goes on");
    serve.wait_for("why", |line| line.contains("is not taken up").then_some(()));
    write(&allow(".lan"));
    let refused = ask().unwrap();
    assert_eq!(refused["status"], 403);
    assert!(refused["detail"].as_str().unwrap().contains("rule a (chancery.toml:4)"), "{refused}");
    write(&format!("{}[profile.web]\nextends = \"server\"\n", allow(".internal")));
    let allowed = ask().unwrap();
    assert!(allowed["status"].is_null(), "{allowed}");
    let listed = profiles();
    assert!(
        listed["profiles"].as_array().unwrap().iter().any(|profile| profile["name"] == "web"),
        "{listed}"
    );
    serve.signal("INT");
    assert_eq!(serve.finish().0.code(), Some(0));
}

#[test]
fn a_request_is_not_approved_by_a_policy_that_was_changed_meanwhile() {
    let home = founded(["--url", "none"]);
    let file = home.path("data/chancery.toml");
    let own = "[[allow]]\nid = \"own\"\nwho = [\"up\"]\n";
    let waits = format!("{own}[[allow]]\nid = \"web\"\nnames = [\".internal\"]\napproval = \"required\"\n");
    std::fs::write(&file, &waits).unwrap();
    let (asks, approves) = (token(&home, "issue").0, token(&home, "approve").0);
    let (_serve, url) = serve(&home);
    home.write("web.csr", request(&["web.internal"]));
    let certificates = format!("{url}certificates");
    let issue = ["--data-binary", "@web.csr", "-H", "Content-Type: application/x-pem-file", &certificates];
    let Some(held) = curl(&home, &asks, &issue) else { return };
    let held: Value = serde_json::from_str(&held.out).unwrap();
    let approve = format!("{url}requests/{}/approve", held["request"]["id"].as_str().unwrap());
    let approval = serde_json::json!({ "plan": held["request"]["plan"], "reason": "as agreed" }).to_string();
    let approve = || -> Value {
        let why = ["-H", "Content-Type: application/json", "--data", &approval, &approve];
        serde_json::from_str(&curl(&home, &approves, &why).unwrap().out).unwrap()
    };
    std::fs::write(&file, format!("{waits}[[deny]]\nid = \"no\"\nnames = [\".internal\"]\n")).unwrap();
    // At once: who wrote the file may not be done. On a machine that stands still for two seconds, the rule is in force.
    let refused = approve();
    assert!([503, 403, 409].map(Value::from).contains(&refused["status"]), "{refused}");
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
    std::fs::File::options().write(true).open(&file).unwrap().set_modified(then).unwrap();
    let refused = approve();
    assert!([403, 409].map(Value::from).contains(&refused["status"]), "{refused}");
    assert_eq!(listed(&home).len(), 1, "the certificate of the server alone");
}
