// SPDX-License-Identifier: MIT OR Apache-2.0
//! The rules of style that a look at the text can check.

use super::Refusal;
use super::house::{File, House};
use crate::test::stage;

const LICENSE_LINE: &str = "// SPDX-License-Identifier: MIT OR Apache-2.0";
const MOST_LINES: usize = 600;

/// Names that say nothing of what a file holds.
const EMPTY_NAMES: [&str; 9] =
    ["util", "utils", "helper", "helpers", "common", "manager", "service", "prelude", "misc"];

/// Every source names its licence in its first line.
pub(super) fn license_line(house: &House) -> Vec<Refusal> {
    let is_without = |file: &&File| file.text.lines().next() != Some(LICENSE_LINE);
    let refusal = |file: &File| Refusal {
        file: file.path.clone(),
        line: Some(1),
        what: "the first line does not name the licence".to_owned(),
        rule: "every source carries its licence",
        mend: format!("start it with `{LICENSE_LINE}`"),
    };
    house.sources().filter(is_without).map(refusal).collect()
}

/// No file over 600 lines, unit tests aside. Tables and tests may be longer.
pub(super) fn short(house: &House) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for file in house.sources().filter(|file| !is_exempt(&file.path)) {
        let length = file.lines_before_tests().count();
        if length > MOST_LINES {
            refusals.push(Refusal {
                file: file.path.clone(),
                line: Some(MOST_LINES + 1),
                what: format!("{length} lines before the tests"),
                rule: "a file holds one idea, in at most 600 lines",
                mend: "split it by idea, each part beside it in a folder of its name".to_owned(),
            });
        }
    }
    refusals
}

fn is_exempt(path: &str) -> bool {
    path.contains("/tests/")
        || ["table.rs", "tables.rs", "oid.rs", "oids.rs"].iter().any(|end| path.ends_with(end))
}

/// `foo.rs` beside `foo/`.
pub(super) fn no_mod_rs(house: &House) -> Vec<Refusal> {
    let is_mod = |file: &&File| file.path.ends_with("/mod.rs");
    let refusal = |file: &File| Refusal {
        file: file.path.clone(),
        line: None,
        what: "a module is hidden in mod.rs".to_owned(),
        rule: "a module lies beside the folder of its parts",
        mend: "move it up, under its folder's name".to_owned(),
    };
    house.sources().filter(is_mod).map(refusal).collect()
}

/// Files and functions are named for what they are.
pub(super) fn names(house: &House) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut refuse = |file: &File, line, what| {
        refusals.push(Refusal {
            file: file.path.clone(),
            line,
            what,
            rule: "a name says what a thing is, in the field's own words",
            mend: "name it for what it holds or gives".to_owned(),
        });
    };
    for file in house.sources() {
        let name = file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs"));
        if name.is_some_and(|name| EMPTY_NAMES.contains(&name)) {
            refuse(file, None, "the file's name says nothing".to_owned());
        }
        for (at, line) in file.lines().filter(|(_, line)| is_getter(line)) {
            refuse(file, Some(at), format!("a getter is named get: `{}`", line.trim()));
        }
    }
    refusals
}

fn is_getter(line: &str) -> bool {
    let line = line.trim_start();
    let words = ["pub ", "pub(crate) ", "pub(super) ", "async ", "const "];
    let bare = words.iter().fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
    bare.starts_with("fn get_")
}

/// No unfinished work, and no test that is there but does not run.
pub(super) fn nothing_left(house: &House) -> Vec<Refusal> {
    // In two halves, since this file is checked too.
    let remarks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"]].map(|halves| halves.concat());
    let code = [["todo", "!("], ["unimplemented", "!("], ["#[ig", "nore"]].map(|halves| halves.concat());
    let mut refusals = Vec::new();
    for file in house.sources() {
        for (at, line) in file.lines() {
            let comment = line.split_once("//").map_or("", |(_, comment)| comment);
            let mut marks = remarks
                .iter()
                .filter(|mark| has_word(comment, mark))
                .chain(code.iter().filter(|it| has_word(line, it)));
            if let Some(mark) = marks.next() {
                refusals.push(Refusal {
                    file: file.path.clone(),
                    line: Some(at),
                    what: format!("`{mark}`"),
                    rule: "what is on main is finished, and every test runs",
                    mend: "do it now, or leave it out".to_owned(),
                });
            }
        }
    }
    refusals
}

/// Whether the line holds the mark, not as a part of a longer word.
fn has_word(line: &str, mark: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    line.match_indices(mark).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + mark.len()..).and_then(|text| text.chars().next());
        let ends_in_letter = mark.ends_with(|c: char| c.is_ascii_alphanumeric());
        !(is_part(before) || ends_in_letter && is_part(after))
    })
}

/// A crate's `lib.rs` names its parts and holds none of the work.
pub(super) fn roots(house: &House) -> Vec<Refusal> {
    let starts = ["fn ", "pub fn ", "pub(crate) fn ", "async fn ", "pub async fn ", "impl ", "impl<"];
    let mut refusals = Vec::new();
    for file in house.sources().filter(|file| file.path.ends_with("/src/lib.rs")) {
        let work =
            file.lines_before_tests().find(|(_, line)| starts.iter().any(|start| line.starts_with(start)));
        refusals.extend(work.map(|(at, line)| Refusal {
            file: file.path.clone(),
            line: Some(at),
            what: format!("`{line}` is work, in a table of contents"),
            rule: "a crate's lib.rs is its table of contents",
            mend: "move it to a module named for it".to_owned(),
        }));
    }
    refusals
}

/// Linking is what a test run waits for: one integration binary a crate, `tests/it/main.rs`.
pub(super) fn one_test_binary(house: &House) -> Vec<Refusal> {
    let is_other_binary = |file: &&File| {
        let under = file.path.split_once("/tests/").map(|(_, rest)| rest);
        under.is_some_and(|rest| !rest.contains('/') || (rest.ends_with("/main.rs") && rest != "it/main.rs"))
    };
    let refusal = |file: &File| Refusal {
        file: file.path.clone(),
        line: None,
        what: "an integration test binary of its own".to_owned(),
        rule: "a crate's integration tests are modules of tests/it/main.rs",
        mend: "move it to tests/it and name it in main.rs".to_owned(),
    };
    house.sources().filter(is_other_binary).map(refusal).collect()
}

/// The general test stage leaves out the modules that have stages of their own; a module of that name elsewhere
/// would never run.
pub(super) fn stage_modules(house: &House) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for file in house.sources().filter(|file| file.path != "crates/chancery/tests/it/main.rs") {
        for name in stage::module_names() {
            let declares = |line: &str| {
                let line = line.trim_start();
                let bare = line.rsplit("pub ").next().unwrap_or(line);
                [format!("mod {name};"), format!("mod {name} {{")].iter().any(|it| bare.starts_with(it))
            };
            let found = file.lines().find(|(_, line)| declares(line));
            refusals.extend(found.map(|(at, _)| Refusal {
                file: file.path.clone(),
                line: Some(at),
                what: format!("a module `{name}` outside crates/chancery/tests/it/main.rs"),
                rule: "a stage's name is its module's alone, or the module's tests would never run",
                mend: "give the module another name".to_owned(),
            }));
        }
    }
    refusals
}

#[cfg(test)]
mod tests {
    use super::super::house::sample;
    use super::*;

    /// The places that the check refuses, as `path:line`.
    fn places(check: fn(&House) -> Vec<Refusal>, files: &[(&str, &str)]) -> Vec<String> {
        let place = |it: &Refusal| format!("{}:{}", it.file, it.line.unwrap_or(0));
        check(&sample::files(files)).iter().map(place).collect()
    }

    #[test]
    fn a_source_without_its_license_is_refused() {
        let good = format!("{LICENSE_LINE}\n//! Good.\n");
        let found = places(license_line, &[("a.rs", &good), ("b.rs", "//! Bare.\n"), ("c.toml", "")]);
        assert_eq!(found, ["b.rs:1"]);
    }

    #[test]
    fn length_counts_up_to_the_tests() {
        let long = "x\n".repeat(601);
        let tested = format!("{}#[cfg(test)]\n{long}", "x\n".repeat(600));
        let files = [
            ("crates/a/src/b.rs", long.as_str()),
            ("crates/a/src/c.rs", &tested),
            ("crates/a/tests/it/d.rs", &long),
        ];
        assert_eq!(places(short, &files), ["crates/a/src/b.rs:601"]);
    }

    #[test]
    fn hidden_and_empty_names_are_refused() {
        assert_eq!(places(no_mod_rs, &[("src/a/mod.rs", ""), ("src/model.rs", "")]), ["src/a/mod.rs:0"]);
        let files = [
            ("src/utils.rs", ""),
            (
                "src/name.rs",
                "    pub(crate) const fn get_name() {}\nfn getter() {}\nlet x = map.get_mut(1);\n",
            ),
        ];
        assert_eq!(places(names, &files), ["src/utils.rs:0", "src/name.rs:1"]);
    }

    #[test]
    fn unfinished_work_is_refused() {
        let bad = ["// TO", "DO: later\n    todo", "!()\n#[ig", "nore]\n#[ig", "nore = \"slow\"]\n"].concat();
        let good = ["let a = \"TO", "DO\"; let TO", "DOS = 1; // a MASTO", "DON, XX", "XL\n"].concat();
        assert_eq!(
            places(nothing_left, &[("bad.rs", &bad)]),
            ["bad.rs:1", "bad.rs:2", "bad.rs:3", "bad.rs:4"]
        );
        assert_eq!(places(nothing_left, &[("good.rs", &good)]), [""; 0]);
    }

    #[test]
    fn work_in_a_library_root_is_refused() {
        let files = [
            ("crates/a/src/lib.rs", "pub mod b;\npub use b::C;\nimpl C {}\n"),
            ("crates/b/src/lib.rs", "pub mod b;\n#[cfg(test)]\nfn sample() {}\n"),
            ("crates/c/src/main.rs", "fn main() {}\n"),
        ];
        assert_eq!(places(roots, &files), ["crates/a/src/lib.rs:3"]);
    }

    #[test]
    fn a_second_test_binary_is_refused() {
        let files = [
            ("crates/a/tests/it/main.rs", ""),
            ("crates/a/tests/it/b.rs", ""),
            ("crates/a/tests/c.rs", ""),
            ("crates/a/tests/d/main.rs", ""),
        ];
        assert_eq!(places(one_test_binary, &files), ["crates/a/tests/c.rs:0", "crates/a/tests/d/main.rs:0"]);
    }

    #[test]
    fn a_module_that_no_stage_would_run_is_refused() {
        let files = [
            ("crates/chancery/tests/it/main.rs", "mod cli;\n"),
            ("crates/keys/tests/it/main.rs", &["mod client;\nmod inter", "op;\n"].concat()),
            ("crates/keys/src/lib.rs", &["pub mod cra", "sh {\n"].concat()),
        ];
        let found = places(stage_modules, &files);
        assert_eq!(found, ["crates/keys/tests/it/main.rs:2", "crates/keys/src/lib.rs:1"]);
    }
}
