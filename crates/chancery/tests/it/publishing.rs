// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca serve`: what an authority publishes, and what clients make of it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::support::home::Home;
use crate::support::office::{founded, request, sign};
use crate::support::peer::peer;
use crate::support::run;
use crate::support::running::Running;
use crate::support::served::Served;

/// An authority that has issued `one.pem` and `two.pem`, the intermediate also in `issuer.pem`.
fn office() -> Home {
    let home = founded([]);
    for file in ["one.pem", "two.pem"] {
        sign(&home, request(&["db.internal"]), &["--out", file]).expect_code(0);
    }
    let chain = std::fs::read(home.path("one.pem")).unwrap();
    let blocks = x509::pem::decode(&chain).unwrap();
    home.write("issuer.pem", x509::pem::encode("CERTIFICATE", &blocks[1].der));
    home
}

/// `ca serve` at a port of its own, and where it says that is.
fn serve(home: &Home, more: &[&str]) -> (Running, String) {
    let arguments = ["ca", "serve", "--http", "127.0.0.1:0"].iter().chain(more);
    let mut serve = Running::start(&mut home.chancery(arguments));
    let at = serve.wait_for("the address", |line| {
        let at = line.split("publishing at http://").nth(1)?;
        Some(at.trim_end_matches('/').to_owned())
    });
    serve.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
    (serve, at)
}

/// The answer to a request, its head and its content.
fn get(at: &str, path: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(at).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    (String::from_utf8(answer[..end].to_vec()).unwrap(), answer[end + 4..].to_vec())
}

/// The paths that the page for people names.
fn paths(at: &str, end: &str) -> Vec<String> {
    let page = String::from_utf8(get(at, "/").1).unwrap();
    page.split_whitespace().filter(|word| word.ends_with(end)).map(str::to_owned).collect()
}

/// What OpenSSL is told of a certificate, with these options.
fn openssl(home: &Home, at: &str, options: &[&str]) -> Option<String> {
    let mut openssl = peer("openssl")?;
    let url = format!("http://{at}/ocsp");
    let root = home.data_dir().join("root.pem");
    let line = ["ocsp", "-issuer", "issuer.pem", "-url", &url, "-CAfile", root.to_str().unwrap()];
    let said = run(openssl.args(line).args(options).current_dir(home.path(""))).expect_code(0);
    assert!(said.err.contains("Response verify OK"), "{}", said.err);
    Some(said.out)
}

#[test]
fn a_revocation_by_another_process_is_told_to_whoever_asks() {
    let home = office();
    let (mut serve, at) = serve(&home, &[]);
    let crls = paths(&at, ".crl");
    let [_, of_intermediate] = crls.as_slice() else { panic!("two issuers: {crls:?}") };
    let (head, before) = get(&at, of_intermediate);
    assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("application/pkix-crl"), "{head}");
    for options in
        [&["-cert", "one.pem"][..], &["-no_nonce", "-cert", "one.pem"], &["-sha256", "-cert", "one.pem"]]
    {
        let Some(said) = openssl(&home, &at, options) else { break };
        assert!(said.contains("one.pem: good"), "{options:?}: {said}");
    }
    if let Some(said) = openssl(&home, &at, &["-serial", "0x4711"]) {
        assert!(said.contains("0x4711: unknown"), "{said}");
    }

    run(&mut home.chancery(["cert", "revoke", "one.pem", "--reason", "key-compromise"])).expect_code(0);
    serve.wait_for("the next CRL", |line| line.contains("revoked=1").then_some(()));
    let (_, after) = get(&at, of_intermediate);
    assert_ne!(before, after);
    home.write("crl.der", after);
    let root = home.data_dir().join("root.pem");
    for (file, code) in [("one.pem", 1), ("two.pem", 0)] {
        let ask = ["verify", file, "--host", "db.internal", "--crl", "crl.der", "--status-of", "leaf"];
        run(home.chancery(ask).arg("--roots").arg(&root)).expect_code(code);
    }
    // The answer that was kept is given until the record is looked into again, at the latest a second later.
    while let Some(said) = openssl(&home, &at, &["-no_nonce", "-cert", "one.pem"]) {
        if said.contains("one.pem: revoked") && said.contains("Reason: keyCompromise") {
            break;
        }
        assert!(said.contains("one.pem: good"), "{said}");
    }

    serve.signal("INT");
    let (status, lines) = serve.finish();
    assert_eq!(status.code(), Some(0), "{lines:#?}");
}

#[test]
fn gnutls_hears_the_same() {
    let home = office();
    run(&mut home.chancery(["cert", "revoke", "two.pem"])).expect_code(0);
    let (_serve, at) = serve(&home, &[]);
    for (file, words) in [("one.pem", "Certificate Status: good"), ("two.pem", "Certificate Status: revoked")]
    {
        let Some(mut ocsptool) = peer("ocsptool") else { return };
        let ask = format!("--ask=http://{at}/ocsp");
        let line = [&ask, "--load-cert", file, "--load-issuer", "issuer.pem", "--load-signer", "issuer.pem"];
        let said = run(ocsptool.args(line).current_dir(home.path("")));
        let said = said.out + &said.err;
        assert!(said.contains(words) && said.contains("Verifying OCSP Response: Success"), "{file}: {said}");
    }
}

/// What each of them says of whoever answers in the issuer's place.
#[test]
fn a_responder_that_was_certified_for_it_is_believed_by_openssl_gnutls_and_ourselves() {
    let home = office();
    run(&mut home.chancery(["cert", "revoke", "two.pem", "--reason", "superseded"])).expect_code(0);
    let (first, _) = serve(&home, &["--responder", "delegated"]);
    first.signal("INT");
    let (status, lines) = first.finish();
    assert_eq!(status.code(), Some(0), "{lines:#?}");
    let told = |lines: &[String]| lines.iter().filter(|line| line.contains("certified until")).count();
    assert_eq!(told(&lines), 2, "{lines:#?}");
    let certified = || {
        let listed = crate::support::office::listed(&home);
        listed.iter().filter(|one| one["profile"] == "ocsp").count()
    };
    assert_eq!(certified(), 2);

    let (_serve, at) = serve(&home, &["--responder", "delegated"]);
    assert_eq!(certified(), 2, "those from before are good");
    for (file, words) in [("one.pem", "one.pem: good"), ("two.pem", "two.pem: revoked")] {
        for options in [&["-cert", file][..], &["-no_nonce", "-cert", file]] {
            let Some(said) = openssl(&home, &at, &[options, &["-respout", "answer.ocsp"]].concat()) else {
                break;
            };
            assert!(said.contains(words), "{options:?}: {said}");
            let code = i32::from(file == "two.pem");
            let root = home.data_dir().join("root.pem");
            let ask = ["verify", file, "--host", "db.internal", "--ocsp", "answer.ocsp"];
            run(home.chancery(ask).args(["--status-of", "leaf", "--roots"]).arg(&root)).expect_code(code);
        }
    }
    if let Some(said) = openssl(&home, &at, &["-serial", "0x4711"]) {
        assert!(said.contains("0x4711: unknown"), "{said}");
    }
    for (file, words) in [("one.pem", "Certificate Status: good"), ("two.pem", "Certificate Status: revoked")]
    {
        let Some(mut ocsptool) = peer("ocsptool") else { break };
        let ask = format!("--ask=http://{at}/ocsp");
        // Its tool looks for no certificate between who answers and what is trusted.
        let line = [&ask, "--load-cert", file, "--load-issuer", "issuer.pem", "--load-trust", "issuer.pem"];
        let said = run(ocsptool.args(line).current_dir(home.path("")));
        let said = said.out + &said.err;
        assert!(said.contains(words) && said.contains("Verifying OCSP Response: Success"), "{file}: {said}");
    }
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
}

#[test]
fn nobody_can_ask_to_answer_for_the_authority() {
    let home = office();
    let refused = sign(&home, request(&["db.internal"]), &["--profile", "ocsp"]).expect_code(1);
    assert!(refused.err.contains("no profile is called \"ocsp\""), "{}", refused.err);
    std::fs::write(home.data_dir().join("chancery.toml"), "[profile.ocsp]\nextends = \"server\"\n").unwrap();
    let refused = run(&mut home.chancery(["policy", "check"])).expect_code(2);
    assert!(refused.err.contains("there is a profile ocsp already"), "{}", refused.err);
}

#[test]
fn a_port_that_is_taken_is_told_with_the_argument_that_names_another() {
    let home = office();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let http = taken.local_addr().unwrap().to_string();
    let said = run(&mut home.chancery(["ca", "serve", "--http", &http])).expect_code(2);
    assert!(said.err.contains("already in use") && said.err.contains("--http 127.0.0.1:"), "{}", said.err);
    let audit = run(&mut home.chancery(["ca", "audit", "--json"])).expect_code(0);
    assert!(audit.out.contains("\"crls\": 0"), "no CRL was made that nobody can have: {}", audit.out);
}

#[test]
fn an_issuer_whose_key_is_elsewhere_publishes_nothing_and_the_others_do() {
    let home = office();
    let keys = home.data_dir().join("keys");
    let mut root = std::fs::read_dir(&keys).unwrap().map(|entry| entry.unwrap().path());
    let root = root.find(|path| path.display().to_string().contains("/root-")).unwrap();
    std::fs::rename(&root, home.path("away.pem")).unwrap();
    let (serve, at) = serve(&home, &[]);
    assert_eq!(paths(&at, ".crl").len(), 1);
    assert!(get(&at, "/health").0.starts_with("HTTP/1.1 200 "));
    serve.signal("TERM");
    let (_, lines) = serve.finish();
    assert!(lines.iter().any(|line| line.contains("is not here: no CRL and no OCSP answer")), "{lines:#?}");

    std::fs::remove_dir_all(&keys).unwrap();
    let said = run(&mut home.chancery(["ca", "serve", "--http", "127.0.0.1:0"])).expect_code(2);
    assert!(said.err.contains("nothing can be published"), "{}", said.err);
}

#[test]
fn the_log_says_once_that_crls_made_ahead_lack_somebody() {
    let home = office();
    let secret = home.write("secret", "correct horse\n");
    std::fs::set_permissions(secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let run_all = |line: &[&str]| run(&mut home.chancery(line)).expect_code(0);
    run_all(&["ca", "root", "offline", "--out", "safe.pem", "--new-passphrase-file", "secret"]);
    let (mut serve, _) = serve(&home, &[]);
    run_all(&["cert", "revoke", "issuer.pem", "--reason", "superseded"]);
    let told = serve
        .wait_for("what it lacks", |line| line.contains("a CRL lacks somebody").then(|| line.to_owned()));
    assert!(told.contains("Root") && told.contains("chancery ca root online"), "{told}");
    // A look later, which publishes what was revoked meanwhile.
    run_all(&["cert", "revoke", "one.pem"]);
    serve.wait_for("the next CRL", |line| line.contains("revoked=1").then_some(()));
    serve.signal("INT");
    let (_, lines) = serve.finish();
    assert_eq!(lines.iter().filter(|line| line.contains("a CRL lacks somebody")).count(), 1, "{lines:#?}");
}

/// The URLs that OpenSSL finds in a file's first certificate.
/// A file that its owner alone may read.
fn secret(home: &Home, name: &str, content: &str) {
    let file = home.write(name, content);
    std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

#[test]
fn issuers_that_are_made_while_a_server_runs_publish_and_one_that_cannot_be_opened_is_told() {
    let home = Home::empty();
    secret(&home, "one", "correct horse\n");
    secret(&home, "two", "battery staple\n");
    let said = |arguments: &[&str]| run(&mut home.chancery(arguments)).expect_code(0).out;
    said(&["ca", "init", "--passphrase-file", "one"]);
    let (mut serve, at) = serve(&home, &["--passphrase-file", "one", "--responder", "delegated"]);
    let follow = |serve: &mut Running| {
        serve.wait_for("the record followed", |line| {
            line.contains("the issuers are as the record has them now").then_some(())
        });
    };
    assert_eq!((paths(&at, ".crl").len(), paths(&at, ".cer").len()), (2, 2));
    said(&["ca", "issuer", "new", "--passphrase-file", "one"]);
    follow(&mut serve);
    let made = paths(&at, ".crl");
    assert_eq!((made.len(), paths(&at, ".cer").len()), (3, 3));
    assert!(get(&at, &made[2]).0.starts_with("HTTP/1.1 200 "));
    assert!(get(&at, "/health").0.starts_with("HTTP/1.1 200 "));
    // Whoever answers for it is certified, too.
    said(&["cert", "list", "--status", "good"]);
    assert_eq!(std::fs::read_dir(home.path("data/ocsp")).unwrap().count(), 3);

    // Under another passphrase, of which the server does not know.
    said(&["ca", "root", "new", "--passphrase-file", "two"]);
    serve.wait_for("why", |line| {
        let is_told = line.contains("an issuer is not taken up as the record has it");
        (is_told && line.contains("the passphrase does not open")).then_some(())
    });
    follow(&mut serve);
    let (head, told) = get(&at, "/health");
    let told = String::from_utf8(told).unwrap();
    assert!(head.starts_with("HTTP/1.1 503 ") && told.ends_with(": see the log\n"), "{head}\n{told}");
    assert!(!told.contains(home.path("").to_str().unwrap()), "where keys are is nobody's business: {told}");
    assert_eq!(paths(&at, ".crl").len(), 3, "the others go on");
    serve.signal("TERM");
    assert_eq!(serve.finish().0.code(), Some(0));
    said(&["ca", "audit"]);
}

fn urls(home: &Home, file: &str) -> Option<String> {
    let mut openssl = peer("openssl")?;
    let line = ["x509", "-noout", "-ext", "crlDistributionPoints,authorityInfoAccess", "-in", file];
    Some(run(openssl.args(line).current_dir(home.path(""))).out)
}

#[test]
fn clients_find_the_crl_where_the_certificate_says() {
    let home = founded(["--url", "none"]);
    let (serve, at) = serve(&home, &[]);
    run(&mut home.chancery(["ca", "url", &format!("http://{at}")])).expect_code(0);
    for file in ["one.pem", "two.pem"] {
        sign(&home, request(&["db.internal"]), &["--out", file]).expect_code(0);
    }
    run(&mut home.chancery(["cert", "revoke", "two.pem"])).expect_code(0);
    serve.signal("INT");
    serve.finish();
    let mut serve = Running::start(&mut home.chancery(["ca", "serve", "--http", &at]));
    let found = serve.wait_for("what a client finds", |line| {
        line.contains("fetched as a client would").then(|| line.to_owned())
    });
    assert!(found.ends_with("2 CRLs and 2 certificates, an OCSP answer"), "{found}");
    let chain = std::fs::read(home.path("one.pem")).unwrap();
    home.write("issuer.pem", x509::pem::encode("CERTIFICATE", &x509::pem::decode(&chain).unwrap()[1].der));
    let root = home.data_dir().join("root.pem");
    for (file, words) in [("one.pem", ": OK"), ("two.pem", "certificate revoked"), ("issuer.pem", ": OK")] {
        let Some(mut openssl) = peer("openssl") else { return };
        let line = ["verify", "-crl_download", "-crl_check", "-untrusted", "issuer.pem", "-CAfile"];
        let said = run(openssl.args(line).arg(&root).arg(file).current_dir(home.path("")));
        assert!((said.out.clone() + &said.err).contains(words), "{file}: {said:?}");
    }
}

/// The path of the CRL that a file's first certificate names.
fn list(home: &Home, file: &str) -> String {
    let chain = std::fs::read(home.path(file)).unwrap();
    let blocks = x509::pem::decode(&chain).unwrap();
    let certificate = x509::Certificate::parse(&blocks[0].der).unwrap();
    let points = certificate.tbs().extensions().decode::<x509::ext::CrlDistributionPoints<'_>>();
    let points = points.unwrap().unwrap();
    let Some(x509::ext::DistributionPointName::FullName(names)) = points.value.iter().next().unwrap().name
    else {
        panic!("no full name")
    };
    let x509::GeneralName::Uri(url) = names.iter().next().unwrap() else { panic!("no URL") };
    format!("/crl/{}", url.rsplit('/').next().unwrap())
}

#[test]
fn up_has_somebody_else_answer_where_that_is_wanted() {
    let served = Served::start(&["--http", "127.0.0.1:0", "--responder", "delegated"]);
    let responders = std::fs::read_dir(served.home().path("data/ocsp")).unwrap();
    for responder in responders.map(|entry| entry.unwrap().path()) {
        assert!(responder.join("chain.pem").is_file(), "{}", responder.display());
    }
    let (status, lines) = served.stop();
    assert_eq!(status.code(), Some(0));
    assert!(lines.iter().any(|line| line.contains("by keys of their own, certified until")), "{lines:#?}");
}

#[test]
fn crls_and_their_parts_are_written_where_a_web_server_publishes_them() {
    let home = founded(["--url", "http://ca.internal:8480"]);
    let crl = ["ca", "crl", "--folder", "site", "--json"];
    let written = || -> serde_json::Value {
        serde_json::from_str(&run(&mut home.chancery(crl)).expect_code(0).out).unwrap()
    };
    assert_eq!(written()["crls"][1]["parts"], serde_json::json!([]));
    run(&mut home.chancery(["ca", "url", "--crl-shards", "2"])).expect_code(0);
    sign(&home, request(&["db.internal"]), &["--out", "good.pem"]).expect_code(0);
    sign(&home, request(&["db.internal"]), &["--out", "bad.pem"]).expect_code(0);
    run(&mut home.chancery(["cert", "revoke", "bad.pem"])).expect_code(0);
    let told = written();
    assert_eq!((&told["folder"], &told["file"]), (&"site".into(), &serde_json::Value::Null));
    let parts = told["crls"][1]["parts"].as_array().unwrap();
    assert_eq!(parts.iter().map(|part| part["entries"].as_u64().unwrap()).sum::<u64>(), 1);
    let root = home.data_dir().join("root.pem");
    let whole =
        [&told["crls"][0], &told["crls"][1]].map(|crl| format!("site/{}", crl["path"].as_str().unwrap()));
    for (file, code) in [("good.pem", 0), ("bad.pem", 1)] {
        let part = format!("site{}", list(&home, file));
        for list in [&part, &whole[1]] {
            let verify = ["verify", file, "--host", "db.internal", "--roots", root.to_str().unwrap()];
            let lists = ["--crl", list, "--crl", &whole[0]];
            run(&mut home.chancery([&verify[..], &lists].concat())).expect_code(code);
        }
    }
    let said = run(&mut home.chancery(&crl[..4])).expect_code(0).out;
    assert!(said.contains("parts ") && said.contains("chancery ca crl --folder site"), "{said}");
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
}

#[test]
fn of_a_crl_in_parts_a_client_needs_the_one_that_the_certificate_names() {
    let home = founded(["--url", "http://ca.internal:8480"]);
    sign(&home, request(&["db.internal"]), &["--out", "before.pem"]).expect_code(0);
    let said = run(&mut home.chancery(["ca", "url", "--crl-shards", "2", "--json"])).expect_code(0).out;
    assert!(said.contains("\"crl_shards\": 2") && said.contains("\"changed\": true"), "{said}");
    let plan = sign(&home, request(&["db.internal"]), &["--dry-run"]).expect_code(0).out;
    assert!(plan.split_whitespace().collect::<Vec<_>>().join(" ").contains("in 2 parts"), "{plan}");
    // Until there is one of each part.
    let (mut one, mut two) = (None, None);
    for number in 0.. {
        let file = format!("leaf-{number}.pem");
        sign(&home, request(&["db.internal"]), &["--out", &file]).expect_code(0);
        let slot = if list(&home, &file).ends_with("-2-0.crl") { &mut one } else { &mut two };
        *slot = Some(file);
        if one.is_some() && two.is_some() {
            break;
        }
    }
    let (one, two) = (one.unwrap(), two.unwrap());
    run(&mut home.chancery(["cert", "revoke", &two])).expect_code(0);
    let (_serve, at) = serve(&home, &[]);
    let chain = std::fs::read(home.path(&one)).unwrap();
    home.write("issuer.pem", x509::pem::encode("CERTIFICATE", &x509::pem::decode(&chain).unwrap()[1].der));
    let whole = list(&home, "before.pem");
    assert!(!whole.contains("-2-"), "{whole}");
    for (path, file) in [(list(&home, &one), "one.crl"), (list(&home, &two), "two.crl"), (whole, "whole.crl")]
    {
        let der = get(&at, &path).1;
        home.write(file, x509::pem::encode("X509 CRL", &der));
    }
    let root = home.data_dir().join("root.pem");
    for (leaf, crl, code, words) in [
        (one.as_str(), "one.crl", 0, ": OK"),
        (&two, "two.crl", 1, "certificate revoked"),
        (&one, "two.crl", 1, "scope"),
        (&two, "one.crl", 1, "scope"),
        (&one, "whole.crl", 0, ": OK"),
        (&two, "whole.crl", 1, "certificate revoked"),
        ("before.pem", "whole.crl", 0, ": OK"),
        ("before.pem", "one.crl", 1, "scope"),
    ] {
        let ask = ["verify", leaf, "--host", "db.internal", "--crl", crl, "--status-of", "leaf"];
        run(home.chancery(ask).arg("--roots").arg(&root)).expect_code(code);
        let Some(mut openssl) = peer("openssl") else { continue };
        let line = ["verify", "-crl_check", "-CRLfile", crl, "-untrusted", "issuer.pem", "-CAfile"];
        let said = run(openssl.args(line).arg(&root).arg(leaf).current_dir(home.path("")));
        let said = said.out + &said.err;
        assert!(said.contains(words), "{leaf} by {crl}: {said}");
    }
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
}

#[test]
fn elsewhere_everything_says_so_and_what_says_otherwise_is_listed() {
    let home = founded(["--url", "http://old.internal:8480"]);
    sign(&home, request(&["db.internal"]), &["--out", "one.pem"]).expect_code(0);
    let said = run(&mut home.chancery(["ca", "url"])).expect_code(0).out;
    assert!(said.contains("http://old.internal:8480, in every certificate"), "{said}");
    let same =
        run(&mut home.chancery(["ca", "url", "http://old.internal:8480/", "--json"])).expect_code(0).out;
    assert!(same.contains("\"changed\": false") && same.contains("\"elsewhere\": []"), "{same}");
    let said = run(&mut home.chancery(["ca", "url", "http://new.internal/ca"])).expect_code(0).out;
    assert!(said.contains("the intermediate issued again on the same key"), "{said}");
    assert!(said.contains("1 certificate says another place") && said.contains("db.internal"), "{said}");
    sign(&home, request(&["db.internal"]), &["--out", "two.pem"]).expect_code(0);
    if let Some(urls) = urls(&home, "two.pem") {
        for path in ["crl/", "ocsp", "ca/"] {
            assert!(urls.contains(&format!("URI:http://new.internal/ca/{path}")), "{urls}");
        }
    }
    // What was issued before is still trusted, below either certificate of the intermediate.
    let root = home.data_dir().join("root.pem");
    let trusts = ["verify", "one.pem", "--host", "db.internal", "--roots", root.to_str().unwrap()];
    run(&mut home.chancery(trusts)).expect_code(0);
    let two = std::fs::read(home.path("two.pem")).unwrap();
    let [leaf, new] = [std::fs::read(home.path("one.pem")).unwrap(), two]
        .map(|pem| x509::pem::decode(&pem).unwrap())
        .map(|blocks| (blocks[0].der.clone(), blocks[1].der.clone()));
    let mixed = [leaf.0, new.1].map(|der| x509::pem::encode("CERTIFICATE", &der)).concat();
    home.write("one.pem", mixed);
    run(&mut home.chancery(trusts)).expect_code(0);
    let crls = run(&mut home.chancery(["ca", "crl", "--json"])).expect_code(0).out;
    assert_eq!(crls.matches("BEGIN X509 CRL").count(), 2, "one for each key");
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
    run(&mut home.chancery(["ca", "url", "none"])).expect_code(0);
    sign(&home, request(&["db.internal"]), &["--out", "three.pem"]).expect_code(0);
    if let Some(urls) = urls(&home, "three.pem") {
        assert!(!urls.contains("URI:"), "{urls}");
    }
    for url in ["https://ca.internal", "ca.internal", "http://ca.internal:0", "http://a b"] {
        let said = run(&mut home.chancery(["ca", "url", url])).expect_code(2);
        assert!(said.err.contains("http://HOST:PORT, or none"), "{}", said.err);
    }
}

#[test]
fn without_the_roots_key_the_place_stays() {
    let home = founded(["--url", "http://old.internal:8480"]);
    let keys = std::fs::read_dir(home.data_dir().join("keys")).unwrap();
    let mut keys = keys.map(|entry| entry.unwrap().path());
    let root = keys.find(|path| path.display().to_string().contains("/root-")).unwrap();
    std::fs::rename(&root, home.path("away.pem")).unwrap();
    let said = run(&mut home.chancery(["ca", "url", "http://new.internal:8480"])).expect_code(2);
    assert!(said.err.contains("bring its key back for this: mv KEY "), "{}", said.err);
    let said = run(&mut home.chancery(["ca", "url"])).expect_code(0).out;
    assert!(said.contains("http://old.internal:8480"), "{said}");
}
