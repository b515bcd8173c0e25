// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca issuer retire`.

use authority::{IssuerRecord, Profile, succession, wait};
use serde::Serialize;

use crate::context::Context;
use crate::data_dir::{Authority, DataDir, record_failure};
use crate::failure::{Failure, Verdict};
use crate::warrant;

/// How many digits of an identifier are enough to mean it.
const DIGITS: usize = 8;

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
    let id = find(&authority, &args.id)?.added.id;
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

/// The issuer that is meant.
fn find<'a>(authority: &'a Authority, text: &str) -> Result<&'a IssuerRecord, Failure> {
    let wanted = text.to_ascii_lowercase();
    let is_meant = |record: &&IssuerRecord| record.added.id.to_string().starts_with(&wanted);
    let mut found = authority.issuers().iter().filter(is_meant);
    match (wanted.len() >= DIGITS, found.next(), found.next()) {
        (true, Some(one), None) => Ok(one),
        (true, Some(_), Some(_)) => {
            Err(Failure::refused(format!("several issuers begin with {text}"))
                .hint("chancery ca issuer list"))
        }
        (true, None, _) => {
            Err(Failure::refused(format!("there is no issuer {text}")).hint("chancery ca issuer list"))
        }
        (false, ..) => {
            Err(Failure::could_not(format!("{text} is too short to mean an issuer: {DIGITS} digits"))
                .hint("chancery ca issuer list"))
        }
    }
}
