// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery connect`: the whole story against OpenSSL and against our own server, and each way it can fail.

mod pki;

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use insta::assert_snapshot;
use keys::KeyKind;

use crate::support::home::Home;
use crate::support::peer::peer;
use crate::support::running::Running;
use crate::support::{Outcome, free_port, run};
use pki::{Days, intermediate, root, server};

/// A server, an authority above it, and a client's home with `root.pem`.
struct Scene {
    home: Home,
}

const VALID: Days = Days(-1, 47);

impl Scene {
    fn new() -> Self {
        Self::with(KeyKind::P256, VALID)
    }

    fn with(kind: KeyKind, days: Days) -> Self {
        let root = root("Root of the test");
        let intermediate = intermediate("Intermediate of the test", &root);
        let leaf = server(kind, "localhost", &["localhost", "files.internal"], Some(&intermediate), days);
        let home = Home::empty();
        home.write("root.pem", root.pem());
        home.write("leaf.pem", leaf.pem());
        home.write("chain.pem", format!("{}{}", leaf.pem(), intermediate.pem()));
        home.write("intermediate.pem", intermediate.pem());
        home.write("leaf.key", leaf.key_pem());
        std::fs::set_permissions(home.path("leaf.key"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
        Self { home }
    }

    /// OpenSSL serving a page; it says which port it took.
    fn openssl(&self, further: &[&str]) -> Option<(Running, u16)> {
        let mut command = peer("openssl")?;
        command.current_dir(self.home.path("")).args(["s_server", "-accept", "127.0.0.1:0", "-www"]);
        command.args(["-cert", "leaf.pem", "-key", "leaf.key"]).args(further);
        let mut running = Running::start(&mut command);
        let port = running.wait_for("its port", |line| {
            line.strip_prefix("ACCEPT ")?.rsplit_once(':')?.1.parse::<u16>().ok()
        });
        Some((running, port))
    }

    fn connect(&self, target: &str, further: &[&str]) -> Outcome {
        let mut arguments = vec!["connect", target];
        arguments.extend(further);
        run(self.home.chancery(arguments).env("SSL_CERT_FILE", self.home.path("other.pem")))
    }
}

const WITH_INTERMEDIATE: [&str; 2] = ["-cert_chain", "intermediate.pem"];

/// Numbers that differ from run to run, made the same.
fn steady<R>(check: impl FnOnce() -> R) -> R {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\[?[0-9a-f.:]+\]?:\d{4,5}", "[ADDRESS]");
    settings.add_filter(r"localhost:\d+", "localhost:[PORT]");
    settings.add_filter(r"\d+(\.\d)? (ms|s)\b", "[TIME]");
    settings.add_filter(r"\d{4}-\d\d-\d\d", "[DATE]");
    settings.add_filter(r"[0-9a-f]{10} [0-9a-f]{22}…", "[RECORD]…");
    settings.add_filter(r"[0-9a-f]{16}…[0-9a-f]{16}", "[OCTETS]");
    settings.add_filter(r"[0-9a-f]{64}", "[SHA-256]");
    settings.add_filter(r"\d+ bytes", "[COUNT] bytes");
    settings.add_filter(r"hellos, \d+ and", "hellos, [COUNT] and");
    settings.add_filter(r"#[0-9a-f]{6}", "#[COLOUR]");
    settings.bind(check)
}

#[test]
fn a_tls_1_3_server_of_openssl_is_told_whole() {
    let scene = Scene::new();
    let Some((_server, port)) = scene.openssl(&[&WITH_INTERMEDIATE[..], &["-tls1_3"]].concat()) else {
        return;
    };
    let outcome = scene
        .connect(&format!("localhost:{port}"), &["--roots", "root.pem", "--connect", "127.0.0.1", "--paint"])
        .expect_code(0);
    assert_eq!(outcome.err, "");
    steady(|| assert_snapshot!(outcome.out));
}

#[test]
fn a_tls_1_2_server_of_openssl_is_told_rightly() {
    let scene = Scene::with(KeyKind::Rsa2048, VALID);
    let Some((_server, port)) = scene.openssl(&[&WITH_INTERMEDIATE[..], &["-tls1_2"]].concat()) else {
        return;
    };
    let further = ["--roots", "root.pem", "--connect", "127.0.0.1"];
    let outcome = scene.connect(&format!("localhost:{port}"), &further).expect_code(0);
    steady(|| assert_snapshot!(outcome.out));
}

#[test]
fn our_own_server_agrees_in_two_ways_at_once() {
    let scene = Scene::new();
    std::fs::create_dir(scene.home.path("site")).unwrap();
    let arguments = ["files", "site", "--listen", "127.0.0.1:0", "--cert", "chain.pem", "--key", "leaf.key"];
    let mut server = Running::start(&mut scene.home.chancery(arguments));
    let port: u16 = server.wait_for("its address", |line| {
        line.split_once("://localhost:")?.1.trim_end_matches('/').parse().ok()
    });
    let target = format!("127.0.0.1:{port}");
    let further = ["--roots", "root.pem", "--name", "files.internal", "--http", "/no-such-file"];
    let outcome = scene.connect(&target, &further).expect_code(0);
    for told in [
        "X25519MLKEM768 makes two agreements at once",
        "(1216 bytes)",
        "(1120 bytes)",
        "files.internal is covered by the certificate’s names",
        "HTTP/1.1 404 Not Found",
    ] {
        assert!(outcome.out.contains(told), "{told}:\n{}", outcome.out);
    }
}

#[test]
fn the_story_as_json_has_every_step() {
    let scene = Scene::new();
    let Some((_server, port)) = scene.openssl(&WITH_INTERMEDIATE) else { return };
    let outcome =
        scene.connect(&format!("127.0.0.1:{port}"), &["--roots", "root.pem", "--json"]).expect_code(0);
    let story: serde_json::Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!(story["ending"]["outcome"], "trusted");
    assert_eq!(story["connection"]["chosen"]["version"], "TLS 1.3");
    assert_eq!(story["connection"]["offered"]["server_name"], serde_json::Value::Null);
    assert_eq!(story["certificate"]["chain"].as_array().unwrap().len(), 2);
    assert_eq!(story["certificate"]["names"]["outcome"], "pass");
    assert_eq!(story["verdict"]["trusted"], true);
    // Whether it was taken back is not asked, since the server staples nothing.
    let mut checks = story["verdict"]["checks"].as_array().unwrap().iter();
    assert!(checks.all(|check| check["outcome"] == "pass" || check["check"] == "revocation"));
    assert_eq!(story["proof"]["valid"], true);
    let share = &story["agreement"]["client_share"];
    assert_eq!(share["hex"].as_str().unwrap().len() as u64, 2 * share["bytes"].as_u64().unwrap());
    assert!(story["protected"]["status_line"].as_str().unwrap().contains("200"), "{story}");
}

/// The end of the story: from the verdict on.
fn ending(outcome: &Outcome) -> String {
    let ending = outcome.out.split_once("\n✗ not trusted");
    let (_, rest) = ending.unwrap_or_else(|| panic!("no ending:\n{}", outcome.out));
    format!("✗ not trusted{rest}")
}

#[track_caller]
fn refused_at(outcome: &Outcome, check: &str) {
    let crossed = |line: &&str| line.trim_start().starts_with('✗');
    let in_decision = outcome.out.lines().filter(crossed).any(|line| line.contains(check));
    assert!(in_decision, "{check} is not marked:\n{}", outcome.out);
    assert!(outcome.out.contains("hint: "), "no hint:\n{}", outcome.out);
    assert!(!outcome.out.contains("6. The first protected bytes"), "something was sent:\n{}", outcome.out);
}

#[test]
fn a_wrong_name_is_marked_and_the_right_ones_are_told() {
    let scene = Scene::new();
    let Some((_server, port)) = scene.openssl(&WITH_INTERMEDIATE) else { return };
    let further = ["--roots", "root.pem", "--name", "other.internal"];
    let outcome = scene.connect(&format!("localhost:{port}"), &further).expect_code(1);
    refused_at(&outcome, "name ");
    steady(|| assert_snapshot!(ending(&outcome)));
}

#[test]
fn an_expired_certificate_is_marked_with_the_day_it_ended() {
    let scene = Scene::with(KeyKind::P256, Days(-50, -3));
    let Some((_server, port)) = scene.openssl(&WITH_INTERMEDIATE) else { return };
    let outcome = scene.connect(&format!("localhost:{port}"), &["--roots", "root.pem"]).expect_code(1);
    refused_at(&outcome, "dates ");
    assert!(ending(&outcome).contains("expired 3 days ago: "), "{}", outcome.out);
}

#[test]
fn an_unknown_issuer_is_marked_at_the_trust_store() {
    let scene = Scene::new();
    scene.home.write("other.pem", root("Another root").pem());
    let Some((_server, port)) = scene.openssl(&WITH_INTERMEDIATE) else { return };
    let outcome = scene.connect(&format!("localhost:{port}"), &[]).expect_code(1);
    refused_at(&outcome, "trust store ");
    steady(|| assert_snapshot!(ending(&outcome)));
}

#[test]
fn a_missing_intermediate_is_marked_at_the_issuer() {
    let scene = Scene::new();
    let Some((_server, port)) = scene.openssl(&[]) else { return };
    let outcome = scene.connect(&format!("localhost:{port}"), &["--roots", "root.pem"]).expect_code(1);
    refused_at(&outcome, "issuer ");
    steady(|| assert_snapshot!(ending(&outcome)));
}

#[test]
fn a_self_signed_certificate_is_not_trusted_until_somebody_says_so() {
    let scene = Scene::new();
    let own = server(KeyKind::P256, "localhost", &["localhost"], None, VALID);
    scene.home.write("leaf.pem", own.pem());
    scene.home.write("leaf.key", own.key_pem());
    let Some((_server, port)) = scene.openssl(&[]) else { return };
    let target = format!("localhost:{port}");
    let outcome = scene.connect(&target, &["--roots", "root.pem"]).expect_code(1);
    refused_at(&outcome, "trust store ");
    scene.connect(&target, &["--roots", "leaf.pem"]).expect_code(0);
}

#[test]
fn the_roots_of_the_data_directory_are_trusted_beside_the_systems() {
    let scene = Scene::new();
    scene.home.write("other.pem", root("Another root").pem());
    std::fs::create_dir(scene.home.data_dir()).unwrap();
    std::fs::copy(scene.home.path("root.pem"), scene.home.data_dir().join("root.pem")).unwrap();
    let Some((_server, port)) = scene.openssl(&WITH_INTERMEDIATE) else { return };
    scene.connect(&format!("localhost:{port}"), &[]).expect_code(0);
}

#[test]
fn a_port_where_nothing_listens_is_no_verdict() {
    let scene = Scene::new();
    let target = format!("127.0.0.1:{}", free_port());
    let outcome = scene.connect(&target, &["--roots", "root.pem"]).expect_code(2);
    assert_eq!(outcome.out, "");
    assert!(outcome.err.starts_with(&format!("error: no connection to {target}")), "{}", outcome.err);
    assert!(outcome.err.contains("hint: nothing listens there"), "{}", outcome.err);
}

/// A server that answers whatever it is sent with these bytes.
fn answering(bytes: &'static [u8]) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = [0; 4096];
        drop(stream.read(&mut hello));
        drop(stream.write_all(bytes));
    });
    port
}

#[test]
fn what_is_not_tls_is_called_by_its_name() {
    let scene = Scene::new();
    let check = |bytes: &'static [u8], told: &[&str]| {
        let target = format!("127.0.0.1:{}", answering(bytes));
        let outcome = scene.connect(&target, &["--roots", "root.pem"]).expect_code(2);
        for told in told {
            assert!(outcome.err.contains(told), "{told}:\n{}", outcome.err);
        }
    };
    check(
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        &["not TLS", "plain HTTP", "hint: this port speaks HTTP without TLS"],
    );
    check(b"SSH-2.0-OpenSSH_9.2\r\n", &["not TLS", "hint: this is an SSH server"]);
    check(b"220 mail.test ESMTP\r\n", &["not TLS", "STARTTLS"]);
    check(b"\x00\x01\x02\x03", &["not TLS", "hint: "]);
    check(b"", &["closed the connection", "hint: "]);
}

#[test]
fn a_server_that_never_answers_is_given_up_in_time() {
    let scene = Scene::new();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let target = format!("127.0.0.1:{}", listener.local_addr().unwrap().port());
    let outcome = scene.connect(&target, &["--roots", "root.pem", "--timeout", "0.2"]).expect_code(2);
    assert!(outcome.err.contains("did not finish within 200 ms"), "{}", outcome.err);
    assert!(outcome.err.contains("--timeout 60"), "{}", outcome.err);
}

#[test]
fn a_failure_is_json_too() {
    let scene = Scene::new();
    let outcome = scene
        .connect(&format!("127.0.0.1:{}", free_port()), &["--roots", "root.pem", "--json"])
        .expect_code(2);
    let failure: serde_json::Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!(failure["exit"], 2);
    assert!(failure["hints"][0].as_str().unwrap().contains("nothing listens there"), "{failure}");
}

/// Every field name in a document, wherever it stands.
fn fields(document: &serde_json::Value, found: &mut Vec<String>) {
    match document {
        serde_json::Value::Object(object) => {
            for (name, value) in object {
                found.push(name.clone());
                fields(value, found);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| fields(item, found)),
        _ => {}
    }
}

#[test]
fn every_field_of_the_json_is_documented() {
    let guide = include_str!("../../../../docs/json.md");
    let scene = Scene::new();
    let Some((_server, port)) = scene.openssl(&WITH_INTERMEDIATE) else { return };
    let mut found = Vec::new();
    for (further, code) in [(&["--json"][..], 0), (&["--json", "--name", "other.internal"], 1)] {
        let arguments = [&["--roots", "root.pem"], further].concat();
        let outcome = scene.connect(&format!("127.0.0.1:{port}"), &arguments).expect_code(code);
        fields(&serde_json::from_str(&outcome.out).unwrap(), &mut found);
    }
    for field in found {
        assert!(guide.contains(&format!("`{field}`")), "docs/json.md does not know {field}");
    }
}

#[test]
fn the_commands_of_the_guide_run() {
    let guide = include_str!("../../../../docs/connect.md");
    let scene = Scene::new();
    scene.home.write("other.pem", root("Another root").pem());
    std::fs::create_dir(scene.home.data_dir()).unwrap();
    std::fs::copy(scene.home.path("root.pem"), scene.home.data_dir().join("root.pem")).unwrap();
    let Some((_server, port)) = scene.openssl(&WITH_INTERMEDIATE) else { return };
    let commands = guide.lines().filter_map(|line| line.strip_prefix("$ chancery connect "));
    let mut count = 0;
    for command in commands {
        count += 1;
        let command = command.replace("8443", &port.to_string());
        let words: Vec<&str> = command.split(' ').collect();
        let (target, further) = words.split_first().unwrap();
        scene.connect(target, further).expect_code(0);
    }
    assert!(count >= 8, "{count} commands in the guide");
}
