// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `cargo metadata` says of the workspace and of everything it is built from.

use std::collections::HashSet;

use crate::json::{self, Value};
use crate::tools;

/// A package that this machine's build uses.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The SPDX expression, as its author wrote it.
    pub(crate) license: Option<String>,
    pub(crate) is_member: bool,
    pub(crate) dependencies: Vec<Dependency>,
}

/// A line under `[dependencies]`.
#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    pub(crate) package: String,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Dev,
    Build,
}

/// Every package that a build for this machine uses, dev and build dependencies included.
pub(crate) fn read() -> Result<Vec<Package>, String> {
    let text = output(&["metadata", "--format-version", "1", "--locked"])?;
    let metadata = json::parse(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    // The graph in the metadata also lists what no feature turns on; the tree does not.
    let tree = ["tree", "--workspace", "--locked", "--edges", "normal,build,dev", "--prefix", "none"];
    packages(&metadata, &built(&output(&tree)?))
}

/// This machine's target triple.
pub(crate) fn host() -> Result<String, String> {
    let text = output(&["--version", "--verbose"])?;
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).ok_or_else(|| format!("cargo does not name its host: {text}"))
}

fn output(arguments: &[&str]) -> Result<String, String> {
    let mut command = tools::cargo();
    let told = |what: String| format!("cargo {}: {what}", arguments.join(" "));
    let output = command.args(arguments).output().map_err(|error| told(error.to_string()))?;
    if !output.status.success() {
        return Err(told(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    String::from_utf8(output.stdout).map_err(|error| told(error.to_string()))
}

fn packages(metadata: &Value, built: &HashSet<(String, String)>) -> Result<Vec<Package>, String> {
    let members: HashSet<&str> =
        metadata.list("workspace_members").iter().filter_map(Value::as_text).collect();
    let mut packages = Vec::new();
    for package in metadata.list("packages") {
        let part = |name: &str| package.text(name).map(str::to_owned);
        let name = part("name").ok_or("a package without a name")?;
        let version = part("version").ok_or("a package without a version")?;
        let key = (name, version);
        if built.contains(&key) {
            packages.push(Package {
                license: part("license"),
                is_member: package.text("id").is_some_and(|id| members.contains(id)),
                dependencies: package.list("dependencies").iter().map(dependency).collect(),
                name: key.0,
                version: key.1,
            });
        }
    }
    Ok(packages)
}

fn dependency(value: &Value) -> Dependency {
    let kind = match value.text("kind") {
        Some("dev") => Kind::Dev,
        Some("build") => Kind::Build,
        _ => Kind::Normal,
    };
    Dependency { package: value.text("name").unwrap_or_default().to_owned(), kind }
}

/// Name and version of each package in lines such as `syn v2.0.1 (proc-macro) (*)`.
fn built(tree: &str) -> HashSet<(String, String)> {
    let package = |line: &str| {
        let mut words = line.split_whitespace();
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        Some((name.to_owned(), version.to_owned()))
    };
    tree.lines().filter_map(package).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn packages_that_are_not_built_are_left_out() {
        let text = r#"{"workspace_members":["a 1"],"packages":[
            {"id":"a 1","name":"a","version":"1.0.0","license":null,"dependencies":[
                {"name":"b","kind":null},{"name":"c","kind":"dev"},{"name":"d","kind":"build"}]},
            {"id":"b 1","name":"b","version":"1.0.0","license":"MIT","dependencies":[]},
            {"id":"b 2","name":"b","version":"2.0.0","license":"MIT","dependencies":[]}]}"#;
        let built = built("a v1.0.0 (/a)\nb v1.0.0\n\nb v1.0.0 (*)\n");
        let packages = packages(&json::parse(text).unwrap(), &built).unwrap();
        let found: Vec<_> =
            packages.iter().map(|it| (it.name.as_str(), it.version.as_str(), it.is_member)).collect();
        assert_eq!(found, [("a", "1.0.0", true), ("b", "1.0.0", false)]);
        let kinds: Vec<_> =
            packages.iter().flat_map(|package| &package.dependencies).map(|it| it.kind).collect();
        assert_eq!(kinds, [Kind::Normal, Kind::Dev, Kind::Build]);
    }

    #[test]
    fn this_machine_has_a_name() {
        assert!(host().unwrap().contains('-'));
    }
}
