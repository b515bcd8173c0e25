// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca token revoke`.

use authority::{TokenId, token};
use serde::Serialize;

use crate::context::Context;
use crate::data_dir::{DataDir, record_failure};
use crate::failure::{Failure, Verdict};
use crate::warrant;
use authority::wait;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its identifier: the 16 hexadecimal digits that `chancery ca token list` shows
    #[arg(value_name = "ID")]
    id: String,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    id: String,
    revoked_at: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::of(context)?.open()?;
    let id = TokenId::parse(&args.id.to_ascii_lowercase()).ok_or_else(|| {
        Failure::could_not("this is no identifier of a token: 16 hexadecimal digits are expected")
            .hint("chancery ca token list")
    })?;
    let by = warrant::of_this_user("chancery ca token");
    let now = context.clock.now();
    wait(token::revoke(id, &by, now, &**authority.record())).map_err(|error| match &error {
        refusal if refusal.is_refusal() => Failure::refused(error.to_string()).hint("chancery ca token list"),
        error => record_failure(error, authority.directory()),
    })?;
    if context.ui.is_json() {
        context.ui.json(&Document { id: id.to_string(), revoked_at: now.to_string() })?;
    } else {
        context.ui.tick(&format!("revoked, and recorded: token {id} lets nobody in any more"))?;
    }
    Ok(Verdict::Yes)
}
