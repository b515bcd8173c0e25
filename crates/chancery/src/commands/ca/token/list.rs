// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca token list`.

use authority::journal::Shown;
use authority::{IssuerId, Record as _, TokenRecord};
use serde::Serialize;
use x509::Time;

use crate::context::Context;
use crate::data_dir::{DataDir, record_failure};
use crate::failure::{Failure, Verdict};
use crate::ui::{BAD, DIM, GOOD, plain};
use authority::wait;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// One element of what `--json` prints.
#[derive(Serialize)]
struct Row {
    id: String,
    /// `valid`, `expired` or `revoked`.
    status: &'static str,
    label: String,
    /// `secret`, or `key`: a client certificate's.
    shown: &'static str,
    /// The SHA-256 of the key; `null` for a secret.
    key_sha256: Option<String>,
    scopes: Vec<String>,
    profiles: Vec<String>,
    made_at: String,
    not_after: Option<String>,
    revoked_at: Option<String>,
    by: String,
}

pub(crate) fn run(_: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::look(context)?;
    let tokens = wait(authority.record().tokens());
    let tokens = tokens.map_err(|error| record_failure(&error, authority.directory()))?;
    let now = context.clock.now();
    let rows: Vec<Row> = tokens.into_iter().map(|token| row(token, now)).collect();
    if context.ui.is_json() {
        context.ui.json(&rows)?;
    } else if rows.is_empty() {
        context.ui.line("no token was made yet")?;
        context.ui.next("chancery ca token new --label deploy --scope issue")?;
    } else {
        table(&rows, context)?;
    }
    Ok(Verdict::Yes)
}

fn row(token: TokenRecord, now: Time) -> Row {
    let TokenRecord { at, added, revoked } = token;
    let status = match (revoked, added.not_after) {
        (Some(_), _) => "revoked",
        (None, Some(not_after)) if now > not_after => "expired",
        (None, _) => "valid",
    };
    Row {
        id: added.id.to_string(),
        status,
        label: added.label,
        shown: match added.shown {
            Shown::Secret => "secret",
            Shown::Key => "key",
        },
        key_sha256: (added.shown == Shown::Key).then(|| IssuerId::from_octets(added.digest).to_string()),
        scopes: added.scopes.iter().map(ToString::to_string).collect(),
        profiles: added.profiles,
        made_at: at.to_string(),
        not_after: added.not_after.map(|time| time.to_string()),
        revoked_at: revoked.map(|time| time.to_string()),
        by: added.by,
    }
}

fn table(rows: &[Row], context: &mut Context) -> Result<(), Failure> {
    context.ui.line(format_args!(
        "{DIM}{:<16}  {:<7}  {:<10}  {:<6}  {:<20}  {:<14}  label{DIM:#}",
        "id", "status", "until", "shows", "scopes", "profiles"
    ))?;
    for row in rows {
        let style = if row.status == "valid" { GOOD } else { BAD };
        let day = row.not_after.as_deref().and_then(|until| until.split('T').next()).unwrap_or("for ever");
        context.ui.line(format_args!(
            "{:<16}  {style}{:<7}{style:#}  {day:<10}  {:<6}  {:<20}  {:<14}  {}",
            row.id,
            row.status,
            row.shown,
            row.scopes.join(", "),
            row.profiles.join(", "),
            plain(&row.label)
        ))?;
    }
    Ok(())
}
