// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery request show`.

use authority::journal::HeldLine;
use serde::Serialize;

use super::RequestDocument;
use crate::context::Context;
use crate::data_dir::DataDir;
use crate::failure::{Failure, Verdict};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which one, as `chancery request list` names it
    #[arg(value_name = "ID")]
    id: String,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    request: RequestDocument,
    /// The plan, as it was shown.
    lines: Vec<LineDocument>,
}

/// A line of a plan that waits.
#[derive(Serialize)]
pub(super) struct LineDocument {
    field: String,
    asked: Option<String>,
    policy: String,
    issued: Option<String>,
}

impl LineDocument {
    pub(super) fn of(line: &HeldLine) -> Self {
        let HeldLine { field, asked, policy, issued } = line.clone();
        Self { field, asked, policy, issued }
    }
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::look(context)?;
    let record = super::find(&authority, &args.id)?;
    let request = RequestDocument::of(&record, context.clock.now());
    let lines: Vec<LineDocument> = record.held.lines.iter().map(LineDocument::of).collect();
    if context.ui.is_json() {
        context.ui.json(&Document { request, lines })?;
        return Ok(Verdict::Yes);
    }
    context.ui.heading(&format!("Request {}", request.id))?;
    let mut rows = vec![
        ("state", request.state.to_owned()),
        ("asked", format!("{} by {}", request.asked_at, request.requester)),
        ("profile", request.profile.clone()),
    ];
    if request.decided_at.is_none() {
        let asks = match request.rules.as_slice() {
            [] => "which no rule asks for any more".to_owned(),
            rules => format!("as rule {} asks", rules.join(", ")),
        };
        rows.push(("waits", format!("until {}, {asks}", request.until)));
    }
    if let (Some(at), Some(by), Some(reason)) = (&request.decided_at, &request.decided_by, &request.reason) {
        rows.push(("decided", format!("{at}, {by}: {reason}")));
    }
    if let Some(serial) = &request.serial {
        rows.push(("certificate", format!("chancery cert export {serial} --chain --out FILE")));
    }
    context.ui.rows(&rows)?;
    context.ui.heading("What would be issued")?;
    let told: Vec<(&String, String)> = lines
        .iter()
        .map(|line| (&line.field, format!("{} ({})", line.issued.as_deref().unwrap_or("–"), line.policy)))
        .collect();
    context.ui.rows(&told)?;
    if request.state == "pending" {
        context.ui.next(&format!("chancery request approve {} --reason 'as agreed'", request.id))?;
    }
    Ok(Verdict::Yes)
}
