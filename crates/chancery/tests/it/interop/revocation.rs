// SPDX-License-Identifier: MIT OR Apache-2.0
//! CRLs and OCSP responses that OpenSSL makes: it and we say the same of them.

use crate::support::home::Home;
use crate::support::peer::peer;
use crate::support::running::Running;
use crate::support::{Outcome, run};

/// An authority with two servers, `good` and `taken`, the second of which it takes back; a CRL before and
/// after; and a responder's word on each.
const SCRIPT: &str = r#"
cat > ca.cnf <<'X'
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
rand_serial = yes
crlnumber = crlnumber
default_md = sha256
policy = any_name
crl_extensions = list
[list]
authorityKeyIdentifier = keyid
[any_name]
commonName = supplied
[req]
distinguished_name = nothing
[nothing]
[issuer]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[responder]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
noCheck = ignored
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
X
: > index.txt
echo 10 > crlnumber
for name in root good taken responder; do
    "$O" genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $name.key
    "$O" req -new -config ca.cnf -subj /CN=$name -key $name.key -out $name.csr
done
ca() { "$O" ca -batch -notext -config ca.cnf "$@"; }
ca -in root.csr -out root.pem -selfsign -keyfile root.key -extensions issuer -days 30
for name in good taken; do
    ca -in $name.csr -out $name.pem -cert root.pem -keyfile root.key -extensions server -days 20
done
ca -in responder.csr -out responder.pem -cert root.pem -keyfile root.key -extensions responder -days 20
ca -gencrl -cert root.pem -keyfile root.key -crldays 7 -out before.crl
ca -revoke taken.pem -crl_reason keyCompromise -cert root.pem -keyfile root.key
ca -gencrl -cert root.pem -keyfile root.key -crldays 7 -out after.crl
for name in good taken; do
    "$O" ocsp -index index.txt -CA root.pem -rsigner responder.pem -rkey responder.key -ndays 1 \
        -issuer root.pem -cert $name.pem -respout $name.ocsp -noverify
done
"$O" crl -in after.crl -outform DER -out after.der
"#;

fn house() -> Option<Home> {
    let home = Home::empty();
    home.openssl_script(SCRIPT)?;
    Some(home)
}

fn verify(home: &Home, name: &str, options: &[&str]) -> Outcome {
    let chain = format!("{name}.pem");
    let question = ["verify", &chain, "--host", "localhost", "--roots", "root.pem"];
    run(home.chancery(question).args(options).current_dir(home.path("")))
}

/// Whether something is told, however its lines are broken.
#[track_caller]
fn expect_words(outcome: &Outcome, words: &str) {
    let told = outcome.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains(words), "{}", outcome.out);
}

fn openssl_verify(home: &Home, name: &str, crl: &str) -> bool {
    let mut openssl = peer("openssl").expect("OpenSSL, which was there a moment ago");
    let line = format!("verify -crl_check -CAfile root.pem -CRLfile {crl} {name}.pem");
    run(openssl.args(line.split_whitespace()).current_dir(home.path(""))).code == Some(0)
}

#[test]
fn openssls_lists_are_read_as_openssl_reads_them() {
    let Some(home) = house() else { return };
    for (name, crl, trusted) in [
        ("good", "before.crl", true),
        ("taken", "before.crl", true),
        ("good", "after.crl", true),
        ("taken", "after.crl", false),
    ] {
        assert_eq!(openssl_verify(&home, name, crl), trusted, "{name} by {crl}");
        verify(&home, name, &["--crl", crl]).expect_code(i32::from(!trusted));
    }
    let refused = verify(&home, "taken", &["--crl", "after.der"]).expect_code(1);
    expect_words(&refused, "the certificate was revoked at");
    expect_words(&refused, "(keyCompromise), as CRL 17 of CN=root says");
    // The newer of two lists counts, in whatever order.
    for lists in [["before.crl", "after.crl"], ["after.crl", "before.crl"]] {
        verify(&home, "taken", &["--crl", lists[0], "--crl", lists[1]]).expect_code(1);
    }
}

#[test]
fn openssls_responder_is_believed() {
    let Some(home) = house() else { return };
    let trusted = verify(&home, "good", &["--ocsp", "good.ocsp"]).expect_code(0);
    expect_words(&trusted, "OCSP response of CN=responder");
    let refused = verify(&home, "taken", &["--ocsp", "taken.ocsp"]).expect_code(1);
    expect_words(&refused, "was revoked at");
    // What is about another certificate is no answer.
    let unknown = verify(&home, "good", &["--ocsp", "taken.ocsp"]).expect_code(1);
    expect_words(&unknown, "no CRL or OCSP response given is about it");
    verify(&home, "good", &["--ocsp", "taken.ocsp", "--unknown-status", "accept"]).expect_code(0);
}

#[test]
fn what_is_no_list_is_told_as_such() {
    let Some(home) = house() else { return };
    let none = verify(&home, "good", &["--crl", "good.pem"]).expect_code(2);
    assert!(none.err.contains("no certificate revocation list"), "{}", none.err);
    let missing = verify(&home, "good", &["--ocsp", "gone.ocsp"]).expect_code(2);
    assert!(missing.err.contains("gone.ocsp"), "{}", missing.err);
}

#[test]
fn a_stapled_response_counts_in_a_handshake() {
    let Some(home) = house() else { return };
    for (name, version, code, words) in [
        ("good", "-tls1_3", 0, "not revoked, says OCSP response of CN=responder"),
        ("taken", "-tls1_3", 1, "was revoked at"),
        ("taken", "-tls1_2", 1, "was revoked at"),
    ] {
        let mut openssl = peer("openssl").expect("OpenSSL, which was there a moment ago");
        let line = format!(
            "s_server -accept 127.0.0.1:0 -www -cert {name}.pem -key {name}.key {version} -status_file {name}.ocsp"
        );
        let mut server = Running::start(openssl.args(line.split_whitespace()).current_dir(home.path("")));
        let port: u16 =
            server.wait_for("the port", |line| line.strip_prefix("ACCEPT 127.0.0.1:")?.parse().ok());
        let target = format!("localhost:{port}");
        let told = run(home.chancery(["connect", &target, "--roots", "root.pem"]).current_dir(home.path("")))
            .expect_code(code);
        expect_words(&told, words);
    }
}
