// SPDX-License-Identifier: MIT OR Apache-2.0
//! Many certificates revoked at once: those that the options of `cert list` name.

use authority::revoke::{Sweep, Swept};
use authority::{Found, RevokeError, wait};
use explain::moment::counted;
use serde::Serialize;
use x509::ext::ReasonCode;

use super::super::filters::{page, search, unanswered};
use super::super::list::{Row, Table};
use super::{Args, tell_where};
use crate::context::Context;
use crate::data_dir::{Authority, DataDir, parse, record_failure};
use crate::failure::{Failure, Verdict};
use crate::warrant;

/// How many are revoked in one batch of the journal.
const BATCH: usize = 100;

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    /// How many certificates are named.
    matched: u64,
    /// How many of them were revoked, or in a dry run would be.
    revoked: u64,
    /// How many had been before.
    revoked_before: u64,
    /// The serial numbers of the authority's own among those that are named: each is taken back by itself.
    left_out: Vec<String>,
    reason: String,
    since: String,
    invalid_from: Option<String>,
    dry_run: bool,
}

pub(super) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    if !args.dry_run && !args.yes {
        return Err(Failure::could_not(
            "several certificates may be named: nothing is revoked before it is said twice",
        )
        .hint("look at them: add --dry-run; then revoke them: add --yes"));
    }
    let authority = DataDir::of(context)?.open()?;
    let now = context.clock.now();
    let question = args.filters.question(now);
    let sweep = Sweep {
        reason: args.reason.into(),
        invalid_from: args.invalid_from,
        warrant: warrant::of_this_user("chancery cert revoke"),
    };
    let (mut swept, mut own, mut after, mut table) = (Swept::default(), Vec::new(), None, Table::new(now));
    loop {
        let search = search(question.clone(), None, now)?.limited(BATCH);
        let mut page = page(&authority, search.after(after).map_err(|error| unanswered(&error))?)?;
        own.extend(without_own(&authority, &mut page.found)?);
        let became = if args.dry_run {
            sweep.check(&page.found, now)
        } else {
            wait(sweep.commit(&page.found, now, &**authority.record()))
        };
        // What was revoked before it failed stays revoked, and is not revoked again when it is tried again.
        let became = became.map_err(|error| {
            let failure = match &error {
                RevokeError::Record(source) => record_failure(source, authority.directory()),
                _ => Failure::refused(error.to_string()),
            };
            if swept.revoked == 0 { failure } else { failure.hint(so_far(swept)) }
        })?;
        swept = swept.and(became);
        if args.dry_run && !context.ui.is_json() {
            for found in &page.found {
                table.row(&Row::of(found, now)?, &mut context.ui)?;
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let Swept { revoked, before } = swept;
    if context.ui.is_json() {
        context.ui.json(&Document {
            matched: revoked.saturating_add(before),
            revoked,
            revoked_before: before,
            left_out: own,
            reason: sweep.reason.to_string(),
            since: now.to_string(),
            invalid_from: sweep.invalid_from.map(|from| from.to_string()),
            dry_run: args.dry_run,
        })?;
        return Ok(Verdict::Yes);
    }
    let did = match (args.dry_run, sweep.reason == ReasonCode::CertificateHold) {
        (false, false) => "revoked, and recorded",
        (false, true) => "on hold, and recorded",
        (true, false) => "would be revoked",
        (true, true) => "would be put on hold",
    };
    context.ui.tick(&format!("{} {did}", counted(revoked, "certificate")))?;
    if before > 0 {
        context
            .ui
            .note(&format!("{before} more had been taken back before, and nothing changes for them"))?;
    }
    tell_own(&own, context)?;
    if revoked > 0 && !args.dry_run {
        tell_where(&authority, context)?;
    }
    Ok(Verdict::Yes)
}

/// Leaves out the authority's own, found by their serial numbers or keys: what hangs on one of them is told where it is
/// taken back by itself. Their serial numbers come back.
fn without_own(authority: &Authority, found: &mut Vec<Found>) -> Result<Vec<String>, Failure> {
    let (own, others): (Vec<_>, Vec<_>) =
        found.drain(..).partition(|found| authority.is_own(&found.record.issued.certificate));
    *found = others;
    own.iter().map(|own| Ok(parse(&own.record.issued.certificate)?.tbs().serial().to_string())).collect()
}

fn tell_own(own: &[String], context: &mut Context) -> Result<(), Failure> {
    for serial in own {
        context.ui.note(&format!(
            "{serial}, the authority's own, is left as it is: chancery cert revoke {serial} --reason …"
        ))?;
    }
    Ok(())
}

fn so_far(swept: Swept) -> String {
    format!("{} revoked before that: run it again for the rest", counted(swept.revoked, "certificate"))
}
