// SPDX-License-Identifier: MIT OR Apache-2.0
//! The verbs as they are typed, and every line that they answer with: `tests/cli/*.trycmd`.
//!
//! Each file runs in a copy of its `.in` folder, command after command. `TRYCMD=overwrite` writes down what
//! was answered instead.

use std::path::Path;

#[test]
fn every_verb_answers_as_written_down() {
    trycmd::TestCases::new()
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", "/nonexistent")
        .env("CHANCERY_DATA_DIR", "data")
        .case("tests/cli/*.trycmd");
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
