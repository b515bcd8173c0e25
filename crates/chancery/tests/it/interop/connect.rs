// SPDX-License-Identifier: MIT OR Apache-2.0
//! `connect` against servers that are not ours, with certificates that are not ours either.

use serde_json::Value;

use crate::support::home::Home;
use crate::support::peer::peer;
use crate::support::running::Running;
use crate::support::{free_port, run};

/// What OpenSSL needs to be an authority: one that keeps its books in the folder where it runs.
const AUTHORITY: &str = "\
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any_name
[any_name]
commonName = supplied
[req]
distinguished_name = nothing
[nothing]
[issuer]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
";

const RSA: &str = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048";
const ECDSA: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";
const VALID: &str = "-days 30";
const EXPIRED: &str = "-startdate 20200101000000Z -enddate 20210101000000Z";

/// A root, an intermediate, and a server's certificate for `localhost`, all made by OpenSSL.
struct House {
    home: Home,
}

impl House {
    /// Builds it with a server's key of this kind; none when OpenSSL is missing.
    fn build(server_key: &str, validity: &str) -> Option<Self> {
        peer("openssl")?;
        let house = Self { home: Home::empty() };
        house.home.write("authority.cnf", AUTHORITY);
        house.home.write("index.txt", "");
        for (name, subject, kind) in [
            ("root", "root", ECDSA),
            ("intermediate", "intermediate", ECDSA),
            ("server", "localhost", server_key),
        ] {
            house.openssl(&format!("genpkey {kind} -out {name}.key"));
            house.openssl(&format!(
                "req -new -config authority.cnf -subj /CN={subject} -key {name}.key -out {name}.csr"
            ));
        }
        house.certify("root", "-selfsign -keyfile root.key -extensions issuer -days 30");
        house.certify("intermediate", "-cert root.pem -keyfile root.key -extensions issuer -days 30");
        let by_intermediate = "-cert intermediate.pem -keyfile intermediate.key -extensions server";
        house.certify("server", &format!("{by_intermediate} {validity}"));
        let [leaf, intermediate] = ["server.pem", "intermediate.pem"]
            .map(|name| std::fs::read_to_string(house.home.path(name)).unwrap());
        house.home.write("chain.pem", format!("{leaf}{intermediate}"));
        Some(house)
    }

    fn certify(&self, name: &str, how: &str) {
        self.openssl(&format!(
            "ca -batch -notext -config authority.cnf -in {name}.csr -out {name}.pem {how}"
        ));
    }

    /// Runs OpenSSL in this house; no word of the line holds a space.
    fn openssl(&self, line: &str) {
        let mut openssl = peer("openssl").expect("OpenSSL, which was there a moment ago");
        run(openssl.args(line.split_whitespace()).current_dir(self.home.path("."))).expect_code(0);
    }

    /// Starts OpenSSL's server on a port that the system chooses.
    fn s_server(&self, options: &str) -> (Running, u16) {
        let mut openssl = peer("openssl").expect("OpenSSL, which was there a moment ago");
        let line = format!("s_server -accept 127.0.0.1:0 -www -cert server.pem -key server.key {options}");
        let mut server =
            Running::start(openssl.args(line.split_whitespace()).current_dir(self.home.path(".")));
        let port = server.wait_for("the port", |line| line.strip_prefix("ACCEPT 127.0.0.1:")?.parse().ok());
        (server, port)
    }

    /// Tells the story of a handshake with `target`; gives the exit code and the story.
    fn connect(&self, target: &str, roots: &str) -> (Option<i32>, Value) {
        let outcome = run(&mut self.home.chancery(["connect", target, "--roots", roots, "--json"]));
        let story = serde_json::from_str(&outcome.out);
        (outcome.code, story.unwrap_or_else(|error| panic!("{error}:\n{}\n{}", outcome.out, outcome.err)))
    }
}

/// What every story of a handshake that went well holds, whoever the server is.
#[track_caller]
fn expect_whole(story: &Value, port: u16) {
    assert_eq!(story["ending"]["outcome"], "trusted", "{story:#}");
    assert_eq!(story["connection"]["address"], format!("127.0.0.1:{port}"));
    assert_eq!(story["connection"]["offered"]["server_name"], "localhost");
    assert_eq!(story["verdict"]["path"].as_array().unwrap().len(), 3, "leaf, intermediate, root");
    assert_eq!(story["proof"]["valid"], true);
    for share in ["client_share", "server_share"] {
        assert_eq!(story["agreement"][share]["bytes"], 32, "{share} of x25519");
    }
    let first = story["protected"]["request_wire"]["first"].as_str().unwrap();
    assert!(first.starts_with("170303"), "a record of application data: {first}");
}

#[test]
fn openssls_server_is_told_whole_in_both_versions_with_both_kinds_of_key() {
    for (key, scheme) in [(RSA, "rsa_pss_rsae_"), (ECDSA, "ecdsa_secp256r1_sha256")] {
        let Some(house) = House::build(key, VALID) else { return };
        for (option, version, message) in
            [("-tls1_3", "TLS 1.3", "CertificateVerify"), ("-tls1_2", "TLS 1.2", "ServerKeyExchange")]
        {
            let (_server, port) = house.s_server(&format!("-cert_chain intermediate.pem {option}"));
            let (code, story) = house.connect(&format!("localhost:{port}"), "root.pem");
            assert_eq!(code, Some(0), "{story:#}");
            expect_whole(&story, port);
            assert_eq!(story["connection"]["chosen"]["version"], version);
            assert_eq!(story["proof"]["message"], message);
            let proven = story["proof"]["scheme"].as_str().unwrap();
            assert!(proven.starts_with(scheme), "{proven}");
            assert_eq!(story["protected"]["status_line"], "HTTP/1.0 200 ok");
        }
    }
}

#[test]
fn nginx_is_told_whole() {
    let Some(mut nginx) = peer("nginx") else { return };
    let Some(house) = House::build(ECDSA, VALID) else { return };
    let port = free_port();
    let folder = house.home.path(".");
    let configuration = format!(
        "daemon off; master_process off; pid nginx.pid; error_log stderr notice; events {{}}\n\
         http {{ access_log off; client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t;\n\
         uwsgi_temp_path t; scgi_temp_path t; server {{ listen 127.0.0.1:{port} ssl http2;\n\
         ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate chain.pem; ssl_certificate_key server.key; return 200 hello; }} }}\n"
    );
    let file = house.home.write("nginx.conf", configuration);
    let mut server = Running::start(nginx.arg("-p").arg(&folder).arg("-c").arg(&file).args(["-e", "stderr"]));
    server.wait_for("nginx to begin", |line| line.contains("nginx/").then_some(()));
    let (code, story) = house.connect(&format!("localhost:{port}"), "root.pem");
    assert_eq!(code, Some(0), "{story:#}");
    expect_whole(&story, port);
    assert_eq!(story["connection"]["chosen"]["version"], "TLS 1.3");
    assert_eq!(story["connection"]["chosen"]["alpn"], "http/1.1");
    assert_eq!(story["protected"]["status_line"], "HTTP/1.1 200 OK");
}

/// Each ends with exit 1, the rule that was broken, and something to do about it; the server's proof
/// is told all the same.
#[track_caller]
fn expect_refused((code, story): &(Option<i32>, Value), rule: &str) {
    assert_eq!((*code, &story["ending"]["outcome"]), (Some(1), &Value::from("not_trusted")), "{story:#}");
    let rejection = &story["verdict"]["rejection"];
    assert_eq!(rejection["rule"], rule, "{story:#}");
    assert!(!rejection["hints"].as_array().unwrap().is_empty(), "{rejection:#}");
    assert_eq!(story["proof"]["valid"], true);
    assert_eq!(story["protected"], Value::Null, "nothing of ours goes to a server that is not trusted");
}

#[test]
fn openssls_server_is_refused_for_a_wrong_name_an_unknown_issuer_and_a_missing_intermediate() {
    let Some(house) = House::build(ECDSA, VALID) else { return };
    let stranger = "-x509 -subj /CN=stranger -key root.key -out stranger.pem";
    house.openssl(&format!("req -config authority.cnf -extensions issuer -days 30 {stranger}"));
    for version in ["-tls1_3", "-tls1_2"] {
        let (_server, port) = house.s_server(&format!("-cert_chain intermediate.pem {version}"));
        expect_refused(&house.connect(&format!("127.0.0.1:{port}"), "root.pem"), "peer-name");
        expect_refused(&house.connect(&format!("localhost:{port}"), "stranger.pem"), "issuer-known");

        let (_server, port) = house.s_server(version);
        expect_refused(&house.connect(&format!("localhost:{port}"), "root.pem"), "issuer-known");
    }
}

#[test]
fn openssls_server_is_refused_for_an_expired_certificate() {
    let Some(house) = House::build(ECDSA, EXPIRED) else { return };
    let (_server, port) = house.s_server("-cert_chain intermediate.pem");
    expect_refused(&house.connect(&format!("localhost:{port}"), "root.pem"), "not-after");
}

#[test]
fn openssls_server_with_nothing_in_common_is_told_as_such() {
    let Some(house) = House::build(RSA, VALID) else { return };
    for (options, expected) in [
        ("-tls1_2 -cipher AES128-SHA", "no common cipher suite"),
        ("-tls1_1 -cipher ALL:@SECLEVEL=0", "no common version"),
    ] {
        let (_server, port) = house.s_server(options);
        let target = format!("localhost:{port}");
        let outcome =
            run(&mut house.home.chancery(["connect", &target, "--roots", "root.pem"])).expect_code(2);
        assert!(outcome.err.contains(expected) && outcome.err.contains("hint:"), "{}", outcome.err);
    }
}
