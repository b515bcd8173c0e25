// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the documents show is there, and no text tells of the machine it was written on.

use super::Refusal;
use super::house::{File, House};

/// The commands that README shows whoever has just cloned the repository; `DIR` is one word of any kind.
const COMMANDS: [&str; 2] = ["cargo run --release -- up DIR", "cargo xtask test"];

/// The documents whose paths are checked.
const MAPS: [&str; 2] = ["ARCHITECTURE.md", "CONTRIBUTING.md"];

const TOP_FOLDERS: [&str; 8] =
    ["crates/", "xtask/", "bench/", "conformance/", "fuzz/", "docs/", ".ci/", ".cargo/"];

/// Every path that ARCHITECTURE.md and CONTRIBUTING.md name exists.
pub(super) fn paths_exist(house: &House) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for file in house.files.iter().filter(|file| MAPS.contains(&file.path.as_str())) {
        for (at, path) in named_paths(file) {
            if !house.has(path) && !house.has(&format!("crates/{path}")) {
                refusals.push(Refusal {
                    file: file.path.clone(),
                    line: Some(at),
                    what: format!("`{path}` is not there"),
                    rule: "every path that a document names exists",
                    mend: "name it as it is called now".to_owned(),
                });
            }
        }
    }
    refusals
}

/// What stands between backticks, or as a link's target, and looks like a path of the repository.
fn named_paths(file: &File) -> impl Iterator<Item = (usize, &str)> {
    file.lines().flat_map(|(at, line)| {
        let quoted = line.split('`').skip(1).step_by(2);
        let linked = line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
        // `path.rs::function` and `path.rs:12` name a place in the file.
        let files = quoted.chain(linked).map(|text| text.split(['#', ':']).next().unwrap_or(text));
        files.filter(|text| looks_like_path(text)).map(move |text| (at, text)).collect::<Vec<_>>()
    })
}

fn looks_like_path(text: &str) -> bool {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_'));
    let has_ending = [".rs", ".md", ".toml", ".json", ".sql"].iter().any(|ending| text.ends_with(ending));
    let is_ours = TOP_FOLDERS.iter().any(|folder| text.starts_with(folder));
    // One that starts elsewhere is of the machine or of the user: `/etc/hosts`, `../shared/vectors`.
    let is_inside = !text.starts_with(['/', '.']) && text.contains('/');
    is_plain && (is_ours || (has_ending && is_inside))
}

/// README shows the two commands, each once, and no other call of cargo.
pub(super) fn two_commands(house: &House) -> Vec<Refusal> {
    let Some(readme) = house.files.iter().find(|file| file.path == "README.md") else {
        return vec![readme_refusal(None, "README.md is missing".to_owned())];
    };
    let mut missing = COMMANDS.to_vec();
    let mut refusals = Vec::new();
    for (at, command) in fenced(readme).filter(|(_, line)| line.starts_with("cargo ")) {
        let found = missing.iter().position(|wanted| is_command(wanted, command));
        match found {
            Some(index) => drop(missing.remove(index)),
            None => refusals
                .push(readme_refusal(Some(at), format!("`{command}` is not one of the two, or repeats one"))),
        }
    }
    refusals.extend(missing.iter().map(|wanted| readme_refusal(None, format!("`{wanted}` is not shown"))));
    refusals
}

fn readme_refusal(line: Option<usize>, what: String) -> Refusal {
    Refusal {
        file: "README.md".to_owned(),
        line,
        what,
        rule: "README shows two commands of cargo: to run it and to test it",
        mend: format!("show `{}` and `{}` in code blocks, once each", COMMANDS[0], COMMANDS[1]),
    }
}

/// The lines of code blocks, without their prompt.
fn fenced(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let mut is_inside = false;
    file.lines().filter_map(move |(at, line)| {
        if line.trim_start().starts_with("```") {
            is_inside = !is_inside;
            return None;
        }
        let command = line.trim().strip_prefix("$ ").unwrap_or(line.trim());
        is_inside.then_some((at, command))
    })
}

fn is_command(wanted: &str, found: &str) -> bool {
    match wanted.strip_suffix("DIR") {
        Some(start) => found.strip_prefix(start).is_some_and(|word| !word.is_empty() && !word.contains(' ')),
        None => wanted == found,
    }
}

/// No path that exists on one machine only.
pub(super) fn machine_paths(house: &House) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (file, at, line) in lines_of_ours(house) {
        for folder in ["work", "farm", "root"] {
            if let Some(path) = path_under(line, folder) {
                refusals.push(Refusal {
                    file: file.path.clone(),
                    line: Some(at),
                    what: format!("`{path}` is a path of one machine"),
                    rule: "the repository runs from any folder of any machine",
                    mend: "name it from the repository's root, or from a folder made for it".to_owned(),
                });
            }
        }
    }
    refusals
}

/// A path that starts with `/folder/`, as against one that goes through a folder of that name.
fn path_under<'a>(line: &'a str, folder: &str) -> Option<&'a str> {
    let start = format!("/{folder}/");
    let found = line.match_indices(&start).find(|(at, _)| {
        let before = line.get(..*at).and_then(|text| text.chars().next_back());
        let after = line.get(at + start.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '}' | '~'))
            && after.is_some_and(|c| c.is_ascii_lowercase() || c == '.')
    });
    let rest = found.and_then(|(at, _)| line.get(at..))?;
    rest.split(|c: char| c.is_whitespace() || matches!(c, '"' | '`' | '\'' | ')' | ',')).next()
}

/// No host that packages are fetched from: where they come from is each machine's business.
pub(super) fn registry_hosts(house: &House) -> Vec<Refusal> {
    // In two halves, since this file is checked too.
    let hosts = [
        ["crates", ".io"],
        ["npmjs", ".org"],
        ["npmjs", ".com"],
        ["pypi", ".org"],
        ["pythonhosted", ".org"],
        ["deb.debian", ".org"],
        ["proxy.golang", ".org"],
        ["repo.maven", ".apache"],
    ];
    let hosts = hosts.map(|halves| halves.concat());
    let mut refusals = Vec::new();
    for (file, at, line) in lines_of_ours(house) {
        if let Some(host) = hosts.iter().find(|host| line.contains(host.as_str())) {
            refusals.push(Refusal {
                file: file.path.clone(),
                line: Some(at),
                what: format!("{host} is named"),
                rule: "no registry's host is named: each machine has its own way to packages",
                mend: "say what is installed, not from where".to_owned(),
            });
        }
    }
    refusals
}

/// All lines but those that cargo writes.
fn lines_of_ours(house: &House) -> impl Iterator<Item = (&File, usize, &str)> {
    let ours = house.files.iter().filter(|file| file.path != "Cargo.lock");
    ours.flat_map(|file| file.lines().map(move |(at, line)| (file, at, line)))
}

#[cfg(test)]
mod tests {
    use super::super::house::sample;
    use super::*;

    fn places(refusals: &[Refusal]) -> Vec<String> {
        refusals.iter().map(|it| format!("{}:{}", it.file, it.line.unwrap_or(0))).collect()
    }

    #[test]
    fn a_path_that_is_gone_is_refused() {
        let map = "`crates/a/src/b.rs` and `a/src/b.rs::f`, [here](docs/x.md#part)\n\
                   `crates/a/src/gone.rs`\n`a/src/gone.rs:12` and `x509::ext`, `GET /x.md HTTP/1.1`\n\
                   [there](docs/gone.md) `.ci/gone` `authority::issue` `/etc/x/y.toml`\n`crates/a/src/` `.ci/run`\n";
        let house = sample::files(&[
            ("ARCHITECTURE.md", map),
            ("crates/a/src/b.rs", ""),
            ("docs/x.md", ""),
            (".ci/run", ""),
            ("README.md", "`crates/gone/`"),
        ]);
        let found = paths_exist(&house);
        let whats: Vec<_> = found.iter().map(|it| it.what.split('`').nth(1).unwrap_or_default()).collect();
        assert_eq!(whats, ["crates/a/src/gone.rs", "a/src/gone.rs", ".ci/gone", "docs/gone.md"]);
    }

    #[test]
    fn the_readme_shows_the_two_commands_and_no_third() {
        let check = |text: &str| places(&two_commands(&sample::files(&[("README.md", text)])));
        let both = "```sh\ncargo run --release -- up ~/Public\ncargo xtask test\n```\n";
        assert_eq!(check(both), [""; 0]);
        assert_eq!(check("```\n$ cargo xtask test\n```\n`cargo run --release -- up DIR`\n"), ["README.md:0"]);
        let three = format!("{both}```\ncargo install chancery\n```\n");
        assert_eq!(check(&three), ["README.md:6"]);
        assert_eq!(places(&two_commands(&sample::files(&[]))), ["README.md:0"]);
    }

    #[test]
    fn a_path_of_one_machine_is_refused() {
        let bad = ["/ro", "ot/x\n\"/wo", "rk/main\"\n"].concat();
        let good =
            ["example.test/ro", "ot/x\n~/wo", "rk/x\n/ro", "ot/USER\nhttps://a.test/ro", "ot/x\n"].concat();
        let house = sample::files(&[("bad.md", &bad), ("good.md", &good), ("Cargo.lock", &bad)]);
        assert_eq!(places(&machine_paths(&house)), ["bad.md:1", "bad.md:2"]);
    }

    #[test]
    fn a_registry_host_is_refused_outside_the_lock_file() {
        let text = ["see https://crates", ".io/x\n"].concat();
        let house = sample::files(&[("docs/a.md", &text), ("Cargo.lock", &text)]);
        assert_eq!(places(&registry_hosts(&house)), ["docs/a.md:1"]);
    }
}
