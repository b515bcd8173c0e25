// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery files`: a certificate that others signed, files up and down with curl, a live exchange, refusals.

use std::path::PathBuf;
use std::process::Command;

use crate::support::home::Home;
use crate::support::peer::peer;
use crate::support::run;
use crate::support::running::Running;

/// A root, an intermediate, and what signs a server's certificate with it: `leaf NAME DAYS USAGE`.
const AUTHORITY: &str = r#"
set -e
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $1.key; chmod 600 $1.key; }
sign() { openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days $3 -extfile $1.ext -out $1.pem; }
request() { key $1; openssl req -new -key $1.key -subj "/CN=$2" -out $1.csr; }
leaf() {
  request $1 localhost
  printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=%s\nbasicConstraints=critical,CA:FALSE\n' $3 > $1.ext
  sign $1 intermediate $2
  cat root.pem intermediate.pem $1.pem > $1.chain
}
key root
openssl req -x509 -new -key root.key -subj '/CN=Root of the test' -days 3650 -out root.pem
request intermediate 'Intermediate of the test'
printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n' > intermediate.ext
sign intermediate root 1800
leaf first 90 serverAuth
leaf second 60 serverAuth
leaf client 90 clientAuth
"#;

/// A home with certificates in `pki`, and a folder `site` to serve. None without openssl and curl.
fn home() -> Option<Home> {
    peer("curl")?;
    peer("openssl")?;
    let home = Home::empty();
    for folder in ["pki", "site"] {
        std::fs::create_dir(home.path(folder)).unwrap();
    }
    home.write("site/hello.txt", "hello");
    run(Command::new("sh").args(["-c", AUTHORITY]).current_dir(home.path("pki"))).expect_code(0);
    Some(home)
}

/// A server that has said where it is.
fn serve(home: &Home, further: &[&str]) -> (Running, u16) {
    let mut arguments = vec!["files", "site", "--listen", "127.0.0.1:0"];
    arguments.extend(further);
    let mut server = Running::start(&mut home.chancery(arguments));
    let port = server.wait_for("its address", |line| {
        line.split_once("://localhost:")?.1.trim_end_matches('/').parse().ok()
    });
    (server, port)
}

fn curl(home: &Home, arguments: &[&str]) -> Command {
    let mut command = Command::new("curl");
    command.args(["-sS", "--cacert"]).arg(home.path("pki/root.pem")).args(arguments);
    command
}

fn exchange(home: &Home, chain: &str, key: &str) {
    for (from, to) in [(chain, "chain.pem"), (key, "key.pem")] {
        std::fs::copy(home.path(PathBuf::from("pki").join(from)), home.path(to)).unwrap();
    }
}

#[test]
fn a_file_goes_up_and_comes_back_over_a_certificate_that_others_signed() {
    let Some(home) = home() else { return };
    let arguments = ["--cert", "pki/first.chain", "--key", "pki/first.key", "--upload"];
    let (server, port) = serve(&home, &arguments);
    let url = format!("https://localhost:{port}");
    assert_eq!(run(&mut curl(&home, &[&format!("{url}/hello.txt")])).expect_code(0).out, "hello");
    let content: Vec<u8> = (0..300_000u32).map(|index| (index % 251) as u8).collect();
    let original = home.write("original", &content);
    for version in ["--http1.1", "--http2"] {
        let put = ["-fT", original.to_str().unwrap(), version, &format!("{url}/copy")];
        run(&mut curl(&home, &put)).expect_code(0);
        assert!(std::fs::read(home.path("site/copy")).unwrap() == content);
        let back = home.path("back");
        let get = ["-fo", back.to_str().unwrap(), version, &format!("{url}/copy")];
        run(&mut curl(&home, &get)).expect_code(0);
        assert!(std::fs::read(back).unwrap() == content);
    }
    // The negative twin: whoever does not know the root goes no further.
    let stranger = run(Command::new("curl").args(["-sS", &url]));
    assert_eq!(stranger.code, Some(60), "{}", stranger.err);
    server.signal("INT");
    let (status, lines) = server.finish();
    assert_eq!(status.code(), Some(0), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("the root CN=Root of the test is not sent")), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("were put in order")), "{lines:#?}");
}

#[test]
fn a_new_certificate_is_shown_without_a_restart_and_a_broken_one_is_not() {
    let Some(home) = home() else { return };
    exchange(&home, "first.chain", "first.key");
    let (mut server, port) = serve(&home, &["--cert", "chain.pem", "--key", "key.pem"]);
    let shown = || {
        let script =
            format!("openssl s_client -connect 127.0.0.1:{port} </dev/null | openssl x509 -noout -serial");
        run(Command::new("sh").args(["-c", &script])).expect_code(0).out
    };
    let first = shown();
    home.write("chain.pem", "not a certificate");
    server.wait_for("the refusal", |line| line.contains("the old one stays in use").then_some(()));
    assert_eq!(shown(), first);
    exchange(&home, "second.chain", "second.key");
    server.signal("HUP");
    server.wait_for("the exchange", |line| line.contains("a new certificate is in use").then_some(()));
    assert_ne!(shown(), first);
    server.signal("TERM");
    assert_eq!(server.finish().0.code(), Some(0));
}

#[test]
fn plain_http_is_for_this_machine_alone() {
    let Some(home) = home() else { return };
    let (_server, port) = serve(&home, &[]);
    let url = format!("http://localhost:{port}/hello.txt");
    assert_eq!(run(&mut curl(&home, &[&url])).expect_code(0).out, "hello");
    let refused = run(&mut home.chancery(["files", "site", "--listen", "0.0.0.0:0"])).expect_code(1);
    assert!(refused.err.starts_with("error: without a certificate"), "{}", refused.err);
    assert!(refused.err.contains("hint: chancery files site --listen ADDR --cert CHAIN --key KEY"));
}

#[test]
fn a_taken_port_names_its_holder_and_a_free_one() {
    let Some(home) = home() else { return };
    let (server, port) = serve(&home, &[]);
    let listen = format!("127.0.0.1:{port}");
    let second = run(&mut home.chancery(["files", "site", "--listen", &listen])).expect_code(2);
    let expect =
        format!("error: address {listen} is already in use, by chancery (process {})\n", server.id());
    assert!(second.err.starts_with(&expect), "{}", second.err);
    assert!(second.err.contains("hint: this one is free: --listen 127.0.0.1:"), "{}", second.err);
}

#[test]
fn what_cannot_be_served_is_refused_in_a_line_with_a_hint() {
    let Some(home) = home() else { return };
    let check = |arguments: &[&str], code: i32, expect: &str| {
        let arguments = [&["files"], arguments, &["--listen", "127.0.0.1:0"]].concat();
        let outcome = run(&mut home.chancery(&arguments)).expect_code(code);
        assert!(outcome.err.contains(expect), "{arguments:?}\n{}", outcome.err);
        assert!(outcome.err.starts_with("error: ") && outcome.err.contains("\nhint: "), "{}", outcome.err);
        assert_eq!(outcome.out, "");
    };
    check(&["site", "--cert", "pki/first.chain", "--key", "pki/second.key"], 1, "the key does not match");
    check(&["site", "--cert", "pki/client.chain", "--key", "pki/client.key"], 1, "lacks serverAuth");
    check(&["site", "--cert", "pki/root.pem", "--key", "pki/root.key"], 1, "CA:TRUE");
    check(&["site", "--cert", "missing", "--key", "pki/root.key"], 2, "cannot read missing");
    check(&["site", "--cert", "pki/first.key", "--key", "pki/first.key"], 2, "holds no certificate");
    check(&["pki", "--cert", "pki/first.chain", "--key", "pki/first.key"], 1, "lies in the served folder");
    check(&["missing"], 2, "there is no folder missing");
    check(&["site/hello.txt"], 2, "is not a folder");
    check(&["."], 1, "contains the data directory");
    check(&["site", "--max-upload", "5M"], 2, "--upload");
}
