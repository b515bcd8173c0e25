// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask fuzz`: builds the targets with coverage counters, in a folder of their own, and runs them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::arguments::FuzzWanted;
use crate::process::{self, Ending, Stream};
use crate::{metadata, say, tools, workspace};

/// How often each target runs when nobody says how often.
const SMOKE_RUNS: u64 = 20_000;
/// How long one target's smoke may take.
const SMOKE_LIMIT: Duration = Duration::from_secs(60);

/// What the compiler is told: LLVM's counters and comparisons, which libFuzzer steers by, and every check on.
const RUSTFLAGS: [&str; 9] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "-Cdebug-assertions=on",
    "-Coverflow-checks=on",
];

/// Runs one target, or each of them for a while. True when none of them found anything.
pub(crate) fn run(wanted: &FuzzWanted) -> Result<bool, String> {
    let all = targets()?;
    let chosen: Vec<String> = match &wanted.target {
        Some(name) if all.contains(name) => vec![name.clone()],
        Some(name) => return Err(format!("no fuzz target `{name}`; there are: {}", all.join(" "))),
        None => all,
    };
    let host = metadata::host()?;
    let out = workspace::root().join("target/fuzz");
    if !build(&host, &out)? {
        return Ok(false);
    }
    let seeds = out.join("seeds");
    let has_seeds = make_seeds(wanted, &seeds)?;
    let programs = out.join(&host).join("release");
    if wanted.target.is_some() {
        let [name] = chosen.as_slice() else { return Err("one target at a time".to_owned()) };
        let mut command = command(&programs, name, &seeds)?;
        if let Some(runs) = wanted.runs {
            command.arg(format!("-runs={runs}"));
        }
        return command.status().map(|status| status.success()).map_err(|error| format!("{name}: {error}"));
    }
    let mut failed = 0;
    for name in &chosen {
        let mut command = command(&programs, name, &seeds)?;
        // The same path each time: a smoke test finds what broke, the search for the unknown has no such limit.
        command.arg(format!("-runs={}", wanted.runs.unwrap_or(SMOKE_RUNS))).arg("-seed=1");
        failed += usize::from(!smoke(name, &mut command));
    }
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    say::line(format_args!("test result: {verdict}. {} passed; {failed} failed", chosen.len() - failed));
    Ok(failed == 0 && (has_seeds || !workspace::is_ci()))
}

/// The names of the files in fuzz/targets.
fn targets() -> Result<Vec<String>, String> {
    let folder = workspace::root().join("fuzz/targets");
    let entries = folder.read_dir().map_err(|error| format!("{}: {error}", folder.display()))?;
    let stem = |path: PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.flatten().filter_map(|entry| stem(entry.path())).collect();
    names.sort();
    Ok(names)
}

fn build(host: &str, out: &Path) -> Result<bool, String> {
    let mut command = tools::cargo();
    command
        .args(["build", "--package", "fuzz", "--bins", "--release"])
        // With a target named, build scripts and derive macros are compiled without the counters.
        .args(["--target", host])
        .arg("--target-dir")
        .arg(out)
        .env("CARGO_ENCODED_RUSTFLAGS", RUSTFLAGS.join("\u{1f}"))
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "line-tables-only")
        .env("CARGO_PROFILE_RELEASE_STRIP", "none")
        .env("CARGO_BUILD_BUILD_DIR", out);
    let status = command.status().map_err(|error| format!("cargo build of the fuzz targets: {error}"))?;
    Ok(status.success())
}

/// Has the conformance package write what the targets start from. False when there are no vectors to make it of.
fn make_seeds(wanted: &FuzzWanted, seeds: &Path) -> Result<bool, String> {
    let vectors = workspace::vectors(wanted.vectors.as_deref());
    if !vectors.is_dir() {
        say::line(format_args!("SKIP fuzz seeds: no vectors at {}", vectors.display()));
        return Ok(false);
    }
    let words =
        ["seeds".to_owned(), tools::absolute(seeds)?, "--vectors".to_owned(), tools::absolute(&vectors)?];
    let status = tools::conformance_command(&words).status();
    Ok(status.map_err(|error| format!("conformance seeds: {error}"))?.success())
}

/// The target with its folders: what it finds, what it starts from, where it leaves an input that broke it.
fn command(programs: &Path, name: &str, seeds: &Path) -> Result<Command, String> {
    let home = workspace::root().join("fuzz");
    let (corpus, artifacts) = (home.join("corpus").join(name), home.join("artifacts").join(name));
    for folder in [&corpus, &artifacts] {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut command = Command::new(programs.join(name));
    command
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(["-max_len=65536", "-timeout=10", "-rss_limit_mb=1024"])
        .arg(corpus);
    let starts = [home.join("seeds").join(name), seeds.join(name)];
    command.args(starts.iter().filter(|folder| folder.is_dir()));
    Ok(command)
}

/// Runs a target for a while, and says what it said only when it found something.
fn smoke(name: &str, command: &mut Command) -> bool {
    let mut lines = Vec::new();
    let ending = process::run(command, SMOKE_LIMIT, &mut |stream, line| {
        if stream == Stream::Err {
            lines.push(line.to_owned());
        }
    });
    let is_fine = matches!(&ending, Ending::Exited(status) if status.success());
    if !is_fine {
        lines.iter().for_each(say::line);
        say::line(format_args!("{name}: {ending:?}"));
    }
    let last = lines.iter().rev().find(|line| line.starts_with("Done")).map_or("", String::as_str);
    say::line(format_args!("test fuzz::{name} ... {}", if is_fine { "ok" } else { "FAILED" }));
    if is_fine {
        say::line(format_args!("    {last}"));
    }
    is_fine
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_target_has_its_file_and_its_place_in_the_manifest() {
        let manifest = std::fs::read_to_string(workspace::root().join("fuzz/Cargo.toml")).unwrap();
        for name in targets().unwrap() {
            assert!(manifest.contains(&format!("path = \"targets/{name}.rs\"")), "{name}");
        }
    }
}
