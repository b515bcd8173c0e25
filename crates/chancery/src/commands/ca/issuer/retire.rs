// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca issuer retire`.

use authority::{Profile, succession, wait};
use serde::Serialize;

use crate::context::Context;
use crate::data_dir::{DataDir, record_failure};
use crate::failure::{Failure, Verdict};
use crate::warrant;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its identifier, or the first eight digits of it or more: `chancery ca issuer list` shows them
    #[arg(value_name = "ID")]
    id: String,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    id: String,
    retired_at: String,
    /// Whether another one issues.
    succeeded: bool,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::of(context)?.open()?;
    let id = authority.issuer(&args.id)?.added.id;
    let by = warrant::of_this_user("chancery ca issuer");
    let now = context.clock.now();
    wait(succession::retire(id, &by, now, &**authority.record())).map_err(|error| match &error {
        refusal if refusal.is_refusal() => {
            Failure::refused("it was retired before").because(&error).hint("chancery ca issuer list")
        }
        error => record_failure(error, authority.directory()),
    })?;
    let leaf = Profile::named("server").map_err(|error| Failure::from_error(&error))?;
    let succeeded = authority.directory().open()?.record_for(&leaf).is_ok();
    if context.ui.is_json() {
        let document = Document { id: id.to_string(), retired_at: now.to_string(), succeeded };
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    context.ui.tick("retired, and recorded: it issues no more, and its CRL and OCSP answers go on")?;
    if !succeeded {
        context.ui.note("nobody issues certificates for servers any more: chancery ca issuer new")?;
    }
    Ok(Verdict::Yes)
}
