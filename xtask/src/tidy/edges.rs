// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which room may know which: the edges drawn in ARCHITECTURE.md, and no other.

use super::Refusal;
use super::house::House;
use crate::metadata::{Kind, Package};

/// A member of the workspace and what it may name; the dev edges are for its `tests/it`.
struct Room {
    name: &'static str,
    knows: &'static [&'static str],
    in_tests: &'static [&'static str],
}

const ALL: [&str; 12] = [
    "x509",
    "keys",
    "verify",
    "authority",
    "status",
    "store",
    "trust",
    "tls",
    "http",
    "api",
    "files",
    "explain",
];

const ROOMS: [Room; 17] = [
    room("x509", &[], &[]),
    room("keys", &["x509"], &[]),
    room("verify", &["x509"], &["keys"]),
    room("authority", &["x509", "keys", "verify"], &["store"]),
    room("status", &["x509", "authority"], &["keys", "store", "verify"]),
    room("trust", &["x509", "keys", "verify"], &[]),
    room("tls", &["x509", "keys", "verify"], &[]),
    room("http", &["tls"], &[]),
    room("api", &["x509", "authority", "status", "http"], &["keys", "store"]),
    room("files", &["x509", "verify", "tls", "http"], &["store"]),
    room("explain", &["x509", "verify", "authority", "tls", "trust"], &[]),
    room("store", &["x509", "authority", "files"], &[]),
    room("chancery", &ALL, &[]),
    room("bench", &ALL, &[]),
    room("conformance", &["x509", "keys", "verify"], &[]),
    room("fuzz", &["x509", "keys", "verify", "tls"], &[]),
    room("xtask", &[], &[]),
];

const fn room(name: &'static str, knows: &'static [&'static str], in_tests: &'static [&'static str]) -> Room {
    Room { name, knows, in_tests }
}

/// Libraries that shape whoever uses them, and the rooms that do.
const CONFINED: [(&str, &[&str]); 7] = [
    ("tokio", &["tls", "http", "files", "chancery"]),
    ("hyper", &["http", "api", "files", "chancery"]),
    ("rustls", &["tls", "http", "chancery"]),
    ("rusqlite", &["store"]),
    ("aws-lc-rs", &["keys", "tls", "chancery"]),
    ("cryptoki", &["keys"]),
    ("clap", &["chancery"]),
];

/// The room's own name, without the prefix that its package carries.
fn noun(package: &str) -> &str {
    package.strip_prefix("chancery-").unwrap_or(package)
}

fn manifest_path(package: &Package) -> String {
    let tools = ["xtask", "bench", "conformance", "fuzz"];
    let name = noun(&package.name);
    if tools.contains(&name) { format!("{name}/Cargo.toml") } else { format!("crates/{name}/Cargo.toml") }
}

/// Each dependency of one member on another is drawn.
pub(super) fn rooms(house: &House) -> Vec<Refusal> {
    let members: Vec<&str> = house.members().map(|package| package.name.as_str()).collect();
    let mut refusals = Vec::new();
    for package in house.members() {
        let name = noun(&package.name);
        let file = manifest_path(package);
        let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
            let what = format!("a room `{name}` that is not drawn");
            refusals.push(refusal(file, None, what));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|it| members.contains(&it.package.as_str())) {
            let other = noun(&dependency.package);
            let is_drawn = room.knows.contains(&other)
                || (dependency.kind == Kind::Dev && room.in_tests.contains(&other));
            if !is_drawn {
                let arrow = if dependency.kind == Kind::Dev { "⇢" } else { "→" };
                let line = house.line_of(&file, &format!("{other}.workspace"));
                refusals.push(refusal(
                    file.clone(),
                    line,
                    format!("the edge {name} {arrow} {other} is not drawn"),
                ));
            }
        }
    }
    refusals
}

fn refusal(file: String, line: Option<usize>, what: String) -> Refusal {
    Refusal {
        file,
        line,
        what,
        rule: "a room knows only the rooms below it (ARCHITECTURE.md, the edges)",
        mend: "take what is needed as an argument or a trait, or move it down; a new edge is drawn in \
               xtask/src/tidy/edges.rs and in ARCHITECTURE.md"
            .to_owned(),
    }
}

/// A dev edge serves the integration tests: no unit test in `src` leans on it.
pub(super) fn dev_edges_stay_in_tests(house: &House) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for room in ROOMS.iter().filter(|room| !room.in_tests.is_empty()) {
        let folder = format!("crates/{}/src/", room.name);
        for file in house.sources().filter(|file| file.path.starts_with(&folder)) {
            for other in room.in_tests {
                let found = file.lines().find(|(_, line)| names_crate(line, other));
                refusals.extend(found.map(|(line, _)| Refusal {
                    file: file.path.clone(),
                    line: Some(line),
                    what: format!("`{other}` is used under src"),
                    rule: "a dev edge is used from tests/it alone",
                    mend: format!("move the test to crates/{}/tests/it, or do it with a fake", room.name),
                }));
            }
        }
    }
    refusals
}

/// Whether code on the line names the crate in a path, as in `keys::PrivateKey` and not in `self::keys::x`.
fn names_crate(line: &str, name: &str) -> bool {
    let code = line.trim_start();
    let path = format!("{name}::");
    let starts_path = |(at, _): (usize, &str)| {
        let before = code.get(..at).unwrap_or_default();
        !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '`'))
    };
    !code.starts_with("//") && code.match_indices(&path).any(starts_path)
}

/// Runtimes, sockets and databases stay in the rooms that are about them.
pub(super) fn confined_libraries(house: &House) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for package in house.members() {
        let name = noun(&package.name);
        for dependency in package.dependencies.iter().filter(|it| it.kind == Kind::Normal) {
            let confined = CONFINED.iter().find(|(library, _)| *library == dependency.package);
            if let Some((library, homes)) = confined
                && !homes.contains(&name)
                && name != "bench"
            {
                let file = manifest_path(package);
                refusals.push(Refusal {
                    line: house.line_of(&file, library),
                    file,
                    what: format!("`{name}` uses {library}"),
                    rule: "a runtime, a socket or a database is named only by the rooms that are about it",
                    mend: format!("{library} belongs to: {}", homes.join(", ")),
                });
            }
        }
    }
    refusals
}

/// Every member inherits the workspace's lints and carries its licence.
pub(super) fn manifests(house: &House) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for package in house.members() {
        let file = manifest_path(package);
        if package.license.as_deref() != Some("MIT OR Apache-2.0") {
            refusals.push(inherits(&file, "license.workspace = true"));
        }
        if house.line_of(&file, "[lints]").is_none() {
            refusals.push(inherits(&file, "[lints] workspace = true"));
        }
    }
    refusals
}

fn inherits(file: &str, line: &str) -> Refusal {
    Refusal {
        file: file.to_owned(),
        line: None,
        what: format!("no `{line}`"),
        rule: "every room is under the same licence and the same lints",
        mend: format!("add {line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::house::sample;
    use super::*;

    fn whats(refusals: &[Refusal]) -> Vec<&str> {
        refusals.iter().map(|refusal| refusal.what.as_str()).collect()
    }

    #[test]
    fn an_edge_that_is_not_drawn_is_refused() {
        let house = House {
            packages: vec![
                sample::member("chancery-x509", &[]),
                sample::member("chancery-keys", &[("chancery-x509", Kind::Normal)]),
                sample::member("chancery-store", &[("chancery-files", Kind::Normal)]),
                sample::member("chancery-verify", &[("chancery-keys", Kind::Normal)]),
                sample::member(
                    "chancery-files",
                    &[("chancery-store", Kind::Dev), ("chancery-x509", Kind::Dev)],
                ),
                sample::member("chancery-trust", &[("chancery-store", Kind::Build), ("serde", Kind::Normal)]),
                sample::member("chancery-cellar", &[]),
            ],
            files: Vec::new(),
        };
        let refusals = rooms(&house);
        assert_eq!(
            whats(&refusals),
            [
                "the edge verify → keys is not drawn",
                "the edge trust → store is not drawn",
                "a room `cellar` that is not drawn",
            ]
        );
    }

    #[test]
    fn a_refused_edge_names_its_line() {
        let mut house =
            sample::files(&[("crates/verify/Cargo.toml", "[dependencies]\nkeys.workspace = true\n")]);
        house.packages = vec![
            sample::member("chancery-keys", &[]),
            sample::member("chancery-verify", &[("chancery-keys", Kind::Normal)]),
        ];
        let lines: Vec<_> = rooms(&house).iter().map(|refusal| refusal.line).collect();
        assert_eq!(lines, [Some(2)]);
    }

    #[test]
    fn a_dev_edge_under_src_is_refused() {
        let house = sample::files(&[
            ("crates/verify/src/path.rs", "use x509::Time;\n// keys::AwsLc does this\nuse keys::AwsLc;\n"),
            ("crates/verify/src/rule.rs", "use crate::keys::Weak;\nmod monkeys; use monkeys::Ape;\n"),
            ("crates/verify/tests/it/path.rs", "use keys::AwsLc;\n"),
        ]);
        let refusals = dev_edges_stay_in_tests(&house);
        let places: Vec<_> = refusals.iter().map(|it| (it.file.as_str(), it.line)).collect();
        assert_eq!(places, [("crates/verify/src/path.rs", Some(3))]);
    }

    #[test]
    fn a_runtime_below_the_sockets_is_refused() {
        let house = House {
            packages: vec![
                sample::member("chancery-authority", &[("tokio", Kind::Normal), ("tokio", Kind::Dev)]),
                sample::member("chancery-http", &[("tokio", Kind::Normal)]),
            ],
            files: Vec::new(),
        };
        assert_eq!(whats(&confined_libraries(&house)), ["`authority` uses tokio"]);
    }

    #[test]
    fn a_room_without_the_lints_or_the_license_is_refused() {
        let mut house = sample::files(&[("crates/keys/Cargo.toml", "[package]\n")]);
        house.packages = vec![Package { license: None, ..sample::member("chancery-keys", &[]) }];
        assert_eq!(
            whats(&manifests(&house)),
            ["no `license.workspace = true`", "no `[lints] workspace = true`"]
        );
    }
}
