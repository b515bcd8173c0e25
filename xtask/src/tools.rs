// SPDX-License-Identifier: MIT OR Apache-2.0
//! The verbs that other packages of the workspace carry out.

use std::path::Path;
use std::process::Command;

use crate::workspace;

/// `cargo`, the one that started us, at the workspace's root.
pub(crate) fn cargo() -> Command {
    let program = workspace::variable("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(workspace::root());
    command
}

/// `cargo run --package conformance`, with the arguments it reads itself.
pub(crate) fn conformance_command(rest: &[String]) -> Command {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "conformance", "--"]).args(rest);
    command
}

/// Runs the conformance package over the shared vectors.
pub(crate) fn conformance(rest: &[String]) -> Result<bool, String> {
    plain(&mut conformance_command(&from_here(rest)?))
}

/// Runs one bench, built as it is shipped.
pub(crate) fn bench(rest: &[String]) -> Result<bool, String> {
    let mut command = cargo();
    plain(command.args(["run", "--quiet", "--release", "--package", "bench", "--"]).args(rest))
}

/// The tools run at the root, the caller may not: a folder is meant as the caller sees it.
fn from_here(rest: &[String]) -> Result<Vec<String>, String> {
    let mut rest = rest.to_vec();
    if let Some(at) = rest.iter().position(|argument| argument == "--vectors")
        && let Some(folder) = rest.get_mut(at + 1)
    {
        *folder = absolute(Path::new(folder))?;
    }
    Ok(rest)
}

/// A path that means the same from any folder.
pub(crate) fn absolute(path: &Path) -> Result<String, String> {
    let path = std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path.to_string_lossy().into_owned())
}

fn plain(command: &mut Command) -> Result<bool, String> {
    let status = command.status().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
    match status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        // It has said why.
        _ => Err(format!("not carried out ({status})")),
    }
}
