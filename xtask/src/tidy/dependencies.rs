// SPDX-License-Identifier: MIT OR Apache-2.0
//! What we build on: licences, crates that are not wanted, and crates that come twice.

use std::collections::BTreeMap;

use super::house::House;
use super::{Refusal, license};

/// Crates that are not to be built, and why.
const BANNED: [(&str, &str); 4] = [
    ("ring", "one cryptographic library is enough: aws-lc-rs"),
    ("openssl-sys", "one cryptographic library is enough: aws-lc-rs"),
    ("native-tls", "it leads to openssl-sys"),
    ("sqlx", "its SQLite clashes with rusqlite's over the name of the linked library"),
];

/// Crates that come in more than one version, and why that is borne.
const DOUBLED: [(&str, &str); 3] = [
    ("shlex", "cc, a build dependency, asks for 2 and trycmd, which only tests use, for 1"),
    ("similar", "insta and trycmd, which only tests use, ask for different ones"),
    ("syn", "derive macros are moving from 2 to 3; it runs while compiling and is in no binary"),
];

/// Every dependency can be had under a licence that asks for no more than a notice.
pub(super) fn licenses(house: &House) -> Vec<Refusal> {
    let is_refused = |license: &Option<String>| !license.as_deref().is_some_and(license::is_allowed);
    let refused = house.packages.iter().filter(|package| is_refused(&package.license));
    let refusal = |package: &crate::metadata::Package| {
        let license = package.license.as_deref().unwrap_or("no licence");
        in_lock(
            house,
            &package.name,
            format!("{} {} is under {license}", package.name, package.version),
            "dependencies are under permissive licences",
            "use another crate; the licences allowed stand in xtask/src/tidy/license.rs",
        )
    };
    refused.map(refusal).collect()
}

/// None of the crates that are not wanted.
pub(super) fn banned(house: &House) -> Vec<Refusal> {
    let find = |(name, reason): &(&str, &'static str)| {
        let package = house.packages.iter().find(|package| package.name == *name)?;
        let what = format!("{} {} is built: {reason}", package.name, package.version);
        Some(in_lock(
            house,
            name,
            what,
            "banned crates are not built",
            &format!("`cargo tree --invert {name}` says who asks for it"),
        ))
    };
    BANNED.iter().filter_map(find).collect()
}

/// No crate twice, but for those whose reason is written down; and no reason without its crate.
pub(super) fn doubled(house: &House) -> Vec<Refusal> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in &house.packages {
        versions.entry(&package.name).or_default().push(&package.version);
    }
    versions.retain(|_, found| found.len() > 1);
    let mut refusals = Vec::new();
    for (name, found) in &versions {
        if !DOUBLED.iter().any(|(allowed, _)| allowed == name) {
            refusals.push(in_lock(
                house,
                name,
                format!("{name} comes in versions {}", found.join(" and ")),
                "a crate comes in one version",
                &format!(
                    "`cargo tree --duplicates` says who asks for which; align them, or give the reason in {TABLE}"
                ),
            ));
        }
    }
    for (name, _) in DOUBLED.iter().filter(|(name, _)| !versions.contains_key(name)) {
        refusals.push(Refusal {
            file: TABLE.to_owned(),
            line: house.line_of(TABLE, &format!("(\"{name}\"")),
            what: format!("{name} no longer comes twice"),
            rule: "an exception goes when its reason does",
            mend: "take its line out".to_owned(),
        });
    }
    refusals
}

const TABLE: &str = "xtask/src/tidy/dependencies.rs";

fn in_lock(house: &House, name: &str, what: String, rule: &'static str, mend: &str) -> Refusal {
    let file = "Cargo.lock".to_owned();
    let line = house.line_of(&file, &format!("name = \"{name}\""));
    Refusal { file, line, what, rule, mend: mend.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::house::sample;
    use super::*;

    fn house(packages: &[(&str, &str, Option<&str>)]) -> House {
        let package = |&(name, version, license): &_| sample::package(name, version, license);
        House { packages: packages.iter().map(package).collect(), files: Vec::new() }
    }

    fn whats(refusals: Vec<Refusal>) -> Vec<String> {
        refusals.into_iter().map(|refusal| refusal.what).collect()
    }

    #[test]
    fn a_license_that_asks_for_more_is_refused_and_so_is_none() {
        let house = house(&[
            ("good", "1.0.0", Some("MIT")),
            ("viral", "2.0.0", Some("GPL-3.0")),
            ("bare", "0.1.0", None),
        ]);
        assert_eq!(
            whats(licenses(&house)),
            ["viral 2.0.0 is under GPL-3.0", "bare 0.1.0 is under no licence"]
        );
    }

    #[test]
    fn a_banned_crate_is_refused_with_its_reason() {
        let house = house(&[("ring", "0.17.0", Some("ISC"))]);
        assert_eq!(
            whats(banned(&house)),
            ["ring 0.17.0 is built: one cryptographic library is enough: aws-lc-rs"]
        );
    }

    #[test]
    fn a_second_version_needs_a_reason_and_a_reason_needs_a_second_version() {
        let twice = ["shlex", "similar"].map(|name| [(name, "1.0.0", None), (name, "2.0.0", None)]).concat();
        let house = house(&[twice.as_slice(), &[("rand", "0.8.0", None), ("rand", "0.9.0", None)]].concat());
        assert_eq!(
            whats(doubled(&house)),
            ["rand comes in versions 0.8.0 and 0.9.0", "syn no longer comes twice"]
        );
    }
}
