// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery policy test`: examples, each a request and what is to become of it, asked of a policy under an authority
//! that is made for them and thrown away.

mod coverage;
mod example;
mod rehearsal;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::config::document::Document as File;
use crate::config::{self, Config};
use crate::context::Context;
use crate::data_dir::DataDir;
use crate::failure::{Failure, Verdict};
use coverage::Coverage;
use example::Examples;
use rehearsal::{Outcome, Rehearsal};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The examples: `[[example]]` tables in TOML
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The policy, when it is neither the one that the examples name nor the chancery.toml of the data directory
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// Fail where a rule is tried by no example of a way that it is about
    #[arg(long)]
    require_coverage: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    policy: String,
    passed: usize,
    failed: usize,
    examples: Vec<ExampleDocument>,
    coverage: Coverage,
}

#[derive(Serialize)]
struct ExampleDocument {
    title: String,
    line: usize,
    passed: bool,
    /// What is not as it was to be.
    problems: Vec<String>,
    #[serde(flatten)]
    outcome: Outcome,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let text = config::text(&args.file)?;
    let name = args.file.file_name().unwrap_or(args.file.as_os_str()).to_string_lossy();
    let told = |problem: config::document::Problem| problem.failure(&args.file, "test");
    let file = File::parse(&name, &text).map_err(told)?;
    let examples = Examples::read(&file).map_err(told)?;
    let policy = policy_file(args, &examples, context)?;
    let config = Config::read(&policy)?;
    let mut rehearsal = Rehearsal::new(&config, &examples, context.clock.now())?;
    let mut found = Vec::new();
    for example in &examples.all {
        let outcome = rehearsal.of(example).map_err(|problem| problem.failure(&args.file, "test"))?;
        let problems = example.compare(&outcome);
        let (title, line) = (example.title.clone(), example.line);
        found.push(ExampleDocument { title, line, passed: problems.is_empty(), problems, outcome });
    }
    let tried = examples.all.iter().zip(&found);
    let coverage =
        Coverage::of(&config, tried.map(|(example, found)| (example.path(), found.outcome.rules.as_slice())));
    let failed = found.iter().filter(|example| !example.passed).count();
    let passed = found.len().saturating_sub(failed);
    let is_covered = coverage.uncovered.is_empty() || !args.require_coverage;
    let document =
        Document { policy: policy.display().to_string(), passed, failed, examples: found, coverage };
    if context.ui.is_json() {
        context.ui.json(&document)?;
    } else {
        tell(&document, &name, args, context)?;
    }
    Ok(if failed == 0 && is_covered { Verdict::Yes } else { Verdict::No })
}

/// The policy to ask: the one given, the one that the examples name (beside them), or the data directory's.
fn policy_file(args: &Args, examples: &Examples, context: &Context) -> Result<PathBuf, Failure> {
    match (&args.policy, &examples.policy) {
        (Some(given), _) => Ok(given.clone()),
        (None, Some(named)) => Ok(args.file.parent().unwrap_or(Path::new("")).join(named)),
        (None, None) => Ok(DataDir::of(context)?.config_file()),
    }
}

fn tell(document: &Document, name: &str, args: &Args, context: &mut Context) -> Result<(), Failure> {
    for example in &document.examples {
        let place = format!("{name}:{}", example.line);
        let rules = example.outcome.rules.join(", ");
        let by = if rules.is_empty() { String::new() } else { format!(" by {rules}") };
        let line = format!("{place}  {}: {}{by}", example.title, example.outcome.found);
        if example.passed {
            context.ui.tick(&line)?;
            continue;
        }
        context.ui.cross(&line)?;
        let rows: Vec<(&str, &String)> = example
            .problems
            .iter()
            .map(|problem| ("wrong", problem))
            .chain(example.outcome.reasons.iter().map(|reason| ("reason", reason)))
            .collect();
        context.ui.rows(&rows)?;
    }
    context.ui.heading("Which rules were tried, by which way")?;
    document.coverage.table().iter().try_for_each(|line| context.ui.line(crate::ui::plain(line)))?;
    let Document { passed, failed, .. } = document;
    context.ui.line(format_args!("{passed} passed, {failed} failed"))?;
    if args.require_coverage {
        for cell in &document.coverage.uncovered {
            context.ui.note(&format!("no example tries {cell}"))?;
        }
    }
    Ok(())
}
