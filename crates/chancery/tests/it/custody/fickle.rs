// SPDX-License-Identifier: MIT OR Apache-2.0
//! A token that is taken out and put back, that signs wrongly, and that is about to lock: `fickle.c` is a module between
//! us and SoftHSM that has it so.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::office::{listed, request};
use crate::support::peer::peer;
use crate::support::run;
use crate::support::running::Running;
use crate::support::softhsm::{MODULE, SoftHsm};

/// SoftHSM behind the module.
struct Fickle {
    softhsm: SoftHsm,
    library: PathBuf,
}

impl Fickle {
    /// None, loudly, without SoftHSM or a C compiler.
    fn new() -> Option<Self> {
        let softhsm = SoftHsm::new()?;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/custody/fickle.c");
        let library = softhsm.home().path("fickle.so");
        let mut compiler = peer("cc")?;
        compiler
            .args(["-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(source)
            .arg("-ldl");
        run(&mut compiler).expect_code(0);
        let fickle = Self { softhsm, library };
        fickle.becomes("");
        Some(fickle)
    }

    fn uri(&self) -> String {
        format!("pkcs11:token=chancery?module-path={}", self.library.display())
    }

    /// Tells the token how to be from now on.
    fn becomes(&self, word: &str) {
        self.softhsm.home().write("next", format!("{word}\n"));
        std::fs::rename(self.softhsm.home().path("next"), self.softhsm.home().path("mood")).unwrap();
    }

    /// How often somebody has tried to log in.
    fn logins(&self) -> usize {
        let log = std::fs::read_to_string(self.softhsm.home().path("mood.log"));
        log.map_or(0, |log| log.lines().count())
    }

    fn chancery(&self, words: &[&str]) -> Command {
        let mut command = self.softhsm.chancery(words);
        command.env("FICKLE", self.softhsm.home().path("mood")).env("FICKLE_MODULE", MODULE);
        command
    }

    fn founded(&self) {
        run(&mut self.chancery(&["ca", "init", "--url", "none", "--pkcs11", &self.uri()])).expect_code(0);
    }

    fn sign(&self, code: i32) -> String {
        self.softhsm.home().write("request", request(&["db.internal"]));
        run(&mut self.chancery(&["sign", "request", "--out", "web.pem", "--force"])).expect_code(code).err
    }
}

/// A server that programs ask, and how they do.
struct Served<'a> {
    fickle: &'a Fickle,
    serve: Running,
    certificates: String,
    authorization: String,
}

impl<'a> Served<'a> {
    fn start(fickle: &'a Fickle) -> Self {
        let made =
            run(&mut fickle.chancery(&["ca", "token", "new", "--label", "a", "--scope", "issue", "--json"]));
        let token: Value = serde_json::from_str(&made.expect_code(0).out).unwrap();
        let mut command = fickle.chancery(&["ca", "serve", "--http", "127.0.0.1:0", "--api", "127.0.0.1:0"]);
        let mut serve = Running::start(&mut command);
        let url = serve.wait_for("where programs call", |line| {
            line.split_whitespace().find(|word| word.starts_with("https://localhost:")).map(str::to_owned)
        });
        serve.wait_for("the last line", |line| line.ends_with("Ctrl-C").then_some(()));
        let authorization = format!("Authorization: Bearer {}", token["token"].as_str().unwrap());
        Self { fickle, serve, certificates: format!("{url}certificates"), authorization }
    }

    /// What the API says to a request; none without curl.
    fn ask(&self) -> Option<Value> {
        let home = self.fickle.softhsm.home();
        home.write("asked.csr", request(&["db.internal"]));
        let mut curl = peer("curl")?;
        curl.current_dir(home.path("")).args(["-sS", "--cacert", "data/root.pem", "-H", &self.authorization]);
        curl.args([
            "-H",
            "Content-Type: application/x-pem-file",
            "--data-binary",
            "@asked.csr",
            &self.certificates,
        ]);
        Some(serde_json::from_str(&run(&mut curl).expect_code(0).out).unwrap())
    }
}

#[test]
fn a_token_that_was_taken_out_and_put_back_signs_on_in_a_server_that_runs() {
    let Some(fickle) = Fickle::new() else { return };
    fickle.founded();
    let mut served = Served::start(&fickle);
    let logins = fickle.logins();
    let Some(issued) = served.ask() else { return };
    assert!(issued["issued"]["serial"].is_string(), "{issued}");
    fickle.becomes("gone");
    for _ in 0..2 {
        let refused = served.ask().unwrap();
        assert_eq!(
            (&refused["type"], &refused["status"]),
            (&"urn:chancery:problem:signer".into(), &503.into())
        );
    }
    served.serve.wait_for("why in the log", |line| line.contains("the token chancery is gone").then_some(()));
    fickle.becomes("");
    let issued = served.ask().unwrap();
    assert!(issued["issued"]["serial"].is_string(), "{issued}");
    assert_eq!(fickle.logins(), logins + 1, "once more, and with the PIN of the start");
    let rows = listed(fickle.softhsm.home());
    let named = |row: &&Value| row["names"][0] == "db.internal";
    assert_eq!(rows.iter().filter(named).count(), 2, "what was refused is not in the record");
}

#[test]
fn what_a_faulty_token_signs_reaches_nobody() {
    let Some(fickle) = Fickle::new() else { return };
    fickle.becomes("faulty");
    let refused = run(&mut fickle.chancery(&["ca", "init", "--pkcs11", &fickle.uri()])).expect_code(2);
    assert!(refused.err.contains("made a signature that does not verify"), "{}", refused.err);
    if let Some(objects) = fickle.softhsm.tool(&["--list-objects"]) {
        assert_eq!(objects.expect_code(0).out, "", "nor is anything left on it");
    }
    fickle.becomes("");
    fickle.founded();
    fickle.becomes("faulty");
    let refused = fickle.sign(2);
    assert!(refused.contains("hint: chancery ca hsm check"), "{refused}");
    let checked = run(&mut fickle.chancery(&["ca", "hsm", "check"])).expect_code(1).out;
    assert_eq!(checked.matches("✗ signature").count(), 2, "{checked}");
    run(&mut fickle.chancery(&["ca", "crl", "--out", "crl.pem"])).expect_code(2);
    assert!(listed(fickle.softhsm.home()).is_empty());
    run(&mut fickle.chancery(&["ca", "audit"])).expect_code(0);
}

#[test]
fn the_last_try_before_a_token_locks_is_not_spent_on_a_pin_from_a_file() {
    let Some(fickle) = Fickle::new() else { return };
    fickle.founded();
    let logins = fickle.logins();
    for (mood, words) in [
        (
            "final",
            "error: one try is left before the token chancery locks, and it is not spent on a PIN that was kept",
        ),
        ("locked", "error: the PIN of the token chancery is locked"),
    ] {
        fickle.becomes(mood);
        let refused = fickle.sign(2);
        assert!(refused.starts_with(words) && refused.contains("hint: "), "{refused}");
    }
    assert_eq!(fickle.logins(), logins);
    fickle.becomes("");
    fickle.sign(0);
    assert_eq!(fickle.logins(), logins + 1);
}

#[test]
fn whoever_looks_at_an_authority_loads_no_library_that_its_record_names() {
    let Some(fickle) = Fickle::new() else { return };
    fickle.founded();
    fickle.sign(0);
    for words in
        [&["ca", "show"][..], &["ca", "issuer", "list"], &["cert", "list"], &["ca", "audit"], &["ca", "url"]]
    {
        // Without the module behind it, this one ends whatever process has loaded it.
        run(&mut fickle.softhsm.without_pin(words)).expect_code(0);
    }
    assert_eq!(run(&mut fickle.softhsm.chancery(["ca", "crl"])).code, None, "or so one should think");
}

#[test]
fn points_without_their_wrapping_are_read() {
    let Some(fickle) = Fickle::new() else { return };
    fickle.becomes("bare");
    fickle.founded();
    fickle.sign(0);
    fickle.becomes("");
    fickle.sign(0);
}
