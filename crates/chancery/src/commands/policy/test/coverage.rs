// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which rules the examples try, and by which way.

use authority::policy::{NONE, Path};
use authority::profile::Role;
use authority::{Profile, Profiles};
use serde::Serialize;

use crate::config::Config;

/// The table of rules and ways.
#[derive(Debug, Serialize)]
pub(super) struct Coverage {
    rows: Vec<Row>,
    /// The cells that no example fills: `lan by up`.
    pub(super) uncovered: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    rule: String,
    /// Where it is written; `null` of what no rule allows.
    origin: Option<String>,
    /// How many examples try it by each way; `null` where it is not about whoever comes that way.
    cli: Option<usize>,
    up: Option<usize>,
    api: Option<usize>,
}

impl Row {
    const fn cell(&mut self, path: Path) -> &mut Option<usize> {
        match path {
            Path::CommandLine => &mut self.cli,
            Path::OwnServer => &mut self.up,
            Path::Api => &mut self.api,
        }
    }

    const fn cells(&self) -> [(Path, Option<usize>); 3] {
        [(Path::CommandLine, self.cli), (Path::OwnServer, self.up), (Path::Api, self.api)]
    }
}

impl Coverage {
    /// The table of a policy: a row for each rule, and one for what no rule allows; and in it the examples, by the way
    /// each comes and the rules that decided on it.
    pub(super) fn of<'a>(config: &Config, tried: impl Iterator<Item = (Path, &'a [String])>) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        for rule in config.policy.rules() {
            let cell = |path| rule.is_reached(path, &profiles(&config.profiles, path)).then_some(0);
            let [cli, up, api] = Path::ALL.map(cell);
            rows.push(Row { rule: rule.id.clone(), origin: Some(rule.origin.clone()), cli, up, api });
        }
        if config.policy.is_closed() {
            rows.push(Row { rule: NONE.to_owned(), origin: None, cli: Some(0), up: Some(0), api: Some(0) });
        }
        for (path, rules) in tried {
            for row in rows.iter_mut().filter(|row| rules.contains(&row.rule)) {
                let cell = row.cell(path);
                *cell = Some(cell.unwrap_or_default().saturating_add(1));
            }
        }
        let cells = rows.iter().flat_map(|row| row.cells().map(|cell| (row, cell)));
        let empty = cells.filter(|(_, (_, cell))| *cell == Some(0));
        let uncovered = empty.map(|(row, (path, _))| format!("{} by {path}", row.rule)).collect();
        Self { rows, uncovered }
    }

    /// The table for people.
    pub(super) fn table(&self) -> Vec<String> {
        let width = self.rows.iter().map(|row| row.rule.len()).max().unwrap_or(0).max(4);
        let line = |rule: &str, cells: [String; 3]| {
            let [cli, up, api] = cells;
            format!("  {rule:<width$}  {cli:>4}  {up:>4}  {api:>4}")
        };
        let mut lines = vec![line("rule", Path::ALL.map(|path| path.to_string()))];
        for row in &self.rows {
            let cells = row.cells().map(|(_, cell)| match cell {
                None => "–".to_owned(),
                Some(0) => String::new(),
                Some(count) => count.to_string(),
            });
            lines.push(line(&row.rule, cells).trim_end().to_owned());
        }
        lines
    }
}

/// The profiles by which whoever comes that way can ask.
fn profiles(all: &Profiles, path: Path) -> Vec<&str> {
    let is_asked = |profile: &&Profile| match path {
        Path::CommandLine => true,
        Path::OwnServer => profile.name() == "server",
        Path::Api => profile.role() == Role::Leaf,
    };
    all.iter().filter(is_asked).map(Profile::name).collect()
}
