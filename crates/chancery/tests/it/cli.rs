// SPDX-License-Identifier: MIT OR Apache-2.0
//! The verbs as they are typed, and every line that they answer with: `tests/cli/*.trycmd`.
//!
//! Each file runs in a copy of its `.in` folder, command after command. `TRYCMD=overwrite` writes down what
//! was answered instead.

#[test]
fn every_verb_answers_as_written_down() {
    trycmd::TestCases::new()
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", "/nonexistent")
        .env("CHANCERY_DATA_DIR", "data")
        .case("tests/cli/*.trycmd");
}
