// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery request show`.

use authority::journal::HeldLine;
use authority::{RequestState, wait};
use keys::AwsLc;
use serde::Serialize;

use super::RequestDocument;
use crate::context::Context;
use crate::data_dir::{DataDir, name_of, record_failure};
use crate::failure::{Failure, Verdict};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which one, as `chancery request list` names it; its first 8 digits do
    #[arg(value_name = "ID")]
    id: String,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    request: RequestDocument,
    /// The identifier of who would issue.
    issuer: String,
    /// The SHA-256 of the key that would be certified, its SubjectPublicKeyInfo.
    key_sha256: Option<String>,
    /// Why nothing is issued any more to who asked; `null` while nothing stands against that.
    barred: Option<String>,
    /// The digest of the plan: an approval names it.
    plan: String,
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
    let now = context.clock.now();
    let request = RequestDocument::of(&record, now);
    let lines: Vec<LineDocument> = record.held.lines.iter().map(LineDocument::of).collect();
    let issuer = record.held.issuer.to_string();
    let name = authority.issuer(&issuer).map(name_of).unwrap_or_default();
    let key_sha256 = record.key(&AwsLc).map(|key| key.to_string());
    let barred = match record.state(now) {
        RequestState::Pending => wait(record.barred(now, &**authority.record())),
        _ => Ok(None),
    };
    let barred = barred.map_err(|error| record_failure(&error, authority.directory()))?;
    let plan = record.plan().to_string();
    if context.ui.is_json() {
        context.ui.json(&Document { request, issuer, key_sha256, barred, plan, lines })?;
        return Ok(Verdict::Yes);
    }
    context.ui.heading(&format!("Request {}", request.id))?;
    let mut asked = format!("{} by {}", request.asked_at, request.requester);
    if let Some(because) = &barred {
        asked.push_str(&format!(",\n{because}: nothing is issued to it"));
    }
    let mut rows = vec![
        ("state", request.state.to_owned()),
        ("asked", asked),
        ("profile", request.profile.clone()),
        ("issuer", format!("{name}\n{issuer}")),
        ("key", format!("SHA-256 {}", key_sha256.as_deref().unwrap_or("–"))),
        ("plan", plan.clone()),
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
    match barred {
        _ if request.state != "pending" => Ok(()),
        None => context
            .ui
            .next(&format!("chancery request approve {} --plan {plan} --reason 'as agreed'", request.id)),
        Some(_) => {
            context.ui.next(&format!("chancery request deny {} --reason 'no longer accepted'", request.id))
        }
    }?;
    Ok(Verdict::Yes)
}
