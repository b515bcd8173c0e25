// SPDX-License-Identifier: MIT OR Apache-2.0
//! docs/json.md knows every field of what the verbs print as JSON.

use serde_json::Value;

use crate::support::home::Home;
use crate::support::run;
use crate::support::running::Running;
use crate::support::softhsm::{SoftHsm, uri};

const GUIDE: &str = include_str!("../../../../docs/json.md");

fn require_documented(document: &Value, verb: &str) {
    match document {
        Value::Object(fields) => {
            for (field, value) in fields {
                assert!(
                    GUIDE.contains(&format!("`{field}`")),
                    "docs/json.md does not know {field} of {verb}"
                );
                require_documented(value, verb);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| require_documented(item, verb)),
        _ => {}
    }
}

#[test]
fn every_field_of_every_verb_is_documented() {
    let home = Home::empty();
    let ask = |words: &str, code: i32| {
        let outcome = run(&mut home.chancery(words.split(' ').chain(["--json"]))).expect_code(code);
        let document: Value = serde_json::from_str(&outcome.out).unwrap();
        require_documented(&document, words);
        document
    };
    ask("key new", 0);
    ask("csr new --key key.pem --name a.internal --out a.csr", 0);
    ask("csr show a.csr", 0);
    ask("ca show", 2);
    ask("ca init", 0);
    ask("ca show", 0);
    ask("ca url", 0);
    let token = ask("ca token new --label a --scope issue", 0);
    ask("ca token list", 0);
    ask(&format!("ca token revoke {}", token["id"].as_str().unwrap()), 0);
    ask("sign a.csr --dry-run", 0);
    let examples = "[[example]]\nas = \"cli\"\nnames = [\"a.internal\"]\nexpect = \"refuse\"\n";
    home.write("examples.toml", examples);
    home.write("data/chancery.toml", "[[allow]]\nid = \"a\"\nnames = [\".internal\"]\nmax_days = 47\n");
    ask("policy check", 0);
    ask("policy explain a.csr", 0);
    ask("policy test examples.toml", 1);
    let waits = "[[allow]]\nid = \"a\"\nnames = [\".internal\"]\napproval = \"required\"\n";
    home.write("data/chancery.toml", waits);
    ask("sign a.csr", 1);
    let id = ask("request list", 0)[0]["id"].as_str().unwrap().to_owned();
    let plan = || ask(&format!("request show {id}"), 0)["plan"].as_str().unwrap().to_owned();
    let before = plan();
    home.write("data/chancery.toml", waits.replace("\"a\"", "\"b\""));
    ask(&format!("request approve {id} --plan {before} --reason agreed"), 1);
    ask(&format!("request approve {id} --plan {} --reason agreed", plan()), 0);
    home.write("data/chancery.toml", "");
    ask("sign a.csr --out a.pem", 0);
    let list = ask("cert list", 0);
    ask("cert revoke --name a.internal --dry-run", 0);
    let serial = list[0]["serial"].as_str().unwrap();
    ask(&format!("cert show {serial}"), 0);
    ask(&format!("cert export {serial}"), 0);
    ask("cert new b.internal", 0);
    ask("cert self-sign --key key.pem --name a.internal --out self.pem", 0);
    ask("verify a.pem --host a.internal", 0);
    ask("verify a.pem --host b.internal", 1);
    ask("verify --list-rules", 0);
    ask("ca backup copy --with-keys", 0);
    ask("ca restore copy --force", 0);
    let older = std::fs::read(home.path("data/authority.db")).unwrap();
    ask("ca crl --out older.crl", 0);
    ask("sign a.csr --out lost.pem", 0);
    std::fs::write(home.path("data/authority.db"), older).unwrap();
    ask("ca audit --crl older.crl", 1);
    ask("ca accept-loss --crl older.crl", 0);
    ask("ca audit --against a.pem", 0);
    ask("ca audit --against lost.pem", 1);
    ask("ca url http://ca.internal:8480", 0);
    let issuer = ask("ca issuer new", 0);
    ask(&format!("ca issuer retire {}", issuer["id"].as_str().unwrap()), 0);
    ask("ca issuer list", 0);
    let id = ask("ca issuer list", 0)[0]["id"].as_str().unwrap().to_owned();
    ask(&format!("ca issuer show {id}"), 0);
    ask("ca issuer csr --out branch.csr", 0);
    let second = ask("ca root new --name Second", 0)["id"].as_str().unwrap().to_owned();
    let issuer = ask(&format!("ca issuer new --below {second}"), 0)["id"].as_str().unwrap().to_owned();
    ask(&format!("ca issuer cross-sign {issuer} --below {id} --out cross.pem"), 0);
    ask(&format!("ca issuer show {issuer}"), 0);
    let secret = home.write("secret", "correct horse\n");
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    ask(&format!("ca root offline {id} --out safe.pem --new-passphrase-file secret"), 0);
    ask("ca crl --out crl.pem", 0);
    ask("ca root online --passphrase-file secret --plain", 0);
    let caroot = home.path("caroot");
    std::fs::create_dir(&caroot).unwrap();
    // A root of ours does for one of mkcert's.
    let root = ask(&format!("ca issuer show {id}"), 0);
    std::fs::copy(root["key"].as_str().unwrap(), caroot.join("rootCA-key.pem")).unwrap();
    std::fs::write(caroot.join("rootCA.pem"), root["certificate_pem"].as_str().unwrap()).unwrap();
    ask("--data-dir taken ca import caroot", 0);
    ask("trust remove", 0);
}

#[test]
fn every_field_of_a_check_of_tokens_is_documented() {
    let Some(softhsm) = SoftHsm::new() else { return };
    for (label, code) in [("chancery", 0), ("another", 1)] {
        let words = ["ca", "hsm", "check", &uri(label), "--json"];
        let said = run(&mut softhsm.chancery(words)).expect_code(code);
        require_documented(&serde_json::from_str(&said.out).unwrap(), "ca hsm check");
    }
}

#[test]
fn every_field_of_the_servers_is_documented() {
    let home = Home::empty();
    std::fs::create_dir(home.path("site")).unwrap();
    for verb in [
        &["up", "site", "--listen", "0"][..],
        &["files", "site", "--listen", "0"],
        &["ca", "serve", "--http", "0", "--api", "0"],
    ] {
        let mut server = Running::start(home.chancery(verb).arg("--json"));
        server.wait_for("the end of the document", |line| (line == "}").then_some(()));
        server.signal("INT");
        let (_, lines) = server.finish();
        // What is logged stands on another stream.
        let begin = lines.iter().position(|line| line == "{").unwrap();
        let end = lines.iter().position(|line| line == "}").unwrap();
        require_documented(&serde_json::from_str(&lines[begin..=end].join("\n")).unwrap(), verb[0]);
    }
}
