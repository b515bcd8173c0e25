// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask tidy`: the house rules that a machine can check.

mod dependencies;
mod documents;
mod edges;
mod gate;
mod house;
mod license;
mod sources;

use std::fmt;

use crate::say;
use house::House;

/// A rule broken somewhere: where, what, which rule, and how to mend it.
#[derive(Debug, PartialEq)]
struct Refusal {
    file: String,
    /// Counted from 1; none when the file as a whole is meant.
    line: Option<usize>,
    what: String,
    rule: &'static str,
    mend: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, what, rule, mend } = self;
        match line {
            Some(line) => writeln!(f, "{file}:{line}: {what}")?,
            None => writeln!(f, "{file}: {what}")?,
        }
        write!(f, "    rule: {rule}\n    mend: {mend}")
    }
}

struct Check {
    name: &'static str,
    refusals: fn(&House) -> Vec<Refusal>,
}

const CHECKS: [Check; 20] = [
    check("rooms_depend_as_drawn", edges::rooms),
    check("dev_edges_are_used_from_tests_it_alone", edges::dev_edges_stay_in_tests),
    check("libraries_of_one_room_stay_there", edges::confined_libraries),
    check("every_room_keeps_the_lints_and_the_license", edges::manifests),
    check("licenses_are_permissive", dependencies::licenses),
    check("no_banned_crate_is_used", dependencies::banned),
    check("no_crate_comes_in_two_versions", dependencies::doubled),
    check("sources_start_with_their_license", sources::license_line),
    check("signers_are_asked_at_the_gate_alone", gate::one),
    check("files_are_short", sources::short),
    check("modules_lie_beside_their_folder", sources::no_mod_rs),
    check("names_say_something", sources::names),
    check("nothing_is_left_for_later", sources::nothing_left),
    check("a_library_root_is_a_table_of_contents", sources::roots),
    check("integration_tests_are_one_binary", sources::one_test_binary),
    check("stage_names_are_the_binarys", sources::stage_modules),
    check("documents_name_paths_that_exist", documents::paths_exist),
    check("the_readme_shows_the_two_commands", documents::two_commands),
    check("no_path_of_one_machine_is_named", documents::machine_paths),
    check("no_registry_host_is_named", documents::registry_hosts),
];

const fn check(name: &'static str, refusals: fn(&House) -> Vec<Refusal>) -> Check {
    Check { name, refusals }
}

/// Checks everything, and tells it in the lines that libtest would print. True when nothing is refused.
pub(crate) fn run() -> Result<bool, String> {
    let house = House::open()?;
    let mut failed = 0;
    for check in CHECKS {
        let refusals = (check.refusals)(&house);
        say::line(format_args!(
            "test {} ... {}",
            check.name,
            if refusals.is_empty() { "ok" } else { "FAILED" }
        ));
        failed += usize::from(!refusals.is_empty());
        refusals.iter().for_each(say::line);
    }
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    say::line(format_args!("test result: {verdict}. {} passed; {failed} failed", CHECKS.len() - failed));
    Ok(failed == 0)
}
