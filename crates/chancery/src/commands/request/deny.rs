// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery request deny`.

use authority::wait;

use super::RequestDocument;
use crate::context::Context;
use crate::data_dir::DataDir;
use crate::failure::{Failure, Verdict};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which one, as `chancery request list` names it; its first 8 digits do
    #[arg(value_name = "ID")]
    id: String,

    /// Why: who asked is told
    #[arg(long, value_name = "WORDS")]
    reason: String,
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::of(context)?.open()?;
    let record = super::find(&authority, &args.id)?;
    let (id, now) = (record.held.id, context.clock.now());
    super::require_pending(&record, now)?;
    let decider = super::decider("deny", args.reason);
    wait(record.deny(&decider, now, &**authority.record()))
        .map_err(|error| super::failure(&error, id, &authority))?;
    let record = super::find(&authority, &args.id)?;
    if context.ui.is_json() {
        context.ui.json(&RequestDocument::of(&record, now))?;
    } else {
        context.ui.tick(&format!("request {id} is denied: {}", decider.reason))?;
    }
    Ok(Verdict::Yes)
}
