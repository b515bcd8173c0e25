// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery verify` and `chancery trust`: what a client decides, and whom this machine trusts.

use crate::support::home::Home;
use crate::support::run;

/// A root, an intermediate, and a leaf for `a.internal`, by OpenSSL; `None` without it.
fn chain() -> Option<Home> {
    let home = Home::empty();
    let script = r#"
        key() { "$O" genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }
        for name in root inter leaf; do key $name; done
        CA="basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign"
        printf '%s\nsubjectKeyIdentifier=hash\n' "$CA" > ca.ext
        printf 'subjectAltName=DNS:a.internal\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' > leaf.ext
        printf '%s\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' "$CA" > inter.ext
        "$O" req -new -key root.key -subj /CN=Root -out root.csr
        "$O" x509 -req -in root.csr -signkey root.key -extfile ca.ext -days 3650 -out root.pem
        "$O" req -new -key inter.key -subj /CN=Inter -out inter.csr
        "$O" x509 -req -in inter.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile inter.ext -days 1000 -out inter.pem
        "$O" req -new -key leaf.key -subj /CN=a.internal -out leaf.csr
        "$O" x509 -req -in leaf.csr -CA inter.pem -CAkey inter.key -CAcreateserial -extfile leaf.ext -days 90 -out leaf.pem
        cat leaf.pem inter.pem > chain.pem
    "#;
    home.openssl_script(script)?;
    Some(home)
}

/// As [`chain`], with the policies 1.2.3.4 and 1.2.3.5 in the leaf and the first in the intermediate.
fn chain_with_policies() -> Option<Home> {
    let home = chain()?;
    let script = r#"
        printf 'certificatePolicies=1.2.3.4\n' >> inter.ext
        printf 'certificatePolicies=1.2.3.4,1.2.3.5\n' >> leaf.ext
        "$O" x509 -req -in inter.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile inter.ext -days 1000 -out inter.pem
        "$O" x509 -req -in leaf.csr -CA inter.pem -CAkey inter.key -CAcreateserial -extfile leaf.ext -days 90 -out leaf.pem
        cat leaf.pem inter.pem > chain.pem
    "#;
    home.openssl_script(script)?;
    Some(home)
}

#[test]
fn policies_are_asked_for_and_told() {
    let Some(home) = chain_with_policies() else { return };
    let ask = |options: &[&str], code| {
        let question = ["chain.pem", "--host", "a.internal", "--roots", "root.pem"];
        verify(&home, &[&question[..], options].concat(), code)
    };
    let told = ask(&["--policy", "1.2.3.4", "--require-policy"], 0);
    assert!(told.contains("valid for these policies: 1.2.3.4"), "{told}");
    let none = ask(&["--policy", "1.2.3.5", "--require-policy"], 1);
    assert!(none.contains("policy-acceptable"), "{none}");
    ask(&["--policy", "1.2.3.5"], 0);
    let told = ask(&["--policy", "1.2.3.4", "--json"], 0);
    assert!(told.contains("\"policies\": [\n    \"1.2.3.4\"\n  ]"), "{told}");
    let wrong = ask(&["--policy", "gold"], 2);
    assert!(wrong.contains("not an object identifier") && wrong.contains("hint: "), "{wrong}");
}

/// What `verify` answers, and with which code.
fn verify(home: &Home, arguments: &[&str], code: i32) -> String {
    let outcome = run(home.chancery(["verify"]).args(arguments)).expect_code(code);
    format!("{}{}", outcome.out, outcome.err)
}

#[test]
fn a_chain_is_trusted_for_its_name_and_for_no_other() {
    let Some(home) = chain() else { return };
    let yes = verify(&home, &["chain.pem", "--host", "a.internal", "--roots", "root.pem"], 0);
    assert!(yes.starts_with("✓ trusted as a server for a.internal"), "{yes}");
    let no = verify(&home, &["chain.pem", "--host", "b.internal", "--roots", "root.pem"], 1);
    assert!(no.contains("✗ name") && no.contains("--host a.internal"), "{no}");
}

#[test]
fn files_are_one_chain_and_a_missing_intermediate_is_missed() {
    let Some(home) = chain() else { return };
    let host = ["--host", "a.internal", "--roots", "root.pem"];
    verify(&home, &[&["leaf.pem", "inter.pem"][..], &host[..]].concat(), 0);
    verify(&home, &[&["leaf.pem", "--intermediates", "inter.pem"][..], &host[..]].concat(), 0);
    let no = verify(&home, &[&["leaf.pem"][..], &host[..]].concat(), 1);
    assert!(no.contains("✗ "), "{no}");
}

#[test]
fn an_unknown_root_is_not_trusted_until_it_is_that_of_the_data_directory() {
    let Some(home) = chain() else { return };
    let ask = ["chain.pem", "--host", "a.internal"];
    verify(&home, &ask, 1);
    std::fs::create_dir(home.data_dir()).unwrap();
    std::fs::copy(home.path("root.pem"), home.data_dir().join("root.pem")).unwrap();
    verify(&home, &ask, 0);
    verify(&home, &[&ask[..], &["--roots", "leaf.pem"][..]].concat(), 0);
}

#[test]
fn time_purpose_and_length_are_the_callers_to_say() {
    let Some(home) = chain() else { return };
    let ask = ["chain.pem", "--host", "a.internal", "--roots", "root.pem"];
    let with = |more: &[&str], code| verify(&home, &[&ask[..], more].concat(), code);
    let late = with(&["--at", "2099-01-01"], 1);
    assert!(late.contains("2099-01-01"), "{late}");
    with(&["--purpose", "client"], 1);
    with(&["--max-path-len", "1"], 0);
    with(&["--max-path-len", "0"], 1);
    let wrong = with(&["--at", "yesterday"], 2);
    assert!(wrong.contains("2026-11-22T10:00:00Z"), "{wrong}");
}

#[test]
fn each_ruleset_judges_by_its_own_rules_and_says_so() {
    let Some(home) = chain() else { return };
    let ask = ["chain.pem", "--host", "a.internal", "--roots", "root.pem", "--json", "--rules"];
    for rules in ["path", "rfc5280", "webpki"] {
        let answer = verify(&home, &[&ask[..], &[rules][..]].concat(), 0);
        let document: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(document["ruleset"], rules);
        let applied = |rule: &str| {
            let steps = document["trace"].as_array().unwrap();
            steps.iter().any(|step| step["rule"] == rule)
        };
        assert_eq!(applied("serial-positive"), rules != "path");
        assert_eq!(applied("key-allowed"), rules == "webpki");
    }
    let told =
        verify(&home, &["chain.pem", "--host", "b.internal", "--roots", "root.pem", "--rules", "webpki"], 1);
    assert!(told.starts_with("✗ not trusted as a server for b.internal, judged by webpki\n"), "{told}");
    assert!(told.contains("chancery verify chain.pem --rules webpki --host a.internal"), "{told}");
}

#[test]
fn a_common_name_counts_where_that_is_dared_and_is_remarked_on() {
    let Some(home) = chain() else { return };
    let script = r#"
        printf 'extendedKeyUsage=serverAuth\nkeyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' > old.ext
        "$O" x509 -req -in leaf.csr -CA inter.pem -CAkey inter.key -CAcreateserial -extfile old.ext -days 90 -out old.pem
    "#;
    home.openssl_script(script).unwrap();
    let ask = ["old.pem", "inter.pem", "--roots", "root.pem", "--host"];
    // The lines are broken wherever they grow long.
    let with = |more: &[&str], code| {
        let said = verify(&home, &[&ask[..], more].concat(), code);
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let no = with(&["a.internal"], 1);
    assert!(no.contains("has no alternative names at all"), "{no}");
    assert!(no.contains("has a.internal only as its common name, which clients ignore"), "{no}");
    let yes = with(&["a.internal", "--danger-common-name"], 0);
    assert!(yes.contains("✓ name a.internal is the certificate’s common name alone"), "{yes}");
    assert!(
        yes.contains("! a.internal: a common name must not be used to identify a server (RFC 9525 §2)"),
        "{yes}"
    );
    let other = with(&["b.internal", "--danger-common-name"], 1);
    assert!(!other.contains("only as its common name"), "{other}");
}

#[test]
fn a_wildcard_for_a_whole_registry_is_refused_by_the_rules_of_the_web_alone() {
    let Some(home) = chain() else { return };
    let script = r#"
        printf 'subjectAltName=DNS:*.co.uk\nextendedKeyUsage=serverAuth\nkeyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' > wide.ext
        "$O" x509 -req -in leaf.csr -CA inter.pem -CAkey inter.key -CAcreateserial -extfile wide.ext -days 90 -out wide.pem
    "#;
    home.openssl_script(script).unwrap();
    let ask = ["wide.pem", "inter.pem", "--roots", "root.pem", "--host", "bank.co.uk"];
    verify(&home, &ask, 0);
    let no = verify(&home, &[&ask[..], &["--rules", "webpki", "--json"][..]].concat(), 1);
    let document: serde_json::Value = serde_json::from_str(&no).unwrap();
    assert_eq!(document["rejection"]["rule"], "wildcard-scope");
    let message = document["rejection"]["message"].as_str().unwrap();
    assert!(message.contains("*.co.uk spans names of many owners"), "{message}");
}

#[test]
fn explained_is_every_certificate_every_rule_and_every_turning_back() {
    let Some(home) = chain() else { return };
    let ask = ["chain.pem", "--host", "a.internal", "--explain", "--roots"];
    let yes = verify(&home, &[&ask[..], &["root.pem"][..]].concat(), 0);
    for words in [
        "✓ trusted as a server for a.internal\n",
        "\nThe certificate: a.internal\n",
        "\n  Who issued a.internal? Perhaps Inter\n",
        "\n    Who issued Inter? Perhaps Root, which is trusted\n",
        "\n✓ That makes a path: a.internal ← Inter ← Root\n",
    ] {
        assert!(yes.contains(words), "{words:?} is not in {yes}");
    }
    let no = verify(&home, &[&ask[..], &["leaf.pem", "--max-path-len", "0"][..]].concat(), 0);
    assert!(!no.contains("Who issued"), "a certificate that is itself trusted needs no issuer: {no}");
    let no = verify(&home, &[&ask[..], &["root.pem", "--max-path-len", "0"][..]].concat(), 1);
    let ended = no.split_once("here the search ends: nobody else is left who could have issued a.internal");
    let reason = ended.map(|(_, reason)| reason).unwrap_or_default();
    assert!(reason.contains("the rule") && reason.contains("hint:"), "{no}");
}

#[test]
fn the_answer_as_json_says_what_was_decided() {
    let Some(home) = chain() else { return };
    let no = verify(&home, &["chain.pem", "--host", "b.internal", "--roots", "root.pem", "--json"], 1);
    let document: serde_json::Value = serde_json::from_str(&no).unwrap();
    assert_eq!(document["trusted"], false);
    assert!(document["rejection"]["rule"].is_string(), "{no}");
}

#[test]
fn what_cannot_be_judged_is_told_and_is_no_verdict() {
    let Some(home) = chain() else { return };
    home.write("broken.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n");
    for (arguments, words) in [
        (&["leaf.key", "--host", "a.internal"][..], "holds no certificate, but: PRIVATE KEY"),
        (&["missing.pem", "--host", "a.internal"], "cannot read missing.pem"),
        (&["broken.pem", "--host", "a.internal"], "is not sound PEM"),
        (&["chain.pem"], "hint: say which name was asked for: --host NAME"),
        (
            &["chain.pem", "--host", "a.internal", "--roots", "leaf.key"],
            "leaf.key holds no certificate, but: PRIVATE KEY",
        ),
        (&["chain.pem", "--host", "a internal"], "not a host name"),
    ] {
        let said = verify(&home, arguments, 2);
        assert!(said.contains(words) && said.contains("hint: "), "{arguments:?}: {said}");
    }
}

#[test]
fn only_an_authority_is_installed_as_one() {
    let Some(home) = chain() else { return };
    let leaf = run(&mut home.chancery(["trust", "install", "leaf.pem"])).expect_code(1);
    assert!(leaf.err.contains("is not a certificate authority") && leaf.err.contains("hint: "), "{leaf:?}");
    let none = run(&mut home.chancery(["trust", "install"])).expect_code(2);
    assert!(none.err.contains("there is no authority yet"), "{none:?}");
    let two = run(&mut home.chancery(["trust", "remove", "chain.pem"])).expect_code(2);
    assert!(two.err.contains("holds 2 certificates"), "{two:?}");
}
