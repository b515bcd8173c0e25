// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery request list`.

use authority::{Record as _, RequestQuery, wait};

use super::RequestDocument;
use crate::context::Context;
use crate::data_dir::{DataDir, record_failure};
use crate::failure::{Failure, Verdict};
use crate::ui::{BAD, DIM, GOOD, NOTE, plain};

/// How many of those that were decided on are listed.
const LAST: usize = 1_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Also those that were decided on: the last thousand of all
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::look(context)?;
    let query = if args.all { RequestQuery::Last(LAST) } else { RequestQuery::Undecided };
    let found = wait(authority.record().requests(query));
    let found = found.map_err(|error| record_failure(&error, authority.directory()))?;
    let now = context.clock.now();
    let rows: Vec<RequestDocument> = found.iter().map(|record| RequestDocument::of(record, now)).collect();
    if context.ui.is_json() {
        context.ui.json(&rows)?;
        return Ok(Verdict::Yes);
    }
    if rows.is_empty() {
        context.ui.note("nobody waits")?;
        return Ok(Verdict::Yes);
    }
    context.ui.line(format_args!(
        "{DIM}{:<32}  {:<8}  {:<10}  {:<12}  names, and who asked{DIM:#}",
        "request", "state", "asked", "profile"
    ))?;
    for row in &rows {
        let style = match row.state {
            "approved" => GOOD,
            "pending" => NOTE,
            _ => BAD,
        };
        let day = row.asked_at.split('T').next().unwrap_or_default();
        context.ui.line(format_args!(
            "{:<32}  {style}{:<8}{style:#}  {day:<10}  {:<12}  {}, {}",
            row.id,
            row.state,
            plain(&row.profile),
            plain(&row.names.join(", ")),
            plain(&row.requester)
        ))?;
    }
    Ok(Verdict::Yes)
}
