// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ca import`: the authorities of openssl ca, easy-rsa, mkcert and step-ca, made by the programs themselves where there
//! are packages of them.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::home::Home;
use crate::support::office::{listed, request, sign};
use crate::support::peer::peer;
use crate::support::{Outcome, run};

fn said(home: &Home, arguments: &[&str], code: i32) -> Outcome {
    run(&mut home.chancery(arguments)).expect_code(code)
}

fn json(home: &Home, arguments: &[&str]) -> Value {
    serde_json::from_str(&said(home, &[arguments, &["--json"]].concat(), 0).out).unwrap()
}

/// What OpenSSL's own `ca` needs, and a certificate each that is good, revoked and on hold; the authority's own certificate
/// is as the guides that are followed most have it.
const OPENSSL_CA: &str = r#"
mkdir -p old/newcerts old/private old/certs
printf '[ca]\ndefault_ca=d\n[d]\ndir=old\ndatabase=old/index.txt\nnew_certs_dir=old/newcerts\nserial=old/serial\n
crlnumber=old/crlnumber\ncertificate=old/certs/ca.cert.pem\nprivate_key=old/private/ca.key.pem\ndefault_md=sha256\n
policy=p\ndefault_days=300\ndefault_crl_days=30\nunique_subject=no\nx509_extensions=leaf\n[p]\ncommonName=supplied\n
[leaf]\nbasicConstraints=CA:FALSE\nsubjectAltName=DNS:a.internal\n' > ca.cnf
: > old/index.txt; echo 1000 > old/serial; echo 77777777 > old/crlnumber
"$O" genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -aes256 -pass pass:secret -out old/private/ca.key.pem
"$O" req -x509 -new -key old/private/ca.key.pem -passin pass:secret -subj /CN=Old -days 3000 -out old/certs/ca.cert.pem \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
for name in good bad held; do
  "$O" req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $name.key -subj /CN=$name.internal -out $name.csr
  "$O" ca -batch -config ca.cnf -passin pass:secret -in $name.csr -out $name.pem -notext
done
"$O" ca -config ca.cnf -passin pass:secret -revoke bad.pem -crl_compromise 20260101000000Z
"$O" ca -config ca.cnf -passin pass:secret -revoke held.pem -crl_hold holdInstructionReject
"$O" ca -config ca.cnf -passin pass:secret -gencrl -out old/crl.pem
"#;

fn secret(home: &Home, name: &str, passphrase: &str) {
    let path = home.write(name, format!("{passphrase}\n"));
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

#[test]
fn the_folder_of_openssl_ca_is_taken_over_with_what_was_revoked_and_why() {
    let home = Home::empty();
    let Some(()) = home.openssl_script(OPENSSL_CA) else { return };
    secret(&home, "secret", "secret");
    secret(&home, "wrong", "wrong");
    said(&home, &["ca", "import", "old", "--passphrase-file", "wrong"], 2);
    assert!(!home.data_dir().join("authority.db").exists(), "nothing is left behind");
    let taken = json(
        &home,
        &["ca", "import", "old", "--passphrase-file", "secret", "--url", "http://ca.internal:8480"],
    );
    assert_eq!(taken["kind"], "openssl");
    assert_eq!((taken["certificates"].as_u64(), taken["revocations"].as_u64()), (Some(3), Some(2)));
    assert_eq!(taken["issuers"][0]["keys_encrypted"], true);
    let statuses: Vec<Value> = listed(&home).iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, ["valid", "revoked", "on-hold"]);
    let shown = json(&home, &["cert", "show", "1001"]);
    assert!(
        shown.to_string().contains("keyCompromise") && shown.to_string().contains("2026-01-01"),
        "{shown}"
    );

    // The next CRL has a larger number than the last one there: 0x77777777 is 2004318071, later than today.
    let crls = json(&home, &["ca", "crl", "--passphrase-file", "secret", "--out", "crl.pem"]);
    assert_eq!(crls["crls"][0]["number"], 2_004_318_072);
    home.openssl_script(
        "\"$O\" verify -crl_check -CAfile data/root.pem -CRLfile crl.pem good.pem
         ! \"$O\" verify -crl_check -CAfile data/root.pem -CRLfile crl.pem bad.pem
         ! \"$O\" verify -crl_check -CAfile data/root.pem -CRLfile crl.pem held.pem",
    );
    // Who issues has to be said: a root that leaves room for an intermediate, and has none.
    let csr = request(&["db.internal"]);
    let refused = sign(&home, &csr, &["--passphrase-file", "secret", "--out", "new.pem"]).expect_code(1);
    assert!(refused.err.contains("chancery ca issuer new --below"), "{}", refused.err);
    said(&home, &["ca", "issuer", "new", "--passphrase-file", "secret"], 0);
    sign(&home, &csr, &["--passphrase-file", "secret", "--out", "new.pem"]).expect_code(0);
    home.openssl_script("\"$O\" verify -CAfile data/root.pem -untrusted new.pem new.pem");
    said(&home, &["ca", "audit"], 0);

    // What was done there since is taken over when it is done again, and nothing twice.
    home.openssl_script(
        "\"$O\" req -new -key good.key -subj /CN=later.internal -out later.csr
         \"$O\" ca -batch -config ca.cnf -passin pass:secret -in later.csr -out later.pem -notext
         \"$O\" ca -config ca.cnf -passin pass:secret -revoke good.pem -crl_reason superseded",
    );
    let again = json(&home, &["ca", "import", "old", "--passphrase-file", "secret"]);
    let counts = ["certificates", "revocations", "known"].map(|field| again[field].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 3]);
    assert_eq!(listed(&home)[0]["status"], "revoked");
    said(&home, &["ca", "audit"], 0);
}

#[test]
fn a_folder_in_which_something_is_missing_or_wrong_is_refused_with_the_line() {
    let home = Home::empty();
    let Some(()) = home.openssl_script(OPENSSL_CA) else { return };
    secret(&home, "secret", "secret");
    let import = ["ca", "import", "old", "--passphrase-file", "secret"];
    fs::rename(home.path("old/newcerts/1001.pem"), home.path("1001.pem")).unwrap();
    let refused = said(&home, &import, 1);
    assert!(
        refused.err.contains("1 certificates are revoked by") && refused.err.contains("1001"),
        "{}",
        refused.err
    );
    let index = fs::read_to_string(home.path("old/index.txt")).unwrap();
    fs::write(home.path("old/index.txt"), index.replacen("keyTime", "nothing", 1)).unwrap();
    let refused = said(&home, &import, 2);
    assert!(refused.err.contains("line 2: ") && refused.err.contains("is no reason"), "{}", refused.err);
    fs::write(home.path("old/index.txt"), index).unwrap();
    // Certificates of somebody else's are told, and not taken over.
    home.openssl_script(
        "\"$O\" req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout other.key -subj /CN=other \
         -out old/newcerts/other.pem",
    );
    let taken = json(&home, &[&import[..], &["--leave-out-missing"]].concat());
    assert_eq!((taken["certificates"].as_u64(), &taken["missing"]), (Some(2), &serde_json::json!(["1001"])));
    assert!(taken["strangers"][0].as_str().unwrap().starts_with("CN=other"), "{taken}");
    // A key of another certificate, a folder of nobody's, no folder at all.
    let elsewhere =
        ["ca", "import", "old", "--data-dir", "second", "--leave-out-missing", "--key", "good.key"];
    let refused = said(&home, &elsewhere, 1);
    assert!(refused.err.contains("the key does not belong to the certificate"), "{}", refused.err);
    assert!(!home.path("second/authority.db").exists());
    assert!(fs::read_dir(home.path("second/keys")).unwrap().next().is_none(), "no key is left behind");
    assert!(said(&home, &["ca", "import", "data"], 2).err.contains("is no folder of"));
    assert!(said(&home, &["ca", "import", "nowhere"], 2).err.contains("cannot read nowhere"));
}

#[test]
fn a_crl_of_somebody_elses_says_nothing_and_one_of_its_own_says_who_is_revoked() {
    let home = Home::empty();
    let Some(()) = home.openssl_script(OPENSSL_CA) else { return };
    secret(&home, "secret", "secret");
    let import = ["ca", "import", "old", "--passphrase-file", "secret"];
    let index = fs::read_to_string(home.path("old/index.txt")).unwrap();
    // The same serial number twice, once good and once revoked.
    let line = index.lines().find(|line| line.starts_with('R')).unwrap();
    let fields: Vec<&str> = line.split('\t').collect();
    let good = ["V", fields[1], "", fields[3], fields[4], fields[5]].join("\t");
    fs::write(home.path("old/index.txt"), format!("{index}{good}\n")).unwrap();
    assert!(said(&home, &import, 1).err.contains("lists 1001 twice"));
    // An older copy of the index, in which nobody is revoked: the CRL knows better.
    let older: Vec<String> = index
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            ["V", fields[1], "", fields[3], fields[4], fields[5]].join("\t") + "\n"
        })
        .collect();
    fs::write(home.path("old/index.txt"), older.concat()).unwrap();
    // One of the same name, by another key, with the largest number there is.
    home.openssl_script(
        "cp old/crl.pem own.pem; mkdir other; : > other/index.txt; echo 7FFFFFFFFFFFFFFF > other/crlnumber
         \"$O\" req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout other/key.pem -subj /CN=Old \
         -out other/ca.pem -days 300
         sed 's#old/#other/#g; s#certs/ca.cert.pem#ca.pem#; s#private/ca.key.pem#key.pem#' ca.cnf > other.cnf
         \"$O\" ca -config other.cnf -gencrl -out old/crl.pem",
    );
    let refused = said(&home, &import, 1);
    assert!(refused.err.contains("was not signed with the key of"), "{}", refused.err);
    assert!(!home.data_dir().join("authority.db").exists());
    fs::rename(home.path("own.pem"), home.path("old/crl.pem")).unwrap();
    let taken = json(&home, &import);
    assert_eq!(taken["revocations"], 2);
    // Taken away, the key is not brought back by doing it again.
    said(&home, &["ca", "root", "offline", "--out", "safe.pem", "--passphrase-file", "secret"], 0);
    let refused = said(&home, &import, 1);
    assert!(refused.err.contains("was taken away"), "{}", refused.err);
    assert_eq!(fs::read_dir(home.data_dir().join("keys")).unwrap().count(), 0);
    said(&home, &["ca", "audit"], 0);
}

/// Runs a script in which `$P` is a peer.
fn script(home: &Home, name: &str, script: &str) -> Option<()> {
    let program = peer(name)?.get_program().to_owned();
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-e", "-c", script])
        .env("P", program)
        .env("CAROOT", home.path("caroot"))
        .current_dir(home.path(""));
    run(&mut shell).expect_code(0);
    Some(())
}

#[test]
fn the_pki_of_easy_rsa_is_taken_over() {
    let home = Home::empty();
    let made = script(
        &home,
        "/usr/share/easy-rsa/easyrsa",
        "mkdir er; cd er; export EASYRSA_BATCH=1 EASYRSA=/usr/share/easy-rsa EASYRSA_PKI=$PWD/pki
         $P init-pki; EASYRSA_REQ_CN=Old $P build-ca nopass
         $P build-server-full a.internal nopass; $P build-client-full bob nopass
         $P revoke bob superseded; $P gen-crl",
    );
    let Some(()) = made else { return };
    let taken = json(&home, &["ca", "import", "er"]);
    assert_eq!(taken["kind"], "easy-rsa");
    assert_eq!((taken["certificates"].as_u64(), taken["revocations"].as_u64()), (Some(2), Some(1)));
    // Its root is not what RFC 5280 asks for; clients accept it, and so is what is issued below it.
    said(&home, &["ca", "issuer", "new"], 0);
    sign(&home, request(&["db.internal"]), &["--out", "new.pem"]).expect_code(0);
    said(&home, &["ca", "crl", "--out", "crl.pem"], 0);
    home.openssl_script(
        "\"$O\" verify -crl_check_all -CAfile data/root.pem -CRLfile crl.pem -untrusted new.pem new.pem
         \"$O\" verify -crl_check -CAfile data/root.pem -CRLfile crl.pem er/pki/issued/a.internal.crt
         ! \"$O\" verify -crl_check -CAfile data/root.pem -CRLfile crl.pem er/pki/revoked/certs_by_serial/*.crt",
    );
    said(&home, &["ca", "audit"], 0);
}

#[test]
fn mkcerts_root_issues_by_itself_since_it_leaves_room_for_nobody() {
    let home = Home::empty();
    let Some(()) = script(&home, "mkcert", "mkdir caroot; \"$P\" a.internal") else { return };
    let taken = said(&home, &["ca", "import", "caroot"], 0);
    assert!(taken.err.contains("may sign no CRL") && taken.out.contains("any name"), "{}", taken.out);
    sign(&home, request(&["db.internal"]), &["--out", "new.pem"]).expect_code(0);
    home.openssl_script("\"$O\" verify -CAfile caroot/rootCA.pem new.pem");
    let shown =
        said(&home, &["verify", "new.pem", "--host", "db.internal", "--roots", "caroot/rootCA.pem"], 0);
    assert!(shown.out.contains("trusted"), "{}", shown.out);
    // No CRL is promised that could not be signed, and none is made.
    let pem = fs::read(home.path("new.pem")).unwrap();
    let der = &x509::pem::decode(&pem).unwrap()[0].der;
    let extensions = x509::Certificate::parse(der).unwrap();
    assert!(extensions.tbs().extensions().find(x509::oid::CRL_DISTRIBUTION_POINTS).is_none());
    let none = said(&home, &["ca", "crl", "--out", "crl.pem"], 1);
    assert!(none.err.contains("has no CRL") && !home.path("crl.pem").exists(), "{}", none.err);
    said(&home, &["ca", "audit"], 0);
}

/// The folder that `step ca init` makes, with or without the root's key.
const STEP_CA: &str = r#"
mkdir -p step/certs step/secrets
"$O" ecparam -name prime256v1 -genkey -noout | "$O" ec -aes256 -passout pass:secret -out step/secrets/root_ca_key
"$O" req -x509 -new -key step/secrets/root_ca_key -passin pass:secret -subj '/O=Step/CN=Step Root CA' -days 3650 \
  -out step/certs/root_ca.crt -addext basicConstraints=critical,CA:TRUE,pathlen:1 -addext keyUsage=critical,keyCertSign,cRLSign
"$O" ecparam -name prime256v1 -genkey -noout | "$O" ec -aes256 -passout pass:secret -out step/secrets/intermediate_ca_key
"$O" req -new -key step/secrets/intermediate_ca_key -passin pass:secret -subj '/O=Step/CN=Step Intermediate CA' -out i.csr
printf 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n
authorityKeyIdentifier=keyid\n' > i.cnf
"$O" x509 -req -in i.csr -CA step/certs/root_ca.crt -CAkey step/secrets/root_ca_key -passin pass:secret -days 3650 \
  -CAcreateserial -extfile i.cnf -out step/certs/intermediate_ca.crt
"#;

#[test]
fn the_pair_of_step_ca_is_taken_over_with_or_without_the_roots_key() {
    let home = Home::empty();
    let Some(()) = home.openssl_script(STEP_CA) else { return };
    secret(&home, "secret", "secret");
    let taken = json(&home, &["ca", "import", "step", "--passphrase-file", "secret"]);
    let present =
        |taken: &Value| [0, 1].map(|place| taken["issuers"][place]["key_present"].as_bool().unwrap());
    assert_eq!((taken["kind"].as_str(), present(&taken)), (Some("step-ca"), [true, true]));
    let sign_new = |data: &str, file: &str| {
        home.write("request", request(&["db.internal"]));
        let line = ["--data-dir", data, "sign", "request", "--passphrase-file", "secret", "--out", file];
        said(&home, &line, 0);
        home.openssl_script(&format!("\"$O\" verify -CAfile {data}/root.pem -untrusted {file} {file}"));
    };
    sign_new("data", "one.pem");
    // The root's key in a safe already: the intermediate issues.
    fs::remove_file(home.path("step/secrets/root_ca_key")).unwrap();
    let import = ["--data-dir", "second", "ca", "import", "step", "--passphrase-file", "secret"];
    let taken = json(&home, &import);
    assert_eq!(present(&taken), [false, true]);
    sign_new("second", "two.pem");
    // Neither: nobody could issue.
    fs::remove_file(home.path("step/secrets/intermediate_ca_key")).unwrap();
    let import = ["--data-dir", "third", "ca", "import", "step", "--passphrase-file", "secret"];
    assert!(said(&home, &import, 2).err.contains("is not in its usual place"));
    assert!(!Path::new(&home.path("third/authority.db")).exists());
    said(&home, &["ca", "audit"], 0);
}

#[test]
fn an_authority_is_taken_over_beside_the_one_that_is_here() {
    let home = crate::support::office::founded([]);
    let Some(()) = home.openssl_script(STEP_CA) else { return };
    secret(&home, "secret", "secret");
    said(&home, &["ca", "import", "step", "--passphrase-file", "secret"], 0);
    let roots = x509::pem::decode(&fs::read(home.data_dir().join("root.pem")).unwrap()).unwrap();
    assert_eq!(roots.len(), 2);
    let list = json(&home, &["ca", "issuer", "list"]);
    assert_eq!(list.as_array().unwrap().len(), 4);
    // It does not begin to issue unseen.
    assert_eq!((&list[1]["status"], &list[3]["status"]), (&"issuing".into(), &"in-use".into()));
    let id = list[1]["id"].as_str().unwrap().to_owned();
    said(&home, &["ca", "issuer", "retire", &id], 0);
    assert_eq!(json(&home, &["ca", "issuer", "list"])[3]["status"], "issuing");
    said(&home, &["ca", "audit"], 0);
}

#[test]
fn nobody_issues_below_an_intermediate_that_was_taken_over_and_revoked() {
    let home = Home::empty();
    let Some(()) = home.openssl_script(&STEP_CA.replace(",pathlen:0", "").replace(",pathlen:1", "")) else {
        return;
    };
    secret(&home, "secret", "secret");
    said(&home, &["ca", "import", "step", "--passphrase-file", "secret"], 0);
    let id = |place: usize| json(&home, &["ca", "issuer", "list"])[place]["id"].as_str().unwrap().to_owned();
    let taken = id(1);
    said(&home, &["ca", "issuer", "csr", "--out", "x.csr"], 0);
    let by =
        ["sign", "x.csr", "--profile", "intermediate", "--issuer", &taken, "--passphrase-file", "secret"];
    said(&home, &[&by[..], &["--out", "x.pem"]].concat(), 0);
    said(&home, &["ca", "issuer", "import", "x.pem", "--chain", "step/certs/root_ca.crt"], 0);
    let below = id(2);
    let issue = |file: &str| sign(&home, request(&["db.internal"]), &["--issuer", &below, "--out", file]);
    issue("before.pem").expect_code(0);

    said(&home, &["cert", "revoke", "step/certs/intermediate_ca.crt", "--reason", "superseded"], 0);
    let list = json(&home, &["ca", "issuer", "list"]);
    assert_eq!([&list[0]["status"], &list[1]["status"], &list[2]["status"]], ["in-use", "revoked", "below"]);
    let name = list[1]["subject"].as_str().unwrap();
    assert_eq!(list[2]["below"].as_str(), Some(name));
    let shown = said(&home, &["ca", "issuer", "show", &below], 0).out;
    assert!(shown.contains(&format!("below {name}, revoked since ")), "{shown}");
    let refused = issue("after.pem").expect_code(1).err;
    assert!(refused.contains(&format!("stands below {name}, which was revoked at ")), "{refused}");
    said(&home, &["ca", "audit"], 0);
}
