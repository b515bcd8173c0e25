// SPDX-License-Identifier: MIT OR Apache-2.0
//! The verbs as they are typed, and every line that they answer with: `tests/cli/*.trycmd`.
//!
//! Each file runs in a copy of its `.in` folder, command after command. `TRYCMD=overwrite` writes down what
//! was answered instead.

use std::path::Path;
use std::process::Command;

use crate::support::peer::peer;
use crate::support::run;

#[test]
fn every_verb_answers_as_written_down() {
    trycmd::TestCases::new()
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", "/nonexistent")
        .env("CHANCERY_DATA_DIR", "data")
        .case("tests/cli/*.trycmd");
}

/// One whose commands need a token: its first block of shell commands makes it.
const WITH_A_TOKEN: &str = "docs/custody.md";

#[test]
fn every_command_about_tokens_answers_as_its_document_shows() {
    if peer("softhsm2-util").is_none() {
        return;
    }
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(WITH_A_TOKEN);
    let text = std::fs::read_to_string(&document).unwrap();
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let script = blocks.into_iter().find(|block| block.contains("softhsm2-util")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    // The token itself stays where it is: trycmd runs the commands in a copy.
    let home = folder.path().join("session.in");
    std::fs::create_dir_all(&home).unwrap();
    std::fs::create_dir_all(folder.path().join("session.out")).unwrap();
    std::fs::write(folder.path().join("session.out/pin"), "271828\n").unwrap();
    run(Command::new("sh").args(["-e", "-c", script]).current_dir(&home)).expect_code(0);
    let session = folder.path().join("session.md");
    std::fs::write(&session, text).unwrap();
    let cases = trycmd::TestCases::new();
    cases.env("LC_ALL", "C.UTF-8").env("HOME", "/nonexistent").env("CHANCERY_DATA_DIR", "data");
    cases.env("SOFTHSM2_CONF", home.join("softhsm2.conf").to_str().unwrap());
    cases.case(&session).run();
}

/// The documents whose `console` blocks are run, each as one session in an empty folder.
const DOCUMENTS: [&str; 2] = ["README.md", "docs/guide.md"];

#[test]
fn every_command_in_the_documents_answers_as_they_show() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for document in DOCUMENTS {
        let folder = tempfile::tempdir().unwrap();
        // Both folders make trycmd run the commands in a copy, not in the repository.
        for kept in ["session.in/kept", "session.out/kept"] {
            std::fs::create_dir_all(folder.path().join(kept).parent().unwrap()).unwrap();
            std::fs::write(folder.path().join(kept), "").unwrap();
        }
        let session = folder.path().join("session.md");
        std::fs::copy(repository.join(document), &session).unwrap();
        let cases = trycmd::TestCases::new();
        cases.env("LC_ALL", "C.UTF-8").env("HOME", "/nonexistent").env("CHANCERY_DATA_DIR", "data");
        cases.case(&session).run();
    }
}
