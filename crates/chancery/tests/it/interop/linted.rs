// SPDX-License-Identifier: MIT OR Apache-2.0
//! pkilint reads everything that is signed: certificates of every profile by its PKIX and CABF linters, CRLs, and OCSP
//! responses. What it may find is listed here with the reason, and must be found.

use std::collections::BTreeSet;

use crate::support::home::Home;
use crate::support::office::{founded, request, sign};
use crate::support::peer::peer;
use crate::support::run;

/// Findings of severity ERROR that private use has, and why.
const INTERNAL_NAME: (&str, &str) =
    ("cabf.internal_domain_name", "private names are what a private authority is for");
const NO_POLICIES: (&str, &str) = (
    "cabf.serverauth.subscriber.certificate_policies_extension_absent",
    "the policies of CABF are for those who follow its requirements",
);
const NO_CA_POLICIES: (&str, &str) =
    ("cabf.serverauth.ca.certificate_policies_extension_absent", NO_POLICIES.1);
const NO_COUNTRY: (&str, &str) =
    ("cabf.serverauth.ca.country_attribute_absent", "nobody knows the country of a home");
const NO_DIRECTORY_NAME: (&str, &str) = (
    "cabf.serverauth.ca.incomplete_name_constraints",
    "no directory names are issued, and a constraint of them would refuse our own subjects",
);
const SINGLE_LABEL: (&str, &str) = (
    "pkix.invalid_domain_name_syntax",
    "localhost and internal are names of one label; RFC 1034 §3.5 allows them",
);
const SINGLE_LABEL_MAIL: (&str, &str) =
    ("pkix.invalid_email_address_syntax", "and so are the hosts of mail addresses there");
const HOLD: (&str, &str) =
    ("cabf.crl_prohibited_reason_code", "RFC 5280 §5.3.1 has certificateHold, CABF has not");
const MONTH: (&str, &str) =
    ("cabf.crl_invalid_validity_period", "a root's list is good for 31 days, so that its key can stay away");

/// The codes of what a linter finds, of severity ERROR and FATAL. `None` without pkilint.
fn found(home: &Home, linter: &str, arguments: &[&str]) -> Option<BTreeSet<String>> {
    let mut linter = peer(linter)?;
    let said = run(linter.arg("lint").args(arguments).args(["-s", "ERROR"]).current_dir(home.path("")));
    assert!(!said.err.contains("Failed") && !said.err.contains("usage:"), "{arguments:?}: {}", said.err);
    // A finding stands on a line of its own: its code, its severity in brackets, and perhaps more.
    let code = |line: &str| {
        let (code, rest) = line.trim_start().split_once(" (")?;
        (rest.starts_with("ERROR)") || rest.starts_with("FATAL)")).then(|| code.to_owned())
    };
    Some(said.out.lines().filter_map(code).collect())
}

#[track_caller]
fn check(home: &Home, linter: &str, arguments: &[&str], expected: &[(&str, &str)]) {
    let Some(found) = found(home, linter, arguments) else { return };
    let expected: BTreeSet<String> = expected.iter().map(|(code, _)| (*code).to_owned()).collect();
    assert_eq!(found, expected, "{linter} of {arguments:?}");
}

/// The blocks of a PEM file, each in a file of its own: `name-0.pem` and so on.
fn split(home: &Home, file: &str, label: &str) {
    let blocks = x509::pem::decode(&std::fs::read(home.path(file)).unwrap()).unwrap();
    let stem = file.trim_end_matches(".pem");
    for (index, block) in blocks.iter().enumerate() {
        home.write(&format!("{stem}-{index}.pem"), x509::pem::encode(label, &block.der));
    }
}

fn office() -> Home {
    let home = founded(["--url", "http://ca.internal:8480", "--host", "box"]);
    let chancery = |words: &str| run(&mut home.chancery(words.split(' '))).expect_code(0);
    chancery("key new --kind rsa2048 --out rsa.key");
    chancery("csr new --key rsa.key --name db.internal --out rsa.csr");
    sign(&home, request(&["db.internal"]), &["--out", "server.pem"]).expect_code(0);
    chancery("sign rsa.csr --out rsa.pem");
    sign(&home, request(&["ann@internal"]), &["--profile", "client", "--out", "client.pem"]).expect_code(0);
    for file in ["server.pem", "rsa.pem", "client.pem"] {
        split(&home, file, "CERTIFICATE");
    }
    home
}

#[test]
fn certificates_of_every_profile_are_linted() {
    let home = office();
    let pkix = |file: &str, expected: &[(&str, &str)]| check(&home, "lint_pkix_cert", &[file], expected);
    let cabf = |kind: &str, file: &str, expected: &[(&str, &str)]| {
        check(&home, "lint_cabf_serverauth_cert", &["-t", kind, file], expected);
    };
    for server in ["server-0.pem", "rsa-0.pem"] {
        pkix(server, &[]);
        cabf("DV-FINAL-CERTIFICATE", server, &[INTERNAL_NAME, NO_POLICIES]);
    }
    pkix("client-0.pem", &[SINGLE_LABEL_MAIL]);
    let mut authorities = vec![("INTERNAL-CONSTRAINED-TLS-CA", "server-1.pem")];
    if let Some(mut openssl) = peer("openssl") {
        let line =
            ["req", "-new", "-key", "rsa.key", "-subj", "/O=Example/CN=Example Sub CA", "-out", "sub.csr"];
        run(openssl.args(line).current_dir(home.path(""))).expect_code(0);
        run(&mut home.chancery(["sign", "sub.csr", "--profile", "intermediate", "--out", "sub.pem"]))
            .expect_code(0);
        split(&home, "sub.pem", "CERTIFICATE");
        authorities.push(("INTERNAL-CONSTRAINED-TLS-CA", "sub-0.pem"));
    }
    for (kind, file) in authorities {
        pkix(file, &[SINGLE_LABEL, SINGLE_LABEL_MAIL]);
        let expected = [INTERNAL_NAME, NO_CA_POLICIES, NO_COUNTRY, NO_DIRECTORY_NAME, SINGLE_LABEL_MAIL];
        cabf(kind, file, &expected);
    }
    let root = home.data_dir().join("root.pem");
    let root = root.to_str().unwrap();
    pkix(root, &[SINGLE_LABEL, SINGLE_LABEL_MAIL]);
    cabf("ROOT-CA", root, &[INTERNAL_NAME, NO_COUNTRY, SINGLE_LABEL_MAIL]);
}

#[test]
fn lists_and_answers_are_linted() {
    let home = office();
    let chancery = |words: &str| run(&mut home.chancery(words.split(' '))).expect_code(0);
    chancery("ca crl --out empty.pem");
    chancery("cert revoke rsa-0.pem --reason key-compromise --invalid-from 2026-11-01");
    chancery("cert revoke client-0.pem --reason hold");
    chancery("ca crl --out crl.pem");
    for file in ["empty.pem", "crl.pem"] {
        split(&home, file, "X509 CRL");
    }
    for (file, expected) in
        [("empty-0.pem", &[MONTH][..]), ("empty-1.pem", &[]), ("crl-0.pem", &[MONTH]), ("crl-1.pem", &[HOLD])]
    {
        check(&home, "lint_crl", &["-t", "CRL", "-p", "PKIX", file], &[]);
        check(&home, "lint_crl", &["-t", "CRL", "-p", "BR", file], expected);
    }
    for name in ["server", "rsa", "client"] {
        chancery(&format!("ca ocsp --for {name}-0.pem --out {name}.ocsp"));
        check(&home, "lint_ocsp_response", &[&format!("{name}.ocsp")], &[]);
        chancery(&format!("ca ocsp --for {name}-0.pem --out {name}.del --responder delegated"));
        check(&home, "lint_ocsp_response", &[&format!("{name}.del")], &[]);
    }
}
