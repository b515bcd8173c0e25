// SPDX-License-Identifier: MIT OR Apache-2.0
//! Many certificates revoked at once: those that the options of `cert list` name.

use authority::revoke::{Sweep, Swept};
use authority::{RevokeError, wait};
use explain::moment::counted;
use serde::Serialize;
use x509::ext::ReasonCode;

use super::super::filters::{page, search, unanswered};
use super::super::list::{Row, Table};
use super::{Args, tell_where};
use crate::context::Context;
use crate::data_dir::{Authority, DataDir, record_failure};
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
    let (mut swept, mut after, mut table) = (Swept::default(), None, Table::new(now));
    loop {
        let search = search(question.clone(), None, now)?.limited(BATCH);
        let mut page = page(&authority, search.after(after).map_err(|error| unanswered(&error))?)?;
        // Of the authority's own, found by their serial numbers, each is taken back by itself.
        page.found.retain(|found| !is_own(&authority, &found.record.issued.certificate));
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
    if revoked > 0 && !args.dry_run {
        tell_where(&authority, context)?;
    }
    Ok(Verdict::Yes)
}

fn is_own(authority: &Authority, der: &[u8]) -> bool {
    let mut own = authority.issuers().iter().flat_map(|issuer| &issuer.added.chain);
    own.any(|certificate| certificate.as_slice() == der)
}

fn so_far(swept: Swept) -> String {
    format!("{} revoked before that: run it again for the rest", counted(swept.revoked, "certificate"))
}
